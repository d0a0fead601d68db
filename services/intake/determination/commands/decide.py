"""Decide on initiatives: on one, or on hundreds alike, with an outcome for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.event import Event
from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.domain import INITIATIVES_DECIDED, check_days
from services.intake.core.store import audit
from services.intake.determination.domain import decisions as rules
from services.intake.determination.domain.bodies import Body, bodies_of, deciding
from services.intake.determination.domain.decisions import AT_ONCE, Before, Decision, Kind
from services.intake.determination.reading.clocks import Clocks
from services.intake.determination.store import decisions
from services.intake.determination.store.decisions import New
from services.intake.initiatives.domain import AWAITED, Initiative
from services.intake.initiatives.store import acceptances


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one initiative; `refusal`: the slug of why nothing did. A foreign one has no number."""

    id: UUID
    number: int | None
    status: InitiativeStatus | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided together, in the order that was asked for; `id` takes it back."""

    id: UUID
    items: list[Outcome]


async def decide(
    pool: Pool, known: Subordination, by: Staff, ids: Sequence[UUID], given: Decision, at: Moment
) -> Decided:
    """What can be decided is, in one transaction; the others keep their state, and their outcome says why.

    Raises Invalid for no initiatives, too many, and what the decision lacks, Conflict outside the days,
    Forbidden for who decides nowhere.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Decided):
            return done
        campaign = known.campaign
        check_days(campaign, at.now, campaign.close_until)
        wanted = checked(ids)
        deciding_so = rules.check(campaign, given)
        places = places_of(by, Deed.DETERMINE)
        if not places:
            raise Forbidden("not-yours-to-decide")
        await tenancy.see(db, *places)
        into = [deciding_so.into] if deciding_so.into else []
        found = await decisions.lock(db, places, {*wanted, *into})
        desk = Desk(known, by, campaign, at.now, found)
        outcomes = [desk.decide(id_, deciding_so) for id_ in wanted]
        bulk = uuid_utils.compat.uuid7()
        await _store(db, desk, bulk, deciding_so)
        return await idempotency.keep(db, at, Decided(bulk, outcomes))


def checked(ids: Sequence[UUID]) -> list[UUID]:
    """Each once. Raises Invalid for none of them, and for too many."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Invalid("initiatives-none", field="ids")
    if len(wanted) > AT_ONCE:
        raise Invalid("initiatives-too-many", field="ids", limit=AT_ONCE, count=len(wanted))
    return wanted


class Desk:
    """Decides on the initiatives that are locked, one after another, and gathers what became of them."""

    def __init__(
        self,
        known: Subordination,
        by: Staff,
        campaign: CampaignDefined,
        now: datetime,
        found: dict[UUID, Initiative],
    ) -> None:
        self.known, self.by, self.campaign, self.now, self.found = known, by, campaign, now, found
        self.taken: list[New] = []
        self.clocks = Clocks(known, campaign)

    def decide(self, id_: UUID, given: Decision) -> Outcome:
        """What becomes of one."""
        initiative = self.found.get(id_)
        try:
            body = self._body(initiative, given.kind)
        except NotFound as refusal:
            return Outcome(id_, None, None, refusal.slug)
        except Forbidden as refusal:
            initiative = self.found[id_]
            return Outcome(id_, initiative.number, initiative.status, refusal.slug)
        return self._decide(self.found[id_], given, body)

    def _decide(self, initiative: Initiative, given: Decision, body: Body) -> Outcome:
        try:
            if initiative.campaign != self.campaign.id:
                raise Conflict("initiative-of-another-campaign")
            if given.into is not None:
                self._check_into(initiative, given.into)
            in_time = self._in_time(initiative)
            decided = rules.apply(initiative, given, body.level, in_time, self.now, self.campaign)
        except Refused as refusal:
            return Outcome(initiative.id, initiative.number, initiative.status, refusal.slug)
        self.taken.append(New(uuid_utils.compat.uuid7(), decided, Before.of(initiative), body))
        self.found[initiative.id] = decided
        return Outcome(decided.id, decided.number, decided.status)

    def _body(self, initiative: Initiative | None, kind: Kind) -> Body:
        bodies = self._bodies(initiative) if initiative else []
        if not bodies:
            raise NotFound("initiative-not-here")
        return deciding(bodies, kind, self.campaign)

    def _bodies(self, initiative: Initiative) -> list[Body]:
        group = self.known.group_for(initiative.municipality, initiative.direction, None, self.now)
        return bodies_of(self.by, initiative.municipality, group.id if group else None)

    def _check_into(self, initiative: Initiative, into: UUID) -> None:
        other = self.found.get(into)
        if other is None or other.municipality != initiative.municipality or not self._bodies(other):
            raise Conflict("into-unknown")
        goes_on = other.is_open or other.status is InitiativeStatus.PUT_FORWARD
        if other.campaign != initiative.campaign or not goes_on:
            raise Conflict("into-closed")

    def _in_time(self, initiative: Initiative) -> bool | None:
        if initiative.status not in AWAITED:
            # It waited for its author, and nobody's time was running.
            return initiative.in_time
        promised = self.clocks.promised(initiative)
        return None if promised is None else self.now <= promised


async def _store(db: Db, desk: Desk, bulk: UUID, given: Decision) -> None:
    if not desk.taken:
        return
    now, decided = desk.now, [new.initiative for new in desk.taken]
    await decisions.save(db, decided, now)
    if given.kind is Kind.TRANSFER:
        was = {new.initiative.id: new.before.direction for new in desk.taken}
        turned = [(replace(one, direction=was[one.id]), one.direction) for one in decided]
        await acceptances.turn(db, turned)
    await decisions.add(db, bulk, desk.by, given, desk.taken, now)
    told: list[Event] = [rules.told(given, one, desk.campaign) for one in decided]
    await outbox.publish(db, *told)
    for municipality in sorted({one.municipality for one in decided}):
        await audit.note(db, municipality, desk.by, now, INITIATIVES_DECIDED, bulk)
