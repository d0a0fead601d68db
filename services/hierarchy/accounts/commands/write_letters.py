"""Write a letter with a link to somebody of the staff; part of other commands."""

from collections.abc import Sequence
from datetime import datetime

import uuid_utils.compat

from services.chassis.db.pool import Db
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.hierarchy.accounts.domain.accounts import LINK_VALID, Account, Entrance, Purpose
from services.hierarchy.accounts.passwords import new_link
from services.hierarchy.accounts.store import accounts

INVITATION = """Здравствуйте, {name}!

Вы назначены: {roles}.

Чтобы войти в кабинет «Муниципального диалога», откройте ссылку и придумайте пароль:

{url}

Ссылка действует {days} дней и срабатывает один раз. Если она устарела, запросите новую: {again}
{otherwise}"""

OTHERWISE = """
Или войдите без пароля, кнопкой «{provider}»: {sign_in}
"""

INVITATION_BY_PROVIDER = """Здравствуйте, {name}!

Вы назначены: {roles}.

Чтобы войти в кабинет «Муниципального диалога», откройте страницу входа и нажмите «{provider}»:

{url}

Войдите под учётной записью, в которой указан этот адрес: {email}
"""

APPOINTED = """Здравствуйте, {name}!

Вы назначены: {roles}.

Войдите в кабинет «Муниципального диалога» так же, как раньше: {url}
"""

BRIEFING = """Здравствуйте, {name}!

Пройдите инструктаж координатора. Его проводит рабочая группа: {group}.
Прочитайте материал в кабинете «Муниципального диалога» и подтвердите это: {url}

Если материала там ещё нет, о дне встречи вам сообщит рабочая группа.
"""

RESET = """Здравствуйте, {name}!

Чтобы задать новый пароль, откройте ссылку:

{url}

Ссылка действует один час и срабатывает один раз. Если вы ничего не запрашивали,
просто удалите письмо.
"""


async def write_appointed(
    db: Db, entrance: Entrance, account: Account, roles: Sequence[str], now: datetime
) -> str:
    """Tell somebody what they were appointed to; the address by which they come in. Who has not come yet
    gets a link by which a password is chosen, unless there are none."""
    sign_in = f"{entrance.public_url}/staff/sign-in"
    given = {"name": account.name, "roles": "; ".join(roles), "provider": entrance.provider}
    if account.has_come:
        url, kind, body = sign_in, "appointed", APPOINTED.format(url=sign_in, **given)
    else:
        # Kept without passwords too: it tells when somebody was written to last. Nobody learns its word then.
        kind = "invitation"
        link = await _link(db, entrance, account, "invitation", now)
        if entrance.passwords:
            url, body = link, _invitation(entrance, link, sign_in, given)
        else:
            url = sign_in
            body = INVITATION_BY_PROVIDER.format(url=url, email=account.email, **given)
    await _write(db, account, kind, "Вас назначили: Муниципальный диалог", body, now)
    return url


def _invitation(entrance: Entrance, link: str, sign_in: str, given: dict[str, str]) -> str:
    otherwise = OTHERWISE.format(provider=entrance.provider, sign_in=sign_in) if entrance.provider else ""
    again, days = f"{entrance.public_url}/staff/forgotten", LINK_VALID["invitation"].days
    return INVITATION.format(url=link, days=days, again=again, otherwise=otherwise, **given)


async def write_reset(db: Db, entrance: Entrance, account: Account, now: datetime) -> None:
    """Send the link by which a forgotten password is replaced, or a first one chosen."""
    body = RESET.format(name=account.name, url=await _link(db, entrance, account, "reset", now))
    await _write(db, account, "reset", "Новый пароль: Муниципальный диалог", body, now)


async def write_briefing(db: Db, entrance: Entrance, account: Account, group: str, now: datetime) -> None:
    """Ask somebody whom a group briefs to read what it has published."""
    url = f"{entrance.public_url}/cabinet/briefing"
    body = BRIEFING.format(name=account.name, group=group, url=url)
    await _write(db, account, "briefing", "Инструктаж координатора: Муниципальный диалог", body, now)


async def _link(db: Db, entrance: Entrance, account: Account, purpose: Purpose, now: datetime) -> str:
    word, digest = new_link()
    await accounts.add_link(db, digest, account.id, purpose, now)
    return f"{entrance.public_url}/staff/links/{word}"


async def _write(db: Db, account: Account, kind: str, subject: str, body: str, now: datetime) -> None:
    """Nobody needs a letter whose link has run out, nor two about the same password."""
    ends: dict[str, datetime] = {purpose: now + valid for purpose, valid in LINK_VALID.items()}
    to = (uuid_utils.compat.uuid7(), account.email)
    letter = Letter(*to, subject, body, kind, account.id, ends.get(kind))
    await (letters.replace if kind == "reset" else letters.write)(db, letter, now)
