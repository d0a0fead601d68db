"""Write a letter with a link to somebody of the staff; part of other commands."""

from collections.abc import Sequence
from datetime import datetime

import uuid_utils.compat

from services.chassis import letters
from services.chassis.db import Db
from services.chassis.letters import Letter
from services.hierarchy.domain.accounts import LINK_VALID, Account, Purpose
from services.hierarchy.passwords import new_link
from services.hierarchy.store import accounts

INVITATION = """Здравствуйте, {name}!

Вы назначены: {roles}.

Чтобы войти в кабинет «Муниципального диалога», откройте ссылку и придумайте пароль:

{url}

Ссылка действует {days} дней и срабатывает один раз. Если она устарела, запросите новую: {again}
"""

APPOINTED = """Здравствуйте, {name}!

Вы назначены: {roles}.

Войдите в кабинет «Муниципального диалога» с вашим прежним паролем: {url}
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
    db: Db, public_url: str, account: Account, roles: Sequence[str], now: datetime
) -> str:
    """Tell somebody what they were appointed to; the address by which they come in. Who has no password yet
    gets a link by which one is chosen."""
    if account.password is not None:
        url = f"{public_url}/staff/sign-in"
        body = APPOINTED.format(name=account.name, roles="; ".join(roles), url=url)
    else:
        url = await _link(db, public_url, account, "invitation", now)
        body = INVITATION.format(
            name=account.name,
            roles="; ".join(roles),
            url=url,
            days=LINK_VALID["invitation"].days,
            again=f"{public_url}/staff/forgotten",
        )
    await _write(db, account, "Вас назначили: Муниципальный диалог", body, now)
    return url


async def write_reset(db: Db, public_url: str, account: Account, now: datetime) -> None:
    """Send the link by which a forgotten password is replaced, or a first one chosen."""
    body = RESET.format(name=account.name, url=await _link(db, public_url, account, "reset", now))
    await _write(db, account, "Новый пароль: Муниципальный диалог", body, now)


async def write_briefing(db: Db, public_url: str, account: Account, group: str, now: datetime) -> None:
    """Ask somebody whom a group briefs to read what it has published."""
    body = BRIEFING.format(name=account.name, group=group, url=f"{public_url}/cabinet/briefing")
    await _write(db, account, "Инструктаж координатора: Муниципальный диалог", body, now)


async def _link(db: Db, public_url: str, account: Account, purpose: Purpose, now: datetime) -> str:
    word, digest = new_link()
    await accounts.add_link(db, digest, account.id, purpose, now)
    return f"{public_url}/staff/links/{word}"


async def _write(db: Db, account: Account, subject: str, body: str, now: datetime) -> None:
    await letters.write(db, Letter(uuid_utils.compat.uuid7(), account.email, subject, body), now)
