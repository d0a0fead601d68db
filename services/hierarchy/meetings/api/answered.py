"""What operations of meetings answer with."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from contracts.results import Standing
from services.hierarchy.meetings.domain.agreements import Agreement
from services.hierarchy.meetings.domain.meetings import Item
from services.hierarchy.meetings.showing import Shown


class ShownFigures(BaseModel):
    """Figures as they were when they were asked for."""

    as_of: datetime
    day: date
    items: list[Standing]


class AgendaItem(BaseModel):
    """An item; `requested`: figures were asked for, and come if they have not yet."""

    id: UUID
    text: str
    requested: bool
    figures: ShownFigures | None


class Invited(BaseModel):
    """Who is invited for a municipality, what was answered, and who was there. `deserted`: nobody is there to
    answer, or to come as was answered, until somebody is appointed."""

    municipality: str
    name: str
    answer: str
    reason: str
    substitute: str
    answered_at: datetime | None
    deserted: bool
    presence: str
    was_there: str


class AgreementItem(BaseModel):
    """What a municipality has promised, and at which meeting, which began when."""

    id: UUID
    municipality: str
    meeting: UUID
    title: str
    met_at: datetime | None
    body: str
    due: date
    state: str
    settled_by: str
    settled_at: datetime


class MeetingMinutes(BaseModel):
    """The version of the minutes that stands."""

    number: int
    body: str
    written_at: datetime | None


class MeetingAnswer(BaseModel):
    """A meeting as the viewer sees it; `before`: open agreements of earlier meetings, its first item."""

    id: UUID
    smo: str
    series: UUID | None
    title: str
    format: str
    place: str
    link: str
    begins_at: datetime
    duration: int
    state: str
    reason: str
    version: int
    before: list[AgreementItem]
    agenda: list[AgendaItem]
    invitations: list[Invited]
    minutes: MeetingMinutes | None
    agreements: list[AgreementItem]


class MeetingItem(BaseModel):
    """A meeting of a list; the counts are of those municipalities whose answers the viewer sees."""

    id: UUID
    smo: str
    title: str
    format: str
    begins_at: datetime
    duration: int
    state: str
    invited: int
    accepted: int
    declined: int
    substitutes: int
    unanswered: int


class MeetingPage(BaseModel):
    """Meetings; `next` is a path or null."""

    items: list[MeetingItem]
    next: str | None


def answer_of(shown: Shown) -> MeetingAnswer:
    """The meeting as it is answered with."""
    meeting, planned = shown.meeting, shown.meeting.planned
    latest = next(iter(shown.minutes), None)
    return MeetingAnswer(
        id=meeting.id,
        smo=meeting.smo,
        series=meeting.series,
        title=planned.title,
        format=planned.format,
        place=planned.place,
        link=planned.link,
        begins_at=planned.begins_at,
        duration=planned.duration,
        state=meeting.state,
        reason=meeting.reason,
        version=meeting.version,
        before=[_agreement(each) for each in shown.before],
        agenda=[_item(each) for each in shown.agenda],
        invitations=[
            Invited(
                municipality=each.municipality,
                name=each.invitee.name,
                answer=each.answer,
                reason=each.reason,
                substitute=each.substitute.name,
                answered_at=each.answered_at,
                deserted=each.is_deserted,
                presence=each.presence,
                was_there=each.was_there,
            )
            for each in shown.invitations
        ],
        minutes=MeetingMinutes.model_validate(latest, from_attributes=True) if latest else None,
        agreements=[_agreement(each) for each in shown.agreements],
    )


def _agreement(agreement: Agreement) -> AgreementItem:
    return AgreementItem.model_validate(agreement, from_attributes=True)


def _item(item: Item) -> AgendaItem:
    shown = item.figures and ShownFigures.model_validate(item.figures, from_attributes=True)
    return AgendaItem(id=item.id, text=item.body, requested=item.request is not None, figures=shown)
