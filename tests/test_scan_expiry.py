from .common import SupplyChainCase

GTIN = "09506000134352"


class TestScanExpiry(SupplyChainCase):
    """Dates of a label, where lots expire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "Europe/Brussels"
        cls.product.write({"use_expiration_date": True, "barcode": GTIN})

    def receive(self, label, level="success"):
        receipt = self.build.open_receipt(self.product)
        answer = receipt.scan_number(label)
        self.assertEqual(answer["level"], level, answer["message"])
        self.assertIs(receipt.button_validate(), True)
        return receipt.move_line_ids.lot_id

    def test_good_until_the_evening_of_the_day(self):
        lot = self.receive(f"(01){GTIN}(17)270615(10)L1")
        self.assertEqual(str(lot.expiration_date), "2027-06-15 21:59:59")

    def test_a_month_ends_with_its_last_day(self):
        lot = self.receive(f"(01){GTIN}(17)270200(10)L1")
        self.assertEqual(str(lot.expiration_date), "2027-02-28 22:59:59")

    def test_to_the_minute(self):
        lot = self.receive(f"(01){GTIN}(7003)2706150830(10)L1")
        self.assertEqual(str(lot.expiration_date), "2027-06-15 06:30:00")

    def test_a_known_lot_keeps_its_date(self):
        lot = self.build.lot(self.product, "L1", expiration_date="2027-01-01 12:00:00")
        self.assertEqual(self.receive(f"(01){GTIN}(17)270615(10)L1", "warning"), lot)
        self.assertEqual(str(lot.expiration_date), "2027-01-01 12:00:00")

    def test_the_day_of_the_warehouse(self):
        """The clerk may sit elsewhere: the goods are in Tokyo."""
        self.build.warehouse.partner_id.tz = "Asia/Tokyo"
        lot = self.receive(f"(01){GTIN}(17)270615(10)L1")
        self.assertEqual(str(lot.expiration_date), "2027-06-15 14:59:59")
        self.assertEqual(lot._get_expiry_gs1(), "15270615")

    def test_a_month_goes_out_as_a_month(self):
        self.product.expiry_kind = "use_by"
        lot = self.receive(f"(01){GTIN}(17)270200(10)L1")
        self.assertEqual(lot.expiry_precision, "month")
        self.assertEqual(lot._get_expiry_gs1(), "17270200")
        self.assertEqual(lot._get_expiry_text(), "02/2027")
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertIn("17270200", quant._get_gs1_barcode())

    def test_best_before_is_the_date_that_counts(self):
        lot = self.receive(f"(01){GTIN}(15)270615(10)L1")
        self.assertEqual(str(lot.expiration_date), "2027-06-15 21:59:59")
        self.assertEqual(lot._get_expiry_gs1(), "15270615")

    def test_best_before_is_not_a_use_by_date(self):
        self.product.write({"expiry_kind": "use_by", "expiration_time": 20})
        lot = self.receive(f"(01){GTIN}(15)270615(10)L1")
        self.assertNotEqual(str(lot.expiration_date)[:10], "2027-06-15")

    def test_made_on(self):
        self.product.expiration_time = 10
        lot = self.receive(f"(01){GTIN}(11)270601(10)L1")
        self.assertEqual(str(lot.made_on), "2027-06-01")
        self.assertEqual(str(lot.expiration_date), "2027-06-11 21:59:59")
