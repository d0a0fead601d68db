"""A region with its staff, as people use it over HTTP."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, TypeAlias

from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import AsyncTestClient

from deploy.local.home import new_signing_key
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.main import create_web
from services.hierarchy.settings import OfficeSettings
from services.hierarchy.territory.commands.add_calendars import add_by_law
from tests.databases import NOTHING, Content, Database
from tests.webs import Web, serving

DATA = Path(__file__).parent / "data"
PLACE, ELSEWHERE = "13605000", "13605101"
URL = "http://testserver.local"
PASSWORD = "лодка плывёт домой"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes in no time: nobody guesses at the passwords of a test."""
TODAY = today("Europe/Samara", datetime.now(UTC))
"""By the clocks of the region in `data/campaign.yaml`: UTC has another day for four hours."""
ORGANIZATIONS = f"""\
external_id;founder;place;name;kind;headcount
1;{PLACE};{PLACE};Администрация района;администрация;50
2;{PLACE};{PLACE};Школа № 1;школа;40
3;{PLACE};{ELSEWHERE};Школа № 2;школа;30
4;{PLACE};{PLACE};Больница;больница;100
5;{ELSEWHERE};{ELSEWHERE};Клуб;дом культуры;5
"""
SMOS = """
- {id: smo, name: "СМО", municipalities: all}
"""


Load: TypeAlias = Callable[[Pool], Awaitable[None]]
"""Fills an empty database with a region."""

IMPORTED: dict[Load, Content] = {}
"""What each has filled it with on this worker: an import reads its file in a process of its own."""


async def load_region(pool: Pool) -> None:
    """A few municipalities with a campaign that is open now; an administrator is invited."""
    await import_municipalities(pool, (DATA / "classifier_utf8.csv").read_bytes(), "13")
    await import_smos(pool, SMOS.encode())
    await import_organizations(pool, ORGANIZATIONS.encode())
    campaign = (DATA / "campaign.yaml").read_text("utf-8")
    for name, ahead in (("prepare_from", -9), ("first_day", -5), ("last_day", 5), ("close_until", 9)):
        day = (TODAY + timedelta(days=ahead)).isoformat()
        campaign = re.sub(rf"^{name}: .*$", f"{name}: {day}", campaign, flags=re.MULTILINE)
    # What the tests open reaches into the next year, at any time of this one.
    await add_by_law(pool, (TODAY.year, TODAY.year + 1), datetime.now(UTC))
    await open_campaign(pool, campaign.encode(), datetime.now(UTC))
    await invite_administrator(pool, Entrance(URL), "admin@example.org", "Админова Ада", datetime.now(UTC))


def application(database: Database, folder: Path, clock: Clock, **more: object) -> Litestar:
    """The web application on a region's database, not started; its key and its files lie in the folder."""
    key = folder / "key.pem"
    if not key.exists():
        key.write_bytes(new_signing_key())
    settings = OfficeSettings.model_validate(
        {
            "database_url": database.dsn("web"),
            "kafka_brokers": "127.0.0.1:1",
            "signing_key_file": key,
            "files_url": (folder / "files").as_uri(),
            "public_url": URL,
            "support_phone": "8 800 000-00-09",
            **more,
        }
    )
    return create_web(settings, Lifetime(), clock, CHEAP)


class Office:
    """A region with its campaign, and people of the staff who use it over HTTP."""

    def __init__(self, pool: Pool, database: Database, folder: Path, **more: object) -> None:
        self.pool, self._database, self._folder, self.more = pool, database, folder, more
        self.files = folder / "files"
        self.now = datetime.now(UTC)
        self.dsn = database.dsn("worker")
        self.web: Web | None = None

    def browser(self) -> AbstractAsyncContextManager[AsyncTestClient[Litestar]]:
        """A browser in front of the module's application, or else of one of its own."""
        return self.web.browser(URL) if self.web else AsyncTestClient(self.application(), base_url=URL)

    def application(self) -> Litestar:
        """An application of one's own on the region's database, not started."""
        clock = Clock(lambda: self.now)
        return application(self._database, self._folder, clock, **self.more)

    async def letter_to(self, email: str) -> str:
        """The latest letter to an address."""
        letters = await self.pool.fetch(
            "SELECT body FROM letter WHERE recipient = $1 ORDER BY written_at DESC, id DESC", email
        )
        return str(letters[0]["body"])

    async def link_of(self, email: str) -> str:
        letter = await self.letter_to(email)
        found = re.search(rf"{URL}(/staff/links/\S+)", letter)
        assert found, letter
        return found[1]

    async def come(self, browser: AsyncTestClient[Litestar], email: str) -> None:
        """Follow the link of the letter and choose a password; the browser is signed in then."""
        browser.cookies.clear()
        form = {"password": PASSWORD, "again": PASSWORD}
        answer = await browser.post(await self.link_of(email), data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text

    async def reset(self, browser: AsyncTestClient[Litestar], email: str) -> None:
        """Come in again somebody who has used the invitation's link before."""
        browser.cookies.clear()
        await browser.post("/staff/forgotten", data={"email": email}, follow_redirects=False)
        await self.come(browser, email)

    def settings(self, kind: str) -> Settings:
        """Settings of a process that works on the region's database."""
        return self._database.settings(kind)

    def worker(self) -> AbstractAsyncContextManager[Pool]:
        """A pool of the worker's, which sees the rows of every municipality."""
        return open_pool(self.settings("worker"), server_settings={"app.municipalities": "*"})

    async def events(self) -> list[tuple[str, str, str]]:
        rows = await self.pool.fetch(
            "SELECT type, data::jsonb ->> 'role' AS role, data::jsonb ->> 'of' AS of FROM outbox"
            " WHERE topic = 'dialogue.appointments.v1' ORDER BY id"
        )
        return [(row["type"].split(".", 1)[1], row["role"], row["of"]) for row in rows]


class House:
    """Where the tests of a module work: each has the region as it was imported, all have one application."""

    def __init__(self, database: Database, folder: Path, **more: object) -> None:
        self._database, self._folder, self._more = database, folder, more
        self._web: Web | None = None
        self._content = NOTHING
        self._office: Office | None = None

    @contextmanager
    def opened(self, load: Load) -> Iterator["House"]:
        """Import the region and start the application."""
        asyncio.run(self._imported(load))
        app = application(self._database, self._folder, Clock(self._now), **self._more)
        with serving(app) as self._web:
            self._content = asyncio.run(self._database.content())
            yield self

    async def office(self, pool: Pool) -> Office:
        """The region as it was imported, for a test."""
        await self._database.replace(self._content)
        self._office = Office(pool, self._database, self._folder, **self._more)
        self._office.web = self._web
        shutil.rmtree(self._office.files, ignore_errors=True)
        self._office.files.mkdir()
        return self._office

    async def _imported(self, load: Load) -> None:
        if load in IMPORTED:
            await self._database.replace(IMPORTED[load])
            return
        await self._database.empty()
        async with open_pool(self._database.settings("worker")) as pool:
            await load(pool)
        IMPORTED[load] = await self._database.content()

    def _now(self) -> datetime:
        return self._office.now if self._office else datetime.now(UTC)


@asynccontextmanager
async def everything(pool: Pool) -> AsyncIterator[Db]:
    """A transaction that sees the rows of every municipality."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        yield db


def appointment(role: str, of: str, email: str, **more: object) -> dict[str, object]:
    return {"role": role, "of": of, "name": "Петров Пётр Петрович", "email": email} | more


async def appoint(browser: AsyncTestClient[Litestar], *people: dict[str, object], **act: str) -> Any:
    body = {"number": "12-р", "day": TODAY.isoformat(), "appointments": list(people)} | act
    return await browser.post("/api/v1/appointments", json=body)


async def annexed(browser: AsyncTestClient[Litestar], form: dict[str, str], **files: Any) -> Any:
    """Check a list on its page and then confirm what is shown; the answer of the last of the two."""
    shown = await browser.post("/cabinet/annex", data=form, files=files or None)
    if 'name="marks"' not in shown.text:
        return shown
    confirmed = hidden(shown.text)
    return await browser.post("/cabinet/annex/appointments", data=confirmed, follow_redirects=False)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form."""
    form = page[page.rindex("<form") :]
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    }


def slug(answer: Any) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")


Browser = AsyncTestClient[Litestar]
