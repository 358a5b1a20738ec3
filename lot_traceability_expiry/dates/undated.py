"""Lots without an expiration date of products that want one: the one policy by which
receipts, production, reservation, FEFO and deliveries judge them."""

from odoo.fields import Domain

UNDATED_POLICIES = [
    ("allow", "Allow"),
    ("ask", "Ask for a reason"),
    ("refuse", "Refuse"),
]
# as what forbids that goods leave: see ``dates.shipping``
LEVELS = {"allow": "", "ask": "override", "refuse": "refuse"}


def is_undated(lot) -> bool:
    """Whether the product of a lot wants an expiration date and the lot has none."""
    return bool(lot and lot.use_expiration_date and not lot.expiration_date)


def get_policy(company) -> str:
    """What a company does with undated goods: ``allow``, ``ask`` or ``refuse``."""
    # sudo: the policy holds for everybody
    return company.sudo().lot_undated_policy or "allow"


def get_undated_level(lot, company=None, policy="") -> str:
    """How the policy stops an undated lot: ``""``, ``override`` (with a reason) or
    ``refuse``.

    :param company: whose goods leave; by default that of the lot, else the current one
    :param policy: to judge by instead of that of the company
    """
    if not is_undated(lot):
        return ""
    return LEVELS[policy or get_policy(company or lot.company_id or lot.env.company)]


def get_reservable_domain(company) -> Domain:
    """The quants that the policy lets be reserved, of products that use dates."""
    if get_policy(company) != "refuse":
        return Domain.TRUE
    return Domain("lot_id", "=", False) | Domain("expiration_date", "!=", False)


def get_undated_stock_domain(company) -> Domain:
    """The quants of a company that lack a date that their product wants."""
    return (
        Domain("company_id", "=", company.id)
        & Domain("quantity", ">", 0)
        & Domain("location_id.usage", "in", ("internal", "transit"))
        & Domain("product_id.use_expiration_date", "=", True)
        & Domain("lot_id", "!=", False)
        & Domain("lot_id.expiration_date", "=", False)
    )
