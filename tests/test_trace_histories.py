"""All answers about the same goods agree: with each other, and with a warehouse played
in memory, over histories made by chance.

``LOT_HISTORIES`` says how many are played, ``LOT_HISTORY_SEED`` where they begin.
"""

import io
import json
import os
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from openpyxl import load_workbook

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.lot_traceability.documents.export import get_content
from odoo.addons.lot_traceability_recall.case import balance as recall_balance

from .common import SupplyChainCase
from .warehouse_history import History, Warehouse

HISTORIES = int(os.environ.get("LOT_HISTORIES", "9"))
FIRST = int(os.environ.get("LOT_HISTORY_SEED", "1"))
START = datetime(2026, 1, 1)
COLUMNS = (
    *("received", "produced", "found", "returned", "consumed", "shipped"),
    *("returned_to_vendor", "scrapped", "lost", "on_hand", "unaccounted"),
)
# what a fact of each kind says of the balance of its lot
FACTS = {
    "receipt": ("received",),
    "dropship": ("received", "shipped"),
    "shipment": ("shipped",),
    "return_in": ("returned",),
    "return_out": ("returned_to_vendor",),
    "made": ("produced",),
    "conversion_in": ("produced",),
    "used": ("consumed",),
    "conversion_out": ("consumed",),
    "scrap": ("scrapped",),
    "counted_in": ("found",),
    "counted_out": ("lost",),
}
PLACES = ("at_customers", "on_hand", "scrapped", "returned_to_vendor", "lost")


class Played:
    """A history that was booked in Odoo, with the names of both worlds."""

    def __init__(self, case, seed):
        self.case, self.env, self.build = case, case.env, case.build
        unit, dozen = map(
            self.env.ref, ("uom.product_uom_unit", "uom.product_uom_dozen")
        )
        kilo, gram = map(self.env.ref, ("uom.product_uom_kgm", "uom.product_uom_gram"))
        products = {
            "raw": [f"R{index}" for index in range(5)],
            "made": [f"M{index}" for index in range(5)],
            "pack": [f"P{index}" for index in range(5)],
        }
        self.history = History(seed, products, is_orderly=seed % 3 != 0)
        self.truth = Warehouse(self.history)
        self.uoms = {"raw": (unit, dozen), "made": (kilo, gram), "pack": (unit, dozen)}
        self.products = {
            name: self.build.product(f"{name} {seed}", uom_id=self.uoms[name][0].id)
            for name in products
        }
        self.lots = {
            lot.name: lot
            for lot in self.env["stock.lot"].create(
                [
                    {"product_id": self.products[name].id, "name": number}
                    for name, numbers in products.items()
                    for number in numbers
                ]
            )
        }
        self.names = {lot.id: name for name, lot in self.lots.items()}
        self.lines, self.waiting = {}, []

    # -- booking -----------------------------------------------------------
    def book(self):
        for event in self.history.events:
            if event.conversion:
                self._book_waiting()
                self._convert(event)
            else:
                self.waiting.append(event)
        self._book_waiting()
        self._set_dates()

    def _book_waiting(self):
        """All of them in one go; what was booked wrongly is corrected afterwards."""
        flows = [flow for event in self.waiting for flow in event.flows]
        if not flows:
            return
        vals_list = [self._prepare_move(flow) for flow in flows]
        moves = self.env["stock.move"].create(vals_list)
        moves._action_done()
        for flow, move in zip(flows, moves, strict=True):
            if move.state != "done":
                raise AssertionError((vars(flow), move.state))
            self.lines[flow] = move.move_line_ids
        for event in self.waiting:
            for flow in event.made:
                if event.used:
                    used = [self.lines[other].id for other in event.used]
                    self.lines[flow].consume_line_ids = [Command.set(used)]
        for flow in flows:
            self._correct(flow)
            self.lines[flow].move_id.is_subcontract = flow.is_subcontract
            if flow.origin:
                origin = self.lines[flow.origin].move_id
                self.lines[flow].move_id.origin_returned_move_id = origin
        self.waiting = []

    def _prepare_move(self, flow):
        product = self.products[self.history.product_of[flow.lot]]
        uom, quantity = self._get_uom(flow, flow.wrong_quantity or flow.quantity)
        source, dest = self.case.places[flow.source], self.case.places[flow.dest]
        customer = self.case.partners.get(flow.customer)
        vendor = self.case.partners.get(flow.vendor)
        first, second = customer or vendor, False
        if flow.customer and flow.vendor:
            # as Odoo's dropship: the transfer is the vendor's
            first, second = vendor, customer
        if flow.on_move and not second:
            first, second = False, first
        values = {
            "product_id": product.id,
            "product_uom": uom.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "partner_id": second and second.id,
            "picked": True,
            "move_line_ids": [Command.create(self._prepare_line(flow, uom, quantity))],
        }
        if first:
            picking = self._create_picking(flow, first)
            values["picking_id"] = picking.id
            values["move_line_ids"][0][2]["picking_id"] = picking.id
        if flow.is_scrap:
            values["scrap_id"] = self._create_scrap(flow, product).id
        return values

    def _get_uom(self, flow, quantity):
        uom, other = self.uoms[self.history.product_of[flow.lot]]
        if not flow.uom:
            return uom, quantity
        return other, uom._compute_quantity(quantity, other)

    def _prepare_line(self, flow, uom, quantity):
        return {
            "product_id": self.products[self.history.product_of[flow.lot]].id,
            "product_uom_id": uom.id,
            "lot_id": self.lots[flow.wrong_lot or flow.lot].id,
            "quantity": quantity,
            "location_id": self.case.places[flow.source].id,
            "location_dest_id": self.case.places[flow.dest].id,
            "owner_id": flow.owner and self.case.partners["V0"].id,
            "result_package_id": flow.package and self._create_package(),
        }

    def _create_package(self):
        return self.env["stock.package"].create({}).id

    def _create_picking(self, flow, partner):
        types = self.build.warehouse
        kind = types.out_type_id if flow.arrived == "customer" else types.in_type_id
        return self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": self.case.places[flow.source].id,
                "location_dest_id": self.case.places[flow.dest].id,
                "partner_id": partner.id,
            }
        )

    def _create_scrap(self, flow, product):
        return self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "lot_id": self.lots[flow.lot].id,
                "scrap_qty": flow.quantity,
                "location_id": self.case.places[flow.source].id,
            }
        )

    def _correct(self, flow):
        line = self.lines[flow]
        if flow.is_void:
            line.quantity = 0
        elif flow.wrong_quantity:
            line.quantity = self._get_uom(flow, flow.quantity)[1]
        if flow.wrong_lot:
            line.lot_id = self.lots[flow.lot]

    def _convert(self, event):
        def prepare(flow, side):
            return Command.create(
                {
                    "side": side,
                    "product_id": self.products[self.history.product_of[flow.lot]].id,
                    "lot_id": self.lots[flow.lot].id,
                    "quantity": flow.quantity,
                    "location_id": self.case.places["stock"].id,
                }
            )

        [used] = event.used
        conversion = self.env["lot.conversion"].create(
            {
                "kind": event.conversion,
                "reason": "Test",
                "source_line_ids": [prepare(used, "source")],
                "target_line_ids": [prepare(flow, "target") for flow in event.made],
            }
        )
        conversion.action_done()
        lines = {line.lot_id: line for line in conversion.move_ids.move_line_ids}
        for flow in event.flows:
            self.lines[flow] = lines[self.lots[flow.lot]]

    def _set_dates(self):
        self.env.flush_all()
        rows = [
            (START + timedelta(hours=flow.time), self.lines[flow].ids)
            for flow in self.lines
        ]
        for at, ids in rows:
            self.env.cr.execute(
                """WITH lines AS (UPDATE stock_move_line SET date = %s
                    WHERE id = ANY(%s) RETURNING move_id)
                UPDATE stock_move SET date = %s
                WHERE id IN (SELECT move_id FROM lines)""",
                (at, ids, at),
            )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestTraceHistories(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        company = cls.env.company
        company.internal_transit_location_id.active = True
        cls.places = {
            "stock": build.stock,
            "shelf": build.location("Shelf"),
            "quarantine": build.location("Quarantine", build.stock.location_id),
            "maker": company.subcontracting_location_id,
            "transit": company.internal_transit_location_id,
            "customers": build.customers,
            "shop": build.location("Shop", build.customers, usage="customer"),
            "vendors": build.suppliers,
            "production": cls.product.property_stock_production,
            "loss": cls.product.property_stock_inventory,
            "scrap": build.location(
                "Scrap", build.stock.location_id, usage="inventory"
            ),
        }
        cls.place_names = {place.id: name for name, place in cls.places.items()}
        names = ("Company", "K0", "K1", "K2", "Carrier", "V0", "V1")
        cls.partners = {name: build.partner(name) for name in names}
        for name in ("K0", "K1"):
            cls.partners[name].parent_id = cls.partners["Company"]
        cls.partner_names = {one.id: name for name, one in cls.partners.items()}
        cls.partner_names[False] = None

    def test_all_answers_agree(self):
        compared = 0
        for seed in range(FIRST, FIRST + HISTORIES):
            with self.subTest(seed=seed):
                played = Played(self, seed)
                played.book()
                compared += self.compare(played)
        self.assertGreater(compared, HISTORIES * 5)

    def compare(self, played):
        """Ask everything about each lot, and all lots together."""
        truth = played.truth
        moved = {flow.lot for flow in truth.flows}
        lots = [name for name in played.lots if name in moved]
        records = self.env["stock.lot"].union(*(played.lots[name] for name in lots))
        places = self.env["lot.place"]._get_places(records)
        for name in lots:
            lot = played.lots[name]
            trace = lot.trace_downstream()
            with self.subTest(lot=name):
                # without the quantities of all links the walk is the same
                alone = lot.trace_downstream(["lots"])["lots"]
                self.assertEqual(alone, trace["lots"])
                self.check_balances(played, trace)
                self.check_own_deliveries(played, name, trace)
                self.check_places(played, name, places[lot.id])
                self.check_gaps(played, name, trace)
                self.check_sums(played, name, trace)
                if played.history.is_orderly:
                    self.check_chain(played, name, trace)
                    self.check_holders(played, name, trace)
        with self.subTest(answer="picture"):
            lot = played.lots[lots[0]]
            self.assertEqual(
                lot.get_trace_graph()["counts"],
                {
                    "upstream": lot.trace_upstream_count,
                    "downstream": lot.trace_downstream_count,
                },
            )
        with self.subTest(answer="recall"):
            self.check_recall(played, records)
        with self.subTest(answer="facts"):
            self.check_facts(played)
        with self.subTest(answer="xlsx"):
            self.check_spreadsheet(played, records)
        with self.subTest(answer="epcis"):
            self.check_epcis(played, records)
        return len(lots)

    # -- one lot -----------------------------------------------------------
    def check_balances(self, played, trace):
        for row in trace["balances"]:
            name = played.names[row["lot_id"]]
            expected = played.truth.get_balance(name)
            self.assert_same({key: row[key] for key in COLUMNS}, expected, name)
        stock = defaultdict(dict)
        for row in trace["stock"]:
            place = self.place_names[row["location_id"]]
            stock[played.names[row["lot_id"]]][place] = row["quantity"]
        for row in trace["lots"]:
            name = row["name"]
            self.assert_same(stock[name], played.truth.get_stock(name), name)

    def check_own_deliveries(self, played, name, trace):
        """What went to whom, what came back, what they have: of the lot itself."""
        totals = defaultdict(lambda: [0, 0])
        for row in trace["deliveries"]:
            if row["lot_id"] == played.lots[name].id:
                total = totals[self.partner_names[row["partner_id"]]]
                total[0] += row["quantity"]
                total[1] += row["quantity"] - row["returned"]
        expected = defaultdict(lambda: [0, 0])
        for flow in played.truth.get_sent(name):
            expected[flow.customer][0] += flow.quantity
            expected[flow.customer][1] += flow.open
        self.assert_same(
            {(key, n): v for key, pair in totals.items() for n, v in enumerate(pair)},
            {(key, n): v for key, pair in expected.items() for n, v in enumerate(pair)},
            "deliveries",
        )
        lot = played.lots[name]
        customers = {row["partner_id"] for row in trace["deliveries"]}
        self.assertEqual(lot.trace_customer_count, len(customers))
        self.assertEqual(lot.trace_downstream_count, len(trace["lots"]) - 1)

    def check_places(self, played, name, places):
        found = defaultdict(float)
        for place in places:
            if place["state"] == "customer":
                found[self.partner_names[place["partner_id"]]] += place["quantity"]
            elif place["state"] in ("stock", "transit"):
                found[self.place_names[place["location_id"]]] += place["quantity"]
        expected = played.truth.get_held(name) | {
            place: quantity
            for place, quantity in played.truth.get_stock(name).items()
            if quantity > 0
        }
        if not expected:
            # where it went last
            self.assertNotIn("stock", {place["state"] for place in places})
            return
        self.assert_same(found, expected, "places")

    def check_gaps(self, played, name, trace):
        """Each kind, of the lots of the trace, by quantity."""
        found = defaultdict(float)
        for gap in trace["gaps"]:
            found[gap["kind"], played.names[gap["lot_id"]]] += gap["quantity"]
        truth = played.truth
        expected = defaultdict(float)
        for row in trace["lots"]:
            lot = row["name"]
            balance = truth.get_balance(lot)
            for kind in ("found", "lost"):
                expected[kind, lot] += balance[kind] - truth.get_found_again(lot)
            for quantity in truth.get_stock(lot).values():
                expected["below_zero", lot] += min(quantity, 0)
            came = balance["received"] + balance["produced"] + balance["found"]
            went = sum(
                balance[key] for key in ("consumed", "shipped", "scrapped", "lost")
            )
            went += balance["returned_to_vendor"] - balance["returned"]
            if not came:
                expected["no_origin", lot] += max(went, 0)
            for back, quantity in truth.unmatched:
                if back.lot == lot:
                    expected["unmatched_return", lot] += quantity
        names = {row["name"] for row in trace["lots"]}
        for row in (*trace["deliveries"], *trace["receipts"]):
            if not row["partner_id"]:
                lot = played.names[row["lot_id"]]
                quantity = row["quantity"] - row["returned"]
                expected["unknown_partner", lot] += quantity
                names.add(lot)
        expected = {key: value for key, value in expected.items() if abs(value) > 1e-6}
        self.assert_same(found, expected, "gaps")

    def check_sums(self, played, name, trace):
        [suspect] = trace["suspect"]
        balance = played.truth.get_balance(name)
        shares = [row["share"] for row in trace["holders"]]
        self.assertAlmostEqual(sum(shares), suspect["at_customers"], 5)
        total = sum(suspect[key] for key in (*PLACES, "reworked", "unaccounted"))
        self.assertAlmostEqual(total, suspect["quantity"], 5)
        product = played.history.product_of[name]
        is_alone = not any(
            row["level"] and played.history.product_of[row["name"]] == product
            for row in trace["lots"]
        )
        for row in trace["holders"]:
            self.assertGreaterEqual(row["holds"], 0)
            self.assertLessEqual(0, row["share_low"])
            self.assertLessEqual(row["share_low"], row["share"] + 1e-6)
            self.assertLessEqual(row["share"], row["share_high"] + 1e-6)
            if is_alone and row["product_id"] == played.lots[name].product_id.id:
                self.assertLessEqual(row["share_high"], row["holds"] + 1e-6)
        if not balance["unaccounted"] and played.history.is_orderly:
            self.assertAlmostEqual(suspect["unaccounted"], 0, 5)

    def check_chain(self, played, name, trace):
        lot, truth = played.lots[name], played.truth
        self.assertEqual(
            {row["name"] for row in trace["lots"]}, set(truth.get_carriers(name))
        )
        up = lot.trace_upstream()
        origins = truth.get_origins(name)
        self.assertEqual({row["name"] for row in up["lots"]}, set(origins))
        self.assertEqual(lot.trace_upstream_count, len(origins) - 1)
        vendors = {self.partner_names[row["partner_id"]] for row in up["receipts"]}
        self.assertEqual(vendors, truth.get_vendors(name))
        self.assertEqual(lot.trace_vendor_count, len(vendors))

    def check_holders(self, played, name, trace):
        """By customer and product: shipped, returned, and the share of the lot."""
        shares, totals = played.truth.spread(name)
        expected = defaultdict(float)
        for flow in played.truth.get_shipped(name):
            key = flow.customer, played.history.product_of[flow.lot]
            expected[(*key, "shipped")] += flow.quantity
            expected[(*key, "returned")] += flow.quantity - flow.open
            expected[(*key, "share")] += shares[flow]
        products, names = (
            {product.id: key for key, product in played.products.items()},
            self.partner_names,
        )
        found = {
            (names[row["partner_id"]], products[row["product_id"]], key): row[key]
            for row in trace["holders"]
            for key in ("shipped", "returned", "share")
        }
        self.assert_same(found, expected, "holders")
        [suspect] = trace["suspect"]
        self.assert_same(
            {key: suspect[key] for key in (*PLACES, "reworked")},
            {key: totals[key] for key in (*PLACES, "reworked")},
            "suspect",
        )
        self.assertAlmostEqual(suspect["quantity"], totals["suspect"], 5)

    # -- all lots together ---------------------------------------------------
    def check_recall(self, played, lots):
        recall = self.env["lot.recall"].create(
            {
                "reason": "Glass found",
                "recall_class": "2",
                "depth": "retail",
                "seed_lot_ids": [Command.set(lots.ids)],
            }
        )
        recall._advance("approved")
        recall.action_refresh_consignees()
        recall_balance.update(recall)
        for line in recall.balance_ids:
            expected = played.truth.get_balance(line.lot_id.name)
            # what came back of no delivery is a gap, no goods that customers lack
            unmatched = sum(
                quantity
                for back, quantity in played.truth.unmatched
                if back.lot == line.lot_id.name
            )
            self.assert_same(
                {
                    "made": line.made,
                    "shipped": line.shipped_total,
                    "with": line.shipped,
                    "hand": line.on_hand,
                    "unaccounted": line.unaccounted,
                },
                {
                    "made": expected["received"] + expected["produced"],
                    "shipped": expected["shipped"],
                    "with": expected["shipped"] - expected["returned"] + unmatched,
                    "hand": expected["on_hand"],
                    "unaccounted": expected["unaccounted"] - unmatched,
                },
                line.lot_id.name,
            )
            is_clear = not line.unaccounted and not line.findings
            self.assertEqual(line.state == "balanced", is_clear and not line.gap)
        held = defaultdict(float)
        for line in recall.consignee_line_ids:
            key = self.partner_names[line.consignee_id.partner_id.id], line.lot_id.name
            held[key] += line.shipped - line.returned
        expected = {
            (customer, name): quantity
            for name in played.lots
            for customer, quantity in played.truth.get_held(name).items()
        }
        held = {key: value for key, value in held.items() if value}
        self.assert_same(held, expected, "consignees")

    def check_facts(self, played):
        """What was written down when it happened, and corrected since."""
        lines = {line.id: flow for flow, done in played.lines.items() for line in done}
        facts = self.env["lot.trace.fact"].search(
            [("line_ref", "in", list(lines))], order="id"
        )
        last = {fact.line_ref: fact for fact in facts}
        told = defaultdict(lambda: defaultdict(float))
        for line_id, fact in last.items():
            columns = FACTS.get(fact.kind, ())
            flow = lines[line_id]
            if fact.kind == "return_out" and flow.left == "customer":
                # back to the vendor without coming by
                columns = ("returned", *columns)
            for column in columns:
                told[fact.lot_name][column] += fact.quantity
        columns = set().union(*FACTS.values())
        for name in {flow.lot for flow in played.truth.flows}:
            expected = played.truth.get_balance(name)
            self.assert_same(
                told[name], {column: expected[column] for column in columns}, name
            )

    def check_spreadsheet(self, played, lots):
        book = load_workbook(io.BytesIO(get_content(lots, "xlsx")))
        rows = list(book["Balance"].iter_rows(values_only=True))
        heads = [str(head).lower().replace(" ", "_") for head in rows[0]]
        trace = lots.trace_downstream(["balances"])
        self.assertEqual(len(rows) - 1, len(trace["balances"]))
        for row in rows[1:]:
            cells = dict(zip(heads, row, strict=True))
            expected = played.truth.get_balance(cells["lot"])
            self.assert_same({key: cells[key] for key in COLUMNS}, expected, row)

    def check_epcis(self, played, lots):
        told = defaultdict(Counter)
        document = json.loads(get_content(lots, "epcis"))
        classes = {}
        for event in document["epcisBody"]["eventList"]:
            # what was corrected is told, but declared to be an error
            if event["type"] != "ObjectEvent" or "errorDeclaration" in event:
                continue
            step = event["bizStep"], event["disposition"]
            for part in event.get("quantityList", []):
                lot_id = int(part["epcClass"].rsplit("/", 1)[1])
                told[step][played.names.get(lot_id, classes)] += part["quantity"]
        expected = {
            ("shipping", "in_transit"): "shipped",
            ("shipping", "returned"): "returned_to_vendor",
            ("destroying", "destroyed"): "scrapped",
        }
        for name in {flow.lot for flow in played.truth.flows}:
            balance = played.truth.get_balance(name)
            for step, column in expected.items():
                quantity = told[step][name]
                if column == "shipped":
                    # also what is on its way between warehouses, or to who works on it
                    quantity -= sum(
                        flow.quantity
                        for flow in played.truth.flows
                        if flow.lot == name
                        and flow.left == "internal"
                        and (flow.arrived == "transit" or flow.dest == "maker")
                    )
                self.assertAlmostEqual(quantity, balance[column], 5, (name, column))

    def assert_same(self, found, expected, what):
        keys = {*found, *expected}
        wrong = {
            key: (found.get(key, 0), expected.get(key, 0))
            for key in keys
            if abs(found.get(key, 0) - expected.get(key, 0)) > 1e-5
        }
        self.assertFalse(wrong, f"{what}: (found, expected)")
