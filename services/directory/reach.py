"""Where a grant reaches, and who acts there in which role. Pure."""

from collections.abc import Collection

from contracts.appointments import Role, Scope
from contracts.event import REGION
from services.directory.grants import Grant, Staff


def reach_of(grant: Grant) -> tuple[str, ...]:
    """Its municipality and those for which that one acts by agreement, or the region; of an SMO's nothing."""
    if grant.scope is Scope.REGION:
        return (REGION,)
    return (grant.municipality, *grant.serves) if grant.municipality else ()


def roles_in(staff: Staff, municipality: str) -> set[Role]:
    """In which roles somebody acts in a municipality, over the whole of it or a part, also by agreement."""
    return {grant.role for grant in staff.grants if municipality in reach_of(grant)}


def acts_in(staff: Staff, roles: Collection[Role], municipality: str) -> bool:
    """Whether somebody acts in a municipality in one of these roles."""
    return not roles_in(staff, municipality).isdisjoint(roles)


def places_in(staff: Staff, roles: Collection[Role]) -> set[str]:
    """Every municipality in which somebody acts in one of these roles."""
    return {code for grant in staff.grants if grant.role in roles for code in reach_of(grant)}
