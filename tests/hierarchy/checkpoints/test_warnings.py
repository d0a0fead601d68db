"""Letters about the silent and the slow: each once, whatever is told again or stopped midway."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.results import Warned
from services.chassis.db.pool import Db, Pool
from services.hierarchy.appointments.store import appointments
from services.hierarchy.checkpoints.commands import write_warnings
from services.hierarchy.checkpoints.store import warnings
from services.hierarchy.core.domain.entrance import Entrance
from tests.hierarchy.checkpoints.telling import found, new_epoch, tell, warned
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    URL,
    Browser,
    Office,
    appoint,
    appointment,
)

ZONE = ZoneInfo("Europe/Samara")
NIGHT = datetime(TODAY.year, TODAY.month, TODAY.day, 0, 20, tzinfo=ZONE)
MORNING = NIGHT.replace(hour=8)


@pytest.fixture
async def staffed(office: Office, browser: Browser) -> Office:
    """A Head with a responsible person, a Head alone, and two operators of the SMO."""
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await appoint(browser, appointment("head", ELSEWHERE, "alone@example.org"))
    await appoint(browser, appointment("smo-operator", "smo", "smo1@example.org"))
    await appoint(browser, appointment("smo-operator", "smo", "smo2@example.org"))
    await office.come(browser, "head@example.org")
    await appoint(browser, appointment("responsible", PLACE, "person@example.org"))
    await office.pool.execute("DELETE FROM letter")
    return office


async def write(office: Office, at: datetime) -> None:
    """As the worker does, which sees every municipality."""
    async with office.worker() as pool:
        await write_warnings.tell(pool, Entrance(URL), at.astimezone(UTC))


async def letters(pool: Pool) -> list[str]:
    return sorted(await found(pool, "SELECT recipient FROM letter WHERE kind = 'warning'"))


async def body(pool: Pool, email: str) -> str:
    (text,) = await pool.fetch("SELECT body FROM letter WHERE recipient = $1", email)
    return str(text["body"])


async def test_the_responsible_person_is_written_to_at_once_and_the_head_where_there_is_none(
    staffed: Office,
) -> None:
    await tell(staffed.pool, warned(), warned(Warned.SLOW, ELSEWHERE))

    await write(staffed, NIGHT)

    assert await letters(staffed.pool) == ["alone@example.org", "person@example.org"]
    letter = await body(staffed.pool, "person@example.org")
    assert "три дня не было ни одной инициативы" in letter
    assert f"{URL}/cabinet/municipalities/{PLACE}" in letter
    assert "меньше 70 %" in await body(staffed.pool, "alone@example.org")


async def test_the_smo_gets_one_letter_a_day_about_all_of_them(staffed: Office) -> None:
    await tell(staffed.pool, warned(), warned(Warned.SLOW, ELSEWHERE))
    await write(staffed, NIGHT)
    await staffed.pool.execute("DELETE FROM letter")

    await write(staffed, MORNING)
    first = await letters(staffed.pool)
    bundle = await body(staffed.pool, "smo1@example.org")
    await tell(staffed.pool, warned(Warned.SLOW))
    await write(staffed, MORNING + timedelta(hours=3))
    same_day = await letters(staffed.pool)
    await write(staffed, MORNING + timedelta(days=1))

    assert first == ["smo1@example.org", "smo2@example.org"]
    assert bundle.count(f"{URL}/cabinet/municipalities/") == 2
    assert "2 сообщения о муниципальных образованиях" in bundle
    assert same_day == [*["person@example.org"], *first]
    assert await letters(staffed.pool) == sorted([*same_day, *first])


@pytest.mark.parametrize("epoch", [False, True], ids=["the same epoch", "a new epoch"])
async def test_what_is_told_again_is_written_once(staffed: Office, epoch: bool) -> None:
    await tell(staffed.pool, warned(), warned())
    await write(staffed, MORNING)
    before = await letters(staffed.pool)

    if epoch:
        await new_epoch(staffed.pool)
    await tell(staffed.pool, warned(day=TODAY, version=2))
    for days in range(3):
        await write(staffed, MORNING + timedelta(days=days))

    assert len(before) == 3
    assert await letters(staffed.pool) == before


async def test_the_people_of_many_are_looked_up_at_once(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, present = list[set[str]](), appointments.present

    async def counted(db: Db, tenants: Iterable[str]) -> Any:
        asked.append(set(tenants))
        return await present(db, asked[-1])

    monkeypatch.setattr(appointments, "present", counted)
    await tell(staffed.pool, warned(), warned(Warned.SLOW), warned(Warned.SLOW, ELSEWHERE))
    await write(staffed, NIGHT)

    assert asked == [{PLACE, ELSEWHERE, "region"}]
    assert await letters(staffed.pool) == ["alone@example.org", *["person@example.org"] * 2]


async def test_who_cannot_be_told_is_not_looked_up_again_and_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> None:
        raise AssertionError("nobody is appointed")

    monkeypatch.setattr(appointments, "present", never)
    await tell(office.pool, warned())

    await write(office, MORNING)

    assert await letters(office.pool) == []


async def test_the_smo_is_not_told_that_somebody_was_written_to_who_is_not_there(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("smo-operator", "smo", "smo1@example.org"))
    await office.pool.execute("DELETE FROM letter")
    await tell(office.pool, warned())

    await write(office, MORNING)

    letter = await body(office.pool, "smo1@example.org")
    assert "уже написали" not in letter
    assert "Глава и ответственный не назначены: сообщить некому." in letter


async def test_a_stop_midway_leaves_neither_letters_nor_the_memory_of_them(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(staffed.pool, warned(), warned(Warned.SLOW, ELSEWHERE))

    async def killed(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(warnings, "tell_councils", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await write(staffed, MORNING)
    stopped = await letters(staffed.pool)
    for _ in range(2):
        await write(staffed, MORNING)

    assert stopped == []
    assert len(await letters(staffed.pool)) == 4


async def test_two_workers_at_once_write_once(staffed: Office) -> None:
    await tell(staffed.pool, warned())
    async with staffed.pool.acquire() as other, other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock(7031998)")
        await write(staffed, MORNING)
        meanwhile = await letters(staffed.pool)

    await write(staffed, MORNING)

    assert meanwhile == []
    assert len(await letters(staffed.pool)) == 3


async def test_nobody_is_written_to_whose_appointment_is_over(staffed: Office, browser: Browser) -> None:
    for email in ("person@example.org", "smo2@example.org"):
        await found(
            staffed.pool,
            "UPDATE appointment SET until_at = now() WHERE account ="
            f" (SELECT id FROM account WHERE email = '{email}') RETURNING 1",
        )
    await tell(staffed.pool, warned())

    await write(staffed, MORNING)

    assert await letters(staffed.pool) == ["head@example.org", "smo1@example.org"]


async def test_whoever_is_appointed_later_is_told_then(office: Office, browser: Browser) -> None:
    await tell(office.pool, warned())
    await write(office, MORNING)
    nobody = await letters(office.pool)
    await appoint(browser, appointment("head", PLACE, "late@example.org"))

    await write(office, MORNING)

    assert nobody == []
    assert await letters(office.pool) == ["late@example.org"]


async def test_a_campaign_that_does_not_warn_writes_nothing_later_either(staffed: Office) -> None:
    off = "UPDATE campaign SET plan = jsonb_set(plan, '{warnings}', $1::jsonb)"
    await staffed.pool.execute(off, "false")
    await tell(staffed.pool, warned())
    await write(staffed, MORNING)
    await staffed.pool.execute(off, "true")

    await write(staffed, MORNING + timedelta(days=1))
    await tell(staffed.pool, warned(Warned.SLOW))
    await write(staffed, MORNING + timedelta(days=1))

    assert set(await letters(staffed.pool)) == {"person@example.org", "smo1@example.org", "smo2@example.org"}
    assert "меньше 70 %" in await body(staffed.pool, "person@example.org")


async def test_a_warning_of_another_campaign_is_written_to_nobody(staffed: Office) -> None:
    await tell(staffed.pool, warned(campaign="last-year"))

    await write(staffed, MORNING)

    assert await letters(staffed.pool) == []
