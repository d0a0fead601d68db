"""Telephone numbers as letterheads write them, and what cannot be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.errors import Invalid
from services.chassis.phones import normalise_phone, spoken_phone


@pytest.mark.parametrize(
    ("typed", "stored", "spoken"),
    [
        ("8 (920) 123-45-67", "+79201234567", "+7 920 123-45-67"),
        ("(4932) 32-61-12", "+74932326112", "+7 493 232-61-12"),
        ("8-800-000-00-01", "+78000000001", "+7 800 000-00-01"),
        ("8 4932 326112, доб. 5", "+74932326112;ext=5", "+7 493 232-61-12, доб. 5"),
        ("8 (4932) 32-61-12 (доб. 105)", "+74932326112;ext=105", "+7 493 232-61-12, доб. 105"),
        ("8 800 000 00 01 вн. 3", "+78000000001;ext=3", "+7 800 000-00-01, доб. 3"),
        ("+375 29 123-45-67", "+375291234567", "+375 29 123-45-67"),
        ("+74932326112;ext=5", "+74932326112;ext=5", "+7 493 232-61-12, доб. 5"),
        ("8\u200b920\u00a0123–45–67", "+79201234567", "+7 920 123-45-67"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(typed: str, stored: str, spoken: str) -> None:
    assert normalise_phone(typed) == stored
    assert spoken_phone(stored) == spoken


@pytest.mark.parametrize(
    "typed",
    [
        "8 920 123 45 67, 8 921 123 45 67",
        "8 920 123 45 67; 5",
        "123",
        "доб. 5",
        "8 800 ПОЗВОНИ",
        "+" * 50,
        "8 920 123-45-67" + " " * 5 + "0" * 60,
        "<script>8 920 123-45-67",
    ],
)
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="phone-invalid"):
        normalise_phone(typed)


def test_no_number_is_none() -> None:
    assert normalise_phone(" \u200b ") == ""


@given(st.text(alphabet="0123456789+-() доб.,;вн٣", max_size=40))
def test_whatever_is_taken_can_be_read_and_typed_again(typed: str) -> None:
    try:
        stored = normalise_phone(typed)
    except Invalid:
        return

    assert not stored or normalise_phone(spoken_phone(stored)) == stored
