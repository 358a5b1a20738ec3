from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ..numbers import check_digit, texts
from ..numbers.pattern import NumberPattern, NumberPatternError
from ..tools import public
from ..tools.category_walk import walk_up

PREVIEWED = 3

_lt = LazyTranslate(__name__)


class LotNumbering(models.Model):
    """How lots and serials are numbered, and which numbers are good.

    A product, a category, an operation type or a company points to one; the most
    specific wins. Counters are sequences of ``ir.sequence``.
    """

    _name = "lot.numbering"
    _inherit = ["lot.guarded"]
    _description = "Lot & Serial Numbering"
    _order = "sequence, name, id"
    _check_company_auto = True
    _guard_way = _lt("Counters are made when a number is drawn.")

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave it empty to use it in all companies."
    )
    pattern = fields.Char(
        help="Text with placeholders in braces, such as {product code}, {year} and "
        "{5 digits}. Leave it empty to keep Odoo's own sequence and only set rules.",
    )
    counter = fields.Selection(
        selection=[
            ("product", "One per product"),
            ("category", "One per product category"),
            ("shared", "One for all"),
        ],
        default="product",
        required=True,
        help="What counts together. Products with the same prefix count apart unless "
        "you choose otherwise.",
    )
    restart = fields.Selection(
        selection=[
            ("never", "Never"),
            ("year", "Each year"),
            ("month", "Each month"),
            ("day", "Each day"),
        ],
        default="never",
        required=True,
        help="When the counter begins again at 1. The period has to be in the pattern.",
    )
    is_no_gap = fields.Boolean(
        "Without Gaps",
        help="A number that was drawn by a transaction that failed is used again. "
        "Operations that draw numbers at the same time then wait for one another.",
    )
    counter_ids = fields.One2many(
        "ir.sequence", "lot_numbering_id", string="Sequences", readonly=True
    )
    example_product_id = fields.Many2one(
        "product.product",
        store=False,
        domain="[('tracking', '!=', 'none')]",
        help="The preview shows numbers of this product.",
    )
    preview = fields.Text(compute="_compute_preview")

    # which numbers are good, whoever wrote them
    is_strict = fields.Boolean(
        "Only This Form",
        help="Numbers that are typed, scanned or imported need the form of the "
        "pattern, too. Leave it off for products that keep the vendor's numbers.",
    )
    accepted_pattern = fields.Char(
        "Also Accepted",
        help="Another form that typed numbers may have: the same placeholders, and "
        "{digits}, {letters}, {any}, with a count or without: V-{3 letters}{digits}.",
    )
    min_length = fields.Integer(
        "Shortest",
        help="How many characters a number has at least. 0: any length.",
        aggregator=None,
    )
    max_length = fields.Integer(
        "Longest",
        help="How many characters a number has at most. 0: any length.",
        aggregator=None,
    )
    letters = fields.Selection(
        selection=[
            ("digits", "Digits only"),
            ("upper", "Digits and capital letters"),
            ("clear", "Digits and capital letters without I, O, Q, Z"),
        ],
        string="Characters",
        help="Which characters a number may have. The separators - / . _ are always "
        "allowed, except in digits only.",
    )
    check_digit = fields.Selection(
        selection=[
            ("luhn", "Luhn (IMEI, payment cards)"),
            ("gs1", "GS1 (GTIN)"),
            ("mod37", "ISO 7064 MOD 37,36"),
        ],
        help="The last character of a number has to be the check character of what "
        "stands before it.",
    )
    product_count = fields.Integer(compute="_compute_product_count")

    # -- checks ---------------------------------------------------------
    @api.constrains("pattern", "accepted_pattern", "restart", "check_digit")
    def _check_pattern(self):
        for numbering in self:
            for text in filter(None, (numbering.pattern, numbering.accepted_pattern)):
                numbering._parse(text)
            if numbering.pattern:
                pattern = numbering._parse(numbering.pattern)
                numbering._explain(pattern.check_generates)
                numbering._explain(pattern.check_restart, numbering.restart)

    @api.constrains("min_length", "max_length")
    def _check_length(self):
        for numbering in self:
            if 0 < numbering.max_length < numbering.min_length:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the longest number cannot be shorter than the "
                        "shortest one.",
                        name=numbering.name,
                    )
                )

    def _parse(self, text):
        return self._explain(NumberPattern, text)

    def _explain(self, method, *args):
        try:
            return method(*args)
        except NumberPatternError as error:
            text = texts.get_pattern_problem(self.env, error)
            raise ValidationError(text) from error

    # -- which one counts -----------------------------------------------
    @api.model
    def _get_candidates(self, product, company, operation):
        """From the most specific to the most general."""
        for category in walk_up(product.categ_id):
            yield category.lot_numbering_id
        yield operation.lot_numbering_id
        yield company.lot_numbering_id

    @api.model
    def _get_for_generation(self, product, company, operation):
        """The numbering by which new numbers are made; empty for Odoo's own sequence.

        A sequence that was set on the product itself, as *Custom Lot/Serial*, counts
        more than a category.
        """
        own = product.lot_numbering_id
        if own._is_usable(company) and own.pattern:
            return own
        default = self.env.ref("stock.sequence_production_lots", False)
        if product.lot_sequence_id and product.lot_sequence_id != default:
            return self.browse()
        for numbering in self._get_candidates(product, company, operation):
            if numbering._is_usable(company) and numbering.pattern:
                return numbering
        return self.browse()

    @api.model
    def _get_for_rules(self, product, company, operation):
        """The numbering whose rules a number of the product has to keep.

        :param operation: where the number comes up; empty if that is not known
        """
        own = product.lot_numbering_id
        if own._is_usable(company):
            return own
        for numbering in self._get_candidates(product, company, operation):
            if numbering._is_usable(company):
                return numbering
        return self.browse()

    @api.model
    def _search_with_rules(self, company):
        """The numberings of a company that set a rule."""
        return self.search(
            Domain("company_id", "in", (company.id, False))
            & Domain.OR(
                Domain(name, "!=", False)
                for name in (
                    *("is_strict", "accepted_pattern", "min_length", "max_length"),
                    *("letters", "check_digit"),
                )
            )
        )

    def _is_usable(self, company):
        if not self:
            return False
        usable = self.sudo()
        return usable.active and usable.company_id in (
            company,
            company.browse(),
        )

    # -- numbers --------------------------------------------------------
    def _write_numbers(self, values, moment, counters):
        """The numbers for counter values at a local moment."""
        self.ensure_one()
        method = self.check_digit or "luhn"
        render = self._parse(self.pattern).render
        try:
            return self._explain(render, values, moment, counters, method)
        except ValidationError as error:
            raise UserError(
                self.env._(
                    "%(product)s, numbering “%(numbering)s”: %(problem)s",
                    product=values["product name"],
                    numbering=self.name,
                    problem=error.args[0],
                )
            ) from error

    @api.model
    def _get_moment(self, zone=None):
        """Now in a time zone, that of the user if not said."""
        return datetime.now(pytz.timezone(zone) if zone else self.env.tz)

    # -- rules ----------------------------------------------------------
    def _get_rule_problems(self, number, values):
        """What is wrong with a number by these rules, in words.

        :param values: what is known of ``{product code}`` and so on
        """
        if not self:
            return []
        self.ensure_one()
        return [
            *self._get_length_problems(number),
            *self._get_character_problems(number),
            *self._get_form_problems(number, values),
        ]

    def _get_length_problems(self, number):
        length = len(number)
        if length < self.min_length or 0 < self.max_length < length:
            return [
                self.env._(
                    "“%(number)s” has %(length)s characters; %(least)s to %(most)s are "
                    "right.",
                    number=number,
                    length=length,
                    least=self.min_length or 1,
                    most=self.max_length or "∞",
                )
            ]
        return []

    def _get_character_problems(self, number):
        wrong = sorted(set(number) - _ALLOWED[self.letters]) if self.letters else []
        problems = []
        if wrong:
            problems.append(
                self.env._(
                    "“%(number)s” has characters that are not allowed: %(wrong)s",
                    number=number,
                    wrong=" ".join(wrong),
                )
            )
        if self.check_digit and not check_digit.is_valid(self.check_digit, number):
            problems.append(
                self.env._(
                    "The last character of “%(number)s” does not fit the rest; it was "
                    "probably mistyped.",
                    number=number,
                )
            )
        return problems

    def _get_form_problems(self, number, values):
        forms = [self.accepted_pattern] if self.accepted_pattern else []
        if self.pattern and (self.is_strict or forms):
            forms.insert(0, self.pattern)
        if not forms or any(
            self._parse(form).accepts(number, values) for form in forms
        ):
            return []
        return [
            self.env._(
                "“%(number)s” has not the form %(forms)s.",
                number=number,
                forms=self.env._(" or ").join(forms),
            )
        ]

    # -- the form -------------------------------------------------------
    @api.depends("pattern", "counter", "restart", "check_digit", "example_product_id")
    @api.depends_context("company")
    def _compute_preview(self):
        for numbering in self:
            numbering.preview = numbering._get_preview()

    def _get_preview(self):
        if not self.pattern:
            return False
        numbers = self.env["lot.number"]
        product = self.example_product_id or self._get_example_product()
        try:
            self._check_pattern()
            return "\n".join(numbers._preview_numbering(self, product, PREVIEWED))
        except UserError as error:
            return error.args[0]

    def _get_example_product(self):
        products = self.env["product.product"]
        domain = [("tracking", "!=", "none")]
        own = [*domain, ("lot_numbering_id", "=", self._origin.id or -1)]
        return products.search(own, limit=1) or products.search(domain, limit=1)

    def _compute_product_count(self):
        groups = self.env["product.template"]._read_group(
            [("lot_numbering_id", "in", self.ids)], ["lot_numbering_id"], ["__count"]
        )
        counts = dict(groups)
        for numbering in self:
            numbering.product_count = counts.get(numbering, 0)

    @public.record()
    def action_open_products(self):
        """Open the products that have this numbering."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.product_template_action_product"
        )
        domain = [("lot_numbering_id", "=", self.id)]
        return dict(action, domain=domain, context={})

    def write(self, vals):
        result = super().write(vals)
        if "is_no_gap" in vals or "restart" in vals:
            for numbering in self:
                counters = numbering.sudo().counter_ids
                counters.write(counters._prepare_lot_counter_mode(numbering))
        return result

    def unlink(self):
        # not left to the database: each has a sequence there
        self.sudo().counter_ids.unlink()
        return super().unlink()


_DIGITS = set("0123456789")
_UPPER = _DIGITS | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ-/._")
_ALLOWED = {
    "digits": _DIGITS,
    "upper": _UPPER,
    "clear": _UPPER - set("IOQZ"),
}
