from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.mimetypes import guess_mimetype

from ..tools.reply_form import QUANTITIES, ReplyError

PROOF_TYPES = {"application/pdf", "image/jpeg", "image/png"}


class LotRecallReply(models.Model):
    _inherit = "lot.recall.reply"

    def _get_upload_limits(self):
        """Size of a file and of all of them in bytes, how many, and how many replies
        in an hour."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        prefix = "lot_traceability_recall."
        size = int(float(get_param(prefix + "proof_megabytes", 10)) * 1024 * 1024)
        count = int(get_param(prefix + "proof_files", 5))
        replies = int(get_param(prefix + "replies_per_hour", 20))
        return {"size": size, "count": count, "total": size * count, "hourly": replies}


class LotRecallConsignee(models.Model):
    """What the reply page asks of its consignee."""

    _name = "lot.recall.consignee"
    _inherit = ["lot.recall.consignee"]

    def _is_reply_closed(self):
        return self.recall_id.state in ("closed", "cancelled")

    @api.model
    def _get_of_user(self):
        """The consignees of the company that the user works for, once they are told."""
        company = self.env.user.partner_id.commercial_partner_id
        told = self.sudo().search(
            [
                ("partner_id", "child_of", company.id),
                ("state", "in", ("notified", "answered")),
            ]
        )
        return told.filtered(lambda one: not one.recall_id._is_rehearsal())

    def _get_page_form(self):
        """What was said last, as the form shows it."""
        reply = self.reply_ids[:1]
        form = {"received": "yes" if reply.received else "no"} if reply else {}
        for name in ("customers_told", "has_injury"):
            form[name] = "yes" if reply[name] else ""
        for name in ("answered_by", "injury_note", "comment"):
            form[name] = reply[name] or ""
        for line in self.line_ids:
            said = line.reply_line_id
            for name in QUANTITIES:
                form[f"{name}_{line.id}"] = f"{said[name]:.12g}" if said else ""
        return form

    def _get_quantity_labels(self):
        return {
            "on_hand": self.env._("On hand now"),
            "quarantined": self.env._("Of this set aside"),
            "returned": self.env._("Sent back so far"),
            "destroyed": self.env._("Destroyed"),
            "corrected": self.env._("Corrected"),
            "used": self.env._("Used"),
            "sold_on": self.env._("Sold on"),
        }

    def _get_error_text(self, error):
        name = error.field.rsplit("_", 1)[0]
        fields_said = self.env["lot.recall.reply"].fields_get(attributes=["string"])
        labels = {key: said["string"] for key, said in fields_said.items()}
        labels |= self._get_quantity_labels()
        labels["received"] = self.env._("Did you get the goods listed below?")
        label = labels.get(error.field) or labels.get(name, "")
        texts = {
            "missing": self.env._("Please fill in: %s", label),
            "number": self.env._("%s: please give a number of zero or more.", label),
            "long": self.env._("%s: this text is too long.", label),
            "quarantined": self.env._(
                "You can set aside only as much as you have on hand."
            ),
            "files": self.env._("Too many files."),
            "size": self.env._("This file is too large, or empty."),
            "type": self.env._("Please send proofs as PDF, JPEG or PNG."),
            "often": self.env._(
                "You have answered many times within an hour. Please wait, or call us."
            ),
        }
        return texts[error.kind]

    def _answer_on_page(self, values, quantities, files, ip_address):
        """Keep an answer from the reply page.

        :raise ReplyError: if there are too many answers, or a proof is not allowed
        """
        self._check_reply_rate()
        proofs = self._read_proofs(files)
        reply = self.env["lot.recall.reply"].create(
            dict(
                values,
                consignee_id=self.id,
                source="web",
                ip_address=ip_address,
                line_ids=[
                    fields.Command.create(dict(row, consignee_line_id=line_id))
                    for line_id, row in quantities.items()
                ],
                attachment_ids=[fields.Command.create(proof) for proof in proofs],
            )
        )
        self.message_post(
            body=self.env._("%(name)s has answered.", name=reply.answered_by),
            author_id=self.partner_id.id,
        )
        return reply

    def _check_reply_rate(self):
        since = fields.Datetime.now() - timedelta(hours=1)
        count = self.env["lot.recall.reply"].search_count(
            [
                ("consignee_id", "=", self.id),
                ("source", "=", "web"),
                ("date", ">", since),
            ]
        )
        if count >= self.env["lot.recall.reply"]._get_upload_limits()["hourly"]:
            raise ReplyError("answered_by", "often")

    def _read_proofs(self, files):
        """Uploaded files as attachments; what they are is told by their content."""
        limits = self.env["lot.recall.reply"]._get_upload_limits()
        files = [one for one in files if one.filename]
        if len(files) > limits["count"]:
            raise ReplyError("proofs", "files")
        return [self._read_proof(one, limits["size"]) for one in files]

    def _read_proof(self, file, size):
        content = file.read(size + 1)
        if not 0 < len(content) <= size:
            raise ReplyError("proofs", "size")
        mimetype = guess_mimetype(content)
        if mimetype not in PROOF_TYPES:
            raise ReplyError("proofs", "type")
        return {
            "name": file.filename[-100:],
            "raw": content,
            "mimetype": mimetype,
            "res_model": "lot.recall.consignee",
            "res_id": self.id,
        }
