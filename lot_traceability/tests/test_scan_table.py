from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged

from .builder import StockBuilder
from .scan_case import GTIN, ScanCase

TABLE = Path(__file__).parent / "data" / "scans.tsv"


def read_table():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            transfer, text, *rest = line.split("\t")
            text = text.replace("^", "\x1d").replace("·", " ")
            text = text.replace("\\t", "\t").replace("\\r\\n", "\r\n")
            yield transfer, text, *rest, *([""] * (4 - len(rest)))


@tagged("post_install", "-at_install")
class TestScanTable(ScanCase):
    """What is scanned, and which of the answers it has: a table, in both kinds of
    nomenclature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build, env = cls.build, cls.env
        cls.product.barcode = cls.plain.barcode = False
        cls.flour = build.product("Flour", barcode=GTIN[1:], default_code="FLOUR-1")
        cls.oven = build.product("Oven", tracking="serial", barcode="96385074")
        cls.nut = build.product("Nut", tracking="none", barcode="042100005264")
        cls.ham = build.product("Ham", barcode="9506000134369")
        cls.ham.uom_id = env.ref("uom.product_uom_kgm")
        cls.salami = build.product("Salami", barcode="2112345000008")
        cls.salami.uom_id = cls.ham.uom_id
        bacon = build.product("Bacon", barcode="2312345000002", lst_price=8)
        bacon.uom_id = cls.ham.uom_id
        cheese = build.product("Cheese", barcode="2323456000003", lst_price=5)
        cls._pack_flour()
        stapler = build.product("Stapler", barcode="4006381333931")
        build.product("Large", barcode="STAP-CODE", default_code="STAP-REF")
        env["stock.package.type"].create({"name": "Box", "barcode": "PT-BARCODE"})
        env["res.partner"].create({"name": "Scan Client", "barcode": "CONTACT-7"})
        shelf = build.location("Shelf A", barcode="SHELF-A")
        far = build.location("Far", build.stock.location_id, barcode="FAR-AWAY")
        build.receive(build.lot(cls.flour, "FL-1"), 20)
        build.receive(build.lot(cls.flour, "FL 3"), 5)
        build.receive(build.lot(cls.flour, "(21)FL-1"), 5)
        build.receive(build.lot(cls.flour, "FL-FAR"), 5, to=far)
        held = build.lot(cls.flour, "FL-HELD")
        build.receive(held, 5)
        build.receive(build.lot(cls.oven, "OV-1"), 1)
        build.receive(build.lot(cls.oven, "OV-9"), 1)
        build.deliver(build.lot(cls.oven, "OV-9"), 1)
        build.receive(build.lot(stapler, "ST-1"), 1)
        build.receive(build.lot(cls.ham, "HA-1"), 9)
        cls._pack(shelf)
        cls._work_elsewhere()
        env.company.lot_scan_separators = "|~"
        cls.transfers = {
            "receipt": cls._open(
                build.warehouse.in_type_id,
                {
                    cls.flour: 24,
                    cls.oven: 3,
                    cls.nut: 10,
                    cls.ham: 5,
                    **dict.fromkeys((cls.salami, bacon, cheese), 5),
                },
            ),
            "alone": cls._open(build.warehouse.in_type_id, {cls.flour: 24}),
            "oven": cls._open(build.warehouse.in_type_id, {cls.oven: 3}),
            "delivery": cls._open(
                build.warehouse.out_type_id, {cls.flour: 10, cls.oven: 2, cls.ham: 5}
            ),
        }
        held.action_hold("Broken bags")

    @classmethod
    def _pack_flour(cls):
        dozen = cls.env.ref("uom.product_uom_dozen")
        cls.flour.uom_ids = dozen
        values = {"product_id": cls.flour.id, "uom_id": dozen.id}
        cls.env["product.uom"].create(dict(values, barcode="19506000134359"))

    @classmethod
    def _pack(cls, shelf):
        packages = cls.env["stock.package"]
        package = packages.create({"name": "PACK-SCAN"})
        packages.create({"name": "PACK-EMPTY"})
        lot = cls.build.lot(cls.flour, "FL-2")
        cls.env["stock.quant"]._update_available_quantity(
            cls.flour, shelf, 5, lot_id=lot, package_id=package
        )

    @classmethod
    def _work_elsewhere(cls):
        env, build = cls.env, cls.build
        other = env["res.company"].create({"name": "Scan Other"})
        env.user.company_ids |= other
        theirs = StockBuilder(env, other)
        theirs.receive(theirs.lot(cls.oven, "OTHER-1", company_id=other.id), 1)
        transfer = build.open_receipt(cls.flour)
        transfer.name = "SCAN/OTHER"
        build.warehouse.out_type_id.barcode = "SCAN-TYPE"
        cls.companies = env.company | other
        rules = env["barcode.rule"]
        # the till brings what shops print
        cls.kinds = dict(rules._fields["type"]._description_selection(env))
        for kind, pattern, encoding in (
            ("weight", "21.....{NNDDD}", "ean13"),
            ("price", "23.....{NNNDD}", "ean13"),
            ("discount", "22{NN}", "any"),
            ("client", "042", "any"),
            ("cashier", "041", "any"),
        ):
            if kind not in cls.kinds:
                continue
            rules.create(
                {
                    "name": kind,
                    "barcode_nomenclature_id": env.ref(
                        "barcodes.default_barcode_nomenclature"
                    ).id,
                    "sequence": 1,
                    "type": kind,
                    "pattern": pattern,
                    "encoding": encoding,
                }
            )

    @classmethod
    def _open(cls, picking_type, products):
        build = cls.build
        incoming = picking_type.code == "incoming"
        source = build.suppliers if incoming else build.stock
        dest = build.stock if incoming else build.customers
        places = {"location_id": source.id, "location_dest_id": dest.id}
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                **places,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            **places,
                        }
                    )
                    for product, quantity in products.items()
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def test_table(self):
        rows = list(read_table())
        self.assertGreaterEqual(len(rows), 60)
        gs1 = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature")
        default = self.env.ref("barcodes.default_barcode_nomenclature")
        for nomenclature in (default, gs1):
            self.env.company.nomenclature_id = nomenclature
            for row in rows:
                *row, rule = row
                is_there = rule.removeprefix("no ") in self.kinds
                if not rule or (
                    nomenclature == default and is_there != rule.startswith("no ")
                ):
                    self._check_row(nomenclature, *row)

    def _check_row(self, nomenclature, name, text, answer, level, expected):
        picking = self.transfers[name].with_context(
            allowed_company_ids=self.companies.ids
        )
        savepoint = self.env.cr.savepoint()
        with self.subTest(nomenclature=nomenclature.name, transfer=name, text=text):
            found = picking.scan_number(text)
            message = found["message"]
            self.assertEqual(
                (found["answer"], found["level"]), (answer, level), message
            )
            if expected.startswith("~"):
                self.assertIn(expected[1:], message)
                self.assertFalse(self.picked(picking), message)
            else:
                number, _blank, quantity = expected.rpartition(" ")
                picked = [
                    (str(name or None), qty) for name, qty in self.picked(picking)
                ]
                self.assertEqual(picked, [(number, float(quantity))])
        savepoint.rollback()
        self.env.invalidate_all()
