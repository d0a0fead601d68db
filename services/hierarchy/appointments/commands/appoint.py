"""Appoint people by an act: one or many, all or none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Role
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Invalid, Refused
from services.chassis.mail.addresses import normalise_email
from services.directory.grants import Staff
from services.hierarchy.accounts.domain.accounts import Account, check_name
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.commands.carry_out import Plan, carry_out
from services.hierarchy.appointments.commands.check_same_person import check_same_person
from services.hierarchy.appointments.domain.annex import AnnexRefused
from services.hierarchy.appointments.domain.appointments import (
    Appointment,
    Details,
    acting,
    check_act,
    check_campaign,
    check_details,
)
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.domain.roles import CHAIRS, TITLES
from services.hierarchy.core.store import campaigns, locks, places
from services.hierarchy.core.store.places import Places
from services.hierarchy.core.tenants import EVERYBODY, tenants_of


@dataclass(frozen=True, slots=True)
class Nomination:
    """A person to be appointed: to which role (None: none was chosen), over what, by which name and address.

    `replaces`: the present holder of the chair shall give it up; `same_person`: the owner of the address is
    meant, whatever the name. Telephone, hours and category may be empty.
    """

    role: Role | None
    of: str
    name: str
    email: str
    replaces: bool = False
    same_person: bool = False
    phone: str = ""
    hours: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An act as it is entered: number and day as they were typed, and everybody whom it appoints."""

    number: str
    day: str
    nominations: Sequence[Nomination]


@dataclass(frozen=True, slots=True)
class Appointed:
    """The ids of the new appointments, of those that they ended, and of the act where it was entered: once in
    each municipality whose people it appoints."""

    appointed: Sequence[UUID]
    ended: Sequence[UUID]
    acts: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A nomination that may be carried out as far as rights, days, name and address go, and the account that
    it asks for."""

    role: Role
    of: str
    account: Account
    replaces: bool
    same_person: bool
    details: Details


@dataclass(slots=True)
class Region:
    """What an act is checked against: the campaign, the places, who holds which role now."""

    campaign: CampaignDefined | None
    places: Places
    held: dict[tuple[Role, str], list[Appointment]]
    heads: dict[str, UUID]
    """Municipality → the account of a Head whom the same act appoints."""

    def place_of(self, role: Role, of: str) -> Place:
        """Over what a role is given. Raises NotFound."""
        return places.with_head(places.of_role(self.places, role, of), self.heads)


@dataclass(frozen=True, slots=True)
class Planned:
    """What an act would do: by the number of a nomination, the new appointment (None: they hold the role
    already), or why it is refused; `of_act`: what is wrong with number and day."""

    plan: Plan
    region: Region
    new: Mapping[int, Appointment | None]
    refused: Mapping[int, Refused]
    of_act: Checks
    total: int

    def settle(self) -> None:
        """Raises everything that is wrong with the only nomination, AnnexRefused for several, and with the
        act."""
        checks = Checks()
        checks.take(lambda: _check_all(self.refused, self.total))
        checks.take(self.of_act.settle)
        checks.settle()


async def appoint(pool: Pool, entrance: Entrance, by: Staff, draft: Draft, at: Moment) -> Appointed:
    """Who holds the role already stays.

    Raises everything that is wrong with the only nomination, AnnexRefused for several, and with the act;
    nothing is changed then.
    """
    async with pool.acquire() as db, db.transaction():
        if appointed := await idempotency.earlier(db, at, Appointed):
            return appointed
        planned = await plan_act(db, by, draft, at.now)
        planned.settle()
        return await idempotency.keep(db, at, await carry_out_planned(db, entrance, planned, at.now))


async def plan_act(db: Db, by: Staff, draft: Draft, now: datetime) -> Planned:
    """What an act would do now, and everything that is wrong with it; locks whom it is about."""
    region, of_act = await _region(db, by, draft.nominations), Checks()
    plan = Plan(of_act.take(lambda: check_act(draft.number, draft.day, region.campaign, now)))
    candidates, refused = _candidates(region, by, draft.nominations, now)
    new, unplanned = await _plan_all(db, plan, region, by, candidates, now)
    return Planned(plan, region, new, refused | unplanned, of_act, len(draft.nominations))


async def carry_out_planned(db: Db, entrance: Entrance, planned: Planned, now: datetime) -> Appointed:
    """What is planned is done; nothing of it may be refused."""
    plan = planned.plan
    await carry_out(db, entrance, plan, now)
    acts = [act_id for act_id, _ in plan.act_of.values()]
    return Appointed([a.id for a in plan.new], [a.id for a in plan.ended], acts)


async def _region(db: Db, by: Staff, nominations: Sequence[Nomination]) -> Region:
    """Locks the tenants of the nominations; what is looked at after that nobody else changes."""
    tenants = tenants_of(by)
    await tenancy.see(db, *tenants)
    campaign = await campaigns.now_open(db)
    wanted = {(SCOPE_OF[each.role], each.of) for each in nominations if each.role}
    found = await places.find(db, wanted, campaign)
    touched = {found[kind].tenant for kind in wanted & found.keys()}
    seen = touched if EVERYBODY in tenants else touched & tenants
    await locks.tenants(db, *seen)
    found = await places.find(db, wanted, campaign)
    held: dict[tuple[Role, str], list[Appointment]] = defaultdict(list)
    for appointment in await appointments.present(db, seen):
        held[appointment.role, appointment.of].append(appointment)
    return Region(campaign, found, held, {})


def _candidates(
    region: Region, by: Staff, nominations: Sequence[Nomination], now: datetime
) -> tuple[dict[int, Candidate], dict[int, Refused]]:
    """By number: the nominations that may be carried out, and why the others may not."""
    fine, refused = dict[int, Candidate](), dict[int, Refused]()
    # A Head whom the same act appoints has no account yet: that there will be one is enough for now.
    coming = replace(region, heads={each.of: by.account for each in nominations if each.role is Role.HEAD})
    for nth, nomination in enumerate(nominations, 1):
        try:
            fine[nth] = _candidate(coming, by, nomination, now)
        except Refused as refusal:
            refused[nth] = refusal
    return fine, refused


def _candidate(region: Region, by: Staff, given: Nomination, now: datetime) -> Candidate:
    checks = Checks()
    role = checks.take(lambda: _check_role(region, by, given, now))
    name = checks.take(lambda: check_name(given.name))
    email = checks.take(lambda: normalise_email(given.email))
    reached = Reached(given.phone, given.hours)
    details = checks.take(lambda: check_details(given.role, reached, given.category))
    checks.settle()
    account = Account(uuid_utils.compat.uuid7(), email, name)
    return Candidate(role, given.of, account, given.replaces, given.same_person, details)


def _check_role(region: Region, by: Staff, given: Nomination, now: datetime) -> Role:
    """A role that is theirs to give there now. Raises Invalid, NotFound, Forbidden, Conflict."""
    if given.role is None:
        raise Invalid("role-unknown", field="role")
    place = region.place_of(given.role, given.of)
    acting(by, given.role, place)
    if place.transformed:
        raise Conflict("municipality-transformed", name=place.name)
    if given.replaces and given.role not in CHAIRS:
        raise Invalid("not-a-chair", field="replaces", role=TITLES[given.role])
    check_campaign(region.campaign, given.role, now)
    return given.role


async def _plan_all(
    db: Db, plan: Plan, region: Region, by: Staff, candidates: dict[int, Candidate], now: datetime
) -> tuple[dict[int, Appointment | None], dict[int, Refused]]:
    """Plans those that can be carried out together; by number, what is new, and why the others cannot. Heads
    are first: others are appointed for them."""
    stored, refused = await _stored(db, candidates.values(), now), dict[int, Refused]()
    new = dict[int, Appointment | None]()
    for nth, candidate in sorted(candidates.items(), key=lambda each: each[1].role is not Role.HEAD):
        account, checks = stored[candidate.account.email], Checks()
        try:
            if not candidate.same_person:
                await check_same_person(db, region.campaign, by, account, candidate.account.name)
        except Refused as refusal:
            checks.note(refusal)
        named = replace(account, name=candidate.account.name)
        planned = checks.take(partial(_plan, plan, region, by, candidate, named, now))
        try:
            checks.settle()
            new[nth] = planned
        except Refused as refusal:
            refused[nth] = refusal
    return new, refused


async def _stored(db: Db, candidates: Iterable[Candidate], now: datetime) -> dict[str, Account]:
    """By address, the accounts that have it, made where none has: in order, so that two acts that name the
    same people do not wait for each other."""
    wanted = sorted((candidate.account for candidate in candidates), key=lambda account: account.email)
    return {account.email: await accounts.find_or_add(db, account, now) for account in wanted}


def _plan(
    plan: Plan, region: Region, by: Staff, candidate: Candidate, account: Account, now: datetime
) -> Appointment | None:
    """The new appointment; None if they hold the role already."""
    role, of = candidate.role, candidate.of
    holding = region.held[role, of]
    if any(a.account == account.id for a in holding):
        return None
    place = region.place_of(role, of)
    who = acting(by, role, place)
    if holding and role in CHAIRS:
        _vacate(plan, holding[0], candidate, now, plan.act_in(place.tenant, who))
        holding.clear()
    plan.appoint(who, role, place, account, now, candidate.details)
    holding.append(plan.new[-1])
    if role is Role.HEAD:
        region.heads[of] = account.id
    return plan.new[-1]


def _vacate(plan: Plan, holding: Appointment, candidate: Candidate, now: datetime, act: UUID) -> None:
    if holding in plan.new:
        raise Invalid("chair-twice", role=TITLES[candidate.role])
    if not candidate.replaces:
        raise Conflict("chair-taken", field="replaces", role=TITLES[candidate.role], name=holding.name)
    plan.ended.append(holding.end(now, act))


def _check_all(refused: Mapping[int, Refused], total: int) -> None:
    """Raises what is wrong with a single nomination, AnnexRefused for several."""
    if refused:
        raise refused[1] if total == 1 else AnnexRefused(dict(sorted(refused.items())), total)
