from odoo import api, fields, models
from odoo.fields import Domain


class StockLot(models.Model):
    _inherit = "stock.lot"

    expiry_alert_ids = fields.One2many("lot.expiry.alert", "lot_id", "Expiry Alerts")
    expiry_alert_count = fields.Integer(compute="_compute_expiry_alert_count")

    @api.depends("expiry_alert_ids")
    def _compute_expiry_alert_count(self):
        counts = dict(
            self.env["lot.expiry.alert"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.expiry_alert_count = counts.get(lot._origin, 0)

    def action_open_expiry_alerts(self):
        """Open the alerts sent for these lots.

        :return: the action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_expiry.action_lot_expiry_alert"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    @api.model
    def _prepare_on_hand_domain(self):
        return Domain("quantity", ">", 0) & Domain("location_id.usage", "=", "internal")

    # -- Odoo's own alert -----------------------------------------------
    @api.model
    def _alert_date_exceeded(self):
        # Odoo's scheduler alerts once for ever and also when expiry is switched off on
        # the product, so it must not see the lots that our scheduled action serves. It
        # keeps alert dates put on lots that never had an expiration date. No lot has
        # two senders, so the order in which the two run does not matter.
        return super(
            StockLot, self.with_context(lot_expiry_not_ours=True)
        )._alert_date_exceeded()

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if self.env.context.get("lot_expiry_not_ours"):
            domain = Domain(domain) & Domain(
                [("use_expiration_date", "=", False), ("expiration_date", "=", False)]
            )
        return super()._search(domain, offset, limit, order, **kwargs)
