"""The sheet to scan from: labels of lots, products, places and transfers."""

from io import BytesIO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.lot_traceability.documents import symbol

NAME = "Labels to scan.pdf"
COLUMNS, ROWS = 3, 7
MARGIN, TOP = 12 * mm, 22 * mm
# GS1 keeps the numbers that begin with 952 for examples
PREFIX = "9521234"


def get_gtin(index):
    """A GTIN-13 for the product with that number."""
    digits = f"{PREFIX}{index:05}"
    weighted = zip(digits, (1, 3) * 6, strict=True)
    total = sum(int(digit) * weight for digit, weight in weighted)
    return f"{digits}{-total % 10}"


def get_element_string(product, number, expiration=None):
    """What the GS1 label of a lot says, as ``documents.symbol`` reads it."""
    identifier = "21" if product.tracking == "serial" else "10"
    date = f"[17]{expiration:%y%m%d}" if expiration else ""
    return f"[01]0{product.barcode}{date}[{identifier}]{number}"


def of_lot(lot, note=""):
    """A label of a lot, as on the goods."""
    text = get_element_string(lot.product_id, lot.name, lot.expiration_date)
    return _of_number(lot.product_id, lot.name, text, note)


def of_new_lot(product, number, expiration, note=""):
    """A label of goods that have not come in yet."""
    text = get_element_string(product, number, expiration)
    return _of_number(product, number, text, note)


def _of_number(product, number, text, note):
    return {"title": number, "detail": product.name, "gs1": text, "note": note}


def of_code(code, title, detail):
    """A plain bar code: of a product, a place or a transfer."""
    return {"title": title, "detail": detail, "code": code, "note": code}


def draw(pages):
    """Draw the sheet.

    :param pages: ``[(title, what to do, labels)]``
    :return: the file
    """
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setTitle("Labels to scan")
    for title, text, labels in pages:
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(MARGIN, A4[1] - 12 * mm, title)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(MARGIN, A4[1] - 18 * mm, text)
        for index, label in enumerate(labels[: COLUMNS * ROWS]):
            _draw_label(canvas, index, label)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_label(canvas, index, label):
    width = (A4[0] - 2 * MARGIN) / COLUMNS
    height = (A4[1] - TOP - MARGIN) / ROWS
    row, column = divmod(index, COLUMNS)
    x, y = MARGIN + column * width, A4[1] - TOP - (row + 1) * height
    canvas.rect(x + 1 * mm, y + 1 * mm, width - 2 * mm, height - 2 * mm)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(x + 4 * mm, y + height - 7 * mm, label["title"][:26])
    canvas.setFont("Helvetica", 8)
    canvas.drawString(x + 4 * mm, y + height - 11 * mm, label["detail"][:36])
    if "gs1" in label:
        picture = symbol.draw(symbol.DATAMATRIX, label["gs1"])
        size = 16 * mm
        canvas.drawImage(
            ImageReader(picture.convert("L")), x + 4 * mm, y + 6 * mm, size, size
        )
    else:
        bars = Code128(label["code"], barHeight=11 * mm, barWidth=0.28 * mm)
        bars.drawOn(canvas, x, y + 8 * mm)
    canvas.setFont("Helvetica", 7)
    canvas.drawString(x + 4 * mm, y + 3 * mm, label["note"][:44])
