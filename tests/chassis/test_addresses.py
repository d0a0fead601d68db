"""Which addresses we can write to, and whom an address is looked for as."""

import pytest

from services.chassis.errors import Invalid
from services.chassis.mail.addresses import known_forms, masked, normalise_email

WRAPPED = [
    "<ivanov@mail.ru>",
    "ivanov@mail.ru,",
    "ivanov@mail.ru;",
    "ivanov@mail.ru.",
    "mailto:ivanov@mail.ru",
    "mailto:ivanov@mail.ru?subject=x",
    "Иванов<ivanov@mail.ru>",
    "Иванов Иван <ivanov@mail.ru>;",
    "\u200bivanov@mail.ru",
    "ivanov@mail.ru\ufeff",
    "iva\u00adnov@mail.ru",
    "\u202aivanov@mail.ru\u202c",
    "ivanov\u00a0@mail.ru",
    "«ivanov@mail.ru»",
    "“ivanov@mail.ru”",
    "Ivanov@Mail.RU",
    " ivanov @ mail.ru\n",
]

REFUSED = {
    "ivanov@@mail.ru": "email-invalid",
    "(ivanov@mail.ru": "email-invalid",
    "[ivanov@mail.ru": "email-invalid",
    "ivanov,@mail.ru": "email-invalid",
    ";ivanov@mail.ru": "email-invalid",
    "ivanov:@mail.ru": "email-invalid",
    "ivanov@(mail.ru": "email-invalid",
    "ivanov@[mail.ru": "email-invalid",
    "a:b;c@mail.ru": "email-invalid",
    "a b@mail.ru": "email-invalid",
    "ivanov": "email-invalid",
    "ivanov@mail": "email-invalid",
    "@": "email-invalid",
    "": "email-invalid",
    f"{'i' * 65}@mail.ru": "email-invalid",
    "школа:2;директор@mail.ru": "email-not-latin",
    "a@mail.ru,b@mail.ru": "email-several",
    "a@mail.ru;b@mail.ru": "email-several",
    "a@mail.ru b@mail.ru": "email-several",
    "Иван <a@mail.ru>, Пётр <b@mail.ru>": "email-several",
    "ivanov@mail.ru\nBcc: b@mail.ru": "email-several",
    "иванов@mail.ru": "email-not-latin",
    "иван@почта.рф": "email-not-latin",
    "сара@почта.рф": "email-not-latin",
    "weiß@firma.de": "email-not-latin",
    "ivanov@жmail.ru": "email-mixed",
}

LOOK_ALIKES = {
    "ivanov@mаil.ru": "mail.ru",
    "ivanov@gmаil.com": "gmail.com",
    "ivanov@уandex.ru": "yandex.ru",
    "ivanov@xn--mil-6cd.ru": "mail.ru",
    "ivаnov@mail.ru": "ivanov@mail.ru",
}


@pytest.mark.parametrize("given", WRAPPED, ids=ascii)
def test_what_is_copied_along_with_an_address_is_taken_off(given: str) -> None:
    assert normalise_email(given) == "ivanov@mail.ru"


@pytest.mark.parametrize(("given", "slug"), REFUSED.items(), ids=ascii)
def test_an_address_that_no_letter_reaches_is_refused_for_its_reason(given: str, slug: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_email(given)

    assert refusal.value.slug == slug


@pytest.mark.parametrize(("given", "meant"), LOOK_ALIKES.items(), ids=ascii)
def test_letters_of_two_alphabets_are_asked_about(given: str, meant: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_email(given)

    assert (refusal.value.slug, refusal.value.facts) == ("email-look-alike", {"meant": meant})


@pytest.mark.parametrize("given", ["Ivanov@почта.рф", "ivanov@xn--80a1acny.xn--p1ai"])
def test_a_russian_domain_is_accepted_in_either_spelling(given: str) -> None:
    assert normalise_email(given) == "ivanov@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize(
    "stored", ["ivanov@mail.ru", "<ivanov@mail.ru>", "ivanov@mail.ru,", "mailto:ivanov@mail.ru"]
)
def test_a_plain_address_finds_what_was_stored_with_its_wrapper(stored: str) -> None:
    assert stored in known_forms("Ivanov@mail.ru")
    assert known_forms("Ivanov@mail.ru")[0] == "ivanov@mail.ru"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("weiß@firma.de", "weiss@firma.de"),
        ("Иванов@mail.ru", "иванов@mail.ru"),
        ("a@straße.de", "a@strasse.de"),
        ("«ivanov@mail.ru»", "«ivanov@mail.xn--ru-efa"),
        ("Иванов<ivanov@mail.ru>", "иванов<ivanov@mail.ru>"),
    ],
)
def test_what_was_accepted_before_is_found_when_it_is_typed_again(given: str, stored: str) -> None:
    assert stored in known_forms(given)


@pytest.mark.parametrize("given", ["ivanov@mаil.ru", "a@mail.ru,b@mail.ru", "ivanov@@mail.ru"])
def test_nobody_is_looked_for_by_what_reaches_nobody(given: str) -> None:
    with pytest.raises(Invalid):
        known_forms(given)


def test_a_masked_address_does_not_say_whose_it_is() -> None:
    assert masked("<ivanov@mail.ru>") == "i***@mail.ru"
