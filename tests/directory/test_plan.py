"""Whose targets a sum takes: any tree, any mix of scopes, missing targets and parents, circles."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import TargetScope
from services.directory.plan import above, added, asked, counted, covered, lasting, parts_of, taken

OWN, WHOLE = TargetScope.OWN, TargetScope.WITH_SETTLEMENTS
CODES = [f"136{n:05}" for n in range(12)]

parents = st.dictionaries(st.sampled_from(CODES), st.none() | st.sampled_from([*CODES, "99999999"]))
"""Any: deep trees, circles, parents that nobody knows."""

trees = st.lists(st.none() | st.integers(0, 11), min_size=12, max_size=12).map(
    lambda ups: {
        code: CODES[up] if up is not None and up < nth else None
        for nth, (code, up) in enumerate(zip(CODES, ups, strict=True))
    }
)
"""Without circles: each is below one that came before it."""

scopes = st.dictionaries(st.sampled_from(CODES), st.sampled_from(TargetScope))

Parents = Mapping[str, str | None]
Scopes = Mapping[str, TargetScope]


def times_counted(code: str, taken: frozenset[str], known: Scopes, tree: Parents) -> int:
    """In how many of the targets that are taken somebody of a municipality is."""
    parts = parts_of(tree)
    return sum(code in counted(each, known[each], parts) for each in taken)


@given(scopes, trees)
def test_nobody_is_in_a_sum_twice(known: Scopes, tree: Parents) -> None:
    taken = added(known, tree)

    assert all(times_counted(code, taken, known, tree) <= 1 for code in tree)


@given(scopes, trees)
def test_whoever_has_a_target_is_in_the_sum_once(known: Scopes, tree: Parents) -> None:
    taken = added(known, tree)

    assert all(times_counted(code, taken, known, tree) == 1 for code in covered(tree, known, tree))


@given(scopes, trees, st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_parts_add_up_to_the_whole_however_it_is_parted(known: Scopes, tree: Parents, of: list[int]) -> None:
    of_all = added(known, tree)
    parts = [{code for code, part in zip(CODES, of, strict=True) if part == n} for n in range(4)]

    sums, below = [taken(part, of_all) for part in parts], parts_of(tree)
    fulfilled = [code for each in sums for name in each for code in counted(name, known[name], below)]

    assert sorted(name for each in sums for name in each) == sorted(of_all)
    assert sorted(fulfilled) == sorted(covered(tree, known, tree)), "and so do the figures, each once"


def test_a_settlement_of_another_smo_than_its_districts_is_beside_there_too() -> None:
    tree = {"district": None, "town": "district", "okrug": None}
    whole = added({"district": WHOLE, "town": OWN, "okrug": OWN}, tree)
    apart = added({"district": OWN, "town": OWN, "okrug": OWN}, tree)

    assert taken({"district"}, whole) == {"district"}
    assert taken({"town", "okrug"}, whole) == {"okrug"}
    assert taken({"district"}, apart) == {"district"}
    assert taken({"town", "okrug"}, apart) == {"town", "okrug"}


@given(scopes, parents)
def test_the_sum_takes_the_targets_over_which_there_is_none_with_settlements(
    known: Scopes, tree: Parents
) -> None:
    def is_largest(code: str) -> bool:
        return not any(known.get(upper) is WHOLE for upper in above(code, tree))

    assert added(known, tree) == {code for code in known if is_largest(code)}


@given(scopes, parents)
def test_any_circle_ends_and_what_is_taken_has_a_target(known: Scopes, tree: Parents) -> None:
    taken = added(known, tree)

    assert taken <= known.keys()
    assert taken <= covered(CODES, known, tree) <= set(CODES) | known.keys()
    for code in CODES:
        way = list(above(code, tree))
        assert len(way) == len(set(way))
        assert code not in way


@given(scopes, trees, st.sampled_from(CODES), st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_larger_target_never_makes_a_smaller_sum(
    known: Scopes, tree: Parents, code: str, each: int, more: int
) -> None:
    figures = {name: each + nth for nth, name in enumerate(CODES)}
    taken = added(known, tree)

    before = sum(figures[name] for name in taken)
    after = sum((figures | {code: figures[code] + more})[name] for name in taken)

    assert after == before + (more if code in taken else 0)


@given(scopes, trees, st.sampled_from(CODES))
def test_one_more_target_of_its_own_is_added_or_shown_beside(known: Scopes, tree: Parents, code: str) -> None:
    without = {name: scope for name, scope in known.items() if name != code}
    before, after = added(without, tree), added({**without, code: OWN}, tree)

    assert after - before <= {code}
    assert before <= after
    assert (code in after) == (not any(without.get(upper) is WHOLE for upper in above(code, tree)))


@given(scopes, trees, st.sampled_from(CODES))
def test_with_settlements_covers_all_that_is_below(known: Scopes, tree: Parents, code: str) -> None:
    wide = {**known, code: WHOLE}
    below = counted(code, WHOLE, parts_of(tree))

    assert below <= covered(CODES, wide, tree)
    assert added(wide, tree) & (below - {code}) == frozenset()
    assert covered(CODES, known, tree) <= covered(CODES, wide, tree), "no target takes cover away"


@given(parents, st.sampled_from(TargetScope))
def test_a_target_with_settlements_counts_all_that_has_its_municipality_above(
    tree: Parents, scope: TargetScope
) -> None:
    parts = parts_of(tree)

    for code in CODES:
        below = {part for part in tree if scope is WHOLE and code in above(part, tree)}
        assert counted(code, scope, parts) == {code, *below}


@given(scopes, parents, st.sets(st.sampled_from(CODES)))
def test_covered_answers_for_those_that_are_asked_alone(
    known: Scopes, tree: Parents, asked: set[str]
) -> None:
    assert covered(asked, known, tree) == covered(CODES, known, tree) & asked


def test_the_district_of_the_source() -> None:
    tree = {"district": None, "town": "district", "village": "district", "okrug": None}

    assert added({"district": WHOLE, "town": OWN, "okrug": OWN}, tree) == {"district", "okrug"}
    assert added({"district": OWN, "town": OWN}, tree) == {"district", "town"}
    assert covered(tree, {"district": WHOLE}, tree) == {"district", "town", "village"}
    assert covered(tree, {"district": OWN, "town": OWN}, tree) == {"district", "town"}
    assert counted("district", WHOLE, parts_of(tree)) == {"district", "town", "village"}
    assert counted("district", OWN, parts_of(tree)) == {"district"}


transformed = st.sets(st.sampled_from(CODES))


@given(scopes, trees, transformed)
def test_a_transformed_ones_target_ends_with_its_successors(
    known: Scopes, tree: Parents, gone: set[str]
) -> None:
    standing = lasting(known, tree, gone)

    assert known.keys() - standing.keys() <= gone, "nobody else's ends"
    assert standing.items() <= known.items()
    for code in gone & standing.keys():
        assert tree.get(code) not in known
    for code in gone & known.keys() - standing.keys():
        assert any(upper in known for upper in above(code, tree))


def test_a_target_of_a_successor_alone_is_in_the_place_of_the_old_ones() -> None:
    tree = {"old": "middle", "middle": "new", "new": None, "part": "old"}
    gone = {"old", "middle"}

    assert lasting({"old": WHOLE, "part": OWN}, tree, gone) == {"old": WHOLE, "part": OWN}
    assert lasting({"old": WHOLE, "part": OWN, "new": OWN}, tree, gone) == {"part": OWN, "new": OWN}
    assert lasting({"old": WHOLE, "new": WHOLE}, tree, gone) == {"new": WHOLE}
    assert asked(tree, {"old", "part"}, gone) == {"old", "part", "new"}
    assert asked(tree, {"new"}, gone) == {"part", "new"}
