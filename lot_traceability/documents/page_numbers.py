"""Page numbers on the pages of a PDF that has none."""

import io

from odoo.tools.pdf import PdfFileReader, PdfFileWriter


def number_pages(content: bytes) -> bytes:
    """Write ``2 / 5`` at the foot of each page."""
    from reportlab.lib.units import mm
    from reportlab.pdfgen import canvas

    document = PdfFileReader(io.BytesIO(content), strict=False)
    total = document.getNumPages()
    numbers = io.BytesIO()
    sheet = canvas.Canvas(numbers)
    for number in range(total):
        box = document.getPage(number).mediaBox
        sheet.setPageSize((float(box.getWidth()), float(box.getHeight())))
        sheet.setFontSize(8)
        sheet.drawRightString(
            float(box.getWidth()) - 8 * mm, 6 * mm, f"{number + 1} / {total}"
        )
        sheet.showPage()
    sheet.save()
    return _merge(document, PdfFileReader(numbers))


def _merge(document, overlay):
    writer = PdfFileWriter()
    for number in range(document.getNumPages()):
        writer.addPage(document.getPage(number))
        page = writer.getPage(number)
        page.mergePage(overlay.getPage(number))
        # older versions of the library call it otherwise
        names = ("compress_content_streams", "compressContentStreams")
        next(getattr(page, name) for name in names if hasattr(page, name))()
    merged = io.BytesIO()
    writer.write(merged)
    return merged.getvalue()
