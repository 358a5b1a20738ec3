import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * A dialog signed with a password that is never stored: saving the form once more would
 * lose it, with its dots still on the screen.
 */
export class SignFormController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        if (clickParams.special === "cancel") {
            return super.beforeExecuteActionButton(clickParams);
        }
        const record = this.model.root;
        // takes over what was typed last
        await record.isDirty();
        const { password } = record.data;
        const saved = await super.beforeExecuteActionButton(clickParams);
        if (password && record.data.password !== password) {
            await record.update({ password });
        }
        return saved;
    }
}

registry.category("views").add("lot_sign_form", {
    ...formView,
    Controller: SignFormController,
});
