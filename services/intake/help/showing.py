"""How requests for help are shown: states, levels and clocks in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Step
from contracts.help import HelpStatus, HelpSubject
from services.chassis.text import shortened
from services.directory import due
from services.directory.due import Told
from services.directory.initials import signed
from services.directory.subordination import Subordination
from services.intake.help.domain.requests import Request, Status
from services.intake.help.reading import Listed

STATUSES: Mapping[HelpStatus, tuple[str, str]] = {
    Status.REQUESTED: ("Ждёт помощи", "wait"),
    Status.TAKEN: ("В работе", "info"),
    Status.SUGGESTED: ("Предложен текст", "info"),
    Status.DONE: ("Помогли", "good"),
    Status.CANCELLED: ("Закрыта", "quiet"),
}
"""The word of a state and the colour beside it."""

LEVELS: Mapping[Level, str] = {
    Level.COORDINATOR: "координатор организации",
    Level.GROUP: "рабочая группа",
    Level.COORDINATION: "координационная группа",
}

SUBJECTS: Mapping[HelpSubject, str] = {
    HelpSubject.DRAFT: "Черновик",
    HelpSubject.INITIATIVE: "Инициатива",
}

LEAD, WARNED = 200, 0.25


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list."""

    id: UUID
    what: str
    lead: str
    where: str
    state: str
    colour: str
    clock: Told | None
    holder: str
    requested_at: datetime
    thanked: bool


def row(known: Subordination, listed: Listed, now: datetime) -> Row:
    """As the staff see it."""
    request, picture = listed.request, known.picture
    organization = picture.organizations.get(request.organization) if request.organization else None
    direction = next((d.name for d in known.campaign.directions if d.code == request.direction), "")
    where = (direction, organization.name if organization else "", picture.name_of(request.municipality))
    state, colour = STATUSES[request.status]
    waits = request.status is Status.REQUESTED
    return Row(
        id=request.id,
        what=SUBJECTS[request.subject_kind],
        lead=shortened(" ".join((request.text or "").split()), LEAD),
        where=" · ".join(filter(None, where)),
        state=state,
        colour=colour,
        clock=clock(known, request, now),
        holder=f"ждёт: {LEVELS[listed.first]}" if waits else holder_of(request),
        requested_at=request.requested_at,
        thanked=request.thanked_at is not None,
    )


def holder_of(request: Request) -> str:
    """Who helps, by name and level; nothing while nobody does."""
    if request.holder is None:
        return ""
    return f"{signed(request.holder.name)}, {LEVELS[request.holder.level]}"


def clock(known: Subordination, request: Request, now: datetime) -> Told | None:
    """The time that was promised, until somebody has suggested a wording; none where no calendar says it."""
    if not request.is_open or request.suggested_at or request.due_at is None:
        return None
    began = request.requested_at
    schedule = known.rule(request.municipality, Step.HELP, began).schedule
    warned = now > request.due_at - (request.due_at - began) * WARNED
    return due.clock(schedule, request.due_at, now, warned=warned)
