from odoo import models
from odoo.exceptions import UserError


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_no_lot_evidence(self):
        # extended: the proofs of an answer are kept as the answer is
        result = super()._check_no_lot_evidence()
        if self:
            # sudo: whether a file is a proof does not depend on who asks
            replies = self.env["lot.recall.reply"].sudo()
            if replies.search_count([("attachment_ids", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "This is the proof of an answer, and kept as it was given."
                    )
                )
            self._refuse_if_kept_evidence()
            self._refuse_if_letter()
        return result

    def _refuse_if_kept_evidence(self):
        # sudo: whether a file is kept does not depend on who asks
        signatures = self.env["lot.recall.signature"].sudo()
        if signatures.search_count([("pack_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "This is the evidence of a recall, and kept as it was when the "
                    "recall was closed."
                )
            )

    def _refuse_if_letter(self):
        # sudo: whether a file is a letter does not depend on who asks
        notices = self.env["lot.recall.notice"].sudo()
        of_mails = self.sudo().filtered(lambda file: file.res_model == "mail.mail")
        if notices.search_count([("letter_id", "in", self.ids)], limit=1) or (
            of_mails
            and notices.search_count(
                [("mail_id.attachment_ids", "in", of_mails.ids)], limit=1
            )
        ):
            raise UserError(
                self.env._(
                    "This is a letter of a recall, and kept as it was printed or sent."
                )
            )
