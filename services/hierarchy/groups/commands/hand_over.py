"""Hand directions over from one working group to another; part of forming groups and of changing one."""

from collections.abc import Collection, Sequence

from contracts.appointments import Role
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.core.domain.places import Place
from services.hierarchy.groups.domain.groups import WorkingGroup, forming, give_up


def handed_over(
    by: Staff,
    place: Place,
    present: Sequence[Appointment],
    standing: Sequence[WorkingGroup],
    takes: Sequence[Collection[str]],
) -> list[WorkingGroup]:
    """The groups that give up directions, as they are then. `present`: who is appointed in the municipality,
    leaders among them. Raises Forbidden for a deputy who would take from another's group."""
    wanted = {direction for each in takes for direction in each}
    givers = [group for group in standing if not group.directions.isdisjoint(wanted)]
    if givers:
        leaders = {a.of: a.account for a in present if a.role is Role.LEADER}
        forming(by, place, [leaders.get(str(group.id)) for group in givers])
    return give_up(givers, wanted)


def apart(standing: Sequence[WorkingGroup], handed: Sequence[WorkingGroup]) -> list[WorkingGroup]:
    """The groups that stand, those that give something up as they are then."""
    changed = {group.id: group for group in handed}
    return [changed.get(group.id, group) for group in standing]
