"""Sign-in sheets: what people type one a line, and what tables say."""

import pytest

from contracts.structure import Term
from services.chassis.errors import Invalid
from services.chassis.tables.rows import TableRow
from services.intake.staff_meetings.domain import sheet as rules
from services.intake.staff_meetings.domain.sheet import Line, Person, check_lines, table_lines, typed_lines

POSITIONS = [Term(code="budget", name="Работник"), Term(code="deputy", name="Депутат")]
MARIA = Person(1, "Иванова Мария Петровна", "ivanova@example.org", "budget", None)


def checked(text: str, *before: Person) -> list[Person]:
    return check_lines(typed_lines(text), POSITIONS, "budget", before)


def test_a_line_is_a_name_and_what_follows_it_in_any_of_the_usual_ways() -> None:
    lines = typed_lines(
        "Иванова Мария Петровна; ivanova@example.org\n"
        "\n"
        "Петров Иван\t\tдепутат\t12-с\n"
        "Ёлкина Анна Олеговна, elkina@example.org\n"
        "Сидорова Ольга; учитель"
    )

    assert lines == [
        Line(1, "Иванова Мария Петровна", "ivanova@example.org"),
        Line(3, "Петров Иван", "", "депутат", "12-с"),
        Line(4, "Ёлкина Анна Олеговна", "elkina@example.org"),
        Line(5, "Сидорова Ольга", "", "учитель"),
    ]


def test_a_post_of_the_list_is_taken_and_any_other_is_what_is_said_of_all() -> None:
    people = checked("Петров Иван; ; депутат\nСидорова Ольга; ; учитель химии\nЁлкина Анна")

    assert [(person.nth, person.position) for person in people] == [
        (1, "deputy"),
        (2, "budget"),
        (3, "budget"),
    ]


def test_whoever_is_on_the_sheet_is_put_there_once() -> None:
    people = checked("ИВАНОВА мария Петровна; Ivanova@example.org\nЁлкина Анна\nелкина  анна", MARIA)

    assert [(person.nth, person.name) for person in people] == [(2, "Ёлкина Анна")]


def test_every_bad_line_is_told_and_nobody_is_put_on_the_sheet() -> None:
    with pytest.raises(Invalid) as refused:
        checked("Иванова Мария ivanova@example.org\n; a@example.org\nПетров Иван; петров@\nЁлкина Анна")

    slugs = {line: why.slug for line, why in refused.value.rows.items()}
    assert slugs == {1: "sheet-name-address", 2: "name-empty", 3: "email-invalid"}


@pytest.mark.parametrize("given", ["", " \n\t\n", "\u200b\u2800"], ids=["nothing", "blanks", "unseen"])
def test_an_empty_sheet_says_what_to_do(given: str) -> None:
    with pytest.raises(Invalid, match="sheet-empty"):
        checked(given)


def test_a_sheet_has_an_end() -> None:
    with pytest.raises(Invalid, match="sheet-too-long"):
        checked("\n".join(f"Иванова {nth}" for nth in range(rules.PEOPLE_MOST + 1)))


def test_columns_of_a_table_are_found_by_their_names() -> None:
    table = [
        TableRow(2, ("№", "Должность", "Отчество", "Фамилия", "Имя", "Эл. почта", "№ согласия")),
        TableRow(3, ("1", "Депутат", "Иванович", "Петров", "Иван", "petrov@example.org", "7")),
        TableRow(5, ("2", "", "", "Ли", "Анна")),
    ]

    assert table_lines(table) == [
        Line(3, "Петров Иван Иванович", "petrov@example.org", "Депутат", "7"),
        Line(5, "Ли Анна"),
    ]


def test_without_names_columns_are_known_by_their_order() -> None:
    table = [TableRow(1, ("Петров Иван", "petrov@example.org", "Депутат", "7")), TableRow(2, ("Ли Анна",))]

    assert table_lines(table) == [
        Line(1, "Петров Иван", "petrov@example.org", "Депутат", "7"),
        Line(2, "Ли Анна"),
    ]


def test_a_person_is_briefly_a_number_and_a_name() -> None:
    names = ("Иванова Мария Петровна", "Ли", "Салтыков-Щедрин М. Е.")

    briefly = [Person(3, name, None, "budget", None).brief for name in names]

    assert briefly == ["3 Иванова М. П.", "3 Ли", "3 Салтыков-Щедрин М. Е."]
