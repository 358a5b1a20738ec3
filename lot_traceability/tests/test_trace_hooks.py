from odoo.tests import tagged
from odoo.tools import SQL

from ..trace.link_kinds import LinkKind
from ..trace.sql import get_sides
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTraceHooks(LotTraceCase):
    """What another addon can add, by the two models that are there for it."""

    def setUp(self):
        super().setUp()
        self.old = self.receive("OLD", "2026-01-01")
        self.new = self.receive("NEW", "2026-01-02")
        (self.old | self.new).ref = "same tank"
        self.env.flush_all()

    def receive(self, name, day):
        self.build.receive((self.product, name), 10, self.vendor, at=f"{day} 08:00")
        return self.build.lot(self.product, name)

    def test_a_kind_of_link(self):
        """Lots with the same reference lie in one tank, one after the other."""
        model = self.env.registry["lot.trace.link"]
        get_kinds = model._get_link_kinds

        def get_more_kinds(self, present, direction):
            near, _far = get_sides(direction)
            twins = SQL(
                """SELECT twin.id AS lot FROM stock_lot lot
                JOIN stock_lot twin ON twin.ref = lot.ref WHERE lot.id = %s""",
                SQL.identifier(near, "lot_id"),
            )
            return {
                **get_kinds(self, present, direction),
                "tank": LinkKind(
                    {"twin": twins},
                    SQL("lot_id = twin.lot"),
                    SQL("line_in.date > line_out.date"),
                    "possible",
                ),
            }

        self.patch(model, "_get_link_kinds", get_more_kinds)
        down = self.old.trace_downstream()
        self.assertEqual(self.certainties(down), {"NEW": "possible"})
        self.assertEqual([row["kind"] for row in down["links"]], ["tank"])
        up = self.new.trace_upstream(["lots"])
        self.assertEqual(self.certainties(up), {"OLD": "possible"})
        self.assertEqual(self.certainties(self.new.trace_downstream()), {})

    def test_a_part(self):
        model = self.env.registry["lot.trace"]
        get_parts = model._get_parts

        def get_more_parts(self):
            def get_notes(story):
                lots = story.env["stock.lot"].browse(story.visible)
                return [{"lot_id": lot.id, "ref": lot.ref} for lot in lots]

            return {**get_parts(self), "notes": get_notes}

        self.patch(model, "_get_parts", get_more_parts)
        trace = self.old.trace_downstream(["notes"])
        notes = [{"lot_id": self.old.id, "ref": "same tank"}]
        self.assertEqual(trace["notes"], notes)
        self.assertEqual(self.old.trace_downstream()["notes"], notes)
