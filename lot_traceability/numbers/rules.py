"""Whether a number is good, whoever it comes from.

``number`` is the model ``lot.number``.
"""

from collections.abc import Callable, Iterable

from odoo.exceptions import UserError
from odoo.models import BaseModel

from .. import guards
from ..done_lines import sold
from ..scanning.label_text import is_whole_label
from . import generator, scope, texts
from .form import is_too_long, is_writable, normalize
from .spreadsheet import is_error, is_scientific


def get_problems(
    number: BaseModel, product: BaseModel, numbers: Iterable[str], company: BaseModel
) -> dict[str, list[str]]:
    """See ``lot.number._get_problems``."""
    owner = company or product.company_id or number.env.company
    number = generator.with_rules(number, product, owner)
    problems = {
        name: number._get_name_problems(name, product, owner)
        for name in dict.fromkeys(numbers)
    }
    taken = number._find_taken(product, problems, company).grouped("number_key")
    seen: dict = {}
    for name, found in problems.items():
        key = number._get_key(name)
        if key in taken:
            found.append(texts.get_taken_text(number.env, name, product, taken[key]))
        elif seen.setdefault(key, name) != name:
            found.append(
                number.env._(
                    "“%(number)s” is the same number as “%(other)s”.",
                    number=name,
                    other=seen[key],
                )
            )
    return {name: found for name, found in problems.items() if found}


def get_lot_problems(number: BaseModel, lots: BaseModel) -> list[str]:
    """What is wrong with the numbers of lots that were just written."""
    field = lots._fields["company_id"]
    if waiting := lots & lots.env.records_to_compute(field):
        # what is computed now is asked about by itself
        waiting.mapped(field.name)
        lots -= waiting
    if not lots:
        return []
    problems = []
    here = number.env.company
    groups = lots.grouped(lambda lot: (lot.product_id, lot.company_id or here))
    # the rules of a product are looked up once
    ruled = generator.with_all_rules(number, groups)
    for (product, company), of_product in groups.items():
        for lot in of_product:
            problems += ruled._get_name_problems(lot.name, product, company)
    back = guards.handed(number.env, "lot_numbers_taken_back", ())
    if guards.handed(number.env, "lot_import_id"):
        # it has just looked, and the database refuses what came in between
        lots = lots.browse()
    if back:
        lots = lots.filtered(lambda lot: lot.id not in back)
    twins = scope.find_twins(number, lots)
    return problems + [
        texts.get_taken_text(number.env, lot.name, lot.product_id, others)
        for lot, others in twins.items()
        if others
    ]


def find_unfit(number: BaseModel, lots: BaseModel, company: BaseModel) -> BaseModel:
    """The lots whose number would be refused today, whoever else has it."""
    unfit = lots.browse()
    for product, of_product in lots.grouped("product_id").items():
        ruled = generator.with_rules(number, product, company)
        unfit |= of_product.filtered(
            lambda lot, ruled=ruled: ruled._get_name_problems(
                lot.name, lot.product_id, company
            )
        )
    return unfit


def get_name_problems(
    number: BaseModel, name: str, product: BaseModel, company: BaseModel
) -> list[str]:
    """See ``lot.number._get_name_problems``."""
    name = name or ""
    unusable = get_unusable_text(number, name)
    if unusable:
        return [unusable]
    if normalize(name) in company._get_forbidden_lot_names():
        return [
            number.env._(
                "“%(name)s” is a placeholder, not a lot or serial number of "
                "%(product)s. Write the number that is on the goods, or generate "
                "one.",
                name=name,
                product=product.display_name,
            )
        ]
    if not any(sign.isalnum() for sign in name or ""):
        return [
            number.env._(
                "“%s” has neither a letter nor a digit: that is no lot or serial "
                "number. Write the number that is on the goods, or generate one.",
                name,
            )
        ]
    if is_whole_label(name):
        return [
            number.env._(
                "“%s” is a whole GS1 label, and not a number. Scan it into the scan "
                "field of the transfer, or write only what follows (10) or (21).",
                name,
            )
        ]
    breaks = guards.handed(number.env, "lot_number_rules", {}).get((product, company))
    breaks = breaks or number._get_rule_checker(product, company)
    return [f"{product.display_name}: {text}" for text in breaks(name)]


def get_unusable_text(number: BaseModel, name: str) -> str | None:
    """Why a text can be no number at all, or None."""
    return get_unstorable_text(number, name) or _get_spreadsheet_text(number, name)


def get_unstorable_text(number: BaseModel, name: str) -> str | None:
    """Why the database cannot hold a text as a number, or None."""
    name = name or ""
    key = number._get_key(name)
    if not is_writable(name):
        return number.env._(
            "“%s” has a character that cannot be stored. Type the number instead.",
            name.encode("ascii", "backslashreplace").decode().replace("\0", "\\0"),
        )
    if is_too_long(name, key):
        return number.env._(
            "“%(start)s…” has %(length)s characters, which is too long for a number.",
            start=name[:20],
            length=len(name),
        )
    if name and not key:
        return number.env._("A number needs at least one character that can be seen.")
    return None


def _get_spreadsheet_text(number, name):
    if is_scientific(name or ""):
        return texts.get_problem_texts(number.env)["scientific"] % {"token": name}
    if is_error(name or ""):
        return texts.get_no_value_text(number.env, name)
    return None


def check_usable(number: BaseModel, names: Iterable[str]) -> None:
    """See ``lot.number._check_usable``."""
    names = [name for name in names if name]
    problems = [t for name in names if (t := get_unstorable_text(number, name))]
    if problems:
        raise UserError("\n".join(problems))
    problems = [t for name in names if (t := _get_spreadsheet_text(number, name))]
    if problems:
        # what is sold under such a number is known by it
        sold.refuse(number.env, UserError("\n".join(problems)))


def get_rule_checker(
    number: BaseModel, product: BaseModel, company: BaseModel
) -> Callable[[str], list[str]]:
    """A function that says what the product's numbering has against a number."""
    operation = generator.get_operation(number)
    numberings = number.env["lot.numbering"]
    rules = numberings._get_for_rules(product, company, operation).sudo()
    values = generator.get_product_values(number, product) if rules else {}
    return lambda name: rules._get_rule_problems(name, values)
