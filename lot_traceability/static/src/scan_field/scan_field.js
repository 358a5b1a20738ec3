import { Component, useRef, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const FNC1 = "\x1d";
const ERROR_SOUND = "/barcodes/static/src/audio/error.mp3";
// what core's barcode service does with these codes is press buttons of the form
const COMMANDS = /^(OBT|OCD)/;

/** Books what is scanned on the transfer, with the cursor in the field or without. */
export class ScanField extends Component {
    static template = "lot_traceability.ScanField";
    static props = { ...standardWidgetProps };

    setup() {
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.input = useRef("input");
        this.root = useRef("root");
        this.hasCamera = isBarcodeScannerSupported();
        this.mutex = new Mutex();
        this.meant = useState({ productId: false, product: false });
        useBus(useService("barcode").bus, "barcode_scanned", (ev) =>
            this.onBarcodeScanned(ev.detail.barcode)
        );
    }

    onBarcodeScanned(barcode) {
        const isCovered = !this.ui.activeElement.contains(this.root.el);
        if (!isCovered && !COMMANDS.test(barcode)) {
            this.scan(barcode);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            const barcode = this.input.el.value;
            this.input.el.value = "";
            if (barcode.trim()) {
                this.scan(barcode);
            }
        } else if (ev.ctrlKey && ev.key === "]") {
            // this is how scanners type the separator of GS1 codes
            ev.preventDefault();
            this.input.el.setRangeText(FNC1, ...this.selection, "end");
        }
    }

    get selection() {
        return [this.input.el.selectionStart, this.input.el.selectionEnd];
    }

    async scanWithCamera() {
        // what is wrong with the camera, its dialog says
        const barcode = await scanBarcode(this.env).catch(() => "");
        if (barcode) {
            this.scan(barcode);
        }
    }

    /** One after the other: a scanner is faster than the server. */
    scan(barcode) {
        return this.mutex.exec(() => this.book(barcode));
    }

    async book(barcode) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const answer = await this.orm.call("stock.picking", "scan_number", [
            [record.resId],
            barcode,
            this.meant.productId,
        ]);
        this.setProduct(answer.product_id, answer.product);
        this.notify(answer);
        if (answer.level !== "danger") {
            await record.load();
        }
    }

    notify({ message, level }) {
        // the last scan is the one that counts
        this.closeNotification?.();
        this.closeNotification = this.notification.add(message, {
            type: level,
            sticky: level === "danger",
        });
        if (level === "danger") {
            // nobody looks at the screen while scanning; no sound is no harm
            new Audio(ERROR_SOUND).play().catch(() => {});
        }
    }

    setProduct(productId, product) {
        Object.assign(this.meant, { productId, product });
    }
}

registry.category("view_widgets").add("lot_scan_field", { component: ScanField });
