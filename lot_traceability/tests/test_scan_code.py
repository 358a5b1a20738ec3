from odoo.tests import BaseCase, tagged

from ..scanning import code, gs1

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

    def test_uris_of_radio_tags(self):
        for text in (
            "urn:epc:id:sgtin:950600.0013435.S7",
            "URN:EPC:ID:SGTIN:950600.0013435.S7",
            "urn:epc:tag:sgtin-96:3.950600.0013435.S7",
        ):
            self.assertEqual(gs1.parse(code.tidy(text)), [("01", GTIN), ("21", "S7")])
