"""Who may: every stored field and every public method of ours, tried as each user.

What is found is written into ``readme/RIGHTS.md`` of the addons, which
``test_rights.py`` holds against what is true.
"""

import contextlib
import inspect
import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

from odoo import models
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError

REPO = Path(__file__).parents[2]
ADDONS = sorted(path.parent.name for path in REPO.glob("*/__manifest__.py"))
PREFIX = "lot_traceability"
RECALL = "lot_traceability_recall.group_recall_"
# the columns of the matrix, and the groups of their users
USERS = {
    "internal user": ["base.group_user"],
    "portal": ["base.group_portal"],
    "stock user": ["stock.group_stock_user"],
    "hold right": ["lot_traceability.group_lot_hold"],
    "stock manager": ["stock.group_stock_manager"],
    "auditor": [f"{RECALL}auditor"],
    "recall user": [f"{RECALL}user"],
    "coordinator": [f"{RECALL}coordinator"],
    "quality": [f"{RECALL}quality"],
    "logistics": [f"{RECALL}logistics"],
    "sales": [f"{RECALL}sales"],
    "recall manager": [f"{RECALL}manager"],
    "other company": ["stock.group_stock_manager", f"{RECALL}manager"],
}
# what a method is called with, by the name of the parameter
ARGUMENTS = {
    "password": "no password",
    "reading": "plain",
    "text": "X",
    "barcode": "X",
    "reason": "because",
    "quantity": 1,
    "count": 1,
    "first_lot": "X1",
    "mode": "generate",
    "lot_text": "X1",
    "context_data": {},
    "partners": False,
    "model": "stock.lot",
    "res_model": "mrp.production",
    "values": {},
    "vals": {},
    "day": "2026-01-01",
    "opened": [],
    "rows": [{}],
    "cursor": "",
}


def create_users(env, company, other_company):
    """A user for each column, by its name."""
    users = {}
    for name, groups in USERS.items():
        companies = other_company if name == "other company" else company
        users[name] = env["res.users"].create(
            {
                "name": name,
                "login": f"rights {name}",
                "email": f"{name.replace(' ', '.')}@example.com",
                "company_id": companies.id,
                "company_ids": companies.ids,
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
            }
        )
    return users


# ----------------------------------------------------------------------
# What there is
# ----------------------------------------------------------------------
def get_addon(module):
    """The addon of ours that a module of Python belongs to."""
    parts = (module or "").split(".")
    is_ours = parts[:2] == ["odoo", "addons"] and parts[2] in ADDONS
    return parts[2] if is_ours and "tests" not in parts else None


def get_fields(env):
    """``{(addon, model): [names]}`` of the stored fields that we add, or all of a model
    of ours."""
    found = defaultdict(list)
    for name in sorted(env.registry):
        model = env[name]
        if model._abstract:
            continue
        for field in model._fields.values():
            addons = [module for module in field._modules if module in ADDONS]
            is_ours = addons and addons[0] == field._modules[0]
            if field.store and is_ours and field.name not in models.MAGIC_COLUMNS:
                found[addons[0], name].append(field.name)
    return {key: sorted(names) for key, names in found.items()}


def get_methods(env):
    """``{(addon, model): [names]}`` of the public methods that we write, those that
    only extend a method of Odoo left out: its rights are Odoo's."""
    found = defaultdict(set)
    for name in sorted(env.registry):
        model = env[name]
        bases = [
            base for base in type(model).__mro__ if not getattr(base, "pool", None)
        ]
        for index, base in enumerate(bases):
            addon = get_addon(base.__module__)
            if not addon or getattr(base, "_name", None) == "lot.guarded":
                continue
            for method, function in vars(base).items():
                if (
                    not method.startswith("_")
                    and inspect.isfunction(function)
                    and not getattr(function, "_api_private", False)
                    and not is_of_odoo(method, bases[index + 1 :])
                ):
                    found[addon, name].add(method)
    return {key: sorted(names) for key, names in found.items()}


def is_of_odoo(method, bases):
    return any(
        method in vars(base) and not get_addon(base.__module__) for base in bases
    )


# ----------------------------------------------------------------------
# Trying
# ----------------------------------------------------------------------
class Trial:
    """Tries as a user, on real records, and takes everything back.

    :param samples: a record of each model, see ``samples``
    :param users: ``{name: user}``
    """

    def __init__(self, env, users, samples):
        self.env = env
        self.users = users
        self.samples = samples

    def write_field(self, model, name):
        """``{user: "yes" or "no"}``: who may change a field by hand."""
        return {user: self._try_write(model, name, user) for user in self.users}

    def _try_write(self, model, name, user):
        record = self._get_record(model, user)
        try:
            record.check_access("write")
        except AccessError:
            return "no"
        if not record:
            return "no"
        value = get_other_value(record.sudo(), name)
        with self._taken_back():
            try:
                record.write({name: value})
                record.env.flush_all()
            except ValidationError:
                return "yes"
            except (AccessError, UserError):
                return "no"
            except Exception:  # noqa: BLE001
                # a value that the database does not take got past the guards
                return "yes"
        return "yes"

    def call_method(self, model, name):
        """``{user: "yes" or "no"}``: who is let in; a state that does not fit is no
        question of rights."""
        return {user: self._try_call(model, name, user) for user in self.users}

    def _try_call(self, model, name, user):
        record = self._get_record(model, user)
        if self.env[model]._transient:
            # a dialog is one's own; what it does asks for itself
            return "yes" if record.browse().has_access("create") else "no"
        function = getattr(type(record), name)
        if getattr(function, "_api_model", False):
            record = record.browse()
        arguments = get_arguments(function, record)
        with self._taken_back():
            try:
                getattr(record, name)(*arguments)
                record.env.flush_all()
            except (AccessError, MissingError):
                return "no"
            except Exception:  # noqa: BLE001
                return "yes"
        return "yes"

    def _get_record(self, model, user):
        record = self.samples.of(model)
        user = self.users[user]
        return (
            record.with_env(self.env(user=user, su=False))
            .with_context(allowed_company_ids=user.company_ids.ids)
            .with_company(user.company_id)
        )

    @contextlib.contextmanager
    def _taken_back(self):
        logging.disable(logging.CRITICAL)
        try:
            with contextlib.suppress(_Back), self.env.cr.savepoint():
                yield
                raise _Back
        finally:
            logging.disable(logging.NOTSET)
            self.env.transaction.clear()
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()


class _Back(Exception):
    """Takes a savepoint back."""


def get_arguments(function, record):
    """One plausible argument for each that has to be given."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return [
        record.ids
        if parameter.name in ("ids", "record_ids")
        else ARGUMENTS.get(parameter.name, 1)
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind
        in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]


def get_other_value(record, name):
    """A value that the field does not have now."""
    field, now = record._fields[name], record[name]
    if field.type == "boolean":
        return not now
    if field.type in ("integer", "float", "monetary"):
        return (now or 0) + 1
    if field.type == "many2one_reference":
        return (now or 0) + 1
    if field.type == "date":
        return (now or date(2026, 1, 1)) + timedelta(days=1)
    if field.type == "datetime":
        return (now or datetime(2026, 1, 1)) + timedelta(days=1)
    if field.type == "selection":
        keys = [key for key in field.get_values(record.env) if key != now]
        return keys[0] if keys else False
    if field.type == "many2one":
        domain = [("id", "not in", now.ids)]
        found = record.env[field.comodel_name].sudo().search(domain, limit=1)
        # what no row has gets past nobody who looks, and the database refuses it
        return found.id or 2_000_000_000
    if field.type in ("one2many", "many2many"):
        found = record.env[field.comodel_name].sudo().search([], limit=1)
        return [(6, 0, found.ids if now != found else [])]
    if field.type == "binary":
        return b"eA=="
    if field.type == "json":
        return {"x": 1}
    return f"{now or ''}x"


# ----------------------------------------------------------------------
# The matrix
# ----------------------------------------------------------------------
def get_table(model, rows):
    """The answers of one model, as Markdown.

    :param rows: ``{title: {user: answer}}``
    """
    lines = [f"\n## `{model._name}`: {model._description}\n"]
    closed = [title for title, found in rows.items() if set(found.values()) == {"no"}]
    if closed:
        lines.append(f"The system alone: {', '.join(closed)}\n")
    shown = [(title, found) for title, found in rows.items() if title not in closed]
    if shown:
        lines.append(f"| | {' | '.join(USERS)} |")
        lines.append("|---" + "|:-:" * len(USERS) + "|")
    for title, found in shown:
        marks = ("x" if found[user] == "yes" else "" for user in USERS)
        lines.append(f"| {title} | {' | '.join(marks)} |")
    return "\n".join(lines) + ("\n" if shown else "")
