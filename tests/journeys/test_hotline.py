"""The hotline on a whole installation: asked by web and by letter, passed on, late up to the Head, answered,
taken up again, closed; told to metrics and to other systems."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zlib import crc32

import httpx2
import pytest

from contracts.hotline import HotlineEvent
from contracts.streams import PARTITIONS
from services.chassis.db.pool import open_pool
from services.chassis.streams import kafka, wire
from services.hotline.core.region import Known, draw
from services.hotline.inquiries.commands.escalate import escalate_due
from tests import installation as installations
from tests.chaos import hotline as chaos
from tests.chaos.campaign import supervising
from tests.client import PATIENCE, Client
from tests.conftest import lent
from tests.factories import HERE
from tests.hotline.mailbox.dovecot import PASSWORD, Dovecot, dovecot
from tests.installation import Installation, Process

PLACE = "13603000"
WORKER = Process("hotline", "worker")
LETTER = """\
From: Анна Зимина <zimina@example.org>
To: line@example.org
Subject: {subject}
Message-ID: <{id}@example.org>
Content-Type: text/plain; charset=utf-8

{text}
"""
LINK = r"/hotline/inquiries/(\S+)"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def whole(superuser_dsn: str, server: Dovecot) -> Iterator[Installation]:
    """An installation whose lines have their mailboxes on a real IMAP server."""
    with installations.installation(lent(superuser_dsn)) as whole:
        secret = whole.folder / "imap-password"
        secret.write_text(PASSWORD, "utf-8")
        place = server.server
        whole.more |= {
            "APP_MAILBOX_URL": f"imap://{place.login}@{place.host}:{place.port}",
            "APP_MAILBOX_PASSWORD_FILE": str(secret),
            "APP_MAILBOX_INTERVAL": "0.3",
            # Nobody waits here for a reader that died: a busy machine shall not take one for dead.
            "APP_SESSION_TIMEOUT": "40",
            "APP_WATCHDOG_TIMEOUT": "60",
        }
        whole.start()
        asyncio.run(whole.load_region())
        yield whole


@pytest.fixture(autouse=True)
async def supervised(whole: Installation) -> AsyncIterator[None]:
    """A process that a busy machine took for dead is started anew, as an installation's supervisor does."""
    supervisor = asyncio.create_task(supervising(whole))
    yield
    supervisor.cancel()


class Line:
    """The line of a municipality, as its people work at it."""

    def __init__(self, client: Client, **tokens: str) -> None:
        self.client, self.tokens = client, tokens

    async def post(
        self, path: str, body: Mapping[str, object], by: str = "", service: str = "hotline", **headers: str
    ) -> dict[str, Any]:
        """Something that is done; what is answered."""
        signed = {"Authorization": f"Bearer {self.tokens[by]}"} if by else {}
        url = f"{self.client.url(service)}/api/v1/{path}"
        answer = await self.client.http.post(url, json=body, headers={**signed, **headers})
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    async def get(self, path: str, by: str, service: str = "hotline") -> dict[str, Any]:
        """What somebody sees."""
        headers = {"Authorization": f"Bearer {self.tokens[by]}"}
        answer = await self.client.http.get(f"{self.client.url(service)}/api/v1/{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def ask(self, text: str, asked_at: datetime | None = None) -> dict[str, Any]:
        """By the form, at a past moment if one is given."""
        question: dict[str, object] = {
            "municipality": PLACE,
            "theme": "other",
            "text": text,
            # Another address each time: whoever asks much is slowed down.
            "reply_to": {"email": f"{uuid4().hex}@example.org"},
            "name": "Анна",
        }
        headers = {"X-Demo-Time": asked_at.isoformat()} if asked_at else {}
        return await self.post("inquiries", question, **headers)

    async def step(self, asked: dict[str, Any], word: str, by: str, **given: object) -> dict[str, Any]:
        """A step of an inquiry."""
        return await self.post(f"inquiries/{asked['id']}/{word}", given, by)

    async def row(self, asked: dict[str, Any]) -> Any:
        """An inquiry as it is stored."""
        query = "SELECT * FROM inquiry WHERE id = $1::text::uuid"
        (row,) = await self.client.installation.rows("hotline", query, asked["id"])
        return row

    async def found(self, text: str) -> Any:
        """The inquiry whose first words these are, once it is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                query = "SELECT * FROM inquiry WHERE subject = $1 OR subject LIKE '%' || $1 || '%'"
                if rows := await self.client.installation.rows("hotline", query, text):
                    return rows[0]
                await asyncio.sleep(0.1)


@pytest.fixture
async def line(whole: Installation) -> AsyncIterator[Line]:
    """A Head, an operator, a working group with its leader, and a line."""
    async with whole.client() as client:
        await client.structure_arrived()
        await client.invite("admin@example.org", "Админова Ада")
        line = Line(client, administrator=await client.come("admin@example.org"))
        await client.appoint(line.tokens["administrator"], person("head", "Главина Вера"))
        line.tokens["head"] = await client.come("head@example.org")
        people = [person("hotline-operator", "Павлова Галина"), person("deputy", "Морозов Пётр")]
        await client.appoint(line.tokens["head"], *people)
        for role in ("hotline-operator", "deputy"):
            line.tokens[role] = await client.come(f"{role}@example.org")
        await form_group(line)
        await until_works(line)
        given = {"municipality": PLACE, "name": "Линия", "phones": ["8 800 000-10-01"]}
        await line.post("lines", given, "head")
        yield line


def person(role: str, name: str) -> dict[str, str]:
    return {"role": role, "of": PLACE, "email": f"{role}@example.org", "name": name}


async def form_group(line: Line) -> None:
    held = await line.get(f"appointments?municipality={PLACE}", "head", "hierarchy")
    leader = next(each["account"] for each in held["items"] if each["email"] == "deputy@example.org")
    group = {"name": "Группа", "leader": leader, "covers_all": True}
    given = {"municipality": PLACE, "number": "3", "day": today(), "groups": [group]}
    await line.post("working-groups", given, "head", "hierarchy")


async def until_works(line: Line) -> None:
    """Until the hotline knows the group and its leader."""
    whole, query = line.client.installation, "SELECT FROM staff_grant WHERE scope = 'group'"

    async def known() -> bool:
        return bool(await whole.rows("hotline", query)) and bool((await known_to(whole)).groups)

    await until(known, "the group in the hotline")


async def known_to(whole: Installation) -> Known:
    """What the hotline knows of the region."""
    async with open_pool(whole.settings("hotline")) as pool, pool.acquire() as db:
        return await draw(db)


def today() -> str:
    return datetime.now(HERE).date().isoformat()


async def until(holds: Callable[[], Any], what: str) -> None:
    """Wait for something that becomes true."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await holds():
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise AssertionError(f"never: {what}") from error


async def test_a_question_is_answered_whatever_becomes_of_it(
    line: Line, whole: Installation, server: Dovecot
) -> None:
    # The Head's act: another first answer's time than the region's.
    act = {"number": "6", "day": today()}
    hours = {"first-answer": 3}
    given = {"municipality": PLACE, "hours": hours, "from_day": today(), "act": act}
    await line.post("regulation", given, "head", "hierarchy")
    by_letter = LETTER.format(subject="Фонарь", id="one", text="Не горит фонарь у школы.").encode()
    server.deliver(PLACE, by_letter)

    asked = await line.ask("Как подать инициативу?")
    mailed = await line.found("Фонарь")

    assert (mailed["municipality"], mailed["channel"]) == (PLACE, "e-mail")
    assert mailed["email"] == "zimina@example.org"

    # From the operator to the group by theme, which returns it, and takes it the next time.
    offered = await line.step(asked, "transfer", "hotline-operator", to="group", note="Вам")
    assert offered["level"] == "group"
    assert (await line.step(asked, "return", "deputy", reason="Не наше"))["status"] == "new"
    await line.step(asked, "transfer", "hotline-operator", to="group")
    assert (await line.step(asked, "take", "deputy"))["status"] == "taken"

    # Nobody answers: it climbs to the Head, by a clock that is passed in, and no higher.
    for days in range(0, 60, 4):
        await at_the_clock(whole, datetime.now(UTC) + timedelta(days=days))
    late = await line.row(asked)
    assert (late["level"], late["first_answer_late"]) == ("head", True)
    assert late["escalations"] == 2, "from the group to the coordination group and to the Head"

    answered = await line.step(asked, "answer", "head", text="Подайте на портале.")
    assert answered["status"] == "answered"
    reply = await line.post("inquiries/replies", {"link": asked["link"], "text": "Не получилось"})
    assert (reply["number"], reply["is_new"]) == (asked["number"], False)
    assert (await line.row(asked))["reopened"] == 1
    await line.step(asked, "answer", "head", text="Помогли подать.")
    assert (await line.step(asked, "close", "head"))["status"] == "closed"

    # A letter about the number in its subject goes on with the same case.
    about = LETTER.format(subject=f"Re: [№ {mailed['number']}]", id="two", text="Уже третий день.").encode()
    server.deliver(PLACE, about)
    replied = "SELECT FROM inquiry_entry WHERE inquiry_id = $1 AND kind = 'replied'"
    await until(lambda: whole.rows("hotline", replied, mailed["id"]), "the letter's reply")

    # metrics counts both, and another system reads what has happened, in order and without a word of it.
    assert await chaos.escalated(whole) == []
    await until(lambda: counts(line, 2), "two inquiries in the figures")
    kinds, texts = await read_from_outside(whole, asked["id"])
    steps = [kind for kind in kinds if kind not in ("transferred", "taken", "restated")]
    again = ("reopened", "answered", "closed")
    assert steps == ["opened", "escalated", "escalated", "answered", *again]
    assert not any(word in texts for word in ("Анна", "zimina", "инициативу", "Помогли"))


async def test_what_is_late_climbs_once_though_the_worker_is_killed(whole: Installation) -> None:
    async with whole.client() as client:
        await climb_while_killed(whole, Line(client))


async def climb_while_killed(whole: Installation, line: Line) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=12)
    asked = [await line.ask(f"Вопрос {nth}", long_ago) for nth in range(12)]

    for _ in range(3):
        whole.kill(*WORKER)
        await asyncio.to_thread(whole.start, WORKER)

    # The first and the final answer are both late.
    async def climbed() -> bool:
        return all([(await line.row(each))["escalations"] == 2 for each in asked])

    await until(climbed, "every inquiry has climbed twice")
    assert await chaos.escalated(whole) == []
    assert await chaos.overdue(whole) == []


async def at_the_clock(whole: Installation, now: datetime) -> None:
    """What the worker does at a moment."""
    known = await known_to(whole)
    everything = {"app.municipalities": "*"}
    async with open_pool(whole.settings("hotline"), server_settings=everything) as pool:
        await escalate_due(pool, known, now)


async def counts(line: Line, least: int) -> bool:
    try:
        found = await line.get("hotline-figures", "administrator", "metrics")
    except httpx2.HTTPError:
        return False
    return bool(found["items"]) and found["items"][0]["inquiries"] >= least


async def read_from_outside(whole: Installation, id_: str) -> tuple[list[str], str]:
    """What the topic tells of an inquiry, and all its records as text."""
    place = (HotlineEvent.topic, crc32(PLACE.encode()) % PARTITIONS)
    kinds: list[str] = []
    texts = ""
    async with kafka.groupless(whole.settings("metrics"), [place]) as consumer, asyncio.timeout(PATIENCE):
        await consumer.seek_to_beginning()
        while "closed" not in kinds:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                texts += b"".join(record.value or b"" for record in records).decode()
                for told in wire.decode([record.value for record in records]):
                    assert not isinstance(told, ValueError)
                    if told.subject == id_:
                        kinds.append(told.type.split(".")[2])
    return kinds, texts
