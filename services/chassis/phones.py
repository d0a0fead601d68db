"""Telephone numbers: which ones can be called, how they are stored, and how people read them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from services.chassis.errors import Invalid
from services.chassis.text import one_line

HOME = "RU"
LONGEST = 60

ALLOWED = re.compile(r"[\d\s()+.\-–—/]*(?:(?:доб|вн|ext)\.?\s*\d{1,7})?", re.IGNORECASE)
"""What a number is written with. The library would read letters as the keys of a telephone, and one number
behind another as an extension."""

STORED = re.compile(r"(\+\d+)(?:;ext=(\d+))?")


def normalise_phone(given: str, field: str = "phone") -> str:
    """One number as it is stored: `+79201234567`, with `;ext=12` where there is one; nothing stays nothing.

    Numbers without a country are of Russia. Raises Invalid for what cannot be called.
    """
    text = one_line(given)
    if not text:
        return ""
    if stored := STORED.fullmatch(text):
        # As we have written it to whoever sends it back.
        text = f"{stored[1]} доб. {stored[2]}" if stored[2] else text
    # «доб» behind a comma or in brackets is how letterheads write it.
    plain = re.sub(r"[,;(]\s*(?=(?:доб|вн|ext))", " ", text, flags=re.IGNORECASE).removesuffix(")")
    plain = plain if plain.count("(") == plain.count(")") else f"{plain})"
    if len(text) > LONGEST or not ALLOWED.fullmatch(plain):
        raise Invalid("phone-invalid", field=field)
    try:
        number = phonenumbers.parse(re.sub(r"(?i)\bвн\b", "доб", plain), HOME)
    except NumberParseException as error:
        raise Invalid("phone-invalid", field=field) from error
    if not phonenumbers.is_valid_number(number):
        raise Invalid("phone-invalid", field=field)
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension


def spoken_phone(stored: str) -> str:
    """A stored number as people read it: «+7 920 123-45-67, доб. 12»."""
    number = _parsed(stored)
    extension, number.extension = number.extension, None
    written = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return f"{written}, доб. {extension}" if extension else written


def _parsed(stored: str) -> PhoneNumber:
    found = STORED.fullmatch(stored)
    if found is None:
        raise ValueError(f"{stored!r} is not a stored telephone number")
    number = phonenumbers.parse(found[1], HOME)
    number.extension = found[2]
    return number
