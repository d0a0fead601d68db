"""The annex of an act, as people paste it or bring it as a table."""

from collections.abc import Sequence

import pytest

from contracts.appointments import Role
from services.hierarchy.appointments.domain import annex
from services.hierarchy.appointments.domain.annex import Row
from services.hierarchy.core.domain.roles import TITLES
from tests.hierarchy.tables import spreadsheet, table

HEAD = ("Роль", "Имя", "Адрес", "Где")
FIRST = ("Координатор", "Иванов Иван Иванович", "ivanov@mail.ru", "1")
SECOND = ("Координатор", "Петрова Анна Ильинична", "petrova@mail.ru", "2")


def brought(*rows: tuple[object, ...]) -> Sequence[Row]:
    return pasted(annex.written(table(spreadsheet(*rows))))


def pasted(text: str) -> Sequence[Row]:
    read = annex.read(text)
    assert not read.unread
    return read.rows


def refused(text: str) -> dict[int, str]:
    return {row.line: row.why.slug for row in annex.read(text).unread}


def rows_of(*cells: tuple[str, str, str, str]) -> list[tuple[str, str, str]]:
    return [(name, email, of) for _, name, email, of in cells]


def parts(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    return [(row.name, row.email, row.of) for row in rows]


def test_only_the_row_with_a_remark_is_named() -> None:
    text = annex.written(table(spreadsheet(HEAD, FIRST, SECOND, (*FIRST[:3], "3", "в отпуске"))))

    assert refused(text) == {3: "annex-row"}


def test_a_remark_beside_a_row_that_lacks_its_place_is_no_place() -> None:
    text = annex.written(table(spreadsheet(HEAD, FIRST, (*SECOND[:3], "", "в отпуске"))))

    assert refused(text) == {2: "annex-row"}


def test_a_column_of_numbers_and_one_of_remarks_are_left_out() -> None:
    numbered = [("№ п/п", *HEAD, "Примечание"), (1, *FIRST, "да"), (2, *SECOND)]

    assert parts(brought(*numbered)) == rows_of(FIRST, SECOND)


def test_numbers_without_a_head_are_left_out() -> None:
    assert parts(brought((1, *FIRST), ("2.", *SECOND))) == rows_of(FIRST, SECOND)
    assert parts(pasted("1; " + "; ".join(FIRST) + "\n2)\t" + "\t".join(SECOND))) == rows_of(FIRST, SECOND)


@pytest.mark.parametrize("role", ["Роль", "роль", "Pоль", "\u200bРоль\u00a0"])
def test_the_head_is_known_wherever_the_role_stands(role: str) -> None:
    shuffled = [
        ("Где", "ФИО", "E-mail", role),
        *((of, name, email, post) for post, name, email, of in (FIRST, SECOND)),
    ]

    assert parts(brought(*shuffled)) == rows_of(FIRST, SECOND)


def test_a_title_above_the_head_is_named_alone() -> None:
    text = annex.written(table(spreadsheet(("Приложение № 1",), (), HEAD, FIRST)))

    assert refused(text) == {1: "annex-row"}


def test_a_head_is_known_in_pasted_text() -> None:
    text = "№\tРоль\tИмя\tАдрес\n1\t" + "\t".join(FIRST[:3])

    assert parts(pasted(text)) == [(*FIRST[1:3], "")]


def test_a_part_whose_head_is_unknown_is_the_next_that_is_left() -> None:
    rows = brought(("№", "Роль", "Сотрудник", "Куда писать", "Школа"), (1, *FIRST))

    assert parts(rows) == rows_of(FIRST)


def test_empty_cells_at_the_end_do_not_count() -> None:
    text = "Координатор; Иванов Иван Иванович; ivanov@mail.ru; 1; ; \t\n" + "; ".join(SECOND) + " ;\u00a0;"

    assert parts(pasted(text)) == rows_of(FIRST, SECOND)
    assert parts(brought(HEAD, (*FIRST, "", " "), SECOND)) == rows_of(FIRST, SECOND)


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\u00a0"])
def test_what_is_pasted_from_a_text_editor_ends_no_row(sign: str) -> None:
    [row] = pasted(f"Координатор; Петрова{sign}Анна; petrova@mail.ru")

    assert row.name == "Петрова Анна"


def test_rows_are_counted_by_any_line_end() -> None:
    rows = pasted("\r\n".join(["; ".join(FIRST), "", "; ".join(SECOND)]) + "\r" + "; ".join(FIRST))

    assert [row.line for row in rows] == [1, 3, 4]


def test_a_role_in_letters_that_look_alike_is_that_role() -> None:
    [row] = pasted("Kооpдинатор; Иванов; ivanov@mail.ru")

    assert row.role is Role.COORDINATOR


def test_a_formulas_error_is_nobodys_name() -> None:
    assert refused("; ".join(FIRST) + "\nКоординатор; #Н/Д; petrova@mail.ru") == {2: "annex-error"}


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("зам. главы", Role.DEPUTY),
        ("Зам.главы", Role.DEPUTY),
        ("ЗАМ ГЛАВЫ АДМИНИСТРАЦИИ", Role.DEPUTY),
        ("отв. координатор", Role.COORDINATOR),
        ("Ответственный координатор", Role.COORDINATOR),
        ("коорд.", Role.COORDINATOR),
        ("отв. за реализацию", Role.RESPONSIBLE),
        ("отв.", Role.RESPONSIBLE),
        ("дов. лицо", Role.CLERK),
        ("рук. раб. группы", Role.LEADER),
        ("рук. группы", Role.LEADER),
        ("член РГ", Role.MEMBER),
        ("зам. координатора", Role.STAND_IN),
        ("глава МО", Role.HEAD),
        ("оператор линии", Role.HOTLINE_OPERATOR),
        ("оператор", None),
        ("оп. СМО", Role.SMO_OPERATOR),
        ("админ. региона", Role.ADMINISTRATOR),
        ("завхоз", None),
        ("", None),
        ("...", None),
    ],
)
def test_known_abbreviations_of_roles_are_understood(word: str, role: Role | None) -> None:
    assert annex.role_of(word) is role


def test_every_word_means_one_role_and_every_title_its_own() -> None:
    words = [word for role in Role for word in (TITLES[role], *annex.OTHER_WORDS.get(role, ()))]

    assert len(annex.WORDS) == len(words)
    assert all(annex.role_of(TITLES[role]) is role for role in Role)


def test_rows_that_can_be_read_stand_beside_those_that_cannot() -> None:
    read = annex.read("завхоз; Иванов; ivanov@mail.ru\n" + "; ".join(FIRST) + "\nглава; Петров")

    assert [(row.line, row.role, row.word) for row in read.rows] == [
        (1, None, "завхоз"),
        (2, Role.COORDINATOR, "Координатор"),
    ]
    assert [(row.line, row.cells, row.why.slug) for row in read.unread] == [
        (3, ("глава", "Петров"), "annex-row")
    ]
