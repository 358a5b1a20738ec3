from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..fefo.shelf_life import Rule, choose_rule


class LotShelfLifeRule(models.Model):
    """How much of its life a lot must still have when it leaves, or comes in."""

    _name = "lot.shelf.life.rule"
    _description = "Minimum Remaining Shelf Life"
    _order = "direction desc, partner_id, product_id, categ_id, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    direction = fields.Selection(
        [
            ("outgoing", "Delivery to customers"),
            ("production", "Use in production"),
            ("incoming", "Receipt from vendors"),
        ],
        "Applies at",
        required=True,
        default="outgoing",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer or Vendor",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="A delivery address counts more than its company. Empty: everybody.",
    )
    categ_id = fields.Many2one(
        "product.category",
        "Category",
        ondelete="cascade",
        help="With its subcategories; the nearest counts. Empty: all.",
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="cascade",
        domain="[('use_expiration_date', '=', True)]",
        check_company=True,
        help="Counts more than the category. Empty: all.",
    )
    minimum = fields.Float(
        "At Least",
        required=True,
        digits=(16, 1),
        help="Days, or percent of the total life, between the day of delivery, use or "
        "receipt and the expiration date.",
        aggregator=None,
    )
    unit = fields.Selection(
        [("days", "days"), ("percent", "% of total life")],
        required=True,
        default="days",
        help="The total life goes from the day on which a lot was made to its "
        "expiration date. Where that day is not known, it is the product's number of "
        "days until expiration, else the time since the lot was created.",
    )
    policy = fields.Selection(
        [("warn", "Warn"), ("refuse", "Refuse")],
        "If Shorter",
        required=True,
        default="warn",
        help="Such lots are never reserved. This says what happens at validation if "
        "somebody takes them by hand. Those who may override a refusal must give a "
        "reason.",
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )

    _minimum_positive = models.Constraint(
        "CHECK (minimum >= 0)", "The minimum shelf life cannot be below zero."
    )
    _rule_uniq = models.UniqueIndex(
        "(direction, COALESCE(partner_id, 0), COALESCE(categ_id, 0), "
        "COALESCE(product_id, 0), COALESCE(company_id, 0))",
        "There is already a shelf life rule for this partner and these goods.",
    )

    @api.constrains("minimum", "unit")
    def _check_percent(self):
        for rule in self:
            if rule.unit == "percent" and rule.minimum > 100:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: no lot has more than 100 %% of its life left.",
                        rule=rule.name,
                    )
                )

    @api.depends("partner_id", "categ_id", "product_id", "minimum", "unit")
    def _compute_name(self):
        for rule in self:
            values = {
                "goods": (rule.product_id or rule.categ_id).display_name
                or self.env._("All products"),
                "partner": rule.partner_id.display_name or self.env._("everybody"),
                "minimum": self._get_minimum_text(rule.minimum, rule.unit),
            }
            rule.name = self.env._("%(goods)s, %(partner)s: %(minimum)s", **values)

    @api.model
    def _get_minimum_text(self, minimum, unit):
        value = format_quantity(self.env, minimum)
        if unit == "percent":
            return self.env._("at least %(value)s %% of its life", value=value)
        if minimum == 1:
            return self.env._("at least 1 day")
        return self.env._("at least %(value)s days", value=value)

    # -- which rule counts ------------------------------------------------
    @api.model
    def _find(self, company, direction, partner, product):
        """The most specific rule as :class:`Rule`, or None.

        It is asked for each move that is reserved, so it reads no table.
        """
        rules = self._get_rules(company.id, direction)
        if not rules:
            return None
        categories = product.categ_id.parent_path or ""
        return choose_rule(
            rules,
            self._get_partner_ids(partner),
            [int(id_) for id_ in reversed(categories.split("/")) if id_],
            product.id,
        )

    @api.model
    def _get_partner_ids(self, partner):
        """Ids from the address up to its company."""
        ids = []
        partner = partner.sudo()
        while partner and partner.id not in ids:
            ids.append(partner.id)
            partner = partner.parent_id
        return ids

    @api.model
    @tools.ormcache("company_id")
    def _get_directions(self, company_id):
        """The directions for which there is a rule at all."""
        names = ("incoming", "outgoing", "production")
        return tuple(name for name in names if self._get_rules(company_id, name))

    @api.model
    @tools.ormcache("company_id", "direction")
    def _get_rules(self, company_id, direction):
        domain = Domain("company_id", "in", (company_id, False)) & Domain(
            "direction", "=", direction
        )
        # sudo: rules bind also those who may not read them
        return tuple(
            Rule(
                rule.id,
                rule.minimum,
                rule.unit,
                rule.policy,
                rule.partner_id.id or None,
                rule.categ_id.id or None,
                rule.product_id.id or None,
            )
            for rule in self.sudo().search(domain)
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        if "company_id" in vals:
            # what it came to is asked for, too: another company is nobody's to choose
            self.check_access("write")
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
