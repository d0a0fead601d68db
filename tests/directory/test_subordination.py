"""Whose groups answer in a municipality: found by an index, as if each group was looked at."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import WorkingGroupDefined
from services.directory.region import Picture
from services.directory.subordination import Subordination
from tests.factories import NAMES, define_campaign

NOW = datetime(2026, 4, 14, 9, tzinfo=UTC)
SPRING = Picture(campaigns={"spring": define_campaign()})

GROUPS = st.builds(
    WorkingGroupDefined,
    version=st.just(1),
    id=st.uuids(),
    campaign=st.sampled_from(["spring", "autumn"]),
    municipality=st.sampled_from(["11111111", "22222222", "33333333"]),
    covers_all=st.booleans(),
    directions=st.just([]),
    organizations=st.just([]),
    dissolved=st.booleans(),
)


@given(st.lists(GROUPS, max_size=12))
def test_the_groups_of_a_municipality_are_those_of_the_open_campaign(told: list[WorkingGroupDefined]) -> None:
    known = Subordination(picture=SPRING, groups={each.id: each for each in told})

    for municipality in ("11111111", "22222222", "33333333", "44444444"):
        wanted = ("spring", municipality, False)
        here = [g for g in known.groups.values() if (g.campaign, g.municipality, g.dissolved) == wanted]
        assert known.groups_of(municipality) == here


class Counted(dict[UUID, WorkingGroupDefined]):
    """Groups that count how often all of them are looked at."""

    looked = 0

    def values(self) -> object:  # type: ignore[override]
        self.looked += 1
        return super().values()


def test_all_groups_are_looked_at_once() -> None:
    groups = Counted()
    known = Subordination(picture=SPRING, groups=groups)

    for nth in range(100):
        assert known.group_for(str(nth), "roads", uuid5(NAMES, str(nth)), NOW) is None

    assert groups.looked == 1
