import { registry } from "@web/core/registry";

const HEADER = "Product;Number;Quantity\n";
const BAD = `${HEADER}Tour Device;SN/01-SN/03;3\nTour Divice;SN/04;1\nTour Device;SN/05;x\n`;
const GOOD = `${HEADER}Tour Device;SN/01-SN/03;3\nTour Device;SN/04;1\nTour Device;SN/05;1\n`;

/** Gives a file to the field as the dialog of the browser would. */
function upload(name, text) {
    return {
        content: `Upload ${name}`,
        trigger: ".o_field_widget[name=file] input[type=file]:not(:visible)",
        run: ({ anchor }) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name, { type: "text/csv" }));
            anchor.files = transfer.files;
            anchor.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

const click = (trigger) => ({ trigger, run: "click" });

const START = [
    click(".o_list_button_add"),
    {
        content: "A template is at hand",
        trigger: ".alert a[href='/lot_traceability/lot_import/template.xlsx']",
    },
    upload("bad.csv", BAD),
    click("button[name=action_check]"),
    {
        content: "All errors are there, by row",
        trigger:
            ".o_field_widget[name=first_error_ids] .o_data_row:contains(3):contains(no product has this reference)",
    },
    {
        trigger:
            ".o_field_widget[name=first_error_ids] .o_data_row:contains(4):contains(not clearly a number)",
    },
    { trigger: "button[name=action_download_errors]" },
];

const SEE_LOTS = [
    { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)" },
    click(".oe_stat_button[name=action_open_lots]"),
    { trigger: ".o_list_view .o_data_row:contains(SN/03)" },
];

registry.category("web_tour.tours").add("lot_traceability_import_corrected", {
    steps: () => [
        ...START,
        upload("good.csv", GOOD),
        click("button[name=action_check]"),
        click("button[name=action_import]"),
        ...SEE_LOTS,
        { trigger: ".o_list_view .o_data_row:contains(SN/05)" },
    ],
});

registry.category("web_tour.tours").add("lot_traceability_import_valid_rows", {
    steps: () => [
        ...START,
        click("button[name=action_import_valid]"),
        click(".modal-footer button:contains(Import)"),
        ...SEE_LOTS,
    ],
});
