"""Page numbers on the pages of a PDF that has none."""

import io
import re

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


def split(content: bytes, documents: int) -> list[bytes]:
    """The documents of a file, each in a file of its own.

    :return: nothing if it cannot be told where each of them begins
    """
    document = PdfFileReader(io.BytesIO(content), strict=False)
    spans = _find_spans(document, documents)
    return [_extract(document, span) for span in spans] if spans else []


def _extract(document, span):
    writer = PdfFileWriter()
    for number in span:
        writer.addPage(document.getPage(number))
    part = io.BytesIO()
    writer.write(part)
    return part.getvalue()


def _get_texts(document, documents):
    spans = _find_spans(document, documents) or [range(document.getNumPages())]
    return [
        f"{number + 1} / {len(span)}" for span in spans for number in range(len(span))
    ]


def _find_spans(document, documents):
    """The pages of each document; nothing if that cannot be told."""
    if documents < 2:
        return [range(document.getNumPages())]
    for find in (_find_alike, _find_starts):
        starts = find(document)
        if len(starts) == documents and starts[0] == 0:
            ends = [*starts[1:], document.getNumPages()]
            return [range(start, end) for start, end in zip(starts, ends, strict=True)]
    return []


def _find_alike(document):
    """Pages that begin as the first one does, with the mark: to compare is quicker by
    far than to read them."""
    pages = range(document.getNumPages())
    found = [_get_first_letters(document.getPage(number)) for number in pages]
    return [number for number in pages if found[number] and found[number] == found[0]]


def _get_first_letters(page):
    """What is written first on a page, in the letters of its font."""
    content = page["/Contents"].get_object()
    # older versions of the library call it otherwise
    names = ("get_data", "getData")
    read = next(getattr(content, name) for name in names if hasattr(content, name))
    block = re.search(rb"\bBT\b(.*?)\bET\b", read(), re.DOTALL)
    return b"".join(re.findall(rb"<[0-9A-Fa-f]+>", block[1])) if block else b""


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
