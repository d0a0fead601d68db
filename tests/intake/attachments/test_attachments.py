"""Files of drafts and initiatives: who adds, sees and loses them, and when they are scanned."""

import asyncio
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from contracts.appointments import Role
from services.chassis.db import pruning
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from services.chassis.process.scanner import Scanner
from services.chassis.process.turns import Turns
from services.intake.attachments.commands.remove_files import remove_leftovers
from services.intake.attachments.commands.scan_files import scan_files, scan_waiting
from services.intake.attachments.domain.attachments import ALL_LARGEST, MOST, AttachmentState
from services.intake.attachments.reading import AttachmentReader
from services.intake.attachments.store import attachments
from services.intake.core.domain import Author
from services.intake.initiatives.commands.attach_file import Given, Uploads, attach_to_draft
from services.intake.pruning import RULES
from tests.chassis.clamd import EICAR, Clamd, clamd
from tests.factories import DISTRICT, OKRUG
from tests.intake.attachments.cases import PDF, TEXT, document, photograph, picture
from tests.intake.co_authors.test_co_authors import BORIS, another, name
from tests.intake.conftest import Hall
from tests.intake.corrections.test_correcting import corrected, decide, submitted
from tests.intake.corrections.test_moving import move
from tests.intake.determination.office import ROADS, Office
from tests.intake.test_api import Api, slug
from tests.intake.test_drafts import begun
from tests.intake.test_pages import words

COPY = """INSERT INTO attachment SELECT (a).* FROM (
               SELECT jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid())) AS a
                 FROM attachment AS a, generate_series(1, $1)) AS copies"""


@pytest.fixture(autouse=True)
def emptied(hall: Hall) -> None:
    """No test finds another's files."""
    for file in _folder(hall).glob("attachments/*"):
        file.unlink()


def files_of(hall: Hall) -> Files:
    return hall.web.app.state.uploads.files  # type: ignore[no-any-return]


async def add(author: Api, to: str, body: bytes = PDF, name: str = "Смета.pdf", key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await author.post(f"/api/v1/{to}/attachments", files={"file": (name, body)}, headers=headers)


async def added(author: Api, to: str, body: bytes = PDF, name: str = "Смета.pdf") -> dict[str, Any]:
    answer = await add(author, to, body, name)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def listed(api: Api, of: str) -> list[dict[str, Any]]:
    answer = await api.get(f"/api/v1/{of}/attachments")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def stored(office: Office) -> int:
    """How many files are entered anywhere."""
    return int(await office.pool.fetchval("SELECT count(*) FROM attachment WHERE key IS NOT NULL"))


async def left_over(office: Office, hall: Hall) -> int:
    """How many files the worker removes now."""
    return await remove_leftovers(office.pool, files_of(hall))


async def of_draft(author: Api, **changes: object) -> str:
    return f"drafts/{(await begun(author, **changes))['id']}"


async def submit(author: Api, draft: str) -> str:
    answer = await author.post(f"/api/v1/{draft}/submission")
    assert answer.status_code == 201, answer.text
    return f"initiatives/{answer.json()['id']}"


async def test_a_file_goes_with_its_draft_to_those_who_decide_and_comes_back_as_it_was(
    office: Office, author: Api
) -> None:
    draft = await of_draft(author)
    kept = await added(author, draft, PDF, "Смета\u202e 2.exe")
    own = await author.get(f"/api/v1/{draft}/attachments/{kept['id']}")

    initiative = await submit(author, draft)

    assert (kept["name"], kept["media_type"], kept["size"]) == (
        "Смета 2.exe.pdf",
        "application/pdf",
        len(PDF),
    )
    assert (await author.get(f"/api/v1/{draft}/attachments")).status_code == 404
    assert own.content == PDF
    leader = await office.grant(Role.LEADER, str(ROADS))
    async with office.at_desk(leader) as desk:
        place = f"determination/{initiative.rpartition('/')[2]}"
        [seen] = await listed(desk, place)
        answer = await desk.get(f"/api/v1/{place}/attachments/{seen['id']}")
    async with office.at_desk(leader, pages=True) as desk:
        page = await desk.get(f"/{place}")
        by_page = await desk.get(f"/{place}/files/{seen['id']}")
    assert (seen["id"], seen["name"]) == (kept["id"], kept["name"])
    assert answer.content == by_page.content == PDF
    assert f"/{place}/files/{seen['id']}" in unescape(page.text)
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


async def test_a_file_is_nobody_elses(office: Office, hall: Hall, author: Api) -> None:
    draft = await of_draft(author)
    kept = await added(author, draft)
    one = await submitted(author)
    initiative = f"initiatives/{one['id']}"
    of_one = await added(author, initiative)

    async with another(hall, office, place=DISTRICT) as stranger:
        for to, file in ((draft, kept), (initiative, of_one)):
            address = f"/api/v1/{to}/attachments"
            answers = [
                await stranger.get(address),
                await stranger.get(f"{address}/{file['id']}"),
                await stranger.delete(f"{address}/{file['id']}"),
                await add(stranger, to),
            ]
            assert [answer.status_code for answer in answers] == [404] * 4
    for role, of in ((Role.HEAD, OKRUG), (Role.ADMINISTRATOR, "region")):
        async with office.at_desk(await office.grant(role, of, of)) as desk:
            address = f"/api/v1/determination/{one['id']}/attachments"
            assert (await desk.get(address)).status_code == 404
            assert (await desk.get(f"{address}/{of_one['id']}")).status_code == 404
    assert len(await listed(author, draft)) == len(await listed(author, initiative)) == 1


async def test_a_draft_that_calls_itself_like_an_initiative_gets_nothing_of_it(
    office: Office, hall: Hall, author: Api
) -> None:
    one = await submitted(author)
    kept = await added(author, f"initiatives/{one['id']}")
    draft = f"drafts/{one['id']}"

    async with another(hall, office, place=DISTRICT) as stranger:
        form = {"draft": one["id"], "title": "Моё", "form_key": uuid4().hex}
        await stranger.post("/initiatives/drafts", data=form, headers={"Accept": "text/html"})
        assert await listed(stranger, draft) == []
        assert (await stranger.get(f"/api/v1/{draft}/attachments/{kept['id']}")).status_code == 404
        assert (await stranger.delete(f"/api/v1/{draft}/attachments/{kept['id']}")).status_code == 204
        await added(stranger, draft)
        assert (await stranger.delete(f"/api/v1/{draft}")).status_code == 204

    assert [each["id"] for each in await listed(author, f"initiatives/{one['id']}")] == [kept["id"]]


async def test_a_co_author_sees_files_and_changes_none(office: Office, hall: Hall, author: Api) -> None:
    one = await submitted(author)
    initiative = f"initiatives/{one['id']}"
    kept = await added(author, initiative)
    [invited] = await name(author, one, BORIS)

    async with another(hall, office) as boris:
        await boris.post(f"/api/v1/initiatives/invitations/{invited['id']}/acceptance")
        assert [each["id"] for each in await listed(boris, initiative)] == [kept["id"]]
        assert (await boris.get(f"/api/v1/{initiative}/attachments/{kept['id']}")).content == PDF
        page = await boris.get(f"/initiatives/{one['id']}", headers={"Accept": "text/html"})
        assert f"/initiatives/{one['id']}/files/{kept['id']}" in unescape(page.text)
        assert (await add(boris, initiative)).status_code == 403
        removed = await boris.delete(f"/api/v1/{initiative}/attachments/{kept['id']}")
        assert removed.status_code == 403


async def test_files_of_what_is_closed_stay_as_they_are(office: Office, author: Api) -> None:
    one = await submitted(author)
    initiative = f"initiatives/{one['id']}"
    kept = await added(author, initiative)
    await decide(
        office, await office.grant(Role.LEADER, str(ROADS)), "decline", one, reason="not-ours", text="Нет"
    )

    just_now = await add(author, initiative)
    await office.pool.execute("UPDATE decision SET decided_at = decided_at - interval '11 minutes'")
    later = await author.delete(f"/api/v1/{initiative}/attachments/{kept['id']}")

    # Its author is not told yet.
    assert (just_now.status_code, slug(just_now)) == (409, "initiative-being-decided")
    assert (later.status_code, slug(later)) == (409, "attachments-closed")
    assert len(await listed(author, initiative)) == 1


async def test_a_photograph_is_stored_without_where_it_was_taken(author: Api) -> None:
    draft = await of_draft(author)

    kept = await added(author, draft, photograph(), "IMG_1.HEIC")

    body = (await author.get(f"/api/v1/{draft}/attachments/{kept['id']}")).content
    assert kept["name"] == "IMG_1.HEIC.jpg"
    assert (len(body), b"Exif" in body, b"Ivanov" in body) == (kept["size"], False, False)


async def test_what_is_not_taken_leaves_nothing(office: Office, hall: Hall, author: Api) -> None:
    draft = await of_draft(author)

    answers = [
        await add(author, draft, document(b"<< /S /JavaScript >>")),
        await add(author, draft, b""),
        await add(author, draft, TEXT * 250_000),
        await author.post(f"/api/v1/{draft}/attachments", json={"file": "x"}),
    ]

    assert [slug(each) for each in answers[:3]] == [
        "attachment-pdf-active",
        "attachment-empty",
        "attachment-size",
    ]
    assert answers[3].status_code in (400, 422)
    assert (await listed(author, draft), await stored(office)) == ([], 0)
    assert not list(_folder(hall).glob("attachments/*"))


async def test_a_repeated_upload_is_one_file(office: Office, hall: Hall, author: Api) -> None:
    draft, key = await of_draft(author), uuid4().hex

    first, second = [await add(author, draft, key=key) for _ in range(2)]
    other = await add(author, draft, TEXT, key=key)

    assert first.json() == second.json()
    assert (other.status_code, slug(other)) == (422, "idempotency-key-reused")
    assert len(await listed(author, draft)) == 1


async def test_no_more_than_ten_files_also_of_two_at_once(office: Office, hall: Hall, author: Api) -> None:
    draft = await of_draft(author)
    await added(author, draft, TEXT)
    await office.pool.execute(COPY, MOST - 2)
    uploads, who = await _uploads(office, hall), await _author(office)
    given = Given(UUID(draft.rpartition("/")[2]), "a.txt", TEXT)

    outcomes = await asyncio.gather(
        *(attach_to_draft(uploads, who, given, Moment(datetime.now(UTC))) for _ in range(3)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["Attached", "Conflict", "Conflict"]
    assert len(await listed(author, draft)) == MOST
    # The last one may still be repeated, and one that was removed makes room.
    assert slug(await add(author, draft)) == "attachments-many"
    gone = (await listed(author, draft))[0]["id"]
    assert (await author.delete(f"/api/v1/{draft}/attachments/{gone}")).status_code == 204
    assert (await author.delete(f"/api/v1/{draft}/attachments/{gone}")).status_code == 204
    await added(author, draft)


async def test_no_more_than_thirty_megabytes_together(office: Office, author: Api) -> None:
    draft = await of_draft(author)
    await added(author, draft)
    await office.pool.execute("UPDATE attachment SET size = $1", ALL_LARGEST)

    refused = await add(author, draft)

    assert (refused.status_code, slug(refused)) == (409, "attachments-size")


async def test_an_upload_that_breaks_off_leaves_no_file(
    office: Office, hall: Hall, author: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await of_draft(author)
    uploads, who = await _uploads(office, hall), await _author(office)
    given = Given(UUID(draft.rpartition("/")[2]), "a.txt", TEXT)

    async def fail(*_: object) -> None:
        raise Unavailable("temporarily-unavailable")

    monkeypatch.setattr(attachments, "add", fail)
    with pytest.raises(Unavailable):
        await attach_to_draft(uploads, who, given, Moment(datetime.now(UTC)))

    written = list(_folder(hall).glob("attachments/*"))
    assert len(written) == 1
    # It may still be committed.
    assert await left_over(office, hall) == 0
    await office.pool.execute("UPDATE attachment_leftover SET due_at = now() - interval '1 second'")
    assert await left_over(office, hall) == 1
    assert not written[0].exists()


@pytest.mark.parametrize("how", ["removed", "forgotten", "erased"])
async def test_files_go_with_their_draft(office: Office, hall: Hall, author: Api, how: str) -> None:
    draft = await of_draft(author)
    await added(author, draft)
    await added(author, draft)

    if how == "removed":
        assert (await author.delete(f"/api/v1/{draft}")).status_code == 204
    elif how == "forgotten":
        await office.pool.execute("UPDATE draft SET saved_at = saved_at - interval '91 days'")
        [rule] = [rule for rule in RULES if rule.name == "draft"]
        assert await pruning.apply(office.pool, rule, datetime.now(UTC)) == 1
    else:
        await _erase(author, "keep")

    assert await office.pool.fetchval("SELECT count(*) FROM attachment") == 0
    assert await left_over(office, hall) == 2
    assert not list(_folder(hall).glob("attachments/*"))


@pytest.mark.parametrize("texts", ["keep", "remove"])
async def test_files_of_initiatives_go_with_their_author(
    office: Office, hall: Hall, author: Api, texts: str
) -> None:
    here, there = await submitted(author), await submitted(author)
    for one in (here, there):
        await added(author, f"initiatives/{one['id']}")
    await corrected(author, there, municipality=OKRUG)

    await _erase(author, texts)

    assert await office.pool.fetchval("SELECT count(*) FROM attachment") == 0
    assert await left_over(office, hall) == 2


async def test_files_stay_when_an_initiative_is_withdrawn(office: Office, author: Api) -> None:
    one = await submitted(author)
    await added(author, f"initiatives/{one['id']}")

    await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={})

    assert len(await listed(author, f"initiatives/{one['id']}")) == 1


async def test_files_move_with_what_they_belong_to(office: Office, hall: Hall, author: Api) -> None:
    one, draft = await submitted(author), await of_draft(author)
    initiative = f"initiatives/{one['id']}"
    await added(author, initiative)
    kept = await added(author, draft)

    await move(author, OKRUG)

    assert {
        row["municipality"] for row in await office.pool.fetch("SELECT municipality FROM attachment")
    } == {OKRUG}
    # The token of before names the municipality before.
    assert len(await listed(author, initiative)) == 1
    assert (await author.get(f"/api/v1/{draft}/attachments/{kept['id']}")).content == PDF
    async with office.at_desk(await office.grant(Role.HEAD, OKRUG, OKRUG)) as desk:
        assert len(await listed(desk, f"determination/{one['id']}")) == 1
    async with office.at_desk(await office.grant(Role.HEAD, DISTRICT, DISTRICT)) as desk:
        assert (await desk.get(f"/api/v1/determination/{one['id']}/attachments")).status_code == 404


async def test_what_one_has_says_which_files(author: Api) -> None:
    draft = await of_draft(author)
    await added(author, draft)
    await submit(author, draft)
    await added(author, await of_draft(author), picture(), "фото.jpg")

    data = (await author.get("/api/v1/me/data")).json()

    assert [file["name"] for file in data["initiatives"][0]["files"]] == ["Смета.pdf"]
    assert [file["name"] for file in data["drafts"][0]["files"]] == ["фото.jpg"]


async def test_of_several_submissions_of_a_draft_one_has_its_files(
    office: Office, hall: Hall, author: Api
) -> None:
    draft = await of_draft(author)
    await added(author, draft)

    answers = [
        await author.post(f"/api/v1/{draft}/submission", headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert len(await listed(author, f"initiatives/{answers[0].json()['id']}")) == 1


async def test_a_file_is_shown_once_the_scanner_has_seen_it(office: Office, hall: Hall, author: Api) -> None:
    draft = await of_draft(author)
    clean, bad = await added(author, draft, PDF), await added(author, draft, TEXT + EICAR, "счёт.txt")
    await office.pool.execute("UPDATE attachment SET state = 'waiting'")

    assert (await author.get(f"/api/v1/{draft}/attachments/{clean['id']}")).status_code == 404
    initiative = await submit(author, draft)
    files, told = files_of(hall), Clamd(hangs_up_after=0)
    async with clamd(told) as url:
        # The scanner is ill: nothing is shown, nothing is lost, and it is asked again later.
        assert await scan_waiting(office.pool, files, Scanner(url)) == 2
        assert await scan_waiting(office.pool, files, Scanner(url)) == 0
        assert {each["state"] for each in await listed(author, initiative)} == {"waiting"}
        assert REGISTRY.get_sample_value("attachments_waiting") == 2
        await office.pool.execute("UPDATE attachment SET look_at = now()")
        told.hangs_up_after = None
        assert await scan_waiting(office.pool, files, Scanner(url)) == 2
        assert REGISTRY.get_sample_value("attachments_waiting") == 0

    states = {each["id"]: each["state"] for each in await listed(author, initiative)}
    assert states == {clean["id"]: "kept", bad["id"]: "infected"}
    assert (await author.get(f"/api/v1/{initiative}/attachments/{clean['id']}")).content == PDF
    assert (await author.get(f"/api/v1/{initiative}/attachments/{bad['id']}")).status_code == 404
    assert await left_over(office, hall) == 1
    leader = await office.grant(Role.LEADER, str(ROADS))
    async with office.at_desk(leader) as desk:
        seen = await listed(desk, f"determination/{initiative.rpartition('/')[2]}")
    assert [each["id"] for each in seen] == [clean["id"]]
    page = await author.get(f"/{initiative}/files", headers={"Accept": "text/html"})
    assert "нашла в файле вирус" in words(page)


async def test_without_a_scanner_nothing_waits(office: Office, hall: Hall, author: Api) -> None:
    draft = await of_draft(author)
    await added(author, draft)
    await office.pool.execute("UPDATE attachment SET state = 'waiting'")

    running = asyncio.create_task(scan_files(office.pool, files_of(hall), None))
    async with asyncio.timeout(10):
        while (await listed(author, draft))[0]["state"] != "kept":
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_with_a_scanner_a_new_file_waits(office: Office, hall: Hall, author: Api) -> None:
    draft = await of_draft(author)
    uploads, who = await _uploads(office, hall, AttachmentState.WAITING), await _author(office)

    await attach_to_draft(
        uploads, who, Given(UUID(draft.rpartition("/")[2]), "a.txt", TEXT), Moment(datetime.now(UTC))
    )

    assert [each["state"] for each in await listed(author, draft)] == ["waiting"]


async def test_the_form_adds_several_files_and_says_of_each_why_it_is_not_taken(author: Api) -> None:
    author.headers["Accept"] = "text/html"
    form = {"title": "Переход", "form_key": uuid4().hex, "save": "files", "draft": str(uuid4())}
    to_files = await author.post("/initiatives/drafts", data=form, follow_redirects=False)
    address = to_files.headers["location"]
    assert address == f"/initiatives/drafts/{form['draft']}/files"
    chosen = [
        ("file", ("Смета.pdf", PDF)),
        ("file", ("run.exe", b"MZ\x90\x00")),
        ("file", ("фото.jpg", picture())),
        ("file", ("с\u202eкрипт.pdf", document(b"<< /S /JavaScript >>"))),
    ]

    key = {"form_key": uuid4().hex}
    answers = [await author.post(address, data=key, files=chosen, follow_redirects=False) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 422
        said = words(answer)
        assert "«run.exe»: Такой файл не принять" in said
        assert "«скрипт.pdf»: В этом PDF есть сценарии" in said
    page = await author.get(address)
    assert (page.text.count('name="remove"'), "Смета.pdf" in page.text) == (2, True)
    draft = await author.get(f"/initiatives/new?draft={form['draft']}")
    assert "фото.jpg" in draft.text
    removed = page.text.partition('name="remove" value="')[2][:36]
    gone = await author.post(
        address, data={"form_key": uuid4().hex, "remove": removed}, follow_redirects=False
    )
    assert gone.headers["location"] == f"{address}?done=removed"
    empty = await author.post(address, data={"form_key": uuid4().hex}, files=[("file", ("", b""))])
    assert "Выберите файл" in words(empty)
    nothing = await author.post(
        address, data={"form_key": uuid4().hex, "remove": "nonsense"}, follow_redirects=False
    )
    assert nothing.status_code == 303


async def test_a_form_that_is_too_large_comes_back_with_a_sentence(author: Api) -> None:
    author.headers["Accept"] = "text/html"
    one = await submitted(author)
    address = f"/initiatives/{one['id']}/files"

    sent = await author.post(address, data={"form_key": "k"}, files={"file": ("a.txt", b"a" * 33_000_000)})
    at_the_gateway = await author.get(f"{address}?refused=size")

    for answer in (sent, at_the_gateway):
        assert (answer.status_code, "до 30 МБ" in words(answer)) == (413 if answer is sent else 200, True)


async def _uploads(office: Office, hall: Hall, state: AttachmentState = AttachmentState.KEPT) -> Uploads:
    return Uploads(office.pool, files_of(hall), AttachmentReader(), Turns(2, 9), state)


async def _author(office: Office) -> Author:
    row = await office.pool.fetchrow("SELECT id, municipality, campaign FROM participant")
    assert row is not None
    return Author(row["id"], row["municipality"], row["campaign"], str(uuid4()))


async def _erase(author: Api, texts: str) -> None:
    answer = await author.delete("/api/v1/me", params={"texts": texts})
    assert answer.status_code == 200, answer.text


def _folder(hall: Hall) -> Path:
    return Path(str(files_of(hall)._store.prefix))
