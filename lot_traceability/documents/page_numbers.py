"""Page numbers on the pages of a PDF that has none."""

import io

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

# what the layout of our documents begins with, in letters that nobody sees
MARK = "lot-document-begins"


def number_pages(content: bytes, documents: int = 1) -> bytes:
    """Write ``2 / 5`` at the foot of each page.

    :param documents: how many documents are in the file: each is counted by itself, if
        it can be told where it begins
    """
    from reportlab.lib.units import mm
    from reportlab.pdfgen import canvas

    document = PdfFileReader(io.BytesIO(content), strict=False)
    numbers = io.BytesIO()
    sheet = canvas.Canvas(numbers)
    for number, text in enumerate(_get_texts(document, documents)):
        box = document.getPage(number).mediaBox
        sheet.setPageSize((float(box.getWidth()), float(box.getHeight())))
        sheet.setFontSize(8)
        sheet.drawRightString(float(box.getWidth()) - 8 * mm, 6 * mm, text)
        sheet.showPage()
    sheet.save()
    return _merge(document, PdfFileReader(numbers))


def _get_texts(document, documents):
    total = document.getNumPages()
    starts = _find_starts(document) if documents > 1 else []
    if len(starts) != documents or starts[0] != 0:
        starts = [0]
    ends = [*starts[1:], total]
    return [
        f"{page + 1} / {end - start}"
        for start, end in zip(starts, ends, strict=True)
        for page in range(end - start)
    ]


def _find_starts(document):
    return [
        number
        for number in range(document.getNumPages())
        if MARK in "".join(_read(document.getPage(number)).split())
    ]


def _read(page):
    # older versions of the library call it otherwise
    names = ("extract_text", "extractText")
    return next(getattr(page, name) for name in names if hasattr(page, name))()


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
