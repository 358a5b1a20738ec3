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

    def test_look_alikes(self):
        """One sign for another: as keyboards, text programs and fonts write it."""
        for plain, others in (
            (
                "sn-1",
                "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u02d7",
            ),
            (
                "sn-1",
                "\u2043\u2e3a\u05be\u2e17\u1806\u207b\u208b\u30a0\u301c\u2796\u30fc\u1428",
            ),
            ("sn/1", "\uff0f\u2044\u2215\u29f8"),
            ("sn'1", "\u2018\u2019\u201b\u02bc\u2032\uff07"),
            ('sn"1', "\u201c\u201d\u2033\uff02"),
            ("sn.1", "\uff0e\u2024"),
            ("sn:1", "\uff1a\u2236\ua789"),
            ("sn*1", "\uff0a\u2217\u204e"),
            ("sn_1", "\uff3f"),
            ("sn 1", "\u3000\u2003\u2009\u202f\u00a0\t\x85\u2028"),
        ):
            for sign in others:
                self.assertEqual(normalize(f"SN{sign}1"), plain, ascii(sign))

    def test_composed_and_invisible(self):
        for one, other in (
            ("\u00c41", "A\u03081"),
            ("\u1e69", "s\u0323\u0307"),
            ("\u1e69", "s\u0307\u0323"),
            ("STRASSE", "stra\u00dfe"),
            ("\ufb011", "FI1"),
            ("\u212a1", "K1"),
            ("\u24601", "11"),
            ("12", "\u0661\u0662"),
            ("12", "\u06f1\u06f2"),
            ("12", "\U0001d7cf\U0001d7d0"),
            ("\u0391\u03a3", "\u03b1\u03c2"),
            ("PART\u01301", "parti1"),
            ("PARTI\u03071", "part\u01311"),
            ("parti\u03071", "PARTI1"),
        ):
            self.assertEqual(normalize(one), normalize(other), ascii(other))
        for unseen in (
            "\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u061c\ufeff\u00ad\u034f\ufe0f"
            "\u115f\u3164\u180b\u180e\u2800\ufffc\ufff9\U000e0041\U000e0100\x00\x07\x1d\x7f"
        ):
            self.assertEqual(normalize(f"SN{unseen}1"), "sn1", ascii(unseen))
            self.assertEqual(normalize(f"{unseen}SN1{unseen}"), "sn1", ascii(unseen))

    def test_twice_is_once(self):
        for start in range(0, 0x30000, 7):
            sign = chr(start)
            self.assertEqual(normalize(normalize(sign)), normalize(sign), hex(start))

    def test_not_the_same(self):
        for one, other in (
            ("O1", "01"),
            ("A1", "\u04101"),
            ("A-1", "A_1"),
            ("a", "\u00e4"),
        ):
            self.assertNotEqual(normalize(one), normalize(other), one)
        self.assertNotEqual(normalize("L1"), normalize("L 1"))
        self.assertNotEqual(normalize("L-1"), normalize("L1"))
        self.assertEqual(normalize(False), "")
