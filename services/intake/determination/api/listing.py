"""HTTP: the list of initiatives that the staff see."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from pydantic import BaseModel

from contracts.appointments import Level
from contracts.initiatives import InitiativeStatus
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.text import one_line
from services.chassis.web.openapi import SIGNED_IN
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.core.domain import local
from services.intake.determination.reading import listing
from services.intake.determination.reading.listing import Listed, Looking
from services.intake.determination.store.lists import Wanted
from services.intake.initiatives.domain import HIGHEST

PAGE = 50
LONGEST = 200
"""Characters of a search."""


class ListedInitiative(BaseModel):
    """An initiative as those see it who decide on it: no author, no text."""

    id: UUID
    number: int
    municipality: str
    direction: str
    organization: UUID | None
    title: str
    status: InitiativeStatus
    submitted_at: datetime
    held_since: datetime
    due_at: datetime | None
    overdue: bool
    form: str | None
    classifiers: dict[str, str]
    origin: Level | None
    decided_by: Level | None


class ListedInitiatives(BaseModel):
    """A page of the list, the newest first."""

    items: list[ListedInitiative]
    next: str | None


class Determination(Controller):
    """What working groups and the coordination group decide on, and coordinators see."""

    path = "/api/v1/determination"
    tags = ("determination",)
    security = SIGNED_IN
    dependencies = STAFF

    @get(summary="Initiatives to be decided on")
    async def list_(
        self,
        *,
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        direction: FromQuery[str] = "",
        status: FromQuery[InitiativeStatus | None] = None,
        organization: FromQuery[UUID | None] = None,
        q: Annotated[str, QueryParameter(description="Words of the title or text, or a number.")] = "",
        municipality: FromQuery[str] = "",
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> ListedInitiatives:
        """The sender's, the newest first; foreign ones do not exist. `next` is a path or null."""
        looking = Looking.of(known, by, at.now)
        words = one_line(q)[:LONGEST]
        wanted = Wanted(
            statuses=None if status is None else looking.statuses(status),
            direction=one_line(direction),
            organizations=[organization] if organization else None,
            q=words,
            before=before,
        )
        found = await listing.page(pool, looking, wanted, municipality, PAGE)
        asked = {
            "direction": wanted.direction,
            "status": status or "",
            "organization": str(organization or ""),
            "q": words,
            "municipality": municipality,
        }
        given = {name: value for name, value in asked.items() if value}
        query = urlencode(given | {"before": str(found.items[-1].initiative.number)}) if found.more else ""
        items = [_item(each, looking) for each in found.items]
        return ListedInitiatives(items=items, next=f"{self.path}?{query}" if query else None)


def _item(listed: Listed, looking: Looking) -> ListedInitiative:
    i, campaign = listed.initiative, looking.campaign
    return ListedInitiative(
        id=i.id,
        number=i.number,
        municipality=i.municipality,
        direction=i.direction,
        organization=i.organization,
        title=i.title,
        status=listed.status,
        submitted_at=local(i.submitted_at, campaign),
        held_since=local(i.held_from, campaign),
        due_at=listed.due_at,
        overdue=listed.overdue,
        form=i.classifiers.get("form"),
        classifiers=i.classifiers,
        origin=i.origin,
        decided_by=i.decided_by,
    )
