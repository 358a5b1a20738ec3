import { onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { x2ManyCommands } from "@web/core/orm_service";
import { patch } from "@web/core/utils/patch";
import { useDebounced } from "@web/core/utils/timing";
import { GenerateDialog } from "@stock/widgets/generate_serial";
import { readNumber } from "../read_number/read_number";

const EMPTY = { numbers: [], count: 0, errors: [], rows: [], states: {}, readings: [] };

const getNumber = ({ data }) => data.lot_name || data.lot_id?.display_name || "";

/**
 * One dialog to generate and to paste numbers: what they give, and what is wrong with
 * them, is shown before anything is created.
 */
patch(GenerateDialog.prototype, {
    setup() {
        super.setup(...arguments);
        this.size = "lg";
        onMounted(() => {
            // what was scanned or typed already is not taken away unasked
            this.keepLines.el.checked = this.numbered.length > 0;
            this.setCounts();
        });
        this.preview = useState({ ...EMPTY });
        this.choice = useState({ reading: false });
        this.onNumbersInput = useDebounced(() => {
            this.choice.reading = false;
            return this.loadPreview();
        }, 250);
        const orm = this.orm;
        // what the user has chosen goes along with what Odoo sends
        this.orm = Object.assign(Object.create(orm), {
            call: (model, method, args, ...rest) => {
                if (method === "action_generate_lot_line_vals") {
                    args = [{ ...args[0], ...this.chosen }, ...args.slice(1)];
                }
                return orm.call(model, method, args, ...rest);
            },
        });
    },

    get chosen() {
        const { move } = this.props;
        return {
            number_reading: this.choice.reading,
            default_move_id: move.resId || false,
            ...this.kept,
        };
    },

    /** Lines with a number, and those that only wait for one. */
    get numbered() {
        return this.props.move.data.move_line_ids.records.filter((line) => getNumber(line));
    },

    get waiting() {
        return this.props.move.data.move_line_ids.records.filter((line) => !getNumber(line));
    },

    /** What the lines that stay have: as they are shown, perhaps not saved yet. */
    get kept() {
        if (!this.keepLines.el?.checked) {
            return { keep_lines: false, kept_numbers: [] };
        }
        const lines = this.props.move.data.move_line_ids;
        return {
            // those of further pages are known to the server alone
            keep_lines: lines.count > lines.records.length,
            kept_numbers: this.numbered.map(getNumber),
        };
    },

    /** What still has no number. Serials are counted in units, whatever the operation
     * counts in. */
    setCounts() {
        const { data } = this.props.move;
        const isLot = data.has_tracking === "lot";
        const count = isLot ? data.product_uom_qty : data.product_qty || data.product_uom_qty;
        const done = this.numbered.reduce((sum, line) => sum + (isLot ? line.data.quantity : 1), 0);
        const getRest = (all) => Math.max(Number((all - done).toFixed(6)), 0);
        const rest = getRest(count) || count;
        this.nextSerialCount.el.value = rest || 2;
        if (isLot) {
            this.totalReceived.el.value = getRest(data.quantity) || rest;
        }
    },

    /** The next number is shown, not used up: who closes the dialog leaves no gap. */
    async _onGenerateCustomSerial() {
        this.nextSerial.el.value = await this.orm.call("stock.move", "get_next_lot_number", [
            this.numberContext,
        ]);
        this.choice.reading = false;
        await this.loadPreview();
    },

    get numberContext() {
        const { context, data } = this.props.move;
        const isLot = data.has_tracking === "lot";
        const received = this.totalReceived.el?.value;
        return {
            ...context,
            default_product_id: data.product_id.id,
            default_location_id: data.location_id.id,
            default_location_dest_id: data.location_dest_id.id,
            default_tracking: data.has_tracking,
            default_quantity: isLot && received ? this.toNumber(received) : data.product_qty,
            ...this.chosen,
        };
    },

    async loadPreview() {
        const answer = await this.orm.call("stock.move", "preview_lot_numbers", [
            this.numberContext,
            this.props.mode,
            this.nextSerial.el?.value || "",
            this.toNumber(this.nextSerialCount.el?.value),
            this.lots.el?.value || "",
        ]);
        Object.assign(this.preview, EMPTY, answer);
        const [only, other] = this.preview.readings;
        if (only && !other && !only.chosen && !this.choice.reading) {
            // it can be read in one way only: the count follows
            await this.choose(only);
        }
    },

    async choose(reading) {
        this.choice.reading = reading.reading;
        if (this.props.move.data.has_tracking !== "lot" && !this.lots.el?.value) {
            this.nextSerialCount.el.value = reading.count;
        }
        await this.loadPreview();
    },

    async _onGenerate() {
        await this.loadPreview();
        if (this.preview.errors.length) {
            return;
        }
        // Odoo reads plain digits alone, and those of a lot with a point
        const inputs = [this.nextSerialCount.el, this.totalReceived.el].filter((el) => el?.value);
        const typed = inputs.map((el) => el.value);
        inputs.forEach((el) => (el.value = String(this.toNumber(el.value))));
        const lines = this.props.move.data.move_line_ids;
        const given = this.keepLines.el.checked ? this.waiting : [];
        try {
            await super._onGenerate(...arguments);
            if (given.length) {
                // these have their numbers now; what is kept are those that had one
                await lines._applyCommands(
                    given.map(({ resId, _virtualId }) => [x2ManyCommands.DELETE, resId || _virtualId])
                );
                await lines._onUpdate();
            }
        } finally {
            inputs.forEach((el, index) => (el.value = typed[index]));
        }
    },

    toNumber(text) {
        try {
            return readNumber(text || "0");
        } catch {
            return 0;
        }
    },

    tellCount(count) {
        return count === 1 ? _t("1 number") : _t("%s numbers", count);
    },

    shorten(numbers, count) {
        return count > numbers.length
            ? [...numbers.slice(0, 3), "…", numbers.at(-1)].join(", ")
            : numbers.join(", ");
    },

    get marked() {
        return this.preview.rows.filter((row) => row.state !== "new");
    },
});
