"""The region loaded, its staff appointed and its campaign replayed on a whole installation."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from deploy.demonstration import region, replay
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.decisions import decide_everything
from deploy.demonstration.federal import list_federally
from deploy.demonstration.hotline import Resting, answer_everybody
from deploy.demonstration.order import Order, carry_out
from deploy.demonstration.staff import COORDINATOR, appoint_everybody
from deploy.demonstration.staff_meeting import enter_staff_meeting
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.visitor import Visitor
from deploy.demonstration.work import prepare_summaries, work_between_levels
from tests import installation as installations
from tests.client import PATIENCE
from tests.conftest import lent
from tests.installation import Installation, Process

Run = Callable[..., int]
SILENT = Console(quiet=True)
PASSWORD = "лодка плывёт домой"

BRIEFED = """
SELECT p.email, t.working_group, t.done, b.session IS NOT NULL AS was_there
  FROM to_be_briefed AS t
  JOIN account AS p ON p.id = t.account
  LEFT JOIN briefed AS b ON b.working_group = t.working_group AND b.account = t.account
"""
"""Coordinators, were they briefed, and in a session or by reading."""

ACTING = """
SELECT DISTINCT o.founder AS municipality, g.municipality AS served_by
  FROM group_organization AS g JOIN organization AS o ON o.id = g.organization
 WHERE g.municipality <> o.founder
"""
"""Municipalities whose organizations another one's groups have in their hands, and that one."""


KEPT = """
SELECT (SELECT count(*) FROM consultation), (SELECT count(*) FROM answer), (SELECT count(*) FROM shift)
"""
CLIMBED = """
SELECT escalations, level FROM inquiry
 WHERE escalations > 0 AND NOT EXISTS (SELECT FROM inquiry_clock WHERE inquiry_id = id AND next_at < now())
 ORDER BY escalations
"""
"""Late inquiries of which every clock has climbed."""

SENT = """
SELECT count(*) FILTER (WHERE number > 0 AND level = 'coordinator') AS coordinators,
       count(*) FILTER (WHERE number > 0 AND level = 'group') AS groups,
       count(*) FILTER (WHERE number = 0) AS missing, count(*) FILTER (WHERE NOT in_time) AS late,
       count(*) FILTER (WHERE differs) AS differ
  FROM report GROUP BY week ORDER BY week
"""
"""Summaries by week."""


@pytest.fixture(scope="module")
def whole(superuser_dsn: str) -> Iterator[Installation]:
    """An installation into which the demonstration has loaded its region."""
    with installations.installation(lent(superuser_dsn)) as whole:
        whole.start()
        assert region.load(whole.url("hierarchy"), running(whole)) == 0
        yield whole


@pytest.fixture(scope="module")
def addresses(whole: Installation) -> Addresses:
    urls = whole.url("intake"), whole.url("hierarchy"), whole.url("metrics")
    return Addresses(*urls, whole.folder / "mail", whole.folder / "runs", whole.url("hotline"))


@pytest.fixture(scope="module")
def staffed(whole: Installation, addresses: Addresses) -> Installation:
    """The same with its staff."""
    asyncio.run(appoint_everybody(addresses, running(whole), PASSWORD))
    return whole


def running(whole: Installation) -> Run:
    def run(service: str, *words: str) -> int:
        done = whole.run(service, *words)
        print(done.stdout, done.stderr)
        return done.returncode

    return run


def resting_in(whole: Installation) -> Resting:
    @contextmanager
    def resting(process: str) -> Iterator[None]:
        service, _, kind = process.partition("-")
        whole.stop(Process(service, kind))
        try:
            yield
        finally:
            whole.start(Process(service, kind))

    return resting


async def counted(whole: Installation) -> dict[str, int]:
    async with whole.client() as client:
        (figures,) = await client.counters()
    return {"registered": figures["registered"], "submitted": figures["submitted"]}


async def test_most_coordinators_are_briefed_one_reads_and_a_few_are_left(staffed: Installation) -> None:
    people = await staffed.rows("hierarchy", BRIEFED)

    left = [row["email"] for row in people if not row["done"]]
    read = [row["email"] for row in people if row["done"] and not row["was_there"]]
    assert len({row["working_group"] for row in people}) == 2
    assert read == [COORDINATOR]
    assert 0 < len(left) < len(people) / 3


async def test_settlements_are_served_and_their_districts_groups_act(staffed: Installation) -> None:
    served = await staffed.rows("hierarchy", "SELECT municipality, served_by FROM serving")
    acting = await staffed.rows("hierarchy", ACTING)

    assert len(served) == 2
    assert set(served) == set(acting)


async def test_a_small_replay_is_counted_and_proved(whole: Installation, addresses: Addresses) -> None:
    await carry_out(addresses, Order(participants=20, initiatives=40), SILENT)

    assert await counted(whole) == {"registered": 20, "submitted": 40}
    assert running(whole)("metrics", "verify") == 0
    moments = [row[0] for row in await whole.rows("intake", "SELECT submitted_at FROM initiative")]
    assert max(moments) - min(moments) > timedelta(days=10)
    assert datetime.now(max(moments).tzinfo) - max(moments) < timedelta(hours=1, minutes=5)


async def test_the_same_seed_again_brings_new_people(whole: Installation, addresses: Addresses) -> None:
    before = await counted(whole)

    await carry_out(addresses, Order(participants=5, initiatives=6, seed=1), SILENT)
    await carry_out(addresses, Order(participants=5, initiatives=6, seed=1), SILENT)

    added = {"registered": before["registered"] + 10, "submitted": before["submitted"] + 12}
    assert await counted(whole) == added


async def test_ctrl_c_ends_a_live_run_calmly(
    whole: Installation, addresses: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await counted(whole)
    asyncio.get_running_loop().call_later(4, os.kill, os.getpid(), signal.SIGINT)

    tally = await carry_out(addresses, Order(initiatives=1000, rate=5), SILENT)

    assert "Interrupted after" in capsys.readouterr().out
    assert 5 <= tally.submitted <= 30
    assert tally.registered <= tally.submitted + 1
    assert (await counted(whole))["submitted"] == before["submitted"] + tally.submitted
    assert running(whole)("metrics", "verify") == 0


async def test_a_refusal_stops_the_replay_with_its_sentence(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Visitor, "submit", lambda self, text, at: refused(self))

    with pytest.raises(Stopped, match=r"/api/v1/initiatives was refused: 401 token-invalid\. \w+"):
        await carry_out(addresses, Order(participants=3, initiatives=3), SILENT)


async def refused(visitor: Visitor) -> None:
    wish = dict.fromkeys(("direction", "form", "title", "text"), "roads")
    await visitor._web.post(f"{visitor._api}/initiatives", wish, token="somebody else's")


async def test_figures_that_stand_still_are_told(
    whole: Installation, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "PATIENCE", 2.0)
    whole.stop(("metrics", "worker"))

    with pytest.raises(Stopped, match="do the workers of intake and metrics run"):
        await carry_out(addresses, Order(participants=2, initiatives=2), SILENT)
    whole.start(("metrics", "worker"))


def test_a_loaded_region_is_not_loaded_again(whole: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    def never(*words: str) -> int:
        raise AssertionError(words)

    assert region.load(whole.url("hierarchy"), never) == 0
    assert "marafon-demo is loaded already" in capsys.readouterr().out


async def test_the_bodies_have_decided_and_what_is_decided_stays(
    staffed: Installation, addresses: Addresses
) -> None:
    await carry_out(addresses, Order(participants=60, initiatives=120), SILENT)

    await decide_everything(addresses, PASSWORD)
    decided = await staffed.rows("intake", "SELECT id FROM decision")
    await decide_everything(addresses, PASSWORD)

    states = await staffed.rows("intake", "SELECT DISTINCT status FROM initiative")
    assert {row["status"] for row in states} >= {
        "accepted",
        "determined",
        "put-forward",
        "returned",
        "declined",
    }
    assert len(await staffed.rows("intake", "SELECT id FROM decision")) == len(decided) > 20
    assert addresses.decided.exists()
    assert staffed.run("metrics", "verify").returncode == 0


async def test_the_platforms_list_is_imported_once(staffed: Installation, addresses: Addresses) -> None:
    await decide_everything(addresses, PASSWORD)

    began = time.monotonic()
    await list_federally(addresses, PASSWORD)
    took = time.monotonic() - began
    imported = "SELECT state, rows, bad FROM federal_import"
    while (done := await staffed.rows("intake", imported))[0]["state"] != "done":
        assert time.monotonic() - began < PATIENCE, done
        await asyncio.sleep(0.2)
    await list_federally(addresses, PASSWORD)

    ((_, rows, bad),) = await staffed.rows("intake", imported)
    unlinked = await staffed.rows("intake", "SELECT number FROM federal_row WHERE initiative_id IS NULL")
    assert (bad, len(unlinked)) == (0, 20)
    assert rows >= 20
    assert len(await staffed.rows("intake", "SELECT version FROM reported_figures")) == 3
    assert addresses.listed.exists()
    assert took < PATIENCE / 2


async def test_a_staff_meeting_has_entered_fifteen_ideas(staffed: Installation, addresses: Addresses) -> None:
    await enter_staff_meeting(addresses, PASSWORD)

    (meeting,) = await staffed.rows("intake", "SELECT entered, waiting FROM staff_meeting")
    assert tuple(meeting) == (15, 0)
    assert addresses.met.exists()


async def test_the_hotline_has_cases_in_every_state_and_two_of_them_climb(
    staffed: Installation, addresses: Addresses
) -> None:
    await answer_everybody(addresses, PASSWORD, resting_in(staffed))
    await answer_everybody(addresses, PASSWORD, resting_in(staffed))

    states = await staffed.rows("hotline", "SELECT status, count(*) AS n FROM inquiry GROUP BY status")
    assert sum(row["n"] for row in states) == 60
    wanted = {"new", "taken", "waiting", "transferred", "answered", "closed", "merged", "spam"}
    assert {row["status"] for row in states} == wanted
    ((consultations, answers, shifts),) = await staffed.rows("hotline", KEPT)
    assert (consultations, answers, shifts) == (120, 10, 5)
    # Only what is meant to be late climbs: the others were answered in the past, as they were asked.
    async with asyncio.timeout(PATIENCE):
        while len(climbed := await staffed.rows("hotline", CLIMBED)) < 2:
            await asyncio.sleep(0.2)
    assert [(row["escalations"], row["level"]) for row in climbed] == [(1, "group"), (2, "coordination")]
    assert addresses.called.exists()


async def test_the_work_between_the_levels_has_every_outcome(
    staffed: Installation, addresses: Addresses
) -> None:
    prepare_summaries(running(staffed))
    await work_between_levels(addresses, PASSWORD)

    orders = await staffed.rows("hierarchy", "SELECT DISTINCT state FROM work_order")
    assert {row["state"] for row in orders} >= {"issued", "closed"}
    tasks = await staffed.rows("hierarchy", "SELECT DISTINCT state FROM work_order_task")
    assert {row["state"] for row in tasks} >= {"received", "returned", "accepted"}
    questions = await staffed.rows("hierarchy", "SELECT DISTINCT state FROM question")
    assert {row["state"] for row in questions} == {"asked", "answered"}
    weeks = await staffed.rows("hierarchy", SENT)
    assert len(weeks) >= 2
    # Of the last week some are sent later than now; the one before has everything.
    before = weeks[-2]
    assert before["coordinators"] >= 2
    assert all(before[name] for name in ("groups", "missing", "late", "differ"))
    assert addresses.worked.exists()
