import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useBus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useOpenRecord } from "../open_record/open_record";

const LIMIT = 8;
// lots of a document or partner to choose from
const MOST_LOTS = 200;
const KINDS = {
    lot: [_t("Lots / Serial Numbers"), "fa-barcode"],
    transfer: [_t("Transfers"), "fa-truck"],
    manufacturing: [_t("Manufacturing Orders"), "fa-cogs"],
    repair: [_t("Repairs"), "fa-wrench"],
    scrap: [_t("Scrap"), "fa-trash-o"],
    unbuild: [_t("Unbuild Orders"), "fa-puzzle-piece"],
    conversion: [_t("Conversions"), "fa-exchange"],
    sale: [_t("Sales Orders"), "fa-file-text-o"],
    purchase: [_t("Purchase Orders"), "fa-file-text-o"],
    product: [_t("Products"), "fa-cube"],
    partner: [_t("Customers and Vendors"), "fa-user-o"],
};

/** One field for everything that a trace can start from. */
export class TraceSearch extends Component {
    static template = "lot_traceability.TraceSearch";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.openForm = useOpenRecord();
        this.display = { controlPanel: {} };
        this.keepLast = new KeepLast();
        this.box = useAutofocus({ refName: "text" });
        const text = this.props.state?.text ?? this.props.action.params?.text ?? "";
        this.state = useState({ text, found: "", groups: [], active: 0, isChosen: false, lots: {} });
        this.searchSoon = useDebounced(() => this.search(), 250);
        useSetupAction({ getLocalState: () => ({ text: this.state.text }) });
        // a scan counts wherever the focus is
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => {
            this.state.text = detail.barcode;
            return this.openActive();
        });
        onWillStart(() => this.search());
    }

    async search() {
        const text = this.state.text.trim();
        const rows = text
            ? await this.keepLast.add(
                  this.orm.call("stock.lot", "search_any_number", [text, LIMIT])
              )
            : [];
        Object.assign(this.state, { found: text, groups: this.getGroups(rows), active: 0, isChosen: false, lots: {} });
    }

    getGroups(rows) {
        return Object.entries(KINDS)
            .map(([kind, [title, icon]]) => {
                const records = rows.filter((row) => row.kind === kind);
                const model = records[0]?.model;
                return { kind, title, icon, model, records, more: records.length === LIMIT };
            })
            .filter((group) => group.records.length);
    }

    /** All suggestions in the order of the screen, for the arrow keys. */
    get flat() {
        return this.state.groups.flatMap((group) =>
            group.records.map((record) => ({ group, record }))
        );
    }

    get activeRecord() {
        return this.flat[this.state.active]?.record;
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.searchSoon();
    }

    async onKeydown(ev) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (step && this.flat.length) {
            ev.preventDefault();
            const { length } = this.flat;
            this.state.active = (this.state.active + step + length) % length;
            this.state.isChosen = true;
        } else if (ev.key === "Enter") {
            await this.openActive();
        } else if (ev.key === "Escape") {
            this.state.text = "";
            await this.search();
        }
    }

    /** A scanner is faster than the list: what it typed is looked up first. */
    async openActive() {
        this.searchSoon.cancel();
        if (this.state.text.trim() !== this.state.found) {
            await this.search();
        }
        const active = this.flat[this.state.active];
        if (!active) {
            return;
        }
        // several lots have this number: which of them is meant, only the user knows
        const isDoubtful = this.flat.filter(({ record }) => record.exact).length > 1;
        if (isDoubtful && !this.state.isChosen) {
            this.state.isChosen = true;
            return;
        }
        await this.open(active.group, active.record);
    }

    /** Whether the user has to say which of several lots with this number is meant. */
    get isAsked() {
        return this.flat.filter(({ record }) => record.exact).length > 1;
    }

    /** The lots of a document, product or partner, the newest first, to choose one. */
    async toggleLots(group, record) {
        const key = `${group.model},${record.id}`;
        if (this.state.lots[key]) {
            delete this.state.lots[key];
            return;
        }
        const ids = await this.orm.call("stock.lot", "get_story_lots", [group.model, [record.id]]);
        const lots = await this.orm.searchRead(
            "stock.lot",
            [["id", "in", ids]],
            ["name", "product_id", "on_hold", "last_move_date"],
            { limit: MOST_LOTS, order: "id desc", context: { active_test: false } }
        );
        const moved = (lot) => lot.last_move_date || "";
        lots.sort((a, b) => (moved(a) < moved(b) ? 1 : -1));
        this.state.lots[key] = { lots, more: Math.max(ids.length - lots.length, 0) };
    }

    getLots(group, record) {
        return this.state.lots[`${group.model},${record.id}`];
    }

    date(value) {
        return value ? formatDate(deserializeDateTime(value)) : "";
    }

    async openLot(lotId) {
        return this.action.doAction(
            await this.orm.call("stock.lot", "action_open_trace", [[lotId]])
        );
    }

    async open(group, record) {
        const args = [group.model, [record.id]];
        return this.action.doAction(await this.orm.call("stock.lot", "action_open_story", args));
    }

    openRecord(group, record) {
        return this.openForm(group.model, record.id);
    }

    /** The lots of a partner over the whole chain, as a list. */
    openChain(record) {
        const partners = [["id", "child_of", record.id]];
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: record.name,
            res_model: "stock.lot",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [
                "|",
                ["trace_customer_ids", "any", partners],
                ["trace_vendor_ids", "any", partners],
            ],
            context: { create: false },
        });
    }
}

registry.category("actions").add("lot_traceability.trace_search", TraceSearch);
