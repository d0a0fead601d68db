"""A draft that was begun before the last midnight is taken for a little longer, and counts when it really
comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.intake.core.domain import grace_of, is_in_grace, is_of_the_days
from services.intake.settings import IntakeSettings
from tests.factories import define_campaign, today
from tests.intake.course.told import Told
from tests.intake.test_api import WISH, slug

ZONES = ["Europe/Kaliningrad", "Asia/Kamchatka"]
"""UTC+2 and UTC+12."""

TITLE = WISH["title"]


@dataclass
class Night:
    """The last night of a campaign, where the region is."""

    told: Told
    zone: str
    last_day: date

    def at(self, minutes: float) -> datetime:
        """So long after the last midnight."""
        midnight = datetime(*self.last_day.timetuple()[:3], tzinfo=ZoneInfo(self.zone)) + timedelta(days=1)
        return midnight + timedelta(minutes=minutes)

    def look(self, minutes: float) -> None:
        """Let the client's clock show this."""
        self.told.client.headers["X-Demo-Time"] = self.at(minutes).isoformat()

    async def draft(self, minutes: float) -> str:
        """A draft that is begun then."""
        self.look(minutes)
        answer = await self.told.client.post("/api/v1/drafts", json=WISH)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def submit(self, draft: str, minutes: float, **headers: str) -> Any:
        """Submit a draft by then."""
        self.look(minutes)
        return await self.told.client.post(f"/api/v1/drafts/{draft}/submission", headers=headers)

    async def send(self, draft: str, minutes: float, **fields: str) -> Any:
        """Send the page's form by then."""
        self.look(minutes)
        written = {name: str(value or "") for name, value in WISH.items()}
        form = written | {"draft": draft, "draft_version": "1"} | fields
        return await self.told.send("/initiatives/new", **form)


async def night_of(told: Told, zone: str = ZONES[0]) -> Night:
    last_day = today() - timedelta(days=3)
    await told.office.redefine(last_day=last_day, time_zone=zone)
    return Night(told, zone, last_day)


@pytest.mark.parametrize("zone", ZONES)
async def test_a_draft_begun_in_time_is_taken_until_half_past_midnight(told: Told, zone: str) -> None:
    night = await night_of(told, zone)
    early, late = await night.draft(-10), await night.draft(-0.1)

    first, second = await night.submit(early, 0), await night.submit(late, 29.9)

    assert (first.status_code, second.status_code) == (201, 201)
    assert datetime.fromisoformat(second.json()["submitted_at"]) == night.at(29.9)


@pytest.mark.parametrize("zone", ZONES)
async def test_it_counts_at_its_real_moment_in_the_regions_zone(told: Told, zone: str) -> None:
    night = await night_of(told, zone)
    draft = await night.draft(-10)

    await night.submit(draft, 12)

    [(_, event)] = await told.office.told()
    submitted = datetime.fromisoformat(event["submitted_at"])
    assert submitted == night.at(12)
    assert (submitted.hour, submitted.date()) == (0, night.last_day + timedelta(days=1))


@pytest.mark.parametrize("zone", ZONES)
async def test_after_the_grace_nothing_is_taken(told: Told, zone: str) -> None:
    night = await night_of(told, zone)
    draft = await night.draft(-10)

    answer = await night.submit(draft, 30)

    assert (answer.status_code, slug(answer)) == (409, "campaign-over")
    assert len((await told.client.get("/api/v1/drafts")).json()["items"]) == 1


async def test_a_draft_begun_after_midnight_is_not_taken(told: Told) -> None:
    night = await night_of(told)
    draft = await night.draft(0)

    answer = await night.submit(draft, 5)

    assert (answer.status_code, slug(answer)) == (409, "campaign-over")


async def test_one_begun_in_time_may_be_written_on_after_midnight(told: Told) -> None:
    night = await night_of(told)
    draft = await night.draft(-1)
    night.look(10)
    changed = await told.client.patch(f"/api/v1/drafts/{draft}", json={"version": 1, "text": "Дописано."})

    answer = await night.submit(draft, 20)

    assert (changed.status_code, answer.status_code) == (200, 201)
    assert await told.office.pool.fetchval("SELECT text FROM initiative") == "Дописано."


async def test_what_was_written_in_no_draft_is_not_taken(told: Told) -> None:
    night = await night_of(told)
    await night.draft(-10)
    night.look(5)

    answer = await told.client.post("/api/v1/initiatives", json=WISH)
    page = await night.send(str(uuid4()), 6)

    assert (answer.status_code, slug(answer)) == (409, "campaign-over")
    assert (page.status_code, TITLE in page.text) == (409, True)


async def test_the_page_says_that_a_draft_was_begun_in_time_and_takes_it(told: Told) -> None:
    night = await night_of(told)
    draft = await night.draft(-10)
    night.look(5)
    form, own = await told.page(f"/initiatives/new?draft={draft}"), await told.page("/initiatives")

    wrong = await night.send(draft, 6, text="")
    sent = await night.send(draft, 7)

    assert "Черновик начат вовремя: подать его можно до 00:30" in form
    assert "Начатые до полуночи ещё можно подать: до 00:30." in own
    assert (wrong.status_code, "Черновик начат вовремя" in wrong.text) == (422, True)
    assert (sent.status_code, sent.headers["location"].endswith("?submitted=1")) == (303, True)


async def test_a_page_whose_answer_was_lost_is_sent_again(told: Told) -> None:
    night = await night_of(told)
    draft = await night.draft(-10)
    key = uuid4().hex

    first, again = await night.send(draft, 5, form_key=key), await night.send(draft, 6, form_key=key)

    assert first.headers["location"] == again.headers["location"]
    assert await told.office.pool.fetchval("SELECT count(*) FROM initiative") == 1


async def test_a_request_whose_answer_was_lost_is_sent_again(told: Told) -> None:
    night = await night_of(told)
    draft = await night.draft(-10)

    answers = [await night.submit(draft, minutes, **{"Idempotency-Key": "once"}) for minutes in (5, 6)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_the_last_day_says_that_a_saved_draft_may_come_later(told: Told) -> None:
    night = await night_of(told)
    night.look(-24 * 60 - 30)
    before = await told.page("/initiatives/new")
    night.look(-30)
    on_the_day = await told.page("/initiatives/new")
    night.look(31)
    afterwards = await told.page("/initiatives/new")

    assert "Сегодня последний день приёма" not in before + afterwards
    assert "сохраните черновик до полуночи: подать его можно будет до 00:30" in on_the_day
    assert "Приём закончен" in afterwards


async def test_the_draft_of_another_is_nobodys_grace(told: Told) -> None:
    night = await night_of(told)
    draft = await night.draft(-10)
    await told.office.pool.execute("UPDATE draft SET participant_id = gen_random_uuid()")

    answer, page = await night.submit(draft, 5), await night.send(draft, 6)

    assert (answer.status_code, page.status_code) == (404, 409)


@pytest.mark.parametrize(
    ("last_day", "expected"), [(date(2026, 10, 24), "02:30"), (date(2026, 10, 25), "00:30")]
)
def test_the_grace_is_time_that_passes_where_clocks_change(last_day: date, expected: str) -> None:
    campaign = define_campaign(last_day=last_day, time_zone="Europe/Berlin")

    ends = grace_of(campaign, timedelta(minutes=210) if expected == "02:30" else timedelta(minutes=30))[1]

    assert f"{ends:%H:%M}" == expected


def test_no_grace_is_none_at_all() -> None:
    campaign = define_campaign()
    begins, ends = grace_of(campaign, timedelta())

    assert begins == ends
    assert not is_in_grace(campaign, begins, timedelta())


def test_a_draft_of_before_the_first_day_or_of_no_known_time_is_not_in_time() -> None:
    campaign = define_campaign()
    first = datetime(*campaign.first_day.timetuple()[:3], tzinfo=ZoneInfo(campaign.time_zone))

    asked = [None, first - timedelta(seconds=1), first]

    assert [is_of_the_days(campaign, moment) for moment in asked] == [False, False, True]


@pytest.mark.parametrize("given", [-1, 361, "soon"])
def test_a_grace_of_less_than_nothing_or_of_a_night_is_refused(given: object) -> None:
    reached = {"database_url": "postgresql://u@h/d", "kafka_brokers": "h:1", "files_url": "file:///f"}
    settings = reached | {"signing_key_file": "k", "personal_keys_file": "k"}

    with pytest.raises(ValueError, match="draft_grace_minutes"):
        IntakeSettings.model_validate(settings | {"draft_grace_minutes": given})
