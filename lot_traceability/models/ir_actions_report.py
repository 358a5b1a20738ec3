import io

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

TRACE = "lot_traceability.report_lot_trace"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, report_ref=False, **kwargs):
        # an auditor's document has page numbers, also where wkhtmltopdf is the build
        # that has no footers
        content = super()._run_wkhtmltopdf(bodies, report_ref=report_ref, **kwargs)
        if report_ref and self._get_report(report_ref).report_name == TRACE:
            return self._number_pages(content)
        return content

    def _number_pages(self, content):
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
        return self._merge_pages(document, PdfFileReader(numbers))

    def _merge_pages(self, document, overlay):
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
