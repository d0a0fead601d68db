"""Carry out an act: store it, announce the rights, write letters and the audit; part of several commands."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Role
from services.chassis.days import in_words
from services.chassis.db.pool import Db
from services.chassis.phones import spoken_phone
from services.hierarchy.accounts.commands.write_letters import Appointed, Reason, write_all_appointed
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.appointments.domain.appointments import Act, Appointment, Details, titled
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Appointer
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import APPOINTED, ENDED, Line
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import FIRST_STEPS
from services.hierarchy.core.store import audit, rights

NOT_SAID = Details()


@dataclass(slots=True)
class Plan:
    """What an act does: who is appointed, whose appointment ends, who is written to about which roles."""

    act: Act
    act_of: dict[str, tuple[UUID, Acting | None]] = field(default_factory=dict)
    """Tenant → the act's id there, and who enters it (nobody: a command)."""
    new: list[Appointment] = field(default_factory=list)
    ended: list[Appointment] = field(default_factory=list)
    roles_of: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    account: dict[UUID, Account] = field(default_factory=dict)

    def act_in(self, tenant: str, who: Acting | None) -> UUID:
        """The act's id in a tenant's rows; the first who acts by it enters it there."""
        act_id, _ = self.act_of.setdefault(tenant, (uuid_utils.compat.uuid7(), who))
        return act_id

    def appoint(
        self,
        who: Acting | None,
        role: Role,
        place: Place,
        account: Account,
        at: datetime,
        details: Details = NOT_SAID,
    ) -> None:
        """Add an appointment, under the account's name, from a moment on."""
        act_id, id_ = self.act_in(place.tenant, who), uuid_utils.compat.uuid7()
        known = Appointment(place.tenant, id_, role, place.of, account.id, account.name, act_id, at)
        phone, hours = details.reached.phone, details.reached.hours
        new = replace(known, phone=phone, hours=hours, category=details.category)
        self.new.append(new)
        self.roles_of[account.id].append(titled(role, place))
        self.account[account.id] = account


async def carry_out(db: Db, entrance: Entrance, plan: Plan, now: datetime) -> list[str]:
    """The address at which each of the recipients of letters signs in."""
    for tenant, (act_id, who) in plan.act_of.items():
        await appointments.add_act(db, tenant, act_id, plan.act, who, now)
    for ended in plan.ended:
        await appointments.save_end(db, ended)
    await appointments.add(db, plan.new)
    await rights.announce(db, *(appointment.event() for appointment in (*plan.ended, *plan.new)))
    done = [(ENDED, plan.ended), (APPOINTED, plan.new)]
    await audit.add(db, [_line(plan, action, a, now) for action, those in done for a in those])
    by = {tenant: await _appointer(db, who) for tenant, (_, who) in plan.act_of.items()}
    reasons = {a.account: _reason(plan, a, by[a.municipality]) for a in reversed(plan.new)}
    told = [Appointed(plan.account[id_], roles, reasons[id_]) for id_, roles in plan.roles_of.items()]
    return await write_all_appointed(db, entrance, told, now)


async def _appointer(db: Db, who: Acting | None) -> Appointer | None:
    return await appointments.appointer(db, who.on_behalf_of or who.account) if who else None


def _reason(plan: Plan, new: Appointment, by: Appointer | None) -> Reason:
    """Why the holder of a new appointment is written to; a command names no act."""
    if by is None:
        return Reason(first_step=FIRST_STEPS[new.role])
    act = f"распоряжение № {plan.act.number} от {in_words(plan.act.day)}"
    return Reason(act, by.name, spoken_phone(by.phone) if by.phone else "", FIRST_STEPS[new.role])


def _line(plan: Plan, action: str, appointment: Appointment, now: datetime) -> Line:
    _, who = plan.act_of[appointment.municipality]
    account, behalf = (who.account, who.on_behalf_of) if who else (None, None)
    return Line(appointment.municipality, now, account, behalf, action, appointment.subject)
