"""Figures add up, whoever declares what; a number that contradicts the system has a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.results import Counted
from services.chassis.errors import Invalid
from services.hierarchy.reports.domain.figures import (
    FIGURES,
    Declared,
    Figure,
    TypedNumber,
    added,
    added_by,
    check_declared,
    of_counted,
    with_declared,
)
from services.hierarchy.reports.domain.reports import Theme, check_themes, themes_of

NUMBERS = st.none() | st.integers(0, 1000)


def counted(registered: int = 10, submitted: int = 4, consultations: int | None = None) -> Counted:
    return Counted(
        registered=registered,
        submitted=submitted,
        period_registered=1,
        period_submitted=1,
        by_direction={"roads": submitted},
        by_form=None,
        by_position={"budget": registered},
        first_time=None,
        consultations=consultations,
        help_requests=0,
        inquiries=None,
    )


@st.composite
def lines(draw: st.DrawFn) -> list[tuple[Counted | None, list[Declared]]]:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        known = draw(st.none() | st.builds(counted, st.integers(0, 99), st.integers(0, 99), NUMBERS))
        said = draw(st.lists(st.sampled_from(sorted(FIGURES)), unique=True, max_size=4))
        found.append((known, [Declared(name, draw(st.integers(0, 999)), "так") for name in said]))
    return found


@given(lines())
def test_the_sum_of_a_group_is_of_its_lines_and_its_difference_theirs(
    each: list[tuple[Counted | None, list[Declared]]],
) -> None:
    figures = [of_counted(known, declared) for known, declared in each]

    sums = added(figures)

    for name in FIGURES:
        stated = [stands for f in figures if (stands := f[name].stated) is not None]
        assert sums[name].stated == (sum(stated) if stated else None)
        both = [f[name] for f in figures if f[name].counted is not None]
        assert sums[name].difference == sum((f.stated or 0) - (f.counted or 0) for f in both)
    assert added([added(figures[:2]), added(figures[2:])]) == sums
    assert added(reversed(figures)) == sums


@given(lines(), st.integers(0, 999))
def test_what_a_leader_declares_stands_beside_what_the_coordinators_stated(
    each: list[tuple[Counted | None, list[Declared]]], number: int
) -> None:
    sums = added(of_counted(known, declared) for known, declared in each)

    after = with_declared(sums, [Declared("submitted", number)])["submitted"]

    assert (after.stated, after.counted) == (number, sums["submitted"].counted)
    if sums["submitted"].counted is not None and sums["submitted"].stated is not None:
        assert after.difference - sums["submitted"].difference == number - sums["submitted"].stated


def test_a_declared_number_stands_beside_the_counted_one() -> None:
    figures = of_counted(counted(), [Declared("submitted", 6, "Бумажные"), Declared("consultations", 3)])

    assert figures["submitted"] == Figure(4, 6, 2)
    assert figures["consultations"] == Figure(None, 3, 0)
    assert of_counted(None, ())["registered"] == Figure()


def test_what_was_sent_before_a_figure_was_told_of_adds_up_with_the_rest() -> None:
    before = {name: figure for name, figure in of_counted(counted(), ()).items() if "inquiries" not in name}

    sums = added([before, of_counted(counted().model_copy(update={"inquiries": 2}), ())])

    assert (sums["inquiries"], sums["submitted"]) == (Figure(2, 2), Figure(8, 8))


def test_breakdowns_add_up_and_one_that_nobody_has_is_none() -> None:
    assert added_by([counted(), None, counted(1, 2)]) == {
        "by_direction": {"roads": 6},
        "by_position": {"budget": 11},
    }


def test_only_what_differs_is_declared_and_with_a_reason_where_the_system_knows() -> None:
    typed = [
        TypedNumber("registered", "10", "лишнее"),
        TypedNumber("submitted", "1\u00a0204", "Ещё на бумаге"),
        TypedNumber("consultations", "5"),
        TypedNumber("inquiries", ""),
    ]

    assert check_declared(typed, of_counted(counted(), ())) == [
        Declared("submitted", 1204, "Ещё на бумаге"),
        Declared("consultations", 5),
    ]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ([TypedNumber("submitted", "5")], {"summary-reason"}),
        ([TypedNumber("submitted", "5", "\u200b\u202e")], {"summary-reason"}),
        ([TypedNumber("submitted", "-5", "x"), TypedNumber("registered", "٣", "x")], {"summary-number"}),
        ([TypedNumber("submitted", "9" * 400, "x")], {"summary-number"}),
        ([TypedNumber("submitted", "5", "x" * 501)], {"summary-reason"}),
        ([TypedNumber("moon", "5", "x")], {"summary-figure"}),
        ([TypedNumber("inquiries", "5"), TypedNumber("inquiries", "5")], {"summary-figure"}),
    ],
    ids=["no reason", "unseen reason", "no number", "endless", "long reason", "unknown", "twice"],
)
def test_what_is_no_declared_number_is_refused(typed: list[TypedNumber], slugs: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_declared(typed, of_counted(counted(), ()))
    assert {each.slug for each in refused.value.every()} == slugs


def test_themes_are_typed_one_a_line() -> None:
    typed = "Ремонт дворов – 5\n\n  Освещение : 2\nПарк 2030\n"

    assert themes_of(typed) == [Theme("Ремонт дворов", 5), Theme("Освещение", 2), Theme("Парк 2030")]
    assert themes_of("\n".join(each.words for each in themes_of(typed))) == themes_of(typed)
    for wrong in ([Theme("x" * 201)], [Theme("\u200b")], [Theme("x")] * 51, [Theme("x", -1)]):
        with pytest.raises(Invalid, match="summary-themes"):
            check_themes(wrong)
