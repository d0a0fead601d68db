"""The course of an initiative as its author is told of it: its state, who holds it and until when, and what
happened. Pure.

A decision that may still be taken back is no news yet, and one that was taken back never becomes any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.appointments import Level
from contracts.appointments import Step as Promised
from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.directory.subordination import Subordination
from services.directory.working_time import UnknownYear, add
from services.intake.core.domain import local
from services.intake.initiatives.domain import AWAITED, UNDECIDED, UNDONE_WITHIN, Initiative, Step

Status: Final = InitiativeStatus


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on an initiative, and what that changed. `version`: the initiative's, which it made;
    `kind` as `determination` has it."""

    version: int
    kind: str
    level: Level
    reason: str
    text: str
    status_before: InitiativeStatus
    direction_before: str
    decided_by_before: Level | None
    in_time_before: bool | None
    decided_at: datetime
    undone_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it can no longer be taken back."""
        return self.undone_at is None and self.decided_at + UNDONE_WITHIN <= now


@dataclass(frozen=True, slots=True)
class Wording:
    """What an initiative said until its author wrote it anew, in `version`."""

    version: int
    title: str
    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """A step of the history. `note`: what the author has corrected; `into`: the direction that it was
    transferred to; `reworded`: by the author."""

    status: InitiativeStatus
    at: datetime
    reason: str | None = None
    note: str | None = None
    decided: Decided | None = None
    into: str = ""
    reworded: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """The body whose decision comes next: the working group of a direction, or the coordination group; `of`:
    the municipality that acts by agreement, where it is another."""

    level: Level
    group: UUID | None = None
    direction: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What an author sees of an initiative. `into`: the number of the one that it goes on in; `promised`: by
    when it is decided on; `suggestion`: what the body that returned it says; `helped_by`: the level that
    entered it for its author."""

    initiative: Initiative
    steps: Sequence[Passed]
    wordings: Sequence[Wording] = ()
    holder: Holder | None = None
    promised: datetime | None = None
    into: int | None = None
    helped_by: Level | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the promised time is over."""
        return self.promised is not None and now > self.promised

    @property
    def is_returned(self) -> bool:
        """Whether its author is to write it anew."""
        return self.initiative.status is Status.RETURNED

    @property
    def suggestion(self) -> str:
        """What the body that returned it suggests; nothing while it is not returned."""
        if not self.is_returned:
            return ""
        returned = [step.decided for step in self.steps if step.decided and step.decided.kind == "return"]
        return returned[-1].text if returned else ""


def as_told(initiative: Initiative, decided: Sequence[Decided], now: datetime) -> Initiative:
    """The initiative without the decisions that its author is not told of yet."""
    pending = [one for one in decided if one.undone_at is None and not one.stands(now)]
    if not pending or initiative.status is Status.WITHDRAWN:
        return initiative
    first, changed_since = pending[0], initiative.version > pending[-1].version
    return replace(
        initiative,
        status=first.status_before,
        direction=initiative.direction if changed_since else first.direction_before,
        decided_by=first.decided_by_before,
        in_time=first.in_time_before,
        merged_into=None,
    )


def stands_at(decided: Sequence[Decided], now: datetime) -> datetime | None:
    """When the first of the decisions that may still be taken back no longer can be; none: all of them
    stand."""
    pending = [one.decided_at for one in decided if one.undone_at is None and not one.stands(now)]
    return min(pending) + UNDONE_WITHIN if pending else None


def history(
    initiative: Initiative,
    steps: Sequence[Step],
    decided: Sequence[Decided],
    wordings: Sequence[Wording],
    now: datetime,
) -> list[Passed]:
    """What happened, as its author is told of it."""
    by_version, anew = {one.version: one for one in decided}, {one.version for one in wordings}
    # A decision is taken back by the very next version, or not at all.
    hidden = {one.version for one in decided if not one.stands(now)}
    hidden |= {one.version + 1 for one in decided if one.undone_at is not None}
    directions = _directions_after(initiative, decided)
    return [
        Passed(
            status=step.status,
            at=step.happened_at,
            reason=step.reason,
            note=step.note,
            decided=by_version.get(step.version),
            into=directions.get(step.version, ""),
            reworded=step.version in anew,
        )
        for step in steps
        if step.version not in hidden
    ]


def _directions_after(initiative: Initiative, decided: Sequence[Decided]) -> dict[int, str]:
    """The direction after each transfer: that before the next decision, or the present one."""
    following = [*(one.direction_before for one in decided[1:]), initiative.direction]
    return {
        one.version: then for one, then in zip(decided, following, strict=False) if one.kind == "transfer"
    }


def holder_of(known: Subordination, told: Initiative, now: datetime) -> Holder | None:
    """Whose decision comes next; nobody's once it has ended, while its author has it, and after the
    campaign."""
    campaign = _deciding(known, told, now)
    if campaign is None or told.status not in AWAITED:
        return None
    acting = known.server_of(told.municipality, now)
    of = "" if acting == told.municipality else acting
    group = known.group_for(told.municipality, told.direction, None, now)
    by_level_1 = told.status is Status.DETERMINED and campaign.life.put_forward_by == "coordination"
    if group is None or by_level_1:
        return Holder(Level.COORDINATION, of=of)
    return Holder(Level.GROUP, group.id, told.direction, of)


def promised_by(known: Subordination, told: Initiative, since: datetime, now: datetime) -> datetime | None:
    """By when it is decided on, as the regulation of then says; unknown where no calendar says when people
    work, and none unless somebody is to decide."""
    if told.status not in UNDECIDED or _deciding(known, told, now) is None:
        return None
    rule = known.rule(told.municipality, Promised.DECISION, since)
    try:
        return add(rule.schedule, since, rule.minutes)
    except UnknownYear:
        return None


def reason_of(campaign: CampaignDefined, decided: Decided) -> str | None:
    """For what it was declined, in the words of the campaign's list."""
    names = {term.code: term.name for term in campaign.life.reasons}
    return names.get(decided.reason) if decided.reason else None


def _deciding(known: Subordination, told: Initiative, now: datetime) -> CampaignDefined | None:
    """The campaign of an initiative, as long as something is decided in it."""
    campaign = known.picture.campaigns.get(told.campaign)
    if campaign is None or not campaign.open or local(now, campaign).date() > campaign.close_until:
        return None
    return campaign
