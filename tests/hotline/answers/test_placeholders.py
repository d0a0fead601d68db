"""Placeholders of answers: a closed list, written alike, filled in where something is known."""

import pytest

from services.chassis.errors import Invalid
from services.hotline.answers.domain import placeholders
from services.hotline.answers.domain.placeholders import MEANINGS, Placeholder


def test_every_placeholder_is_explained() -> None:
    assert set(MEANINGS) == set(Placeholder)


def test_a_placeholder_is_written_alike_however_it_was_typed() -> None:
    assert placeholders.check("{ Имя }, ваш номер – { НОМЕР}.") == "{имя}, ваш номер – {номер}."


@pytest.mark.parametrize("text", ["{фамилия}", "Это {} пусто", "{имя.__class__}", "{{имя} {почта}}"])
def test_a_placeholder_that_there_is_not_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        placeholders.check(text)

    assert refused.value.slug == "placeholder-unknown"
    assert refused.value.field == "text"
    assert "{номер}" in str(refused.value.facts["known"])


def test_a_brace_alone_is_text() -> None:
    assert placeholders.check("множество { 1, 2") == "множество { 1, 2"


def test_what_is_known_is_filled_in_and_the_rest_stays_to_be_seen() -> None:
    text = "Здравствуйте, {имя}! Ответим до {срок}. {имя}"

    filled = placeholders.fill(text, {Placeholder.NAME: "Анна", Placeholder.DUE: ""})

    assert filled == "Здравствуйте, Анна! Ответим до {срок}. Анна"
    assert placeholders.used_in(filled) == [Placeholder.DUE]


def test_a_name_with_braces_is_not_filled_in_again() -> None:
    assert placeholders.fill("{имя}", {Placeholder.NAME: "{номер}", Placeholder.NUMBER: "7"}) == "{номер}"


def test_nothing_is_sent_with_a_placeholder_left() -> None:
    with pytest.raises(Invalid) as refused:
        placeholders.check_filled("Ваш номер {номер}")

    assert refused.value.facts["names"] == "{номер}"
    assert placeholders.check_filled("Ваш номер 7") == "Ваш номер 7"


def test_what_only_an_inquiry_knows_is_not_shown_to_everybody() -> None:
    placeholders.check_open_to_all("{муниципалитет}: звоните {линия}")

    with pytest.raises(Invalid):
        placeholders.check_open_to_all("Здравствуйте, {имя}!")
