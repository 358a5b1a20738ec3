import base64
import binascii
from urllib.parse import unquote

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..epcis_import import announced, receipt
from ..tools import public

SHOWN_NAMES = 10


class LotEpcisImport(models.TransientModel):
    """Reads the events of a supplier, and prepares the receipt that they announce."""

    _name = "lot.epcis.import"
    _inherit = ["lot.dialog"]
    _description = "Receive From EPCIS Events"

    file = fields.Binary("Document", attachment=False)
    file_name = fields.Char()
    state = fields.Selection(
        [("draft", "New"), ("read", "Read")], default="draft", readonly=True
    )
    digest = fields.Char("SHA-256", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    picking_type_id = fields.Many2one(
        "stock.picking.type",
        "Operation",
        domain="[('code', '=', 'incoming'), ('company_id', '=', company_id)]",
        default=lambda self: self._get_default_type(),
        check_company=True,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Expected Receipt",
        domain="[('picking_type_code', '=', 'incoming'), "
        "('company_id', '=', company_id), "
        "('state', 'not in', ('done', 'cancel'))]",
        check_company=True,
        help="The lots are put on its lines. Empty: a new receipt is made.",
    )
    partner_id = fields.Many2one("res.partner", "Vendor")
    origin = fields.Char("Their Document", readonly=True)
    told = fields.Text("What the Document Says", readonly=True)
    doubt = fields.Text(
        readonly=True,
        help="Events that do not say what their identifiers say, which are hashes.",
    )
    line_ids = fields.One2many("lot.epcis.import.line", "import_id", "Goods")
    problem_count = fields.Integer(compute="_compute_problem_count")

    @api.model
    def _get_default_type(self):
        return self.env["stock.picking.type"].search(
            [("code", "=", "incoming"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )

    @api.depends("line_ids.problem")
    def _compute_problem_count(self):
        for wizard in self:
            wizard.problem_count = len(wizard.line_ids.filtered("problem"))

    @public.record()
    def action_read(self):
        """Read the document, and list what it announces: what is known here, and what
        is not. Nothing else is written.

        :return: the action that shows it
        :raise UserError: if the document is wrong, with the place of the fault
        """
        self.ensure_one()
        self._check_may_receive()
        data = self._get_data()
        found = receipt.read(self.env, data)
        digest = receipt.get_digest(data)
        earlier = receipt.find_earlier(self.env, digest, self.company_id)
        if earlier:
            raise UserError(
                self.env._(
                    "This document was read before, for %s. To read it again, cancel "
                    "that receipt.",
                    ", ".join(earlier.mapped("name")),
                )
            )
        self._fill(found, digest)
        return self._show_again("lot_traceability.action_lot_epcis_import")

    def _fill(self, found, digest):
        parties = receipt.find_parties(
            self.env,
            [uri for uris in found.parties.values() for uri in uris],
            found.names,
        )
        vendors = [parties[uri] for uri in found.parties.get("source", ())]
        vendor = next(filter(None, vendors), self.env["res.partner"])
        expected = self.picking_id or self._find_expected(found, vendor)
        self.write(
            {
                "picking_id": expected.id,
                "state": "read",
                "digest": digest,
                "partner_id": (expected.partner_id or self.partner_id or vendor).id,
                "origin": self._get_origin(found),
                "told": self._get_text(found, parties),
                "doubt": self._get_doubt(found.identity),
                "line_ids": [(5, 0, 0)]
                + [(0, 0, values) for values in self._prepare_lines(found)],
            }
        )

    def _find_expected(self, found, vendor):
        """The open receipt of the order that the document names, if it is one."""
        numbers = [
            _read_number(uri)
            for kind, uri in found.documents
            if announced.get_word_of_type(kind) == "po"
        ]
        receipts = self.env["stock.picking"].search(
            [
                ("origin", "in", numbers),
                ("picking_type_code", "=", "incoming"),
                ("company_id", "=", self.company_id.id),
                ("state", "not in", ("done", "cancel")),
                ("partner_id", "child_of", vendor.commercial_partner_id.ids),
            ]
        )
        return receipts if len(receipts) == 1 else receipts.browse()

    def _prepare_lines(self, found):
        products = receipt.find_products(self.env, found.goods)
        units = receipt.find_units(self.env)
        for one in found.goods:
            product = products.get(one.gtin, self.env["product.product"])
            # a count of pieces is one of the unit in which the product is kept, as on
            # a label
            unit = units.get(one.uom) if one.uom else units.get("") or product.uom_id
            yield {
                "product_id": product.id,
                "announced": one.name or one.gtin or one.uri,
                "gtin": one.gtin,
                "uri": one.uri,
                "pointer": one.pointer,
                "lot_name": one.get_number(),
                "supplier_number": one.data.get("supplierLotNumber")
                or one.get_number(),
                "quantity": one.quantity or 0,
                "uom_id": unit.id if unit else False,
                "uom_code": one.uom,
                "elements": receipt.get_elements(one),
                "expires_on": one.get_day("itemExpirationDate", "bestBeforeDate"),
                "made_on": one.get_day("productionDate"),
            }

    def _get_origin(self, found):
        """The number of their delivery, else of the order."""
        numbers = {
            announced.get_word_of_type(kind): _read_number(uri)
            for kind, uri in reversed(list(found.documents))
        }
        return (
            numbers.get("desadv")
            or numbers.get("po")
            or next(iter(numbers.values()), "")
        )

    def _get_text(self, found, parties):
        env = self.env
        texts = [env._("%s lots or serials were shipped.", len(found.goods))]
        if found.left_out:
            texts.append(
                env._(
                    "%s events were declared to be wrong by the sender, and do not "
                    "count.",
                    found.left_out,
                )
            )
        unknown = [
            found.names.get(uri) or uri
            for uri, partner in parties.items()
            if not partner
        ]
        if unknown:
            texts.append(
                env._(
                    "Not known here: %s. A partner is found by its GLN.",
                    ", ".join(unknown[:SHOWN_NAMES]),
                )
            )
        if found.identity.right:
            texts.append(
                env._(
                    "%s events have a hash for identifier, and say what it says.",
                    found.identity.right,
                )
            )
        if found.identity.unknown:
            texts.append(
                env._(
                    "The hashes of %s events could not be checked: they have parts "
                    "that are not read here.",
                    found.identity.unknown,
                )
            )
        own = self.company_id.partner_id.commercial_partner_id
        others = [
            parties[uri].display_name
            for uri in found.parties.get("destination", ())
            if parties[uri] and parties[uri].commercial_partner_id != own
        ]
        if others:
            texts.append(
                env._(
                    "Look: the goods were sent to %(others)s, and not to %(company)s.",
                    others=", ".join(others[:SHOWN_NAMES]),
                    company=self.company_id.name,
                )
            )
        return "\n".join(texts)

    def _get_doubt(self, identity):
        """What is to be asked of the sender, or False."""
        if not identity.wrong:
            return False
        pointers = identity.wrong[:SHOWN_NAMES]
        if len(identity.wrong) > len(pointers):
            pointers.append("…")
        return self.env._(
            "%(count)s events do not say what their identifiers say, which are hashes "
            "of the events: they were changed afterwards, or the sender reckons the "
            "hash in another way. Ask before you receive the goods. They are at "
            "%(pointers)s.",
            count=len(identity.wrong),
            pointers=", ".join(pointers),
        )

    @public.record()
    def action_prepare(self):
        """Make the receipt with all lots, or, if anything is in the way, nothing.

        :return: the action that shows it
        :raise UserError: naming what is in the way
        """
        self.ensure_one()
        self._check_may_receive()
        if self.state != "read" or not self.line_ids:
            raise UserError(self.env._("Read a document first."))
        if receipt.get_digest(self._get_data()) != self.digest:
            raise UserError(self.env._("The document is another one now: read it."))
        if receipt.find_earlier(self.env, self.digest, self.company_id):
            raise UserError(self.env._("This document was read already."))
        if not self.partner_id:
            raise UserError(self.env._("Choose the vendor."))
        self._check_receipt()
        problems = self.line_ids.filtered("problem")
        if problems:
            raise UserError(
                self.env._(
                    "Nothing was received: %(count)s lines are not ready.\n%(lines)s",
                    count=len(problems),
                    lines="\n".join(
                        f"{line.announced} {line.lot_name or ''}: {line.problem}"
                        for line in problems[:SHOWN_NAMES]
                    ),
                )
            )
        picking = receipt.prepare(self)
        return picking._get_records_action()

    def _check_receipt(self):
        picking = self.picking_id
        if not picking and not self.picking_type_id:
            raise UserError(self.env._("Choose the operation."))
        is_wrong = picking.state in ("done", "cancel") or (
            picking and picking.picking_type_code != "incoming"
        )
        if is_wrong or (picking and picking.company_id != self.company_id):
            raise UserError(
                self.env._("%s is no receipt that is expected.", picking.display_name)
            )

    def _check_may_receive(self):
        self.check_access("write")
        self.env["stock.picking"].check_access("create")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a company that you work in."))

    def _get_data(self):
        """The bytes of the file."""
        if not self.file:
            raise UserError(self.env._("Choose the document that the supplier sent."))
        content = self.with_context(bin_size=False).file
        try:
            return base64.b64decode(content, validate=False)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file could not be read.")) from error


def _read_number(uri):
    """The number of a document, as its identifier ends with it."""
    return unquote(uri.rpartition("/")[2].rpartition(":")[2])
