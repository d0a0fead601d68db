"""Invite the first administrator of a region, or write to one again; run when the system is installed."""

from dataclasses import replace
from datetime import datetime

import uuid_utils.compat

from contracts.appointments import Role
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.chassis.mail.addresses import normalise_email
from services.hierarchy.accounts.commands.write_letters import write_appointed
from services.hierarchy.accounts.domain.accounts import Account, check_name
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.commands.carry_out import Plan, carry_out
from services.hierarchy.appointments.commands.check_same_person import same_name
from services.hierarchy.appointments.domain.acts import INSTALLATION
from services.hierarchy.appointments.domain.appointments import Act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import locks


async def invite_administrator(pool: Pool, entrance: Entrance, email: str, name: str, now: datetime) -> str:
    """The address at which the administrator signs in. Safe to repeat: a new letter, no second appointment.

    Raises Invalid for what can be no address or name, Conflict for the address of a person of another name.
    """
    role, roles = Role.ADMINISTRATOR, [TITLES[Role.ADMINISTRATOR]]
    wanted = Account(uuid_utils.compat.uuid7(), normalise_email(email), check_name(name))
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        await locks.tenants(db, REGION)
        account = await accounts.find_or_add(db, wanted, now)
        if not same_name(wanted.name, account.name):
            raise Conflict("address-of-administrator", name=account.name)
        present = await appointments.present(db, [REGION])
        if any(a.account == account.id and a.role is role for a in present):
            return await write_appointed(db, entrance, account, roles, now)
        plan = Plan(Act(INSTALLATION, now.date()))
        plan.appoint(None, role, THE_REGION, replace(account, name=wanted.name), now)
        (url,) = await carry_out(db, entrance, plan, now)
        return url
