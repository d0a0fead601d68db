"""Appoint people by an act: one or many, all or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import orjson
import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis import idempotency, tenancy
from services.chassis.addresses import normalise_email
from services.chassis.days import today
from services.chassis.db import Db, Pool
from services.chassis.errors import Conflict, Invalid, NotFound, Refused
from services.chassis.idempotency import Answer, Repeat
from services.chassis.staff import Staff
from services.hierarchy.commands.carry_out import Plan, carry_out
from services.hierarchy.domain.accounts import Account, check_name
from services.hierarchy.domain.annex import AnnexRefused
from services.hierarchy.domain.appointments import (
    CHAIRS,
    TITLES,
    Appointment,
    acting,
    check_act,
    check_forming,
    heads_of,
    tenant_of,
)
from services.hierarchy.store import accounts, appointments, campaigns, municipalities, smos
from services.hierarchy.tenants import may_see, tenants_of


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody to be appointed: to which role, over what, under which name and address.

    `replaces`: whoever holds the chair now is to give it up.
    """

    role: Role
    of: str
    name: str
    email: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An act as it is entered: number and day as they were typed, and everybody whom it appoints."""

    number: str
    day: str
    wishes: Sequence[Wish]


@dataclass(slots=True)
class Region:
    """What an act is checked against: the campaign, the names of places, who holds which role now."""

    campaign: CampaignDefined | None
    names: dict[str, str]
    held: dict[tuple[Role, str], list[Appointment]]
    heads: dict[str, UUID]

    def today(self, now: datetime) -> date:
        """The region's day."""
        return today(self.campaign.time_zone, now) if self.campaign else now.date()


async def appoint(
    pool: Pool, public_url: str, by: Staff, draft: Draft, now: datetime, repeat: Repeat | None
) -> Answer:
    """Appoint everybody of an act and write to them. Who holds the role already stays.

    Raises what is wrong with a single wish, and AnnexRefused for several; nothing is changed then.
    """
    tenants = {tenant_of(wish.role, wish.of) for wish in draft.wishes}
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await tenancy.see(db, *tenants_of(by))
        seen = {tenant for tenant in tenants if may_see(by, tenant)}
        await appointments.lock_tenants(db, seen)
        region = await _region(db, seen)
        plan = Plan(check_act(draft.number, draft.day, region.today(now)))
        checked, refused = _checked(region, by, draft.wishes, now)
        for nth, (wish, wanted) in await _with_accounts(db, checked, now):
            try:
                _plan(plan, region, by, wish, wanted, now)
            except Refused as refusal:
                refused[nth] = refusal
        if refused:
            raise refused[1] if len(draft.wishes) == 1 else AnnexRefused(refused, len(draft.wishes))
        await carry_out(db, public_url, plan, now)
        body = {"appointed": [str(a.id) for a in plan.new], "ended": [str(a.id) for a in plan.ended]}
        answer = Answer(201, orjson.dumps(body).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _region(db: Db, tenants: set[str]) -> Region:
    known = await municipalities.all_by_code(db)
    names = {code: municipality.name for code, municipality in known.items()}
    names |= {smo.id: smo.name for smo in (await smos.all_by_id(db)).values()}
    held: dict[tuple[Role, str], list[Appointment]] = defaultdict(list)
    for appointment in (present := await appointments.present(db, tenants)):
        held[appointment.role, appointment.of].append(appointment)
    return Region(await campaigns.now_open(db), names, held, heads_of(present))


def _checked(
    region: Region, by: Staff, wishes: Sequence[Wish], now: datetime
) -> tuple[dict[int, tuple[Wish, Account]], dict[int, Refused]]:
    """By number: the wishes that may be carried out as far as rights, dates, names and addresses go, each
    with the account that it wants; and why the others may not."""
    fine, refused = dict[int, tuple[Wish, Account]](), dict[int, Refused]()
    for nth, wish in enumerate(wishes, 1):
        try:
            fine[nth] = wish, _wanted(region, by, wish, now)
        except Refused as refusal:
            refused[nth] = refusal
    return fine, refused


def _wanted(region: Region, by: Staff, wish: Wish, now: datetime) -> Account:
    scope = SCOPE_OF[wish.role]
    acting(by, wish.role, wish.of, region.heads)
    if wish.of not in (region.names if scope is not Scope.REGION else (REGION,)):
        raise NotFound("municipality-unknown" if scope is Scope.MUNICIPALITY else "smo-unknown")
    if wish.replaces and wish.role not in CHAIRS:
        raise Invalid("not-a-chair", role=TITLES[wish.role])
    check_forming(region.campaign, wish.role, now)
    return Account(uuid_utils.compat.uuid7(), normalise_email(wish.email), check_name(wish.name))


async def _with_accounts(
    db: Db, checked: dict[int, tuple[Wish, Account]], now: datetime
) -> list[tuple[int, tuple[Wish, Account]]]:
    """The same with the accounts of these addresses, made where there are none: in order, so that two acts
    that name the same people do not wait for each other."""
    stored = {
        account.email: await accounts.find_or_add(db, account, now)
        for account in sorted((account for _, account in checked.values()), key=lambda a: a.email)
    }
    return [
        (nth, (wish, replace(stored[account.email], name=account.name)))
        for nth, (wish, account) in checked.items()
    ]


def _plan(plan: Plan, region: Region, by: Staff, wish: Wish, account: Account, now: datetime) -> None:
    holding = region.held[wish.role, wish.of]
    if any(a.account == account.id for a in holding):
        return
    if holding and wish.role in CHAIRS:
        _vacate(plan, holding[0], wish, now)
        holding.clear()
    tenant = tenant_of(wish.role, wish.of)
    who = acting(by, wish.role, wish.of, region.heads)
    act_id, _ = plan.act_of.setdefault(tenant, (uuid_utils.compat.uuid7(), who))
    new = Appointment(
        tenant, uuid_utils.compat.uuid7(), wish.role, wish.of, account.id, account.name, act_id, now
    )
    holding.append(new)
    plan.new.append(new)
    place = f" — {region.names[wish.of]}" if wish.of in region.names else ""
    plan.roles_of[account.id].append(TITLES[wish.role] + place)
    plan.account[account.id] = account


def _vacate(plan: Plan, holding: Appointment, wish: Wish, now: datetime) -> None:
    if holding in plan.new:
        raise Invalid("chair-twice", role=TITLES[wish.role])
    if not wish.replaces:
        raise Conflict("chair-taken", role=TITLES[wish.role], name=holding.name)
    plan.ended.append(holding.end(now))
