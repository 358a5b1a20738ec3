"""Every message about numbers, in one place."""

from odoo.api import Environment
from odoo.models import BaseModel

from .expression import NumberExpressionError, next_number
from .pattern import NumberPatternError


def get_error_texts(env: Environment, error: NumberExpressionError) -> list[str]:
    """A text for each problem of a ``NumberExpressionError``."""
    texts = get_problem_texts(env)
    return [
        " ".join(
            [
                texts[problem.code] % {"token": problem.token, **problem.values},
                *_get_hints(env, problem),
            ]
        )
        for problem in error.errors
    ]


def _get_hints(env, problem):
    """What a text that gives another count would give, and how to write it."""
    asked, given = problem.values.get("asked"), problem.values.get("given")
    groups = problem.values.get("groups", ())
    for token, first, count in groups:
        last = _get_last(first, count)
        more = asked - given + count - 1
        if len(groups) == 1 and more > 0:
            yield env._(
                "%(token)s is one number, or %(count)s: %(first)s … %(last)s. Write "
                "%(first)s+%(more)s for as many as are needed.",
                token=token,
                count=count,
                first=first,
                last=last,
                more=more,
            )
        else:
            yield env._(
                "%(token)s is one number, or %(count)s: %(first)s … %(last)s.",
                token=token,
                count=count,
                first=first,
                last=last,
            )
    for token in problem.values.get("backwards", ()):
        yield env._(
            "%(token)s is one number: a range is written with the smaller end first.",
            token=token,
        )


def _get_last(first, count):
    return next_number(first, count - 1)


def get_problem_texts(env: Environment) -> dict[str, str]:
    return {
        "empty": env._("Write at least one number."),
        "none_found": env._("There is no number in “%(token)s”."),
        "duplicate_in_input": env._("%(token)s is there %(times)s times; keep one."),
        "count_mismatch": env._("%(asked)s numbers are needed, these are %(given)s."),
        "range_too_long": env._("%(token)s gives more than %(limit)s numbers."),
        "until_unlike": env._(
            "The next number is %(next)s already: %(token)s gives none. Write the last "
            "one, after that."
        ),
        "invalid_group": env._(
            "%(token)s cannot be counted up; write it as 10+3, SN/01-SN/03 or ~+5."
        ),
        "bad_plus_count": env._("In %(token)s, write a whole number after the plus."),
        "already_exists": env._("%(token)s exists already; write another number."),
        "bad_quantity": env._("%(token)s needs a quantity, a whole number above 0."),
        "too_many": env._("More than %(limit)s numbers at once; write fewer."),
        "scientific": env._(
            "“%(token)s” is a number that a spreadsheet has shortened; its last digits "
            "are lost. Format the column as text there, and copy it again."
        ),
        "invalid_format": env._("%(token)s is not a number that can be used."),
    }


def get_pattern_problem(env: Environment, error: NumberPatternError) -> str:
    """The text of a ``NumberPatternError``."""
    text = get_pattern_problem_texts(env)[error.code] % {"token": error.token}
    if error.suggestion:
        suggestion = env._("Did you mean %s?", error.suggestion)
        text = f"{text} {suggestion}"
    return text


def get_pattern_problem_texts(env: Environment) -> dict[str, str]:
    return {
        "empty": env._("Write a pattern, such as LOT-{year}-{5 digits}."),
        "unknown": env._("%(token)s is not a placeholder."),
        "stray_brace": env._(
            "“%(token)s” is not readable; placeholders stand in braces: {year}."
        ),
        "two_counters": env._("%(token)s has two counters; keep one."),
        "bad_check_digit": env._(
            "In %(token)s, write {check digit} once, after what it is worked out from."
        ),
        "too_open": env._(
            "%(token)s leaves too much open: write how many characters there are."
        ),
        "bad_width": env._("A counter has 1 to 20 digits, not %(token)s."),
        "restart_needs": env._(
            "A counter that restarts would give the same numbers again: add "
            "{%(token)s} to the pattern, or let it restart never."
        ),
        "not_for_generation": env._(
            "%(token)s only describes numbers; it cannot make one."
        ),
        "missing_value": env._("A %(token)s is missing, which is part of the number."),
    }


def get_no_value_text(env: Environment, text: str) -> str:
    """What a cell of a spreadsheet has in place of a value."""
    return env._(
        "“%s” is what a spreadsheet writes where it has no value; correct it.", text
    )


def get_taken_text(
    env: Environment, number: str, product: BaseModel, twins: BaseModel
) -> str:
    """Say that a number exists, and on what, as far as the user may know."""
    known = twins.sudo(False)._filtered_access("read")[:1]
    if not known:
        return env._(
            "%(number)s of %(product)s exists already where you have no access. "
            "Generate the next number.",
            number=number,
            product=product.display_name,
        )
    if known.product_id == product:
        return env._(
            "%(number)s of %(product)s exists already%(as)s. Choose that lot, or "
            "generate the next number.",
            number=number,
            product=product.display_name,
            **{"as": _get_spelling_text(env, number, known)},
        )
    return env._(
        "%(number)s of %(product)s is taken by %(other)s: numbers are unique "
        "within %(scope)s. Generate the next number.",
        number=number,
        product=product.display_name,
        other=known.product_id.display_name,
        scope=_get_scope_text(env, product),
    )


def _get_spelling_text(env, number, lot):
    text = "" if lot.name == number else env._(" as “%s”", lot.name)
    return text + env._(" (archived)") if lot.retired_date else text


def _get_scope_text(env, product):
    scope = env["lot.number"]._get_scope(product.company_id)
    return {
        "product": env._("a product"),
        "template": env._("all variants of a product"),
        "company": env._("a company"),
        "everything": env._("all products and companies"),
    }[scope]
