import io
from datetime import date, datetime, timedelta

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.lot_traceability.tests.lot_import_common import LotImportCase
from odoo.addons.lot_traceability.tools.calendar_days import get_zone, local_date

HEADER = "Product,Number,Quantity,Expiration Date"


@tagged("post_install", "-at_install")
class TestLotImportDates(LotImportCase):
    """Dates in an imported file of lots."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.tz = "Europe/Brussels"
        cls.product.write(
            {
                "use_expiration_date": True,
                "expiration_time": 30,
                "use_time": 5,
                "removal_time": 3,
                "alert_time": 7,
            }
        )

    def expiration(self, name):
        return self.build.lot(self.product, name).expiration_date

    def test_a_day_is_that_calendar_day(self):
        for zone in ("Europe/Brussels", "America/Los_Angeles", "Asia/Tokyo", False):
            self.manager.tz = zone
            name = f"L {zone}"
            self.load(["RAW", name, "1", "2028-12-31"], header=HEADER).action_import()
            self.assertEqual(self.expiration(name).date(), date(2028, 12, 31), zone)

    def test_the_days_are_those_of_the_place_of_each_row(self):
        """Of a date in the file, and of one that is counted from the day of making."""
        tokyo = self.env["stock.warehouse"].create({"name": "Tokyo", "code": "TYO"})
        tokyo.partner_id = self.build.partner("Tokyo", tz="Asia/Tokyo")
        self.build.warehouse.partner_id = self.build.partner(
            "LA", tz="America/Los_Angeles"
        )
        place = tokyo.lot_stock_id.complete_name
        self.load(
            ["RAW", "T1", "1", place, "2028-12-31", ""],
            ["RAW", "T2", "1", place, "", "2026-11-01"],
            ["RAW", "H2", "1", "", "", "2026-11-01"],
            header="Product,Number,Quantity,Location,Expiration Date,Made On",
        ).action_import()
        for number, zone, day in (
            ("T1", "Asia/Tokyo", date(2028, 12, 31)),
            ("T2", "Asia/Tokyo", date(2026, 12, 1)),
            ("H2", "America/Los_Angeles", date(2026, 12, 1)),
        ):
            with self.subTest(number):
                end = self.expiration(number)
                self.assertEqual(local_date(end, get_zone(zone)), day)

    def test_a_time_is_that_of_the_user(self):
        self.load("RAW,L1,1,2028-12-31 08:30", header=HEADER).action_import()
        self.assertEqual(self.expiration("L1"), datetime(2028, 12, 31, 7, 30))

    def test_dates_that_nobody_can_mean(self):
        error = self.error("RAW,Y1,1,0207-01-31", header=HEADER)
        self.assertIn("this is not a date", error)
        refused = self.assertRaisesRegex(UserError, "Look at the year")
        with refused, self.env.cr.savepoint():
            self.load("RAW,Y2,1,2207-01-31", header=HEADER).action_import()

    def test_date_in_the_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        self.load("RAW,L1,1,03/04/2028", header=HEADER).action_import()
        self.assertEqual(self.expiration("L1").date(), date(2028, 4, 3))

    def test_date_cell_of_a_spreadsheet(self):
        book = openpyxl.Workbook()
        book.active.append(HEADER.split(","))
        book.active.append(["RAW", "L1", 1, date(2028, 12, 31)])
        stream = io.BytesIO()
        book.save(stream)
        self.load_bytes(stream.getvalue(), "lots.xlsx").action_import()
        self.assertEqual(self.expiration("L1").date(), date(2028, 12, 31))

    def test_the_other_dates_follow_as_if_typed(self):
        self.load("RAW,L1,1,2028-12-31", header=HEADER).action_import()
        lot = self.build.lot(self.product, "L1")
        self.assertEqual(lot.use_date.date(), date(2028, 12, 26))
        self.assertEqual(lot.alert_date.date(), date(2028, 12, 24))

    def test_all_dates_move_with_the_expiration(self):
        """Of lots that exist, as if the new date was typed."""
        self.load("RAW,L1,1,2028-12-31", header=HEADER).action_import()
        lot = self.build.lot(self.product, "L1")
        names = ["expiration_date", "use_date", "removal_date", "alert_date"]
        before = [lot[name] for name in names]
        document = self.load(
            "RAW,L1,1,2028-12-21", header=HEADER, existing_lots="update"
        )
        document.action_import()
        moved = {(old - lot[n]).days for old, n in zip(before, names, strict=True)}
        self.assertEqual(moved, {10})
        # what the file gives is not moved
        document = self.load(
            "RAW,L1,2028-12-11,2028-11-01",
            header="Product,Number,Expiry,Alert Date",
            existing_lots="update",
        )
        document.action_import()
        self.assertEqual(lot.alert_date.date(), date(2028, 11, 1))
        self.assertEqual(lot.use_date.date(), date(2028, 12, 6))

    def test_all_dates(self):
        document = self.load(
            "RAW,L1,2028-12-31,2028-12-01,2028-12-15,2028-11-01",
            header="Product,Number,Expiry,Best before,REMOVAL DATE,alert_date",
        )
        document.action_import()
        lot = self.build.lot(self.product, "L1")
        dates = [lot.expiration_date, lot.use_date, lot.removal_date, lot.alert_date]
        self.assertEqual(
            [str(moment.date()) for moment in dates],
            ["2028-12-31", "2028-12-01", "2028-12-15", "2028-11-01"],
        )

    def test_preview_shows_the_date_as_understood(self):
        document = self.load("RAW,L1,1,03/04/2028", header=HEADER)
        self.assertEqual(document.row_ids.values_text, "Expiration Date: 03/04/2028")

    def test_bad_dates(self):
        for text in ("31.31.2028", "soon", "2028-02-30"):
            error = self.error(f"RAW,L1,1,{text}", header=HEADER)
            self.assertIn(f"Expiration Date “{text}”: this is not a date", error)

    def test_product_without_dates(self):
        error = self.error("DEV,S1,1,2028-12-31", header=HEADER)
        self.assertIn("the product does not use expiration dates", error)
        self.assertFalse(self.errors(self.load("DEV,S1,1,", header=HEADER)))

    def test_dates_of_existing_lots(self):
        self.build.receive((self.product, "L1"), 5)
        old = self.expiration("L1").date()
        later, sooner = (old + timedelta(days=days) for days in (9, -9))
        with self.assertRaisesRegex(UserError, "become earlier"):
            self.load(
                f"RAW,L1,1,{later}", header=HEADER, existing_lots="update"
            ).action_import()
        self.assertEqual(self.expiration("L1").date(), old)
        self.load(
            f"RAW,L1,1,{sooner}", header=HEADER, existing_lots="update"
        ).action_import()
        self.assertEqual(self.expiration("L1").date(), sooner)
        self.assertEqual(self.lots(self.product), {"L1": 5})
