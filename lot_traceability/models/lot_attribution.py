from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .. import guards
from ..evidence import log
from ..tools import public
from ..tools.arguments import check_id, one_of
from ..tools.locking import lock
from ..trace import genealogy


def _get_known_models(env):
    models_of_orders = env["lot.attribution"]._get_order_models()
    return [name for name in models_of_orders if name in env]


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
    quantity = fields.Float(
        digits="Product Unit", readonly=True, default=1.0, aggregator=None
    )
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

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        return guards.forget_user_defaults(self, values, self._fields)

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
                        "%(component)s is not a serial component of %(order)s.",
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
        """Lines that consume serial components, and what is made: units with serial
        numbers, and by-products beside them.

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
        produced = produced.filtered(lambda lot: lot.product_id.tracking == "serial")
        if produced:
            produced |= order.move_byproduct_ids.move_line_ids.lot_id
        return lines, produced

    @api.model
    def _get_units(self, order):
        """Those of what is made that *Fill* gives components to, in their order."""
        _lines, produced = self._get_sides(order)
        return produced.filtered(lambda lot: lot.product_id == order.product_id).sorted(
            "id"
        )

    @api.model
    @public.model(res_model=one_of(_get_known_models), res_id=check_id)
    def get_order_action(self, res_model, res_id):
        """Open the screen that says which component went into which unit.

        :param res_model: ``mrp.production``
        :param res_id: id of the order
        :return: window action
        :raise UserError: if there is nothing to say
        """
        self.check_access("read")
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
        log.note(
            rows,
            "attribution",
            old={
                row.id: current[key].produced_lot_id.name
                for key, row in zip(changed, rows, strict=True)
                if key in current
            },
            new=lambda row: row.produced_lot_id.name or self.env._("Open"),
            reason=lambda row: row.reason or row.reference,
            lots=lambda row: row.consumed_lot_id,
        )
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

        What was said of some components leaves less room for the others; where they
        are stays possible until it is said.

        :param links: list of :class:`genealogy.Link` of any kind
        :return: list of those that remain
        """
        lines = {link.line_out for link in links if link.kind == "production"}
        units, moves = self._read_units(lines) if lines else ({}, {})
        if not units and not moves:
            return links
        full, shared = self._find_full(set(moves.values()))
        kept = []
        for link in links:
            if link.kind != "production":
                kept.append(link)
            elif link.line_out in units:
                if link.target == units[link.line_out]:
                    link.certainty = genealogy.MATERIAL
                    kept.append(link)
            elif (move := moves.get(link.line_out)) not in shared:
                kept.append(link)
            elif (move, link.target) not in full:
                if link.certainty == genealogy.MATERIAL:
                    link.certainty = genealogy.POSSIBLE
                kept.append(link)
        return kept

    def _read_units(self, line_ids):
        """What was said of consumed lines.

        :return: ``{line: produced lot}``, and ``{line: move}`` of those of which
            nothing was said, although it was of others beside them
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, line.move_id, said.produced_lot_id
                FROM stock_move_line line
                LEFT JOIN lot_attribution said ON said.superseded_by_id IS NULL
                    AND said.consumed_move_id = line.move_id
                    AND said.consumed_lot_id = line.lot_id
                WHERE line.id = ANY(%s) AND EXISTS (
                    SELECT FROM lot_attribution beside
                    WHERE beside.consumed_move_id = line.move_id
                        AND beside.superseded_by_id IS NULL
                        AND beside.produced_lot_id IS NOT NULL)""",
                list(line_ids),
            )
        )
        units = {line: unit for line, _move, unit in rows if unit}
        return units, {line: move for line, move, unit in rows if not unit}

    def _find_full(self, move_ids):
        """Units that have their part of what a move consumed.

        Each unit gets the same number of serial components, if they can be shared out
        so; a by-product may take any.

        :return: {(move, unit)}, and the moves of orders that make more than one lot
        """
        if not move_ids:
            return set(), set()
        rows = self.env.execute_query(
            SQL(
                """WITH used AS (
                    SELECT move_id, min(id) AS line_id, count(DISTINCT lot_id) AS parts
                    FROM stock_move_line
                    WHERE move_id = ANY(%s) AND state = 'done'
                        AND quantity_product_uom <> 0 AND lot_id IS NOT NULL
                    GROUP BY move_id),
                made AS (
                    SELECT DISTINCT used.move_id, used.parts, line.lot_id,
                        line.product_id, template.tracking = 'serial' AS is_serial
                    FROM used
                    JOIN stock_move_line_consume_rel rel
                        ON rel.produce_line_id = used.line_id
                    JOIN stock_move_line line ON line.id = rel.consume_line_id
                        AND line.state = 'done' AND line.quantity_product_uom <> 0
                    JOIN product_product product ON product.id = line.product_id
                    JOIN product_template template
                        ON template.id = product.product_tmpl_id)
                SELECT made.move_id, made.lot_id, made.parts, made.is_serial,
                    count(*) OVER (PARTITION BY made.move_id) AS lots,
                    count(*) OVER (PARTITION BY made.move_id, made.product_id) AS units,
                    (SELECT count(*) FROM lot_attribution said
                        WHERE said.consumed_move_id = made.move_id
                            AND said.produced_lot_id = made.lot_id
                            AND said.superseded_by_id IS NULL) AS taken
                FROM made""",
                list(move_ids),
            )
        )
        full = {
            (move, unit)
            for move, unit, parts, is_serial, _lots, units, taken in rows
            if is_serial and parts % units == 0 and taken >= parts // units
        }
        return full, {move for move, *_unit, lots, _units, _taken in rows if lots > 1}

    # -- what is open -----------------------------------------------------
    @api.model
    def _sql_open_lines(self, company):
        """A line of each order that used several serial components for several units,
        and of which not all is said."""
        return SQL(
            """SELECT min(used.line_id) FROM (
                SELECT line.move_id, min(line.id) AS line_id,
                    min(move.raw_material_production_id) AS order_id,
                    count(DISTINCT line.lot_id) AS parts
                FROM stock_move_line line
                JOIN stock_move move ON move.id = line.move_id
                    AND move.raw_material_production_id IS NOT NULL
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template
                    ON template.id = product.product_tmpl_id
                    AND template.tracking = 'serial'
                WHERE line.state = 'done' AND line.quantity_product_uom <> 0
                    AND line.lot_id IS NOT NULL AND line.company_id = %(company)s
                GROUP BY line.move_id
                HAVING count(DISTINCT line.lot_id) > 1) used
            WHERE used.parts > (
                SELECT count(*) FROM lot_attribution said
                WHERE said.consumed_move_id = used.move_id
                    AND said.superseded_by_id IS NULL
                    AND said.produced_lot_id IS NOT NULL)
            AND 1 < (
                SELECT count(DISTINCT made.lot_id)
                FROM stock_move_line_consume_rel rel
                JOIN stock_move_line made ON made.id = rel.consume_line_id
                    AND made.state = 'done' AND made.quantity_product_uom <> 0
                JOIN product_product product ON product.id = made.product_id
                JOIN product_template template
                    ON template.id = product.product_tmpl_id
                    AND template.tracking = 'serial'
                WHERE rel.produce_line_id = used.line_id)
            GROUP BY used.order_id""",
            company=company.id,
        )
