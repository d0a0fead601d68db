"""Decisions on initiatives: which there are, in what state each may be taken, what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.appointments import Level
from contracts.initiatives import (
    InitiativeAccepted,
    InitiativeDeclined,
    InitiativeDetermined,
    InitiativeEvent,
    InitiativeMerged,
    InitiativePutForward,
    InitiativeReturned,
    InitiativeStatus,
    InitiativeTransferred,
)
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.errors import Checks, Conflict, Invalid
from services.intake.initiatives.domain import (
    AWAITED,
    OPEN,
    UNDECIDED,
    Initiative,
    begins_as,
    check_direction,
)

TEXT_LONGEST = 4_000

AT_ONCE = 500
"""Initiatives that are decided on together."""

Status: Final = InitiativeStatus


class Kind(StrEnum):
    """What is decided."""

    ACCEPT = "accept"
    DETERMINE = "determine"
    PUT_FORWARD = "put-forward"
    RETURN = "return"
    TRANSFER = "transfer"
    MERGE = "merge"
    DECLINE = "decline"


FROM: Mapping[Kind, frozenset[InitiativeStatus]] = {
    Kind.ACCEPT: frozenset({Status.SUBMITTED}),
    Kind.DETERMINE: UNDECIDED,
    Kind.PUT_FORWARD: frozenset({Status.DETERMINED}),
    Kind.RETURN: AWAITED,
    Kind.TRANSFER: UNDECIDED,
    Kind.MERGE: OPEN,
    Kind.DECLINE: OPEN,
}
"""In what state an initiative may be decided on so."""

INTO: Mapping[Kind, InitiativeStatus] = {
    Kind.ACCEPT: Status.ACCEPTED,
    Kind.DETERMINE: Status.DETERMINED,
    Kind.PUT_FORWARD: Status.PUT_FORWARD,
    Kind.RETURN: Status.RETURNED,
    Kind.MERGE: Status.MERGED,
    Kind.DECLINE: Status.DECLINED,
}
"""What becomes of it; a transferred one begins anew with its next holder."""

EVENTS: Mapping[Kind, type[InitiativeEvent]] = {
    Kind.ACCEPT: InitiativeAccepted,
    Kind.DETERMINE: InitiativeDetermined,
    Kind.PUT_FORWARD: InitiativePutForward,
    Kind.RETURN: InitiativeReturned,
    Kind.TRANSFER: InitiativeTransferred,
    Kind.MERGE: InitiativeMerged,
    Kind.DECLINE: InitiativeDeclined,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on some initiatives alike. `into`: the one that others are merged into."""

    kind: Kind
    reason: str = ""
    text: str = ""
    direction: str = ""
    into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What a decision changes, as it was: taking it back restores this."""

    status: InitiativeStatus
    direction: str
    held_since: datetime | None
    decided_by: Level | None
    in_time: bool | None
    merged_into: UUID | None

    @classmethod
    def of(cls, i: Initiative) -> "Before":
        """As an initiative is now."""
        return cls(i.status, i.direction, i.held_since, i.decided_by, i.in_time, i.merged_into)


def check(campaign: CampaignDefined, given: Decision) -> Decision:
    """A decision as it is taken: with the reason, text, direction or other initiative that its kind asks for,
    and nothing else. Raises Invalid with everything wrong."""
    checks = Checks()
    text = checks.take(lambda: _text(given))
    reason = checks.take(lambda: _reason(campaign, given)) if given.kind is Kind.DECLINE else ""
    transfer = given.kind is Kind.TRANSFER
    direction = checks.take(lambda: check_direction(campaign, given.direction)) if transfer else ""
    if given.kind is Kind.MERGE and given.into is None:
        checks.note(Invalid("into-missing", field="into"))
    checks.settle()
    return Decision(given.kind, reason, text, direction, given.into if given.kind is Kind.MERGE else None)


def apply(
    initiative: Initiative,
    given: Decision,
    level: Level,
    in_time: bool | None,
    now: datetime,
    campaign: CampaignDefined,
) -> Initiative:
    """The initiative as it is decided on. Raises Conflict where it may not be, in the state that it is in."""
    if initiative.status not in FROM[given.kind]:
        raise Conflict("initiative-decided" if initiative.is_open else "initiative-ended")
    if given.kind is Kind.TRANSFER and given.direction == initiative.direction:
        raise Conflict("initiative-there")
    if given.kind is Kind.RETURN and initiative.participant_id is None:
        raise Conflict("initiative-without-author")
    if given.into == initiative.id:
        raise Conflict("initiative-itself")
    return replace(
        initiative,
        status=INTO.get(given.kind) or begins_as(campaign),
        direction=given.direction or initiative.direction,
        held_since=now,
        decided_by=level,
        in_time=in_time,
        merged_into=given.into,
        version=initiative.version + 1,
    )


def revert(initiative: Initiative, before: Before) -> Initiative:
    """The initiative as it was before a decision, in a version after it."""
    return replace(
        initiative,
        status=before.status,
        direction=before.direction,
        held_since=before.held_since,
        decided_by=before.decided_by,
        in_time=before.in_time,
        merged_into=before.merged_into,
        version=initiative.version + 1,
    )


def told(given: Decision, initiative: Initiative, campaign: CampaignDefined) -> InitiativeEvent:
    """The event of a decision."""
    more: dict[str, object] = {}
    if given.kind is Kind.MERGE:
        more["into"] = given.into
    if given.kind is Kind.DECLINE:
        more["reason"] = given.reason
    return initiative.event(EVENTS[given.kind], campaign, **more)


def _text(given: Decision) -> str:
    stored = texts.several_lines(given.text)
    if not stored and given.kind in (Kind.RETURN, Kind.DECLINE):
        raise Invalid("decision-text-empty", field="text")
    if len(stored) > TEXT_LONGEST:
        raise Invalid("decision-text-too-long", field="text", limit=TEXT_LONGEST, length=len(stored))
    return stored


def _reason(campaign: CampaignDefined, given: Decision) -> str:
    if given.reason not in {term.code for term in campaign.life.reasons}:
        raise Invalid("reason-unknown", field="reason")
    return given.reason
