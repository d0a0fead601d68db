"""Carry out an act: store it, tell the rights, write letters and the audit; part of several commands."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.chassis.db import Db
from services.hierarchy.commands.tell_rights import tell_grants
from services.hierarchy.commands.write_letters import write_appointed
from services.hierarchy.domain.accounts import Account
from services.hierarchy.domain.appointments import Act, Acting, Appointment
from services.hierarchy.domain.audit import APPOINTED, ENDED, Line
from services.hierarchy.store import appointments, audit


@dataclass(slots=True)
class Plan:
    """What an act does: who is appointed, whose appointment ends, who is written to about what."""

    act: Act
    act_of: dict[str, tuple[UUID, Acting | None]] = field(default_factory=dict)
    """Tenant → the act's id there, and who enters it (nobody: a command)."""
    new: list[Appointment] = field(default_factory=list)
    ended: list[Appointment] = field(default_factory=list)
    roles_of: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    account: dict[UUID, Account] = field(default_factory=dict)


async def carry_out(db: Db, public_url: str, plan: Plan, now: datetime) -> list[str]:
    """The address by which each of those comes in who are written to."""
    for tenant, (act_id, who) in plan.act_of.items():
        await appointments.add_act(db, tenant, act_id, plan.act, who, now)
    for ended in plan.ended:
        await appointments.save_end(db, ended)
    await appointments.add(db, plan.new)
    await tell_grants(db, [*plan.ended, *plan.new])
    done = [(ENDED, plan.ended), (APPOINTED, plan.new)]
    await audit.add(db, [_line(plan, action, a, now) for action, those in done for a in those])
    return [
        await write_appointed(db, public_url, plan.account[id_], roles, now)
        for id_, roles in plan.roles_of.items()
    ]


def _line(plan: Plan, action: str, appointment: Appointment, now: datetime) -> Line:
    _, who = plan.act_of[appointment.municipality]
    account, behalf = (who.account, who.on_behalf_of) if who else (None, None)
    return Line(appointment.municipality, now, account, behalf, action, f"appointment:{appointment.id}")
