"""The one rule for text."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.chassis.errors import Invalid
from services.chassis.mail.addresses import former
from services.chassis.text import (
    MARKS,
    RARE_MARKS,
    STREAM_SAFE,
    check_length,
    first_sentence,
    normal_form,
    one_line,
    serial_number,
    several_lines,
)
from services.chassis.web.pages import typed, until

ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=[]),
        st.sampled_from(
            " \t\n\v\f\r\x00\x02\x08\x1e\x1f\x85\u00ad\u0301\u0335\u200b\u200d\u202e"
            "\u2028\u2029\u2800\u3164\ufeff\ufe0f"
            "\U000e0067\U000e007f\U0001f3f4👩💻❤"
        ),
    )
)
SEEN_FORMATS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


@given(ANY)
@example("👩\ufe0f\u200d\u200d💻")
@example("\u200d\ufe0f e\u034f\u0301")
def test_normal_text_is_its_own_normal_form(given: str) -> None:
    assert several_lines(several_lines(given)) == several_lines(given)
    assert one_line(one_line(given)) == one_line(given)
    assert one_line(several_lines(given)) == one_line(given)


@given(ANY)
def test_nothing_is_left_that_nobody_sees(given: str) -> None:
    text = several_lines(given)

    assert unicodedata.is_normalized("NFC", text)
    assert {c for c in text if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n", "\t"}
    joined = {c for c in text if unicodedata.category(c) == "Cf"} - SEEN_FORMATS
    assert joined <= {"\u200d"} or "\U0001f3f4" in text
    assert not text or any(unicodedata.category(c)[0] in "LNPSC" for c in text if not c.isspace())


@pytest.mark.parametrize(
    "run",
    ["\u0315" * 300_000 + "\u0316" * 300_000, "\u0f73\u0315" * 300_000, "\U0001d165\u0316" * 300_000],
    ids=["two classes", "apart", "of a rare script"],
)
@pytest.mark.parametrize("form", [several_lines, one_line, normal_form, former])
def test_marks_without_end_over_one_letter_are_put_in_order_at_once(
    form: Callable[[str], str | None], run: str
) -> None:
    """The square of so many would take a quarter of an hour."""
    assert len(form(f"a{run}b") or "") <= 2 + 2 * STREAM_SAFE


@given(st.text(alphabet="aйи\u0306\u0301\u0315\u0316\u0f73\U0001d165\u3042\uff9e", max_size=STREAM_SAFE))
def test_a_text_of_few_marks_has_its_normal_form(given: str) -> None:
    assert normal_form(given) == unicodedata.normalize("NFC", given)
    assert normal_form(given, "NFKC") == unicodedata.normalize("NFKC", given)


def test_every_mark_is_known_as_one() -> None:
    """Whatever begins with a mark once it is taken apart."""
    forms: tuple[Literal["NFD", "NFKD"], ...] = ("NFD", "NFKD")
    marks = {
        sign
        for sign in map(chr, range(0x110000))
        if any(unicodedata.combining(unicodedata.normalize(form, sign)[0]) for form in forms)
    }

    assert marks == set(MARKS + RARE_MARKS)


@given(ANY)
def test_a_title_is_one_line_with_single_spaces(given: str) -> None:
    title = one_line(given)

    assert title.split() == title.split(" ") or not title


@given(ANY)
def test_text_grows_only_where_unicode_has_no_composed_letter(given: str) -> None:
    assert len(several_lines(given)) <= len(unicodedata.normalize("NFC", given))


@given(
    st.text(
        st.characters(
            categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u2800\u3164\uffa0\u115f\u1160"
        )
    )
)
def test_nothing_that_is_seen_is_lost(given: str) -> None:
    assert several_lines(given) == unicodedata.normalize("NFC", given).strip()


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("Первая строка\x0bвторая строка", "Первая строка\nвторая строка"),
        ("Первая страница\x0cвторая страница", "Первая страница\nвторая страница"),
        ("по\x1eволжский", "по-волжский"),
        ("благо\x1fустройство", "благоустройство"),
        ("Первая строка\rвторая строка", "Первая строка\nвторая строка"),
        ("Первая\r\nвторая\n\nтретья", "Первая\nвторая\n\nтретья"),
        ("Первая\u2028вторая\u2029третья\x85", "Первая\nвторая\nтретья"),
        ("Текст\x02 со сноской", "Текст со сноской"),
        ("Рисунок\x08 из письма", "Рисунок из письма"),
        ("Таблица\tиз двух столбцов", "Таблица\tиз двух столбцов"),
        ("благо\u00adустройство", "благоустройство"),
        ("Дорога\u2800\u3164город", "Дорога  город"),
        ("и\u0306од", "йод"),
        ("a\x00b\ud800", "ab"),
    ],
)
def test_text_pasted_from_a_word_processor_keeps_its_words(pasted: str, stored: str) -> None:
    assert several_lines(pasted) == stored


@pytest.mark.parametrize(
    "invisible",
    [
        *("\u200b", "\u2060", "\u3164", "\u2800", "\ufeff", "\u00ad", "\u180e", "\u200d", "\ufe0f"),
        *("\u115f", "\u034f", "\u0301", "\U000e0041", "\x1f", "\u00a0"),
    ],
)
def test_what_shows_nothing_is_empty(invisible: str) -> None:
    assert one_line(f" {invisible} {invisible}\n") == several_lines(invisible) == ""


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Дорога \u202eагород", "Дорога агород"),
        ("Дорога\nи мост", "Дорога и мост"),
        ("  Дорога\u00a0 \t и\x0bмост ", "Дорога и мост"),
        (
            "Семья 👩\u200d👩\u200d👧 и 👩\U0001f3fd\u200d💻",
            "Семья 👩\u200d👩\u200d👧 и 👩\U0001f3fd\u200d💻",
        ),
        ("Сердце ❤\ufe0f\u200d🔥", "Сердце ❤\ufe0f\u200d🔥"),
        ("до\u200dрога", "дорога"),
        ("до\U000e0064рога", "дорога"),
        (
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
    ],
)
def test_a_title_has_one_line_and_its_emoji(given: str, stored: str) -> None:
    assert one_line(given) == stored


def test_emptiness_and_length_are_judged_by_what_is_stored() -> None:
    assert check_length(one_line("\u200b" * 50 + "дом"), 3, "empty", "long", "title") == "дом"
    with pytest.raises(Invalid, match="empty"):
        check_length(one_line("\u200b"), 3, "empty", "long", "title")
    with pytest.raises(Invalid, match="long") as refused:
        check_length(one_line("дома"), 3, "empty", "long", "title")
    assert refused.value.facts["length"] == 4


def test_forms_follow_the_rule_and_leave_passwords_alone() -> None:
    form = typed(
        {"text": "по\x1eволжский\u200b", "password": "лодка\u00adплывёт ", "again": "лодка\u00adплывёт"}
    )

    assert form == {"text": "по-волжский", "password": "лодка\u00adплывёт", "again": "лодка\u00adплывёт"}


@pytest.mark.parametrize(
    ("beginning", "rest"),
    [
        ("Даю согласие на обработку данных: адреса.", " Его можно отозвать."),
        ("Даю согласие (ст. 9 закона № 152-ФЗ) на обработку.", "\nИ ещё."),
        ("Отвечаю на вопрос, кто я, «Кто вы?».", " Дальше"),
        ("Согласен.", ""),
        ("без точки и без конца", ""),
        ("", ""),
    ],
)
def test_a_text_begins_with_its_first_sentence(beginning: str, rest: str) -> None:
    assert first_sentence(beginning + rest) == beginning


SPACES = st.text(" \t\u00a0\u2007\u2009\u202f\u200b", max_size=3)


@given(st.integers(1, 10**18 - 1), st.sampled_from(["", "№", "N", "#"]), SPACES, SPACES, st.data())
def test_a_number_is_read_with_any_sign_and_any_spaces(
    number: int, sign: str, before: str, after: str, data: st.DataObject
) -> None:
    digits = "".join(data.draw(SPACES) + digit for digit in str(number))

    assert serial_number(f"{before}{sign}{digits}{after}") == number
    assert serial_number(f"№ {number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")) == number


@given(ANY)
@example("0")
@example("№№ 1")
@example("1204-1")
@example("١٢")
@example("9" * 19)
@example("9" * 5000)
@example("")
def test_what_is_no_number_is_read_as_none(given: str) -> None:
    found = serial_number(given)

    assert found is None or str(found) in "".join(one_line(given).split())


@pytest.mark.parametrize(
    "said", ["0", "№", "№№ 1", "1204-1", "1 204,5", "١٢", "²", "9" * 19, "9" * 5000, "-1"]
)
def test_what_is_no_number_is_none(said: str) -> None:
    assert serial_number(said) is None


def test_a_time_that_ends_with_a_day_is_called_by_that_day() -> None:
    assert until(datetime(2026, 2, 13, 20, tzinfo=UTC), "Europe/Samara") == "13 февраля"
    assert until(datetime(2026, 2, 14, 11, 32, tzinfo=UTC), "Europe/Samara") == "14 февраля, 15:32"
