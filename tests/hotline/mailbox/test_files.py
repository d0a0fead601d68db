"""What letters brought, for those who see the case: saved, never shown in place, and for nobody else."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.directory.refusals import sentences_of
from services.hotline.core.domain.entrance import Entrance
from services.hotline.core.region import draw
from services.hotline.mailbox.fetching import Mailbox, Parts
from services.hotline.mailbox.reading import LetterReader
from services.hotline.mailbox.sources.maildir import Maildir
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.hotline.mailbox import cases
from tests.hotline.mailbox.cases import DOCX, PDF, sent
from tests.hotline.mailbox.conftest import Picture
from tests.hotline.staffed import House, Staffed

NAME = "Акт «о приёмке»\u202e.pdf"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def house(hotline_database: Database, folder: Path) -> Iterator[House]:
    with House(hotline_database, folder).opened() as house:
        yield house


@pytest.fixture
async def line(house: House) -> AsyncIterator[Staffed]:
    async with house.staffed() as staffed:
        yield staffed


async def take_in(line: Staffed, folder: Path, place: Path, *letters: bytes) -> None:
    """The worker takes in what came to the district's mailbox."""
    async with line.pool.acquire() as db:
        known = replace(await draw(db), entrance=Entrance.of("https://dialogue.example.ru", b"key"))
    new = place / DISTRICT / "new"
    new.mkdir(parents=True)
    for nth, letter in enumerate(letters):
        (new / f"{nth}.mx").write_bytes(letter)
    files, clock = Files((folder / "files").as_uri()), Clock(lambda: line.now)
    explain = sentences_of("services.hotline")
    picture = Picture(known)
    parts = Parts(line.pool, Maildir(place), picture, files, LetterReader(), clock, explain)  # type: ignore[arg-type]
    while await Mailbox(parts, 1).round():
        pass


async def address_of(line: Staffed) -> str:
    row = await line.pool.fetchrow("SELECT inquiry_id, id FROM inquiry_file ORDER BY id LIMIT 1")
    assert row is not None
    return f"/hotline/cases/{row['inquiry_id']}/files/{row['id']}"


async def test_a_file_is_saved_under_its_name_and_never_shown(
    line: Staffed, folder: Path, tmp_path: Path
) -> None:
    await take_in(line, folder, tmp_path, cases.with_files((NAME, PDF), ("b.docx", DOCX)))

    async with line.browser(await line.grant(Role.HEAD, DISTRICT, DISTRICT)) as browser:
        answer = await browser.get(await address_of(line))

    assert (answer.status_code, answer.content) == (200, PDF)
    assert (
        unquote(answer.headers["Content-Disposition"]) == "attachment; filename*=UTF-8''Акт «о приёмке».pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_file_is_nobody_elses(line: Staffed, folder: Path, tmp_path: Path) -> None:
    await take_in(line, folder, tmp_path, cases.with_files((NAME, PDF)))
    address = await address_of(line)

    async with line.browser(await line.grant(Role.HEAD, OKRUG, OKRUG)) as browser:
        assert (await browser.get(address)).status_code == 404
    async with line.browser(await line.grant(Role.ADMINISTRATOR, "region")) as browser:
        assert (await browser.get(address)).status_code == 404
    async with line.browser() as browser:
        assert (await browser.get(address)).status_code in (302, 303)


@pytest.mark.parametrize("which", ["another file", "another case", "no id"])
async def test_what_is_not_there_is_said_so(line: Staffed, folder: Path, tmp_path: Path, which: str) -> None:
    await take_in(line, folder, tmp_path, cases.with_files((NAME, PDF)))
    _, _, _, case, _, file = (await address_of(line)).split("/")
    wrong = {"another file": (case, uuid4()), "another case": (uuid4(), file), "no id": (case, "1")}[which]

    async with line.browser(await line.grant(Role.HEAD, DISTRICT, DISTRICT)) as browser:
        answer = await browser.get("/hotline/cases/{}/files/{}".format(*wrong))

    assert answer.status_code == 404


async def test_a_file_that_was_lost_is_said_to_be(line: Staffed, folder: Path, tmp_path: Path) -> None:
    await take_in(line, folder, tmp_path, cases.with_files((NAME, PDF)))
    key = await line.pool.fetchval("SELECT key FROM inquiry_file")
    (folder / "files" / key).unlink()

    async with line.browser(await line.grant(Role.HEAD, DISTRICT, DISTRICT)) as browser:
        answer = await browser.get(await address_of(line))

    assert answer.status_code == 404
    assert "не нашёлся в хранилище" in answer.text


async def test_the_case_shows_the_letter_folded_and_its_files(
    line: Staffed, folder: Path, tmp_path: Path
) -> None:
    quoting = sent("<b>Да</b>\n\n> Вы пробовали?\n> Ещё раз?")
    await take_in(line, folder, tmp_path, cases.with_files((NAME, PDF)), quoting)

    async with line.browser(await line.grant(Role.HEAD, DISTRICT, DISTRICT)) as browser:
        pages = [
            (await browser.get(f"/hotline/cases/{row['id']}")).text
            for row in await line.pool.fetch("SELECT id FROM inquiry ORDER BY number")
        ]

    assert await address_of(line) in pages[0]
    assert "Акт «о приёмке».pdf" in pages[0]
    assert "Письмо целиком" not in pages[0]
    assert "Письмо целиком" in pages[1]
    assert "&gt; Вы пробовали?" in pages[1]
    assert "<b>Да" not in pages[1]
