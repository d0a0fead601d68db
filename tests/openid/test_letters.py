"""Letters of invitation lead where somebody can come in."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.appointments import Role
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hierarchy.accounts.commands.sign_in_by_provider import sign_in_by_provider
from services.hierarchy.accounts.domain.accounts import Identity, Person
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.entrance import Entrance
from tests.hierarchy.office import URL

BUTTON = "Войти через единый вход области"
BY_PASSWORD = Entrance(URL)
BOTH = Entrance(URL, provider=BUTTON)
BY_PROVIDER = Entrance(URL, passwords=False, provider=BUTTON)
NOW = datetime.now(UTC)


async def invite(pool: Pool, entrance: Entrance) -> tuple[str, str]:
    """The address that the command prints, and the latest letter."""
    url = await invite_administrator(pool, entrance, "admin@example.org", "Админова Ада", NOW)
    return url, str(await pool.fetchval("SELECT body FROM letter ORDER BY id DESC LIMIT 1"))


@pytest.mark.parametrize(
    ("entrance", "by_link", "by_button"),
    [(BY_PASSWORD, True, False), (BOTH, True, True), (BY_PROVIDER, False, True)],
)
async def test_the_first_administrator_comes_in_as_the_installation_lets_them(
    hierarchy: Pool, entrance: Entrance, by_link: bool, by_button: bool
) -> None:
    url, letter = await invite(hierarchy, entrance)

    assert url in letter
    assert url.startswith(f"{URL}/staff/links/") == ("/staff/links/" in letter) == by_link
    assert (BUTTON in letter) == (f"{URL}/staff/sign-in" in letter) == by_button
    assert "None" not in letter


async def test_who_came_by_the_provider_needs_no_link_any_more(hierarchy: Pool) -> None:
    await invite(hierarchy, BOTH)
    person = Person(Identity("https://provider.example", "1"), "admin@example.org", True)
    await sign_in_by_provider(hierarchy, person, "a browser", NOW)

    url, letter = await invite(hierarchy, BOTH)

    assert url == f"{URL}/staff/sign-in"
    assert "так же, как раньше" in letter


async def test_without_a_link_too_it_is_known_when_somebody_was_written_to(hierarchy: Pool) -> None:
    await invite(hierarchy, BY_PROVIDER)

    async with hierarchy.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        roles = [Role.ADMINISTRATOR]
        (invited,) = await appointments.invited(db, roles, True)
        written_today = await appointments.unanswered(db, roles, NOW - timedelta(days=1))
        to_be_reminded = await appointments.unanswered(db, roles, NOW)

    assert invited.sent_at == NOW
    assert (written_today, len(to_be_reminded)) == ([], 1)
