from .common import SupplyChainCase

GTIN = "09506000134352"


class TestScanExpiry(SupplyChainCase):
    """Dates of a label, where lots expire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "Europe/Brussels"
        cls.product.write({"use_expiration_date": True, "barcode": GTIN})

    def receive(self, label):
        receipt = self.build.open_receipt(self.product)
        answer = receipt.scan_number(label)
        self.assertEqual(answer["level"], "success", answer["message"])
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
        self.assertEqual(self.receive(f"(01){GTIN}(17)270615(10)L1"), lot)
        self.assertEqual(str(lot.expiration_date), "2027-01-01 12:00:00")
