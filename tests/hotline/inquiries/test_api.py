"""Asking, replying, listing and stepping over HTTP."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import Role
from contracts.hotline import InquiryStatus
from services.directory.grants import Staff
from tests.factories import DISTRICT, OKRUG
from tests.hierarchy.office import slug
from tests.hotline.inquiries.served import Served
from tests.hotline.inquiries.world import OTHER_GROUP, SCHOOL, World

PATH = "/api/v1/inquiries"
ASKED: dict[str, Any] = {
    "municipality": OKRUG,
    "organization": str(SCHOOL),
    "theme": "other",
    "text": "Как подать инициативу?",
    "channel": "web",
    "reply_to": {"email": "petr@example.org"},
    "name": "Пётр",
}

Client = AsyncTestClient[Litestar]


@pytest.fixture
async def client(browser: Client, site: Served, world: World) -> Client:
    """A program that is not signed in; the world knows what the application does."""
    world.known = site.known
    browser.headers["Accept"] = "application/json"
    return browser


def signed(site: Served, who: Staff) -> dict[str, str]:
    return {"Authorization": f"Bearer {site.token(who.account, who.session, who.name)}"}


async def ask(client: Client, **changes: Any) -> Any:
    return await client.post(PATH, json=ASKED | changes)


async def test_asking_answers_with_number_link_and_promised_time(client: Client) -> None:
    answer = await ask(client)

    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"id", "number", "link", "promised_by"}
    assert body["promised_by"] == "2026-04-14T14:45:00+03:00"
    page = await client.get(f"/hotline/inquiries/{body['link']}", headers={"Accept": "text/html"})
    assert page.status_code == 200


async def test_the_same_key_asks_once_and_another_content_is_refused(client: Client, world: World) -> None:
    key = {"Idempotency-Key": "one"}

    answers = await asyncio.gather(*(client.post(PATH, json=ASKED, headers=key) for _ in range(4)))
    other = await client.post(PATH, json=ASKED | {"text": "Другое"}, headers=key)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert (other.status_code, slug(other)) == (422, "idempotency-key-reused")
    assert await world.everything.fetchval("SELECT count(*) FROM inquiry") == 1


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"reply_to": {"email": "кто-то"}}, 422, "email-invalid"),
        ({"reply_to": {"phone": "звоните"}}, 422, "phone-invalid"),
        ({"reply_to": {"email": "a@b.ru", "phone": "8 920 123-45-67"}}, 400, "bad-request"),
        ({"channel": "phone"}, 400, "bad-request"),
        ({"text": "\u200b"}, 422, "question-empty"),
        ({"text": "я" * 5001}, 422, "question-too-long"),
        ({"municipality": "00000000"}, 422, "municipality-unknown"),
        ({"organization": "школа"}, 400, "bad-request"),
        ({"municipality": DISTRICT}, 422, "organization-elsewhere"),
        ({"theme": "removed"}, 422, "theme-unknown"),
        ({"theme": "\x00"}, 422, "bad-request"),
        ({"reply_to": {"phone": "+7 900 000-00-00", "other": []}}, 400, "bad-request"),
        ({"municipality": "'; --"}, 422, "municipality-unknown"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    client: Client, changes: dict[str, Any], status: int, word: str
) -> None:
    answer = await ask(client, **changes)

    assert (answer.status_code, slug(answer)) == (status, word)


async def test_a_removed_theme_is_refused_and_its_cases_stay(client: Client, world: World) -> None:
    asked = (await ask(client)).json()
    await world.everything.execute("UPDATE theme SET removed = true WHERE code = 'other'")

    again = await ask(client)

    assert slug(again) == "theme-unknown"
    operator = await world.operator()
    assert (await world.answer(operator, asked["id"])).status is InquiryStatus.ANSWERED


async def test_a_reply_by_the_link_takes_it_up_again(client: Client, world: World) -> None:
    asked = (await ask(client)).json()
    await world.answer(await world.operator(), asked["id"])

    answer = await client.post(f"{PATH}/replies", json={"link": asked["link"], "text": "Ещё"})
    bad = await client.post(f"{PATH}/replies", json={"link": asked["link"][:-2], "text": "Ещё"})

    assert (answer.status_code, answer.json()["status"], answer.json()["is_new"]) == (200, "taken", False)
    assert (bad.status_code, slug(bad)) == (404, "link-unknown")


async def test_the_staff_steps_through_an_inquiry(client: Client, site: Served, world: World) -> None:
    id_ = (await ask(client)).json()["id"]
    operator, head = await world.operator(), await world.appoint(Role.HEAD)

    async def step(who: Staff, what: str, **body: Any) -> Any:
        return await client.post(f"{PATH}/{id_}/{what}", json=body, headers=signed(site, who))

    taken = await step(operator, "take")
    offered = await step(operator, "transfer", to="coordination", note="Ваше?")
    returned = await step(head, "return", reason="Ответьте сами")
    asked = await step(operator, "answer", text="Какая школа?", final=False)
    answered = await step(operator, "answer", text="Так.")
    closed = await step(operator, "close")
    late = await step(operator, "answer", text="Ещё")

    states = [each.json()["status"] for each in (taken, offered, returned, asked, answered, closed)]
    assert states == ["taken", "transferred", "new", "waiting", "answered", "closed"]
    assert [each.json()["version"] for each in (taken, closed)] == [2, 7]
    assert (late.status_code, slug(late)) == (409, "inquiry-closed")


async def test_another_municipalitys_inquiry_is_not_there(client: Client, site: Served, world: World) -> None:
    id_ = (await ask(client)).json()["id"]
    stranger = await world.appoint(Role.HEAD, DISTRICT, where=DISTRICT)

    for what, body in (("take", {}), ("close", {}), ("answer", {"text": "Так"}), ("spam", {})):
        answer = await client.post(f"{PATH}/{id_}/{what}", json=body, headers=signed(site, stranger))
        assert (answer.status_code, slug(answer)) == (404, "inquiry-unknown")
    listed = await client.get(PATH, headers=signed(site, stranger))
    assert listed.json() == {"items": [], "next": None}
    nobody = await client.get(PATH)
    assert nobody.status_code == 401


async def test_a_transfer_to_a_foreign_group_is_refused(client: Client, site: Served, world: World) -> None:
    id_ = (await ask(client)).json()["id"]
    operator = await world.operator()

    answer = await client.post(
        f"{PATH}/{id_}/transfer",
        json={"to": "group", "group": str(OTHER_GROUP)},
        headers=signed(site, operator),
    )

    assert (answer.status_code, slug(answer)) == (422, "group-unknown")


async def test_lists_go_on_where_a_page_ended(client: Client, site: Served, world: World) -> None:
    for n in range(5):
        await ask(client, text=f"Вопрос {n}")
    operator = signed(site, await world.operator())

    seen: list[str] = []
    path: str | None = f"{PATH}?state=open&limit=2&q=вопрос"
    while path:
        page = (await client.get(path, headers=operator)).json()
        seen += [item["subject"] for item in page["items"]]
        path = page["next"]
    wrong = await client.get(f"{PATH}?state=secret", headers=operator)

    assert sorted(seen) == [f"Вопрос {n}" for n in range(5)]
    assert (wrong.status_code, slug(wrong)) == (422, "state-unknown")
    for query in ("holder=mine", "overdue=true", "state=closed", "state=ended&q=%00", f"after={uuid4()}"):
        assert (await client.get(f"{PATH}?{query}", headers=operator)).json()["items"] == []


async def test_of_what_has_ended_overdue_and_nobodys_choose_nothing(
    client: Client, site: Served, world: World
) -> None:
    id_ = (await ask(client)).json()["id"]
    operator = signed(site, await world.operator())
    await client.post(f"{PATH}/{id_}/answer", json={"text": "Так."}, headers=operator)

    for query in ("", "&overdue=true", "&holder=nobody", "&overdue=true&holder=nobody&q=1"):
        answer = await client.get(f"{PATH}?state=ended{query}", headers=operator)
        assert [item["id"] for item in answer.json()["items"]] == [id_], query
