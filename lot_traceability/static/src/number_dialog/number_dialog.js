import { useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { useDebounced } from "@web/core/utils/timing";
import { parseFloat } from "@web/views/fields/parsers";
import { GenerateDialog } from "@stock/widgets/generate_serial";

/** Show what a number expression gives before anything is created. */
patch(GenerateDialog.prototype, {
    setup() {
        super.setup(...arguments);
        this.preview = useState({ numbers: [], count: 0, errors: [] });
        this.onNumbersInput = useDebounced(() => this.loadPreview(), 250);
    },

    /** The next number is shown, not used up: who closes the dialog leaves no gap. */
    async _onGenerateCustomSerial() {
        this.nextSerial.el.value = await this.orm.call("stock.move", "get_next_lot_number", [
            this.numberContext,
        ]);
        await this.loadPreview();
    },

    get numberContext() {
        const { context, data } = this.props.move;
        const isLot = data.has_tracking === "lot";
        const received = this.totalReceived.el?.value;
        return {
            ...context,
            default_product_id: data.product_id.id,
            default_tracking: data.has_tracking,
            default_quantity: isLot && received ? this.toNumber(received) : data.product_qty,
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
        Object.assign(this.preview, answer);
    },

    toNumber(text) {
        try {
            return parseFloat(text || "0");
        } catch {
            return 0;
        }
    },

    get previewText() {
        const { numbers, count } = this.preview;
        return count > numbers.length
            ? [...numbers.slice(0, 3), "…", numbers.at(-1)].join(", ")
            : numbers.join(", ");
    },
});
