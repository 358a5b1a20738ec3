"""GS1 labels, read by the company's nomenclature, and what to say of bad ones."""

import re

from odoo.api import Environment
from odoo.exceptions import UserError

from . import gs1


def decompose(env: Environment, text: str) -> list[dict]:
    """What a GS1 code says, row by row, as core gives it.

    :raise UserError: if anything in it is wrong
    """
    nomenclature = _get_nomenclature(env)
    if not re.match(r"https?:|\(", text, re.IGNORECASE):
        separator = nomenclature.gs1_separator_fnc1 or gs1.FNC1
        text = re.sub(separator, gs1.FNC1, text)
    try:
        text = gs1.to_element_string(gs1.parse(text))
    except gs1.GS1Error as error:
        # the nomenclature can have rules of its own, which it alone understands
        if error.code != "unknown_ai" or not nomenclature.parse_barcode(text):
            raise UserError(_get_error_text(env, error)) from error
    rows = nomenclature.gs1_decompose_extended(text)
    if not rows:
        raise UserError(
            env._(
                "The barcode nomenclature “%(nomenclature)s” cannot read this "
                "code: %(code)s\nAdd a rule for each of its parts.",
                nomenclature=nomenclature.name,
                code=text.replace(gs1.FNC1, " "),
            )
        )
    return rows


def _get_nomenclature(env):
    """The company's nomenclature, or that of GS1 where the company's is another."""
    nomenclature = env.company.nomenclature_id
    if not nomenclature.is_gs1_nomenclature:
        nomenclature = nomenclature.search(
            [("is_gs1_nomenclature", "=", True)], order="id", limit=1
        )
    if not nomenclature:
        raise UserError(env._("There is no GS1 nomenclature to read this code with."))
    return nomenclature


def _get_error_text(env, error):
    return _get_error_texts(env)[error.code] % {"token": error.token}


def _get_error_texts(env):
    return {
        "empty": env._("There is nothing in this code."),
        "unknown_ai": env._(
            "%(token)s is no GS1 application identifier; nothing was read."
        ),
        "no_key": env._(
            "There is no GS1 number in the link %(token)s; scan another code of "
            "the label."
        ),
        "bad_link": env._("%(token)s is no link; type the number instead."),
        "bad_encoding": env._(
            "The link is broken at %(token)s; type the number instead."
        ),
        "bad_check_digit": env._(
            "The check digit of %(token)s is wrong; scan it again."
        ),
        "bad_date": env._("%(token)s is not a date; type the number instead."),
        "bad_character": env._(
            "%(token)s has a character that GS1 does not allow there."
        ),
        "bad_length": env._("%(token)s has not the right length; scan it again."),
        "too_long": env._(
            "%(token)s is too long. Is the separator (FNC1) missing behind it?"
        ),
        "conflict": env._("The code has %(token)s twice, with two values."),
    }
