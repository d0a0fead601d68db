"""Signed scans of acts: what is taken, and who attaches them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.event import REGION
from services.chassis.errors import Forbidden, Invalid, TooLarge
from services.directory.staff import Staff
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.domain.appointments import Acting

MEGABYTES = 20
LARGEST = MEGABYTES * 1024 * 1024

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
class Scan:
    """A scan that is kept, and who has attached it when."""

    municipality: str
    act: UUID
    id: UUID
    media_type: str
    size: int
    stored_at: datetime
    stored_by: str

    @property
    def key(self) -> str:
        """Where its file lies."""
        return key_of(self.municipality, self.act, self.id)

    @property
    def ending(self) -> str:
        """What the name of its file ends with."""
        return ENDINGS[self.media_type]

    @property
    def kilobytes(self) -> int:
        """Its size, rounded up."""
        return -(-self.size // 1024)


def key_of(municipality: str, act: UUID, scan: UUID) -> str:
    """Where the file of a scan lies."""
    return f"acts/{municipality}/{act}/{scan}"


def check_content(body: bytes) -> Content:
    """A file as it is kept: PDF, JPEG or PNG. Raises Invalid, TooLarge."""
    if not body:
        raise Invalid("scan-empty")
    if len(body) > LARGEST:
        raise TooLarge("scan-size", most=MEGABYTES)
    for beginning, media_type in BEGINNINGS.items():
        if body.startswith(beginning):
            return Content(body, media_type, sha256(body).digest())
    raise Invalid("scan-type")


def may_attach(staff: Staff, act: Entered) -> bool:
    """Whether somebody attaches scans to an act: to the region's the administrator, to a municipality's those
    who run its campaign."""
    if act.municipality == REGION:
        return staff.holds(Role.ADMINISTRATOR)
    keepers = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)
    return any(staff.holds(role, act.municipality) for role in keepers)


def attaching(staff: Staff, act: Entered, head: UUID | None) -> Acting:
    """In what capacity somebody attaches a scan: on their own, the clerk for the Head. Raises Forbidden."""
    if not may_attach(staff, act):
        raise Forbidden("not-yours-to-attach")
    held = {g.role for g in staff.grants if g.scope is Scope.MUNICIPALITY and g.of == act.municipality}
    for_head = Role.CLERK in held and not held & {Role.HEAD, Role.RESPONSIBLE}
    return Acting(staff.account, head if for_head else None)
