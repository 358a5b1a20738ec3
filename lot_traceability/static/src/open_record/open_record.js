import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

// what the form of a model reads besides: stock users may read orders, but not this
const SHOWN_WITH = { "mrp.production": "mrp.workorder" };

/** Opens the form of a record; says so where the rights of the user end. */
export function useOpenRecord() {
    const action = useService("action");
    const notification = useService("notification");
    return async (model, resId) => {
        const asked = [[model, [resId]]];
        if (SHOWN_WITH[model]) {
            asked.push([SHOWN_WITH[model], []]);
        }
        const allowed = await Promise.all(
            asked.map(([name, ids]) => user.checkAccessRight(name, "read", ids))
        );
        if (!allowed.every((may) => may)) {
            notification.add(_t("You are not allowed to open this document."), { type: "warning" });
            return;
        }
        return action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: resId,
            views: [[false, "form"]],
        });
    };
}
