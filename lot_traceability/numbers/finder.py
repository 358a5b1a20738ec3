"""The one finder: which lot is it that is written here?

Scanner, import, recall, where-is, trace search and till all ask here, so that the same
text is the same lot everywhere::

    from odoo.addons.lot_traceability.numbers import finder

    found = finder.find_one(env, "int-1", products=product, companies=company)
    if len(found.lots) > 1:
        ...  # ask which of them is meant: all that fit equally well are there

    by_number = finder.find(env, ["INT-1", "V-4711"], companies=company)

Texts are compared in the form of ``lot.number._get_key``. What is found first counts:

1. a lot's own number exactly as it is written (:data:`EXACT`)
2. a lot's own number in another spelling (:data:`SPELLING`)
3. the vendor's number of a lot, exactly, else in another spelling (:data:`VENDOR`)

The access rights and record rules of ``env`` apply; retired lots are found, too.
Whether a number is *taken*, perhaps where the user cannot look, is not asked here but
in ``lot.number._find_taken``.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

EXACT, SPELLING, VENDOR = "exact", "spelling", "vendor"
# how many texts one query is asked for
BATCH = 5000


class Found(NamedTuple):
    """The lots that a text stands for, all equally well, and how it does: ``how`` is
    one of the three ways, or empty if there are none."""

    lots: BaseModel
    how: str = ""


def find(
    env: Environment,
    numbers: Iterable[str],
    products: BaseModel | None = None,
    companies: BaseModel | None = None,
    vendor: bool = True,
    own: bool = True,
) -> dict[str, Found]:
    """Find the lots of many numbers with one query for each kind of number.

    :param numbers: texts as they were typed, scanned or pasted
    :param products: ``product.product`` records that are meant; all if None
    :param companies: lots of these, and those of no company; all that the user may see
        if None
    :param vendor: whether vendors' numbers count, too
    :param own: whether lots' own numbers count
    :return: ``{number: Found}`` for each of the numbers, also for those without a lot
    """
    numbers = list(dict.fromkeys(numbers))
    get_key = env["lot.number"]._get_key
    keys = {number: get_key(number) for number in numbers}
    scope = _get_scope_domain(products, companies)
    by_own = _search(env, "number_key", keys.values(), scope) if own else {}
    left = [keys[number] for number in numbers if keys[number] not in by_own]
    by_vendor = _search(env, "supplier_number_key", left, scope) if vendor else {}
    return {
        number: _choose(
            env, number, by_own.get(keys[number]), by_vendor.get(keys[number])
        )
        for number in numbers
    }


def find_one(env: Environment, number: str, **scope) -> Found:
    """The same for one number; ``scope`` as for :func:`find`."""
    return find(env, [number], **scope)[number]


def find_for(
    env: Environment,
    wanted: Iterable[tuple[BaseModel, BaseModel, str]],
    vendor: bool = True,
) -> dict[tuple, Found]:
    """The same where each number is meant for a product and a company of its own.

    :param wanted: product, company and number, such as those of the lines of a receipt
    :return: :class:`Found` for each of them
    """
    wanted = list(dict.fromkeys(wanted))
    get_key = env["lot.number"]._get_key
    keys = {number: get_key(number) for _product, _company, number in wanted}
    scope = _get_scope_domain(
        env["product.product"].union(*(product for product, *_rest in wanted)),
        env["res.company"].union(*(company for _product, company, _text in wanted)),
    )
    by_own = _search(env, "number_key", keys.values(), scope)
    by_vendor = (
        _search(env, "supplier_number_key", keys.values(), scope) if vendor else {}
    )

    def narrow(lots, product, company):
        return lots and lots.filtered(
            lambda lot: (
                lot.product_id == product and lot.company_id in (company, company[:0])
            )
        )

    return {
        (product, company, number): _choose(
            env,
            number,
            narrow(by_own.get(keys[number]), product, company),
            narrow(by_vendor.get(keys[number]), product, company),
        )
        for product, company, number in wanted
    }


def put_first(
    lots: BaseModel, rows: list, text: str, domain, operator: str, limit: int | None
) -> list:
    """What a field for a lot proposes, with the number itself first: of ``AL1`` and
    ``L1``, who scans ``L1`` and presses Enter means the second one.

    :param rows: what was found, pairs of id and name
    """
    key = lots.env["lot.number"]._get_key(text or "")
    if not key or len(rows) < 2 or "like" not in operator or "not" in operator:
        return rows
    own = Domain("number_key", "=", key) & Domain(domain or Domain.TRUE)
    exact = lots.search_fetch(own, ["display_name"], limit=limit)
    first = [(lot.id, lot.display_name) for lot in exact]
    return (first + [row for row in rows if row[0] not in exact.ids])[:limit]


def _get_scope_domain(products, companies):
    domain = Domain.TRUE
    if products is not None:
        domain &= Domain("product_id", "in", products.ids)
    if companies is not None:
        domain &= Domain("company_id", "in", [False, *companies.ids])
    return domain


def _search(env, field_name, keys, scope):
    """Lots by the form of a number, the newest first."""
    wanted = list(dict.fromkeys(key for key in keys if key))
    found = defaultdict(env["stock.lot"].browse)
    for start in range(0, len(wanted), BATCH):
        lots = env["stock.lot"].search_fetch(
            Domain(field_name, "in", wanted[start : start + BATCH]) & scope,
            ["name", "supplier_number", "product_id", "company_id", field_name],
            order="id desc",
        )
        for lot in lots:
            found[lot[field_name]] += lot
    return dict(found)


def _choose(env, number, own, by_vendor):
    if own:
        exact = own.filtered(lambda lot: lot.name == number)
        return Found(exact or own, EXACT if exact else SPELLING)
    if by_vendor:
        exact = by_vendor.filtered(lambda lot: lot.supplier_number == number)
        return Found(exact or by_vendor, VENDOR)
    return Found(env["stock.lot"].browse())
