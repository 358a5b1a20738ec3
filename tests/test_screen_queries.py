from lxml import etree

from odoo.tests import Form, tagged

from odoo.addons.lot_traceability.trace import kept

from .common import SupplyChainCase

# what fills a cache of Odoo's now and then
SLACK = 2


@tagged("post_install", "-at_install")
class TestScreenQueries(SupplyChainCase):
    """What a screen asks the database does not grow with what is on it: each is asked
    as the browser asks, with the fields of its views."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.final = cls.build.product("Final")
        cls.env.company.lot_recall_separate_approval = False
        # the same story of 2 and of 7
        cls.chains = [cls.make_chain(f"Q{count}", count) for count in (2, 7)]

    @classmethod
    def make_chain(cls, name, count):
        """A lot, what was made of it and delivered, and recalls of them."""
        build = cls.build
        build.receive((cls.product, name), 3 * count, cls.vendor, at="2026-02-01")
        raw = build.lot(cls.product, name)
        made = cls.env["stock.lot"]
        for index in range(count):
            number = f"{name}-{index}"
            build.produce(cls.final, {number: 3}, {raw: 3}, at="2026-02-02")
            lot = build.lot(cls.final, number)
            build.deliver(lot, 2, cls.customer, at="2026-02-03")
            made |= lot
        recalls = cls.env["lot.recall"].create(
            [
                {"reason": lot.name, "recall_class": "1", "seed_lot_ids": lot.ids}
                for lot in (raw, *made)
            ]
        )
        # a lot is in one active recall at a time: the others stay drafts
        recalls[0]._advance("approved")
        return {"raw": raw, "made": made, "recall": recalls[0], "recalls": recalls[1:]}

    def read_form(self, record):
        return lambda: record.web_read(self.get_form_fields(record))

    def get_form_fields(self, record):
        name = record._name
        if name not in self.forms:
            self.forms[name] = Form(record)._view["fields_spec"]
        return self.forms[name]

    def read_list(self, records):
        arch = etree.fromstring(records.get_view(view_type="list")["arch"])
        fields = {
            node.get("name"): {"fields": {"display_name": {}}}
            if records._fields[node.get("name")].relational
            else {}
            for node in arch.xpath("/list/field")
        }
        self.assertGreater(len(fields), 5)
        return lambda: records.web_search_read([("id", "in", records.ids)], fields)

    def get_screens(self, chain):
        raw = chain["raw"]
        return {
            "form of a lot": self.read_form(raw),
            "list of lots": self.read_list(chain["made"]),
            "trace: picture": raw.get_trace_graph,
            "trace: what it went into": raw.trace_downstream,
            "trace: what it is made of": chain["made"][0].trace_upstream,
            "trace: balance": raw.trace_balance,
            "trace: movements": raw.trace_movements,
            "form of a recall": self.read_form(chain["recall"]),
            "list of recalls": self.read_list(chain["recalls"]),
        }

    def test_no_query_per_row(self):
        self.forms = {}
        small, large = map(self.get_screens, self.chains)
        for name, ask in small.items():
            with self.subTest(name):
                counts = []
                for question in (ask, ask, large[name]):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    # the pages after the first one find the movements there
                    kept._shelf._found.clear()
                    before = self.env.cr.sql_log_count
                    question()
                    counts.append(self.env.cr.sql_log_count - before)
                # the first one fills caches
                self.assertLessEqual(counts[2], counts[1] + SLACK, counts)
