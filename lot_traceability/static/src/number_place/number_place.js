import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { browser } from "@web/core/browser/browser";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { formatQuantity } from "../trace_story/trace_tabs";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { user } from "@web/core/user";
import { useOpenRecord } from "../open_record/open_record";

const PAGE = 40;
const STATE_CLASS = {
    stock: "text-bg-success",
    transit: "text-bg-info",
    customer: "text-bg-primary",
    vendor: "text-bg-secondary",
    consumed: "text-bg-secondary",
    unbuilt: "text-bg-secondary",
    scrapped: "text-bg-danger",
    lost: "text-bg-danger",
    unknown: "text-bg-light",
    outside: "text-bg-light",
};

/** Where is this number? One field, and an answer for every lot that has it. */
export class NumberPlace extends Component {
    static template = "lot_traceability.NumberPlace";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.open = useOpenRecord();
        this.display = { controlPanel: {} };
        this.stateClass = STATE_CLASS;
        this.isMultiCompany = user.allowedCompanies.length > 1;
        this.keepLast = new KeepLast();
        useAutofocus({ refName: "text" });
        this.state = useState({ text: this.getFirstText(), found: null, count: 0, rows: [] });
        this.searchSoon = useDebounced(() => this.search(), 250);
        useSetupAction({ getLocalState: () => ({ text: this.state.text }) });
        onWillStart(() => this.search());
    }

    /** From where one comes back, from a button, or from the address. */
    getFirstText() {
        const { params = {} } = this.props.action;
        // the router would make the number 7 of 0007
        const address = new URLSearchParams(browser.location.search);
        return this.props.state?.text ?? params.number ?? address.get("number") ?? "";
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.searchSoon();
    }

    onKeydown(ev) {
        // a scanner ends with Enter, and the next scan replaces this one
        if (ev.key === "Enter") {
            this.searchSoon.cancel();
            ev.target.select();
            this.search();
        }
    }

    async search() {
        const text = this.state.text.trim();
        this.props.updateActionState?.({ number: text || undefined });
        const { count, rows } = text ? await this.fetch(text, 0) : { count: 0, rows: [] };
        Object.assign(this.state, { found: text, count, rows });
    }

    async loadMore() {
        const { found, rows } = this.state;
        this.state.rows = [...rows, ...(await this.fetch(found, rows.length)).rows];
    }

    fetch(text, offset) {
        return this.keepLast.add(
            this.orm.call("lot.place", "search_number", [text, PAGE, offset])
        );
    }

    quantity(row, place) {
        return formatQuantity(place.quantity, row.uom);
    }

    date(value) {
        return value ? formatDateTime(deserializeDateTime(value)) : "";
    }

    async openTrace(lotId) {
        return this.action.doAction(
            await this.orm.call("stock.lot", "action_open_trace", [[lotId]])
        );
    }
}

registry.category("actions").add("lot_traceability.number_place", NumberPlace);
