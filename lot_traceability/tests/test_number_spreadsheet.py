from odoo.tests import BaseCase, tagged

from ..numbers.spreadsheet import (
    is_error,
    is_formula,
    is_no_value,
    is_scientific,
    unwrap,
)

SCIENTIFIC = """
1.23E+12|1,23E+12|1.0e5|1E+5|1 E+12|１.２３E+12|-1.23E+12|'1.23E+12|"1.23E+12"|1.23E12
1.23E-5|1,234.5E+3|1.23*10^12|1.23×10^12|1.23x10^12|1.23×10¹²|1.23 E+12|1.23E +12
0.1E10|12E+3|.5E+3|1.E+12|1’234E+3|+1.23E+12|1.23e＋12|1.23E−5|1.23E–5|1,5e3
１．２３Ｅ＋１２|  1.23E+12 |1.23e+308|١.٢E+3|1٫23E+12|1.E5|1.23E+012|1.2*10**12
"""
NUMBERS = """
1e5|1E5|3E8|1E05|12E-3|1E-05|SN1.2E+3|A1E5|2026-0042|E+12|LOT 1.23E+12|1.2.3|10x10
5x10^|1.23|EAN|A^2|2E|1.2E|8E4711|3.5E-A|123456789012345678
"""
NO_VALUES = """
#N/A|#NV|#N/D|#N/B|#I/T|#Н/Д|#REF!|#VALUE!|#NAME?|#DIV/0!|#DIV/0|#NUM!|#NULL!|#WERT!
#BEZUG!|#ZAHL!|#VALEUR!|#NOM?|#NOMBRE!|#¡VALOR!|#¿NOMBRE?|#¡DIV/0!|#¡REF!|#VALORE!
#RIF!|#NÚM!|#ÜBERLAUF!|#SPILL!|#CALC!|#ARG!|#N/D!|#SAKNAS!|#VÄRDEFEL!|#ДЕЛ/0!|#ССЫЛКА!
#YOK|#SAYI/0!|#JAKO/0!|#####|Err:502|Fehler:508|#GETTING_DATA|#HIÁNYZIK|TRUE|vrai|WAHR
FALSO|NULL|nan|NaN|-nan|(null)|1.#QNAN|1.#INF|Infinity|N/A|#n/a|DOĞRU|YANLIŞ|ИСТИНА
undefined|NaT|<NA>|#BUSY!
"""
VALUES = "#12|#A1|SN#1|#N12|NULL1|NA|TRUE-1|#|#1!|NaNo|E502|2026#N|A!|ON|SAND"


def read(text):
    return [part for line in text.strip("\n").split("\n") for part in line.split("|")]


@tagged("post_install", "-at_install")
class TestNumberSpreadsheet(BaseCase):
    """What a spreadsheet makes of a number is no number, in any language."""

    def test_shortened_numbers(self):
        for text in read(SCIENTIFIC):
            self.assertTrue(is_scientific(text), text)
        for text in read(NUMBERS):
            self.assertFalse(is_scientific(text), text)

    def test_cells_without_a_value(self):
        for text in read(NO_VALUES):
            self.assertTrue(is_no_value(text), text)
            self.assertTrue(is_no_value(f" {text.lower()} "), text)
        for text in read(VALUES) + read(NUMBERS):
            self.assertFalse(is_no_value(text), text)
            self.assertFalse(is_error(text), text)

    def test_texts_in_disguise(self):
        for cell, text in (
            ('="00123"', "00123"),
            ('= "00123"', "00123"),
            ('="A""B"', 'A"B'),
            ("'00125", "00125"),
            ("O'Neill", "O'Neill"),
            ('5"', '5"'),
        ):
            self.assertEqual(unwrap(cell), text)
            self.assertFalse(is_formula(cell))
        for cell in ("=A1", "=1+2", '=CONCAT("A";B1)', "=00123"):
            self.assertTrue(is_formula(cell), cell)
