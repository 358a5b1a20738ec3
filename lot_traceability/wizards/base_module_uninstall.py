from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..leaving import files, losses
from ..tools import public


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    lot_losses = fields.Html(
        "What Is Lost of Lots",
        compute="_compute_lot_losses",
        help="What the apps that are uninstalled keep of lots, and which lots are on "
        "hold and would be free.",
    )

    @api.depends("module_ids")
    def _compute_lot_losses(self):
        for wizard in self:
            addons = wizard._get_lot_addons()
            wizard.lot_losses = addons and wizard._get_lot_losses(addons)

    def _get_lot_addons(self):
        return losses.find_addons(self.env, {*self._get_modules().mapped("name")})

    def _get_lot_losses(self, addons):
        lines = []
        if "lot_traceability" in addons and (held := losses.find_held(self.env)):
            # sudo: who uninstalls it is told of the lots of all companies
            lots = self.env["stock.lot"].sudo().browse(held)
            names = ", ".join(lots[: losses.SHOWN_LOTS].mapped("name"))
            lines.append(
                self.env._(
                    "%(count)s lots are on hold, and can be delivered and used from "
                    "then on: %(names)s. Each gets a note that says so.",
                    count=len(lots),
                    names=names + (" ..." if len(lots) > losses.SHOWN_LOTS else ""),
                )
            )
        for loss in losses.find_losses(self.env, addons):
            model = self.env["ir.model"]._get(loss.model).name
            names = [self.env[loss.model]._fields[name].string for name in loss.fields]
            lines.append(
                self.env._("%(model)s: %(count)s", model=model, count=loss.rows)
                if not names
                else self.env._(
                    "%(model)s: %(count)s with a value in %(fields)s",
                    model=model,
                    count=loss.rows,
                    fields=", ".join(names),
                )
            )
        items = Markup("").join(Markup("<li>%s</li>") % line for line in lines)
        return (
            Markup("<ul>%s</ul>") % items
            if lines
            else escape(self.env._("Nothing was kept yet."))
        )

    @public.record()
    def action_lot_export(self):
        """All of that in a file, which stays among the attachments.

        :return: the action that downloads it
        :raise UserError: if none of these apps is uninstalled
        """
        addons = self._get_lot_addons()
        if not addons:
            raise UserError(self.env._("None of these apps keeps anything of lots."))
        file = files.export(self.env, addons)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=true",
            "target": "download",
        }
