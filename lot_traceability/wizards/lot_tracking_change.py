from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import guards
from ..tools.quantity import format_quantity

# what is kept of the old lot, where these fields exist
CARRIED = (
    *("expiration_date", "use_date", "removal_date", "alert_date"),
    *("supplier_number", "batch_code"),
)
from ..tools import public


class LotTrackingChange(models.TransientModel):
    """Change the tracking of a product with its stock: counted out as it was, counted
    in with the new numbers, in one transaction."""

    _name = "lot.tracking.change"
    _inherit = ["lot.dialog"]
    _description = "Change Tracking"

    product_tmpl_id = fields.Many2one(
        "product.template", "Product", required=True, readonly=True
    )
    tracking_from = fields.Selection(related="product_tmpl_id.tracking")
    tracking_to = fields.Selection(
        lambda self: self._get_tracking_selection(),
        "New Tracking",
        required=True,
        help="The same as now only gives numbers to stock that has none.",
    )
    line_ids = fields.One2many("lot.tracking.change.line", "change_id", "Stock")
    open_line_ids = fields.Many2many(
        "stock.move.line", compute="_compute_obstacles", string="To Settle First"
    )
    obstacles = fields.Text(compute="_compute_obstacles")
    has_reservations = fields.Boolean(compute="_compute_obstacles")
    number_problems = fields.Text("To Correct", compute="_compute_previews")
    number_count = fields.Integer("New Numbers", compute="_compute_previews")

    def _get_tracking_selection(self):
        return (
            self.env["product.template"]
            ._fields["tracking"]
            ._description_selection(self.env)
        )

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        for change in changes:
            change._load_stock()
        return changes

    def _load_stock(self):
        """Write down the stock that the change is about."""
        self.ensure_one()
        self.line_ids.unlink()
        quants = self._get_quants().filtered(lambda quant: quant.quantity > 0)
        self.line_ids = [
            fields.Command.create({"quant_id": quant.id, "quantity": quant.quantity})
            for quant in quants
        ]

    # -- what there is ----------------------------------------------------
    def _get_products(self):
        variants = self.product_tmpl_id.with_context(active_test=False)
        return variants.product_variant_ids

    def _get_stock_domain(self):
        return (
            Domain("product_id", "in", self._get_products().ids)
            & Domain("quantity", "!=", 0)
            & Domain("location_id.usage", "in", ("internal", "transit"))
        )

    def _get_quants(self):
        """The stock that gets new numbers: that without a number, if the tracking stays
        as it is; in the companies that the user works in."""
        domain = self._get_stock_domain() & Domain(
            "company_id", "in", self.env.companies.ids
        )
        if self.tracking_to == self.tracking_from:
            domain &= Domain("lot_id", "=", False)
        return self.env["stock.quant"].search(domain, order="location_id, id")

    def _get_open_lines(self):
        """Reservations and typed numbers of operations that are not done."""
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                Domain("product_id", "in", self._get_products().ids)
                & Domain("state", "not in", ("done", "cancel"))
                & (
                    Domain("quantity", ">", 0)
                    | Domain("lot_id", "!=", False)
                    | Domain("lot_name", "!=", False)
                )
            )
        )

    # -- what is in the way -----------------------------------------------
    @api.depends("tracking_to", "line_ids")
    def _compute_obstacles(self):
        for change in self:
            open_lines = change._get_open_lines()
            known = open_lines.sudo(False)._filtered_access("read")
            change.open_line_ids = known
            change.has_reservations = bool(known.filtered(lambda line: not line.picked))
            change.obstacles = "\n".join(
                change._get_obstacles(len(open_lines), len(open_lines - known))
            )

    def _get_obstacles(self, open_count, hidden_count):
        """Why it cannot be done now, a text for each reason."""
        return [
            *self._get_line_obstacles(open_count, hidden_count),
            *self._get_stock_obstacles(),
        ]

    def _get_line_obstacles(self, open_count, hidden_count):
        texts = []
        if open_count:
            texts.append(
                self.env._(
                    "Open operations hold stock or a number of this product. Their "
                    "lines: %s. Free the reservations; do or cancel what is left.",
                    open_count,
                )
            )
        if hidden_count:
            texts.append(
                self.env._("%s of them are where you have no access.", hidden_count)
            )
        return texts

    def _get_stock_obstacles(self):
        quants = self.env["stock.quant"].sudo().search(self._get_stock_domain())
        texts = []
        held = quants.lot_id.filtered("on_hold")
        if held and self.tracking_to != self.tracking_from:
            texts.append(
                self.env._(
                    "%s is on hold: new numbers would free it. Have it released first.",
                    ", ".join(held[:10].mapped("name")),
                )
            )
        if any(quant.company_id not in self.env.companies for quant in quants):
            texts.append(
                self.env._(
                    "There is stock in a company that you do not work in now. Switch "
                    "on all companies that have stock of it, or ask somebody who may."
                )
            )
        for quant in quants.sudo(False)._filtered_access("read"):
            if quant.quantity < 0:
                texts.append(
                    self.env._(
                        "%(location)s has %(quantity)s of it, below zero. Count it.",
                        location=quant.location_id.display_name,
                        quantity=format_quantity(
                            self.env, quant.quantity, quant.product_uom_id
                        ),
                    )
                )
            elif quant.location_id.usage == "transit":
                texts.append(
                    self.env._(
                        "%(quantity)s is in transit. Receive it first.",
                        quantity=format_quantity(
                            self.env, quant.quantity, quant.product_uom_id
                        ),
                    )
                )
        return texts

    @public.record()
    def action_free_reservations(self):
        """Free what is reserved, so that it can be reserved with its new number.

        :return: the action that shows the wizard again
        """
        self.ensure_one()
        lines = self.open_line_ids.filtered(lambda line: not line.picked)
        lines.move_id._do_unreserve()
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Tracking"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # -- numbers ----------------------------------------------------------
    @api.onchange("tracking_to")
    def _onchange_tracking_to(self):
        quants = self._get_quants().filtered(lambda quant: quant.quantity > 0)
        self.line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create(
                    {"quant_id": quant.id, "quantity": quant.quantity}
                )
                for quant in quants
            ),
        ]

    @api.depends("tracking_to", "line_ids.numbers", "line_ids.quant_id")
    def _compute_previews(self):
        for change in self:
            numbers, problems = change._read_numbers(draw=False)
            change.number_count = len(
                {(line.product_id, name) for line in numbers for name in numbers[line]}
            )
            change.number_problems = "\n".join(problems)

    def _read_numbers(self, draw):
        """The new numbers of each line.

        :return: ``{line: [number]}``, and texts of what is wrong
        """
        numbers, problems = {}, []
        if self.tracking_to in (False, "none"):
            return numbers, problems
        for product, lines in self.line_ids.grouped("product_id").items():
            given = set()
            for line in lines:
                try:
                    numbers[line] = line._read_numbers(given, draw)
                except UserError as error:
                    problems.append(f"{line.location_id.display_name}: {error.args[0]}")
                given.update(numbers.get(line, ()))
            problems += self._get_problems(product, given)
        if self.tracking_to == "serial":
            problems += self._get_repeated(numbers)
        return numbers, problems

    def _get_problems(self, product, numbers):
        problems = self.env["lot.number"]._get_problems(product, sorted(numbers))
        return [text for texts in problems.values() for text in texts]

    def _get_repeated(self, numbers):
        seen, repeated = set(), []
        for line, names in numbers.items():
            for name in names:
                key = (line.product_id, name)
                if key in seen:
                    repeated.append(
                        self.env._("%s is there twice; a serial is one unit.", name)
                    )
                seen.add(key)
        return repeated

    # -- the change -------------------------------------------------------
    @public.record()
    def action_apply(self):
        """Count out, switch, count in; all or nothing.

        :return: the action that closes the wizard and shows the product anew
        :raise UserError: with all that is in the way or wrong
        """
        self.ensure_one()
        self._check()
        numbers, problems = self._read_numbers(draw=True)
        if problems:
            raise UserError("\n".join(problems))
        template = self.product_tmpl_id
        old = template.tracking
        batches = self._get_batches()
        stocks = [lines._prepare_stock() for lines in batches]
        moves_out = [
            lines._count_out(stock)
            for lines, stock in zip(batches, stocks, strict=True)
        ]
        if template.tracking != self.tracking_to:
            template.tracking = self.tracking_to
        lots = self._create_lots(numbers)
        for lines, stock, move_out in zip(batches, stocks, moves_out, strict=True):
            lines._count_in(stock, move_out, numbers, lots)
        self._post_note(old, numbers)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _get_batches(self):
        """Lines that are counted together: as one move they are worth what they were,
        to the cent, where several would each be rounded."""

        def get_key(line):
            root = line.location_id.parent_path.split("/")[0]
            return line.product_id, line.company_id, line.owner_id, root

        return list(self.line_ids.grouped(get_key).values())

    def _check(self):
        self.product_tmpl_id.check_access("write")
        if self.obstacles:
            raise UserError(self.obstacles)
        quants = self._get_quants()
        # not a dictionary: a row that is there twice would be counted out twice
        seen = sorted((line.quant_id.id, line.quantity) for line in self.line_ids)
        if sorted((quant.id, quant.quantity) for quant in quants) != seen:
            raise UserError(
                self.env._(
                    "The stock has changed meanwhile. Open the wizard again, and look "
                    "at the numbers."
                )
            )

    def _create_lots(self, numbers):
        """Create each lot once; a lot may be in several places.

        :return: ``{(product, number): lot}``
        """
        values = {}
        for line, names in numbers.items():
            for name in names:
                key = (line.product_id, name)
                values.setdefault(key, line._prepare_lot_vals(name))
        # dates and origins of the new lots are those of the old ones
        model = guards.by_button(self.env["stock.lot"])
        lots = model.create(list(values.values())).with_env(self.env)
        return dict(zip(values, lots, strict=True))

    def _post_note(self, old, numbers):
        labels = dict(self._get_tracking_selection())
        names = [name for line in self.line_ids for name in numbers.get(line, [])]
        self.product_tmpl_id.message_post(
            body=self.env._(
                "Tracking changed from “%(old)s” to “%(new)s”; places counted out and "
                "in again: %(places)s. Numbers given: %(numbers)s",
                old=labels[old],
                new=labels[self.tracking_to],
                places=len(self.line_ids),
                numbers=shorten(names) or self.env._("none"),
            )
        )


def shorten(numbers):
    """The first ones, the last one, and how many there are."""
    if len(numbers) < 5:
        return ", ".join(numbers)
    return f"{', '.join(numbers[:3])}, … {numbers[-1]} ({len(numbers)})"
