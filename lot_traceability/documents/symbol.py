"""Bar codes of labels, drawn by zint: as a picture, or as graphics of ZPL."""

import base64
from io import BytesIO

from PIL import Image
from zint import InputMode, OutputOptions, Symbol, Symbology

DATAMATRIX, GS1_128, DIGITAL_LINK = "datamatrix", "gs1_128", "digital_link"
SYMBOLOGIES = {
    DATAMATRIX: Symbology.DATAMATRIX,
    GS1_128: Symbology.GS1_128,
    DIGITAL_LINK: Symbology.QRCODE,
}
# GS1 allows no more in one GS1-128
LONGEST_GS1_128 = 48


def draw(kind: str, text: str, dots: int = 4) -> Image.Image:
    """A bar code in black and white, with its quiet zone.

    :param kind: one of ``SYMBOLOGIES``
    :param text: element strings with their identifiers in square brackets; a link for
        ``digital_link``
    :param dots: pixels of the narrowest bar
    """
    symbol = Symbol()
    symbol.symbology = SYMBOLOGIES[kind]
    is_link = kind == DIGITAL_LINK
    symbol.input_mode = InputMode.UNICODE if is_link else InputMode.GS1
    symbol.output_options = OutputOptions.BARCODE_QUIET_ZONES
    symbol.show_text = False
    # zint counts two pixels for the narrowest bar at scale 1
    symbol.scale = dots / 2
    symbol.encode(text)
    symbol.buffer()
    pixels = memoryview(symbol.bitmap)
    height, width = pixels.shape[:2]
    return Image.frombytes("RGB", (width, height), pixels.tobytes()).convert("1")


def to_data_uri(image: Image.Image) -> str:
    """The picture as the source of an image in a page."""
    file = BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def to_zpl(image: Image.Image) -> str:
    """The picture as a graphic field of ZPL, in which a set bit is a black dot."""
    width = (image.width + 7) // 8
    # PIL's set bit is white, also what fills the last byte of a row
    padded = Image.new("1", (width * 8, image.height), 1)
    padded.paste(image, (0, 0))
    bits = bytes(byte ^ 0xFF for byte in padded.tobytes())
    return f"^GFA,{len(bits)},{len(bits)},{width},{bits.hex().upper()}"
