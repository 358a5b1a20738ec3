"""From what a supplier announced to a receipt here: what is known, and what is not."""

import base64
import hashlib
from collections import defaultdict

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..documents import epcis, gs1_uri
from ..documents.epcis import is_gln
from ..numbers import finder
from ..numbers.form import strip_unseen
from ..scanning import gs1, label
from ..tools.calendar_days import to_gs1
from ..tools.parameter import read_int
from ..tools.zone import get_zone_of_warehouse
from . import announced, reading, texts

SIZE = ("lot_traceability.epcis_import_size_mb", 20)
EVENTS = ("lot_traceability.epcis_import_events", 50_000)
MOST_GOODS = 5_000
# of the days of goods, those that a label has
DAY_ELEMENTS = {
    "itemExpirationDate": "17",
    "bestBeforeDate": "15",
    "productionDate": "11",
}


def read(env: Environment, data: bytes) -> announced.Announcement:
    """What a document announces.

    :raise UserError: if anything is wrong with it, with the place of the fault
    """
    size = read_int(env, *SIZE, least=1) * 10**6
    try:
        document = reading.read(data, size, read_int(env, *EVENTS, least=1))
        found = announced.get_announcement(document)
    except reading.EpcisError as error:
        raise UserError(texts.get_error_text(env, error)) from error
    if not found.goods:
        raise UserError(
            env._(
                "No event of the document says that goods were shipped (bizStep "
                "shipping), so there is nothing to receive."
            )
        )
    if len(found.goods) > MOST_GOODS:
        raise UserError(
            env._(
                "The document announces %(count)s lots; one receipt takes %(most)s. "
                "Ask for a document for each shipment.",
                count=len(found.goods),
                most=MOST_GOODS,
            )
        )
    return found


def get_digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def find_earlier(env: Environment, digest: str, company: BaseModel) -> BaseModel:
    """Receipts that this very document was read for before."""
    # sudo: whether goods were announced before does not depend on who asks
    found = (
        env["ir.attachment"]
        .sudo()
        .search(
            [
                ("res_model", "=", "stock.picking"),
                ("description", "=", _get_mark(digest)),
            ]
        )
    )
    pickings = env["stock.picking"].sudo().browse(found.mapped("res_id")).exists()
    return pickings.filtered(
        lambda picking: picking.company_id == company and picking.state != "cancel"
    )


def _get_mark(digest):
    return f"EPCIS {digest}"


# -- what is known ------------------------------------------------------------
def find_parties(
    env: Environment, uris: list[str], names: dict
) -> dict[str, BaseModel]:
    """Partners by their GLN, else those whose name is in the document and is that of
    one only."""
    partners = env["res.partner"]
    glns = {uri: get_gln(uri) for uri in uris}
    wanted = list(filter(None, glns.values()))
    by_gln = defaultdict(partners.browse)
    for partner in partners.search([("global_location_number", "in", wanted)]):
        by_gln[partner.global_location_number] |= partner
    titles = [names[uri] for uri in uris if uri in names]
    by_name = defaultdict(partners.browse)
    for partner in partners.search([("name", "in", titles), ("parent_id", "=", False)]):
        by_name[partner.name] |= partner
    found = {}
    for uri in uris:
        match = by_gln[glns[uri]] if glns[uri] else partners
        match = match or (by_name[names[uri]] if uri in names else partners)
        found[uri] = match if len(match) == 1 else partners
    return found


def get_gln(uri: str) -> str:
    """The GLN that a link or a tag names, or an empty text."""
    number = gs1_uri.get_gln(uri)
    return number if is_gln(number) else ""


def find_products(env: Environment, goods: list) -> dict[str, BaseModel]:
    """Products by GTIN, however many digits their barcode has."""
    forms = {one.gtin: gs1.get_gtin_forms(one.gtin) for one in goods if one.gtin}
    products = env["product.product"].search(
        [("barcode", "in", [form for found in forms.values() for form in found])]
    )
    by_code = products.grouped("barcode")
    none = products.browse()
    return {
        gtin: next((by_code[form] for form in found if form in by_code), none)
        for gtin, found in forms.items()
    }


def find_units(env: Environment) -> dict[str, BaseModel]:
    """Units by their code; pieces have none, and two."""
    units = {}
    for name, code in epcis.UNITS.items():
        if unit := env.ref(f"uom.{name}", raise_if_not_found=False):
            units.setdefault(code, unit)
    units |= {code: units[""] for code in ("C62", "H87", "EA") if "" in units}
    return units


def get_elements(one: announced.Goods) -> list[tuple[str, str]]:
    """What is told of goods, as a label would say it."""
    pairs = []
    for name, identifier in DAY_ELEMENTS.items():
        if day := one.get_day(name):
            pairs.append((identifier, to_gs1(day, "day")))
    if one.is_serial and one.data.get("lotNumber"):
        pairs.append(("10", one.data["lotNumber"]))
    if number := one.get_number():
        pairs.append(("21" if one.is_serial else "10", number))
    return pairs


# -- what is in the way ----------------------------------------------------------
def get_problems(lines: BaseModel, company: BaseModel) -> dict[BaseModel, list[str]]:
    """What has to be done before lines can be received, line by line."""
    problems = {line: _get_own_problems(line) for line in lines}
    number = lines.env["lot.number"]
    tracked = lines.filtered(
        lambda line: line.product_id.tracking != "none" and line.lot_name
    )
    known = finder.find_for(
        lines.env,
        [(line.product_id, company, line.lot_name) for line in tracked],
        vendor=False,
    )
    for product, rows in tracked.grouped("product_id").items():
        new = {
            row.lot_name
            for row in rows
            if not known[product, company, row.lot_name].lots
        }
        wrong = number._get_problems(product, sorted(new), company)
        counts = defaultdict(int)
        for row in rows:
            problems[row] += wrong.get(row.lot_name, ())
            key = number._get_key(row.lot_name)
            counts[key] += 1
            if counts[key] > 1 and product.tracking == "serial":
                problems[row].append(
                    lines.env._("The serial number is in the list twice.")
                )
            if (
                product.tracking == "serial"
                and known[product, company, row.lot_name].lots
            ):
                lot = known[product, company, row.lot_name].lots[0]
                if lot.sudo().product_qty > 0:
                    problems[row].append(
                        lines.env._("The serial number is in stock already.")
                    )
    return problems


def _get_own_problems(line):
    env, product = line.env, line.product_id
    if not product:
        return [env._("The product is not known: choose it.")]
    problems = []
    if not product.is_storable and product.type != "consu":
        problems.append(env._("The product is no goods."))
    if product.tracking != "none" and not line.lot_name:
        problems.append(env._("The number is missing: write it."))
    if line.quantity <= 0:
        problems.append(env._("The document tells no quantity: write it."))
    unit = line.uom_id
    if not unit:
        problems.append(env._("The unit %s is not known: choose it.", line.uom_code))
    elif not unit._has_common_reference(product.uom_id):
        problems.append(
            env._(
                "%(unit)s cannot be converted to %(own)s, the unit of the product.",
                unit=unit.name,
                own=product.uom_id.name,
            )
        )
    elif product.tracking == "serial" and line._get_quantity() != 1:
        problems.append(env._("A serial number is one piece."))
    return problems


# -- the receipt -------------------------------------------------------------------
def prepare(wizard: BaseModel) -> BaseModel:
    """A receipt with all lines of a document, or none.

    :return: the transfer, which nobody has validated yet
    """
    picking = wizard.picking_id or _create_picking(wizard)
    zone = get_zone_of_warehouse(
        picking.picking_type_id.warehouse_id, picking.company_id
    )
    picking = picking.with_context(tz=str(zone))
    for product, lines in wizard.line_ids.grouped("product_id").items():
        total = sum(line._get_quantity() for line in lines)
        moves = picking.move_ids.filtered(
            lambda move, product=product: (
                move.product_id == product and move.state not in ("done", "cancel")
            )
        )
        move = moves[:1] or _create_move(picking, product, total)
        # planned lines without a number give way to those that are announced
        moves.move_line_ids.filtered(
            lambda line: not line.picked and not line.lot_name and not line.lot_id
        ).unlink()
        values = [_prepare_line(move, line) for line in lines]
        move.env["stock.move.line"].create(values)
    if picking.state == "draft":
        picking.action_confirm()
    _attach(wizard, picking)
    return picking.with_context(tz=wizard.env.context.get("tz"))


def _create_picking(wizard):
    kind = wizard.picking_type_id
    source = wizard.partner_id.property_stock_supplier
    return wizard.env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "partner_id": wizard.partner_id.id,
            "origin": wizard.origin or False,
            "location_id": (source or kind.default_location_src_id).id,
            "location_dest_id": kind.default_location_dest_id.id,
        }
    )


def _create_move(picking, product, quantity):
    move = picking.env["stock.move"].create(
        {
            "picking_id": picking.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
        }
    )
    if picking.state != "draft":
        move._action_confirm(merge=False)
    move.move_line_ids.unlink()
    return move


def _prepare_line(move, line):
    product = line.product_id
    values = {
        **move._prepare_move_line_vals(),
        "quantity": line._get_quantity(),
        "product_uom_id": product.uom_id.id,
        "picked": False,
    }
    if product.tracking == "none":
        return values
    rows = label.get_rows(move.env, [tuple(pair) for pair in line.elements or ()])
    scan = move.env["lot.scan"]._read("", rows)
    said = move.env["lot.scan"]._get_line_values(scan, product)
    return (
        values
        | said
        | {
            "lot_name": strip_unseen(line.lot_name).strip(),
            "supplier_number": line.supplier_number or False,
        }
    )


def _attach(wizard, picking):
    """The document stays with what was made of it."""
    wizard.env["ir.attachment"].create(
        {
            "name": wizard.file_name or "events.jsonld",
            "datas": base64.b64encode(wizard._get_data()),
            "mimetype": "application/ld+json",
            "description": _get_mark(wizard.digest),
            "res_model": "stock.picking",
            "res_id": picking.id,
        }
    )
    text = picking.env._(
        "%(count)s lots were taken from the events of %(file)s.",
        count=len(wizard.line_ids),
        file=wizard.file_name or "EPCIS",
    )
    picking.message_post(body="\n".join(filter(None, (text, wizard.doubt))))
