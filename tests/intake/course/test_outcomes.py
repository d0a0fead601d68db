"""What became of their initiatives is told to every author once the campaign is over: once, whatever dies."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.structure import CampaignDefined
from services.intake.initiatives.commands import write_outcomes
from services.intake.initiatives.commands.write_outcomes import (
    LONG_PAST,
    NAMED,
    SETTLED,
    is_over,
    write_bundle,
)
from services.intake.initiatives.store import outcomes
from tests.factories import DISTRICT, OKRUG, define_campaign, today
from tests.intake.conftest import join
from tests.intake.course.told import Told
from tests.intake.test_acceptances import STOPS
from tests.intake.test_api import WISH

CAMPAIGN = define_campaign()


async def letters(told: Told, campaign: CampaignDefined = CAMPAIGN) -> list[tuple[str, str, str]]:
    """Recipient, subject and body of what is written once the campaign is over."""
    while await write_bundle(told.office.pool, STOPS, campaign, datetime.now(UTC)) is not None:
        pass
    rows = await told.office.pool.fetch("SELECT recipient, subject, body FROM letter WHERE kind = 'outcome'")
    return sorted(tuple(row) for row in rows)


async def others(told: Told, count: int) -> None:
    """So many further authors, each with an initiative."""
    for nth in range(count):
        async with told.office.web.browser() as another:
            await join(another, told.office.pool, municipality=DISTRICT, email=f"author{nth}@example.org")
            await another.post("/api/v1/initiatives", json=WISH)


async def test_every_initiative_is_named_with_what_became_of_it(told: Told) -> None:
    forward, into, merged, none = [await told.submitted(title=f"Дело {nth}") for nth in range(4)]
    number = (await told.seen(into))["number"]
    await told.decided("determine", forward, into)
    await told.decided("put-forward", forward, by="head")
    await told.decided("merge", merged, into=into)
    gone = await told.submitted(title="Дело 4")
    await told.client.post(f"/api/v1/initiatives/{gone}/withdrawal", json={})

    [(recipient, subject, body)] = await letters(told)

    assert (recipient, subject) == ("anna@example.org", "Что стало с вашими инициативами")
    for title, words in (
        ("Дело 0", "Выдвинута от муниципального образования."),
        ("Дело 1", "Определена, но не выдвинута."),
        ("Дело 2", f"Объединена с инициативой № {number}."),
        ("Дело 3", "Решения по ней не приняли."),
        ("Дело 4", "Отозвана вами."),
    ):
        assert f"{title}\n{words}\n" in body
    assert f"{STOPS.site}/initiatives/{none}\n" in body
    assert STOPS.url(told.id) in body


async def test_one_alone_is_told_as_one(told: Told) -> None:
    await told.submitted()

    [(_, subject, body)] = await letters(told)

    assert subject == "Что стало с вашей инициативой"
    assert "инициативой, которую вы подали" in body


async def test_of_hundreds_the_numbers_are_told_by_state(told: Told) -> None:
    ids = await asyncio.gather(*(told.submitted() for _ in range(NAMED + 30)))
    await told.decided("determine", *sorted(ids)[-10:])

    [(_, _, body)] = await letters(told)

    assert body.count(f"{STOPS.site}/initiatives/") == NAMED
    assert ("Определены, но не выдвинуты:\n" in body, "Решения не приняли:\n" in body) == (True, True)
    assert max(map(len, body.splitlines())) < 200


async def test_a_co_author_is_told_what_became_of_it(told: Told) -> None:
    withdrawn, own = await told.submitted(title="Общее"), WISH | {"title": "Своё"}
    async with told.office.web.browser() as another, told.office.web.browser() as alone:
        await told.joined(another, withdrawn, email="boris@example.org")
        await another.post("/api/v1/initiatives", json=own)
        await told.joined(alone, withdrawn, email="clara@example.org")
    await told.client.post(f"/api/v1/initiatives/{withdrawn}/withdrawal", json={})

    author, both, co_author = await letters(told)

    assert "Общее\nОтозвана вами.\n" in author[2]
    assert "Общее\nИнициатива, в которой вы соавтор.\nОтозвана автором.\n" in both[2]
    assert "Своё\nРешения по ней не приняли.\n" in both[2]
    assert both[1] == "Что стало с инициативами, в которых вы автор или соавтор"
    assert co_author[1] == "Что стало с инициативой, в которой вы соавтор"


async def test_an_initiative_in_another_municipality_is_told_of(told: Told) -> None:
    there = await told.submitted(title="Не здесь")
    moved = await told.client.post(f"/api/v1/initiatives/{there}/correction", json={"municipality": OKRUG})

    [(_, _, body)] = await letters(told)

    assert moved.status_code == 200, moved.text
    assert "Не здесь\nРешения по ней не приняли.\n" in body


async def test_everybody_is_told_once_over_bundles_and_restarts(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await others(told, 5)
    await told.submitted()
    monkeypatch.setattr(write_outcomes, "PARTICIPANTS", 2)

    async def dies(*_: object) -> None:
        raise ConnectionResetError

    pool, now = told.office.pool, datetime.now(UTC)
    await write_bundle(pool, STOPS, CAMPAIGN, now)
    with monkeypatch.context() as during:
        during.setattr(outcomes, "go_on", dies)
        with pytest.raises(ConnectionResetError):
            await write_bundle(pool, STOPS, CAMPAIGN, now)
    midway = await pool.fetchval("SELECT told FROM outcome_run")

    found = await letters(told)

    assert (midway, len(found), len({recipient for recipient, *_ in found})) == (2, 6, 6)
    assert await letters(told) == found
    assert await pool.fetchval("SELECT told FROM outcome_run WHERE finished_at IS NOT NULL") == 6


async def test_several_workers_tell_everybody_once(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    await others(told, 5)
    monkeypatch.setattr(write_outcomes, "PARTICIPANTS", 1)

    await asyncio.gather(*(letters(told) for _ in range(4)))

    found = [recipient for recipient, *_ in await letters(told)]
    assert sorted(found) == [f"author{nth}@example.org" for nth in range(5)]


async def test_who_stopped_all_letters_or_was_erased_is_told_nothing(told: Told) -> None:
    await others(told, 2)
    await told.submitted()
    await told.client.delete("/api/v1/me")
    people = await told.office.pool.fetch("SELECT id, email FROM participant")
    stopped = [row["id"] for row in people if row["email"] and row["email"].startswith("author1")]
    await told.office.pool.execute("UPDATE participant SET letters = 'none' WHERE id = ANY ($1)", stopped)

    assert [recipient for recipient, *_ in await letters(told)] == ["author0@example.org"]


async def test_who_wants_results_alone_is_told(told: Told) -> None:
    await told.client.put("/api/v1/me/letters", json={"letters": "results"})
    await told.submitted()

    assert len(await letters(told)) == 1


async def test_who_submitted_nothing_is_told_nothing(told: Told) -> None:
    assert await letters(told) == []


async def test_participants_of_another_campaign_are_not_told(told: Told) -> None:
    await told.submitted()

    assert await letters(told, define_campaign(id="autumn")) == []


@pytest.mark.parametrize("zone", ["Europe/Kaliningrad", "Asia/Kamchatka"])
def test_it_is_over_when_its_last_day_has_ended_where_the_region_is(zone: str) -> None:
    last = datetime(2026, 5, 29, tzinfo=ZoneInfo(zone))
    campaign = define_campaign(close_until=last.date(), time_zone=zone)
    midnight = last + timedelta(days=1)

    moments = [
        midnight - timedelta(hours=1),
        midnight + timedelta(minutes=10),
        midnight + SETTLED,
        midnight + LONG_PAST,
        midnight + SETTLED + LONG_PAST,
    ]

    assert [is_over(campaign, moment) for moment in moments] == [False, False, True, True, False]


async def test_the_worker_finds_by_itself_which_campaign_is_over(told: Told) -> None:
    running = await write_outcomes._over(told.office.pool, datetime.now(UTC))
    await told.office.redefine(last_day=today() - timedelta(days=9), close_until=today() - timedelta(days=2))
    over = await write_outcomes._over(told.office.pool, datetime.now(UTC))
    await letters(told)

    assert (running, [campaign.id for campaign in over]) == ([], ["spring"])
    assert await write_outcomes._over(told.office.pool, datetime.now(UTC)) == []
