"""The steps of the first day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What is set up once.

    :param is_done: as the database says, not as somebody ticked
    :param detail: what is there, or missing
    :param action: external id of the action where it is done
    :param group: who may do it there
    """

    code: str
    name: str
    is_done: bool
    detail: str
    action: str
    group: str = "stock.group_stock_manager"
