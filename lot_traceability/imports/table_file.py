"""Tables in files: CSV in whatever encoding and with whatever delimiter, and XLSX.

Every cell comes out as text, the way a person would have typed it: a number without a
needless ``.0``, a date as ``2026-12-31``, with the time only if there is one.
"""

import csv
import io
import itertools
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import charset_normalizer
import openpyxl
from openpyxl.utils.escape import unescape

from ..documents.spreadsheet import Spreadsheet
from . import sheet_source
from .cell_values import GROUPED
from .number_formats import NO_QUANTITY, TEXT, get_look, get_texts

DELIMITERS = ";,\t|"
# a spreadsheet program takes a cell that starts so for a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# rows without anything in them, one after the other, that a file may have: a sheet can
# name its millionth row and nothing before it
EMPTY_LIMIT = 50_000
# what is tried on a text that is not UTF-8, the likely one first
ENCODINGS = ("cp1252", "utf_16_le", "utf_16_be")
# the letters of Western Europe that other encodings hardly have at the same place
WESTERN = {
    *map(chr, range(128)),
    *"äöüÄÖÜßéèêëàâçîïôûùÉÈÊËÀÂÇÎÏÔÛÙñÑáíóúÁÍÓÚìòÌÒåÅæÆøØãÃ\xa0",
}
# words have few of them, one after the other in those of another alphabet
_FOREIGN = re.compile(r"[^\W\x00-\x7f]{3}|\b[^\W\x00-\x7f]{2,}(?![^\W\d_])")
# lines by which the delimiter is found
SNIFFED_LINES = 20
# a number in a cell has no more digits that are right
EXACT_DIGITS = 15
# a number format of zeros and texts alone: 00000, "SN-"000, 000-00
ZEROS = re.compile(r"(?:0|[-/ ()]|\\.|\"[^\"]*\")+")
# one of as many decimals as it says: 12.10
DECIMALS = re.compile(r"0\.(0+)")
# a format that depends on the value
_CONDITION = re.compile(r"\[[<>=]")
ZERO_PARTS = re.compile(r"0|[-/ ()]|\\.|\"[^\"]*\"")
# zero bytes in a text that is no UTF-16 without its mark: at most one of so many
FEW_ZEROS = 20
# how much larger than itself an XLSX file may become when it is unpacked
UNPACKED_FACTOR = 30
ZIP_START = b"PK\x03\x04"
# what stands for a formula whose result is not in the file
FORMULA = "=…"
# what no database can store; what a program has put for a letter that it could not
# read, and what it makes of one that it has read twice
_UNWRITABLE = re.compile("[\x00\ud800-\udfff\ufffd\x80-\x84\x86-\x9f]")


class InexactNumber(str):
    """The text of a number in a cell that has more digits than a spreadsheet keeps:
    the last ones are made up."""


class DateCell(str):
    """The text of a cell that a spreadsheet keeps as a date or a time, perhaps without
    having been asked: it makes 2-Jan of 1-2."""


class BrokenText(str):
    """A text without the characters of it that no database can store."""


class GuessedText(str):
    """A text with letters that are others in another encoding, of a file that does not
    say in which one it is."""


class ShownOtherwise(str):
    """The text of a number that its cell shows with zeros in front, a sign or a text,
    in a way that is not known here."""


class NoQuantity(ShownOtherwise):
    """The same, of a number that its cell shows as a share, as money or not at all."""


class TextFigure(str):
    """A figure that a cell of a spreadsheet keeps as a text, and whose mark can be that
    of thousands."""


class JoinedCell(str):
    """A cell that is joined with another one, which has the text of both."""


class HiddenCell(str):
    """The text of a cell in a column that is hidden in its sheet."""


class HiddenRow(int):
    """The number of a row that is hidden in its sheet."""


class TableFileError(ValueError):
    """A file that cannot be read: a code, and figures for the message."""

    def __init__(self, code, **values):
        self.code = code
        self.values = values
        super().__init__(f"{code} {values}" if values else code)


@dataclass
class Table:
    """A header and, row by row, what is below it."""

    kind: str
    header: list
    # pairs of the row number that a spreadsheet program shows, and the cells
    rows: object = field(repr=False, default=())
    delimiter: str = ","
    # the names of the sheet that is read and of others that are filled
    sheets: list = field(default_factory=list)


def read_table(data, row_limit=None, size_limit=None):
    """Read the first sheet of an XLSX file that is not hidden, or a CSV file.

    The rows come from a generator, so that a large file is never in memory twice; it
    raises ``too_many_rows`` when it gets there.

    :param data: content of the file
    :param row_limit: how many rows there may be below the header
    :param size_limit: how many bytes the file may have
    :return: :class:`Table`
    :raise TableFileError: with one of the codes ``empty``, ``too_large``,
        ``not_readable``, ``too_many_rows``, ``too_many_empty``, ``quotes``
    """
    if size_limit and len(data) > size_limit:
        raise TableFileError("too_large", size=len(data), limit=size_limit)
    sheets = []
    if data.startswith(ZIP_START):
        sheets, rows = _read_xlsx(data, size_limit)
        kind, delimiter = "xlsx", ","
    else:
        text, is_guess = decode(data)
        delimiter, text = _split_hint(text)
        delimiter = delimiter or find_delimiter(text)
        kind, rows = "csv", _read_csv(text, delimiter)
        if is_guess:
            rows = _mark_guesses(rows)
    filled = _without_empty(rows)
    header = next(filled, None)
    if header is None:
        raise TableFileError("empty")
    labels, rows = strip_header(header[1]), _limited(filled, row_limit)
    return Table(kind, labels, rows, delimiter, sheets)


def _without_empty(rows):
    empty = 0
    for number, cells in rows:
        if any(cells):
            empty = 0
            yield number, cells
            continue
        empty += 1
        if empty > EMPTY_LIMIT:
            raise TableFileError("too_many_empty", limit=EMPTY_LIMIT)


def _limited(rows, limit):
    for count, (number, cells) in enumerate(rows, start=1):
        if limit and count > limit:
            raise TableFileError("too_many_rows", limit=limit)
        yield number, _strip_end(cells)


def strip_header(cells):
    """The names of columns, up to the last one."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _strip_end(cells):
    # what is said of an empty cell is kept
    while cells and not cells[-1] and type(cells[-1]) is str:
        cells.pop()
    return cells


# -- CSV ----------------------------------------------------------------
def decode(data):
    """Turn the bytes of a text file into text, whichever program wrote it.

    :return: the text, and whether it could be another one in another encoding
    """
    with suppress(UnicodeDecodeError):
        is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if is_marked else "utf-8-sig")
        if text.count("\x00") * FEW_ZEROS <= len(text):
            # refused where they are; not every csv reader takes them
            return text.replace("\x00", "\udc00"), False
    found = charset_normalizer.from_bytes(data, cp_isolation=list(ENCODINGS)).best()
    text = str(found) if found else _decode_western(data)
    if "\x00" in text:
        raise TableFileError("not_readable")
    return text.removeprefix("\ufeff"), True


def _mark_guesses(rows):
    for number, cells in rows:
        yield number, [cell if cell.isascii() else GuessedText(cell) for cell in cells]


def is_western(text):
    """Say whether a text that was read as one of Western Europe is hardly another one.

    >>> is_western("Müsli-1"), is_western("Größe"), is_western("L-1")
    (True, True, True)
    >>> is_western("Ïàðòèÿ1"), is_western("£ódŸ"), is_western("†1"), is_western("Ëîò")
    (False, False, False, False)
    """
    if text.isascii():
        return True
    return set(text) <= WESTERN and not _FOREIGN.search(text)


def _decode_western(data):
    """What has characters that no encoding knows: read as far as it can be."""
    return data.decode("latin-1")


def find_delimiter(text):
    """The delimiter of a CSV text.

    By the first lines together; where these do not agree, by the header alone: names of
    columns have no commas in them, numbers have.
    """
    # lines end as they do on any system, old ones included
    lines = itertools.islice(io.StringIO(text, newline=""), EMPTY_LIMIT)
    filled = (line.rstrip("\r\n") for line in lines if line.strip())
    sample = list(itertools.islice(filled, SNIFFED_LINES))
    while len(sample) > 1 and not any(sign in sample[0] for sign in DELIMITERS):
        # a title above the table
        del sample[0]
    for part in (sample, sample[:1]):
        found = _sniff("\n".join(part))
        if found and found in sample[0]:
            return found
    return ","


def _sniff(sample):
    try:
        return csv.Sniffer().sniff(sample, delimiters=DELIMITERS).delimiter
    except csv.Error:
        return None


def _split_hint(text):
    """Take the line ``sep=;`` off, by which a file tells its delimiter."""
    hint = re.match(r"sep=(.)(?=[\r\n]|\Z)", text, re.IGNORECASE)
    if hint:
        # the line stays as an empty one, so that row numbers are right
        return hint.group(1), text[hint.end() :]
    return None, text


def _read_csv(text, delimiter):
    # strictly, as a quote that is not closed would take in the rows below it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [_tidy(cell) for cell in cells]
    except csv.Error as error:
        code = "not_readable" if "limit" in str(error) else "quotes"
        raise TableFileError(code, row=number + 1) from error


def _tidy(text):
    """A text of a cell as it is kept."""
    if _UNWRITABLE.search(text):
        return BrokenText(unguard(_UNWRITABLE.sub("", text).strip()))
    return unguard(text.strip())


# -- XLSX ---------------------------------------------------------------
def _read_xlsx(data, size_limit):
    """The names of the filled sheets, and the rows of the first one that is seen."""
    _check_unpacked_size(data, size_limit)
    # openpyxl raises whatever comes on a broken file
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
        first, *others = sheets or book.worksheets
        content = _get_source(first)
        filled = [each for each in others if sheet_source.is_filled(_get_source(each))]
    except Exception as error:
        raise TableFileError("not_readable") from error
    names = [each.title for each in (first, *filled)]
    return names, _read_sheet(first, content)


def _get_source(sheet):
    with sheet._get_source() as source:
        return source.read()


def _read_sheet(sheet, content):
    try:
        # what programs write there is often wrong
        sheet.reset_dimensions()
        formats, formulas = _Formats(), sheet_source.find_formulas(content)
        joined = sheet_source.Joined(content)
        hidden = sheet_source.find_hidden(content)
        columns = sheet_source.find_hidden_columns(content)
        del content
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [formats.get_text(cell) for cell in row]
            for position in formulas.get(number, ()):
                cells[position] = FORMULA
            for position in joined.get_positions(number):
                cells += [""] * (position + 1 - len(cells))
                cells[position] = JoinedCell(cells[position])
            for position in columns:
                if position < len(cells) and cells[position]:
                    cells[position] = HiddenCell(cells[position])
            yield HiddenRow(number) if number in hidden else number, cells
    except Exception as error:
        raise TableFileError("not_readable") from error


def _check_unpacked_size(data, size_limit):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise TableFileError("not_readable") from error
    if size_limit and size > size_limit * UNPACKED_FACTOR:
        raise TableFileError("too_large", size=size, limit=size_limit)


class _Formats:
    """The number formats of a sheet; each is looked at once."""

    def __init__(self):
        self.zeros = _PerPattern(get_zeros)
        self.widths = _PerPattern(get_width)
        self.looks = _PerPattern(get_look)

    def get_text(self, cell):
        """A cell as it is shown, as far as zeros and texts around a number go."""
        value = cell.value
        if value is None or value == "":
            return ""
        pattern = cell.number_format
        if type(value) not in (int, float) or pattern == "General":
            return cell_text(value)
        text = self._write(value, pattern)
        if text:
            return text
        text, look = cell_text(value), self.looks[pattern]
        if isinstance(text, InexactNumber):
            return text
        if look in NO_QUANTITY:
            return NoQuantity(text)
        if look == TEXT:
            # perhaps the unit of a quantity
            return ShownOtherwise(f"{text} {get_texts(pattern)}")
        is_padded = len(str(int(abs(value)))) < self.widths[pattern]
        return ShownOtherwise(text) if look or is_padded else text

    def _write(self, value, pattern):
        """What the format makes of a number, where that is known."""
        if value < 0 or abs(value) >= 10**EXACT_DIGITS:
            return None
        if decimals := DECIMALS.fullmatch(pattern):
            return write_decimals(value, len(decimals.group(1)))
        parts = self.zeros[pattern]
        if value != int(value) or not parts:
            return None
        return write_zeros(parts, cell_text(value))


class _PerPattern(dict):
    """What is to be known of each number format, found out once."""

    def __init__(self, find):
        self.find = find

    def __missing__(self, pattern):
        return self.setdefault(pattern, self.find(pattern))


def get_width(pattern):
    """How many digits a number format shows at least, before the decimals.

    >>> get_width("00000"), get_width("00,000.0"), get_width("#,##0"), get_width('"0"0')
    (5, 5, 1, 1)
    """
    plain = re.sub(r"\[[^\]]*\]|\"[^\"]*\"|[\\_*].", "", pattern)
    sections = plain.split(";") if _CONDITION.search(pattern) else plain.split(";")[:1]
    return max(section.partition(".")[0].count("0") for section in sections)


def get_zeros(pattern):
    """The parts of a number format that fills up with zeros; None for any other one.

    >>> get_zeros("00000"), get_zeros('"S-"00'), get_zeros("0.00"), get_zeros("0")
    (['0', '0', '0', '0', '0'], ['S-', '0', '0'], None, None)
    """
    if _CONDITION.search(pattern):
        return None
    # a colour in front; a blank as wide as another character
    first = re.sub(r"^\[[^\]]*\]|_.", "", pattern.split(";")[0])
    if not ZEROS.fullmatch(first):
        return None
    parts = [part.strip('"').removeprefix("\\") for part in ZERO_PARTS.findall(first)]
    return parts if len(parts) > 1 and "0" in ZERO_PARTS.findall(first) else None


def write_zeros(parts, digits):
    """Write digits into the zeros of a format, from the last one on.

    >>> write_zeros(["S-", "0", "0", "0"], "42"), write_zeros(["0", "-", "0"], "123")
    ('S-042', '12-3')
    """
    places = parts.count("0")
    digits = digits.zfill(places)
    left, rest = digits[: len(digits) - places + 1], list(digits[1 - places or None :])
    if places == 1:
        rest = []
    written = []
    for part in parts:
        if part != "0":
            written.append(part)
        elif left:
            written.append(left)
            left = ""
        else:
            written.append(rest.pop(0))
    return "".join(written)


def write_decimals(value, count):
    """A number with the decimals it is shown with, unless it has more.

    >>> write_decimals(12.1, 2), write_decimals(12.345, 2), write_decimals(7, 1)
    ('12.10', '12.345', '7.0')
    """
    text = cell_text(value)
    shown = f"{value:.{count}f}"
    is_exact = float(shown) == value and not isinstance(text, InexactNumber)
    return shown if is_exact else text


def cell_text(value):
    """Write the value of a spreadsheet cell as a person would.

    >>> cell_text(123.0), cell_text(1e20), cell_text(0.5), cell_text(None)
    ('123', '100000000000000000000', '0.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        if abs(value) >= 10**EXACT_DIGITS:
            return InexactNumber(f"{value:.0f}")
        return f"{value:.0f}" if value == int(value) else _plain_float(value)
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        text = value.isoformat(" ", "seconds")
        return DateCell(text[:10] if midnight else text)
    if isinstance(value, (date, time)):
        return DateCell(value.isoformat())
    if isinstance(value, timedelta):
        return DateCell(value)
    value = str(value)
    # a sheet writes what XML cannot hold as _x000D_
    text = _tidy(unescape(value) if "_x" in value else value)
    return TextFigure(text) if GROUPED.fullmatch(text) else text


def _plain_float(value):
    # more digits than that are noise of the calculation
    text = f"{value:.{EXACT_DIGITS}g}"
    return f"{value:.15f}".rstrip("0").rstrip(".") if "e" in text else text


# -- writing ------------------------------------------------------------
def guard(cell):
    """Keep a spreadsheet program from running the cell as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def unguard(cell):
    """Take off what :func:`guard` has put in front."""
    return cell[1:] if cell[:1] == "'" and guard(cell[1:]) == cell else cell


def write_table(kind, rows, delimiter=","):
    """Write rows of texts, the header first, as bytes of a CSV or XLSX file."""
    return _write_xlsx(rows) if kind == "xlsx" else _write_csv(rows, delimiter)


def _write_csv(rows, delimiter):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([guard(cell) for cell in row] for row in rows)
    # spreadsheet programs know by the mark that it is UTF-8
    return stream.getvalue().encode("utf-8-sig")


def _write_xlsx(rows):
    book = Spreadsheet(is_large=True)
    book.add_texts(rows)
    return book.get_content()
