"""The first sign-in binds an account to an identity, whoever else comes at the same moment."""

import asyncio
from datetime import UTC, datetime

import pytest

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import Forbidden
from services.hierarchy.accounts.commands.begin_session import SignedIn
from services.hierarchy.accounts.commands.sign_in_by_provider import sign_in_by_provider
from services.hierarchy.accounts.domain.accounts import Identity, Person
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.domain.entrance import Entrance
from tests.hierarchy.office import URL

ISSUER = "https://provider.example"


def person(subject: str = "1", email: str = "admin@example.org", verified: bool = True) -> Person:
    return Person(Identity(ISSUER, subject), email, verified)


async def invite(pool: Pool) -> None:
    await invite_administrator(pool, Entrance(URL), "admin@example.org", "Админова Ада", datetime.now(UTC))


async def come(pool: Pool, who: Person) -> SignedIn:
    return await sign_in_by_provider(pool, who, "a browser", datetime.now(UTC))


async def lines(pool: Pool) -> int:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        return int(await db.fetchval("SELECT count(*) FROM audit WHERE action = 'identity-bound'"))


async def test_many_first_sign_ins_of_one_person_bind_once(hierarchy: Pool) -> None:
    await invite(hierarchy)

    came = await asyncio.gather(*(come(hierarchy, person()) for _ in range(12)))

    assert len({each.account for each in came}) == 1
    assert len({each.session for each in came}) == 12
    assert await hierarchy.fetchval("SELECT count(*) FROM identity") == 1
    assert await lines(hierarchy) == 1


async def test_of_two_persons_with_one_address_at_once_one_is_bound(hierarchy: Pool) -> None:
    await invite(hierarchy)

    came = await asyncio.gather(*(come(hierarchy, person(str(n))) for n in range(12)), return_exceptions=True)

    assert sum(isinstance(each, SignedIn) for each in came) == 1
    assert [e.slug for e in came if isinstance(e, Forbidden)] == ["openid-taken"] * 11
    assert await lines(hierarchy) == 1


async def test_the_same_subject_of_another_issuer_is_somebody_else(hierarchy: Pool) -> None:
    await invite(hierarchy)
    await come(hierarchy, person())

    elsewhere = Person(Identity("https://elsewhere.example", "1"), "stranger@example.org", True)
    with pytest.raises(Forbidden, match="openid-stranger"):
        await come(hierarchy, elsewhere)


@pytest.mark.parametrize(
    "who",
    [
        person(verified=False),
        person(verified=False, email="stranger@example.org"),
        person(email=""),
        person(email="admin"),
        person(email="@example.org"),
        person(email="ａdmin@example.org"),
        person(email="\N{KELVIN SIGN}ate@example.org"),
    ],
)
async def test_an_address_that_is_not_proved_binds_nobody(hierarchy: Pool, who: Person) -> None:
    await invite(hierarchy)

    with pytest.raises(Forbidden, match="openid-email"):
        await come(hierarchy, who)


async def test_letter_case_and_spaces_tell_no_two_addresses_apart(hierarchy: Pool) -> None:
    await invite(hierarchy)

    assert await come(hierarchy, person(email=" Admin@EXAMPLE.org "))
