from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..done_lines import sold
from ..scanning import gs1

_lt = LazyTranslate(__name__)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    _guards = {
        "is_locked": guards.Guard(
            way=_lt("Ask an inventory manager to unlock what is done."),
            group="stock.group_stock_manager",
            when=lambda picking: picking.state == "done",
            at_creation=True,
        )
    }

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # locking is what Odoo itself does for whoever validates
        asked = {name: vals[name] for name in vals if name != "is_locked"}
        guards.check_write(self, vals if not vals.get("is_locked") else asked)
        return super().write(vals)

    def _action_done(self):
        try:
            return super()._action_done()
        except UserError as error:
            # the till swallows it
            if sale := sold.get_sale(self.env):
                sale.note(error.args[0])
            raise

    def _pre_action_done_hook(self):
        # the last question before the transfers are done
        answer = super()._pre_action_done_hook()
        if answer is not True:
            return answer
        return self.env["lot.serial.conflict"]._ask(self) or True

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
        product = picking._get_open_moves().product_id
        product = product.filtered(lambda product: product.id == product_id)
        try:
            with self.env.cr.savepoint():
                return picking._scan((barcode or "").strip(" \t\r\n"), product)
        except AccessError:
            raise
        except UserError as error:
            return self._answer_scan(error.args[0], "danger", product)

    def _answer_scan(self, message, level, product, line=None):
        return {
            "message": message,
            "level": level,
            "line_id": line.id if line else False,
            "product_id": product.id,
            "product": product.display_name or False,
        }

    # -- understanding --------------------------------------------------
    def _scan(self, text, meant):
        """Book a text; ``meant``: the product of the scan before, or none."""
        self._check_can_scan(text)
        owners = self._find_owners(text)
        scan = self.env["lot.scan"]._read(text, is_number=bool(owners))
        if scan["is_label"]:
            return self._scan_label(scan, meant)
        product, uom = self._find_product(text)
        if product and not owners:
            return self._scan_product(product, uom, scan)
        if not owners and self._find_barcode_owner(text):
            raise UserError(self._get_unknown_text(text))
        product = self._choose_product(text, owners, meant)
        return self._book_scan(product, text, product.uom_id, scan, meant)

    def _scan_label(self, scan, meant):
        if scan["gtin"]:
            product, uom = self._find_product(scan["gtin"])
            if not product:
                raise UserError(self._get_unknown_text(scan["gtin"]))
            if not scan["lot"] and not scan["serial"]:
                return self._scan_product(product, uom, scan)
        else:
            number = scan["serial"] or scan["lot"]
            if not number:
                raise UserError(
                    self.env._("There is neither a product nor a number in this code.")
                )
            product = self._choose_product(number, self._find_owners(number), meant)
            uom = product.uom_id
        return self._book_scan(
            product, self._get_number(product, scan), uom, scan, meant
        )

    def _get_number(self, product, scan):
        """A label can have a lot and a serial number: which one is the product's?"""
        if product.tracking == "serial" and not scan["serial"] and scan["gtin"]:
            raise UserError(
                self.env._(
                    "The label of %(product)s has the lot %(lot)s and no serial "
                    "number; scan the serial number.",
                    product=product.display_name,
                    lot=scan["lot"],
                )
            )
        if product.tracking == "serial":
            return scan["serial"] or scan["lot"]
        return scan["lot"] or scan["serial"]

    def _scan_product(self, product, uom, scan):
        """A product without a number: it is counted, or waits for its numbers."""
        if product.tracking == "none":
            return self._book_scan(product, False, uom, scan, product)
        message = self.env._(
            "%(product)s: now scan its numbers.", product=product.display_name
        )
        return self._answer_scan(message, "info", product)

    def _choose_product(self, number, owners, meant):
        """The product that a number is meant for."""
        if meant.tracking not in (False, "none") and (
            meant in owners or self._can_create_numbers(meant)
        ):
            return meant
        if not owners:
            owners = self._get_products_to_number()
        if not owners:
            raise UserError(self._get_unknown_text(number))
        if len(owners) > 1:
            raise UserError(
                self.env._(
                    "“%(number)s” can be a number of several products: %(products)s. "
                    "Scan the barcode of the product first.",
                    number=number,
                    products=", ".join(owners.mapped("display_name")),
                )
            )
        return owners

    # -- booking --------------------------------------------------------
    def _book_scan(self, product, number, uom, scan, meant):
        moves = self._get_open_moves().filtered(lambda move: move.product_id == product)
        booking = self.env["lot.scan.booking"]
        if product.tracking == "none":
            number = False
        else:
            # goods can bear the supplier's number
            number = booking._get_lot(moves, number).name or number
        booked = moves.move_line_ids.filtered("picked")._with_number(number)
        if product.tracking == "serial" and booked:
            message = self.env._(
                "%(number)s of %(product)s was scanned already; nothing was changed.",
                number=number,
                product=product.display_name,
            )
            return self._answer_scan(message, "warning", meant, booked[0])
        line = booking._book(
            moves,
            number,
            self.env["lot.scan"]._get_quantity(scan, product, uom),
            self.env["lot.scan"]._get_line_values(scan, product),
        )
        return self._answer_booking(moves, number, meant, line)

    def _answer_booking(self, moves, number, meant, line):
        product = moves.product_id
        done = self.env["lot.scan.booking"]._get_picked(moves)
        wanted = sum(moves.mapped("product_qty"))
        message = self.env._(
            "%(what)s: %(done)s of %(wanted)s %(uom)s",
            what=f"{number} ({product.display_name})"
            if number
            else product.display_name,
            done=f"{done:.12g}",
            wanted=f"{wanted:.12g}",
            uom=product.uom_id.name,
        )
        is_more = product.uom_id.compare(done, wanted) > 0
        return self._answer_scan(
            message, "warning" if is_more else "success", meant, line
        )

    # -- what is there --------------------------------------------------
    def _check_can_scan(self, text):
        if not text:
            raise UserError(self.env._("Nothing was scanned."))
        if self.state not in ("confirmed", "assigned"):
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(transfer)s is in the state “%(state)s”; numbers are scanned "
                    "between confirming and validating a transfer.",
                    transfer=self.display_name,
                    state=states[self.state],
                )
            )

    def _get_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _can_create_numbers(self, product):
        return product in self._get_products_to_number(lacking=False)

    def _get_products_to_number(self, lacking=True):
        """Products that a new number can be for; if any lack some, only those."""
        booking = self.env["lot.scan.booking"]
        moves = self._get_open_moves().filtered(
            lambda move: move.has_tracking != "none" and booking._can_create(move)
        )
        short = moves.filtered(
            lambda move: booking._get_picked(move) < move.product_qty
        )
        return (lacking and short or moves).product_id

    def _find_owners(self, number):
        """The products on this transfer that know a number."""
        moves = self._get_open_moves()
        lots = self.env["lot.scan.booking"]._find_lots(moves, number)
        written = moves.move_line_ids.filtered(lambda line: line.lot_name == number)
        return moves.product_id & (lots.product_id | written.product_id)

    def _find_product(self, barcode):
        """The product on this transfer with a barcode, and the unit it stands for."""
        products = self._get_open_moves().product_id
        forms = gs1.get_gtin_forms(barcode)
        product = products.filtered(lambda product: product.barcode in forms)[:1]
        if product:
            return product, product.uom_id
        packaging = self.env["product.uom"].search(
            [("product_id", "in", products.ids), ("barcode", "in", forms)], limit=1
        )
        return packaging.product_id, packaging.uom_id

    def _find_barcode_owner(self, barcode):
        """The product with a barcode, wherever it is."""
        forms = gs1.get_gtin_forms(barcode)
        # core would take a barcode apart and find similar ones
        products = self.env["product.product"].with_context(skip_preprocess_gs1=True)
        packagings = self.env["product.uom"]
        return (
            products.search([("barcode", "in", forms)], limit=1)
            or packagings.search([("barcode", "in", forms)], limit=1).product_id
        )

    def _get_unknown_text(self, text):
        """Say what a text is that does not belong to this transfer."""
        of_company = Domain("company_id", "in", (False, self.company_id.id))
        lot = self.env["stock.lot"].search(
            Domain("name", "=", text) & of_company, limit=1
        )
        product = lot.product_id or self._find_barcode_owner(text)
        if product:
            return self.env._(
                "“%(text)s” belongs to %(product)s, which is not on %(transfer)s.",
                text=text,
                product=product.display_name,
                transfer=self.display_name,
            )
        return self.env._(
            "“%(text)s” is unknown: no number and no barcode of the products on "
            "%(transfer)s.",
            text=text,
            transfer=self.display_name,
        )
