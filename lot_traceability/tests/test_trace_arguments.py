import json
import xmlrpc.client
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..trace import Story
from ..trace.holders import Holders
from ..trace.nodes import get_node_base
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTraceArguments(LotTraceCase):
    """What a client sends that is not as it has to be is refused by its name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.receive((cls.product, "A_1"), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "A_1")
        clerk = cls._create_user("argument_clerk", "stock.group_stock_user")
        cls.asked = cls.lot.with_user(clerk)
        cls.lots = cls.env["stock.lot"].with_user(clerk)

    def assert_refused(self, name, method, *args, **kwargs):
        with self.subTest(method.__name__, args=args, **kwargs):
            with self.assertRaises(UserError) as refused:
                method(*args, **kwargs)
            self.assertIn(name, str(refused.exception))

    def test_parts(self):
        for trace in (self.asked.trace_downstream, self.asked.trace_upstream):
            for parts in ("lots", 1, True, {"lots": 1}, [1], [["lots"]], [None]):
                self.assert_refused("parts", trace, parts)
            self.assert_refused("no part lost", trace, ["lost"])
            self.assertEqual(trace(()), trace())
            self.assertEqual(trace(False), trace())

    def test_direction(self):
        for direction in ("sideways", "", None, False, 1, ["downstream"], "UPSTREAM"):
            self.assert_refused("direction", self.asked.trace_movements, direction)

    def test_page(self):
        for wrong in ("1", None, 1.5, True, [1], {}):
            for name in ("limit", "offset"):
                self.assert_refused(name, self.asked.trace_movements, **{name: wrong})
        for wrong in (0, -1, 10**30):
            self.assert_refused("limit", self.asked.trace_movements, limit=wrong)
        self.assert_refused("offset", self.asked.trace_movements, offset=-1)
        page = self.asked.trace_movements(offset=10**30)
        self.assertEqual((page["total"], page["movements"]), (1, []))

    def test_opened(self):
        for wrong in ("fold:1:1", 1, True, [1], {"fold:1:1": "40"}, {1: 40}):
            self.assert_refused("opened", self.asked.get_trace_graph, wrong)
        self.assertEqual(
            self.asked.get_trace_graph({"fold:1:1": -5}), self.asked.get_trace_graph()
        )

    def test_text(self):
        for wrong in (1, 1.5, True, ["A_1"], {"a": 1}):
            self.assert_refused("text", self.lots.search_any_number, wrong)
        for empty in (None, False, "", " ", "\x00", "\x00 \x00", "\ud800"):
            self.assertEqual(self.lots.search_any_number(empty), [], empty)

    def test_limit_of_a_search(self):
        for wrong in ("1", None, 1.5, True, 0, -1, 101, 10**30):
            self.assert_refused("limit", self.lots.search_any_number, "A", wrong)
        for name in ("limit", "offset"):
            for wrong in ("1", None, 1.5, True, -1, 2**31, float("nan")):
                search = self.env["lot.place"].search_number
                self.assert_refused(name, search, "A", **{name: wrong})

    def test_kind_of_a_conversion(self):
        for wrong in ("sort", "", None, 5, ["split"]):
            lots = self.asked.with_context(conversion_kind=wrong)
            self.assert_refused("conversion_kind", lots.action_convert)

    def test_what_a_scan_names(self):
        """Ids of no record, and a reading that the code does not have, book nothing."""
        receipt = self.build.open_receipt(self.product, 5)
        for name in ("product_id", "location_id"):
            with self.assertRaisesRegex(MissingError, "2000000000"):
                receipt.scan_number("NEW-1", **{name: 2_000_000_000})
        answer = receipt.scan_number("NEW-1", self.product.id, reading="17261231")
        self.assertEqual(answer["answer"], "refused")
        self.assertIn("17261231", answer["message"])
        # nor does a product that is not on the transfer, or a place of others
        other = self.build.product("Not on it")
        answer = receipt.scan_number("NEW-1", other.id)
        self.assertEqual((answer["answer"], answer["product_id"]), ("refused", False))
        self.assertIn("Not on it", answer["message"])
        company = self.env["res.company"].create({"name": "Elsewhere"})
        place = self.env["stock.location"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        clerk = self.lots.env.user
        with self.assertRaises(AccessError):
            receipt.with_user(clerk).scan_number("NEW-1", location_id=place.id)
        self.assertFalse(any(receipt.move_line_ids.mapped("lot_name")))

    def test_format(self):
        for wrong in ("exe", "../x", "", None, 1):
            lots = self.asked.with_context(trace_format=wrong)
            self.assert_refused("trace_format", lots.action_export_trace)
        self.assert_refused("lots", self.lots.action_export_trace)
        for known in ("xlsx", "json", "epcis", "fsma"):
            action = self.asked.with_context(trace_format=known).action_export_trace()
            self.assertIn(f".{known}?lots={self.lot.id}", action["url"])

    def test_who_may_not_read_lots_is_told_so_first(self):
        guest = self._create_user("argument_guest", "base.group_user")
        lots, one = (lots.with_user(guest) for lots in (self.lots, self.lot))
        for method, args in (
            *((lots.search_any_number, (7,)), (lots.get_story_lots, (1, 2))),
            *((lots.get_story_lots, ("res.partner", self.vendor.ids)),),
            *((lots.get_story_lots, ("res.users", guest.ids)),),
            *((lots.action_open_story, ("res.users", guest.ids)),),
            *((one.trace_downstream, ("x",)), (one.trace_movements, ("x",))),
            *((one.trace_balance, ()), (one.get_trace_graph, (1,))),
            *((lots.action_export_trace, ()), (one.trace_upstream, ())),
            *((lots.trace_downstream, ()), (lots.trace_movements, ("x", -1))),
        ):
            test = self.subTest(method.__name__, args=args)
            with test, self.assertRaises(AccessError):
                method(*args)

    def test_records(self):
        find, name = self.lots.get_story_lots, self.product._name
        for wrong in (None, "1", True, [True], ["1"], {}, [0], [-1], [2**31], [10**30]):
            self.assert_refused("record_ids", find, name, wrong)
        for wrong in (None, 1, "no.model", ["stock.lot"], "stock.lot ", "lot.trace"):
            self.assert_refused("model", find, wrong, self.lot.ids)
            self.assert_refused("model", self.lots.action_open_story, wrong, [1])
        gone = self.build.product("Gone")
        gone_ids = gone.ids
        gone.unlink()
        with self.assertRaisesRegex(MissingError, str(gone_ids[0])):
            find(name, self.product.ids + gone_ids)

    def test_ids_of_records_by_position_and_by_name(self):
        find, ids = self.lots.get_story_lots, self.product.ids
        for found in (
            find("product.product", ids),
            find("product.product", record_ids=ids),
            find("product.product", ids=ids),
            find("product.product", ids[0]),
        ):
            self.assertEqual(found, self.lot.ids)
        for action in (
            self.lots.action_open_story("product.product", ids),
            self.lots.action_open_story("product.product", ids=ids),
        ):
            self.assertEqual(action["params"]["lot_ids"], self.lot.ids)

    def test_no_lots_are_no_question(self):
        for ask in (
            *(self.lots.trace_downstream, self.lots.trace_upstream),
            *(self.lots.trace_balance, self.lots.trace_movements),
            *(self.lots.get_trace_graph, self.lots.hold_impact),
        ):
            self.assert_refused("ids", ask)
        # for code that asks in a program of its own, an empty story is a good one
        found = Story(self.lots.env, []).get_result()
        self.assertEqual(found.pop("outside_scope")["count"], 0)
        self.assertEqual(found.pop("direction"), "downstream")
        self.assertEqual({len(part) for part in found.values()}, {0})

    def test_too_large_an_answer_is_refused_before_the_work(self):
        for quantity in (1, 2, 3):
            self.build.deliver(self.lot, quantity, self.customer)
        set_param = self.env["ir.config_parameter"].set_param
        set_param("lot_traceability.trace_rows", 4)
        with patch.object(Holders, "get_spreads") as work:
            self.assert_refused("trace_rows", self.asked.trace_downstream)
            self.assert_refused("trace_rows", self.asked.trace_balance)
            self.assertFalse(work.called)
        self.assertEqual(len(self.asked.trace_downstream(["lots"])["lots"]), 1)
        # for code it is no limit
        self.assertEqual(len(self.asked._trace_downstream()["deliveries"]), 3)

    def test_lots_that_do_not_exist(self):
        gone = self.build.lot(self.product, "GONE")
        gone_id = gone.id
        gone.unlink()
        lots = (self.lot | self.lot.browse(gone_id)).sudo()
        for ask in (lots.trace_downstream, lots.trace_movements, lots.get_trace_graph):
            with self.assertRaisesRegex(MissingError, str(gone_id)):
                ask()

    def test_ids_that_are_none(self):
        for wrong in ("12", ["x"], [1.5], [2**31], [True], [-1]):
            lots = self.lots.browse(wrong)
            self.assert_refused("ids", lots.trace_downstream)
            self.assert_refused("ids", lots.get_trace_graph)

    def test_story_tells_what_it_was_made_for(self):
        story = Story(self.env, self.lot.ids, parts=["lots"])
        self.assertEqual(
            story.get_result(), self.lot.trace_downstream(["lots"]), "same keys"
        )
        with self.assertRaises(ValueError):
            story.get_result(["links"])

    def test_results_survive_xml_rpc(self):
        for result in (
            *(self.asked.trace_downstream(), self.asked.trace_upstream()),
            *(self.asked.trace_movements(), self.asked.trace_balance()),
            *(self.asked.get_trace_graph(), self.lots.search_any_number("A_1")),
        ):
            xmlrpc.client.dumps((result,), allow_none=False)

    def test_numbers_of_goods_without_a_number(self):
        """Signed 32 bits hold millions of products in as many companies as there
        are."""
        for companies, products in ((1, 200_000_000), (40, 30_000_000), (900, 2**21)):
            base = get_node_base(companies)
            self.assertGreater(base, companies)
            self.assertLess(products * base + companies, 2**31 + companies + 1)


@tagged("post_install", "-at_install")
class TestTraceSearch(LotTraceCase):
    """What is written on goods is meant as it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("A_1", "AB1", "50%", "500", "C\\D", "CD", "Trueman", "O'Hara"):
            cls.build.lot(cls.product, name)
        clerk = cls._create_user("search_clerk", "stock.group_stock_user")
        cls.lots = cls.env["stock.lot"].with_user(clerk)

    def found(self, text, kind="lot"):
        rows = self.lots.search_any_number(text, 100)
        return sorted(row["name"] for row in rows if row["kind"] == kind)

    def test_wildcards_are_letters(self):
        for text, names in {
            "A_1": ["A_1"],
            "_1": ["A_1"],
            "%": ["50%"],
            "0%": ["50%"],
            "C\\D": ["C\\D"],
            "\\": ["C\\D"],
            "O'Hara": ["O'Hara"],
            "A\x00_1": ["A_1"],
        }.items():
            self.assertEqual(self.found(text), names, text)

    def test_other_kinds(self):
        self.build.product("Salt_Mix")
        self.build.product("SaltyMix")
        self.build.partner("5% Club")
        self.assertEqual(self.found("Salt_Mix", "product"), ["Salt_Mix"])
        self.assertEqual(self.found("t_M", "product"), ["Salt_Mix"])
        self.assertIn("5% Club", self.found("%", "partner"))
        self.assertNotIn("Customer", self.found("%", "partner"))

    def test_words_that_are_values_elsewhere(self):
        for text in ("false", "False", "true", "null", "None"):
            rows = self.lots.search_any_number(text, 100)
            names = [row["name"].lower() for row in rows]
            self.assertFalse([name for name in names if text.lower() not in name], text)


@tagged("post_install", "-at_install")
class TestTraceOverHttp(LotTraceCase, HttpCase):
    """The same from outside: JSON-2 and the export."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.receive((cls.product, "H-1"), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "H-1")
        cls.clerk = cls._create_user("http_clerk", "stock.group_stock_user")
        cls.clerk.password = "http_clerk"

    def call(self, method, **values):
        keys = self.env["res.users.apikeys"].with_user(self.clerk)
        key = keys._generate("rpc", "test", datetime.now() + timedelta(days=1))
        return self.url_open(
            f"/json/2/stock.lot/{method}",
            data=json.dumps(values),
            headers={
                "Authorization": f"bearer {key}",
                "Content-Type": "application/json",
            },
        )

    def test_lots_of_records_over_json_2(self):
        answer = self.call(
            "get_story_lots", model="product.product", record_ids=self.product.ids
        )
        self.assertEqual((answer.status_code, answer.json()), (200, self.lot.ids))
        answer = self.call(
            "action_open_story", model="product.product", record_ids=self.product.ids
        )
        self.assertEqual(answer.json()["params"]["lot_ids"], self.lot.ids)

    @mute_logger("odoo.http")
    def test_wrong_arguments_over_json_2(self):
        ids = self.lot.ids
        for name, method, values in (
            ("parts", "trace_downstream", {"ids": ids, "parts": "lots"}),
            ("direction", "trace_movements", {"ids": ids, "direction": "x"}),
            ("limit", "trace_movements", {"ids": ids, "limit": "8"}),
            ("opened", "get_trace_graph", {"ids": ids, "opened": [1]}),
            ("text", "search_any_number", {"text": 7}),
            ("ids", "trace_downstream", {"ids": ["x"]}),
            ("ids", "trace_movements", {"ids": "42"}),
            ("record_ids", "get_story_lots", {"model": "stock.lot"}),
        ):
            answer = self.call(method, **values)
            self.assertEqual(answer.status_code, 422, (method, values))
            self.assertIn(name, answer.json()["message"])
        for method in ("trace_downstream", "action_hold", "action_open_trace"):
            values = {"reason": "x"} if method == "action_hold" else {}
            answer = self.call(method, **values)
            self.assertEqual(answer.status_code, 422, method)
            self.assertIn("ids", answer.json()["message"])
        self.assertEqual(self.call("search_any_number", text="\x00").json(), [])

    @mute_logger("odoo.http")
    def test_export_refuses_what_is_no_lot(self):
        self.authenticate("http_clerk", "http_clerk")
        url = "/lot_traceability/trace.json"
        gone = self.build.lot(self.product, "GONE-2")
        gone_id = gone.id
        gone.unlink()
        for query in (
            *("", "?lots=", "?lots=²", "?lots=x", "?lots=1,x", "?lots=-1", "?lots=1.5"),
            *("?lots=٣", f"?lots={self.lot.id},", f"?lots={10**30}", "?lots=0"),
            f"?lots={self.lot.id},{gone_id}",
        ):
            answer = self.url_open(f"{url}{query}")
            self.assertIn(answer.status_code, (400, 404), query)
        for query in (f"?lots={self.lot.id}", f"?lots=%20{self.lot.id}&other=1"):
            self.assertEqual(self.url_open(f"{url}{query}").status_code, 200, query)
        answer = self.url_open(f"{url}?lots=²")
        self.assertIn("lots", answer.text)

    @mute_logger("odoo.http")
    def test_files_with_a_key(self):
        """Without a session: as JSON-2, each format, and what is refused."""
        keys = self.env["res.users.apikeys"].with_user(self.clerk)
        key = keys._generate("rpc", "test", datetime.now() + timedelta(days=1))
        self.authenticate(None, None)
        for kind, start in (
            *(("json", b"{"), ("xlsx", b"PK"), ("fsma", b"PK")),
            # in a test Odoo leaves it at the page
            *(("epcis", b"{"), ("pdf", b"<!DOCTYPE html>")),
        ):
            url = f"/lot_traceability/trace.{kind}?lots={self.lot.id}"
            headers = {"Authorization": f"Bearer {key}"}
            answer = self.url_open(url, headers=headers)
            self.assertEqual(answer.status_code, 200, kind)
            self.assertEqual(answer.content[: len(start)], start)
        wrong = self.url_open(url, headers={"Authorization": "Bearer wrong"})
        self.assertEqual(wrong.status_code, 401)
        self.assertIn("/web/login", self.url_open(url).url)
