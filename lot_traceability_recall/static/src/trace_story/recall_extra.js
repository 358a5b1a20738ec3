import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

registry.category("lot_trace_actions").add(
    "recall",
    {
        label: _t("Recall"),
        title: _t("Recall the lots of this trace, and the one that is selected"),
        group: "lot_traceability_recall.group_recall_user",
        method: "action_recall",
    },
    { sequence: 20 }
);
