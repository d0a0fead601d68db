"""A line whose mailbox is a folder, and a worker that takes letters in when it is told to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.appointments import Role
from services.chassis.db.pool import Pool, open_pool
from services.chassis.mail.sending import Folder, Sender, send_bundle
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.directory.refusals import sentences_of
from services.hotline.core.domain.entrance import Entrance
from services.hotline.core.region import Known
from services.hotline.lines.commands.define_line import define_line
from services.hotline.mailbox.fetching import Mailbox, Parts
from services.hotline.mailbox.reading import LetterReader
from services.hotline.mailbox.sources import Source
from services.hotline.mailbox.sources.maildir import Maildir
from tests.databases import Content, Database
from tests.factories import DISTRICT, mirror_region, region
from tests.hotline.lines.conftest import CALENDAR, CAMPAIGN, FRIDAY, GROUPS, World, describe

LINE, OURS = "liniya@example.ru", "info@example.org"
"""The line's address, and that from which our letters come."""


HERE = "https://dialogue.example.ru"


class Picture:
    """What the worker knows of the region."""

    def __init__(self, known: Known) -> None:
        self.known = known


@dataclass
class Post:
    """The line of the district, its mailbox, and what came of letters."""

    pool: Pool
    place: Path
    region: Picture
    mailbox: Mailbox
    parts: Parts
    now: datetime = FRIDAY
    delivered: int = field(default=0)

    def deliver(self, *letters: bytes, folder: str = DISTRICT) -> None:
        """A mail server puts letters into a folder."""
        new = self.place / "mail" / folder / "new"
        new.mkdir(parents=True, exist_ok=True)
        for letter in letters:
            self.delivered += 1
            (new / f"{self.delivered:06}.M1.mx").write_bytes(letter)

    def waiting(self, folder: str = DISTRICT) -> int:
        return len(list((self.place / "mail" / folder / "new").iterdir()))

    async def take_in(self, *letters: bytes) -> None:
        """Deliver these, and take in all that wait."""
        self.deliver(*letters)
        while await self.mailbox.round():
            pass

    async def rows(self, query: str, *given: object) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch(query, *given)]

    async def inquiries(self) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM inquiry ORDER BY number")

    async def history(self, number: int | None = None) -> list[tuple[str, str]]:
        """What happened and was said, of one inquiry or of all, by kind."""
        rows = await self.rows(
            "SELECT e.kind, e.text FROM inquiry_entry e JOIN inquiry i ON i.id = e.inquiry_id"
            " WHERE $1::bigint IS NULL OR i.number = $1 ORDER BY i.number, e.nth",
            number,
        )
        return [(row["kind"], row["text"]) for row in rows]

    async def outcomes(self) -> list[str]:
        return [
            row["outcome"]
            for row in await self.rows("SELECT outcome FROM mailbox_letter ORDER BY taken_at, id")
        ]

    async def set_aside(self) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM set_aside ORDER BY set_aside_at, id")

    async def sent(self) -> list[EmailMessage]:
        """The letters that the hotline has sent until now."""
        await self.pool.execute("UPDATE letter SET next_try_at = now() - interval '1 second'")
        out = Folder(self.place / "out")
        while await send_bundle(self.pool, out, Sender(OURS, "-- ", "-- можно ответить")):
            pass
        found = sorted((self.place / "out").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in found]

    def later(self, by: timedelta) -> None:
        self.now += by

    def with_source(self, source: Source) -> Mailbox:
        """Another mailbox of the same worker."""
        return Mailbox(replace(self.parts, source=source), 0.01)


@pytest.fixture
async def worker(hotline_database: Database) -> AsyncIterator[Pool]:
    """The hotline's database as its worker sees it."""
    session = {"app.municipalities": "*"}
    async with open_pool(hotline_database.settings("worker"), server_settings=session) as pool:
        yield pool


@pytest.fixture
async def post(hotline_database: Database, hotline_content: Content, worker: Pool, tmp_path: Path) -> Post:
    await hotline_database.replace(hotline_content)
    await mirror_region(worker, [*region()[1:], CAMPAIGN, CALENDAR])
    world = World(worker)
    await world.tell(*GROUPS)
    head = await world.appoint(Role.HEAD)
    await define_line(worker, world.known, head, describe(email=LINE), world.at())
    picture = Picture(replace(world.known, entrance=Entrance.of(HERE, b"key", f"Марафон <{OURS}>")))
    post: Post
    clock = Clock(lambda: post.now)
    files = Files(f"file://{tmp_path}/files")
    source = Maildir(tmp_path / "mail")
    explain = sentences_of("services.hotline")
    parts = Parts(worker, source, picture, files, LetterReader(), clock, explain)  # type: ignore[arg-type]
    post = Post(worker, tmp_path, picture, Mailbox(parts, 0.01), parts)
    return post


async def id_of(post: Post, number: int) -> UUID:
    [row] = await post.rows("SELECT id FROM inquiry WHERE number = $1", number)
    return UUID(str(row["id"]))
