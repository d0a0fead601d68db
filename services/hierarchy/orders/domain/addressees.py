"""To whom an order goes: by role, by group, by direction or by name, within the giver's line."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Role
from services.chassis.errors import Invalid
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.orders.domain.tasks import Holder

MOST = 10_000
"""Choices of one order: more than a region has coordinators."""

OF_MUNICIPALITY = (Role.RESPONSIBLE, Role.DEPUTY, Role.CLERK, Role.HOTLINE_OPERATOR)
COORDINATORS = (Role.COORDINATOR, Role.STAND_IN)
BELOW_HEAD = (*OF_MUNICIPALITY, Role.LEADER, Role.MEMBER, *COORDINATORS)
BELOW_LEADER = (Role.MEMBER, *COORDINATORS)
SEVERAL = (Role.DEPUTY, Role.LEADER, Role.MEMBER, Role.COORDINATOR)
"""Roles whose holders are addressed in one step: `role:coordinator`, who takes the stand-ins along."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom somebody may give orders: everybody below them, and the working groups among whom they are."""

    people: Sequence[Holder]
    groups: Sequence[WorkingGroup]

    def covering(self, direction: str) -> frozenset[UUID]:
        """The groups of a direction; the catch-all's, if no other has it."""
        named = frozenset(group.id for group in self.groups if direction in group.directions)
        return named or frozenset(group.id for group in self.groups if group.covers_all)


def below(people: Iterable[Holder], giver: UUID, group: UUID | None) -> list[Holder]:
    """Who is below the Head, or below a group's leader: never the giver."""
    roles = BELOW_LEADER if group else BELOW_HEAD
    return [
        each
        for each in people
        if each.role in roles and each.account != giver and group in (None, each.working_group)
    ]


@dataclass(frozen=True, slots=True)
class Addressed:
    """The choices as they are stored, and everybody whom they mean, once in each capacity."""

    choices: tuple[str, ...]
    holders: Sequence[Holder]


def check_addressees(given: Sequence[str], reach: Reach) -> Addressed:
    """Whom these choices mean.

    `role:deputy`: all of that role; `group:…`, `members:…`, `leader:…`: a group's coordinators, members,
    leader; `direction:…`: the coordinators of a direction; `person:…`: somebody, by their appointment.
    Raises Invalid for an unknown choice, for somebody who is not there any more, and if nobody is meant.
    """
    chosen = list(dict.fromkeys(each.strip() for each in given if each.strip()))
    if not chosen or len(chosen) > MOST:
        raise Invalid("order-to", field="to")
    by_appointment = {each.appointment: each for each in reach.people}
    found: dict[UUID, Holder] = {}
    for choice in chosen:
        found |= {each.appointment: each for each in _meant(choice, reach, by_appointment)}
    if not found:
        raise Invalid("order-to-nobody", field="to")
    return Addressed(tuple(chosen), list(found.values()))


def _meant(choice: str, reach: Reach, by_appointment: dict[UUID, Holder]) -> Collection[Holder]:
    kind, _, of = choice.partition(":")
    match kind:
        case "role" if of in SEVERAL:
            wanted = COORDINATORS if of == Role.COORDINATOR else (Role(of),)
            return [each for each in reach.people if each.role in wanted]
        case "direction":
            return list(_within(reach.people, COORDINATORS, reach.covering(of)))
        case "group" | "members" | "leader":
            roles = {"group": COORDINATORS, "members": (Role.MEMBER,), "leader": (Role.LEADER,)}[kind]
            return list(_within(reach.people, roles, _own(of, reach)))
        case "person":
            if (id_ := _uuid(of)) and (person := by_appointment.get(id_)):
                return [person]
            raise Invalid("order-to-gone", field="to")
        case _:
            raise Invalid("order-to", field="to")


def _own(of: str, reach: Reach) -> frozenset[UUID]:
    id_ = _uuid(of)
    if id_ not in {group.id for group in reach.groups}:
        raise Invalid("order-to-group", field="to")
    return frozenset({id_}) if id_ else frozenset()


def _within(people: Iterable[Holder], roles: Collection[Role], groups: frozenset[UUID]) -> Iterator[Holder]:
    return (each for each in people if each.role in roles and each.working_group in groups)


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def successor(holder: Holder, people: Iterable[Holder]) -> Holder | None:
    """Who has the work of somebody who is gone: who followed them in the same place, else who appointed them:
    the leader of a coordinator's group, of everybody else the Head, in the coordination group."""
    by_chair: dict[tuple[Role, str], Holder] = {}
    head = None
    for each in people:
        by_chair[each.role, each.scope_of] = each
        head = each if each.role is Role.HEAD else head
    for chair in _line(holder):
        if chair in by_chair:
            return by_chair[chair]
    return head


def _line(holder: Holder) -> Iterator[tuple[Role, str]]:
    if holder.role in (Role.RESPONSIBLE, Role.LEADER, Role.COORDINATOR):
        yield holder.role, holder.scope_of
    if holder.role is Role.STAND_IN:
        yield Role.COORDINATOR, holder.scope_of
    if holder.role in (*COORDINATORS, Role.MEMBER) and holder.working_group:
        yield Role.LEADER, str(holder.working_group)
