"""Files that come with letters: which are kept, by what they are, and under which names."""

import io
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from services.chassis import text as texts

LARGEST, MOST, ALL_LARGEST = 10_000_000, 20, 25_000_000
"""Bytes of one, how many, and bytes of all of one letter."""

NAME_LONGEST = 100
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")

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


class Kept(StrEnum):
    """Why a file was not kept."""

    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    UNKNOWN = "unknown"
    MACROS = "macros"


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a letter."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not kept: its name, its bytes, why."""

    name: str
    size: int
    why: Kept


def judged(files: list[tuple[str, bytes]]) -> tuple[list[File], list[Refusal]]:
    """Which files of a letter are kept, and which are not; by their names as given, and contents."""
    kept: list[File] = []
    refused: list[Refusal] = []
    for name, body in files:
        found = _judge(name, body, kept)
        if isinstance(found, File):
            kept.append(found)
        else:
            refused.append(Refusal(safe_name(name, ""), len(body), found))
    return kept, refused


def _judge(name: str, body: bytes, kept: list[File]) -> File | Kept:
    if len(body) > LARGEST or sum(len(each.body) for each in kept) + len(body) > ALL_LARGEST:
        return Kept.TOO_LARGE
    if len(kept) >= MOST:
        return Kept.TOO_MANY
    kind = kind_of(name, body)
    if isinstance(kind, Kept):
        return kind
    media_type, endings = kind
    return File(safe_name(name, endings), media_type, body)


def kind_of(name: str, body: bytes) -> tuple[str, str] | Kept:
    """What a file is by its content, and how its name may end; why it is not kept."""
    for beginning, at, media_type, endings in BEGINNINGS:
        if body[at : at + len(beginning)] == beginning:
            return media_type, endings
    if body[:4] == b"PK\x03\x04":
        return _office(body)
    found = ENDING.search(name.strip())
    plain = found is None or found[1].lower() in PLAIN.split()
    if plain and b"\x00" not in body[:100_000] and not body.startswith((b"#!", b"MZ", b"<")):
        return "text/plain", PLAIN
    return Kept.UNKNOWN


def _office(body: bytes) -> tuple[str, str] | Kept:
    """A document of an office program; any other archive may hold anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()[:10_000]
            if any(each.lower().endswith("vbaproject.bin") for each in names):
                return Kept.MACROS
            if "[Content_Types].xml" in names:
                for folder, media_type, ending in OFFICE:
                    if any(each.startswith(folder) for each in names):
                        return media_type, ending
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    media_type = file.read(100).decode("ascii", "replace").strip()
                if media_type in OPEN_DOCUMENT:
                    return media_type, OPEN_DOCUMENT[media_type]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return Kept.UNKNOWN
    return Kept.UNKNOWN


def safe_name(given: str, endings: str) -> str:
    """A name under which it can be saved anywhere, which ends as what it is: one of these, if any."""
    name = UNSAFE.sub(" ", texts.one_line(given)).strip(" .")
    found = ENDING.search(name)
    ending = found[1].lower() if found else ""
    stem = name[: found.start()] if found else name
    if endings and ending not in endings.split():
        stem, ending = name, endings.split(maxsplit=1)[0]
    stem = " ".join(stem.split())[:NAME_LONGEST].strip(" .") or "файл"
    return f"{stem}.{ending}" if ending else stem
