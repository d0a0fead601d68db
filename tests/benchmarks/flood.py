"""A flood of letters at one line, as from many machines at once, while its neighbour is written to."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from services.chassis.db.pool import Pool, open_pool
from services.hotline.mailbox.fetching import Mailbox
from services.hotline.mailbox.sources import Away, Waiting
from services.hotline.mailbox.sources.maildir import Maildir
from tests.benchmarks import mail
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.hotline.mailbox import cases

FLOODER = "flooder@example.ru"
STUMBLES = 7
"""Every so manieth time the letters of the flood cannot be put away, and come again."""

ASKED = """SELECT i.municipality, e.text FROM inquiry AS i JOIN inquiry_entry AS e ON e.inquiry_id = i.id
 WHERE e.kind = 'asked'"""


@dataclass(frozen=True)
class Flood:
    """What became of it. `lost` and `doubled`: texts; `longest`: seconds that a letter to the neighbour
    waited; `grown`: megabytes of the worker at most, beyond what it had."""

    per_second: float
    longest: float
    neighbours: int
    grown: float
    lost: Sequence[str]
    doubled: Sequence[str]
    parked: int
    receipts: int
    """Letters to the one who wrote again and again."""


class Stumbling(Maildir):
    """A place that is away again and again, after letters were taken in and before they are put away."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._asked = 0

    async def put_away(self, folder: str, letters: Sequence[Waiting]) -> None:
        """Raises Away every so manieth time."""
        self._asked += folder == DISTRICT
        if folder == DISTRICT and self._asked % STUMBLES == 0:
            raise Away("stumbled")
        await super().put_away(folder, letters)


def letters(count: int) -> Iterator[tuple[str, bytes]]:
    """So many letters, each with the text that it asks; none of a copy and of an auto-reply."""
    before = b""
    for nth in range(count):
        text, headers = f"Спам номер {nth}", {"message_id": f"<flood{nth}@example.ru>", "From": _sender(nth)}
        match nth % 10:
            case 1:
                yield "", before
            case 2:
                yield "", cases.sent(text, auto_submitted="auto-replied", **headers)
            case 3:
                yield text, cases.sent(text, **headers | {"message_id": "<same@example.ru>"})
            case 4:
                yield text, cases.raw(text.encode("cp1251"), **headers)
            case 5:
                yield text, _never_closed(text, headers)
            case 6:
                yield text, cases.sent(text + "\n\n> цитата" * 2000, **headers)
            case 0:
                before = _with_picture(text, headers)
                yield text, before
            case _:
                yield text, cases.sent(text, **headers)


def _sender(nth: int) -> str:
    """One of them writes half of all."""
    return FLOODER if nth % 2 else f"forged{nth}@example.ru"


def _never_closed(text: str, headers: dict[str, str]) -> bytes:
    head = "--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    body = f"{head}{text}\r\n--cut\r\nContent-Type: image/png"
    return cases.raw(body.encode(), b'Content-Type: multipart/mixed; boundary="cut"', **headers)


def _with_picture(text: str, headers: dict[str, str]) -> bytes:
    letter = cases.letter(text, **headers)
    picture = cases.PNG + headers["message_id"].encode() + bytes(500_000)
    letter.add_attachment(picture, maintype="image", subtype="png", filename="фото.png")
    return letter.as_bytes()


async def flooded(pool: Pool, folder: Path, count: int) -> Flood:
    """Let so many letters come to the district, and one to its neighbour whenever the last is taken in."""
    expected = _delivered(folder / "mail", count)
    mailbox = await mail.mailbox_of(pool, folder, Stumbling(folder / "mail"))
    waits: list[float] = []
    async with _grown() as grown:
        begun = time.perf_counter()
        await _worked_off(mailbox, folder / "mail", waits)
        taken = time.perf_counter() - begun
    asked = Counter((row["municipality"], row["text"]) for row in await pool.fetch(ASKED))
    expected += Counter((OKRUG, _neighbours(nth)) for nth in range(len(waits)))
    return Flood(
        per_second=count / taken,
        longest=max(waits),
        neighbours=len(waits),
        grown=max(grown),
        lost=[text for _, text in expected - asked],
        doubled=[text for _, text in asked - expected],
        parked=await pool.fetchval("SELECT count(*) FROM set_aside"),
        receipts=await pool.fetchval("SELECT count(*) FROM letter WHERE recipient = $1", FLOODER),
    )


async def measured(database: Database, count: int) -> Flood:
    """The same in a folder that goes with it. Raises RuntimeError if a letter was lost, or came twice."""
    everything = {"app.municipalities": "*"}
    with tempfile.TemporaryDirectory(prefix="dialogue-flood-") as folder:
        async with open_pool(database.settings("worker"), server_settings=everything) as pool:
            done = await flooded(pool, Path(folder), count)
    if done.lost or done.doubled or done.parked:
        raise RuntimeError(f"{len(done.lost)} lost, {len(done.doubled)} doubled, {done.parked} parked")
    return done


def _delivered(place: Path, count: int) -> Counter[tuple[str, str]]:
    """The flood is there; what is asked in it, each once."""
    for municipality in (DISTRICT, OKRUG):
        (place / municipality / "new").mkdir(parents=True)
    asked = Counter[tuple[str, str]]()
    for nth, (text, letter) in enumerate(letters(count)):
        (place / DISTRICT / "new" / f"{nth:06}.mx").write_bytes(letter)
        if text:
            asked[DISTRICT, text] += 1
    return asked


async def _worked_off(mailbox: Mailbox, place: Path, waits: list[float]) -> None:
    """Until nothing waits, whatever stumbles; how long each letter to the neighbour has waited."""
    new, more, sent = place / OKRUG / "new", True, time.perf_counter()
    while more:
        if not any(new.iterdir()):
            nth, sent = len(waits), time.perf_counter()
            headers = {"message_id": f"<n{nth}@example.ru>", "From": f"n{nth}@example.org"}
            (new / f"{nth:06}.mx").write_bytes(cases.sent(_neighbours(nth), **headers))
        try:
            more = await mailbox.round()
        except Away:
            more = True
        if not any(new.iterdir()):
            waits.append(time.perf_counter() - sent)


def _neighbours(nth: int) -> str:
    return f"Сосед спрашивает {nth}"


@asynccontextmanager
async def _grown() -> AsyncIterator[list[float]]:
    """Megabytes of this process beyond what it has now, again and again until the end of the block."""
    process, seen = psutil.Process(), [0.0]
    before = process.memory_info().rss

    async def look() -> None:
        while True:
            seen.append((process.memory_info().rss - before) / 2**20)
            await asyncio.sleep(0.02)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
