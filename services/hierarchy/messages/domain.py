"""Who writes to whom: those directly above and below each other in one line, and nobody else. Pure."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from contracts.appointments import Role
from services.chassis import text
from services.hierarchy.orders.domain.tasks import Holder

LONGEST = 4_000

COORDINATORS = (Role.COORDINATOR, Role.STAND_IN)
ABOVE: Mapping[Role, tuple[Role, ...]] = {
    **dict.fromkeys(COORDINATORS, (Role.LEADER, Role.MEMBER)),
    Role.MEMBER: (Role.LEADER,),
    Role.LEADER: (Role.HEAD, Role.DEPUTY, Role.RESPONSIBLE),
}
"""Role → the roles directly above it; up to a group's leader, of the same group alone."""


def is_below(one: Holder, other: Holder) -> bool:
    """Whether somebody stands directly below another, both of one municipality's line."""
    if other.role not in ABOVE.get(one.role, ()):
        return False
    same = one.working_group is not None and one.working_group == other.working_group
    return same or one.role is Role.LEADER


def neighbours(people: Iterable[Holder], account: UUID) -> dict[UUID, Holder]:
    """Account → to whom somebody writes, in the first capacity in which they stand beside each other."""
    everybody = list(people)
    own = [each for each in everybody if each.account == account]
    found: dict[UUID, Holder] = {}
    for each in everybody:
        beside = any(is_below(mine, each) or is_below(each, mine) for mine in own)
        if beside and each.account != account:
            found.setdefault(each.account, each)
    return found


def check_body(given: str) -> str:
    """The text as it is stored. Raises Invalid."""
    return text.check_length(text.several_lines(given), LONGEST, "message-text", "message-text", "text")
