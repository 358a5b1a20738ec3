"""Every public method refuses what is not as it has to be, and names it."""

import inspect

from odoo.exceptions import MissingError, UserError
from odoo.tests import tagged

from odoo.addons.lot_traceability.models.stock_move import DIALOG_IDS

from ..common import SupplyChainCase
from .samples import Samples
from .walk import ARGUMENTS, Trial, get_arguments, get_methods

NOBODY = 2_000_000_000
# values that no argument takes: not even those for a number, a text, a list or values
WRONG = (object(), 1.5, True, {"a": object()}, [["a"]], "\x00no such word", -1)
# counts what it is asked for by itself, for the companies of the user
OF_NO_RECORD = {
    ("lot.health.check", "action_refresh"),
    ("lot.rule.trial", "action_try"),
}
# the ids of records in the argument before; see the docstring
OTHER_NAMES = {"ids": "record_ids"}


@tagged("post_install", "-at_install")
class TestArguments(SupplyChainCase):
    """Tried as the superuser, so that nothing else than the arguments is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.methods = get_methods(cls.env)
        cls.samples = Samples(cls.env)
        cls.samples.make_all(sorted({model for _addon, model in cls.methods}))
        cls.trial = Trial(cls.env, {}, cls.samples)

    def each(self):
        for (_addon, model), names in self.methods.items():
            for name in names:
                yield model, name, getattr(type(self.env[model]), name)

    def refuse(self, records, name, arguments, words, refused=UserError):
        """The call is refused in these words."""
        with self.subTest(model=records._name, method=name, given=arguments):
            with self.assertRaises(refused) as error, self.trial._taken_back():
                getattr(records, name)(**arguments)
            for word in words:
                self.assertIn(word, str(error.exception))

    def test_records(self):
        """Without ids, with wrong ones, and with those of no record among others."""
        for model, name, function in self.each():
            if getattr(function, "_api_model", False) or (model, name) in OF_NO_RECORD:
                continue
            records = self.env[model]
            plausible = self.get_plausible(function, records)
            self.refuse(records, name, plausible, ["ids"])
            for wrong in ("42", True, -1, 2**31):
                self.refuse(records.browse([wrong]), name, plausible, ["ids"])
            known = self.samples.of(model) if not records._abstract else records
            self.refuse(
                *(known.browse([*known.ids, NOBODY]), name, plausible),
                *([str(NOBODY)], MissingError),
            )

    def test_values(self):
        """Each argument gets values of other types."""
        for model, name, function in self.each():
            record = self.samples.of(model)
            if getattr(function, "_api_model", False):
                record = record.browse()
            plausible = self.get_plausible(function, record)
            for parameter in list(inspect.signature(function).parameters)[1:]:
                said = OTHER_NAMES.get(parameter, parameter)
                for wrong in self.get_wrong(parameter):
                    given = {**plausible, parameter: wrong}
                    self.refuse(record, name, given, [said])

    def test_values_of_a_dialog(self):
        moves, product = self.env["stock.move"], self.samples.of("product.product")
        for name in (*DIALOG_IDS, "default_quantity"):
            for wrong in ("x", True, [1]):
                given = {"context_data": {name: wrong}}
                self.refuse(moves, "get_next_lot_number", given, [name])
        for name in DIALOG_IDS:
            given = {"context_data": {"default_product_id": product.id, name: NOBODY}}
            words = [str(NOBODY)]
            self.refuse(moves, "get_next_lot_number", given, words, MissingError)
        given = {"context_data": {}}
        self.refuse(moves, "get_next_lot_number", given, ["default_product_id"])

    def get_plausible(self, function, record):
        names = [
            parameter.name
            for parameter in list(inspect.signature(function).parameters.values())[1:]
            if parameter.default is parameter.empty
        ]
        return dict(zip(names, get_arguments(function, record), strict=True))

    def get_wrong(self, parameter):
        usual = ARGUMENTS.get(parameter, 1)
        if parameter.endswith("_ids"):
            # a program that has found nothing does not mean all of it
            yield []
        for wrong in WRONG:
            if isinstance(usual, str | dict | bool) and isinstance(wrong, type(usual)):
                # any text is one, and so are any values, and yes as well as no
                continue
            if parameter in ("quantity", "count") and type(wrong) in (float, int):
                continue
            yield wrong
