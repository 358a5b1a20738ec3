from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_compare


class LotConversionCheck(models.AbstractModel):
    """What has to be true of a conversion before goods move."""

    _name = "lot.conversion.check"
    _description = "Checks of lot conversions"

    def _check_before_done(self):
        """:raise UserError: with all that is wrong, a line for each"""
        self.check_access("write")
        if self.state != "draft":
            raise UserError(
                self.env._("%(name)s is not a draft any more.", name=self.name)
            )
        problems = self._get_structure_problems() or [
            *self._get_line_problems(),
            *getattr(self, f"_get_{self.kind}_problems")(),
            *self._get_stock_problems(),
        ]
        if problems:
            raise UserError(
                "\n".join([self.env._("%(name)s:", name=self.name), *problems])
            )

    def _get_structure_problems(self):
        if not self.source_line_ids or not self.target_line_ids:
            return [
                self.env._(
                    "Say what the goods are now (“From”) and what they become (“Into”)."
                )
            ]
        return []

    # -- lines ------------------------------------------------------------
    def _get_line_problems(self):
        return [
            problem
            for line in self.source_line_ids | self.target_line_ids
            for problem in self._get_problems_of_line(line)
        ]

    def _get_problems_of_line(self, line):
        problems, name = [], line._describe()
        is_source = line.side == "source"
        if is_source and line.tracking != "none" and not line.lot_id:
            problems.append(self.env._("%s: choose the number it has now.", name))
        if line.lot_id and line.lot_id.product_id != line.product_id:
            problems.append(
                self.env._(
                    "%(number)s is a number of %(product)s, not of %(other)s.",
                    number=line.lot_id.name,
                    product=line.lot_id.product_id.display_name,
                    other=line.product_id.display_name,
                )
            )
        if line.lot_id and line.tracking == "serial" and line.product_quantity != 1:
            problems.append(
                self.env._("%s: a serial number is one unit, no more, no less.", name)
            )
        if line.location_id.usage != "internal":
            problems.append(
                self.env._(
                    "%(line)s: %(location)s is no place inside the company. Choose "
                    "one, goods are converted where they are.",
                    line=name,
                    location=line.location_id.display_name,
                )
            )
        if not is_source and line.lot_id and line.lot_id in self.source_line_ids.lot_id:
            problems.append(
                self.env._(
                    "%s is on both sides. Leave out what stays as it is: only what "
                    "changes its number is converted.",
                    name,
                )
            )
        return problems

    # -- kinds ------------------------------------------------------------
    def _get_split_problems(self):
        problems = self._get_same_product_problems()
        if len(self.source_line_ids.lot_id) > 1:
            problems.append(
                self.env._(
                    "A split has one lot that it comes from. Use “Repack” for several."
                )
            )
        return problems

    def _get_merge_problems(self):
        problems = self._get_same_product_problems()
        if len(self.target_line_ids) > 1:
            problems.append(
                self.env._(
                    "A merge has one lot that it goes into. Use “Repack” for several."
                )
            )
        return problems

    def _get_repack_problems(self):
        return []

    def _get_relabel_problems(self):
        sources, targets = self.source_line_ids, self.target_line_ids
        if len(sources) != len(targets):
            return [
                self.env._(
                    "Each number needs one new number: these are %(sources)s lines "
                    "from, %(targets)s into.",
                    sources=len(sources),
                    targets=len(targets),
                )
            ]
        problems = []
        for source, target in zip(sources, targets, strict=True):
            problems += self._get_pair_problems(source, target)
        return problems

    def _get_pair_problems(self, source, target):
        values = {"old": source._describe(), "new": target._describe()}
        if source.product_id != target.product_id:
            return [
                self.env._(
                    "%(old)s cannot become %(new)s by a new label: the product "
                    "stays. Use “Repack”.",
                    **values,
                )
            ]
        if self._differ(source.product_quantity, target.product_quantity, source):
            return [
                self.env._(
                    "%(old)s: the quantity stays with a new label, %(before)g is not "
                    "%(after)g. Use “Split” for a part.",
                    before=source.product_quantity,
                    after=target.product_quantity,
                    **values,
                )
            ]
        if target.lot_id and not self.undo_of_id:
            return [
                self.env._(
                    "%(new)s exists already: a new label is a new number. Use "
                    "“Merge” to add goods to a lot.",
                    **values,
                )
            ]
        return []

    def _get_same_product_problems(self):
        sources, targets = self.source_line_ids, self.target_line_ids
        products = (sources | targets).product_id
        if len(products) > 1:
            return [
                self.env._(
                    "The product stays the same, these are %s. Use “Repack” to change "
                    "it.",
                    ", ".join(products.mapped("display_name")),
                )
            ]
        before = sum(sources.mapped("product_quantity"))
        after = sum(targets.mapped("product_quantity"))
        if self._differ(before, after, sources[:1]):
            return [
                self.env._(
                    "%(before)g %(unit)s go in, %(after)g come out. Make them the "
                    "same; scrap what is lost.",
                    before=before,
                    after=after,
                    unit=products.uom_id.name,
                )
            ]
        return []

    def _differ(self, left, right, line):
        rounding = line.product_id.uom_id.rounding
        return float_compare(left, right, precision_rounding=rounding) != 0

    # -- stock ------------------------------------------------------------
    def _get_stock_problems(self):
        """Free stock has to be where the lines take it from."""
        wanted = defaultdict(float)
        for line in self.source_line_ids:
            wanted[line._get_quant_key()] += line.product_quantity
        free = self._get_free_stock()
        problems = []
        for key, quantity in wanted.items():
            product, lot, location, _package, _owner = key
            if free[key] < quantity and self._differ(
                free[key],
                quantity,
                self.source_line_ids.filtered_domain([("product_id", "=", product.id)])[
                    :1
                ],
            ):
                problems.append(
                    self.env._(
                        "%(product)s %(number)s: %(wanted)g %(unit)s are needed, "
                        "%(free)g are free in %(location)s (with this package and "
                        "owner). Lower the quantity, or free what is reserved.",
                        product=product.display_name,
                        number=lot.name or "",
                        wanted=quantity,
                        unit=product.uom_id.name,
                        free=max(free[key], 0),
                        location=location.display_name,
                    )
                )
        return problems

    def _get_free_stock(self):
        free = defaultdict(float)
        for quant in self.source_line_ids._get_quants():
            key = (
                quant.product_id,
                quant.lot_id,
                quant.location_id,
                quant.package_id,
                quant.owner_id,
            )
            free[key] += quant.quantity - quant.reserved_quantity
        return free
