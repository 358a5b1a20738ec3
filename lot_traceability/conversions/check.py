"""What has to be true of a conversion (``lot.conversion``) before goods move."""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools.float_utils import float_compare

from ..tools.quantity import format_quantity
from .lines import get_quant_key, get_quants


def check_before_done(conversion: BaseModel) -> None:
    """:raise UserError: with all that is wrong, a line for each"""
    conversion.check_access("write")
    if conversion.state != "draft":
        raise UserError(
            conversion.env._("%(name)s is not a draft any more.", name=conversion.name)
        )
    problems = _get_structure_problems(conversion) or [
        *_get_line_problems(conversion),
        *PROBLEMS_OF_KIND[conversion.kind](conversion),
        *_get_stock_problems(conversion),
    ]
    if problems:
        raise UserError(
            "\n".join([conversion.env._("%(name)s:", name=conversion.name), *problems])
        )


def _get_structure_problems(conversion):
    if not conversion.source_line_ids or not conversion.target_line_ids:
        return [
            conversion.env._(
                "Say what the goods are now (“From”) and what they become (“Into”)."
            )
        ]
    return []


# -- lines -------------------------------------------------------------
def _get_line_problems(conversion):
    return [
        problem
        for line in conversion.source_line_ids | conversion.target_line_ids
        for problem in _get_problems_of_line(conversion, line)
    ]


def _get_problems_of_line(conversion, line):
    problems, name = [], line._describe()
    is_source = line.side == "source"
    if is_source and line.tracking != "none" and not line.lot_id:
        problems.append(conversion.env._("%s: choose the number it has now.", name))
    if line.lot_id and line.lot_id.product_id != line.product_id:
        problems.append(
            conversion.env._(
                "%(number)s is a number of %(product)s, not of %(other)s.",
                number=line.lot_id.name,
                product=line.lot_id.product_id.display_name,
                other=line.product_id.display_name,
            )
        )
    if line.lot_id and line.tracking == "serial" and line.product_quantity != 1:
        problems.append(
            conversion.env._("%s: a serial number is one unit, no more, no less.", name)
        )
    if line.location_id.usage != "internal":
        problems.append(
            conversion.env._(
                "%(line)s: %(location)s is not a location of the company. Choose one: "
                "goods are converted where they are.",
                line=name,
                location=line.location_id.display_name,
            )
        )
    if (
        not is_source
        and line.lot_id
        and line.lot_id in conversion.source_line_ids.lot_id
    ):
        problems.append(
            conversion.env._(
                "%s is on both sides. Leave out what stays as it is: only what "
                "changes its number is converted.",
                name,
            )
        )
    return problems


# -- kinds -------------------------------------------------------------
def _get_split_problems(conversion):
    problems = _get_same_product_problems(conversion)
    if len(conversion.source_line_ids.lot_id) > 1:
        problems.append(
            conversion.env._(
                "A split has one lot that it comes from. Use “Repack” for several."
            )
        )
    return problems


def _get_merge_problems(conversion):
    problems = _get_same_product_problems(conversion)
    if len(conversion.target_line_ids) > 1:
        problems.append(
            conversion.env._(
                "A merge has one lot that it goes into. Use “Repack” for several."
            )
        )
    return problems


def _get_repack_problems(conversion):
    return []


def _get_relabel_problems(conversion):
    sources, targets = conversion.source_line_ids, conversion.target_line_ids
    if len(sources) != len(targets):
        return [
            conversion.env._(
                "Each number needs one new number: these are %(sources)s lines "
                "from, %(targets)s into.",
                sources=len(sources),
                targets=len(targets),
            )
        ]
    problems = []
    for source, target in zip(sources, targets, strict=True):
        problems += _get_pair_problems(conversion, source, target)
    return problems


def _get_pair_problems(conversion, source, target):
    values = {"old": source._describe(), "new": target._describe()}
    if source.product_id != target.product_id:
        return [
            conversion.env._(
                "%(old)s cannot become %(new)s by a new label: the product "
                "stays. Use “Repack”.",
                **values,
            )
        ]
    if _differ(source.product_quantity, target.product_quantity, source):
        return [
            conversion.env._(
                "%(old)s: the quantity stays with a new label, %(before)s is not "
                "%(after)s. Use “Split” for a part.",
                before=format_quantity(conversion.env, source.product_quantity),
                after=format_quantity(conversion.env, target.product_quantity),
                **values,
            )
        ]
    if target.lot_id and not conversion.undo_of_id:
        return [
            conversion.env._(
                "%(new)s exists already: a new label is a new number. Use "
                "“Merge” to add goods to a lot.",
                **values,
            )
        ]
    return []


def _get_same_product_problems(conversion):
    sources, targets = conversion.source_line_ids, conversion.target_line_ids
    products = (sources | targets).product_id
    if len(products) > 1:
        return [
            conversion.env._(
                "The product stays the same, these are %s. Use “Repack” to change it.",
                ", ".join(products.mapped("display_name")),
            )
        ]
    before = sum(sources.mapped("product_quantity"))
    after = sum(targets.mapped("product_quantity"))
    if _differ(before, after, sources[:1]):
        return [
            conversion.env._(
                "%(before)s %(unit)s go in, %(after)s come out. Make them the "
                "same; scrap what is lost.",
                before=format_quantity(conversion.env, before),
                after=format_quantity(conversion.env, after),
                unit=products.uom_id.name,
            )
        ]
    return []


def _differ(left, right, line):
    rounding = line.product_id.uom_id.rounding
    return float_compare(left, right, precision_rounding=rounding) != 0


# -- stock -------------------------------------------------------------
def _get_stock_problems(conversion):
    """Free stock has to be where the lines take it from."""
    wanted = defaultdict(float)
    for line in conversion.source_line_ids:
        wanted[get_quant_key(line)] += line.product_quantity
    free = _get_free_stock(conversion)
    problems = []
    for key, quantity in wanted.items():
        product, lot, location, _package, _owner = key
        of_product = [("product_id", "=", product.id)]
        line = conversion.source_line_ids.filtered_domain(of_product)[:1]
        if free[key] < quantity and _differ(free[key], quantity, line):
            problems.append(
                conversion.env._(
                    "%(product)s %(number)s: %(wanted)s %(unit)s are needed, "
                    "%(free)s are free in %(location)s (with this package and "
                    "owner). Lower the quantity, or free what is reserved.",
                    product=product.display_name,
                    number=lot.name or "",
                    wanted=format_quantity(conversion.env, quantity),
                    unit=product.uom_id.name,
                    free=format_quantity(conversion.env, max(free[key], 0)),
                    location=location.display_name,
                )
            )
    return problems


def _get_free_stock(conversion):
    free = defaultdict(float)
    for quant in get_quants(conversion.source_line_ids):
        key = get_quant_key(quant)
        free[key] += quant.quantity - quant.reserved_quantity
    return free


PROBLEMS_OF_KIND = {
    "split": _get_split_problems,
    "merge": _get_merge_problems,
    "relabel": _get_relabel_problems,
    "repack": _get_repack_problems,
}
