"""Addresses of e-mail: the form in which people are told apart by them."""

import unicodedata

from services.chassis.errors import Invalid

LONGEST = 254


def normalise_email(given: str) -> str:
    """The address by which people are told apart. Raises Invalid if it cannot be one."""
    email = unicodedata.normalize("NFKC", given).strip().casefold()
    name, at, domain = email.rpartition("@")
    printable = email.isprintable() and " " not in email
    labels = domain.split(".")
    if not (name and at and printable and len(email) <= LONGEST and len(labels) > 1 and all(labels)):
        raise Invalid("email-invalid")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Invalid("email-invalid") from error
    return f"{name}@{domain}"
