"""What a scan is answered with: one of five words, and what the user reads and may do.

===========  =========  =============================================================
``booked``   success    it is booked
``look``     warning    it is booked, or was before, and something about it is unusual
``refused``  danger     nothing was changed; the message says why, and where it is
``ask``      info       nothing is booked until somebody chooses, or gives a quantity
``noted``    info       nothing to book: the product or place that is meant from now on
===========  =========  =============================================================
"""

from dataclasses import dataclass, field

from odoo.models import BaseModel

# which goods are in a package, where that is asked
BEFORE, BEHIND = "before", "behind"
LEVELS = {
    "booked": "success",
    "look": "warning",
    "refused": "danger",
    "ask": "info",
    "noted": "info",
}


@dataclass
class Request:
    """A scan, and what was meant by the scans before."""

    text: str
    product: BaseModel
    location: BaseModel
    quantity: float | None = None
    reading: str | None = None
    # the name of a package that goods are put into
    package: str | None = None


@dataclass
class Answer:
    """``looks``: what is unusual; ``product``, ``location``, ``quantity``, ``package``:
    meant by the scans that follow; ``booked`` and ``number``: how much of what was
    booked."""

    answer: str
    message: str
    product: BaseModel
    location: BaseModel
    line: BaseModel | None = None
    looks: list = field(default_factory=list)
    choices: list = field(default_factory=list)
    wants_quantity: bool = False
    quantity: float | None = None
    uom: str = ""
    action: dict | None = None
    number: str = ""
    booked: float = 0.0
    package: str | None = None

    def to_dict(self) -> dict:
        return {
            "answer": self.answer,
            "level": LEVELS[self.answer],
            "message": "\n".join([self.message, *self.looks]),
            "looks": self.looks,
            "line_id": self.line.id if self.line else False,
            "product_id": self.product.id or False,
            "product": self.product.display_name or False,
            "location_id": self.location.id or False,
            "location": self.location.display_name or False,
            "package": self.package or False,
            "choices": self.choices,
            "wants_quantity": self.wants_quantity,
            "quantity": self.quantity or False,
            "uom": self.uom or False,
            "action": self.action or False,
            "scan_id": False,
        }


def say(request: Request, answer: str, message: str, **values) -> Answer:
    """An answer that leaves product, place and package as they were."""
    names = ("product", "location", "package")
    values = {name: getattr(request, name) for name in names} | values
    return Answer(answer, message, **values)
