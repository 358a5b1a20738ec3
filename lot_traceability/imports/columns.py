"""The columns that an import of lots understands, and by which headers."""

import re
from difflib import get_close_matches

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import format_date

from .. import guards
from ..numbers.form import normalize
from .table_file import strip_header
from .units import split_header

# fields of a lot that a file may fill, where the addon that brings them is installed
LOT_FIELDS = (
    "ref",
    "supplier_number",
    "batch_code",
    "made_on",
    "expiration_date",
    "use_date",
    "removal_date",
    "alert_date",
)
REQUIRED = ("product", "number")
EXAMPLES = {
    "product": "DESK-01",
    "number": "SN/001-SN/003",
    "quantity": "3",
    "ref": "ABC-1",
    "supplier_number": "V-4711",
    "batch_code": "B7",
    "expiration_date": "2028-12-31",
}


def get_labels(env: Environment) -> dict[str, str]:
    """The headers of the template, by column, in the language of the user."""
    names = env["lot.import"]._get_lot_fields()
    lot_labels = env["stock.lot"].fields_get(names, ["string"])
    return {
        "product": env._("Product"),
        "number": env._("Lot/Serial Number"),
        "quantity": env._("Quantity"),
        "location": env._("Location"),
        **{name: lot_labels[name]["string"] for name in names},
    }


# other headers, as warehouse programs, accounts and people name their columns
ALIASES = {
    "product": """Product; Product Reference; product_id; SKU; Item; Item Code;
        Item Number; Item No; Item Id; Item Ref; Item Name; Item SKU; Part; Part No;
        Part Nr; Part Number; Part Code; P/N; PN; Material; Material Number;
        Material No; Material Code; Article; Article Number; Article No; Article Code;
        Product Code; Product ID; Product No; Product Number; Product Name;
        Product SKU; Product Variant; Internal Reference; Default Code; Stock Code;
        Stock Item; Model; Model No; Model Number; GTIN; EAN; UPC; Barcode;
        Product Barcode; Artikel; Artikelnummer; Artikel-Nr; Artikelnr; Produkt;
        Materialnummer; Article réf; Référence; Référence article; Référence produit;
        Produit; Producto; Artículo; Código; Código de producto; Referencia; Prodotto;
        Articolo; Codice articolo; Codice prodotto""",
    "number": """Number; Lot; Serial; Lot Number; Serial Number; Lot/Serial Number;
        Lot/Serial; Lot/SN; Lot or Serial; Lot/Serial No; Lot/Batch; Lot/Batch Number;
        Batch/Lot; Batch/Lot Number; Batch/Serial; lot_id; lot_name; lotnumber;
        BatchSerialNumber; N° série/lot; N° lot/série;
        Serial No; Serial Nr; Serial Num; Serial Code; Serial ID; Serials;
        Serial Numbers; Lot No; Lot Nr; Lot Num; Lot Code; Lot ID; Lot Ref; Lots;
        S/N; SN; SNo; Serial #; Lot #; Batch #; Batch No; Batch Nr; Batch Number;
        Batch ID; Batch; Charge Number; Unit Serial; IMEI; VIN; Tracking Number;
        Charge; Chargennummer; Chargen-Nr; Charge-Nr; Seriennummer; Serien-Nr;
        Seriennr; Los; Losnummer; Numéro de lot; N° de lot; N° lot;
        Numéro de série; N° de série; Número de lote; Lote; Nº lote; Nº de serie;
        Número de serie; Lotto; Numero lotto; Numero di lotto; Matricola;
        Numero di serie; Numero seriale""",
    "quantity": """Quantity; Qty; On Hand Quantity; Quantity On Hand; On Hand; On-hand;
        QOH; Stock; Stock Qty; Stock Quantity; Available; Available Quantity;
        Available Qty; Counted Quantity; Count; Amount; Units; Pieces; Pcs;
        Inventory; Inventory Quantity; Balance; VERME; GESME; CLABS;
        Menge; Anzahl; Bestand; Quantité;
        Qté; Cantidad; Existencias; Quantità; Giacenza""",
    "location": """Location; location_id; Location Name; Location Code; Bin;
        Bin Location; Bin Code; Shelf; Storage Location; Storage Bin; Storage;
        Stock Location; Warehouse Location; Place; Position; Lagerplatz; Lagerort;
        LGPLA; LGORT; Emplacement; Ubicación; Ubicazione""",
    "expiration_date": """Expiry Date; Expiry; Expires; Expires On; Exp; Exp Date;
        Expire Date; Expiration; Expiration Date; Date of Expiry; EXP.;
        Shelf Life Expiration Date; SLED; VFDAT; Verfallsdatum; Verfall; Ablaufdatum;
        Date d'expiration; Date de péremption; Fecha de caducidad; Caducidad;
        Fecha de vencimiento; Scadenza; Data di scadenza""",
    "use_date": """Best Before; Best Before Date; Use By; Use By Date; BBD; BBE;
        Best Before End; Mindesthaltbarkeitsdatum; MHD; DDM; DLC; Consumo preferente""",
    "made_on": """Made On; Production Date; Produced On; Date of Production;
        Manufacturing Date; Manufactured On; Date of Manufacture; Mfg Date; MFD; DOM;
        HSDAT; Produced;
        Herstelldatum; Herstellungsdatum; Produktionsdatum; Date de fabrication;
        Date de production; Fecha de fabricación; Data di produzione""",
    "removal_date": "Removal; Pull Date",
    "alert_date": "Alert; Warning Date",
    "supplier_number": """Supplier Lot Number; Supplier Lot; Vendor Lot;
        Vendor Lot Number; Vendor Batch; Supplier Batch; Supplier Batch Number;
        Manufacturer Lot; Manufacturer Lot Number; Mfr Lot; Mfg Lot; Vendor Serial;
        Supplier Serial Number; LICHA; LICHN""",
    "ref": "Reference; Ref; Note",
}
# columns that are guessed by what their header looks like
GUESSED = ("product", "number", "quantity", "location", "expiration_date")
ALIKE = 0.84
# words of a header that say what a column is, the one that says most first
WORDS = {
    "quantity": """qty qté qnt quantity quantities quantité quantidade cantidad antal
        cantidades quantità hoeveelheid aantal menge mengen bestand stock onhand qoh
        soh count unrestricted labst stückzahl 数量""",
    "number": """lot lots serial serials sn batch batches charge chargen charg lotto
        seriennummer chargennummer losnummer lote lotes lotti serie série partij parti
        partijnummer serienummer batchnummer sernr dist ロット番号
        シリアル番号""",
    "location": "bin shelf location locations lagerplatz emplacement",
    "product": """product products sku item items article articles artikel art part
        parts material materials matnr produkt produit producto produto prodotto
        articolo artículo codice código referencia référence asin gtin ean upc barcode
        品番 製品""",
}
# words that say nothing more
EMPTY_WORDS = """no nr nbr num number numbers numéro número numero nummer code codes id
    ids ref reference name of the de du del di da total current physical available net
    actual remaining counted"""
# what else can stand in the header of a column
OTHER_WORDS = {
    "quantity": """on hand in use free bin lot serial batch item product warehouse units
        inventory unit pcs""",
    "number": "serial lot batch product item",
    "location": "",
    "product": "interne interna internal default stock",
}
# headers of the column for the product, where no other one is
LAST_RESORTS = ("no", "nr", "id", "code", "name")


def _get_aliases(env):
    """The column by each header that names one of those that there are."""
    lot_fields = env["stock.lot"]._fields
    labels = get_labels(env)
    by_alias = {}
    # the fields themselves before what else is called so
    for name in env["lot.import"]._get_lot_fields():
        for alias in (name, lot_fields[name].string):
            by_alias[_simplify(alias)] = name
    for column, label in labels.items():
        by_alias[_simplify(label)] = column
    for column in labels:
        for alias in ALIASES.get(column, "").split(";"):
            by_alias.setdefault(_simplify(alias), column)
    by_alias.pop("", None)
    return by_alias


def guess(env: Environment, header: list[str]) -> list[tuple]:
    """What the columns of a file are.

    :return: list of ``(column or False, whether that is a guess)``, one for each
    """
    by_alias = _get_aliases(env)
    found = [by_alias.get(_simplify(label)) or False for label in header]
    guessed = [False] * len(header)
    open_columns = [name for name in GUESSED if name not in found]
    for position, label in enumerate(header):
        if found[position] or not label or is_error_header(env, label):
            continue
        if (meant := _guess_by_words(label)) in open_columns:
            found[position], guessed[position] = meant, True
            open_columns.remove(meant)
            continue
        # Qty (kg), Menge [Stk]
        plain = by_alias.get(_simplify(split_header(label)[0]))
        if plain in open_columns:
            found[position], guessed[position] = plain, True
            open_columns.remove(plain)
            continue
        of_open = {alias: c for alias, c in by_alias.items() if c in open_columns}
        close = get_close_matches(_simplify(label), of_open, n=1, cutoff=ALIKE)
        if close:
            found[position], guessed[position] = of_open[close[0]], True
            open_columns.remove(of_open[close[0]])
    _guess_name(header, found, guessed)
    _guess_by_what_is_left(header, found, guessed)
    return list(zip(found, guessed, strict=True))


def find_header(env: Environment, header: list, rows: list) -> tuple[list, list]:
    """The row that names the columns, and those below it: the first one, or the first
    that names both a product and a number where that one does not.

    :param rows: pairs of row number and cells, below the first row of the file
    """
    if not _names_what_is_needed(env, header):
        for position, (_number, cells) in enumerate(rows):
            if _names_what_is_needed(env, cells):
                return strip_header(cells), rows[position + 1 :]
    return header, rows


def _names_what_is_needed(env, cells):
    return len(cells) > 1 and {column for column, _is_guess in guess(env, cells)} >= {
        *REQUIRED
    }


def _guess_by_words(label):
    """The column that all words of a header are about, but for those that say nothing:
    ``Total Bin Qty`` is a quantity, ``Product Category`` is nothing of all that."""
    # as programs glue them: stock_qty, LotNumber
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    words = set(re.sub(r"[\W_]+", " ", normalize(parted)).split())
    words -= set(EMPTY_WORDS.split())
    for column, text in WORDS.items():
        names = set(text.split())
        if words & names and words <= names | set(OTHER_WORDS[column].split()):
            return column
    return None


def _guess_name(header, found, guessed):
    """The field of a lot for its number is called "name", but so is that of a product:
    it is the number where nothing else is."""
    at = next((i for i, label in enumerate(header) if _simplify(label) == "name"), None)
    if at is None or found[at] or "number" in found:
        return
    found[at], guessed[at] = "number", "product" not in found


def _guess_by_what_is_left(header, found, guessed):
    """A file of lots without a column for the product has its reference, or names it
    as a field of the lot is called."""
    if "product" in found:
        return
    named = [_simplify(label) in LAST_RESORTS for label in header]
    for position, column in enumerate(found):
        if column == "ref" or (not column and named[position]):
            found[position], guessed[position] = "product", True
            return


def keep(document: BaseModel, header: list[str], sample: list[str]) -> None:
    """Keep what the columns of the file are taken for, if they are not kept yet."""
    if document.column_ids.mapped("label") == [label or False for label in header]:
        return
    guards.by_button(document.column_ids).unlink()
    guards.by_button(document.env["lot.import.column"]).create(
        [
            {
                "import_id": document.id,
                "position": position,
                "label": label,
                "sample": (sample[position] if position < len(sample) else "")[:80],
                "meaning": meaning,
                "is_guess": is_guess,
            }
            for position, (label, (meaning, is_guess)) in enumerate(
                zip(header, guess(document.env, header), strict=True)
            )
        ]
    )
    document.invalidate_recordset(["column_ids"])


def read_header(document: BaseModel, header: list[str]) -> tuple[dict, list]:
    """Say at which position of the header each column is.

    :return: dict of positions by column, and the list of headers that are not used
    :raise UserError: if a column is there twice, or one that is needed is not
    """
    env = document.env
    positions, unused = {}, []
    for column in document.column_ids:
        position, label = column.position, header[column.position]
        if column.meaning in positions:
            first = header[positions[column.meaning]]
            raise UserError(_get_double_text(env, first, label))
        if column.meaning:
            positions[column.meaning] = position
        elif label and not is_error_header(env, label):
            unused.append(label)
    _check_required(env, positions, header)
    return positions, unused


def _check_required(env, positions, header):
    labels = get_labels(env)
    missing = [labels[column] for column in REQUIRED if column not in positions]
    if missing:
        raise UserError(
            env._(
                "The first row of the file has to name the columns; there is no "
                "column %(missing)s.\nThe file has: %(header)s.\n"
                "Say under “Columns” what they are, or start from the template.",
                missing=", ".join(missing),
                header=", ".join(label for label in header if label),
            )
        )


def _get_double_text(env, first, second):
    return env._(
        "The columns “%(first)s” and “%(second)s” are the same; say under “Columns” "
        "which of them counts, or delete one.",
        first=first,
        second=second,
    )


def get_error_header(env: Environment) -> str:
    """The header of the column that says what is wrong, in a file of bad rows."""
    return env._("What is wrong")


def is_error_header(env: Environment, label: str) -> bool:
    """Whether a column is that of a file of bad rows."""
    return _simplify(label) in map(_simplify, (get_error_header(env), "What is wrong"))


def describe(env: Environment, values: dict) -> str:
    """Values of a lot as a person reads them."""
    lot_fields, labels = env["stock.lot"]._fields, get_labels(env)
    return ", ".join(
        f"{labels[name]}: {_format(env, lot_fields[name].type, value)}"
        for name, value in values.items()
    )


def _format(env, kind, value):
    if kind == "datetime":
        moment = fields.Datetime.to_datetime(value)
        return format_date(env, fields.Datetime.context_timestamp(env.user, moment))
    return format_date(env, value) if kind == "date" else value


def get_template_rows(env: Environment) -> list[list[str]]:
    """The header and one example row."""
    labels = get_labels(env)
    examples = EXAMPLES | {"location": _get_example_location(env)}
    return [list(labels.values()), [examples.get(name, "") for name in labels]]


def _get_example_location(env):
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    return warehouse.lot_stock_id.complete_name or ""


def _simplify(label):
    """Letter case, blanks and signs make no difference in a header."""
    return re.sub(r"[\W_]+", "", normalize(label))
