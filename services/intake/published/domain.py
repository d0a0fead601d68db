"""Whose texts everybody may read, and since when. Pure.

They are open as their authors are told of them: what a decision makes of one is seen once it can no longer be
taken back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.intake.initiatives.domain import Initiative, begins_as

Status: Final = InitiativeStatus

OPENED: Mapping[str, frozenset[InitiativeStatus]] = {
    "staff": frozenset(),
    "determined": frozenset({Status.DETERMINED, Status.PUT_FORWARD}),
    "accepted": frozenset({Status.ACCEPTED, Status.DETERMINED, Status.PUT_FORWARD}),
}
"""In which states a text is open, by what its campaign says."""


class Gone(StrEnum):
    """Why a text is open no longer."""

    WITHDRAWN = "withdrawn"
    """By its author, or removed with the author's data."""
    MERGED = "merged"
    """It goes on in another one."""
    CHANGED = "changed"
    """It is in another state, or the campaign has closed its kind."""


@dataclass(frozen=True, slots=True)
class OpenText:
    """An initiative whose text is, was or will be open, as everybody is told of it."""

    id: UUID
    place: str
    campaign: str
    number: int
    direction: str
    status: InitiativeStatus
    version: int
    published_at: datetime | None = None
    """Since when it is open; none: it waits for a decision to stand."""
    changed_at: datetime | None = None
    gone_at: datetime | None = None
    gone_as: Gone | None = None
    merged_into: UUID | None = None
    look_at: datetime | None = None
    """When a decision on it will stand."""
    rule: str = ""
    """By which states that are open it was judged."""

    @property
    def is_open(self) -> bool:
        """Whether everybody may read it."""
        return self.published_at is not None and self.gone_at is None


def opened_by(campaign: CampaignDefined) -> frozenset[InitiativeStatus]:
    """The states in which texts of a campaign are open."""
    opened = OPENED[campaign.life.texts]
    # What was submitted before is accepted where a campaign accepts at once.
    return opened | {Status.SUBMITTED} if begins_as(campaign) in opened else opened


def rule_of(opened: Collection[InitiativeStatus]) -> str:
    """The states that are open, in a word."""
    return ",".join(sorted(opened))


def followed(
    before: OpenText | None,
    told: Initiative,
    look_at: datetime | None,
    opened: Collection[InitiativeStatus],
    now: datetime,
) -> OpenText | None:
    """What everybody is told of an initiative from now on, which is given as its author is told of it;
    nothing of one that was never open and waits for no decision. `look_at`: when a decision on it will
    stand."""
    then = OpenText(
        id=told.id,
        place=told.municipality,
        campaign=told.campaign,
        number=told.number,
        direction=told.direction,
        status=told.status,
        version=told.version,
        look_at=look_at,
        rule=rule_of(opened),
    )
    was_open, is_open = before is not None and before.is_open, told.status in opened and bool(told.title)
    if before is None or before.published_at is None or (is_open and not was_open):
        if is_open:
            return replace(then, published_at=now, changed_at=now)
        # Whose text was removed stays known: its state alone would have it looked at again and again.
        return then if look_at or told.status in opened else None
    if is_open:
        changed_at = before.changed_at if _is_same(before, then) else now
        return replace(then, published_at=before.published_at, changed_at=changed_at)
    gone = replace(then, published_at=before.published_at, gone_as=_why(told), merged_into=told.merged_into)
    if (before.gone_as, before.merged_into) == (gone.gone_as, gone.merged_into):
        return replace(gone, changed_at=before.changed_at, gone_at=before.gone_at)
    return replace(gone, changed_at=now, gone_at=now)


def _is_same(before: OpenText, then: OpenText) -> bool:
    """Whether nothing is news of it. While a decision may be taken back, and once it was, its version alone
    is another; otherwise a new version may be a new wording."""
    about = (before.status, before.direction, before.place) == (then.status, then.direction, then.place)
    waits = then.look_at is not None or before.look_at is not None
    return about and (waits or before.version == then.version)


def _why(told: Initiative) -> Gone:
    if told.status is Status.WITHDRAWN or not told.title:
        return Gone.WITHDRAWN
    return Gone.MERGED if told.merged_into is not None else Gone.CHANGED
