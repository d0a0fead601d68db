"""How initiatives are shown to those who decide on them: states, decisions, bodies and clocks in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.appointments import Level
from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.text import shortened
from services.directory import due
from services.directory.due import Told, group_name
from services.directory.subordination import Subordination
from services.intake.core.choices import name_of
from services.intake.determination.domain.bodies import Body
from services.intake.determination.domain.decisions import Kind
from services.intake.determination.reading.listing import Listed, Looking

Status: Final = InitiativeStatus
STATUSES: Mapping[InitiativeStatus, str] = {
    Status.SUBMITTED: "Подана",
    Status.ACCEPTED: "Принята",
    Status.RETURNED: "Возвращена автору",
    Status.DETERMINED: "Определена",
    Status.PUT_FORWARD: "Выдвинута",
    Status.MERGED: "Объединена с другой",
    Status.DECLINED: "Отклонена",
    Status.WITHDRAWN: "Отозвана автором",
}
COLOURS: Mapping[InitiativeStatus, str] = {
    Status.SUBMITTED: "info",
    Status.ACCEPTED: "info",
    Status.RETURNED: "wait",
    Status.DETERMINED: "good",
    Status.PUT_FORWARD: "good",
    Status.MERGED: "quiet",
    Status.DECLINED: "quiet",
    Status.WITHDRAWN: "quiet",
}
"""Beside the word of a state."""

KINDS: Mapping[Kind, str] = {
    Kind.ACCEPT: "Принять",
    Kind.DETERMINE: "Определить",
    Kind.PUT_FORWARD: "Выдвинуть",
    Kind.RETURN: "Вернуть на доработку",
    Kind.TRANSFER: "Передать в другое направление",
    Kind.MERGE: "Объединить с другой",
    Kind.DECLINE: "Отклонить",
}
TAKEN: Mapping[Kind, str] = {
    Kind.ACCEPT: "Принята",
    Kind.DETERMINE: "Определена",
    Kind.PUT_FORWARD: "Выдвинута",
    Kind.RETURN: "Возвращена на доработку",
    Kind.TRANSFER: "Передана в другое направление",
    Kind.MERGE: "Объединена с другой",
    Kind.DECLINE: "Отклонена",
}
CORRECTED: Mapping[str, str] = {
    "municipality": "муниципальное образование",
    "direction": "направление",
    "organization": "организация",
    "form": "от кого",
}
"""What an author corrects, by the word of a step's note."""

LEVELS: Mapping[Level, str] = {
    Level.COORDINATOR: "координатор",
    Level.GROUP: "рабочая группа",
    Level.COORDINATION: "координационная группа",
    Level.HEAD: "глава",
}

WARNED = 0.25
"""Of the time that was promised: with less left, a clock warns."""


LEAD = 600
"""Characters of a text in a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """An initiative in a list."""

    id: UUID
    number: int
    title: str
    text: str
    place: str
    direction: str
    organization: str
    form: str
    status: str
    colour: str
    clock: Told | None
    submitted_at: datetime
    href: str
    origin: str = ""

    @property
    def lead(self) -> str:
        """The beginning of the text: a list of long ones would be too heavy."""
        return shortened(self.text, LEAD)


def row(looking: Looking, listed: Listed, query: str = "") -> Row:
    """As it is listed, in words; `query`: the filters, which a link to it carries on."""
    i, picture = listed.initiative, looking.known.picture
    organization = picture.organizations.get(i.organization) if i.organization else None
    return Row(
        id=i.id,
        number=i.number,
        title=i.title,
        text=i.text,
        place=picture.name_of(i.municipality),
        direction=direction_of(looking, i.direction),
        organization=organization.name if organization else "",
        form=name_of(looking.campaign, "form", i.classifiers.get("form", "")),
        status=STATUSES[listed.status],
        colour=COLOURS[listed.status],
        clock=clock_of(looking, listed),
        submitted_at=i.submitted_at,
        href=f"/determination/{i.id}{query}",
        origin=LEVELS[i.origin] if i.origin else "",
    )


def clock_of(looking: Looking, listed: Listed) -> Told | None:
    """The clock that runs for its holder; none where nobody is to decide, or no calendar says until when."""
    if listed.due_at is None:
        return None
    began = listed.initiative.held_from
    warned = looking.now > listed.due_at - (listed.due_at - began) * WARNED
    schedule = looking.clocks.schedule_of(listed.initiative)
    return due.clock(schedule, listed.due_at, looking.now, warned=warned)


def direction_of(looking: Looking, code: str) -> str:
    """A direction's name; its code, where the campaign has it no longer."""
    return next((d.name for d in looking.campaign.directions if d.code == code), code)


def body_name(known: Subordination, body: Body) -> str:
    """Who decided: a working group by what it covers, or the coordination group."""
    group = known.groups.get(body.group) if body.group else None
    return group_name(known.picture, group) if group else LEVELS[body.level].capitalize()


def offered_in(campaign: CampaignDefined) -> list[Kind]:
    """What is decided in a campaign; where it accepts at once, nobody accepts."""
    by_group = campaign.life.acceptance == "by-group"
    return [kind for kind in KINDS if kind is not Kind.ACCEPT or by_group]
