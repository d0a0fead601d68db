"""Signed scans of acts: attached by those who run the campaign, kept for good, for whoever sees the act."""

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from services.chassis.db.pool import open_pool
from services.hierarchy.appointments.domain.scans import LARGEST
from tests import s3
from tests.databases import Database
from tests.hierarchy.appointments.test_acts import LIST, REGION_LIST, acts, page, staffed
from tests.hierarchy.groups.test_groups import head
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment

PDF, JPEG, PNG = b"%PDF-1.7\n...", b"\xff\xd8\xff\xe0 JFIF", b"\x89PNG\r\n\x1a\n...."
UNKNOWN_LETTERS = b"""\
--x\r
Content-Disposition: form-data; name="a"\r
Content-Type: text/plain; charset=no\r
\r
a\r
--x--\r
"""
SCAN = re.compile(r"/cabinet/acts/[0-9a-f-]{36}/scans/[0-9a-f-]{36}")


async def attach(
    browser: Browser, act: str, body: bytes = PDF, name: str = "скан.pdf", key: str = "", kind: str = ""
) -> Any:
    file = (name, body, kind or "application/pdf")
    return await browser.post(
        f"{act}/scans", data={"form_key": key}, files={"scan": file}, follow_redirects=False
    )


async def attached(browser: Browser, act: str, body: bytes = PDF) -> None:
    answer = await attach(browser, act, body)
    assert answer.headers["location"] == f"{act}?done=attached", answer.text


async def shown(browser: Browser, act: str) -> list[str]:
    """The addresses of an act's scans as its page has them."""
    return SCAN.findall(await page(browser, act))


def kept(office: Office) -> list[Path]:
    """The files of all scans."""
    return sorted(file for file in office.files.rglob("*") if file.is_file())


async def rows(office: Office, query: str) -> list[tuple[object, ...]]:
    seeing = {"app.municipalities": "*"}
    async with open_pool(office.settings("worker"), server_settings=seeing) as pool:
        return [tuple(row) for row in await pool.fetch(query)]


@pytest.fixture
async def act(office: Office, browser: Browser) -> str:
    """An act of a Head whose the browser is."""
    await head(office, browser)
    return (await acts(browser))[0]


@pytest.mark.parametrize(
    ("body", "media_type", "ending"),
    [
        (PDF, "application/pdf", "pdf"),
        (JPEG, "image/jpeg", "jpg"),
        (PNG, "image/png", "png"),
        (PDF + bytes(LARGEST - len(PDF)), "application/pdf", "pdf"),
    ],
    ids=["pdf", "jpeg", "png", "the largest"],
)
async def test_a_scan_is_kept_and_taken_as_it_was(
    office: Office, browser: Browser, act: str, body: bytes, media_type: str, ending: str
) -> None:
    before = await page(browser, act)
    await attached(browser, act, body)
    (scan,) = await shown(browser, act)

    answer = await browser.get(scan)

    (number,) = re.findall(r"<h1>Распоряжение № ([^<]+)</h1>", before)
    name = quote(f"Распоряжение № {number} – подписано.{ending}", safe="")
    assert "Не приложена" in before
    assert answer.content == body
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert [str(file.relative_to(office.files)) for file in kept(office)] == [
        f"acts/{PLACE}/{act[-36:]}/{scan[-36:]}"
    ]
    assert "Приложена" in await page(browser, LIST)


@pytest.mark.parametrize(
    ("body", "name", "kind", "status", "sentence"),
    [
        (b"<script>alert(1)</script>", "скан.pdf", "application/pdf", 422, "Нужен PDF, JPEG или PNG"),
        (b"GIF89a", "скан.png", "image/png", 422, "Нужен PDF, JPEG или PNG"),
        (b" %PDF-1.7", "скан.pdf", "application/pdf", 422, "Нужен PDF, JPEG или PNG"),
        (PDF + bytes(LARGEST), "скан.pdf", "application/pdf", 413, "Файл больше 20 МБ"),
        (PDF + bytes(LARGEST + 5_000_000), "скан.pdf", "application/pdf", 413, "Файл больше 20 МБ"),
        (b"", "скан.pdf", "application/pdf", 422, "Выберите файл"),
        (b"", "", "application/octet-stream", 422, "Выберите файл"),
    ],
    ids=["html", "gif", "late pdf", "too large", "over the body's limit", "empty", "none"],
)
async def test_anything_else_is_refused_at_the_field(
    office: Office,
    browser: Browser,
    act: str,
    body: bytes,
    name: str,
    kind: str,
    status: int,
    sentence: str,
) -> None:
    answer = await attach(browser, act, body, name, kind=kind)

    text = unescape(answer.text)
    assert answer.status_code == status
    assert sentence in text.partition('id="scan-error"')[2].partition("</p>")[0]
    assert '<a href="#scan">' in text
    assert kept(office) == []
    assert await shown(browser, act) == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"no boundary in here", "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="form_key"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (UNKNOWN_LETTERS, "multipart/form-data; boundary=x"),
        (b"scan=%PDF-", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
async def test_whatever_is_sent_is_answered(browser: Browser, act: str, content: bytes, kind: str) -> None:
    answer = await browser.post(f"{act}/scans", content=content, headers={"Content-Type": kind})

    assert answer.status_code in (400, 422)


async def test_what_the_gateway_refuses_is_told_at_the_field(browser: Browser, act: str) -> None:
    text = await page(browser, f"{act}?refused=size")

    assert "Файл больше 20 МБ" in text.partition('id="scan-error"')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *((name, 303) for name in ("head", "clerk", "responsible")),
        *((name, 403) for name in ("one", "admin")),
        *((name, 404) for name in ("member", "teacher", "council", "else")),
    ],
)
async def test_those_who_run_the_campaign_attach(
    office: Office, browser: Browser, who: str, status: int
) -> None:
    act = await staffed(office, browser)
    await office.reset(browser, f"{who}@example.org")
    offered = 'name="scan"' in (await browser.get(act)).text

    answer = await attach(browser, act)

    assert answer.status_code == status
    assert offered == (status == 303)
    assert len(kept(office)) == (status == 303)
    if status == 403:
        assert "Подписанную копию прикладывают" in unescape(answer.text)


async def test_the_administrator_attaches_to_the_regions_acts(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("smo-operator", "smo", "council@example.org"), number="1-рег")
    (act,) = await acts(browser, f"{REGION_LIST}?q=1-рег")

    await attached(browser, act)

    assert len(await shown(browser, act)) == 1


async def test_a_clerk_attaches_for_the_head_and_the_audit_tells(office: Office, browser: Browser) -> None:
    act = await staffed(office, browser)
    await office.reset(browser, "clerk@example.org")
    await attached(browser, act)
    await office.reset(browser, "admin@example.org")

    told = await page(browser, "/cabinet/audit")

    query = (
        "SELECT w.email, b.email, a.municipality FROM audit AS a JOIN account AS w ON w.id = a.account"
        " JOIN account AS b ON b.id = a.on_behalf_of WHERE a.action = 'scan-attached'"
    )
    assert await rows(office, query) == [("clerk@example.org", "head@example.org", PLACE)]
    assert "Приложена подписанная копия распоряжения: № 9-р" in told


async def test_a_form_that_is_sent_twice_is_done_once(office: Office, browser: Browser, act: str) -> None:
    first = await attach(browser, act, key="one")
    again = await attach(browser, act, key="one", name="другое имя.pdf")
    other = await attach(browser, act, PNG, key="one")

    assert first.headers["location"] == again.headers["location"] == f"{act}?done=attached"
    assert other.status_code == 422
    assert "Эта форма уже отправлена" in unescape(other.text)
    assert len(kept(office)) == len(await shown(browser, act)) == 1


async def test_the_same_content_again_changes_nothing(office: Office, browser: Browser, act: str) -> None:
    await attached(browser, act)

    again = await attach(browser, act, key="another", name="другое имя.pdf")

    assert again.headers["location"] == f"{act}?done=unchanged"
    assert "Эта копия уже приложена" in await page(browser, again.headers["location"])
    assert len(kept(office)) == len(await shown(browser, act)) == 1
    assert await rows(office, "SELECT count(*) FROM audit WHERE action = 'scan-attached'") == [(1,)]


async def test_the_same_content_at_the_same_time_is_kept_once(
    office: Office, browser: Browser, act: str
) -> None:
    answers = await asyncio.gather(*(attach(browser, act, key=f"{nth}") for nth in range(8)))

    told = sorted(answer.headers["location"].partition("=")[2] for answer in answers)
    assert told == ["attached"] + ["unchanged"] * 7
    assert len(kept(office)) == len(await shown(browser, act)) == 1


async def test_the_newest_is_first_and_earlier_ones_stay(office: Office, browser: Browser, act: str) -> None:
    for body in (PDF, JPEG, PNG):
        await attached(browser, act, body)
        office.now += timedelta(minutes=1)

    text = await page(browser, act)

    bodies = [(await browser.get(scan)).content for scan in SCAN.findall(text)]
    assert bodies == [PNG, JPEG, PDF]
    assert "Прежние копии: 2" in text


async def test_a_foreign_scan_is_not_there(office: Office, browser: Browser) -> None:
    act = await staffed(office, browser)
    await office.reset(browser, "head@example.org")
    await attached(browser, act)
    (scan,) = await shown(browser, act)
    of_another = (await acts(browser))[-1]
    other = await browser.get(f"{of_another}/scans/{scan[-36:]}")
    never = await browser.get(f"{act}/scans/{UUID(int=1)}")
    await office.reset(browser, "else@example.org")

    foreign = await browser.get(scan)

    assert of_another != act
    assert [answer.status_code for answer in (other, never, foreign)] == [404, 404, 404]
    assert "Такой копии у этого распоряжения нет" in unescape(other.text)
    assert "Такого распоряжения у вас нет" in unescape(foreign.text)


async def test_without_the_storage_nothing_is_done_and_it_is_said(
    office: Office, browser: Browser, act: str
) -> None:
    office.files.rmdir()
    office.files.write_text("no folder any more")

    answer = await attach(browser, act, key="one")
    office.files.unlink()
    again = await attach(browser, act, key="one")

    assert answer.status_code == 503
    assert "хранилище недоступно" in unescape(answer.text)
    assert again.headers["location"] == f"{act}?done=attached", "nothing was half done"


async def test_a_file_that_is_lost_is_said_to_be_lost(
    office: Office, browser: Browser, act: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await attached(browser, act)
    (scan,) = await shown(browser, act)
    (file,) = kept(office)
    file.unlink()

    answer = await browser.get(scan)

    assert answer.status_code == 404
    assert "Этой копии в хранилище нет" in unescape(answer.text)
    assert "scan_lost" in capsys.readouterr().out


async def test_a_scan_is_kept_in_a_bucket(
    office: Office, hierarchy_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_bucket = Office(office.pool, hierarchy_database, tmp_path, files_url=f"s3://{s3.BUCKET}/of-region")
    (tmp_path / "s3").mkdir()
    with s3.server(tmp_path / "s3") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        async with in_bucket.browser() as browser:
            browser.headers["Accept"] = "text/html"
            await office.come(browser, "admin@example.org")
            await head(office, browser)
            act = (await acts(browser))[0]
            await attached(browser, act, PNG)
            (scan,) = await shown(browser, act)
            taken = (await browser.get(scan)).content

    assert taken == PNG
    key = f"of-region/acts/{PLACE}/{act[-36:]}/{scan[-36:]}"
    assert (tmp_path / "s3" / s3.BUCKET / key).read_bytes() == PNG


async def test_a_database_that_fails_leaves_a_file_that_does_no_harm(
    office: Office, browser: Browser, act: str
) -> None:
    seeing = {"app.municipalities": "*"}
    async with open_pool(office.settings("owner"), server_settings=seeing) as owner:
        await owner.execute("ALTER TABLE act_scan ADD CONSTRAINT harm CHECK (size < 0) NOT VALID")
        failed = await attach(browser, act, key="one")
        await owner.execute("ALTER TABLE act_scan DROP CONSTRAINT harm")
    again = await attach(browser, act, key="one")

    assert failed.status_code == 500
    assert again.headers["location"] == f"{act}?done=attached"
    assert len(await shown(browser, act)) == 1
