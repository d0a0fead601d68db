"""Sums of targets above the municipality: any tree, any mix of scopes, whatever is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import TargetScope
from contracts.structure import MunicipalityKind, PlanRules
from services.chassis.errors import NotFound
from services.hierarchy.appointments.domain.appointments import Act
from services.hierarchy.targets.domain.listing import Asked, items, rows, within
from services.hierarchy.targets.domain.proposals import parents_of, people_of, propose
from services.hierarchy.targets.domain.sums import Standing
from services.hierarchy.targets.domain.targets import Figures, Version
from services.hierarchy.territory.domain.structure import Municipality, successors

OWN, WHOLE = TargetScope
DISTRICTS = ["10000000", "20000000", "30000000"]
SETTLEMENTS = [f"{district[0]}00001{n:02}" for district in DISTRICTS for n in range(4)]
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def municipality(code: str, **more: object) -> Municipality:
    parent = None if code in DISTRICTS else f"{code[0]}0000000"
    kind = MunicipalityKind.RURAL_SETTLEMENT if parent else MunicipalityKind.MUNICIPAL_DISTRICT
    given = {"parent": parent, "oktmo_now": code, "smo": f"smo-{code[0]}"} | more
    return Municipality(code, f"Место {code}", kind, **given)  # type: ignore[arg-type]


KNOWN = {code: municipality(code) for code in (*DISTRICTS, *SETTLEMENTS)}


def version(code: str, figures: Figures, confirmed: bool = True) -> Version:
    of = (code, "spring", 1, figures, Act("1", date(2026, 11, 29)), confirmed)
    return Version(*of, None if confirmed else "smo", UUID(int=1), None, NOON)


figures = st.builds(Figures, st.integers(1, 1000), st.integers(1, 1000), st.sampled_from(TargetScope))
targets = st.dictionaries(st.sampled_from(sorted(KNOWN)), figures).map(
    lambda found: {code: version(code, each) for code, each in found.items()}
)


def standing(found: dict[str, Version], known: dict[str, Municipality] = KNOWN) -> Standing:
    return Standing(found, parents_of(known), frozenset(successors(known.values())))


@given(targets)
def test_the_region_is_the_sum_of_its_districts_and_of_its_smos(found: dict[str, Version]) -> None:
    stands, councils = standing(found), {f"smo-{n}": f"СМО {n}" for n in "123"}

    (region,) = items("region", KNOWN, stands, KNOWN, councils)
    parts = [items(level, KNOWN, stands, KNOWN, councils) for level in ("district", "smo")]

    for part in parts:
        assert (region.registered or 0) == sum(item.registered or 0 for item in part)
        assert (region.submitted or 0) == sum(item.submitted or 0 for item in part)
        assert (region.with_target, region.of) == (
            sum(item.with_target or 0 for item in part),
            sum(item.of or 0 for item in part),
        )


smos = st.lists(st.sampled_from("123"), min_size=len(KNOWN), max_size=len(KNOWN))


@given(targets, smos)
def test_the_region_is_the_sum_of_its_smos_also_where_a_settlement_has_another(
    found: dict[str, Version], of: list[str]
) -> None:
    known = {code: replace(m, smo=f"smo-{n}") for (code, m), n in zip(KNOWN.items(), of, strict=True)}
    stands, councils = standing(found, known), {f"smo-{n}": f"СМО {n}" for n in "123"}

    (region,) = items("region", known, stands, known, councils)
    parts = items("smo", known, stands, known, councils)

    for name in ("registered", "submitted", "with_target", "of"):
        assert (getattr(region, name) or 0) == sum(getattr(part, name) or 0 for part in parts), name


@given(targets)
def test_a_sum_is_what_is_added(found: dict[str, Version]) -> None:
    stands = standing(found)
    listed = items("municipality", KNOWN, stands, KNOWN, {})
    (region,) = items("region", KNOWN, stands, KNOWN, {})

    assert {item.code for item in listed} == found.keys()
    assert (region.registered or 0) == sum(item.registered or 0 for item in listed if item.added)


@given(targets)
def test_whoever_misses_a_target_comes_first_and_is_counted(found: dict[str, Version]) -> None:
    stands = standing(found)
    shown = rows(KNOWN, stands, KNOWN, Asked())
    missing = [row.is_missing for row in shown]

    assert missing == sorted(missing, reverse=True)
    assert {row.municipality.code for row in shown if row.is_missing} == stands.missing(KNOWN)
    assert stands.together(KNOWN).with_target == len(KNOWN) - sum(missing)
    assert [row for row in shown if row.is_missing] == rows(KNOWN, stands, KNOWN, Asked(only="missing"))


def test_a_transformed_one_is_no_more_asked_for_a_target() -> None:
    known = KNOWN | {"20000000": municipality("20000000", successor_of=("10000000", *SETTLEMENTS[:4]))}
    stands = standing({"20000000": version("20000000", Figures(9, 9, WHOLE))}, known)

    total = stands.together(known)

    assert (total.registered, total.with_target, total.among) == (9, 5, 10)
    assert "10000000" not in stands.missing(known)


def test_a_transformed_ones_target_stands_until_its_successor_has_one() -> None:
    known = KNOWN | {"20000000": municipality("20000000", successor_of=("10000000",))}
    old, new = version("10000000", Figures(5, 5)), version("20000000", Figures(9, 9))

    before = standing({"10000000": old}, known)
    after = standing({"10000000": old, "20000000": new}, known)

    assert [stands.together(known).registered for stands in (before, after)] == [5, 9]
    assert [stands.together(known).with_target for stands in (before, after)] == [1, 1]
    assert [item.added for item in items("municipality", known, after, known, {})] == [False, True]
    assert [sum(row.added for row in rows(known, each, known, Asked())) for each in (before, after)] == [1, 1]
    districts = items("district", known, before, known, {})
    assert {item.code: item.registered for item in districts} == {"20000000": 5, "30000000": None}


def test_people_of_a_merged_settlement_are_its_successors() -> None:
    one, other = SETTLEMENTS[:2]
    known = {
        "10000000": municipality("10000000", audience=1000),
        one: municipality(one, audience=300),
        other: municipality(other, audience=500, successor_of=(one,)),
    }

    proposal = propose(PlanRules(), known, "10000000", OWN)

    assert proposal is not None
    assert proposal.audience == 500


def test_a_place_means_what_is_a_part_of_it_and_all_of_it_must_be_seen() -> None:
    stands = standing({})

    assert within(KNOWN, stands, "10000000", KNOWN) == {"10000000", *SETTLEMENTS[:4]}
    assert within(KNOWN, stands, "smo-2", KNOWN) == {"20000000", *SETTLEMENTS[4:8]}
    assert within(KNOWN, stands, "", {"10000000"}) == {"10000000"}
    for place, seen in (("10000000", {"10000000"}), ("region", {"10000000"}), ("smo-9", KNOWN)):
        with pytest.raises(NotFound):
            within(KNOWN, stands, place, seen)


@given(st.none() | st.integers(0, 10**6), st.lists(st.none() | st.integers(0, 10**5), min_size=4, max_size=4))
def test_a_proposal_stands_on_what_is_known(whole: int | None, parts: list[int | None]) -> None:
    known = {"10000000": municipality("10000000", audience=whole)} | {
        code: municipality(code, audience=part) for code, part in zip(SETTLEMENTS, parts, strict=False)
    }

    own = propose(PlanRules(), known, "10000000", OWN)
    wide = propose(PlanRules(), known, "10000000", WHOLE)

    assert (wide is None) == (not whole)
    if own is not None:
        assert None not in parts
        assert own.audience == whole - sum(filter(None, parts))  # type: ignore[operator]
    for proposal in filter(None, (own, wide)):
        assert proposal.figures.registered == max(1, int(proposal.audience * 0.2 + 0.5))
        assert proposal.figures.submitted >= 1


def test_people_of_a_district_are_those_of_its_settlements_too() -> None:
    known = {
        "10000000": municipality("10000000", population=1000),
        SETTLEMENTS[0]: municipality(SETTLEMENTS[0], population=700),
        SETTLEMENTS[1]: municipality(SETTLEMENTS[1], population=600),
        SETTLEMENTS[2]: municipality(SETTLEMENTS[2]),
    }

    assert people_of(known, "10000000", OWN) == 1000
    assert people_of(known, "10000000", WHOLE) == 1300
    assert people_of(known, SETTLEMENTS[2], OWN) is None
