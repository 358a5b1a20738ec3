import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A note in a narrow column: an icon, with the text on hover and for screen readers. */
export class NoteIconField extends Component {
    static template = "lot_traceability.NoteIconField";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }
}

registry.category("fields").add("lot_note_icon", {
    component: NoteIconField,
    displayName: _t("Note as an Icon"),
    supportedTypes: ["char", "text"],
    fieldDependencies: [],
});
