"""Who got the lots in scope: the lots at consignees, as reports and lists show them."""

from odoo.addons.lot_traceability.documents.spreadsheet import Spreadsheet

from ..case import frozen

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
    return [
        {name: line[name] for name in names}
        | {
            "partner": line.partner_id,
            "email": line.consignee_id.email,
            "phone": line.consignee_id.phone,
            "lot": line.lot_id,
            "product": line.product_id,
            "address": line.consignee_id.address,
            "partner_name": frozen.get_name(recall, line.partner_id),
            "lot_name": frozen.get_name(recall, line.lot_id),
            "product_name": frozen.get_name(recall, line.product_id),
            "uom": frozen.get_name(recall, line.product_uom_id),
            "state": line.consignee_state,
            "documents": line.documents or "",
            "reason": line.reason or "",
        }
        for line in recall.consignee_line_ids
    ]


def get_xlsx(recall):
    """The list as a workbook; what is missing is said, nobody is left out."""
    unknown = recall.env._("Unknown: find out from the delivery")
    quantities = ("shipped", "returned", *ANSWERS)
    rows = []
    field = recall.env["lot.recall.consignee"]._fields["state"]
    states = dict(field._description_selection(recall.env))
    for row in get_rows(recall):
        rows.append(
            [
                row["partner_name"] or unknown,
                row["email"] or recall.env._("missing"),
                row["phone"] or recall.env._("missing"),
                row["product_name"],
                row["lot_name"],
                row["documents"],
                *(row[name] for name in quantities),
                row["uom"],
                states[row["state"]],
                row["reason"],
            ]
        )
    book = Spreadsheet()
    book.add_table(recall.env._("Consignees"), _get_header(recall), rows)
    return book.get_content()


def _get_header(recall):
    return [
        recall.env._("Consignee"),
        recall.env._("E-mail"),
        recall.env._("Phone"),
        recall.env._("Product"),
        recall.env._("Lot/Serial Number"),
        recall.env._("Deliveries"),
        recall.env._("Shipped"),
        recall.env._("Returned"),
        recall.env._("Reported on Hand"),
        recall.env._("Destroyed on Site"),
        recall.env._("Corrected"),
        recall.env._("Used or Sold On"),
        recall.env._("Unaccounted"),
        recall.env._("Unit"),
        recall.env._("Status"),
        recall.env._("Reason for the Gap"),
    ]
