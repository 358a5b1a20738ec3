from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..adoption.trial import TrialRule, get_choice, get_done_domain
from ..done_lines import below_zero, corrections, missing_lots, wholes
from ..numbers import rules
from ..places import check


class LotRuleTrials(models.AbstractModel):
    """The one place that knows which rules can stop work.

    Another addon adds its own by extending :meth:`_get_rules`.
    """

    _name = "lot.rule.trials"
    _description = "Rules that can stop work"

    @api.model
    def _get_rules(self, company):
        """The rules in the order in which they are shown.

        :return: list of ``adoption.trial.TrialRule``
        """
        return [
            *self._get_rules_with_switch(company),
            *self._get_rules_always_on(company),
        ]

    def _get_rules_with_switch(self, company):
        on, off = self.env._("On"), self.env._("Off")
        types = self.env["stock.picking.type"].search([("company_id", "=", company.id)])
        lax = types.filtered(
            lambda kind: kind.lots_are_off and kind.lot_missing_policy != "refuse"
        )
        policy = company.lot_done_edit_policy
        return [
            TrialRule(
                "below_zero",
                company._fields["lot_no_negative"]._description_string(self.env),
                self.env._("More was taken out of a lot than the place had."),
                on if company.lot_no_negative else off,
                company.lot_no_negative,
                lambda since: below_zero.find_past(self.env, company, since),
                "lot_no_negative",
            ),
            TrialRule(
                "missing_lots",
                self.env._("Tracked Goods Without a Number"),
                self.env._(
                    "Goods of tracked products moved without a number, as the "
                    "operation type uses none."
                ),
                self.env._("Let through with a note") if lax else on,
                not lax,
                lambda since: self._find_missing(company, since),
            ),
            TrialRule(
                "corrections",
                company._fields["lot_done_edit_policy"]._description_string(self.env),
                self.env._("What was done was corrected without a reason."),
                get_choice(company, "lot_done_edit_policy"),
                policy != "allow",
                lambda since: corrections.find_past(self.env, company, since),
                "lot_done_edit_policy",
            ),
        ]

    def _get_rules_always_on(self, company):
        on = self.env._("On")
        return [
            TrialRule(
                "serials_elsewhere",
                company._fields["lot_serial_conflict_policy"]._description_string(
                    self.env
                ),
                self.env._("A serial was taken from where it was not."),
                get_choice(company, "lot_serial_conflict_policy"),
                company.lot_serial_conflict_policy == "forbid",
                lambda since: check.find_past(self.env, company, since),
                "lot_serial_conflict_policy",
            ),
            TrialRule(
                "numbers",
                self.env._("Placeholders and Rules of Numberings"),
                self.env._(
                    "A lot was created under a placeholder, or under a number that its "
                    "numbering refuses."
                ),
                on,
                True,
                lambda since: self._find_bad_numbers(company, since),
            ),
            TrialRule(
                "parts",
                self.env._("Parts of a Serial"),
                self.env._("Something else than one whole unit of a serial was moved."),
                on,
                True,
                lambda since: self._find_parts(company, since),
            ),
        ]

    # -- what they find ---------------------------------------------------
    def _find_missing(self, company, since):
        # sudo: what a rule would stop does not depend on who asks
        lines = self.env["stock.move.line"].sudo()
        found = lines.search(
            get_done_domain(company, since)
            & Domain("lot_id", "=", False)
            & Domain("product_id.tracking", "!=", "none")
            & Domain("move_id.picking_type_id.use_create_lots", "=", False)
            & Domain("move_id.picking_type_id.use_existing_lots", "=", False)
        )
        return missing_lots.find_missing(found).ids

    def _find_parts(self, company, since):
        lines = self.env["stock.move.line"].sudo()
        found = lines.search(
            get_done_domain(company, since)
            & Domain("product_id.tracking", "=", "serial")
            & Domain(
                "id",
                "in",
                SQL(
                    """(SELECT id FROM stock_move_line
                    WHERE abs(quantity_product_uom - 1) > 0.000001)"""
                ),
            )
        )
        return [line.id for line, _units in wholes.find_parts(found)]

    def _find_bad_numbers(self, company, since):
        # sudo: as above
        lots = self.env["stock.lot"].sudo()
        created = lots.search(
            Domain("create_date", ">=", since)
            & Domain("company_id", "in", (company.id, False))
        )
        bad = rules.find_unfit(self.env["lot.number"], created, company)
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                get_done_domain(company, since)
                & Domain("lot_id", "in", bad.ids)
                & Domain("location_id.usage", "not in", ("internal", "transit"))
            )
            .ids
        )
