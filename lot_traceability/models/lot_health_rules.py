from collections.abc import Callable
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import subtract

from .. import lot_company, retirement
from ..trace.no_input import sql_lines_without_input


@dataclass(frozen=True)
class HealthRule:
    """What is looked for, in words and as the domain that counts and lists it; a
    function, if that takes long to find out."""

    code: str
    name: str
    model: str
    domain: Domain | Callable
    meaning: str
    advice: str
    group_by: str = ""

    def get_domain(self):
        return self.domain() if callable(self.domain) else self.domain


class LotHealthRules(models.AbstractModel):
    """The one place that knows what is wrong with numbers.

    Another addon adds a rule by extending :meth:`_get_checks`, and its model to those
    that can be listed by inheriting ``lot.health.listed`` on it.
    """

    _name = "lot.health.rules"
    _description = "What is wrong with lots and serial numbers"

    @api.model
    def _get_checks(self, company):
        """The rules that make sense in this database, in the order they are shown.

        Another addon adds one so::

            def _get_checks(self, company):
                rules = super()._get_checks(company)
                domain = self._get_lots_of(company) & Domain("ref", "=", False)
                return [*rules, HealthRule("no_ref", ..., "stock.lot", domain, ...)]

        :return: list of :class:`HealthRule`
        """
        makes = "mrp.production" in self.env
        return [
            self._get_lines_without_lot(company),
            *([self._get_components_without_lot(company)] if makes else []),
            *([self._get_untracked_components(company)] if makes else []),
            *([self._get_open_attributions(company)] if makes else []),
            *([self._get_made_of_nothing(company)] if makes else []),
            self._get_stock_without_lot(company),
            self._get_serials_in_two_places(company),
            self._get_parts_of_serials(company),
            self._get_lots_below_zero(company),
            self._get_placeholders(company),
            self._get_rule_breakers(company),
            self._get_doubles(company),
            self._get_shared_names(company),
            self._get_wrong_company(company),
            self._get_stale(company),
        ]

    # -- operations ------------------------------------------------------
    def _get_lines_without_lot(self, company):
        domain = self._get_done_lines(company) & self._get_without_lot()
        if "mrp.production" in self.env:
            domain &= Domain("move_id.raw_material_production_id", "=", False)
        return HealthRule(
            "lines_without_lot",
            self.env._("Moved Without a Number"),
            "stock.move.line",
            domain,
            self.env._(
                "Goods of tracked products were moved without a lot or serial number: "
                "no trace finds them."
            ),
            self.env._(
                "Write the number on the lines. Switch on lots in the operation type, "
                "or let it refuse lines without a number."
            ),
            "product_id",
        )

    def _get_components_without_lot(self, company):
        return HealthRule(
            "components_without_lot",
            self.env._("Used Up Without a Number"),
            "stock.move.line",
            self._get_done_lines(company)
            & self._get_without_lot()
            & Domain("move_id.raw_material_production_id", "!=", False),
            self.env._(
                "Tracked components went into manufacturing orders without a number: "
                "the trace of the finished product is cut there."
            ),
            self.env._("Write on the lines what was used."),
            "product_id",
        )

    def _get_untracked_components(self, company):
        return HealthRule(
            "untracked_components",
            self.env._("Tracked Product, Untracked Component"),
            "stock.move.line",
            self._get_done_lines(company)
            & Domain("product_id.tracking", "=", "none")
            & Domain(
                "move_id.raw_material_production_id.product_id.tracking", "!=", "none"
            ),
            self.env._(
                "Storable components without tracking went into tracked products: "
                "which delivery of them is inside cannot be told."
            ),
            self.env._(
                "Track the components that matter in a recall. Screws may stay as "
                "they are."
            ),
            "product_id",
        )

    def _get_open_attributions(self, company):
        attribution = self.env["lot.attribution"]
        return HealthRule(
            "open_attributions",
            self.env._("Components Not Assigned to a Unit"),
            "stock.move.line",
            _in_subquery(attribution._sql_open_lines(company)),
            self.env._(
                "Orders that made several units with serial numbers of several serial "
                "components, one line for each order: which component is in which unit "
                "is not said of all."
            ),
            self.env._(
                "Open the order and choose “Components in Units”. Until then each unit "
                "counts as possible."
            ),
        )

    def _get_made_of_nothing(self, company):
        missing = sql_lines_without_input(
            self.env,
            SQL("line.company_id = %s AND line.lot_id IS NOT NULL", company.id),
        )
        return HealthRule(
            "made_of_nothing",
            self.env._("Made of Nothing on Record"),
            "stock.move.line",
            _in_subquery(SQL("SELECT id FROM (%s) missing", missing)),
            self.env._(
                "Orders made a lot, but used nothing, or nothing of a tracked "
                "component: the trace of what was made is cut there."
            ),
            self.env._("Open the order, unlock it and write down what was used."),
            "product_id",
        )

    def _get_done_lines(self, company):
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "done")
            & Domain("quantity", ">", 0)
            & Domain("product_id.is_storable", "=", True)
        )

    def _get_without_lot(self):
        return Domain("lot_id", "=", False) & Domain(
            "product_id.tracking", "in", ("lot", "serial")
        )

    # -- stock -----------------------------------------------------------
    def _get_stock_without_lot(self, company):
        return HealthRule(
            "stock_without_lot",
            self.env._("Stock Without a Number"),
            "stock.quant",
            Domain("company_id", "=", company.id)
            & self._get_without_lot()
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "in", ("internal", "transit")),
            self.env._(
                "Tracked products are in stock without a lot or serial number, mostly "
                "since before they were tracked: they cannot be delivered."
            ),
            self.env._("“Give them numbers” on the product counts them again."),
            "product_id",
        )

    def _get_serials_in_two_places(self, company):
        return HealthRule(
            "serials_in_two_places",
            self.env._("Serial in Two Places"),
            "stock.lot",
            self._get_lots_of(company)
            & Domain("product_id.tracking", "=", "serial")
            & _in_subquery(
                SQL(
                    """
                    SELECT quant.lot_id
                      FROM stock_quant AS quant
                      JOIN stock_location AS place ON place.id = quant.location_id
                     WHERE quant.quantity > 0
                       AND quant.lot_id IS NOT NULL
                       AND place.usage IN
                           ('internal', 'transit', 'customer', 'supplier')
                  GROUP BY quant.lot_id
                    HAVING count(DISTINCT quant.location_id) > 1
                        OR sum(quant.quantity) > 1
                    """
                )
            ),
            self.env._(
                "A serial number stands for one unit, but is in more than one place or "
                "more than once."
            ),
            self.env._(
                "Look which unit is the real one; give the other its own number and "
                "correct the stock."
            ),
        )

    def _get_parts_of_serials(self, company):
        return HealthRule(
            "parts_of_serials",
            self.env._("Part of a Serial"),
            "stock.quant",
            Domain("company_id", "=", company.id)
            & Domain("product_id.tracking", "=", "serial")
            & Domain("location_id.usage", "in", ("internal", "transit"))
            & _in_subquery(
                SQL(
                    """SELECT id FROM stock_quant
                    WHERE abs(quantity - round(quantity)) > 0.000001"""
                )
            ),
            self.env._(
                "A serial number is one unit, but there is only a part of it: nothing "
                "can be done with a part."
            ),
            self.env._("Count it: 1 if the unit is there, 0 if it is not."),
            "product_id",
        )

    def _get_lots_below_zero(self, company):
        return HealthRule(
            "lots_below_zero",
            self.env._("Lot Below Zero"),
            "stock.quant",
            Domain("company_id", "=", company.id)
            & Domain("lot_id", "!=", False)
            & Domain("quantity", "<", 0)
            & Domain("location_id.usage", "=", "internal"),
            self.env._(
                "More was taken out of a lot than had come in: another lot was taken, "
                "or a receipt is missing."
            ),
            self.env._(
                "Count the place. “No Lot Below Zero” in the settings refuses it from "
                "now on."
            ),
        )

    # -- names -----------------------------------------------------------
    def _get_placeholders(self, company):
        names = sorted(company._get_forbidden_lot_names())
        return HealthRule(
            "placeholders",
            self.env._("Placeholder Number"),
            "stock.lot",
            self._get_lots_of(company) & Domain("number_key", "in", names),
            self.env._(
                "What is not a number at all, such as “TBD”: different goods share it."
            ),
            self.env._("Rename them to what is on the goods."),
        )

    def _get_rule_breakers(self, company):
        return HealthRule(
            "rule_breakers",
            self.env._("Number Against the Rules"),
            "stock.lot",
            lambda: Domain("id", "in", self._find_rule_breakers(company)),
            self.env._(
                "Numbers from before the rules of their numbering: another form, "
                "length or check digit."
            ),
            self.env._("Rename those that nobody has on a label; the others stay."),
            "product_id",
        )

    def _find_rule_breakers(self, company, batch=5000):
        """Ids of the lots whose number their numbering would refuse today."""
        if not self.env["lot.numbering"]._search_with_rules(company):
            return []
        number, lots = self.env["lot.number"], self.env["stock.lot"]
        domain = self._get_lots_of(company)
        found, last = [], 0
        while rows := lots.search_fetch(
            domain & Domain("id", ">", last),
            ["name", "product_id"],
            limit=batch,
            order="id",
        ):
            last = rows[-1].id
            for product, of_product in rows.grouped("product_id").items():
                breaks = number._get_rule_checker(product, company)
                found += [lot.id for lot in of_product if breaks(lot.name)]
            rows.invalidate_recordset(flush=False)
        return found

    def _get_doubles(self, company):
        return HealthRule(
            "doubles",
            self.env._("Same Number Twice"),
            "stock.lot",
            self._get_lots_of(company)
            & _in_subquery(
                self._sql_same(
                    company, SQL("product_id, number_key"), SQL("count(*) > 1")
                )
            ),
            self.env._(
                "Lots of one product whose numbers differ in letter case or blanks "
                "only: each has a part of the story."
            ),
            self.env._("Keep one of them, move the stock to it and archive the other."),
            "product_id",
        )

    def _get_shared_names(self, company):
        return HealthRule(
            "shared_names",
            self.env._("Same Number on Several Products"),
            "stock.lot",
            self._get_lots_of(company)
            & _in_subquery(
                self._sql_same(
                    company, SQL("number_key"), SQL("count(DISTINCT product_id) > 1")
                )
            ),
            self.env._(
                "A scan of such a number does not tell which product it is. Right only "
                "if a batch is made of several products."
            ),
            self.env._(
                "Make numbers unique within the company in the settings, or number "
                "with a prefix for each product."
            ),
        )

    def _sql_same(self, company, columns, condition):
        return SQL(
            """
            SELECT unnest(array_agg(id)) FROM stock_lot
             WHERE number_key != '' AND (company_id = %s OR company_id IS NULL)
          GROUP BY %s HAVING %s
            """,
            company.id,
            columns,
            condition,
        )

    # -- owners and age ---------------------------------------------------
    def _get_wrong_company(self, company):
        return HealthRule(
            "wrong_company",
            self.env._("Lot in the Wrong Company"),
            "stock.lot",
            Domain("company_id", "=", company.id)
            & _in_subquery(lot_company.sql_foreign_to_company()),
            self.env._(
                "The lot belongs to one company, its goods are or were in another."
            ),
            self.env._("Open the lot and choose “Correct the company”."),
        )

    def _get_stale(self, company):
        months = company.lot_stale_months
        before = subtract(fields.Datetime.now(), months=months)
        return HealthRule(
            "stale",
            self.env._("Stale Number"),
            "stock.lot",
            self._get_lots_of(company) & retirement.get_stale_domain(self.env, before),
            self.env._(
                "No stock and nothing moved for %(months)s months: they make lists "
                "long and choices wrong.",
                months=months,
            ),
            self.env._("Archive them: the number stays taken, the trace stays."),
        )

    def _get_lots_of(self, company):
        """Lots without company are a matter of each company."""
        return Domain("company_id", "in", (company.id, False))


def _in_subquery(subquery):
    return Domain("id", "in", SQL("(%s)", subquery))
