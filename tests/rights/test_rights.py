"""Every stored field and every public method has an answer: who may.

With ``LOT_WRITE_RIGHTS=1`` the matrix is written instead of compared: read it before
it is committed.
"""

import os
from functools import cached_property

from odoo.tests import tagged

from ..common import SupplyChainCase
from .samples import Samples
from .walk import ADDONS, REPO, Trial, create_users, get_fields, get_methods, get_table

# nobody in particular is let in there, with a reason for each
OPEN_METHODS = {
    # Odoo lets subcontractors read and number their lots in the portal
    ("portal", "lot.place", "search_number"),
    ("portal", "stock.lot", "action_open_story"),
    ("portal", "stock.lot", "get_story_lots"),
    ("portal", "stock.lot", "search_any_number"),
    ("portal", "stock.move", "get_next_lot_number"),
    ("portal", "stock.move", "preview_lot_numbers"),
}
# readonly in the form, and still given by hand
OPEN_FIELDS = {
    # what Odoo's dialog generated comes back from the client; nothing else is taken
    ("stock.move.line", "number_origin"),
}


@tagged("post_install", "-at_install")
class TestRights(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Elsewhere"})
        users = create_users(cls.env, cls.env.company, other)
        samples = Samples(cls.env)
        found = get_fields(cls.env) | get_methods(cls.env)
        samples.make_all(sorted({model for _addon, model in found}))
        cls.trial = Trial(cls.env, users, samples)
        # each field and each method is tried once for all tests
        cls.found = Findings(cls.trial)

    def test_matrix(self):
        """A field or method that is new fails here until somebody has looked at it."""
        self.maxDiff = None
        for addon in ADDONS:
            path = REPO / addon / "readme" / "RIGHTS.md"
            if os.environ.get("LOT_WRITE_RIGHTS"):
                path.write_text(self.found.get_matrix(addon), encoding="utf-8")
            with self.subTest(addon=addon):
                known = path.read_text(encoding="utf-8")
                self.assertEqual(known, self.found.get_matrix(addon))

    def test_what_the_system_writes_is_written_by_nobody_else(self):
        """A stored field that is readonly or computed has no user who changes it."""
        wrong = [
            (model, name, user)
            for (_addon, model), fields in self.found.fields.items()
            for name, answers in fields.items()
            for user, answer in answers.items()
            if answer == "yes"
            and self.env[model]._fields[name].readonly
            and (model, name) not in OPEN_FIELDS
        ]
        self.assertFalse(wrong)

    def test_nobody_in_particular_is_let_in(self):
        wrong = [
            (user, model, name)
            for (_addon, model), methods in self.found.methods.items()
            for name, answers in methods.items()
            for user in ("internal user", "portal")
            if answers[user] == "yes" and (user, model, name) not in OPEN_METHODS
        ]
        self.assertFalse(wrong)

    def test_nobody_of_another_company_is_let_in(self):
        wrong = [
            (model, name)
            for found in (self.found.fields, self.found.methods)
            for (_addon, model), answers in found.items()
            if self._is_of_company(model)
            for name, answer in answers.items()
            if answer["other company"] == "yes"
            and not getattr(getattr(self.env[model], name, None), "_api_model", False)
        ]
        self.assertFalse(wrong)

    def _is_of_company(self, model):
        record = self.trial.samples.of(model)
        return "company_id" in record and record.company_id == self.env.company


class Findings:
    """What the trial has found: ``{(addon, model): {name: {user: answer}}}``."""

    def __init__(self, trial):
        self.trial = trial

    @cached_property
    def fields(self):
        return {
            (addon, model): {
                name: self.trial.write_field(model, name) for name in names
            }
            for (addon, model), names in get_fields(self.trial.env).items()
            # a dialog is the user's own
            if not self.trial.env[model]._transient
        }

    @cached_property
    def methods(self):
        return {
            (addon, model): {
                name: self.trial.call_method(model, name) for name in names
            }
            for (addon, model), names in get_methods(self.trial.env).items()
        }

    def get_matrix(self, addon):
        """The rights of one addon, as Markdown."""
        models = sorted(
            {model for owner, model in self.fields.keys() | self.methods.keys()}
        )
        parts = [HEAD]
        for model in models:
            key = addon, model
            rows = {f"`{name}`": row for name, row in self.fields.get(key, {}).items()}
            for name, row in self.methods.get(key, {}).items():
                rows[f"`{name}()`"] = row
            if rows:
                parts.append(get_table(self.trial.env[model], rows))
        return "\n".join(parts)


HEAD = """# Who may do what

Tried by `tests/rights` on real records, as a user of each kind: which stored fields
they may change by hand (over RPC, by an import, in a form), and which public methods
let them in. A method may still refuse a state that does not fit, and asks for the role
again in what it calls. *Other company*: all roles, but of another company. Dialogs
(their methods only) are each user's own.
"""
