from odoo.tests import BaseCase, tagged

from ..scanning import code, damage, gs1

GTIN = "09506000134352"
PAIRS = [("01", GTIN), ("10", "A"), ("17", "271231")]
SEPARATORS = """
\x1d|\u241d|\u2194|<GS>|{GS}|[GS]|(gs)|<FNC1>|[fnc1]|<F8>|{F8}|<0x1D>|\\x1d|\\u001D
\\035|^]|Alt+029|alt0029|Alt29|Ctrl+]|&#29;|&#x1D;|~d029
"""
LABELS = """
]C101{g}10A\x1d17271231|]e001{g}10A\x1d17271231|]d201{g}10A\x1d17271231
]Q301{g}10A\x1d17271231|]J101{g}10A\x1d17271231|\x1d01{g}10A\x1d\x1d17271231
(01){g}(10)A(17)271231|(01) {g} (10) A (17) 27 12 31|( 01 ){g}( 10 )A( 17 )271231
[01]{g}[10]A[17]271231|{{01}}{g}{{10}}A{{17}}271231|（01）{g}（10）A（17）271231
https://id.gs1.org/01/{g}/10/A?17=271231|HTTPS://ID.GS1.ORG/01/{g}/10/A?17=271231
https://x.example:8443/a/b//01/{g}//10/A/?17=271231&utm=1#top
x.example/01/{g}/10/A?17=271231|https://x.example/gtin/{g}/lot/A?exp=271231
]Q1https://x.example/01/{g}/10/A?17=271231
"""
DAMAGED = r"""
9506000134352L1|L19506000134352|L-9506000134352|06000134352171231|L195060001
19506000134|9506000143352|0109506000134362|123456701|1234567|X12345670
)C10105901234123457|1059012341234571010L1|0590123412345721S1
#01#05901234123457#10#L1|gtin=05901234123457|https---x.example|HTTPS;&&X|htps://x
x://y|ID.GS1.ORG-01|A]d2B|AB12AB12|O-CMD.NEWX|*A1*|A\u00b21|A\u00df1|\u00e91|L\u0131
+\u011b\u0161|A"|A(|A'1|A*1|A\u00fc1|(A)|A-|A_
"""
NUMBERS = r"""
9506|950600|L-134352|FLOUR-1|FLOURFLOUR1|0109506|4006381333931|ABAB|1212|AB-AB-1
A&B1|A(1)|A*B1|K\u00c4SE-1|K\u00e4se-1|\u65e5\u672c1|\u0411-1|O'Neill-1|A--1|A_1|A
2026-0042|01-02-2026|1/2|L.1|A+1|A:1|#12|123456|20261128|9506111134352
"""


def read(text):
    text = text.strip("\n").replace("\n", "|")
    return (
        text.encode("latin-1", "backslashreplace").decode("unicode-escape").split("|")
    )


@tagged("post_install", "-at_install")
class TestScanCode(BaseCase):
    """The forms in which a code comes out of a scanner, all of them the same."""

    def test_separators(self):
        for separator in read(SEPARATORS):
            text = f"01{GTIN}10A{separator}17271231"
            self.assertEqual(gs1.parse(code.tidy(text)), PAIRS, separator)

    def test_forms_of_a_label(self):
        for form in read(LABELS):
            text = code.tidy(f"{form.format(g=GTIN)}\r\n")
            self.assertEqual(gs1.parse(text), PAIRS, form)
            self.assertTrue(gs1.is_marked(text), form)

    def test_identifiers_of_all_symbologies(self):
        for letter in "ABCEFGHIKLMNOPQRSTUVXZacdeghjopsz":
            for modifier in "0123456789ABCDEF":
                text = code.tidy(f"]{letter}{modifier}SN-1")
                self.assertEqual(gs1.split_symbology(text)[1], "SN-1", text)
        for text in ("]", "]C", "]-1X", "A]C1", "]C-1"):
            self.assertEqual(gs1.split_symbology(text), ("", text))

    def test_damaged(self):
        """What is a code that was not read well; and what is a number all the same."""
        barcodes = [GTIN[1:], "19506000134359", "FLOUR", "12345670"]
        for text in read(DAMAGED):
            self.assertTrue(damage.is_damaged(text, barcodes), text)
        for text in read(NUMBERS):
            self.assertFalse(damage.is_damaged(text, barcodes), text)

    def test_uris_of_radio_tags(self):
        for text in (
            "urn:epc:id:sgtin:950600.0013435.S7",
            "URN:EPC:ID:SGTIN:950600.0013435.S7",
            "urn:epc:tag:sgtin-96:3.950600.0013435.S7",
        ):
            self.assertEqual(gs1.parse(code.tidy(text)), [("01", GTIN), ("21", "S7")])
