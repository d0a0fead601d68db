"""Acts (распоряжения) as they stand: who entered and who signs them, whom they appointed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.appointments import Role
from contracts.event import REGION

INSTALLATION = "установка системы"
"""What stands for a number where a command has appointed, before anybody could enter an act."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An act of a municipality (with its name in `place`) or of the region, and who entered it.

    `head` is the Head of that moment; an empty name: nobody. `served_by`: the district that serves the
    municipality by this agreement (until when, if it is over), or the successor that took over by this law;
    empty for any other act.
    """

    municipality: str
    id: UUID
    number: str
    day: date
    entered_at: datetime
    place: str
    entered_by: str
    on_behalf_of: str
    head: str
    served_by: str
    served_until: datetime | None
    is_law: bool

    @property
    def by_installation(self) -> bool:
        """Whether it is no act: somebody was appointed when the system was installed."""
        return self.number == INSTALLATION


@dataclass(frozen=True, slots=True)
class Appointee:
    """A person of an act's annex, under the name that the act has; `place`: over what, empty: the region."""

    id: UUID
    role: Role
    of: str
    name: str
    from_at: datetime
    until_at: datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs an act; an empty name leaves room for one."""

    title: str
    name: str


def signer_of(act: Entered, annex: Iterable[Appointee]) -> Signer:
    """The Head signs the acts of a municipality; the administrator those of the region, and those that
    appoint a Head."""
    if act.municipality == REGION or any(each.role is Role.HEAD for each in annex):
        return Signer("Администратор региона", act.entered_by)
    return Signer("Глава", act.head or act.on_behalf_of)
