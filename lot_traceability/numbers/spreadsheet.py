"""What a spreadsheet makes of a number, or writes where it has none."""

import re
import unicodedata
from functools import cache

from babel.dates import get_month_names

# in any script, with any mark for decimals and thousands
_MARKS = ".,\u066b\u066c\u2019' "
_MANTISSA = rf"[+-]?(?:\d[\d{_MARKS}]*|[.,]\d+)"
# 1.5E3 and 1E+5 are shortened; 1E5 is a number that can be on the goods
_SHORTENED = re.compile(
    rf"{_MANTISSA} ?e ?[+-] ?\d{{1,3}}"
    rf"|[+-]?(?:\d[\d{_MARKS}]*)?[.,\u066b]\d*e\d{{1,3}}"
    rf"|{_MANTISSA} ?[x*\u00d7\u00b7\u22c5] ?10 ?(?:\^|\*\*) ?[+-]?\d{{1,3}}",
    re.IGNORECASE,
)
_LOW_EXPONENT = re.compile(r"[0-9]+e ?-", re.IGNORECASE)
_RAISED = re.compile("([\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b]+)\\Z")
_MINUS = re.compile("[\u2010-\u2015\u2212\u02d7\ufe63\uff0d]")
_QUOTES = "\"'\u2018\u2019\u201c\u201d= "

# #N/A, #REF!, #¡VALOR!, #NOME?, #DIV/0!, #Н/Д: the errors of a cell in any language;
# #### where the column is too narrow, and what LibreOffice writes
_ERROR = re.compile(
    r"#[^\W\d_]/[^\W\d_]!?|#[¡¿]?[^\W\d_][^\d\s]*(?:/0)?[!?]|#{2,}|#getting_data"
    r"|#(?:ref|value|name|num|null|div/0|nv|yok|h[iy]ányzik)"
    r"|(?:err|fehler|erreur|fout|errore)\.? ?: ?\d{3}"
    r"|-?1\.#(?:qnan|snan|ind|inf)0*",
    re.IGNORECASE,
)
# what programs write for nothing, and for yes and no in their languages
_WORDS = {
    *("null", "(null)", "[null]", "<null>", "nan", "-nan", "nat", "<na>", "\\n"),
    *("undefined", "inf", "-inf", "infinity", "-infinity", "n/a", "#n/a n/a"),
    *("true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero"),
    *("verdadeiro", "waar", "onwaar", "prawda", "fałsz", "sann", "falskt", "falsk"),
    *("usann", "tosi", "epätosi", "pravda", "nepravda", "igaz", "hamis", "doğru"),
    *("yanliş", "истина", "ложь"),
    # of a pivot table, where there is nothing
    *("(blank)", "(leer)", "(vide)", "(en blanco)", "(vuoto)", "(vazio)", "(leeg)"),
    *("(puste)", "(em branco)", "(blanks)", "(empty)", "(none)"),
}
# what people write where a number should be
_NO_NUMBER = {
    *("unbekannt", "ohne", "ohne charge", "keine", "keine angabe", "inconnu"),
    *("sans lot", "aucun", "desconocido", "sin lote", "sin serie", "ninguno"),
    *("sconosciuto", "nessuno", "senza lotto", "onbekend", "geen", "desconhecido"),
    *("sem lote", "nenhum", "nieznany", "brak", "no lot", "no batch", "no serial"),
    *("see above", "ditto", "dito", "idem", "siehe oben", "voir ci-dessus"),
}
# what stands above a column of numbers
_HEADINGS = """lot lots lotnumber lotnumbers lotno lotname lotserialnumber lotserial
    lotsn serial serials serialnumber serialnumbers serialno sn sernr number numbers
    batch batches batchnumber batchno charge chargen chargennummer seriennummer lotto
    seriennummern losnummer numérodelot numérodesérie numérolotsérie ndelot nserie lote
    númerodelote númerodeserie númerodesérie numerodelotto numerodiserie partijnummer
    serienummer batchnummer partinummer"""
# what stands beside the sum of a column
_TOTALS = {
    *("total", "grand total", "subtotal", "sub-total", "sub total", "totals", "sum"),
    *("summe", "gesamt", "gesamtsumme", "zwischensumme", "total général", "sous-total"),
    *("somme", "suma", "suma total", "totale", "subtotale", "somma", "totaal", "soma"),
    *("total general", "total geral", "razem", "suma końcowa", "eindtotaal"),
    *("ergebnis", "gesamtergebnis", "teilergebnis", "résultat", "totale complessivo"),
}
# above and beside the numbers of a pivot table
_PIVOT = re.compile(
    r"(?:row|column) labels|(?:zeilen|spalten)beschriftungen|étiquettes de (?:lignes"
    r"|colonnes)|etiquetas de (?:fila|columna)|etichette di (?:riga|colonna)"
    r"|(?:sum|count|summe|anzahl|somme|nombre|suma|cuenta|somma|conteggio) (?:of|von|de"
    r"|di) \S.*"
)
# ="00123" is a text for a spreadsheet
_QUOTED = re.compile(r"""(["'])([^"']+)\1""")
_TEXT_FORMULA = re.compile(r'=\s*"(.*)"')


def is_scientific(text: str) -> bool:
    """Say whether a text is a number in scientific notation: its digits are lost.

    >>> is_scientific("3.56938E+14"), is_scientific("1E+5"), is_scientific("A1E5")
    (True, True, False)
    >>> is_scientific("-1,23e12"), is_scientific("1.2×10¹²"), is_scientific("1E5")
    (True, True, False)
    """
    if len(text) > 60 or not any(sign in text for sign in "eEｅＥ^⁰¹²³⁴⁵⁶⁷⁸⁹*"):
        return False
    text = _MINUS.sub("-", text.strip(_QUOTES))
    text = unicodedata.normalize("NFKC", _RAISED.sub(r"^\1", text))
    text = " ".join(_MINUS.sub("-", text).strip(_QUOTES).split())
    return bool(_SHORTENED.fullmatch(text)) and not _LOW_EXPONENT.match(text)


def is_error(text: str) -> bool:
    """Say whether a text is the error of a cell, in any language.

    >>> is_error("#N/A"), is_error("#NV"), is_error("#WERT!"), is_error("#12")
    (True, True, True, False)
    """
    return bool(_ERROR.fullmatch(text.strip()))


def is_no_value(text: str) -> bool:
    """Say whether a cell has no value, whatever a program has written there.

    >>> is_no_value("NULL"), is_no_value("VRAI"), is_no_value("#N/D"), is_no_value("A")
    (True, True, True, False)
    """
    word = text.strip().casefold().replace("i\u0307", "i")
    return word in _WORDS or is_error(text)


def is_no_number(text: str) -> bool:
    """Say whether a text has no value, or is what people write who have no number.

    >>> is_no_number("ohne Charge"), is_no_number("NULL"), is_no_number("OHNE-1")
    (True, True, False)
    """
    return is_no_value(text) or " ".join(text.casefold().split()) in _NO_NUMBER


def is_heading(text: str) -> bool:
    """Say whether a text is the heading of a column, copied with its numbers.

    >>> is_heading("Serial Number"), is_heading("Lot/Serial No."), is_heading("LOT-1")
    (True, True, False)
    """
    word = re.sub(r"[\W_]+", "", text).casefold()
    headings = _HEADINGS.split()
    return word in headings or word.removesuffix("no") in headings


@cache
def _get_date_texts():
    """What a spreadsheet writes of ``1-2``, in the languages whose programs are most
    about: 2-Jan, Jan-02, 02. Jan, 02-janv, and a day with the time of midnight."""
    names = {"Mrz"}
    for language in ("en", "de", "fr", "es", "it", "nl", "pt", "pl"):
        for context in ("format", "stand-alone"):
            months = get_month_names("abbreviated", context, language)
            names |= {month.rstrip(".") for month in months.values()}
    months = "|".join(sorted(map(re.escape, names | set(map(str.capitalize, names)))))
    return re.compile(
        rf"\d{{1,2}}(?:-|/|\. ?| )(?:{months})\.?"
        rf"|(?:{months})\.?[-/. ]\d{{2}}"
        r"|\d{4}-\d{2}-\d{2}[ T]00:00(?::00(?:\.0+)?)?"
    )


def is_date_text(text: str) -> bool:
    """Say whether a text is what a spreadsheet writes of a number that it has taken for
    a date. In capital letters it is none: JAN-25 can be on the goods.

    >>> is_date_text("2-Jan"), is_date_text("02. Jan"), is_date_text("janv-02")
    (True, True, True)
    >>> is_date_text("JAN-25"), is_date_text("MAR1"), is_date_text("2026-01-02")
    (False, False, False)
    """
    return bool(_get_date_texts().fullmatch(text))


def is_total(text: str) -> bool:
    """Say whether a text is the word beside a sum, alone or with what is summed up.

    >>> is_total("Total:"), is_total("SUMME"), is_total("Total-7")
    (True, True, False)
    >>> is_total("L1 Total"), is_total("Summe L1"), is_total("Row Labels")
    (True, True, True)
    """
    word = " ".join(text.casefold().strip(" :.=").split())
    if word in _TOTALS or _PIVOT.fullmatch(word):
        return True
    return any(
        word.startswith(f"{total} ") or word.endswith(f" {total}") for total in _TOTALS
    )


def unwrap(text: str) -> str:
    """A number in the ways by which people keep a spreadsheet from counting with it.

    >>> unwrap('="00123"'), unwrap("'00125"), unwrap("O'Neill"), unwrap('"A1"')
    ('00123', '00125', "O'Neill", 'A1')
    """
    if found := _TEXT_FORMULA.fullmatch(text):
        return found.group(1).replace('""', '"')
    if found := _QUOTED.fullmatch(text):
        return found.group(2)
    return text.removeprefix("'")


def is_formula(text: str) -> bool:
    """Say whether a cell has a formula in place of its result."""
    return text.startswith("=") and not _TEXT_FORMULA.fullmatch(text)
