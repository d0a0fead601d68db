"""Write letters to the staff: of appointments, passwords, addresses, briefings; part of several commands."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from services.chassis.db.pool import Db
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import Text, text
from services.hierarchy.accounts.domain.accounts import LINK_VALID, Account, Purpose
from services.hierarchy.accounts.passwords import new_link
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.domain.entrance import Entrance

ROOM = "services.hierarchy.accounts"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is written to that they are appointed: the act, who appointed them and under which
    telephone, what to do first. A letter with a link and none of it looks like fraud. What is not known is
    empty."""

    act: str = ""
    appointed_by: str = ""
    phone: str = ""
    first_step: str = ""


UNSAID = Reason()


@dataclass(frozen=True, slots=True)
class Appointed:
    """An account that is informed of its roles, and why."""

    account: Account
    roles: Sequence[str]
    reason: Reason = UNSAID


async def write_appointed(
    db: Db,
    entrance: Entrance,
    account: Account,
    roles: Sequence[str],
    now: datetime,
    reason: Reason = UNSAID,
) -> str:
    """Inform an account of its roles; return the address where its owner signs in. Before the first sign-in
    that is a link by which a password is chosen, where there are passwords."""
    (url,) = await write_all_appointed(db, entrance, [Appointed(account, roles, reason)], now)
    return url


async def write_all_appointed(
    db: Db, entrance: Entrance, told: Sequence[Appointed], now: datetime
) -> list[str]:
    """The same of many accounts, in two statements."""
    words = [None if each.account.has_signed_in else new_link() for each in told]
    links = [(word[1], each.account.id) for word, each in zip(words, told, strict=True) if word]
    await accounts.add_links(db, links, "invitation", now)
    found = [
        _appointed(entrance, each, word[0] if word else None, now)
        for each, word in zip(told, words, strict=True)
    ]
    await letters.write_many(db, [letter for letter, _ in found], now)
    return [url for _, url in found]


def _appointed(entrance: Entrance, to: Appointed, word: str | None, now: datetime) -> tuple[Letter, str]:
    """The letter, and the address in it; `word`: of the link of whoever has not signed in yet."""
    account, given = to.account, {"roles": "; ".join(to.roles), **asdict(to.reason)}
    given["addressee"] = account.name
    if word is None:
        url = _sign_in_url(entrance)
        return _letter(account, "appointed", text(ROOM, "appointed", url=url, **given), now), url
    # Kept without passwords too: it says when the owner was written to last. Nobody learns its word then.
    url = _link_url(entrance, word) if entrance.passwords else _sign_in_url(entrance)
    return _letter(account, "invitation", _invitation(entrance, account, url, given), now), url


def _invitation(entrance: Entrance, account: Account, url: str, given: dict[str, str]) -> Text:
    given = {**given, "url": url, "provider": entrance.provider}
    if not entrance.passwords:
        return text(ROOM, "invitation_by_provider", email=account.email, **given)
    again, days = f"{entrance.public_url}/staff/forgotten", LINK_VALID["invitation"].days
    return text(ROOM, "invitation", days=days, again=again, sign_in=_sign_in_url(entrance), **given)


async def write_reset(db: Db, entrance: Entrance, account: Account, now: datetime) -> None:
    """Send the link by which a forgotten password is replaced, or a first one chosen."""
    url = await _link(db, entrance, account, "reset", now)
    await _write(db, account, "reset", text(ROOM, "reset", addressee=account.name, url=url), now)


async def write_briefing(db: Db, entrance: Entrance, account: Account, group: str, now: datetime) -> None:
    """Ask a coordinator to read what the working group has published."""
    url = f"{entrance.public_url}/cabinet/briefing"
    given = text(ROOM, "briefing", addressee=account.name, group=group, url=url)
    await _write(db, account, "briefing", given, now)


async def write_to(db: Db, letters_to: Sequence[tuple[Account, Text]], kind: str, now: datetime) -> None:
    """Write to each of some accounts what another room has to say."""
    await letters.write_many(db, [Letter(to.email, *given, kind, to.id) for to, given in letters_to], now)


async def write_address_confirmation(
    db: Db, entrance: Entrance, account: Account, email: str, word: str, now: datetime
) -> None:
    """Send the link that confirms another address to that address."""
    url = f"{entrance.public_url}/staff/addresses/{word}"
    await _write_plain(db, email, text(ROOM, "address_confirmation", addressee=account.name, url=url), now)


async def write_address_changed(db: Db, account: Account, now: datetime) -> None:
    """Inform the address that an account had until now of the change."""
    await _write_plain(db, account.email, text(ROOM, "address_changed", addressee=account.name), now)


def _sign_in_url(entrance: Entrance) -> str:
    return f"{entrance.public_url}/staff/sign-in"


async def _link(db: Db, entrance: Entrance, account: Account, purpose: Purpose, now: datetime) -> str:
    word, digest = new_link()
    await accounts.add_links(db, [(digest, account.id)], purpose, now)
    return _link_url(entrance, word)


def _link_url(entrance: Entrance, word: str) -> str:
    return f"{entrance.public_url}/staff/links/{word}"


async def _write(db: Db, account: Account, kind: str, given: Text, now: datetime) -> None:
    """A later letter about the password replaces those that were not sent."""
    letter = _letter(account, kind, given, now)
    await (letters.replace if kind == "reset" else letters.write)(db, letter, now)


def _letter(account: Account, kind: str, given: Text, now: datetime) -> Letter:
    """One with a link is worth sending as long as the link is valid."""
    ends: dict[str, datetime] = {purpose: now + valid for purpose, valid in LINK_VALID.items()}
    return Letter(account.email, *given, kind, account.id, ends.get(kind))


async def _write_plain(db: Db, email: str, given: Text, now: datetime) -> None:
    await letters.write(db, Letter(email, *given), now)
