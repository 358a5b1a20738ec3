"""Global Location Numbers on records."""

from odoo.exceptions import ValidationError

from ..documents.epcis import is_gln


def refuse_wrong_glns(records):
    """:raise ValidationError: if a number is no GLN"""
    for record in records:
        number = record.global_location_number
        if number and not is_gln(number):
            raise ValidationError(
                record.env._(
                    "%(number)s of %(name)s is no GLN: it has to be 13 digits, and the "
                    "last one has to be the check digit of the others.",
                    number=number,
                    name=record.display_name,
                )
            )
