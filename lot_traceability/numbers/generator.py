"""New numbers: by the numbering of the product, or by Odoo's own sequence.

``number`` is the model ``lot.number``: what another addon decides is asked there, and
:func:`for_document` puts into it for whom the numbers are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from odoo.exceptions import UserError
from odoo.models import BaseModel

from .. import guards

# how often a block of numbers is looked up that turns out to be taken
MAX_ROUNDS = 30
# so many numbers that no rule lets through, and all that follow are the same
MAX_REFUSED = 1000


@dataclass
class NumberSource:
    """Where the numbers of a product come from: a counter, and how its values are
    written. Without ``sequence`` there is nothing to use up."""

    sequence: BaseModel | None
    day: date | None
    write: Callable[[list], list]

    def peek(self, count: int) -> list[int]:
        if not self.sequence:
            return list(range(1, count + 1))
        return self.sequence._peek_block(count, self.day)

    def draw(self, count: int) -> list[int]:
        return self.sequence._draw_block(count, self.day)


@dataclass(frozen=True)
class Purpose:
    """For whom numbers are: what of it can stand in a pattern.

    :param operation_id: id of the operation type
    :param document: name of the transfer or order
    :param vendor_reference: reference of its partner
    :param product_id: id of the product whose sequence Odoo asks by itself
    """

    operation_id: int | bool = False
    document: str | bool = False
    vendor_reference: str | bool = False
    product_id: int | bool = False


# -- new numbers --------------------------------------------------------
def generate(
    number: BaseModel, product: BaseModel, count: int, avoid: Iterable, draw: bool
) -> list[str]:
    """See ``lot.number._generate``."""
    source = _get_source(number, product, draw)
    values, free = _look_ahead(number, source, product, count, avoid)
    if not draw or not source.sequence:
        return list(free.values())
    numbers: list[str] = []
    while len(numbers) < count:
        drawn = source.draw(len(values))
        if drawn != values:
            # somebody else drew meanwhile
            free, _refused = _get_free(
                number, source, product, drawn, {*avoid, *numbers}
            )
        numbers += free.values()
        values = [None] * (count - len(numbers))
    return numbers[:count]


def number_lots(number: BaseModel, vals_list: list[dict]) -> None:
    """Draw the numbers that values of new lots lack, a block for each product, and none
    that others of them bring."""
    default = number.env.context.get("default_product_id")
    unnamed = defaultdict(list)
    for vals in vals_list:
        product_id = vals.get("product_id", default)
        if product_id and not vals.get("name"):
            unnamed[product_id].append(vals)
    typed = [vals["name"] for vals in vals_list if vals.get("name")]
    for product in number.env["product.product"].browse(unnamed):
        rows = unnamed[product.id]
        numbers = number._generate(product, len(rows), typed)
        for vals, name in zip(rows, numbers, strict=True):
            vals.update(name=name, number_origin="generated")


def _look_ahead(number, source, product, count, avoid):
    """Find the next values of the counter among which ``count`` are free.

    :return: the values, and ``{value: number}`` of those that are free
    """
    size = count
    # numbers that exist can be many; those that are refused are all of one kind
    most = MAX_REFUSED + 4 * count
    for _round in range(MAX_ROUNDS):
        values = source.peek(size)
        free, refused = _get_free(number, source, product, values, avoid)
        if len(free) >= count:
            wanted = dict(list(free.items())[:count])
            last = values.index(list(wanted)[-1]) if wanted else -1
            return values[: last + 1], wanted
        if len(refused) > most:
            raise UserError("\n".join(next(iter(refused.values()))))
        size *= 2
    raise UserError(
        number.env._(
            "All next numbers of %s exist already. Set the next number of its "
            "sequence higher.",
            product.display_name,
        )
    )


def _get_free(number, source, product, values, avoid):
    """Those of the numbers that may be given, by value; and what is against those that
    are no placeholder and keep no rule, by number."""
    numbers = dict(zip(values, source.write(values), strict=True))
    taken = set(number._find_taken(product, numbers.values()).mapped("number_key"))
    taken.update(number._get_key(text) for text in avoid)
    free, refused = {}, {}
    owner = product.company_id or number.env.company
    ruled = with_rules(number, product, owner) if product else number
    for value, text in numbers.items():
        if number._get_key(text) in taken:
            continue
        problems = product and ruled._get_name_problems(text, product, owner)
        if problems:
            refused[text] = problems
        else:
            free[value] = text
    return free, refused


def with_rules(number: BaseModel, product: BaseModel, company: BaseModel) -> BaseModel:
    """``number`` for many numbers of a product: its rules are looked up once."""
    return with_all_rules(number, [(product, company)])


def with_all_rules(number: BaseModel, pairs: Iterable) -> BaseModel:
    """The same for many products.

    :param pairs: of product and company
    """
    checkers = {pair: number._get_rule_checker(*pair) for pair in pairs}
    return guards.hand_on(number, lot_number_rules=checkers)


# -- where they come from -----------------------------------------------
def _get_source(number, product, draw):
    if not product:
        return NumberSource(None, None, lambda values: list(map(str, values)))
    env = number.env
    company = product.company_id or env.company
    numbering = env["lot.numbering"]._get_for_generation(
        product, company, get_operation(number)
    )
    if numbering:
        return _get_numbering_source(number, numbering.sudo(), product, draw)
    if product.lot_sequence_id:
        return _get_sequence_source(number, product.lot_sequence_id.sudo())
    return NumberSource(
        None, None, lambda values: number._get_next_numbers(product, values)
    )


def _get_numbering_source(number, numbering, product, draw):
    values = _get_pattern_values(number, product)
    moment = _get_moment(number)
    sequences = number.env["ir.sequence"].sudo()
    counter = sequences
    if numbering._parse(numbering.pattern).has_counter:
        counter = sequences._find_lot_counter(numbering, product)
        if not counter and draw:
            counter = sequences._get_lot_counter(numbering, product)
    return NumberSource(
        counter,
        moment.date(),
        lambda counters: numbering._write_numbers(values, moment, counters),
    )


def _get_sequence_source(number, sequence):
    prefix, suffix = sequence._get_prefix_suffix()
    return NumberSource(
        sequence,
        _get_moment(number).date(),
        lambda values: [
            f"{prefix}{value:0{sequence.padding}d}{suffix}" for value in values
        ],
    )


# -- for whom -----------------------------------------------------------
def for_document(number: BaseModel, document: BaseModel) -> BaseModel:
    """``number`` for a transfer, an order or the like: its operation type and
    references go into the pattern."""
    return guards.hand_on(number, lot_number_purpose=get_purpose(document))


def for_operation(number: BaseModel, operation_id: int) -> BaseModel:
    """``number`` for a type of operation, where there is no document yet."""
    return guards.hand_on(number, lot_number_purpose=Purpose(operation_id))


def get_purpose(document: BaseModel, product: BaseModel | None = None) -> Purpose:
    """What numbers for a document, perhaps of a product, are for."""
    document = document[:1]
    partner = document.partner_id if "partner_id" in document else False
    return Purpose(
        operation_id=document.picking_type_id.id,
        document=document.name or False,
        vendor_reference=partner and partner.ref,
        product_id=product.id if product else False,
    )


def read_purpose(env) -> Purpose:
    """What was handed on through Odoo's own methods."""
    return guards.handed(env, "lot_number_purpose") or Purpose()


def get_operation(number: BaseModel) -> BaseModel:
    """The operation type that numbers are for; empty if that is not known."""
    env = number.env
    purpose = read_purpose(env)
    if purpose.operation_id:
        return env["stock.picking.type"].browse(purpose.operation_id)
    # Odoo's dialogs name the transfer so
    picking_id = env.context.get("active_picking_id") or False
    return env["stock.picking"].browse(picking_id).picking_type_id


def _get_moment(number) -> datetime:
    """Now where the goods are, which is the same for all who work there; else where the
    user is."""
    zone = get_operation(number).sudo().warehouse_id.partner_id.tz
    return number.env["lot.numbering"]._get_moment(zone)


def _get_pattern_values(number, product) -> dict[str, Any]:
    """What stands for ``{product code}`` and the other values of a pattern."""
    operation = get_operation(number).sudo()
    purpose = read_purpose(number.env)
    house = operation.warehouse_id or number.env.user._get_default_warehouse_id().sudo()
    return {
        **get_product_values(number, product),
        "warehouse": house.code,
        "operation": operation.sequence_code,
        "document": purpose.document,
        "vendor reference": purpose.vendor_reference,
        "made or bought": _get_made_or_bought(product, operation),
    }


def get_product_values(number: BaseModel, product: BaseModel) -> dict[str, Any]:
    """What of a pattern the product alone tells."""
    company = product.company_id or number.env.company
    return {
        "product code": product.default_code,
        "product name": product.name,
        "category code": product.categ_id._get_lot_code(),
        "company": company.name,
    }


def _get_made_or_bought(product, operation):
    if operation.code in ("incoming", "mrp_operation"):
        return "M" if operation.code == "mrp_operation" else "B"
    is_made = "bom_ids" in product._fields and product.sudo().bom_ids
    return "M" if is_made else "B"


# -- previews -----------------------------------------------------------
def preview_numbering(
    number: BaseModel, numbering: BaseModel, product: BaseModel, count: int
) -> list[str]:
    """The next numbers that a numbering, perhaps not saved yet, would give."""
    moment = _get_moment(number)
    values = dict(_VALUE_EXAMPLES)
    known = _get_pattern_values(number, product) if product else {}
    values.update({name: text for name, text in known.items() if text})
    counter = number.env["ir.sequence"]
    if numbering._origin.counter_ids and product:
        counter = counter._find_lot_counter(numbering._origin, product)
    source = NumberSource(
        counter.sudo(),
        moment.date(),
        lambda counters: numbering._write_numbers(values, moment, counters),
    )
    return list(_look_ahead(number, source, product, count, ())[1].values())


_VALUE_EXAMPLES = {
    "product code": "CODE",
    "product name": "Product",
    "category code": "CAT",
    "company": "Company",
    "warehouse": "WH",
    "operation": "IN",
    "document": "WH-IN-00001",
    "vendor reference": "V123",
    "made or bought": "B",
}
