"""Who does what in the hotline: the whole table, deed by deed, role by role."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Grant, Staff
from services.directory.reach import roles_in
from services.hotline.core.authority import RIGHTS, Deed, authority, may, oversees, places_of

ME = UUID(int=1)
DISTRICT, SETTLEMENT, ELSEWHERE = "13605000", "13605101", "13610000"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

KEEPERS = {Role.HEAD, Role.CLERK, Role.RESPONSIBLE}
EVERYBODY = set(Role) - {Role.ADMINISTRATOR, Role.SMO_OPERATOR}

WHO = {
    Deed.SET_LINE: KEEPERS,
    Deed.SET_ROSTER: KEEPERS | {Role.LEADER},
    Deed.WORK: EVERYBODY,
    Deed.SUPERVISE: KEEPERS | {Role.LEADER, Role.DEPUTY},
    Deed.APPROVE_ANSWERS: KEEPERS | {Role.LEADER, Role.MEMBER},
    Deed.KEEP_REGION_ANSWERS: {Role.ADMINISTRATOR},
    Deed.KEEP_THEMES: {Role.ADMINISTRATOR},
    Deed.CONSULT: EVERYBODY,
    Deed.SEE_CASES: EVERYBODY,
}


def holder(role: Role, serves: tuple[str, ...] = ()) -> Staff:
    """Somebody who holds a role in the district."""
    scope = SCOPE_OF[role]
    whole = scope is Scope.MUNICIPALITY
    of = DISTRICT if whole else str(uuid5(ME, scope))
    municipality = None if scope in (Scope.REGION, Scope.SMO) else DISTRICT
    grant = Grant(ME, role, scope, of, LONG_AGO, municipality=municipality, serves=serves)
    return Staff(ME, ME, (grant,))


def test_every_deed_has_a_row() -> None:
    assert set(WHO) == set(RIGHTS) == set(Deed)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", Deed)
def test_a_role_does_what_the_table_says_in_its_municipality_and_where_that_serves(
    deed: Deed, role: Role
) -> None:
    staff = holder(role, (SETTLEMENT,))
    reach = {REGION} if role is Role.ADMINISTRATOR else {DISTRICT, SETTLEMENT}
    places = reach if role in WHO[deed] else set()

    assert places_of(staff, deed) == places
    assert {code for code in (REGION, DISTRICT, SETTLEMENT, ELSEWHERE) if may(staff, deed, code)} == places


@pytest.mark.parametrize("deed", Deed)
def test_whoever_has_nothing_to_do_there_is_told_that_it_is_not_there(deed: Deed) -> None:
    with pytest.raises(NotFound):
        authority(holder(Role.HEAD), deed, ELSEWHERE)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
@pytest.mark.parametrize("deed", Deed)
def test_whoever_is_there_without_the_right_is_told_so(deed: Deed, role: Role) -> None:
    if role in WHO[deed]:
        authority(holder(role), deed, DISTRICT)
        return
    with pytest.raises(Forbidden, match=RIGHTS[deed][1]):
        authority(holder(role), deed, DISTRICT)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_region_s_own_is_there_for_everybody_and_the_administrator_s_to_keep(role: Role) -> None:
    with pytest.raises(Forbidden, match="not-yours-of-region"):
        authority(holder(role), Deed.KEEP_REGION_ANSWERS, REGION)


def test_the_roles_in_a_municipality_are_those_that_reach_it() -> None:
    assert roles_in(holder(Role.LEADER, (SETTLEMENT,)), SETTLEMENT) == {Role.LEADER}
    assert roles_in(holder(Role.LEADER), ELSEWHERE) == set()
    assert roles_in(holder(Role.ADMINISTRATOR), DISTRICT) == set()


def test_whoever_acts_over_the_whole_of_a_municipality_oversees_it() -> None:
    over = {role for role in Role if oversees(holder(role), DISTRICT)}

    assert over == {*KEEPERS, Role.DEPUTY, Role.HOTLINE_OPERATOR}
