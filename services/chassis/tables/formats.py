"""What a file is by its bytes: its encoding, and its kind where somebody picked one that is no table."""

import re
from collections.abc import Iterator

PACKED = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0"
SPREADSHEETS = (PACKED, COMPOUND)
"""How XLSX, ODS and XLS begin, and other files, too."""

BEGINNINGS = {
    b"%PDF-": "PDF",
    b"\xff\xd8\xff": "картинка",
    b"\x89PNG": "картинка",
    b"GIF8": "картинка",
    b"II*\0": "картинка",
    b"MM\0*": "картинка",
    b"BM": "картинка",
    b"{\\rtf": "документ Word",
    b"Rar!": "архив",
    b"7z\xbc\xaf": "архив",
    b"\x1f\x8b": "архив",
    b"PK\x05\x06": "пустой архив",
}

END_OF_ARCHIVE = b"PK\x05\x06"
TABLES = (b"xl/workbook.xml", b"opendocument.spreadsheet")
INSIDE = (
    ("документ Word", b"word/document.xml"),
    ("презентация", b"ppt/presentation.xml"),
    ("документ Writer", b"opendocument.text"),
    ("таблица XLSB", b"xl/workbook.bin"),
    ("таблица под паролем", "EncryptedPackage".encode("utf-16-le")),
    ("документ Word", "WordDocument".encode("utf-16-le")),
    ("презентация", "PowerPoint Document".encode("utf-16-le")),
)
"""Names of parts by which a package tells what it is: they stand in it as they are."""

PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)
XML = re.compile(rb"\s*<\?xml\b")


def foreign(content: bytes) -> str | None:
    """What a file is in Russian words if it is surely no table that we read; None otherwise."""
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning) and (beginning != b"BM" or b"\0" in content[:26]):
            return kind
    if content.startswith(SPREADSHEETS):
        return _packaged(content)
    text = content.removeprefix(b"\xef\xbb\xbf")[:1000]
    if PAGE.match(text):
        return "веб-страница, хотя файл может называться XLS"
    return "XML" if XML.match(text) else None


def _packaged(content: bytes) -> str | None:
    if content.startswith(PACKED) and any(name in content for name in TABLES):
        return None
    for kind, name in INSIDE:
        if name in content:
            return kind
    return "архив" if content.startswith(PACKED) and END_OF_ARCHIVE in content else None


def decode(content: bytes) -> str | None:
    """The text of a file in UTF-8 or UTF-16 (with or without a mark) or Windows-1251; None if it is in none.

    Russian text in Windows-1251 is practically never valid UTF-8, so trying tells them apart.
    """
    for encoding in (*_utf_16(content), "utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _utf_16(content: bytes) -> Iterator[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    # Every other byte says the alphabet: 0 of digits and separators, 4 of Russian letters. No other text has
    # these bytes.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        alphabets = content[first:2000:2]
        if (alphabets.count(0) + alphabets.count(4)) * 10 > len(alphabets) * 9:
            yield encoding
