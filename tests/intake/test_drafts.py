"""Drafts: kept on the server while they are written, found anywhere, counted nowhere, gone once submitted."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.chassis.db import pruning
from services.chassis.db.pool import Pool
from services.intake.initiatives.domain import DRAFT_KEPT, DRAFTS_MOST
from services.intake.initiatives.pages import drafts as pages
from services.intake.pruning import RULES
from tests.factories import OKRUG, define_organization
from tests.intake.conftest import Hall, join
from tests.intake.test_api import Api, code, slug
from tests.intake.test_pages import Browser, Response, send, sign_in, words

TITLE = "Переход у школы"
WRITTEN = {"title": TITLE, "text": "Дети переходят", "direction": "roads", "form": "collective"}
BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture
async def another(hall: Hall, author: Api) -> AsyncIterator[Api]:
    """The same participant on another device."""
    async with hall.web.browser() as client:
        client.headers["Authorization"] = author.headers["Authorization"]
        yield client


async def begun(author: Api, **changes: object) -> dict[str, Any]:
    answer = await author.post("/api/v1/drafts", json=WRITTEN | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def listed(author: Api) -> list[dict[str, Any]]:
    return list((await author.get("/api/v1/drafts")).json()["items"])


async def outbox(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM outbox WHERE topic LIKE '%initiatives%'"))


async def test_a_draft_is_found_on_another_device_with_all_its_fields(
    author: Api, another: Api, intake: Pool
) -> None:
    school = str(define_organization("2", OKRUG).id)
    kept = await begun(author, organization=school)

    [found] = await listed(another)

    assert found | WRITTEN | {"organization": school} == found
    assert (found["id"], found["version"]) == (kept["id"], 1)
    assert await outbox(intake) == 0


async def test_a_draft_may_be_unfinished(author: Api) -> None:
    answer = await author.post("/api/v1/drafts", json={"text": "Нужен"})

    assert answer.status_code == 201, answer.text
    [found] = await listed(author)
    assert (found["title"], found["direction"], found["organization"]) == ("", "", None)


async def test_what_is_in_no_list_is_not_kept(author: Api) -> None:
    await begun(author, direction="war\0", form="secret")

    [found] = await listed(author)

    assert (found["direction"], found["form"]) == ("", "")


async def test_a_draft_is_text_like_any_other(author: Api) -> None:
    await begun(author, title="Дорога \u202eв\x0bгород", text="По\x1eволжский\x00 <b>парк</b>\r\nи мост")

    [found] = await listed(author)

    assert (found["title"], found["text"]) == ("Дорога в город", "По-волжский <b>парк</b>\nи мост")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " \u200b", "text": "\u2800"}, "draft-empty"),
        ({"title": "я" * 2001}, "draft-too-long"),
        ({"text": "я" * 20_001}, "draft-too-long"),
    ],
)
async def test_a_draft_of_nothing_or_of_a_book_is_refused(
    author: Api, changes: dict[str, str], expected: str
) -> None:
    answer = await author.post("/api/v1/drafts", json=WRITTEN | changes)

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert await listed(author) == []


async def test_too_many_drafts_are_refused_and_none_is_lost(author: Api) -> None:
    kept = [await begun(author) for _ in range(DRAFTS_MOST)]

    refused = await author.post("/api/v1/drafts", json=WRITTEN)
    saved = await author.patch(f"/api/v1/drafts/{kept[0]['id']}", json=WRITTEN | {"version": 1})

    assert (refused.status_code, slug(refused)) == (409, "drafts-too-many")
    assert (saved.status_code, len(await listed(author))) == (200, DRAFTS_MOST)


async def test_what_a_change_leaves_out_stays(author: Api) -> None:
    address = f"/api/v1/drafts/{(await begun(author))['id']}"

    changed = await author.patch(address, json={"version": 1, "text": "Новее", "form": ""})

    assert changed.status_code == 200, changed.text
    found = (await author.get(address)).json()
    assert found | WRITTEN | {"text": "Новее", "form": "", "version": 2} == found


async def test_a_repeated_change_is_one(author: Api) -> None:
    address, headers = f"/api/v1/drafts/{(await begun(author))['id']}", {"Idempotency-Key": uuid4().hex}
    change = {"version": 1, "text": "Новее"}

    answers = [await author.patch(address, json=change, headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert (await author.get(address)).json()["version"] == 2


async def test_a_stale_client_overwrites_nothing(author: Api, another: Api) -> None:
    kept = await begun(author)
    address = f"/api/v1/drafts/{kept['id']}"
    await another.patch(address, json=WRITTEN | {"version": 1, "text": "Новее"})

    stale = await author.patch(address, json=WRITTEN | {"version": 1, "text": "Старее"})

    assert (stale.status_code, slug(stale)) == (409, "draft-newer")
    assert (await author.get(address)).json()["text"] == "Новее"


async def test_of_two_who_save_at_once_one_wins(author: Api, another: Api) -> None:
    address = f"/api/v1/drafts/{(await begun(author))['id']}"

    answers = await asyncio.gather(
        *(client.patch(address, json=WRITTEN | {"version": 1}) for client in (author, another))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_repeated_request_begins_one_draft(author: Api) -> None:
    headers = {"Idempotency-Key": uuid4().hex}

    answers = [await author.post("/api/v1/drafts", json=WRITTEN, headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(await listed(author)) == 1


async def test_a_submitted_draft_is_an_initiative_and_gone(author: Api, intake: Pool) -> None:
    kept = await begun(author)

    answer = await author.post(f"/api/v1/drafts/{kept['id']}/submission")

    assert answer.status_code == 201, answer.text
    one = (await author.get(f"/api/v1/initiatives/{answer.json()['id']}")).json()
    assert (one["title"], one["text"], one["form"]) == (TITLE, "Дети переходят", "collective")
    assert await listed(author) == []
    assert await outbox(intake) == 1


async def test_a_draft_is_submitted_once_however_many_press(author: Api, another: Api, intake: Pool) -> None:
    address = f"/api/v1/drafts/{(await begun(author))['id']}/submission"

    answers = await asyncio.gather(*(client.post(address) for client in (author, another) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 9
    assert {slug(answer) for answer in answers if answer.status_code == 404} == {"draft-unknown"}
    assert await outbox(intake) == 1


async def test_a_repeated_submission_of_a_draft_gets_the_same_answer(author: Api, intake: Pool) -> None:
    address = f"/api/v1/drafts/{(await begun(author))['id']}/submission"
    headers = {"Idempotency-Key": uuid4().hex}

    at_once = await asyncio.gather(*(author.post(address, headers=headers) for _ in range(6)))
    later = await author.post(address, headers=headers)

    assert {answer.status_code for answer in [*at_once, later]} == {201}
    assert len({answer.json()["id"] for answer in [*at_once, later]}) == 1
    assert await outbox(intake) == 1


async def test_an_unfinished_draft_is_not_submitted_and_stays(author: Api) -> None:
    kept = await begun(author, direction="", form="")

    answer = await author.post(f"/api/v1/drafts/{kept['id']}/submission")

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"direction", "form"}
    assert len(await listed(author)) == 1


async def test_a_foreign_draft_is_not_found(author: Api, intake: Pool) -> None:
    address = f"/api/v1/drafts/{(await begun(author))['id']}"
    await join(author, intake, email="boris@example.org")

    answers = [
        await author.get(address),
        await author.patch(address, json=WRITTEN | {"version": 1}),
        await author.post(f"{address}/submission"),
    ]
    await author.delete(address)

    assert [(answer.status_code, slug(answer)) for answer in answers] == [(404, "draft-unknown")] * 3
    assert await listed(author) == []
    await join(author, intake)
    assert len(await listed(author)) == 1


async def test_a_deleted_draft_is_gone_and_not_saved_again(author: Api) -> None:
    address = f"/api/v1/drafts/{(await begun(author))['id']}"

    removed = [await author.delete(address) for _ in range(2)]
    saved = await author.patch(address, json=WRITTEN | {"version": 1})

    assert [answer.status_code for answer in removed] == [204, 204]
    assert (saved.status_code, await listed(author)) == (404, [])


async def test_the_erased_have_no_drafts_and_begin_none(author: Api, another: Api, worker: Pool) -> None:
    await begun(author)

    erased, *_ = await asyncio.gather(
        author.delete("/api/v1/me"),
        *(another.post("/api/v1/drafts", json=WRITTEN) for _ in range(10)),
    )

    assert erased.status_code == 200
    assert await worker.fetchval("SELECT count(*) FROM draft") == 0


async def test_own_drafts_are_among_what_is_taken_along(author: Api) -> None:
    await begun(author)

    data = (await author.get("/api/v1/me/data")).json()

    assert [draft["title"] for draft in data["drafts"]] == [TITLE]


async def test_a_draft_that_nobody_has_touched_for_long_is_pruned(author: Api, worker: Pool) -> None:
    await begun(author)
    await begun(author, title="Свежий")
    await worker.execute(
        "UPDATE draft SET saved_at = $1 WHERE title = $2",
        datetime.now(UTC) - DRAFT_KEPT - timedelta(minutes=1),
        TITLE,
    )

    [rule] = [rule for rule in RULES if rule.name == "draft"]
    await pruning.apply(worker, rule, datetime.now(UTC))

    assert [draft["title"] for draft in await listed(author)] == ["Свежий"]


def hidden(page: Response, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


async def opened(browser: Browser, path: str = "/initiatives/new") -> dict[str, str]:
    """What the form of a tab sends unseen."""
    page = await browser.get(path)
    return {name: hidden(page, name) for name in ("form_key", "draft", "draft_version")}


async def typed(browser: Browser, tab: dict[str, str], **written: str) -> Response:
    """What the tab saves by itself; it goes on with what it is told."""
    answer = await browser.post("/initiatives/drafts", data=tab | WRITTEN | written, headers=BY_SCRIPT)
    tab |= {name: hidden(answer, name) for name in ("draft", "draft_version")}
    return answer


async def kept(pool: Pool) -> list[tuple[str, int]]:
    """The text and version of every draft."""
    async with pool.acquire() as db, db.transaction():
        await db.execute("SELECT set_config('app.municipalities', '*', true)")
        return [tuple(row) for row in await db.fetch("SELECT text, version FROM draft ORDER BY saved_at")]


async def test_what_is_typed_is_kept_in_one_draft_and_one_line_says_so(
    browser: Browser, intake: Pool
) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)

    for text in ("Дети", "Дети идут", "Дети идут в школу"):
        answer = await typed(browser, tab, text=text)

    assert re.search(r"Черновик сохранён в \d\d:\d\d", words(answer))
    assert answer.headers["hx-replace-url"] == f"/initiatives/new?draft={tab['draft']}"
    assert await kept(intake) == [("Дети идут в школу", 3)]


async def test_a_reloaded_tab_shows_what_was_kept(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    answer = await typed(browser, tab, text="Дети идут")

    page = await browser.get(answer.headers["hx-replace-url"])

    assert "Дети идут</textarea>" in page.text
    assert re.search(r"Черновик сохранён \d+ \w+, \d\d:\d\d", words(page))
    assert f'value="{TITLE}"' in page.text
    assert re.search('value="roads" selected', page.text)
    assert re.search('value="collective" checked', page.text)


async def test_a_tab_whose_answer_was_lost_saves_again(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)

    for text in ("раз", "два"):
        lost = await browser.post(
            "/initiatives/drafts", data=tab | WRITTEN | {"text": text}, headers=BY_SCRIPT
        )
        assert "Черновик сохранён" in words(lost)

    assert await kept(intake) == [("два", 2)]


async def test_a_stale_tab_is_told_and_keeps_its_text_apart(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    first = await opened(browser)
    address = (await typed(browser, first, text="Первое")).headers["hx-replace-url"]
    second = await opened(browser, address)
    await typed(browser, second, text="Второе")

    told = await typed(browser, first, text="Первое и больше")
    apart = await send(
        browser, "/initiatives/drafts", **(first | WRITTEN | {"text": "Первое и больше", "save": "apart"})
    )

    assert "позже изменили в другом окне" in words(told)
    assert "Сохранить отдельно" in words(told)
    assert "hx-replace-url" not in told.headers
    assert apart.status_code == 303
    assert [text for text, _ in await kept(intake)] == ["Второе", "Первое и больше"]


async def test_submitting_takes_the_draft_along(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    await typed(browser, tab)

    done = await send(browser, "/initiatives/new", **(tab | WRITTEN))

    assert (done.status_code, await kept(intake)) == (303, [])


async def test_submitting_from_a_stale_tab_loses_nothing_of_the_newer_draft(
    browser: Browser, intake: Pool
) -> None:
    await sign_in(browser, intake)
    first = await opened(browser)
    address = (await typed(browser, first)).headers["hx-replace-url"]
    second = await opened(browser, address)
    await typed(browser, second, text="Новее")

    done = await send(browser, "/initiatives/new", **(first | WRITTEN))

    assert (done.status_code, [text for text, _ in await kept(intake)]) == (303, ["Новее"])


async def test_a_refused_submission_keeps_the_draft(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    await typed(browser, tab)

    refused = await send(browser, "/initiatives/new", **(tab | WRITTEN | {"direction": ""}))

    assert (refused.status_code, hidden(refused, "draft"), len(await kept(intake))) == (422, tab["draft"], 1)


async def test_a_form_that_was_sent_before_with_another_text_keeps_the_draft(
    browser: Browser, intake: Pool
) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    await send(browser, "/initiatives/new", **(tab | WRITTEN))
    await typed(browser, tab, text="Новее")

    again = await send(browser, "/initiatives/new", **(tab | WRITTEN | {"text": "Новее"}))

    assert (again.status_code, [text for text, _ in await kept(intake)]) == (422, ["Новее"])


async def test_a_button_keeps_it_without_javascript(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)

    saved = await send(browser, "/initiatives/drafts", save="1", **(tab | WRITTEN))
    page = await browser.get(saved.headers["location"])

    assert saved.status_code == 303
    assert re.search(r"Черновик сохранён в \d\d:\d\d", words(page))
    assert "Дети переходят</textarea>" in page.text


async def test_a_button_says_at_the_field_why_it_is_not_kept(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    empty = await send(browser, "/initiatives/drafts", save="1")
    long = await send(browser, "/initiatives/drafts", save="1", title=TITLE, text="я" * 30_000)

    for page in (empty, long):
        assert (page.status_code, 'href="#text"' in page.text) == (422, True)
    assert "я" * 30_000 in long.text


async def test_nothing_typed_is_no_trouble(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    answer = await browser.post("/initiatives/drafts", data=await opened(browser), headers=BY_SCRIPT)

    assert (answer.status_code, "не сохранён" in words(answer)) == (200, False)


async def test_who_is_signed_out_while_writing_is_told_where_to_sign_in(
    browser: Browser, intake: Pool
) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    browser.cookies.clear()

    told = await typed(browser, tab)

    assert "Черновик не сохранён" in words(told)
    assert 'href="/sign-in"' in told.text
    assert await kept(intake) == []


async def test_drafts_are_listed_and_deleted_after_one_question(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    await typed(browser, tab)
    listing, form = await browser.get("/initiatives"), await browser.get("/initiatives/new")

    asked = await browser.get(f"/initiatives/drafts/{tab['draft']}/deletion")
    done = await send(browser, f"/initiatives/drafts/{tab['draft']}/deletion")
    after = await browser.get(done.headers["location"])

    for page in (listing, form):
        assert f'href="/initiatives/new?draft={tab["draft"]}"' in page.text
    assert f"Удалить черновик «{TITLE}»?" in words(asked)
    assert "Черновик удалён" in words(after)
    assert tab["draft"] not in after.text


async def test_a_draft_that_is_gone_is_begun_anew(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    for asked in (str(uuid4()), "x", "%00"):
        page = await browser.get(f"/initiatives/new?draft={asked}", follow_redirects=False)
        assert (page.status_code, page.headers["location"]) == (303, "/initiatives/new")


async def test_who_has_to_sign_in_first_comes_back_to_the_draft(browser: Browser) -> None:
    page = await browser.get("/initiatives/new?draft=1&direction=roads", follow_redirects=False)

    assert page.headers["location"] == "/sign-in?next=/initiatives/new%3Fdraft%3D1%26direction%3Droads"


async def test_nobody_sees_anothers_draft_on_any_page(browser: Browser, hall: Hall, intake: Pool) -> None:
    await sign_in(browser, intake)
    tab = await opened(browser)
    await typed(browser, tab)
    async with hall.web.browser() as other:
        other.headers["Accept"] = "text/html"
        registered = await send(
            other,
            "/participants/new",
            municipality=OKRUG,
            position="budget",
            email="boris@example.org",
            consent="1",
            consent_version="1",
        )
        await send(other, registered.headers["location"], code=await code(intake))

        asked = await other.get(f"/initiatives/drafts/{tab['draft']}/deletion")
        await send(other, f"/initiatives/drafts/{tab['draft']}/deletion")
        told = await typed(other, dict(tab), text="Чужое")

    assert asked.status_code == 404
    assert "больше нет" in words(told)
    assert [text for text, _ in await kept(intake)] == ["Дети переходят"]


async def test_nothing_typed_is_lost_while_the_database_is_away(
    browser: Browser, intake: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    await sign_in(browser, intake)
    tab = await opened(browser)
    monkeypatch.setattr(pages, "save_draft", away)

    by_button = await send(browser, "/initiatives/drafts", save="1", **(tab | WRITTEN))
    by_itself = await typed(browser, tab)

    assert by_button.status_code == 503
    assert "Дети переходят</textarea>" in by_button.text
    assert "ничего не потеряется" in words(by_itself)
