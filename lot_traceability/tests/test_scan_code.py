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
\u0e01\u0e33-1|123456|20261128|9506111134352
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
