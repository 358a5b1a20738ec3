from odoo.tests import BaseCase, tagged

from ..scanning import code, damage, gs1, strange

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
[)>\x1e05\x1d01{g}\x1d10A\x1d17271231\x1e\x04
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
2026-0042|01-02-2026|1/2|L.1|A:1|#12|LOT 7|FLOUR-1-1|1E5|25-47|v1.2|A/B-1
\u0e01\u0e33-1|123456|20261128|9506111134352|A1-A2|A1/A2|26-47|L1 5|12:30|LOT-L1
EXP-1|8004950600ABC|4144012345000008|00106141412345678900A|5-901234-12345|OHNE-1
"""


# one a line
STRANGE = r"""
Lot: L1
LOT:L1
L: L1
S/N L1
Lot No. 7
Batch no 7
N\u00b0 7
\u2116 7
PZN-12345678
-1234562
9N111234567842
+A123BJC5D6E71G
=W12345612345600
&>0271231
1TLOT7
1P9506
30P X
(1T)L1
9D20271231
3034257BF7194E4000001A85
L1,L2
L1;L2
L1|L2
L1..L3
L1 x2
2xL1
L1,
"L1"
L1\u2026
SN001SN002
SN001 SN002
SN001SN0
FL-1FL-1FL-1
L1 L1
L1L1
FLOUR-1L1
FLOUR-1 L1
L1flour-1
PFLOUR-1
STAP-CODE7
9506000134352-1
null
NaN
undefined
False
Serial Number
Enter
L1Enter
L1{ENTER}
L1<CR>
L1\x5cr\x5cn
L1%0D%0A
L1&nbsp;
<b>L1</b>
mailto:a@b.c
a@b.com
www.example.eu
example.com/lot/L1
geo:1,2
WIFI:S:x;;
SN+0001
SN=0001
SN?0001
SN\u00f70001
SN\u00ec0001
L!@#
L$
L\u0406
\u0410B
L1\ufffd
L1\U0001f600
../x
C:\x5clots
Lot n. 7
LOTE N 7
Lot#L1
S.N. 1
Ch.B. L1
QTY 5
L1 EXP 12/2027
MHD 31.12.2027
L1 2027-12-31
12 kg
5 PCS
5.00 EUR
EUR 5.00
L1 - L5
L1 to L5
L1 L2
L1 & L2
L1\u2013L5
L1\u2026L5
SN001-SN010
100 bis 105
5 901234 123457
5901234123457 L1
978-0-306-40615-7
0-8044-2957-X
977123456700312
00106141412345678909
800304012345000009A1
8018950600013435000004
4144012345000009
8110106141416543213500110000310123196000
ohne Charge
sin lote
5*FL-1
"""


def is_doubtful(text, barcodes):
    return damage.is_damaged(text, barcodes) or strange.is_strange(text, barcodes, [])


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

    def test_what_strange_numbers_have_in_common(self):
        """Who has said that one of them is a number is not asked about the others."""

        def get(text):
            return strange.find_reasons(text, [GTIN[1:]], ["FLOUR-1"])

        for first, second in (
            ("Lot: L1", "LOT: M22-X"),
            ("1T3FA9", "1TB7"),
            ("2xL1", "12xB"),
            ("A+1", "B+77"),
            ("12 kg", "7.5 KG"),
            ("3034257BF7194E4000001A85", "3034257BF7194E4000001AFF"),
        ):
            self.assertLessEqual(get(second), get(first), (first, second))
        for first, second in (
            ("Lot: L1", "Batch: L1"),
            ("1TL1", "1PL1"),
            ("(21)FL-1", "(1T)L1"),
            ("%A1", "$A1"),
            ("9506000134352-1", "9506000134352/1"),
            ("2xL1", "Lot: L1"),
        ):
            self.assertFalse(get(second) <= get(first), (first, second))

    def test_damaged(self):
        """What is a code that was not read well; and what is a number all the same."""
        barcodes = [GTIN[1:], "19506000134359", "FLOUR", "12345670"]
        for text in read(DAMAGED):
            self.assertTrue(is_doubtful(text, barcodes), text)
        for text in read(NUMBERS):
            self.assertFalse(is_doubtful(text, barcodes), text)

    def test_strange(self):
        """What is something else than a number: words, lists, links, other systems."""
        references = ["FLOUR-1", "STAP-CODE"]
        for text in STRANGE.split("\n")[1:-1]:
            text = text.encode("latin-1", "backslashreplace").decode("unicode-escape")
            self.assertTrue(strange.is_strange(text, [GTIN[1:]], references), text)
        for text in read(NUMBERS):
            self.assertFalse(strange.is_strange(text, [], references), text)

    def test_uris_of_radio_tags(self):
        for text in (
            "urn:epc:id:sgtin:950600.0013435.S7",
            "URN:EPC:ID:SGTIN:950600.0013435.S7",
            "urn:epc:tag:sgtin-96:3.950600.0013435.S7",
        ):
            self.assertEqual(gs1.parse(code.tidy(text)), [("01", GTIN), ("21", "S7")])
