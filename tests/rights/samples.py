"""A record of each model for the walk: an approved recall, a hold, open documents."""

from odoo import fields

from odoo.addons.lot_traceability.evidence import sealing

from ..builder import SupplyChainBuilder


class Samples(dict):
    """``{model: record}``, as the superuser; the rest is made when it is asked for."""

    def __init__(self, env):
        super().__init__()
        self.env = env(su=True)
        build = SupplyChainBuilder(self.env)
        product = build.product("Raw", company_id=self.env.company.id)
        lot = build.lot(product, "SAMPLE-1")
        held = build.lot(product, "SAMPLE-2")
        receipt = build.receive(lot, 20, build.partner("Vendor"))
        build.receive(held, 5)
        delivery = build.deliver(lot, 4, build.partner("Customer"))
        held.action_hold("glass")
        self.keep(
            *(product, product.product_tmpl_id, lot, build.warehouse),
            self.env["product.category"].create({"name": "Samples"}),
            *(held.hold_ids, receipt, receipt.move_ids, receipt.move_ids.move_line_ids),
            *(delivery.partner_id, build.stock, build.warehouse.in_type_id),
            *(self.env.company, lot.quant_ids[:1]),
        )
        self.keep(self._make_recall(lot))
        self.keep(lot.activity_schedule("mail.mail_activity_data_todo"))
        self.keep(self._make_attribution(build))
        # where the log of the company ends is kept by that alone
        self.env.flush_all()
        sealing.seal_rows(self.env.cr, self.env.company.id)

    def keep(self, *records):
        for record in records:
            self[record._name] = record[:1].sudo()

    def _make_recall(self, lot):
        recall = self.env["lot.recall"].create(
            {
                "reason": "Glass found",
                "recall_class": "2",
                "depth": "retail",
                "seed_lot_ids": [fields.Command.set(lot.ids)],
            }
        )
        self.env.company.lot_recall_separate_approval = False
        recall._advance("approved")
        for name in ("seed_ids", "scope_id", "step_ids", "consignee_ids"):
            self.keep(recall[name])
        self.keep(recall.scope_id.line_ids, recall.consignee_line_ids)
        return recall

    def _make_attribution(self, build):
        engine = build.product("Engine", "serial")
        car = build.product("Car", "serial")
        build.bom(car, {engine: 1})
        engines = [build.lot(engine, name) for name in ("E1", "E2")]
        for lot in engines:
            build.receive(lot, 1)
        order = build.produce(car, {"C1": 1, "C2": 1}, dict.fromkeys(engines, 1))
        action = self.env["lot.attribution"].get_order_action(order._name, order.id)
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.line_ids[0].produced_lot_id = order.lot_producing_ids[0]
        wizard.action_apply()
        return self.env["lot.attribution"].search([], limit=1)

    def make_all(self, models):
        """Make them now, so that they are there for all tests."""
        for name in models:
            self.of(name)
        self.env.flush_all()

    def of(self, name):
        """A record of a model; none of those that are dialogs or views."""
        model = self.env[name]
        if model._abstract or model._transient or not model._auto:
            return model
        if name not in self:
            self[name] = model  # against circles
            self[name] = self._find(model) or model.create(self._get_vals(model))
        return self[name]

    def _find(self, model):
        """What Odoo ships, or the preparations left."""
        domain = []
        if "company_id" in model._fields and model._fields["company_id"].store:
            domain = [("company_id", "in", (False, self.env.company.id))]
        return model.with_context(active_test=False).search(domain, limit=1)

    def _get_vals(self, model):
        given = model.default_get(list(model._fields))
        return {
            name: self._get_value(field)
            for name, field in model._fields.items()
            if field.store
            and not field.compute
            and not field.related
            and name not in given
            and (field.required or name in ("lot_id", "recall_id", "company_id"))
            and name not in ("id", "create_uid", "write_uid")
        }

    def _get_value(self, field):
        if field.type == "many2one":
            return self.of(field.comodel_name).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type in ("integer", "float", "monetary"):
            return 1
        if field.type == "date":
            return "2026-01-01"
        if field.type == "datetime":
            return "2026-01-01 00:00:00"
        if field.type == "boolean":
            return False
        return "sample"
