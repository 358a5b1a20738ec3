"""From customers and vendors to lots: the trace the other way round."""

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from . import genealogy
from .lateness import get_arrivals
from .shipments import get_shipped_nodes
from .walk import walk


def find_lots_of_customers(env: Environment, partners: BaseModel) -> list[int]:
    """Ids of the lots that the customers got, and of all that these are made of: those
    whose trace downstream names one of the customers."""
    delivered = get_shipped_nodes(env, partners, "customer")
    return _find_reached(env, delivered, genealogy.UPSTREAM)


def find_lots_of_vendors(env: Environment, partners: BaseModel) -> list[int]:
    """Ids of the lots that came from the vendors, and of all that was made of them:
    those whose trace upstream names one of the vendors."""
    received = get_shipped_nodes(env, partners, "vendor")
    return _find_reached(env, received, genealogy.DOWNSTREAM)


def _find_reached(env, moments, direction):
    reach = walk(env, moments, direction).reach
    if direction == genealogy.DOWNSTREAM:
        # what was booked in late was there before
        earlier = get_arrivals(env, moments, reach.left_out)
        if earlier != moments:
            reach = walk(env, earlier, direction).reach
    return [node for node in reach.levels if node > 0]


def search_partners(env: Environment, operator: str, value, find_lots):
    """The lots of partners, for a search of theirs.

    :param find_lots: one of the two above
    """
    partners = env["res.partner"].with_context(active_test=False)
    if operator in ("child_of", "parent_of"):
        operator, value = "any", Domain("id", operator, value)
    if operator not in ("in", "any"):
        return NotImplemented
    if operator == "in" and False in value:
        # lots of nobody at all
        someone = find_lots(env, partners.search(Domain.TRUE))
        rest = [item for item in value if item]
        found = search_partners(env, operator, rest, find_lots)
        return Domain("id", "not in", someone) | found
    domain = value if operator == "any" else [("id", "in", value)]
    return Domain("id", "in", find_lots(env, partners.search(domain)))
