"""Signed scans of acts: which files are accepted, and how they are kept."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from services.chassis.errors import Invalid, TooLarge

MEGABYTES = 20
LARGEST = MEGABYTES * 1024 * 1024

LONGEST_UPLOAD = LARGEST + 4 * 1024 * 1024
"""Bytes of a form with files: one that is somewhat too large is read, to be refused in words."""

BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""What a file begins with, whatever its name and its sender say, and the type that it has by that."""

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Content:
    """A file that may be kept as a scan: its type by its first bytes, its SHA-256."""

    body: bytes
    media_type: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept, and who has attached it when."""

    municipality: str
    id: UUID
    media_type: str
    size: int
    stored_at: datetime
    stored_by: str

    @property
    def ending(self) -> str:
        """What the name of its file ends with."""
        return ENDINGS[self.media_type]

    @property
    def kilobytes(self) -> int:
        """Its size, rounded up."""
        return -(-self.size // 1024)


@dataclass(frozen=True, slots=True)
class Scan(Stored):
    """A scan of an act."""

    act: UUID

    @property
    def key(self) -> str:
        """Where its file lies."""
        return key_of(self.municipality, self.act, self.id)


def key_of(municipality: str, act: UUID, scan: UUID) -> str:
    """Where the file of a scan lies."""
    return f"acts/{municipality}/{act}/{scan}"


def too_large() -> TooLarge:
    """What is said of a file, or of a form with files, that is larger than what is kept."""
    return TooLarge("scan-size", field="scan", limit=MEGABYTES)


def check_content(body: bytes) -> Content:
    """A file as it is kept: PDF, JPEG or PNG. Raises Invalid, TooLarge."""
    if not body:
        raise Invalid("scan-empty", field="scan")
    if len(body) > LARGEST:
        raise too_large()
    media_type = type_of(body)
    if media_type is None:
        raise Invalid("scan-type", field="scan")
    return Content(body, media_type, sha256(body).digest())


def type_of(body: bytes) -> str | None:
    """What a file is by its first bytes; None for what is not kept."""
    return next((found for beginning, found in BEGINNINGS.items() if body.startswith(beginning)), None)
