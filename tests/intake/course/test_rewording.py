"""Writing a returned initiative anew: once, with nothing lost, and decided on again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake.initiatives.domain import begins_as
from tests.factories import OKRUG, define_campaign, today
from tests.intake.course.told import Told
from tests.intake.test_api import slug

SUGGESTION = "Назовите улицу.\nНапример: <b>переход</b> на Лесной."
ANEW = {"title": "Переход на Лесной", "text": "Нужен переход на Лесной у школы."}


async def returned(told: Told, text: str = SUGGESTION, **changes: object) -> str:
    id_ = await told.submitted(**changes)
    await told.decided("return", id_, text=text)
    return id_


async def reworded(told: Told, id_: str, headers: dict[str, str] | None = None, **given: object) -> Any:
    address = f"/api/v1/initiatives/{id_}/rewording"
    return await told.client.post(address, json=ANEW | given, headers=headers)


async def wordings(told: Told) -> int:
    return int(await told.office.pool.fetchval("SELECT count(*) FROM wording"))


async def test_a_returned_one_is_written_anew_and_decided_on_again(told: Told) -> None:
    id_ = await returned(told)
    before = await told.seen(id_)

    answer = await reworded(told, id_)

    after = await told.seen(id_)
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert (before["suggestion"], after["suggestion"]) == (SUGGESTION, None)
    assert (after["title"], after["text"], after["number"]) == (*ANEW.values(), before["number"])
    assert after["submitted_at"] == before["submitted_at"]
    assert [step["reworded"] for step in after["history"]] == [False, False, True]
    (was,) = after["earlier"]
    assert (was["title"], was["text"]) == (before["title"], before["text"])
    type_, event = (await told.office.told())[-1]
    assert (type_, event["status"]) == ("dialogue.initiative.reworded.v1", "accepted")
    assert event["version"] == after["version"] == 3
    await told.decided("determine", id_)
    assert (await told.seen(id_))["status"] == "determined"


async def test_it_begins_as_the_campaign_says_and_its_holder_has_it_anew(told: Told) -> None:
    await told.office.redefine(life={"acceptance": "by-group"})
    id_ = await returned(told)
    await told.office.pool.execute(
        "UPDATE initiative SET submitted_at = submitted_at - interval '18 days', held_since = NULL"
    )

    answer = await reworded(told, id_)

    campaign = define_campaign(life={"acceptance": "by-group"})
    assert answer.json()["status"] == begins_as(campaign) == "submitted"
    held_since = await told.office.pool.fetchval("SELECT held_since FROM initiative")
    assert held_since > datetime.now(UTC) - timedelta(minutes=1)
    assert (await told.seen(id_))["late"] is False


async def test_the_page_shows_the_suggestion_beside_and_keeps_the_text_before(told: Told) -> None:
    id_ = await returned(told)
    initiative = await told.page(f"/initiatives/{id_}")
    form = await told.page(f"/initiatives/{id_}/rewording")

    answer = await told.send(f"/initiatives/{id_}/rewording", **ANEW, version="2")

    assert f'href="/initiatives/{id_}/rewording"' in initiative
    assert ("Что вам предлагают" in form, SUGGESTION in form) == (True, True)
    assert 'value="Переход"' in form
    assert (answer.status_code, answer.headers["location"]) == (303, f"/initiatives/{id_}?reworded=1")
    page = await told.page(answer.headers["location"])
    for words in ("Новый текст отправлен", "Уточнена вами", "Прежние тексты", "Нужен."):
        assert words in page
    assert (await told.client.get(f"/initiatives/{id_}/rewording")).status_code == 303


async def test_the_suggested_text_is_taken_by_a_button(told: Told) -> None:
    id_ = await returned(told)

    page = await told.send(f"/initiatives/{id_}/rewording", title="Моё", text="Моё", version="2", take="1")

    assert page.status_code == 200
    assert f">\n{SUGGESTION}</textarea>" in page.text.replace("&lt;", "<").replace("&gt;", ">").replace(
        "&#x2f;", "/"
    )
    assert 'value="Моё"' in page.text
    assert await wordings(told) == 0


@pytest.mark.parametrize("status", ["submitted", "determined", "declined"])
async def test_what_is_not_returned_is_not_written_anew(told: Told, status: str) -> None:
    id_ = await told.submitted()
    await told.office.pool.execute("UPDATE initiative SET status = $1", status)

    answer = await reworded(told, id_)

    assert (answer.status_code, slug(answer)) == (409, "initiative-not-returned")
    assert await wordings(told) == 0


async def test_while_the_return_may_be_taken_back_it_is_not_told(told: Told) -> None:
    id_ = await told.submitted()
    decision = await told.decided("return", id_, text=SUGGESTION, old=False)

    early = await reworded(told, id_)
    await told.undone(decision)

    assert (early.status_code, slug(early)) == (409, "initiative-not-returned")
    assert (await told.seen(id_))["status"] == "accepted"


async def test_what_was_declined_meanwhile_stays_declined(told: Told) -> None:
    id_ = await returned(told)
    await told.decided("decline", id_, reason="not-ours", text="Нет.", old=False)

    answer = await reworded(told, id_)

    assert (answer.status_code, slug(answer)) == (409, "initiative-being-decided")
    assert await told.office.pool.fetchval("SELECT status FROM initiative") == "declined"


async def test_of_two_windows_one_is_sent_and_the_other_keeps_what_was_typed(told: Told) -> None:
    id_ = await returned(told)
    await told.send(f"/initiatives/{id_}/rewording", **ANEW, version="2")

    second = await told.send(
        f"/initiatives/{id_}/rewording", title="Второе", text="Второй текст", version="2"
    )

    assert second.status_code == 409
    assert ("Второй текст" in second.text, 'value="Второе"' in second.text) == (True, True)
    assert (await told.seen(id_))["title"] == ANEW["title"]


async def test_a_window_of_before_is_stale_once_it_was_returned_again(told: Told) -> None:
    id_ = await returned(told)
    await reworded(told, id_)
    await told.decided("return", id_, text="И какой дом?")

    stale = await reworded(told, id_, title="Из старого окна", version=2)
    page = await told.send(f"/initiatives/{id_}/rewording", title="Старое", text="Окно", version="2")
    seen = await told.seen(id_)
    fresh = await reworded(told, id_, title="Из нового", version=seen["version"])

    assert (stale.status_code, slug(stale)) == (409, "initiative-changed")
    assert (page.status_code, "И какой дом?" in page.text) == (409, True)
    assert (fresh.status_code, await wordings(told)) == (200, 2)
    assert len((await told.seen(id_))["earlier"]) == 2


async def test_of_several_at_once_one_is_stored(told: Told) -> None:
    id_ = await returned(told)

    answers = await asyncio.gather(*(reworded(told, id_, title=f"Раз {nth}") for nth in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    assert await wordings(told) == 1


async def test_a_repeated_request_happens_once(told: Told) -> None:
    id_ = await returned(told)
    key = {"Idempotency-Key": "once"}

    first, again = [await reworded(told, id_, key) for _ in range(2)]

    assert (first.status_code, first.json()) == (200, again.json())
    assert await wordings(told) == 1


@pytest.mark.parametrize(
    ("given", "status", "expected"),
    [
        ({"title": " \u200b"}, 422, "title-empty"),
        ({"title": "я" * 201}, 422, "title-too-long"),
        ({"text": "\u2800"}, 422, "text-empty"),
        ({"text": "я" * 4_001}, 422, "text-too-long"),
        ({"text": "я" * 70_000}, 413, "body-too-large"),
        ({"title": " Переход\x00 ", "text": "Нужен.\u202e"}, 422, "text-unchanged"),
        ({"version": 0}, 400, "bad-request"),
        ({"version": 2**40}, 400, "bad-request"),
        ({"title": None}, 400, "bad-request"),
    ],
    ids=str,
)
async def test_what_cannot_be_meant_is_refused(
    told: Told, given: dict[str, Any], status: int, expected: str
) -> None:
    id_ = await returned(told)

    answer = await reworded(told, id_, **given)

    assert (answer.status_code, slug(answer)) == (status, expected)
    assert await wordings(told) == 0


async def test_pasted_text_is_stored_as_what_is_seen_of_it(told: Told) -> None:
    id_ = await returned(told)

    await reworded(told, id_, title="Дорога \u202eв\x0bгород", text="По\x1eволжский\x00 <b>парк</b>\r\n😀")

    seen = await told.seen(id_)
    assert (seen["title"], seen["text"]) == ("Дорога в город", "По-волжский <b>парк</b>\n😀")


async def test_a_form_that_is_too_long_comes_back_with_all_that_was_typed(told: Told) -> None:
    id_ = await returned(told)
    long = "я" * 50_000

    page = await told.send(f"/initiatives/{id_}/rewording", title="Т", text=long, version="2")

    assert (page.status_code, long in page.text) == (422, True)


async def test_who_is_signed_out_meanwhile_loses_nothing(told: Told) -> None:
    id_ = await returned(told)
    signed_in = told.client.headers.pop("Authorization")

    page = await told.send(f"/initiatives/{id_}/rewording", **ANEW, version="2")

    assert page.status_code == 401
    assert (ANEW["text"] in page.text, SUGGESTION in page.text) == (True, False)
    told.client.headers["Authorization"] = signed_in
    assert (await told.send(f"/initiatives/{id_}/rewording", **ANEW, version="2")).status_code == 303


async def test_a_foreign_one_and_one_that_is_not_there_are_the_same(told: Told) -> None:
    foreign = await told.office.submit()

    for id_ in (foreign.id, uuid4()):
        for answer in (
            await reworded(told, str(id_)),
            await told.client.get(f"/initiatives/{id_}/rewording"),
            await told.send(f"/initiatives/{id_}/rewording", **ANEW),
        ):
            assert answer.status_code == 404


async def test_after_the_campaign_is_closed_nothing_is_written_anew(told: Told) -> None:
    id_ = await returned(told)
    await told.office.redefine(last_day=today() - timedelta(days=9), close_until=today() - timedelta(days=2))

    answer = await reworded(told, id_)

    assert (answer.status_code, slug(answer)) == (409, "campaign-over")


async def test_what_it_said_before_goes_with_the_texts(told: Told) -> None:
    id_ = await returned(told)
    await reworded(told, id_)
    data = (await told.client.get("/api/v1/me/data")).json()

    await told.client.delete("/api/v1/me?texts=remove")

    assert data["initiatives"][0]["earlier"][0]["text"] == "Нужен."
    assert await wordings(told) == 0
    assert await told.office.pool.fetchval("SELECT text FROM initiative WHERE id = $1", UUID(id_)) == ""


async def test_what_it_said_before_moves_along(told: Told) -> None:
    id_ = await returned(told)
    await reworded(told, id_)

    moved = await told.client.post(f"/api/v1/initiatives/{id_}/correction", json={"municipality": OKRUG})

    seen = await told.seen(id_)
    assert (moved.status_code, seen["municipality"]) == (200, OKRUG)
    assert [was["title"] for was in seen["earlier"]] == ["Переход"]
    assert seen["history"][1]["text"] == SUGGESTION


async def test_a_co_author_sees_the_course_and_leaves_the_wording_to_the_author(told: Told) -> None:
    foreign = await told.office.submit()
    await told.decided("return", str(foreign.id), text=SUGGESTION)
    await told.office.pool.execute(
        """INSERT INTO authorship (participant_id, initiative_id, tenant, role, confirmed_at)
           VALUES ($1, $2, $3, 'co-author', now())""",
        *(told.id, foreign.id, foreign.municipality),
    )

    seen, page = await told.seen(str(foreign.id)), await told.page(f"/initiatives/{foreign.id}")
    written = await reworded(told, str(foreign.id))
    form = await told.client.get(f"/initiatives/{foreign.id}/rewording", headers={"Accept": "text/html"})

    assert (seen["role"], seen["status"], seen["suggestion"]) == ("co-author", "returned", SUGGESTION)
    assert ("Возвращена автору: нужно уточнить" in page, "/rewording" in page) == (True, False)
    assert "Возвращена автору" in await told.page("/initiatives")
    assert (written.status_code, form.status_code) == (403, 403)


async def test_an_erased_author_leaves_no_earlier_wording(told: Told) -> None:
    id_ = await returned(told)
    await reworded(told, id_)

    erased = await told.client.delete("/api/v1/me?texts=keep")

    assert erased.status_code == 200, erased.text
    assert await wordings(told) == 0
    assert await told.office.pool.fetchval("SELECT text FROM decision") == ""
    assert await told.office.pool.fetchval("SELECT text FROM initiative") == ANEW["text"]
