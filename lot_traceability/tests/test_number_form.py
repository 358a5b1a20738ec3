from odoo.tests import BaseCase, tagged

from ..numbers.form import normalize


@tagged("post_install", "-at_install")
class TestNumberForm(BaseCase):
    def test_same_for_a_reader(self):
        for number in (
            "L 1",
            "l 1",
            " L 1 ",
            "L\u00a01",
            "L  1",
            "Ｌ\u3000１",
            "L\t1\n",
        ):
            self.assertEqual(normalize(number), "l 1", repr(number))

    def test_not_the_same(self):
        self.assertNotEqual(normalize("L1"), normalize("L 1"))
        self.assertNotEqual(normalize("L-1"), normalize("L1"))
        self.assertEqual(normalize(False), "")
