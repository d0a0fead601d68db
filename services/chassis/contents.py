"""What a file of a stranger is by its content, and under which name it may be saved. Pure."""

import io
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from xml.etree import ElementTree as Xml

from services.chassis import text as texts
from services.chassis.text import whole_number

NAME_LONGEST, NAME_BYTES = 100, 200
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])$")
"""What names a device in Windows, with any ending."""

BEGINNINGS: tuple[tuple[bytes, int, str, str], ...] = (
    (b"%PDF-", 0, "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", "png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", "jpg jpeg jpe"),
    (b"GIF87a", 0, "image/gif", "gif"),
    (b"GIF89a", 0, "image/gif", "gif"),
    (b"WEBP", 8, "image/webp", "webp"),
    (b"BM", 0, "image/bmp", "bmp"),
    (b"II*\x00", 0, "image/tiff", "tif tiff"),
    (b"MM\x00*", 0, "image/tiff", "tif tiff"),
    (b"ftypheic", 4, "image/heic", "heic"),
    (b"ftypmif1", 4, "image/heif", "heif heic"),
    (b"{\\rtf", 0, "application/rtf", "rtf doc"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage", "doc xls ppt msg vsd pub"),
    (b"\x78\x9f\x3e\x22", 0, "application/ms-tnef", "dat"),
)
"""What a file begins with, where, what it is, and how its name may end."""

OFFICE = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
)
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
PLAIN = "txt csv tsv log md ics vcf eml"
"""How the names of files of plain text may end: of others, such as `.js` and `.html`, it is run or shown."""

ENTRIES, UNPACKED, TYPES = 10_000, 300_000_000, 1_000_000
"""Of an office document at most: entries, bytes of all of them, bytes of the list of their types."""

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, Xml.ParseError),
    *(NotImplementedError, RuntimeError, OSError, EOFError, ValueError),
)


class Unfit(StrEnum):
    """Why a file is not taken, whatever its size."""

    UNKNOWN = "unknown"
    MACROS = "macros"


def kind_of(name: str, body: bytes) -> tuple[str, str] | Unfit:
    """What a file is by its content, and how its name may end; why it is not taken."""
    for beginning, at, media_type, endings in BEGINNINGS:
        if body[at : at + len(beginning)] == beginning:
            return media_type, endings
    if body[:4] == b"PK\x03\x04":
        return _office(body)
    found = ENDING.search(name.strip())
    plain = found is None or found[1].lower() in PLAIN.split()
    return ("text/plain", PLAIN) if plain and is_plain(body) else Unfit.UNKNOWN


def is_plain(body: bytes) -> bool:
    """Whether it is text that no program runs and no browser takes for a page."""
    begins = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    return b"\x00" not in body[:100_000] and not begins.startswith((b"#!", b"MZ", b"<"))


def _office(body: bytes) -> tuple[str, str] | Unfit:
    """A document of an office program; any other archive may hold anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES or sum(each.file_size for each in entries) > UNPACKED:
                return Unfit.UNKNOWN
            names = [each.filename for each in entries]
            if "[Content_Types].xml" in names:
                return _microsoft(archive, names)
            if "mimetype" in names:
                return _open_document(archive, names)
    except BROKEN:
        return Unfit.UNKNOWN
    return Unfit.UNKNOWN


def _microsoft(archive: zipfile.ZipFile, names: list[str]) -> tuple[str, str] | Unfit:
    with archive.open("[Content_Types].xml") as file:
        types = [each.get("ContentType", "").lower() for each in Xml.fromstring(file.read(TYPES))]  # noqa: S314
    # Macros are found by their type, under whatever name they stand.
    by_type = any("macro" in each or "vbaproject" in each for each in types)
    if by_type or any(each.lower().endswith("vbaproject.bin") for each in names):
        return Unfit.MACROS
    for folder, media_type, ending in OFFICE:
        if any(each.startswith(folder) for each in names):
            return media_type, ending
    return Unfit.UNKNOWN


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> tuple[str, str] | Unfit:
    with archive.open("mimetype") as file:
        media_type = file.read(100).decode("ascii", "replace").strip()
    if any(each.startswith(("Basic/", "Scripts/")) for each in names):
        return Unfit.MACROS
    ending = OPEN_DOCUMENT.get(media_type)
    return (media_type, ending) if ending else Unfit.UNKNOWN


def safe_name(given: str, endings: str) -> str:
    """A name under which it can be saved anywhere, which ends as what it is: one of these, if any."""
    name = UNSAFE.sub(" ", texts.one_line(given)).strip(" .")
    found = ENDING.search(name)
    ending = found[1].lower() if found else ""
    stem = name[: found.start()] if found else name
    if endings and ending not in endings.split():
        stem, ending = name, endings.split(maxsplit=1)[0]
    stem = " ".join(stem.split())[:NAME_LONGEST].encode()[:NAME_BYTES].decode(errors="ignore")
    stem = stem.strip(" .") or "файл"
    if RESERVED.match(stem.partition(".")[0].rstrip()):
        stem = f"файл {stem}"
    return f"{stem}.{ending}" if ending else stem


def size_in_words(size: int) -> str:
    """12 300 bytes → «12 КБ», 2 340 000 → «2,3 МБ»."""
    if size < 100_000:
        return f"{whole_number(max(1, round(size / 1000)))} КБ"
    return f"{size / 1_000_000:.1f} МБ".replace(".", ",")
