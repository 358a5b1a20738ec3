from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import public
from ..tools.arguments import check_id, check_text
from ..tools.locking import lock
from ..trace import genealogy


class LotAttribution(models.Model):
    """Which serial component went into which of the serials that an order made.

    A row is never overwritten: a correction is a new row that supersedes the old one,
    which stays with who, when and why. A row without a produced number says that it is
    not known (any more).
    """

    _name = "lot.attribution"
    _description = "Component in Unit"
    _order = "id desc"
    _check_company_auto = True

    res_model = fields.Char("Kind of Order", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Order ID", model_field="res_model", required=True, readonly=True, index=True
    )
    reference = fields.Char("Order", readonly=True, index="trigram")
    # the move, not its line: lines are made anew while an order is worked on
    consumed_move_id = fields.Many2one(
        "stock.move",
        "Consumption",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    consumed_lot_id = fields.Many2one(
        "stock.lot", "Component", required=True, readonly=True, index=True
    )
    consumed_product_id = fields.Many2one(
        related="consumed_lot_id.product_id", string="Component Product", store=True
    )
    produced_lot_id = fields.Many2one(
        "stock.lot", "Went into", readonly=True, index="btree_not_null"
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, default=1.0)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Said by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        "Said on", required=True, readonly=True, default=fields.Datetime.now
    )
    reason = fields.Char(readonly=True, help="Why what was said before was wrong")
    superseded_by_id = fields.Many2one(
        "lot.attribution", "Corrected by", readonly=True, index="btree_not_null"
    )

    @api.constrains("consumed_move_id", "consumed_lot_id", "produced_lot_id")
    def _check_order(self):
        """What is said has to be about this order."""
        for row in self:
            order = row._get_order()
            lines, produced = row._get_sides(order)
            lines = lines.filtered(
                lambda line, row=row: line.lot_id == row.consumed_lot_id
            )
            if row.consumed_move_id not in lines.move_id:
                raise ValidationError(
                    self.env._(
                        "%(component)s is no serial component of %(order)s.",
                        component=row.consumed_lot_id.name,
                        order=order.display_name,
                    )
                )
            if row.produced_lot_id - produced:
                raise ValidationError(
                    self.env._(
                        "%(order)s does not make %(unit)s. Choose one of: %(units)s",
                        order=order.display_name,
                        unit=row.produced_lot_id.name,
                        units=", ".join(produced.mapped("name")),
                    )
                )

    def _get_order(self):
        return self.env[self.res_model].browse(self.res_id)

    # -- orders -----------------------------------------------------------
    @api.model
    def _get_order_models(self):
        """The kinds of order; another addon adds its own here and in
        :meth:`_get_sides`."""
        return ["mrp.production"]

    @api.model
    def _get_sides(self, order):
        """Lines that consume serial components, and the serials that are made.

        Another addon adds its kind of order by extending this.
        """
        if order._name != "mrp.production":
            return self.env["stock.move.line"], self.env["stock.lot"]
        lines = order.move_raw_ids.move_line_ids.filtered(
            lambda line: (
                line.lot_id
                and line.product_id.tracking == "serial"
                and line.quantity > 0
            )
        )
        made = order.move_finished_ids.filtered(
            lambda move: move.product_id == order.product_id
        )
        produced = order.lot_producing_ids | made.move_line_ids.lot_id
        return lines, produced.filtered(lambda lot: lot.product_id.tracking == "serial")

    @api.model
    @public.model(res_model=check_text, res_id=check_id)
    def get_order_action(self, res_model, res_id):
        """Open the screen that says which component went into which unit.

        :param res_model: ``mrp.production``
        :param res_id: id of the order
        :return: window action
        :raise UserError: if there is nothing to say
        """
        self.check_access("read")
        if res_model not in self._get_order_models() or res_model not in self.env:
            raise UserError(
                self.env._("Components are not told unit by unit in %s.", res_model)
            )
        order = self.env[res_model].browse(res_id)
        order.check_access("write")
        lines, produced = self._get_sides(order)
        if not lines or not produced:
            raise UserError(
                self.env._(
                    "%s has no serial components in units with serial numbers. Choose "
                    "the serial numbers of both first.",
                    order.display_name,
                )
            )
        wizard = self.env["lot.attribution.wizard"]._create_for(order)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Components in Units of %s", order.display_name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _get_current(self, order):
        """``{(move, component): row}`` of what is held to be true now."""
        rows = self.search(
            [
                ("res_model", "=", order._name),
                ("res_id", "=", order.id),
                ("superseded_by_id", "=", False),
            ]
        )
        return {(row.consumed_move_id, row.consumed_lot_id): row for row in rows}

    @api.model
    def _assign(self, order, units, reason=False):
        """Say which component went into which unit.

        :param units: ``{(move, component lot): produced lot or empty}``
        :param reason: needed where something else was said before
        :raise UserError: if it is missing
        """
        order.check_access("write")
        lock(order)
        current = self._get_current(order)
        nothing = self.env["stock.lot"]
        changed = {
            key: lot
            for key, lot in units.items()
            if lot != (current[key].produced_lot_id if key in current else nothing)
        }
        corrected = [key for key in changed if key in current]
        if corrected and not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why it is corrected: something else was said before of "
                    "%(components)s.",
                    components=", ".join(lot.name for _move, lot in corrected),
                )
            )
        # nobody may write rows by hand: whoever may change the order adds them here
        rows = self.sudo().create(
            [self._prepare(order, key, lot) for key, lot in changed.items()]
        )
        for key, row in zip(changed, rows, strict=True):
            if key in current:
                row.reason = reason.strip()
                current[key].sudo().superseded_by_id = row
        return rows.sudo(False)

    def _prepare(self, order, key, lot):
        move, component = key
        return {
            "res_model": order._name,
            "res_id": order.id,
            "reference": order.display_name,
            "consumed_move_id": move.id,
            "consumed_lot_id": component.id,
            "produced_lot_id": lot.id,
            "company_id": move.company_id.id,
        }

    # -- trace ------------------------------------------------------------
    @api.model
    def _apply(self, links):
        """Leave out the pairs that are known not to be, and make sure of the others.

        :param links: list of :class:`genealogy.Link` of any kind
        :return: list of those that remain
        """
        lots = {link.source for link in links if link.kind == "production"}
        units = self._read_units(lots) if lots else {}
        if not units:
            return links
        kept = []
        for link in links:
            unit, product = units.get(link.line_out, (None, None))
            if link.kind != "production" or product != link.product_in:
                kept.append(link)
            elif link.target == unit:
                link.certainty = genealogy.MATERIAL
                kept.append(link)
        return kept

    def _read_units(self, lot_ids):
        """``{id of the consumed line: (id of the produced lot, of its product)}``"""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, said.produced_lot_id, unit.product_id
                FROM lot_attribution said
                JOIN stock_move_line line ON line.move_id = said.consumed_move_id
                    AND line.lot_id = said.consumed_lot_id
                JOIN stock_lot unit ON unit.id = said.produced_lot_id
                WHERE said.superseded_by_id IS NULL
                    AND said.consumed_lot_id = ANY(%s)""",
                [lot_id for lot_id in lot_ids if lot_id > 0],
            )
        )
        return {line_id: (unit, product) for line_id, unit, product in rows}
