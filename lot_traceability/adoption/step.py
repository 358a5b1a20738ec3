"""The steps of the first day."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """What is set up once.

    :param is_done: as the database says, not as somebody ticked
    :param detail: what is there, or missing
    :param action: external id of the action where it is done
    :param group: who may do it there
    :param setting: id of the setting that it is about, for who may change settings: it
        is opened in sight
    :param defaults: what a record created there begins with
    """

    code: str
    name: str
    is_done: bool
    detail: str
    action: str
    group: str = "stock.group_stock_manager"
    setting: str = ""
    defaults: dict = field(default_factory=dict)
