"""Rows of a grid: whom and what is meant by what is typed, and everything that is wrong with it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.errors import Invalid
from services.intake.assisted.domain import Known, NewPerson
from services.intake.staff_meetings.domain.grid import (
    GridRow,
    authors_of,
    briefly,
    check_row,
    completed,
    kept_of,
    key_of,
    unnamed,
)
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import Person
from services.intake.staff_meetings.domain.terms import choice_of
from tests.factories import DISTRICT, define_campaign, today

CAMPAIGN = define_campaign()
NOW = datetime.now(UTC)
MEETING = StaffMeeting(DISTRICT, uuid4(), "spring", uuid4(), today(), uuid4(), NOW, NOW)
NAMES = ("Иванова Мария Петровна", "Петров Иван Сергеевич", "Ёлкина Анна Олеговна", "Иванов Степан")
PEOPLE = [Person(nth, name, None, "budget", None) for nth, name in enumerate(NAMES, 1)]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("1,3", [1, 3]),
        ("№ 2; 4", [2, 4]),
        ("ёлк", [3]),
        ("Елкина", [3]),
        ("пет, мария", [2, 1]),
        ("иванов степан", [4]),
        ("3 Ёлкина А. О., 1 Иванова М. П.", [3, 1]),
        ("2, 2, пет", [2]),
        ("\u202e2\u200b, , 3,", [2, 3]),
    ],
    ids=["numbers", "signs", "letters", "е-ё", "any-word", "both-names", "brief", "twice", "unseen"],
)
def test_authors_are_meant_by_number_or_by_letters(given: str, meant: list[int]) -> None:
    assert [person.nth for person in authors_of(given, PEOPLE)] == meant


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        (" , ;", "authors-none"),
        ("иван", "authors-ambiguous"),
        ("Сидоров", "authors-unknown"),
        ("9", "authors-unknown"),
        ("0", "authors-unknown"),
        ("2 Ёлкина А. О.", "authors-mismatch"),
        ("1\0, ?", "authors-unknown"),
    ],
    ids=["nobody", "several", "stranger", "no-such", "zero", "another", "sign"],
)
def test_authors_who_are_not_clear_are_refused(given: str, slug: str) -> None:
    with pytest.raises(Invalid, match=slug):
        authors_of(given, PEOPLE)


def test_a_whole_name_is_nobody_elses() -> None:
    people = [*PEOPLE, Person(5, "Иванова Мария Петровна Младшая", None, "budget", None)]

    assert [person.nth for person in authors_of("Иванова Мария Петровна", people)] == [1]


def test_authors_are_shown_by_number_and_name_where_that_is_clear() -> None:
    assert briefly("пет,1", PEOPLE) == "2 Петров И. С., 1 Иванова М. П."
    assert briefly("пет,99", PEOPLE) == "пет,99"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("1 Иванова М. П., 3 Ёлкина А. О.", "1, 3 Ёлкина А. О."),
        ("мария; пет", "1, пет"),
        ("иванов", "1"),
        ("3 Иванова", "1"),
        ("3;пет", "3;пет"),
    ],
    ids=["brief", "letters", "one of two", "another's number", "others"],
)
def test_of_somebody_who_is_erased_rows_keep_the_number(given: str, left: str) -> None:
    assert unnamed(given, PEOPLE[0], PEOPLE) == left


@pytest.mark.parametrize("given", ["1", "1 Иванова М. П."], ids=["number", "an older page"])
def test_nobody_who_is_erased_is_an_author(given: str) -> None:
    erased = [replace(PEOPLE[0], name="", participant=uuid4(), erased=True), *PEOPLE[1:]]

    with pytest.raises(Invalid) as refusal:
        check_row(MEETING, CAMPAIGN, erased, row(authors=given))

    assert [each.slug for each in refusal.value.every()] == ["authors-withdrawn"]
    assert briefly(f"{given}, пет", erased) == "1, 2 Петров И. С."


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        *(("roads", "roads"), ("ДОРОГИ", "roads"), ("д", "roads"), ("2", "culture")),
        *(("", None), ("0", None), ("3", None), ("Космос", None), ("9" * 5000, None)),
    ],
    ids=["code", "name", "letters", "number", "nothing", "zero", "beyond", "unknown", "huge"],
)
def test_something_of_a_list_is_meant_by_code_name_letters_or_number(given: str, meant: str | None) -> None:
    assert choice_of(CAMPAIGN.directions, given) == meant


def row(**typed: Any) -> GridRow:
    given: dict[str, Any] = {
        "authors": "1",
        "direction": "roads",
        "form": "personal",
        "title": "Свет",
        "text": "Темно.",
    }
    return replace(GridRow(uuid4()), **(given | typed))


def test_direction_and_form_are_taken_over_from_above() -> None:
    above = GridRow(uuid4(), direction="culture", form="collective", initiative=uuid4(), number=7)

    rows = completed([row(direction="", form=""), row(form=""), row(direction="")], [above], PEOPLE)

    assert [(each.direction, each.form) for each in rows] == [
        ("culture", "collective"),
        ("roads", "collective"),
        ("roads", "personal"),
    ]


def test_a_blank_row_is_not_kept_and_a_long_one_is_kept_to_be_shortened() -> None:
    blank = GridRow(uuid4(), direction="roads", form="personal")

    (kept,) = kept_of([blank, row(text="я" * 1_000_000)])

    assert len(kept.text) == 20_000


def test_everything_that_is_wrong_with_a_row_is_told() -> None:
    with pytest.raises(Invalid) as refused:
        check_row(
            MEETING,
            CAMPAIGN,
            PEOPLE,
            row(authors="9", direction="Космос", form="", title="", text="я" * 5000),
        )

    assert {each.field: each.slug for each in refused.value.every()} == {
        "authors": "authors-unknown",
        "direction": "grid-direction-unknown",
        "form": "classifier-unknown",
        "title": "title-empty",
        "text": "text-too-long",
    }


def test_a_row_means_its_people_with_the_consent_of_the_sheet() -> None:
    known = uuid4()
    people = [
        Person(1, NAMES[0], None, "budget", "12-с"),
        Person(2, NAMES[1], "petrov@example.org", "deputy", None, participant=uuid4()),
        Person(3, NAMES[2], None, "budget", None, participant=known),
    ]

    found = check_row(MEETING, CAMPAIGN, people, row(authors="1,2,3", direction="2", form="2"))

    maria, ivan, anna = found.authors
    assert isinstance(maria, NewPerson)
    assert maria.consent
    assert (maria.consent.number, maria.consent.day, maria.key) == (
        "12-с",
        MEETING.day,
        key_of(MEETING.id, 1),
    )
    assert isinstance(ivan, NewPerson), "who has an address is known by it, wherever they are registered"
    assert ivan.consent
    assert ivan.consent.number == "лист регистрации, № 2"
    assert anna == Known(known)
    assert (found.direction, found.form) == ("culture", "collective")


def test_people_of_two_meetings_have_different_keys() -> None:
    assert key_of(UUID(int=1), 1) != key_of(UUID(int=2), 1)
