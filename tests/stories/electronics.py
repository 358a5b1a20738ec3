"""An electronics maker: serials, units made together, a repair and an unbuild.

::

    CELL-77A --+-- LOG-0001 (BRD-0001, replaced by BRD-0006) -- Harbor, then Wind Park
    (suspect)  +-- LOG-0002, LOG-0003 (BRD-0002, BRD-0003, made together) -- Harbor
               +-- LOG-0004 (BRD-0004), taken apart; its board went into LOG-0005
"""

from datetime import datetime, timedelta

from ..builder import SupplyChainBuilder
from . import sheet


class ElectronicsStory:
    """Brightline Devices: data loggers built from a board and two battery cells."""

    def __init__(self, env, company):
        self.build = SupplyChainBuilder(env, company)
        self.env = self.build.env
        self.today = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0)
        self.lots = {}

    def play(self):
        """Create the story and return its lots by number."""
        self._create_master_data()
        self._receive()
        self._assemble()
        self._sell_and_repair()
        self._take_apart()
        self._label()
        return self.lots

    def _day(self, days_ago):
        return self.today - timedelta(days=days_ago)

    def _create_master_data(self):
        partner, product = self.build.partner, self.build.product
        self.cell_maker = partner("Volta Cells", supplier_rank=1)
        self.board_maker = partner("Kirin Boards", supplier_rank=1)
        self.harbor = partner("Harbor Logistics", email="it@harbor.example")
        self.wind_park = partner("Wind Park North", email="ops@windpark.example")
        category = self.env["product.category"].create({"name": "Electronics"})
        common = {"categ_id": category.id}
        self.cell = product(
            "Battery Cell", default_code="CEL-18650", standard_price=3, **common
        )
        self.board = product(
            "Controller Board",
            tracking="serial",
            default_code="BRD-V2",
            standard_price=38,
            **common,
        )
        self.logger = product(
            "Data Logger",
            tracking="serial",
            default_code="LOG-X",
            standard_price=60,
            list_price=149,
            **common,
        )
        self.build.bom(self.logger, {self.board: 1, self.cell: 2})

    def _lot(self, product, name):
        self.lots[name] = self.build.lot(product, name)
        return self.lots[name]

    def _boards(self, *numbers):
        return [self._lot(self.board, f"BRD-{number:04}") for number in numbers]

    def _receive(self):
        self.suspect = self._lot(self.cell, "CELL-77A")
        self.good = self._lot(self.cell, "CELL-78C")
        self.build.purchase(self.cell_maker, {self.suspect: 40}, at=self._day(40))
        self.build.purchase(self.cell_maker, {self.good: 40}, at=self._day(39))
        boards = dict.fromkeys(self._boards(1, 2, 3, 4, 5, 6), 1)
        self.build.purchase(self.board_maker, boards, at=self._day(38))

    def _assemble(self):
        board = self.lots
        self.first_order = self._make([1], {board["BRD-0001"]: 1}, self.suspect, 30)
        self._make(
            [2, 3], {board["BRD-0002"]: 1, board["BRD-0003"]: 1}, self.suspect, 29
        )
        self.last_order = self._make([4], {board["BRD-0004"]: 1}, self.suspect, 28)

    def _make(self, numbers, boards, cells, days_ago):
        names = [f"LOG-{number:04}" for number in numbers]
        order = self.build.produce(
            self.logger,
            dict.fromkeys(names, 1),
            boards | {cells: 2 * len(names)},
            at=self._day(days_ago),
        )
        for name in names:
            self._lot(self.logger, name)
        return order

    def _sell_and_repair(self):
        lots = self.lots
        order = self.build.sell(self.harbor, {lots["LOG-0001"]: 1}, at=self._day(25))
        self.build.sell(
            self.harbor, {lots["LOG-0002"]: 1, lots["LOG-0003"]: 1}, at=self._day(24)
        )
        self.build.return_picking(order.picking_ids, at=self._day(20))
        self.build.repair(
            lots["LOG-0001"],
            add={lots["BRD-0006"]: 1},
            recycle={lots["BRD-0001"]: 1},
            at=self._day(18),
        )
        self.build.sell(self.wind_park, {lots["LOG-0001"]: 1}, at=self._day(15))

    def _take_apart(self):
        self.build.unbuild(self.last_order, 1, self.lots["LOG-0004"], at=self._day(14))
        self._make([5], {self.lots["BRD-0004"]: 1}, self.good, 12)

    def _label(self):
        for index, product in enumerate((self.cell, self.board, self.logger), start=21):
            product.barcode = sheet.get_gtin(index)

    def get_labels(self):
        """Pages of the sheet to scan from."""
        names = ("CELL-77A", "CELL-78C", "BRD-0001", "BRD-0004", "BRD-0006")
        names += ("LOG-0001", "LOG-0002", "LOG-0003", "LOG-0005")
        return [
            (
                "Trace: Brightline Devices",
                "Choose the company, then Inventory > Traceability > Trace, and scan.",
                [sheet.of_lot(self.lots[name]) for name in names],
            )
        ]
