import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { readNumber } from "../read_number/read_number";
import { AltCode, FNC1, isSeparator } from "./scan_keys";
import { playAnswer } from "./scan_sound";

// what core's barcode service does with these codes is press buttons of the form
const COMMANDS = /^(OBT|OCD)/;
// nobody weighs more; a scanner that types into the field for a weight types a code
const MOST = 1000000;
const FEW = 5;
const NOTHING = {
    productId: false,
    product: false,
    locationId: false,
    location: false,
    quantity: false,
    package: false,
};

/** Books what is scanned on the transfer, with the cursor in the field or without. */
export class ScanField extends Component {
    static template = "lot_traceability.ScanField";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.input = useRef("input");
        this.quantity = useRef("quantity");
        this.root = useRef("root");
        this.hasCamera = isBarcodeScannerSupported();
        this.mutex = new Mutex();
        this.altCode = new AltCode();
        this.meant = useState({ ...NOTHING });
        this.state = useState({ answer: false, text: "", scans: [], showAll: false });
        useBus(useService("barcode").bus, "barcode_scanned", (ev) =>
            this.onBarcodeScanned(ev.detail.barcode)
        );
        useExternalListener(window, "keydown", (ev) => this.onKeyAnywhere(ev), {
            capture: true,
        });
        useExternalListener(window, "keyup", (ev) => this.onKeyUp(ev), {
            capture: true,
        });
        // once the field for it is drawn: what is typed now is the quantity, no number
        useEffect(
            (answer) => {
                if (answer.wants_quantity && this.quantity.el) {
                    this.quantity.el.value = this.getProposed(answer);
                    this.quantity.el.focus();
                    this.quantity.el.select();
                }
            },
            () => [this.state.answer]
        );
        onWillStart(() => this.loadScans(this.props));
        onWillUpdateProps((props) => {
            if (props.record.resId !== this.props.record.resId) {
                Object.assign(this.meant, NOTHING);
                Object.assign(this.state, { answer: false, showAll: false });
                return this.loadScans(props);
            }
        });
    }

    // -- keys -------------------------------------------------------------
    get isCovered() {
        return !this.ui.activeElement.contains(this.root.el);
    }

    /** Keys that stand for a separator, in the field or nowhere: core knows none. */
    onKeyAnywhere(ev) {
        const isInput = ev.target === this.input.el;
        const isElsewhere = ev.target.matches?.("input,textarea,[contenteditable=true]");
        if (!ev.key || this.isCovered || (isElsewhere && !isInput)) {
            return;
        }
        if (this.altCode.take(ev)) {
            this.swallow(ev);
            return;
        }
        if (ev.key !== "Alt") {
            this.type(this.altCode.finish(), ev.target);
        }
        if (isSeparator(ev) && (isInput || ev.key !== FNC1)) {
            this.swallow(ev);
            this.type(FNC1, ev.target);
        }
    }

    onKeyUp(ev) {
        if (ev.key === "Alt") {
            this.type(this.altCode.finish(), ev.target);
        }
    }

    swallow(ev) {
        ev.preventDefault();
        ev.stopImmediatePropagation();
    }

    type(character, target) {
        if (!character) {
            return;
        }
        if (target === this.input.el) {
            // other characters the system itself writes into a field
            if (character === FNC1) {
                this.input.el.setRangeText(FNC1, ...this.selection, "end");
            }
            return;
        }
        const key = character === "\r" ? "Enter" : character;
        target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }

    get selection() {
        return [this.input.el.selectionStart, this.input.el.selectionEnd];
    }

    onKeydown(ev) {
        const barcode = this.input.el.value;
        const isEnd = ev.key === "Enter" || (ev.key === "Tab" && barcode.trim());
        if (isEnd) {
            ev.preventDefault();
            ev.stopPropagation();
            this.input.el.value = "";
            if (barcode.trim()) {
                this.scan(barcode);
            }
        }
    }

    onQuantityKeydown(ev) {
        if (ev.key === "Enter" || ev.key === "Tab") {
            ev.preventDefault();
            ev.stopPropagation();
            this.giveQuantity();
        }
    }

    // -- scans ------------------------------------------------------------
    onBarcodeScanned(barcode) {
        if (!this.isCovered && !COMMANDS.test(barcode)) {
            this.scan(barcode);
        }
    }

    async scanWithCamera() {
        // what is wrong with the camera, its dialog says
        const barcode = await scanBarcode(this.env).catch(() => "");
        if (barcode) {
            this.scan(barcode);
        }
    }

    /** One after the other: a scanner is faster than the server. */
    scan(barcode, values = {}) {
        return this.mutex.exec(() => this.book(barcode, values));
    }

    choose(reading) {
        this.scan(this.state.text, { reading });
    }

    giveQuantity() {
        const text = this.quantity.el.value.trim();
        let quantity = 0;
        try {
            quantity = readNumber(text);
        } catch {
            // not a number
        }
        if (quantity > 0 && quantity < MOST) {
            this.scan(this.state.text, { quantity });
        } else if (text) {
            this.quantity.el.value = "";
            this.scan(text);
        }
    }

    /** As a number is typed here: a point would be one of thousands in other languages. */
    getProposed({ quantity }) {
        return quantity
            ? formatFloat(quantity, { digits: [false, 6], thousandsSep: "", trailingZeros: false })
            : "";
    }

    async book(barcode, values) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const meant = {
            product_id: this.meant.productId,
            location_id: this.meant.locationId,
            quantity: this.meant.quantity,
            package: this.meant.package,
        };
        const answer = await this.orm.call(
            "stock.picking",
            "scan_number",
            [[record.resId], barcode],
            { ...meant, ...values }
        );
        await this.show(barcode, answer);
    }

    async show(barcode, answer) {
        this.setProduct(answer.product_id, answer.product);
        this.setLocation(answer.location_id, answer.location);
        this.setPackage(answer.package);
        // what was said before a code that can be read in several ways is still meant
        const isMeant = answer.answer === "noted" || answer.choices.length > 0;
        this.meant.quantity = isMeant && answer.quantity;
        Object.assign(this.state, { answer, text: barcode });
        playAnswer(answer.answer);
        if (answer.scan) {
            this.state.scans.unshift(answer.scan);
        }
        if (answer.action) {
            await this.action.doAction(answer.action);
        } else if (["booked", "look"].includes(answer.answer)) {
            await this.props.record.load();
        }
    }

    setProduct(productId, product) {
        Object.assign(this.meant, { productId, product });
    }

    setLocation(locationId, location) {
        Object.assign(this.meant, { locationId, location });
    }

    setPackage(name) {
        this.meant.package = name;
    }

    // -- what was scanned -------------------------------------------------
    async loadScans({ record }) {
        this.state.scans = record.resId
            ? await this.orm.call("stock.picking", "get_scans", [[record.resId]])
            : [];
    }

    get shownScans() {
        return this.state.showAll ? this.state.scans : this.state.scans.slice(0, FEW);
    }

    getTime({ time }) {
        return formatDateTime(deserializeDateTime(time), { format: "HH:mm:ss" });
    }

    /** The separator has no picture. */
    getText({ text }) {
        return text.replaceAll(FNC1, " ");
    }

    undo({ id }) {
        return this.mutex.exec(async () => {
            const { record } = this.props;
            if (!(await record.save())) {
                return;
            }
            const answer = await this.orm.call("stock.picking", "undo_scan", [
                [record.resId],
                id,
            ]);
            Object.assign(this.state, { answer, text: "" });
            playAnswer(answer.answer === "refused" ? "refused" : "ask");
            await this.loadScans(this.props);
            await record.load();
        });
    }
}

registry.category("view_widgets").add("lot_scan_field", { component: ScanField });
