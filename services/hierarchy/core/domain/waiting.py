"""What waits for a member of the staff, line by line: the rooms contribute, «Сегодня» shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.text import plural, whole_number
from services.directory.grants import Staff
from services.hierarchy.core.domain.places import Place

MUNICIPALITIES = ("муниципальное образование", "муниципальных образования", "муниципальных образований")
"""The noun of a line that counts them."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do about a line: a page to open, or, if it `sends`, a form without fields to be sent there."""

    name: str
    href: str
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: how many (None: no number) of what, and where exactly they are listed.

    `own`: it waits for the person, and is not merely missing below them; `due`: until when; `where`: in which
    of several places.
    """

    kind: str
    rest: str
    href: str
    n: int | None = None
    noun: Sequence[str] = ("", "", "")
    step: Step | None = None
    own: bool = False
    due: datetime | None = None
    where: str = ""

    @property
    def sentence(self) -> str:
        """The line in words alone."""
        counted = [] if self.n is None else [whole_number(self.n), plural(self.n, self.noun)]
        return " ".join([*counted, self.rest])


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looks, and when; `places`: over which places they act, the widest first."""

    staff: Staff
    campaign: CampaignDefined | None
    now: datetime
    places: Sequence[Place] = ()

    def of(self, scope: Scope) -> list[Place]:
        """Their places of one kind."""
        return [place for place in self.places if place.scope is scope]

    def where(self, place: Place) -> str:
        """The name of a place, for those who act in several."""
        return place.name if len(self.places) > 1 else ""
