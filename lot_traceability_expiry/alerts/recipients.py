"""Whom alerts of a lot go to: somebody who is there, may read the lot and can act."""

# read on every lot of a company; others would only see an error
READ_GROUP = "stock.group_stock_user"


def can_be_told(user, company) -> bool:
    """Whether a user is there, may read the lots of a company and is a person."""
    return bool(
        user
        and not user._is_superuser()
        and user.active
        and not user.share
        and company in user.company_ids
        and user.has_group(READ_GROUP)
    )


def get_fallback(company):
    """Whom a company tells what nobody else can be told; nobody if that is not set."""
    user = company.lot_expiry_responsible_id
    return user if can_be_told(user, company) else user.browse()


def find_responsible(rule, lot, company) -> tuple:
    """``(user, fault)``: who is to act on a lot, and why it is not the one who was
    named; the user is empty if nobody can be told."""
    product = lot.product_id
    named = rule.user_id + product.with_company(company).responsible_id
    named += product.responsible_id
    told = named.filtered(lambda user: can_be_told(user, company))
    told = told[:1] or get_fallback(company)
    if not told:
        return told, "nobody"
    # what names nobody goes to whom the setting of the company names
    return told, "replaced" if named and named[0] != told else False
