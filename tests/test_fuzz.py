"""Texts that nobody would type: only the documented errors, and never for long.

``LOT_FUZZ=2000`` tries as many examples of each; the default is for each run of tests.
"""

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.lot_traceability.imports import cell_values, table_file
from odoo.addons.lot_traceability.imports.table_file import TableFileError
from odoo.addons.lot_traceability.numbers import expression
from odoo.addons.lot_traceability.numbers.expression import NumberExpressionError
from odoo.addons.lot_traceability.numbers.pattern import (
    NumberPattern,
    NumberPatternError,
)
from odoo.addons.lot_traceability.scanning import code, gs1, readings
from odoo.addons.lot_traceability.scanning.gs1 import GS1Error
from odoo.addons.lot_traceability.tools import webhook
from odoo.addons.lot_traceability.tools.webhook import WebhookError
from odoo.addons.lot_traceability_recall.tools import reply_form
from odoo.addons.lot_traceability_recall.tools.reply_form import ReplyError

from .fuzzing import Bounded, fuzz, pieces

LIMIT = 1000

EXPRESSION = pieces(*"~+-,; \n\t/0", "SN", "10-15", "1+", "~+5", "٣", "1e9", "²")


@fuzz
@given(
    EXPRESSION, st.one_of(st.none(), st.integers(0, 10**9)), st.sampled_from(["", "9"])
)
@example("1-999999999999999999999", None, "")
@example("~-" + "9" * 4000, 5, "1")
@example("1+" * 5000, 10**9, "1")
@example("9" * 5000 + "+5", None, "")
def test_number_expressions(text, quantity, last):
    with Bounded(NumberExpressionError):
        numbers = expression.expand(text, quantity, last=last or None, limit=LIMIT)
        assert len(numbers) <= LIMIT
    for reading in expression.READINGS:
        with Bounded():
            expression.count(text, reading)


PATTERN = pieces(
    *("{", "}", "{{", "}}", "%(", ")s", "{year}", "{5 digits}", "{any}", "{letters}"),
    *("{3 letters}", "{product code}", "{document}", "{company}", "{check digit}", "-"),
)


@fuzz
@given(PATTERN, st.text(max_size=128))
@example("{any}{any}{any}{product code}{document}{company}{5 digits}X", "1" * 128)
@example("{any}{any}{any}{product code}{company}{5 digits}", "1" * 127 + "-")
@example("{" + " " * 50_000, "")
@example("%(" * 20_000, "")
@example("{" + "y" * 50_000 + "}", "")
def test_patterns(text, number):
    with Bounded(NumberPatternError):
        NumberPattern(text).accepts(number, {"company": "A"})


CODE = pieces(
    *(
        "\x1d",
        "]C1",
        "]d2",
        "]J1",
        "(01)",
        "(10)",
        "(17)",
        "09506000134352",
        "01",
        "10",
    ),
    *(
        "https://id.gs1.org/01/",
        "https://[x",
        "?17=",
        "urn:epc:id:sgtin:",
        ".",
        "%",
        "²",
    ),
    *("%41", "\x00", "|", "]E0", "]e0", "/", ";", "gtin", "3103", "lot", "&"),
)


@fuzz
@given(CODE)
@example("https://[x")
@example("https://[::1%25]/01/09506000134352")
@example("\x00")
@example("a-" * 3000 + "/01/09506000134352")
@example("a." * 3000 + "/")
@example("1/" * 5000)
@example("]E01234567890128|" * 800)
@example("]E012345678|]e0" + "]E012345678|]e0" * 800)
@example("(" + " " * 5000)
@example("urn:epc:id:sgtin:²²²²²²².²²²²²².1")
@example("01²9506000134352")
@example("http" + ":" * 3000)
def test_codes(text):
    with Bounded(GS1Error):
        gs1.parse(text)
    with Bounded():
        gs1.is_marked(text)
        gs1.starts_with_key(text)
        gs1.get_gtin_forms(text)
        readings.find(code.tidy(text))
        code.with_separators(text, "|~")


NUMBER = pieces(*".,'’ \u00a0\u202f-+e_", "1,000", "1.000", "1 000", "²", "nan", "inf")


@fuzz
@given(NUMBER, st.sampled_from(["", ",", ".", "\u202f", "'"]))
@example("9" * 5000, "")
@example("1" + ",000" * 2000, ",")
@example("." * 5000, "")
@example("1e400", "")
def test_quantities(text, thousands):
    with Bounded(ReplyError):
        assert 0 <= reply_form.read_quantity(text, "x", thousands) <= 1e12
    form = {"received": "yes", "answered_by": text, "comment": text, "on_hand_1": text}
    with Bounded(ReplyError):
        reply_form.read_form(form, [1])
    with Bounded(ValueError):
        cell_values.read_quantity(text)
    with Bounded(ValueError):
        cell_values.read_date(text)


@pytest.mark.parametrize(
    "text, thousands, expected",
    [
        ("1,000", ",", 1000),
        ("1.000", ".", 1000),
        ("1 000", "", 1000),
        ("1\u202f000,5", "\u202f", 1000.5),
        ("1'000", "'", 1000),
        ("1\u2019000.50", "\u2019", 1000.5),
        ("1,250.50", "", 1250.5),
        ("1.250,50", "", 1250.5),
        ("1,000,000", "", 1_000_000),
        ("0,5", "", 0.5),
        (".5", "", 0.5),
        ("1,000", "", ReplyError),
        ("1.000", "", ReplyError),
        ("1e3", "", ReplyError),
        ("1_000", "", ReplyError),
        ("٣", "", 3),
        ("²", "", ReplyError),
        ("-1", "", ReplyError),
        ("1,00,000", "", ReplyError),
        ("1.000.00", "", ReplyError),
    ],
)
def test_habits_of_customers(text, thousands, expected):
    if expected is ReplyError:
        with pytest.raises(ReplyError):
            reply_form.read_quantity(text, "x", thousands)
    else:
        assert reply_form.read_quantity(text, "x", thousands) == expected


def read_all(data):
    table = table_file.read_table(data, row_limit=500, size_limit=1_000_000)
    return [table.header, *table.rows]


@fuzz
@given(
    st.one_of(
        st.binary(max_size=300),
        pieces("sep=", ";", ",", '"', "\n", "\r", "\t", "\x00", "=1+1", "é").map(
            lambda text: text.encode("utf-8", "surrogatepass")
        ),
        pieces(";", "\n", "é", "ü", "1").map(lambda text: text.encode("utf-16")),
    )
)
@example(b"sep=\n\n")
@example(b'sep="\na"b')
@example(b'"' * 3001)
@example(b"\n" * 200_000)
@example(b"PK\x03\x04")
@example(b"\xff\xfe\x00")
@example(b"a,b\n" + b'"x' * 5000)
def test_text_tables(data):
    with Bounded(TableFileError):
        read_all(data)


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>%s</sheetData></worksheet>"
)


def make_xlsx(rows):
    """The workbook of openpyxl with another sheet in it."""
    source = io.BytesIO(table_file.write_table("xlsx", [["Lot"], ["A-1"]]))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", 8) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = (SHEET % rows).encode("utf-8", "replace")
            new.writestr(part, data)
    return target.getvalue()


CELL = '<c r="%s" t="%s"><v>%s</v></c>'


@fuzz
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "0", "-1", "x", "1048577", "999999999", "²"]),
            st.sampled_from(["A1", "ZZZ1", "XFD1", "A", "1", "ZZZZZZ9"]),
            st.sampled_from(["n", "s", "b", "d", "e", "str", "zz"]),
            st.sampled_from(["1", "1e999", "x", "99999999999", "-5", "2026-13-45", ""]),
        ),
        max_size=4,
    )
)
@example([("999999999", "A999999999", "n", "1")])
@example([("1", "ZZZZZZ1", "n", "1")])
def test_sheets(cells):
    rows = "".join(
        f'<row r="{row}">{CELL % (ref, kind, value)}</row>'
        for row, ref, kind, value in cells
    )
    data = make_xlsx(rows)
    with Bounded(TableFileError):
        read_all(data)


def test_a_sheet_of_nothing():
    """Millions of rows without anything in them."""
    with Bounded(TableFileError):
        read_all(make_xlsx("<row/>" * 1_000_000))
    with Bounded(TableFileError):
        read_all(make_xlsx('<row><c r="A1"/></row>' * 300_000))


@fuzz
@given(pieces("https://", "[", "]", "::", "@", ":", "/", "127.0.0.1", "²", "x.example"))
@example("https://[x")
@example("https://a:99999999/")
@example("https://a:²/")
@example("https://" + "a" * 70_000)
def test_addresses(url):
    with Bounded(WebhookError):
        webhook.check_url(url)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "0.0.0.0",
            "224.0.0.1",
            "100.64.0.1",
        ),
        *("::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "::7f00:1", "::10.0.0.1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1"),
        *("2001:db8::5efe:7f00:1", "2a00:1450::200:5efe:a00:1"),
    ],
)
def test_no_address_of_an_own_network(address, monkeypatch):
    found = [(0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(webhook.socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(WebhookError):
        webhook.resolve("hook.example", 443)
