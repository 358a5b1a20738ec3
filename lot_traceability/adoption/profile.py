"""What a profile sets: before and after, and then really."""

from ast import literal_eval
from dataclasses import dataclass
from typing import Any

from odoo.fields import Domain
from odoo.models import BaseModel

SETTINGS = "res.config.settings"


@dataclass(frozen=True)
class Change:
    """One value of a profile: of the settings, or of records."""

    name: str
    before: str
    after: str
    records: BaseModel
    vals: dict

    @property
    def is_change(self) -> bool:
        return self.before != self.after


def get_changes(profile: BaseModel, company: BaseModel) -> list[Change]:
    """What a profile sets in a company, whether it is so already or not; what belongs
    to an app that is not installed is left out."""
    env = profile.env(context=dict(profile.env.context, active_test=False))
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    # sudo: to look at the settings is to show them; nothing is saved by it
    settings = env[SETTINGS].sudo().create({})
    changes = []
    for row in profile.setting_ids:
        if row.model not in env or row.field_name not in env[row.model]._fields:
            continue
        field = env[row.model]._fields[row.field_name]
        value = _read_value(env, field, row.value)
        records = settings
        if row.model != SETTINGS:
            records = _find_records(env, row, company)
            if not records:
                continue
        shown = {_show(record, field, record[field.name]) for record in records}
        changes.append(
            Change(
                _get_name(env, row, field),
                ", ".join(sorted(shown)),
                _show(records, field, field.convert_to_record(value, records)),
                records,
                {field.name: value},
            )
        )
    return changes


def apply(profile: BaseModel, company: BaseModel) -> None:
    """Set what a profile says, as the user.

    :raise AccessError: to those who may not change the settings
    """
    settings = profile.env[SETTINGS].with_company(company)
    vals = {}
    for change in get_changes(profile, company):
        if change.records._name == SETTINGS:
            vals |= change.vals
        elif change.is_change:
            change.records.with_env(profile.env).write(change.vals)
    settings.create(vals).execute()


def _find_records(env, row, company):
    if row.record:
        return env.ref(row.record, raise_if_not_found=False) or env[row.model]
    domain = Domain(literal_eval(row.domain or "[]"))
    return env[row.model].search(domain & Domain("company_id", "=", company.id))


def _read_value(env, field, text) -> Any:
    if field.type == "boolean":
        return text == "True"
    if field.type == "integer":
        return int(text)
    if field.type == "many2one":
        return env.ref(text).id
    return text


def _get_name(env, row, field):
    label = field._description_string(env)
    if row.model == SETTINGS:
        return label
    return f"{env['ir.model']._get(row.model).name}: {label}"


def _show(record, field, value):
    env = record.env
    if field.type == "boolean":
        return env._("On") if value else env._("Off")
    if field.type == "selection":
        return dict(field._description_selection(env)).get(value) or env._("Not set")
    if field.type == "many2one":
        return value.display_name if value else env._("Not set")
    return str(value)
