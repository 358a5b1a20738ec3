import { Component, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;

/** Reads the form again while the import runs in the background. */
export class LotImportRefresh extends Component {
    static template = "lot_traceability.LotImportRefresh";
    static props = { ...standardWidgetProps };

    setup() {
        this.timer = setInterval(() => this.refresh(), INTERVAL);
        onWillUnmount(() => clearInterval(this.timer));
    }

    get isRunning() {
        return this.props.record.data.state === "running";
    }

    async refresh() {
        if (this.isRunning && !(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }
}

registry.category("view_widgets").add("lot_import_refresh", {
    component: LotImportRefresh,
});
