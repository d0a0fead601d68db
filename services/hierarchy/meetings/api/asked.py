"""What operations of meetings are given."""

from uuid import UUID

from pydantic import BaseModel

from services.hierarchy.meetings.domain.planning import Typed


class MeetingPlan(BaseModel):
    """A meeting: `in-person`, `video` or `mixed`; day and hour by the region's clocks; minutes. Of the
    municipalities the responsible persons are invited; null: of all of the SMO."""

    title: str
    format: str
    day: str
    hour: str
    duration: int
    agenda: list[str]
    place: str = ""
    link: str = ""
    municipalities: list[str] | None = None

    def typed(self) -> Typed:
        """As a form would send it."""
        given = self.model_dump(include=set(MeetingPlan.model_fields))
        return Typed(**given | {"duration": str(self.duration)})


class NewMeeting(MeetingPlan):
    """The same every week, so many times or until a day. `smo`: needed by who acts for several."""

    smo: str = ""
    times: int = 1
    until: str = ""


class ChangedMeeting(MeetingPlan):
    """`seen`: the version that was changed; `following`: those behind it in the series too."""

    seen: int
    following: bool = False


class MeetingCancellation(BaseModel):
    """Why it does not take place."""

    reason: str
    following: bool = False


class InvitationAnswer(BaseModel):
    """`accepted`, `declined` with a reason, or `substitute` with who comes instead."""

    answer: str
    reason: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    municipality: str = ""


class PresentPerson(BaseModel):
    """`in-person`, `remote` or `absent`, of a municipality."""

    municipality: str
    presence: str
    by_substitute: bool = False


class MeetingAttendance(BaseModel):
    """Who was there."""

    present: list[PresentPerson]


class MinutesText(BaseModel):
    """The minutes. `seen`: the version that was changed, 0 for none."""

    body: str
    seen: int = 0


class NewAgreement(BaseModel):
    """What a municipality does, and by which day."""

    municipality: str
    body: str
    due: str


class AgreementState(BaseModel):
    """`open`, `done` or `dropped`. `seen`: the state that was changed, if it matters."""

    state: str
    seen: str = ""


class FiguresOf(BaseModel):
    """Of which item of the agenda figures are shown."""

    item: UUID
