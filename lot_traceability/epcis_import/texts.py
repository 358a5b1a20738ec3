"""What is wrong with a document, for the user."""

from odoo.api import Environment

from .reading import EpcisError


def get_error_text(env: Environment, error: EpcisError) -> str:
    """With the place of the fault, as a JSON pointer."""
    text = _get_texts(env)[error.code] % {
        key: _shorten(value) for key, value in error.values.items()
    }
    if error.pointer is None:
        return text
    return env._(
        "%(problem)s It is at %(pointer)s. Nothing was read.",
        problem=text,
        pointer=error.pointer or "/",
    )


def _shorten(value):
    text = str(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


def _get_texts(env):
    return {
        "too_large": env._(
            "The document has %(size)s bytes, and %(limit)s are the most that is read "
            "(system parameter lot_traceability.epcis_import_size_mb)."
        ),
        "too_many": env._(
            "The document has %(count)s events, and %(limit)s are the most that are "
            "read (system parameter lot_traceability.epcis_import_events)."
        ),
        "too_much": env._(
            "The document tells of goods more than %(limit)s times: ask for a document "
            "for each shipment."
        ),
        "too_deep": env._(
            "The document is nested more than %(limit)s levels deep, which no EPCIS "
            "document is."
        ),
        "no_utf8": env._("The file is no text in UTF-8. Ask the sender for JSON-LD."),
        "no_json": env._(
            "The file is no JSON: it breaks off, or is wrong, in line %(line)s at "
            "character %(column)s."
        ),
        "double_key": env._("“%(key)s” is there twice, and one of them may be wrong."),
        "bad_number": env._("This number is too large, too long, negative or none."),
        "bad_character": env._("This text has a character that no text may have."),
        "long_text": env._("This text is longer than %(limit)s characters."),
        "no_document": env._("This has to be EPCISDocument."),
        "version": env._("EPCIS 2.0 is read, not version %(version)s."),
        "missing": env._("This is missing."),
        "kind": env._("This is not in the form of a JSON %(wanted)s."),
        "event_type": env._("EPCIS has no event of the type %(value)s."),
        "action": env._("An action is ADD, OBSERVE or DELETE, not %(value)s."),
        "offset": env._("An offset is such as +02:00, not %(value)s."),
        "moment": env._(
            "%(value)s is no moment with its time zone, such as "
            "2026-01-31T08:00:00+01:00."
        ),
        "day": env._("%(value)s is no day such as 2026-01-31."),
        "no_uri": env._("%(value)s is no identifier: it has to be a URI."),
        "no_number": env._("A quantity is a number, not %(value)s."),
        "uom": env._("%(value)s is no code of a unit, such as KGM."),
    }
