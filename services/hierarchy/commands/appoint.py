"""Appoint people by an act: one or many, all or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import uuid_utils.compat

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis import idempotency, tenancy
from services.chassis.addresses import normalise_email
from services.chassis.db import Db, Pool
from services.chassis.errors import Conflict, Invalid, NotFound, Refused
from services.chassis.idempotency import Answer, Repeat
from services.chassis.staff import Staff
from services.hierarchy.commands.tell_rights import tell_grants
from services.hierarchy.commands.write_letters import write_appointed
from services.hierarchy.domain.accounts import Account, check_name
from services.hierarchy.domain.annex import AnnexRefused
from services.hierarchy.domain.appointments import (
    CHAIRS,
    TITLES,
    Act,
    Acting,
    Appointment,
    acting,
    check_act,
    check_forming,
    tenant_of,
)
from services.hierarchy.domain.audit import Line
from services.hierarchy.store import accounts, appointments, audit, campaigns, municipalities, smos

APPOINTED, ENDED = "appointed", "appointment-ended"


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


@dataclass(slots=True)
class Plan:
    """What an act does: who is appointed, whose appointment ends, who is written to about what."""

    act_of: dict[str, tuple[UUID, Acting | None]] = field(default_factory=dict)
    """Tenant → the act's id there, and who enters it (nobody: a command)."""
    new: list[Appointment] = field(default_factory=list)
    ended: list[Appointment] = field(default_factory=list)
    roles_of: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    account: dict[UUID, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Region:
    """What an act is checked against: the campaign, the names of places, who is appointed now."""

    campaign: CampaignDefined | None
    names: dict[str, str]
    present: list[Appointment]

    @property
    def heads(self) -> dict[str, UUID]:
        """Municipality → its Head's account."""
        return {a.of: a.account for a in self.present if a.role is Role.HEAD}


async def appoint(
    pool: Pool,
    public_url: str,
    by: Staff,
    act: tuple[str, str],
    wishes: Sequence[Wish],
    now: datetime,
    repeat: Repeat | None,
) -> Answer:
    """Appoint everybody of an act (number, day) and write to them. Who holds the role already stays.

    Raises what is wrong with a single wish, and AnnexRefused for several; nothing is changed then.
    """
    tenants = {tenant_of(wish.role, wish.of) for wish in wishes}
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await tenancy.see(db, REGION, *tenants)
        await appointments.lock_tenants(db, tenants)
        region = await _region(db, tenants)
        checked = check_act(*act, _today(region.campaign, now))
        plan, refused = Plan(), dict[int, Refused]()
        for nth, wish in enumerate(wishes, 1):
            try:
                await _plan(db, plan, region, by, wish, now)
            except Refused as refusal:
                refused[nth] = refusal
        if refused:
            raise refused[1] if len(wishes) == 1 else AnnexRefused(refused, len(wishes))
        await carry_out(db, public_url, checked, plan, now)
        body = {"appointed": [str(a.id) for a in plan.new], "ended": [str(a.id) for a in plan.ended]}
        answer = Answer(201, orjson.dumps(body).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def carry_out(db: Db, public_url: str, act: Act, plan: Plan, now: datetime) -> list[str]:
    """Store, tell, write down and write to everybody; the address by which each of them comes in."""
    for tenant, (act_id, who) in plan.act_of.items():
        await appointments.add_act(db, tenant, act_id, act, who, now)
    for ended in plan.ended:
        await appointments.save_end(db, ended)
    await appointments.add(db, plan.new)
    await tell_grants(db, [*plan.ended, *plan.new])
    await audit.add(db, [_line(plan, ENDED, a, now) for a in plan.ended])
    await audit.add(db, [_line(plan, APPOINTED, a, now) for a in plan.new])
    return [
        await write_appointed(db, public_url, plan.account[id_], roles, now)
        for id_, roles in plan.roles_of.items()
    ]


def _line(plan: Plan, action: str, appointment: Appointment, now: datetime) -> Line:
    _, who = plan.act_of[appointment.municipality]
    account, behalf = (who.account, who.on_behalf_of) if who else (None, None)
    return Line(appointment.municipality, now, account, behalf, action, f"appointment:{appointment.id}")


async def _region(db: Db, tenants: set[str]) -> Region:
    known = await municipalities.all_by_code(db)
    names = {code: municipality.name for code, municipality in known.items()}
    names |= {smo.id: smo.name for smo in (await smos.all_by_id(db)).values()}
    return Region(await campaigns.now_open(db), names, await appointments.present(db, tenants))


def _today(campaign: CampaignDefined | None, now: datetime) -> date:
    return now.astimezone(ZoneInfo(campaign.time_zone)).date() if campaign else now.date()


async def _plan(db: Db, plan: Plan, region: Region, by: Staff, wish: Wish, now: datetime) -> None:
    who = acting(by, wish.role, wish.of, region.heads)
    if SCOPE_OF[wish.role] is not Scope.REGION and wish.of not in region.names:
        raise NotFound("municipality-unknown" if SCOPE_OF[wish.role] is Scope.MUNICIPALITY else "smo-unknown")
    check_forming(region.campaign, wish.role, now)
    wanted = Account(uuid_utils.compat.uuid7(), normalise_email(wish.email), check_name(wish.name))
    account = await accounts.find_or_add(db, wanted, now)
    standing = [a for a in [*region.present, *plan.new] if a.role is wish.role and a.of == wish.of]
    if any(a.account == account.id for a in standing):
        return
    if standing and wish.role in CHAIRS:
        await _vacate(db, plan, standing[0], wish, now)
    tenant = tenant_of(wish.role, wish.of)
    act_id, _ = plan.act_of.setdefault(tenant, (uuid_utils.compat.uuid7(), who))
    plan.new.append(
        Appointment(tenant, uuid_utils.compat.uuid7(), wish.role, wish.of, account.id, act_id, now)
    )
    place = f" — {region.names[wish.of]}" if wish.of in region.names else ""
    plan.roles_of[account.id].append(TITLES[wish.role] + place)
    plan.account[account.id] = account


async def _vacate(db: Db, plan: Plan, holding: Appointment, wish: Wish, now: datetime) -> None:
    if holding in plan.new:
        raise Invalid("chair-twice", role=TITLES[wish.role])
    if not wish.replaces:
        holder = await accounts.get(db, holding.account)
        raise Conflict("chair-taken", role=TITLES[wish.role], name=holder.name)
    plan.ended.append(holding.end(now))
