"""Appoint people by an act: one or many, all or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Role
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid, Refused
from services.chassis.mail.addresses import normalise_email
from services.directory.grants import Staff
from services.hierarchy.accounts.domain.accounts import Account, Entrance, check_name
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.commands.carry_out import Plan, carry_out
from services.hierarchy.appointments.commands.same_person import check_same_person
from services.hierarchy.appointments.domain.annex import AnnexRefused
from services.hierarchy.appointments.domain.appointments import (
    Appointment,
    acting,
    check_act,
    check_campaign,
)
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import CHAIRS, TITLES
from services.hierarchy.core.store import campaigns, locks, places
from services.hierarchy.core.store.places import Places
from services.hierarchy.core.tenants import EVERYBODY, tenants_of


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody to be appointed: to which role, over what, under which name and address.

    `replaces`: whoever holds the chair now is to give it up; `same_person`: whoever has the address is meant,
    whatever the name.
    """

    role: Role
    of: str
    name: str
    email: str
    replaces: bool = False
    same_person: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An act as it is entered: number and day as they were typed, and everybody whom it appoints."""

    number: str
    day: str
    wishes: Sequence[Wish]


@dataclass(slots=True)
class Region:
    """What an act is checked against: the campaign, the places, who holds which role now."""

    campaign: CampaignDefined | None
    places: Places
    held: dict[tuple[Role, str], list[Appointment]]
    heads: dict[str, UUID]
    """Municipality → the account of a Head whom the same act appoints."""

    def place_of(self, wish: Wish) -> Place:
        """Over what somebody is to be appointed. Raises NotFound."""
        return places.with_head(places.of_role(self.places, wish.role, wish.of), self.heads)


async def appoint(
    pool: Pool, entrance: Entrance, by: Staff, draft: Draft, now: datetime, repeat: Repeat | None
) -> Answer:
    """Appoint everybody of an act and write to them. Who holds the role already stays.

    Raises what is wrong with a single wish, and AnnexRefused for several; nothing is changed then.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        region = await _region(db, by, draft.wishes)
        plan = Plan(check_act(draft.number, draft.day, region_day(region.campaign, now)))
        checked, refused = _checked(region, by, draft.wishes, now)
        for nth, (wish, wanted, stored) in await _with_accounts(db, checked, now):
            try:
                if not wish.same_person:
                    await check_same_person(db, region.campaign, by, stored, wanted.name)
                _plan(plan, region, by, wish, replace(stored, name=wanted.name), now)
            except Refused as refusal:
                refused[nth] = refusal
        if refused:
            raise refused[1] if len(draft.wishes) == 1 else AnnexRefused(refused, len(draft.wishes))
        await carry_out(db, entrance, plan, now)
        body = {"appointed": [str(a.id) for a in plan.new], "ended": [str(a.id) for a in plan.ended]}
        answer = Answer(201, orjson.dumps(body).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _region(db: Db, by: Staff, wishes: Sequence[Wish]) -> Region:
    """Locks the tenants of the wishes; what is looked at after that nobody else changes."""
    tenants = tenants_of(by)
    await tenancy.see(db, *tenants)
    campaign = await campaigns.now_open(db)
    wanted = {(SCOPE_OF[wish.role], wish.of) for wish in wishes}
    found = await places.find(db, wanted, campaign)
    touched = {found[kind].tenant for kind in wanted & found.keys()}
    seen = touched if EVERYBODY in tenants else touched & tenants
    await locks.tenants(db, *seen)
    found = await places.find(db, wanted, campaign)
    held: dict[tuple[Role, str], list[Appointment]] = defaultdict(list)
    for appointment in await appointments.present(db, seen):
        held[appointment.role, appointment.of].append(appointment)
    return Region(campaign, found, held, {})


def _checked(
    region: Region, by: Staff, wishes: Sequence[Wish], now: datetime
) -> tuple[dict[int, tuple[Wish, Account]], dict[int, Refused]]:
    """By number: the wishes that may be carried out as far as rights, dates, names and addresses go, each
    with the account that it wants; and why the others may not."""
    fine, refused = dict[int, tuple[Wish, Account]](), dict[int, Refused]()
    # A Head whom the same act appoints has no account yet: that there will be one is enough for now.
    coming = replace(region, heads={wish.of: by.account for wish in wishes if wish.role is Role.HEAD})
    for nth, wish in enumerate(wishes, 1):
        try:
            fine[nth] = wish, _wanted(coming, by, wish, now)
        except Refused as refusal:
            refused[nth] = refusal
    return fine, refused


def _wanted(region: Region, by: Staff, wish: Wish, now: datetime) -> Account:
    place = region.place_of(wish)
    acting(by, wish.role, place)
    if place.transformed:
        raise Conflict("municipality-transformed", name=place.name)
    if wish.replaces and wish.role not in CHAIRS:
        raise Invalid("not-a-chair", field="replaces", role=TITLES[wish.role])
    check_campaign(region.campaign, wish.role, now)
    return Account(uuid_utils.compat.uuid7(), normalise_email(wish.email), check_name(wish.name))


async def _with_accounts(
    db: Db, checked: dict[int, tuple[Wish, Account]], now: datetime
) -> list[tuple[int, tuple[Wish, Account, Account]]]:
    """The same with the accounts that have these addresses, made where none has: in order, so that two acts
    that name the same people do not wait for each other. Heads come first: others are appointed for them."""
    stored = {
        account.email: await accounts.find_or_add(db, account, now)
        for account in sorted((account for _, account in checked.values()), key=lambda a: a.email)
    }
    ordered = sorted(checked.items(), key=lambda each: each[1][0].role is not Role.HEAD)
    return [(nth, (wish, account, stored[account.email])) for nth, (wish, account) in ordered]


def _plan(plan: Plan, region: Region, by: Staff, wish: Wish, account: Account, now: datetime) -> None:
    holding = region.held[wish.role, wish.of]
    if any(a.account == account.id for a in holding):
        return
    if holding and wish.role in CHAIRS:
        _vacate(plan, holding[0], wish, now)
        holding.clear()
    place = region.place_of(wish)
    who = acting(by, wish.role, place)
    plan.appoint(who, wish.role, place, account, now)
    holding.append(plan.new[-1])
    if wish.role is Role.HEAD:
        region.heads[wish.of] = account.id


def _vacate(plan: Plan, holding: Appointment, wish: Wish, now: datetime) -> None:
    if holding in plan.new:
        raise Invalid("chair-twice", role=TITLES[wish.role])
    if not wish.replaces:
        raise Conflict("chair-taken", field="replaces", role=TITLES[wish.role], name=holding.name)
    plan.ended.append(holding.end(now))
