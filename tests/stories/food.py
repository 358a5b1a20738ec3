"""A food maker: one contaminated lot of hazelnuts and everything it got into.

::

    HZ-ALP-2291 --+-- PASTE-0412 --+-- BAR-1001 ---- Corner Grocery, Green Market
    (suspect)     |                +-- GRAN-2001 --- Green Market, City Hospital
                  +-- PASTE-0413 ----- BAR-1002 ---- School Canteen (open delivery)
    HZ-ALP-2305 --+
                  +-- PASTE-0414 ----- BAR-1003 ---- Station Kiosk (not affected)
    HONEY-118, OATS-0711 (shared) ---- BITES-3001 -- Station Kiosk (not affected)
"""

from datetime import datetime, timedelta

from odoo.fields import Command

from ..builder import SupplyChainBuilder
from . import sheet


class FoodStory:
    """Hazel & Oat Foods, from the delivery of the nuts to the returned bars."""

    def __init__(self, env, company):
        self.build = SupplyChainBuilder(env, company)
        self.env = self.build.env
        # days are counted back from today, so that what is fresh stays fresh
        self.today = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
        self.lots = {}

    def play(self):
        """Create the story and return its lots by number."""
        self._create_partners()
        self._create_locations()
        self._create_products()
        self._create_boms()
        self._receive()
        self._produce()
        self._sell()
        self._age()
        self._label()
        return self.lots

    def _day(self, days_ago):
        return self.today - timedelta(days=days_ago)

    def _create_partners(self):
        partner = self.build.partner
        self.nut_trader = partner(
            "Alpine Nut Traders", email="quality@alpinenuts.example", supplier_rank=1
        )
        self.mill = partner(
            "Golden Field Mill", email="orders@goldenfield.example", supplier_rank=1
        )
        self.beekeeper = partner("Lindenhof Apiary", supplier_rank=1)
        self.grocery = partner("Corner Grocery", email="shop@cornergrocery.example")
        self.market = partner("Green Market", email="food@greenmarket.example")
        self.hospital = partner("City Hospital", email="kitchen@cityhospital.example")
        self.kiosk = partner("Station Kiosk", email="hello@stationkiosk.example")
        self.school = partner("School Canteen", email="canteen@school.example")
        # no address: whoever has to be told must be told another way
        self.patisserie = partner("Patisserie Claire", phone="+1 555 0139")

    def _create_locations(self):
        self.cold_room = self.build.location("Cold Room")
        self.dry_store = self.build.location("Dry Store")

    def _create_products(self):
        category = self.env["product.category"].create({"name": "Food"})
        category.removal_strategy_id = self.env.ref("product_expiry.removal_fefo")
        kilogram = self.env.ref("uom.product_uom_kgm")

        def food(name, code, price, days, **values):
            return self.build.product(
                name,
                default_code=code,
                standard_price=price,
                categ_id=category.id,
                use_expiration_date=True,
                expiration_time=days,
                alert_time=14,
                removal_time=3,
                use_time=7,
                **values,
            )

        self.nuts = food("Hazelnuts", "NUT-HZ", 9.5, 365, uom_id=kilogram.id)
        self.oats = food("Oats", "OAT-01", 1.2, 270, uom_id=kilogram.id)
        self.honey = food("Honey", "HON-01", 7.0, 540, uom_id=kilogram.id)
        self.paste = food("Hazelnut Paste", "PAS-HZ", 14.0, 180, uom_id=kilogram.id)
        self.bar = food("Hazelnut Bar", "BAR-HZ", 0.9, 120, list_price=2.2)
        self.granola = food("Granola", "GRA-01", 3.1, 150, list_price=6.4)
        self.bites = food("Honey Oat Bites", "BIT-01", 1.4, 120, list_price=3.6)
        self.box = self.build.product(
            "Folding Box", tracking="none", default_code="BOX-01", standard_price=0.1
        )

    def _create_boms(self):
        bom = self.build.bom
        bom(self.paste, {self.nuts: 1})
        bom(self.bar, {self.paste: 0.1, self.oats: 0.1, self.honey: 0.05, self.box: 1})
        bom(self.granola, {self.paste: 0.2, self.oats: 0.5, self.box: 1})
        bom(self.bites, {self.oats: 0.2, self.honey: 0.1, self.box: 1})

    def _lot(self, product, name):
        self.lots[name] = self.build.lot(product, name)
        return self.lots[name]

    def _receive(self):
        purchase = self.build.purchase
        self.suspect = self._lot(self.nuts, "HZ-ALP-2291")
        self.clean = self._lot(self.nuts, "HZ-ALP-2305")
        self.shared_oats = self._lot(self.oats, "OATS-0711")
        self.old_oats = self._lot(self.oats, "OATS-0698")
        self.shared_honey = self._lot(self.honey, "HONEY-118")
        self.old_honey = self._lot(self.honey, "HONEY-097")
        purchase(self.beekeeper, {self.old_honey: 12}, at=self._day(60))
        purchase(self.mill, {self.old_oats: 40}, at=self._day(58))
        purchase(
            self.nut_trader,
            {self.suspect: 500},
            at=self._day(50),
            partner_ref="ALP-ORD-5521",
        )
        purchase(self.mill, {self.shared_oats: 400}, at=self._day(48))
        purchase(self.beekeeper, {self.shared_honey: 120}, at=self._day(48))
        purchase(self.nut_trader, {self.clean: 300}, at=self._day(40))
        self.build.count(self.box, 5000)
        self.build.move(
            self.suspect, 60, self.build.stock, self.dry_store, at=self._day(45)
        )

    def _produce(self):
        produce, day, lot = self.build.produce, self._day, self._lot
        produce(self.paste, {"PASTE-0412": 200}, {self.suspect: 200}, at=day(38))
        produce(
            self.paste,
            {"PASTE-0413": 100},
            {self.suspect: 60, self.clean: 40},
            at=day(37),
        )
        produce(self.paste, {"PASTE-0414": 150}, {self.clean: 150}, at=day(36))
        first, mixed, clean = (
            lot(self.paste, name) for name in ("PASTE-0412", "PASTE-0413", "PASTE-0414")
        )
        self.build.move(mixed, 30, self.build.stock, self.cold_room, at=day(36))
        self._make(self.bar, "BAR-1001", 400, first, day(30))
        self._make(self.bar, "BAR-1002", 300, mixed, day(29))
        self._make(self.bar, "BAR-1003", 300, clean, day(28))
        self._make(self.granola, "GRAN-2001", 200, first, day(27))
        self._make(self.bites, "BITES-3001", 250, None, day(26))
        self.build.scrap(mixed, 5, at=day(25))

    def _make(self, product, name, quantity, paste, at):
        """Make a finished lot by its recipe, with the shared oats and honey."""
        lots = {
            self.paste: paste,
            self.oats: self.shared_oats,
            self.honey: self.shared_honey,
            self.box: self.box,
        }
        bom = self.env["mrp.bom"]._bom_find(product)[product]
        components = {
            lots[line.product_id]: line.product_qty * quantity
            for line in bom.bom_line_ids
        }
        self.build.produce(product, {name: quantity}, components, at=at)
        return self._lot(product, name)

    def _sell(self):
        sell, lots, day = self.build.sell, self.lots, self._day
        bars = sell(self.grocery, {lots["BAR-1001"]: 120}, at=day(20))
        sell(self.market, {lots["BAR-1001"]: 80, lots["GRAN-2001"]: 60}, at=day(19))
        sell(self.hospital, {lots["GRAN-2001"]: 40}, at=day(18))
        sell(self.kiosk, {lots["BAR-1003"]: 90, lots["BITES-3001"]: 50}, at=day(17))
        sell(self.patisserie, {self.suspect: 10}, at=day(16))
        self.build.return_picking(bars.picking_ids, {self.bar: 20}, at=day(10))
        sell(self.school, {lots["BAR-1002"]: 150}, deliver=False)
        self.build.move(
            lots["BAR-1001"], 50, self.build.stock, self.cold_room, at=day(9)
        )

    def _age(self):
        """One lot has expired, one is about to."""
        self._expire(self.old_honey, self.today - timedelta(days=5))
        self._expire(self.old_oats, self.today + timedelta(days=6))

    def _label(self):
        """Bar codes of products and places, and goods that are on their way."""
        products = (
            *(self.nuts, self.oats, self.honey, self.paste),
            *(self.bar, self.granola, self.bites, self.box),
        )
        for index, product in enumerate(products, start=1):
            product.barcode = sheet.get_gtin(index)
        stock = self.build.stock
        for place, code in (
            (stock, "HO-STOCK"),
            (self.cold_room, "HO-COLD"),
            (self.dry_store, "HO-DRY"),
        ):
            place.barcode = code
        self.arrival = self.env["purchase.order"].create(
            {
                "partner_id": self.nut_trader.id,
                "order_line": [
                    Command.create({"product_id": self.nuts.id, "product_qty": 250})
                ],
            }
        )
        self.arrival.button_confirm()

    def get_labels(self):
        """Pages of the sheet to scan from."""
        lots = self.lots
        receipt = self.arrival.picking_ids[:1]
        delivery = self.env["stock.picking"].search(
            [("partner_id", "=", self.school.id), ("state", "=", "assigned")], limit=1
        )
        places = [
            sheet.of_code(place.barcode, place.name, "Location")
            for place in (self.build.stock, self.cold_room, self.dry_store)
        ]
        good_until = self.today + timedelta(days=365)
        incoming = [
            sheet.of_new_lot(self.nuts, name, good_until, "125 kg, new")
            for name in ("HZ-ALP-2330", "HZ-ALP-2331")
        ]
        names = ("HZ-ALP-2291", "HZ-ALP-2305", "PASTE-0413", "BAR-1001", "BAR-1002")
        names += ("BAR-1003", "GRAN-2001", "BITES-3001", "HONEY-097", "OATS-0698")
        products = [
            sheet.of_code(product.barcode, product.name, "Product")
            for product in (self.nuts, self.bar, self.granola)
        ]
        return [
            (
                "Receive and deliver",
                "Open the transfer, put the cursor into its scan field, and scan.",
                [
                    sheet.of_code(receipt.name, receipt.name, "Receipt of hazelnuts"),
                    *incoming,
                    sheet.of_code(delivery.name, delivery.name, "To the canteen"),
                    sheet.of_lot(lots["BAR-1002"], "made of the suspect nuts"),
                    sheet.of_lot(lots["BAR-1003"], "another lot of the same bar"),
                    *places,
                    *products,
                ],
            ),
            (
                "Trace: Hazel & Oat Foods",
                "Inventory > Traceability > Trace, and scan a label.",
                [sheet.of_lot(lots[name]) for name in names],
            ),
        ]

    def _expire(self, lot, date):
        # outside of a form, Odoo does not move the other three dates along
        template = lot.product_id.product_tmpl_id
        lot.write(
            {
                "expiration_date": date,
                "use_date": date - timedelta(days=template.use_time),
                "removal_date": date - timedelta(days=template.removal_time),
                "alert_date": date - timedelta(days=template.alert_time),
            }
        )


RECALL = "lot_traceability_recall"
# what each of them looks at besides
USED = ("stock.group_stock_user", "mrp.group_mrp_user")
# a person for each role of a recall
ROLES = {
    "auditor": "Ada",
    "user": "Uma",
    "coordinator": "Cora",
    "quality": "Quentin",
    "logistics": "Luis",
    "sales": "Sally",
    "manager": "Marta",
}


def create_users(env, companies):
    """People with just their rights; the password is the login."""
    groups = {
        "warehouse": ("Wendy Warehouse", ["stock.group_stock_user"]),
        **{
            role: (f"{name} {role.title()}", [*USED, f"{RECALL}.group_recall_{role}"])
            for role, name in ROLES.items()
        },
    }
    env["res.users"].with_context(no_reset_password=True).create(
        [
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@hazeloat.example",
                "company_id": companies[0].id,
                "company_ids": [Command.set(companies.ids)],
                "group_ids": [Command.set(_existing_ids(env, xmlids))],
            }
            for login, (name, xmlids) in groups.items()
        ]
    )


def _existing_ids(env, xmlids):
    """Groups of addons that are not installed are left out."""
    records = (env.ref(xmlid, raise_if_not_found=False) for xmlid in xmlids)
    return [record.id for record in records if record]
