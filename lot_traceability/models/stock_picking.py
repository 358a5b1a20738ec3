from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..done_lines import missing_lots, sold
from ..numbers.form import strip_unwritable
from ..scanning import scanner
from ..tools import public
from ..tools.arguments import check_optional_id, check_raw_text

_lt = LazyTranslate(__name__)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    _guards = {
        "is_locked": guards.Guard(
            way=_lt("Ask an inventory manager to unlock it."),
            group="stock.group_stock_manager",
            # what is unlocked before it is done stays so; anybody may lock it again
            when=lambda picking: picking.is_locked,
        ),
        # the trace tells by it who got the goods
        "partner_id": guards.Guard(
            way=_lt("Ask an inventory manager to correct what is done."),
            group="stock.group_stock_manager",
            when=lambda picking: picking.state == "done" and picking.is_locked,
            at_creation=True,
        ),
    }

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        guards.check_write(self, vals)
        return super().write(vals)

    def _action_done(self):
        try:
            return super()._action_done()
        except UserError as error:
            # the till swallows it
            if sale := sold.get_sale(self.env):
                sale.note(error.args[0])
            raise

    def action_assign(self):
        result = super().action_assign()
        for picking in self:
            missing_lots.note_unnumbered(picking)
        return result

    def _pre_action_done_hook(self):
        # the last question before the transfers are done
        answer = super()._pre_action_done_hook()
        if answer is not True:
            return answer
        return self.env["lot.serial.conflict"]._ask(self) or True

    @public.record(barcode=check_raw_text, product_id=check_optional_id)
    def scan_number(self, barcode, product_id=None):
        """Book what a scanner read on this transfer, as picked.

        A plain text is a lot or serial number of the products on the transfer, or a
        product's barcode: that product is then meant by the numbers that follow. At a
        receipt an unknown number is a new one. A GS1 code (element string, printed
        form with brackets, Digital Link) brings product, number, quantity and dates by
        itself. A serial number is booked once, however often it is scanned; each scan
        of a lot, or of a product that is not tracked, adds its quantity.

        :param barcode: the text as it was read
        :param product_id: the ``product_id`` of the answer before
        :return: dict with ``message`` (text for the user), ``level`` (``success``,
            ``info``: nothing is booked yet; ``warning``: booked already, or more than
            wanted; ``danger``: refused, nothing was changed), ``line_id`` (the move
            line, or False), ``product_id`` and ``product`` (id and name of the product
            that the next number is meant for, or False)
        :raise AccessError: if the user may not change the transfer
        """
        self.ensure_one()
        self.check_access("write")
        picking = self.with_company(self.company_id)
        products = scanner.get_open_moves(picking).product_id
        meant = products.filtered(lambda product: product.id == product_id)
        text = strip_unwritable(barcode).strip(" \t\r\n")
        try:
            with self.env.cr.savepoint():
                return picking._scan(text, meant)
        except AccessError:
            raise
        except UserError as error:
            return scanner.answer(error.args[0], "danger", meant)

    def _scan(self, text, meant):
        """Book a text; another addon may set the clock of the goods around it.

        :param meant: the product of the scan before, or none
        """
        return scanner.scan(self, text, meant)
