"""Addresses of e-mail: which ones we can write to, and the form by which people are told apart by them.

The normal form is the address alone: ASCII before the @, both sides in small letters, the domain as DNS
has it. Until now it was `former`: NFKC, casefolded, whatever stood around the address, domains by the
older IDNA. Plain addresses, nearly all, are the same in both. What was stored with a wrapper is unified
(hierarchy: a migration; intake, whose digests need the secret: `unify_addresses`), and until then, or where
it cannot be, found all the same: whoever looks for somebody looks for all `known_forms`, the normal form,
the former one of what was typed, and the normal form in the wrappers that were kept with it.
"""

import re
import unicodedata

import email_validator

from services.chassis.errors import Invalid
from services.chassis.text import normal_form

LONGEST = 254

NAMED = re.compile(r"[^<>@]*<([^<>]*)>")
AROUND = ("«»", '""', "''", "“”", "„“", "‘’")
BEHIND = " ,;."
SPACED = re.compile(r"\s*@\s*")
APART = re.compile(r"[\s,;<>]+")

LOOK_ALIKES = str.maketrans("авекмнорстухіјѕԁһ", "abekmhopctyxijsdh")
"""Cyrillic letters that look like Latin ones, in small letters."""


def normalise_email(given: str) -> str:
    """The address by which people are told apart, and to which letters go. Raises Invalid if it is none."""
    address = unwrapped(given)
    if sum("@" in part for part in APART.split(address)) > 1:
        raise Invalid("email-several", field="email")
    name, at, domain = address.rpartition("@")
    if not (name and at and domain):
        raise Invalid("email-invalid", field="email")
    _check_letters(name, domain)
    try:
        valid = email_validator.validate_email(
            address, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except email_validator.EmailNotValidError as error:
        raise Invalid("email-invalid", field="email") from error
    _check_letters(name, valid.domain)
    return f"{valid.local_part.lower()}@{valid.ascii_domain.lower()}"


def unwrapped(given: str) -> str:
    """The address without what comes along when it is copied: names, brackets, quotes, `mailto:`, punctuation
    behind it, and characters that nobody sees."""
    text = "".join(c for c in given if unicodedata.category(c) != "Cf").strip()
    before = None
    while before != text:
        before = text
        text = text.rstrip(BEHIND).strip()
        if text[:7].lower() == "mailto:":
            text = text[7:].partition("?")[0]
        if named := NAMED.fullmatch(text):
            text = named[1]
        if text[:1] + text[-1:] in AROUND:
            text = text[1:-1]
    return SPACED.sub("@", text)


def known_forms(given: str) -> tuple[str, ...]:
    """The forms under which somebody may be stored who gives this address, today's first.

    Raises Invalid if there can be nobody. An address with other letters than Latin ones before the @ may be
    somebody's who was written to before: it is looked for, and unknown it is answered as any other.
    """
    try:
        address = normalise_email(given)
    except Invalid as refusal:
        if refusal.slug != "email-not-latin" or (old := former(given)) is None:
            raise
        return tuple(dict.fromkeys((old, former(unwrapped(given)) or old)))
    wrapped = (f"<{address}>", f"{address},", f"{address};", f"mailto:{address}")
    forms = (address, former(unwrapped(given)), former(given), *wrapped)
    return tuple(dict.fromkeys(form for form in forms if form))


def former(given: str) -> str | None:
    """The form by which people were told apart before, or None for what was refused."""
    email = normal_form(given, "NFKC").strip().casefold()
    name, at, domain = email.rpartition("@")
    printable = email.isprintable() and " " not in email
    labels = domain.split(".")
    if not (name and at and printable and len(email) <= LONGEST and len(labels) > 1 and all(labels)):
        return None
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None


def masked(address: str) -> str:
    """An address as it is shown to whoever need not know it: its first letter and its domain."""
    name, _, domain = unwrapped(address).rpartition("@")
    return f"{name[:1]}***@{domain}"


def _check_letters(name: str, domain: str) -> None:
    mixed = any(len(_scripts(label)) > 1 for label in domain.split("."))
    if mixed or (not name.isascii() and len(_scripts(name)) > 1):
        meant = f"{_latin(name)}@{'.'.join(map(_latin, domain.split('.')))}"
        if meant.isascii():
            raise Invalid(
                "email-look-alike", field="email", meant=meant.rpartition("@")[2] if name.isascii() else meant
            )
        raise Invalid("email-mixed", field="email")
    if not name.isascii():
        raise Invalid("email-not-latin", field="email")


def _latin(part: str) -> str:
    """A part of an address in which both kinds of letters stand, with those that look Latin made so."""
    return part.lower().translate(LOOK_ALIKES) if len(_scripts(part)) > 1 else part


def _scripts(part: str) -> set[str]:
    """The scripts of the letters: LATIN, CYRILLIC and so on."""
    return {unicodedata.name(c, "?").split()[0] for c in part if c.isalpha()}
