from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..done_lines import documents, missing_lots, sold
from ..numbers.form import strip_unwritable
from ..scanning import answers, changes, code, codes, leftovers, scanner
from ..tools import public
from ..tools.arguments import (
    check_optional_id,
    check_optional_number,
    check_raw_text,
    check_text,
)
from .lot_scan_entry import ANSWERS, SHOWN

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
        # documents and facts name it
        "name": guards.Guard(
            way=_lt("What is done keeps its number."),
            when=lambda picking: picking.state == "done",
            at_creation=True,
        ),
        **dict.fromkeys(
            ("return_id", "backorder_id"),
            guards.Guard(
                way=_lt("What is done stays with the transfer that it belongs to."),
                when=lambda picking: picking.state == "done",
                at_creation=True,
            ),
        ),
        # the trace tells by it who got the goods
        "partner_id": guards.Guard(
            way=_lt("Ask an inventory manager to correct what is done."),
            group="stock.group_stock_manager",
            when=lambda picking: picking.state == "done" and picking.is_locked,
            at_creation=True,
        ),
        "company_id": guards.Guard(
            way=_lt("What is done stays in its company."),
            when=lambda picking: picking.state == "done",
            at_creation=True,
        ),
        "state": guards.Guard(
            way=_lt("Validate or cancel the transfer."), at_creation=True
        ),
    }

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        guards.check_write(self, vals)
        unlocked = documents.get_unlocked(self, vals)
        party = documents.Party(self, vals)
        result = super().write(vals)
        party.settle()
        documents.note_unlocked(unlocked)
        return result

    def _action_done(self):
        typed = leftovers.remember(self)
        try:
            pickings = guards.hand_on(self, books_now=True)
            result = super(StockPicking, pickings)._action_done()
            leftovers.give_back(typed)
            return result
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

    # -- scanner ---------------------------------------------------------------
    @public.record(
        barcode=check_raw_text,
        product_id=check_optional_id,
        quantity=check_optional_number,
        location_id=check_optional_id,
        reading=check_text,
        package=check_text,
    )
    def scan_number(
        self,
        barcode,
        product_id=None,
        quantity=None,
        location_id=None,
        reading=None,
        package=None,
    ):
        """Book what a scanner read on this transfer, as picked.

        A plain text is a lot or serial number of the products on the transfer, a
        product's barcode or reference (that product is then meant by the numbers that
        follow), or the code of a location, package, transfer or operation type. At a
        receipt an unknown number is a new one, if it is clear of which product. A GS1
        code (element string, printed form with brackets, Digital Link) brings product,
        number, quantity and dates by itself. A serial number is booked once, however
        often it is scanned; each scan of a lot, or of a product that is not tracked,
        adds its quantity.

        :param barcode: the text as it was read
        :param product_id: the ``product_id`` of the answer before
        :param quantity: in the product's unit, where the answer before asked for it or
            named one
        :param location_id: the ``location_id`` of the answer before
        :param reading: the ``reading`` of one of the ``choices`` of the answer before,
            to the same text
        :param package: the ``package`` of the answer before
        :return: dict with

            - ``answer``: ``booked``; ``look`` (booked, but something is unusual:
              ``looks`` are the sentences that say what); ``refused`` (nothing was
              changed); ``ask`` (nothing is booked until one of ``choices`` or, if
              ``wants_quantity``, a quantity is given); ``noted`` (nothing to book)
            - ``level``: ``success``, ``warning``, ``danger`` or ``info``, the colour
            - ``message``: text for the user, with the ``looks``
            - ``line_id``: the move line, or False; ``scan_id``: to take it back with
              ``undo_scan``, or False
            - ``product_id``, ``location_id``, ``quantity``, ``package`` (a name): to be
              given with the next scan; ``product``, ``location``, ``uom``: their names
            - ``choices``: dicts with ``reading`` and ``text``
            - ``action``: what is to be opened, or False
        :raise AccessError: if the user may not change the transfer
        """
        self.ensure_one()
        self.check_access("write")
        picking = self.with_company(self.company_id)
        request = picking._get_scan_request(
            barcode, product_id, quantity, location_id, reading, package
        )
        change = []
        try:
            with self.env.cr.savepoint():
                self._check_scan_product(product_id)
                before = changes.take_stock(picking)
                answer = picking._scan(request)
                if answer.answer in ("booked", "look"):
                    after = changes.take_stock(picking)
                    change = changes.compare(before, after)
        except AccessError:
            raise
        except UserError as error:
            answer = answers.say(request, "refused", error.args[0])
        values = answer.to_dict()
        if answer.answer in dict(ANSWERS):
            entry = self.env["lot.scan.entry"]._note(
                picking, request.text, answer, change
            )
            values["scan_id"] = entry.id
            values["scan"] = entry._to_dict()
        return values

    def _get_scan_request(
        self, barcode, product_id, quantity, location_id, reading, package=None
    ):
        products = self.move_ids.product_id
        for model, key in (
            ("product.product", product_id),
            ("stock.location", location_id),
        ):
            named = self.env[model].browse(key or ())
            public.check_exist(named)
            named.check_access("read")
        location = self.env["stock.location"].search([("id", "=", location_id)])
        return answers.Request(
            text=strip_unwritable(barcode).strip(code.AROUND),
            product=products.filtered(lambda product: product.id == product_id),
            location=location,
            quantity=quantity,
            reading=reading or None,
            package=self._check_scan_package(package),
        )

    def _check_scan_product(self, product_id):
        """Numbers for goods that are not on the transfer are not those of its goods."""
        product = self.env["product.product"].browse(product_id or ())
        if product - self.move_ids.product_id:
            raise UserError(
                self.env._("%s is not on this transfer.", product.display_name)
            )

    def _check_scan_package(self, name):
        """A package that goods are put into: one that is known, or the SSCC of one."""
        is_good = (
            not name
            or codes.looks_like_package_code(name)
            or codes.find_package(self, name)
        )
        if not is_good:
            raise UserError(
                self.env._("package: “%s” is neither a package nor an SSCC.", name)
            )
        return name or None

    def _scan(self, request):
        """Book a text; another addon may set the clock of the goods around it.

        :param request: ``scanning.answers.Request``
        """
        return scanner.scan(self, request)

    @api.readonly
    @public.record()
    def get_scans(self):
        """Tell what was scanned on this transfer.

        :return: list of dicts, the newest first, 100 at most: ``id``, ``time`` (UTC),
            ``user``, ``text``, ``answer`` (``booked``, ``look`` or ``refused``),
            ``message``, ``is_undone`` and ``can_undo``
        :raise AccessError: if the user may not read the transfer
        """
        self.ensure_one()
        self.check_access("read")
        entries = self.env["lot.scan.entry"].search(
            [("picking_id", "=", self.id)], limit=SHOWN
        )
        is_open = self.state in ("confirmed", "assigned")
        rows = [entry._to_dict() for entry in entries]
        return [{**row, "can_undo": row["can_undo"] and is_open} for row in rows]

    @public.record(scan_id=check_optional_id)
    def undo_scan(self, scan_id):
        """Take a scan back: what it booked is planned again, or gone.

        :param scan_id: ``scan_id`` of an answer, or ``id`` of a row of ``get_scans``
        :return: dict as of ``scan_number``, with ``noted`` or ``refused``
        :raise AccessError: if the user may not change the transfer
        """
        self.ensure_one()
        self.check_access("write")
        picking = self.with_company(self.company_id)
        request = picking._get_scan_request("", None, None, None, None)
        try:
            with self.env.cr.savepoint():
                text = picking._undo_scan(scan_id)
                answer = answers.say(request, "noted", text)
        except AccessError:
            raise
        except UserError as error:
            answer = answers.say(request, "refused", error.args[0])
        return answer.to_dict()

    def _undo_scan(self, scan_id):
        entry = self.env["lot.scan.entry"].search(
            [("picking_id", "=", self.id), ("id", "=", scan_id)]
        )
        if not entry:
            raise UserError(
                self.env._("There is no such scan on %s.", self.display_name)
            )
        if self.state not in ("confirmed", "assigned"):
            raise UserError(
                self.env._(
                    "%s is done or cancelled: its scans stay. Book a return, or "
                    "correct the line.",
                    self.display_name,
                )
            )
        if entry.is_undone or not entry.change:
            raise UserError(
                self.env._("There is nothing to take back of “%s”.", entry.text)
            )
        changes.undo(self, entry.change)
        # sudo: whoever changes the transfer takes back what was scanned on it
        entry.sudo().is_undone = True
        return self.env._("Taken back: %s", entry.message.splitlines()[0])

    def _get_last_booked_scan(self):
        """The scan before, if it booked goods that are still there."""
        last = self.env["lot.scan.entry"].search(
            [("picking_id", "=", self.id), ("is_undone", "=", False)], limit=1
        )
        return last.filtered(lambda entry: entry.quantity and entry.move_line_id)
