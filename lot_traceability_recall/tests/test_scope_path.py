from odoo.tests import BaseCase, tagged

from ..tools.scope_path import get_paths


def row(number, via=False):
    return {"id": number, "name": f"L{number}", "via_lot_id": via}


@tagged("post_install", "-at_install")
class TestScopePath(BaseCase):
    def test_from_the_suspect_lot_down(self):
        rows = [row(3, 2), row(2, 1), row(1)]
        self.assertEqual(get_paths(rows), {1: "L1", 2: "L1 → L2", 3: "L1 → L2 → L3"})

    def test_the_way_of_a_lot_that_is_not_shown_begins_below(self):
        self.assertEqual(get_paths([row(3, 2)]), {3: "L3"})

    def test_a_circle_ends(self):
        self.assertEqual(get_paths([row(1, 2), row(2, 1)])[1], "L2 → L1")

    def test_a_long_way_is_cut_in_its_middle(self):
        rows = [row(number, number - 1) for number in range(1, 31)]
        path = get_paths(rows)[30]
        self.assertTrue(path.startswith("L1 → L2 → "))
        self.assertTrue(path.endswith(" → L29 → L30"))
        self.assertIn("…", path)
