"""Which lot of another company a lot is a copy of.

Goods go from one company to another through a transit location that belongs to neither.
What comes out under a product and number that another company sent in is the same
goods. Lots without company are the same record and need no link.

All functions take the lines (``stock.move.line``) that come from there.
"""

from odoo.fields import Domain
from odoo.models import BaseModel


def find(lines: BaseModel) -> dict[BaseModel, BaseModel]:
    """``{line: lot that the other company sent}``, without the other lines.

    With sudo, to find the lot only: the link is not shown to those who may not read it.
    """
    lines = lines.filtered(_is_from_another_company)
    if not lines:
        return {}
    sent = _get_sent(lines)
    found = {}
    for line in lines:
        for lot in sent.get(_get_key(line), ()):
            if lot.company_id != line.company_id:
                found.setdefault(line, lot)
    return found


def link(lines: BaseModel) -> None:
    """Write the origin on copies that came in with ``lines``, and on those that had
    come in before ``lines`` sent what they are."""
    _link_early(lines)
    # nearly nothing comes from another company
    copies = lines.filtered(
        lambda line: (
            _is_from_another_company(line)
            and line.lot_id.company_id
            and not line.lot_id.sudo().origin_lot_id
        )
    )
    for line, origin in find(copies).items():
        # what comes back is no copy of its own copy
        if line.lot_id not in _get_origins(origin):
            line.lot_id.sudo().origin_lot_id = origin


def _link_early(lines):
    sent = lines.filtered(
        lambda line: (
            _is_between_companies(line.location_dest_id) and line.lot_id.company_id
        )
    )
    if not sent:
        return
    # sudo: to find the lots only
    taken = lines.sudo().search(
        Domain("state", "=", "done")
        & Domain("location_id", "in", sent.location_dest_id.ids)
        & Domain("lot_id.company_id", "!=", False)
        & Domain("lot_id.origin_lot_id", "=", False)
        & Domain("lot_id.product_id", "in", sent.product_id.ids)
        & Domain("lot_id.number_key", "in", sent.lot_id.mapped("number_key"))
    )
    for line in sent:
        origins = _get_origins(line.lot_id)
        for early in taken.filtered(
            lambda one, line=line: (
                one.location_id == line.location_dest_id
                and one.lot_id.product_id == line.product_id
                and one.lot_id.number_key == line.lot_id.number_key
                and one.lot_id.company_id != line.lot_id.company_id
            )
        ):
            if early.lot_id not in origins and not early.lot_id.origin_lot_id:
                early.lot_id.origin_lot_id = line.lot_id


def _get_origins(lot):
    """A lot, what it is a copy of, and so on."""
    origins, lot = lot.browse().sudo(), lot.sudo()
    while lot and lot not in origins:
        origins |= lot
        lot = lot.origin_lot_id
    return origins


def _is_between_companies(place):
    return place.usage == "transit" and not place.company_id


def _is_from_another_company(line):
    return _is_between_companies(line.location_id)


def _get_sent(lines):
    """``{(location, product, number): lots sent there}``, the last sent first."""
    if not lines:
        return {}
    keys = {_get_key(line)[-1] for line in lines}
    groups = (
        lines.env["stock.move.line"]
        .sudo()
        ._read_group(
            Domain("state", "=", "done")
            & Domain("location_dest_id", "in", lines.location_id.ids)
            & Domain("lot_id.company_id", "!=", False)
            & Domain("lot_id.product_id", "in", lines.product_id.ids)
            & Domain("lot_id.number_key", "in", list(keys)),
            ["location_dest_id", "lot_id"],
            ["date:max"],
            order="date:max DESC",
        )
    )
    sent: dict = {}
    for location, lot, _date in groups:
        key = (location.id, lot.product_id.id, lot.number_key)
        sent.setdefault(key, []).append(lot)
    return sent


def _get_key(line):
    key = line.env["lot.number"]._get_key(line.lot_id.name or line.lot_name)
    return line.location_id.id, line.product_id.id, key
