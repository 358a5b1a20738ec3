import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Step extends models.Model {
    _name = "step";
    reason = fields.Char();
    password = fields.Char();
    _records = [{ id: 1 }];
}
defineMailModels();
defineModels([Step]);

test("A password that is not stored goes with every try", async () => {
    // as the server does with a field that is not stored
    onRpc("step", "web_save", async ({ args, parent }) => {
        const rows = await parent();
        return rows.map((row) => ({ ...row, password: args[1].password || false }));
    });
    onRpc("step", "action_confirm", ({ kwargs }) => {
        expect.step(`signed with ${kwargs.context.password}`);
        // refused: the form stays as it is
        return { type: "ir.actions.act_window_close", infos: { noReload: true } };
    });
    await mountView({
        type: "form",
        resModel: "step",
        resId: 1,
        arch: `
            <form js_class="lot_sign_form">
                <field name="reason" />
                <field name="password" password="True" required="1" />
                <button name="action_confirm" type="object" string="Sign"
                    context="{'password': password}" />
            </form>`,
    });
    await contains("[name=password] input").edit("secret");
    await contains("button[name=action_confirm]").click();
    await contains("[name=reason] input").edit("Forgotten before");
    await contains("button[name=action_confirm]").click();
    expect.verifySteps(["signed with secret", "signed with secret"]);
    expect("[name=password] input").toHaveValue("secret");
});
