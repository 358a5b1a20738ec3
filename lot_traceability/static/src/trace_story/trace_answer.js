import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatQuantity, isExact, readTab } from "./trace_tabs";

// customers that stand beside the picture; all of them are in the table below
const FEW = 6;
const FIGURES = [
    ["at_customers", _t("At Customers"), true],
    ["on_hand", _t("In Stock"), true],
    ["scrapped", _t("Scrapped")],
    ["returned_to_vendor", _t("Back to Vendor")],
    ["lost", _t("Lost")],
    ["reworked", _t("Reworked")],
    ["other_companies", _t("In Other Companies")],
    ["unaccounted", _t("Unaccounted")],
];

/** Who has it, how much, how sure: beside the picture, on the first screen. */
export class TraceAnswer extends Component {
    static template = "lot_traceability.TraceAnswer";
    static props = {
        lotIds: Array,
        cache: Object,
        certainty: Object,
        open: Function,
        showTab: Function,
        slots: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.formatQuantity = formatQuantity;
        this.state = useState({ error: "" });
        onWillStart(() => this.load());
    }

    async load() {
        const { cache, lotIds } = this.props;
        try {
            this.data = (await readTab(cache, this.orm, lotIds, "customers")).downstream;
        } catch (error) {
            // too large to be told in one answer: the picture is still there
            if (!error.data?.message) {
                throw error;
            }
            this.state.error = error.data.message;
        }
    }

    /** For each product of the lots in question, where all of it is. */
    get totals() {
        return this.data.suspect.map((row) => ({
            ...row,
            figures: FIGURES.filter(([name, , always]) => always || row[name]).map(
                ([name, label]) => ({
                    name,
                    label,
                    text: formatQuantity(row[name], row.uom),
                    isWrong: name === "unaccounted",
                })
            ),
            sure: this.getSure(row),
        }));
    }

    /** The story goes on where the user may not look. */
    get isPartial() {
        return this.data.outside_scope.count > 0;
    }

    getSure(total) {
        if (this.isPartial) {
            return _t("as far as you may see");
        }
        const held = this.data.holders.filter((row) => row.suspect_id === total.product_id);
        if (held.every(isExact)) {
            return _t("exact");
        }
        const sum = (name) => held.reduce((found, row) => found + row[name], 0);
        return _t(
            "at customers %(least)s to %(most)s",
            {
                least: formatQuantity(sum("share_low"), ""),
                most: formatQuantity(sum("share_high"), total.uom),
            }
        );
    }

    /** Those that have something now, who has most of it first. */
    get holders() {
        return this.data.holders
            .filter((row) => row.holds > 0 || row.share_high > 0)
            .sort((a, b) => b.share - a.share);
    }

    get shown() {
        return this.holders.slice(0, FEW);
    }

    get customerCount() {
        return new Set(this.holders.map((row) => row.partner_id)).size;
    }

    get hasMore() {
        return this.holders.length > FEW;
    }

    sureText(row) {
        const share = formatQuantity(row.share, row.suspect_uom);
        if (isExact(row)) {
            return row.product_id === row.suspect_id
                ? _t("exact")
                : _t("%(share)s of %(suspect)s in it, exact", { share, suspect: row.suspect });
        }
        return _t("likely %(share)s of %(suspect)s, %(least)s to %(most)s", {
            share,
            suspect: row.suspect,
            least: formatQuantity(row.share_low, ""),
            most: formatQuantity(row.share_high, row.suspect_uom),
        });
    }
}
