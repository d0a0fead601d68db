"""Topic dialogue.appointments.v1: who may do what, without saying who they are. Owned by hierarchy."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import REGION, Event


class Role(StrEnum):
    """In what capacity somebody acts (`product.md`, who uses it)."""

    ADMINISTRATOR = "administrator"
    SMO_OPERATOR = "smo-operator"
    HEAD = "head"
    RESPONSIBLE = "responsible"
    CLERK = "clerk"
    DEPUTY = "deputy"


class Scope(StrEnum):
    """Over what a role reaches."""

    REGION = "region"
    SMO = "smo"
    MUNICIPALITY = "municipality"


SCOPE_OF = {
    Role.ADMINISTRATOR: Scope.REGION,
    Role.SMO_OPERATOR: Scope.SMO,
    Role.HEAD: Scope.MUNICIPALITY,
    Role.RESPONSIBLE: Scope.MUNICIPALITY,
    Role.CLERK: Scope.MUNICIPALITY,
    Role.DEPUTY: Scope.MUNICIPALITY,
}
"""Every role's scope."""


class AppointmentEvent(Event):
    """Who may act, and in which capacity, as the acts say."""

    topic: ClassVar[str] = "dialogue.appointments.v1"


class GrantEvent(AppointmentEvent):
    """The full state of a grant: the rights that an appointment gives, and for how long."""

    id: UUID = Field(description="The appointment's id.")
    account: UUID = Field(description="Whose rights: the subject of their tokens.")
    role: Role
    scope: Scope
    of: str = Field(min_length=1, description="`region`, an SMO's id or a municipality's code.")
    from_at: AwareDatetime
    until_at: AwareDatetime | None = Field(None, description="The first moment without these rights.")

    @property
    def subject(self) -> str:
        return f"grant:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.of if self.scope is Scope.MUNICIPALITY else REGION


class GrantGiven(GrantEvent):
    """Somebody was appointed; the rights begin with the appointment."""

    type: ClassVar[str] = "dialogue.grant.given.v1"


class GrantEnded(GrantEvent):
    """An appointment was ended or replaced; the rights end with it."""

    type: ClassVar[str] = "dialogue.grant.ended.v1"


class SessionEnded(AppointmentEvent):
    """Somebody signed out, or was signed out: the session's tokens are worth nothing from now on."""

    type: ClassVar[str] = "dialogue.session.ended.v1"

    id: UUID = Field(description="The session, as in the tokens' claim `sid`.")
    ended_at: AwareDatetime

    @property
    def subject(self) -> str:
        return f"session:{self.id}"


EVENTS = (GrantGiven, GrantEnded, SessionEnded)
