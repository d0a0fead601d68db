"""What the staff enter for people, row by row. Pure: no database, no network, no clock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.participants.domain import Consent, ConsentKind

__all__ = ["Consent", "ConsentKind"]

ROWS_MOST = 100
AUTHORS_MOST = 20
FOUND_MOST = 10


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An author who may not be registered yet. An address that is registered already is that participant.
    Without a recorded consent nobody is registered."""

    name: str
    email: str | None
    position: str
    consent: Consent | None
    new: bool = False
    """Whether the sender has seen who is alike, and says that this is somebody else."""
    key: UUID | None = None
    """By what the sender knows the person: rows of one request with the same key have the same author."""


@dataclass(frozen=True, slots=True)
class Known:
    """An author who is registered, as `find_people` or an earlier row has named them."""

    participant: UUID


@dataclass(frozen=True, slots=True)
class Row:
    """One initiative; its first author is the author, the others are co-authors at once.

    `key`: by what the sender knows it. What was stored under a key before is stored no second time.
    """

    key: UUID
    authors: tuple[NewPerson | Known, ...]
    direction: str
    form: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Entering:
    """What is entered in one go: for whose organization, if for one, and in which staff meeting's session."""

    municipality: str
    organization: UUID | None
    session: UUID | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row: `title`, `authors.0.email`, …; the slug names the sentence, `facts` fill
    it."""

    field: str
    slug: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody registered in the same organization under the same name as the row's nth author."""

    author: int
    participant: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: stored with a number, or not, with everything that is wrong.

    `authors`: who they are, in the row's order, of a stored one; somebody with an address is entered with the
    address the next time too, as they may be registered elsewhere. `alike`: whom the sender has to look at; a
    row with somebody alike is entered again with `Known`, or with `new` for somebody else.
    """

    row: int
    key: UUID
    id: UUID | None = None
    number: int | None = None
    errors: tuple[RowError, ...] = ()
    alike: tuple[Alike, ...] = ()
    authors: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of every row, in order."""

    rows: tuple[RowResult, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody of the participants, as the staff find them by name. The address is masked."""

    id: UUID
    name: str
    email_masked: str
    organization: UUID | None
    registered_at: datetime
