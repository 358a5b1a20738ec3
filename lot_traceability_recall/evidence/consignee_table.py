"""Who got the lots in scope: the lots at consignees, as reports and lists show them."""

from odoo.addons.lot_traceability.documents.spreadsheet import Spreadsheet

# what consignees answer
ANSWERS = ("reported", "destroyed", "corrected", "used", "unaccounted")


def get_rows(recall):
    """What each consignee got, sent back and answered.

    :return: list of dicts: ``partner`` (a record, may be empty), ``email``,
        ``phone``, ``lot``, ``product``, ``uom``, ``shipped``, ``returned``, what
        was answered, ``state`` of the consignee, ``documents``, ``reason``
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
            "uom": line.product_uom_id.name,
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
                row["partner"].display_name or unknown,
                row["email"] or recall.env._("missing"),
                row["phone"] or recall.env._("missing"),
                row["product"].display_name,
                row["lot"].name or "",
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
