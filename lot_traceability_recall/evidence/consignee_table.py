"""Who got the lots in scope: the lots at consignees, as reports and lists show them."""

from odoo.addons.lot_traceability.documents.spreadsheet import Spreadsheet

from ..case import clock, frozen
from ..case.record import get_text

# what consignees answer
ANSWERS = ("reported", "destroyed", "corrected", "used", "unaccounted")


def get_rows(recall):
    """What each consignee got, sent back and answered.

    :return: list of dicts: ``partner`` (a record, may be empty), ``lot``, ``product``,
        and what they are called (``partner_name`` ...: of a recall that is closed, as
        they were called then), ``email``, ``phone``, ``address``, ``uom``,
        ``shipped``, ``returned``, what was answered, ``state`` of the consignee,
        ``documents``, ``reason``
    """
    recall.ensure_one()
    names = ("shipped", "returned", *ANSWERS)
    barcodes = frozen.get_told(recall, "barcodes")
    if barcodes is None:
        barcodes = _get_barcodes(recall.consignee_line_ids.product_id)
    return [
        {name: line[name] for name in names}
        | {
            "partner": line.partner_id,
            "email": line.consignee_id.email,
            "phone": line.consignee_id.phone,
            "lot": line.lot_id,
            "product": line.product_id,
            "address": line.consignee_id.address,
            "country": frozen.get_fact(line.consignee_id, "country"),
            "returned_before": line.returned_before,
            "date_first": line.date_first,
            "date_last": line.date_last,
            "day_first": line._get_first_day(),
            "barcode": barcodes.get(str(line.product_id.id), ""),
            "partner_name": frozen.get_consignee_name(line.consignee_id),
            "lot_name": frozen.get_name(recall, line.lot_id),
            "product_name": frozen.get_name(recall, line.product_id),
            "uom": frozen.get_name(recall, line.product_uom_id),
            "state": line.consignee_state,
            "documents": line.documents or "",
            "reason": line.reason or "",
        }
        for line in recall.consignee_line_ids
    ]


def _get_barcodes(products):
    return {str(product.id): product.barcode or "" for product in products}


def _get_packs(products):
    # sudo: what stands on the pack, for whom the pack was sold to
    return {
        str(product.id): ", ".join(
            filter(None, (product.lot_pack_size, product.lot_pack_style))
        )
        for product in products.sudo()
    }


# ``{id of a product as text: its code, or how it is packed}``
TOLD_OF_PRODUCTS = {"barcodes": _get_barcodes, "packs": _get_packs}


def get_told_rows(recall):
    """How and when each consignee was told, and with what result.

    :return: list of dicts: ``name``, ``address``, ``phone``, ``email``, ``notices``
        (dicts: ``what``, ``method``, ``date``, ``result``, ``to``), ``answered_on``,
        ``answered_by``, ``how`` (of the answer), ``deadline``, ``state``
    """
    return [
        {
            "name": consignee.display_name,
            "address": consignee.address,
            "phone": consignee.phone,
            "email": consignee.email,
            "notices": [
                {
                    "what": get_text(notice, "kind"),
                    "method": get_text(notice, "method"),
                    "date": notice.date,
                    "result": get_text(notice, "state"),
                    "to": notice.email if notice.method == "email" else "",
                    "why": notice.failure,
                }
                for notice in consignee.notice_ids.sorted("id")
            ],
            "answered_on": consignee.reply_ids[:1].date,
            "answered_by": consignee.reply_ids[:1].answered_by,
            "how": get_text(consignee.reply_ids[:1], "source"),
            "deadline": consignee.deadline,
            "state": get_text(consignee, "state"),
        }
        for consignee in recall.consignee_ids
    ]


def get_xlsx(recall):
    """The list as a workbook; what is missing is said, nobody is left out."""
    unknown = recall.env._("Unknown: find out from the delivery")
    quantities = ("shipped", "returned", "returned_before", *ANSWERS)
    rows = []
    field = recall.env["lot.recall.consignee"]._fields["state"]
    states = dict(field._description_selection(recall.env))
    for row in get_rows(recall):
        rows.append(
            [
                row["partner_name"] or unknown,
                row["email"] or recall.env._("missing"),
                row["phone"] or recall.env._("missing"),
                row["address"] or recall.env._("missing"),
                row["country"] or recall.env._("missing"),
                row["product_name"],
                row["barcode"],
                row["lot_name"],
                row["documents"],
                row["date_first"],
                row["date_last"],
                *(row[name] for name in quantities),
                row["uom"],
                states[row["state"]],
                row["reason"],
            ]
        )
    book = Spreadsheet(clock.get_zone(recall.company_id))
    book.add_table(recall.env._("Consignees"), _get_header(recall), rows)
    return book.get_content()


def _get_header(recall):
    return [
        recall.env._("Consignee"),
        recall.env._("E-mail"),
        recall.env._("Phone"),
        recall.env._("Address"),
        recall.env._("Country"),
        recall.env._("Product"),
        recall.env._("GTIN / Bar Code"),
        recall.env._("Lot/Serial Number"),
        recall.env._("Deliveries"),
        recall.env._("First Delivery"),
        recall.env._("Last Delivery"),
        recall.env._("Shipped"),
        recall.env._("Returned"),
        recall.env._("Of It Before the Recall"),
        recall.env._("Reported on Hand"),
        recall.env._("Destroyed on Site"),
        recall.env._("Corrected"),
        recall.env._("Used or Sold On"),
        recall.env._("Unaccounted"),
        recall.env._("Unit"),
        recall.env._("Status"),
        recall.env._("Reason for the Gap"),
    ]
