"""What inquiries are about: the list that the region's administrator keeps, and what others learn of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from contracts.appointments import Role
from contracts.event import REGION
from contracts.hotline import HotlineEvent, ThemeDefined
from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.hotline.core.commands.keep_themes import tell_begun, tell_themes
from services.hotline.core.store import themes
from services.hotline.restate import restate
from tests.client import PATIENCE
from tests.factories import DISTRICT
from tests.hierarchy.office import Browser
from tests.hotline.staffed import Staffed

HERE = "/hotline/themes"
BEGUN = 6
"""With so many every region begins."""


@pytest.fixture
async def administrator(line: Staffed) -> AsyncIterator[Browser]:
    token = await line.grant(Role.ADMINISTRATOR, "region")
    async with line.browser(token) as browser:
        yield browser


async def send(browser: Browser, path: str = HERE, **fields: str) -> Any:
    return await browser.post(path, data=fields, follow_redirects=False)


async def told(line: Staffed) -> list[Any]:
    return [orjson.loads(data) for type_, data in await line.told() if type_ == ThemeDefined.type]


async def stored(line: Staffed) -> dict[str, tuple[str, bool, int]]:
    async with line.pool.acquire() as db:
        return {t.code: (t.name, t.removed, t.version) for t in await themes.every(db)}


async def test_a_theme_that_is_added_is_offered_before_the_last_one_and_told(
    administrator: Browser, line: Staffed
) -> None:
    done = await send(administrator, name="  Льготы\u200b ", direction="roads")
    page = await administrator.get(done.headers["location"])
    form = await administrator.get(f"/hotline/new?municipality={DISTRICT}")

    assert done.status_code == 303
    assert "Тема добавлена" in page.text
    assert form.text.index("О марафоне") < form.text.index("Льготы") < form.text.index("Другое")
    (event,) = await told(line)
    assert (event["name"], event["direction"], event["version"]) == ("Льготы", "roads", 1)
    row = await line.pool.fetchrow("SELECT partition_key, partition, subject FROM outbox")
    assert tuple(row or ()) == (REGION, partition_of(REGION), f"theme:{event['code']}")
    deed = await line.pool.fetchrow("SELECT municipality, action FROM audit")
    assert tuple(deed or ()) == (REGION, "theme-added")


async def test_a_new_name_is_read_everywhere_and_a_removed_theme_stays_with_its_cases(
    administrator: Browser, line: Staffed
) -> None:
    asked = await administrator.post(
        "/hotline/new",
        data={"municipality": DISTRICT, "theme": "wording", "text": "Вопрос", "answer_by": "link"},
    )
    renamed = await send(administrator, f"{HERE}/wording", name="Как лучше написать", version="0")
    removed = await send(administrator, f"{HERE}/wording/offering", offered="no")
    refused = await administrator.post(
        "/hotline/new",
        data={"municipality": DISTRICT, "theme": "wording", "text": "Ещё вопрос", "answer_by": "link"},
    )
    operator = await line.grant(Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT)
    async with line.browser(operator) as browser:
        id_ = await line.pool.fetchval("SELECT id FROM inquiry")
        case = await browser.get(f"/hotline/cases/{id_}")

    assert asked.status_code == 303
    assert (renamed.status_code, removed.status_code, refused.status_code) == (303, 303, 422)
    assert "Выберите тему из списка." in refused.text
    assert "Как лучше написать" in case.text
    assert [(t["code"], t["version"], t["removed"]) for t in await told(line)] == [
        ("wording", 1, False),
        ("wording", 2, True),
    ]
    assert "больше не предлагают" in (await administrator.get(HERE)).text


async def test_a_removed_theme_is_offered_again(administrator: Browser, line: Staffed) -> None:
    await send(administrator, f"{HERE}/wording/offering", offered="no")
    await send(administrator, f"{HERE}/wording/offering", offered="no")

    again = await send(administrator, f"{HERE}/wording/offering", offered="yes")

    assert again.status_code == 303
    assert (await stored(line))["wording"] == ("Помощь с формулировкой", False, 2)
    assert [t["removed"] for t in await told(line)] == [True, False]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (" \u200b\u2800", "Напишите название темы."),
        ("я" * 81, "Сократите название до 80 знаков, сейчас их 81."),
        ("ДРУГОЕ", "Такая тема уже есть."),
        ("как подать инициативу", "Такая тема уже есть."),
    ],
)
async def test_a_name_that_is_none_or_is_taken_is_refused(
    administrator: Browser, line: Staffed, name: str, sentence: str
) -> None:
    added = await send(administrator, name=name)
    renamed = await send(administrator, f"{HERE}/wording", name=name, version="0")

    assert (added.status_code, renamed.status_code) == (422, 422)
    assert sentence in added.text
    assert sentence in renamed.text
    assert await told(line) == []


async def test_everything_wrong_is_told_at_once(administrator: Browser) -> None:
    answer = await send(administrator, name="", direction="<script>")

    assert "Напишите название темы." in answer.text
    assert "Выберите направление из списка." in answer.text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "'; DROP TABLE theme; --", "\u202eсправа", "🏳️‍🌈", "a\x00b"]
)
async def test_odd_names_are_stored_and_shown_as_text(administrator: Browser, name: str) -> None:
    done = await send(administrator, name=name)
    page = await administrator.get(HERE)

    assert done.status_code == 303
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


async def test_the_last_theme_stays(administrator: Browser, line: Staffed) -> None:
    codes = list(await stored(line))
    answers = [await send(administrator, f"{HERE}/{code}/offering", offered="no") for code in codes]

    assert [answer.status_code for answer in answers] == [303] * (BEGUN - 1) + [409]
    assert "Оставьте хотя бы одну тему" in answers[-1].text


async def test_whoever_changes_what_another_has_changed_reads_it_first(administrator: Browser) -> None:
    await send(administrator, f"{HERE}/wording", name="Слова", version="0")

    late = await send(administrator, f"{HERE}/wording", name="Тексты", version="0")

    assert late.status_code == 409
    assert "Тему уже изменил кто-то другой" in late.text
    assert "Тексты" in late.text


async def test_two_who_add_the_same_at_once_add_one(administrator: Browser, line: Staffed) -> None:
    answers = await asyncio.gather(*(send(administrator, name="Льготы") for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    assert len(await told(line)) == 1


async def test_the_same_form_sent_twice_adds_once(administrator: Browser, line: Staffed) -> None:
    answers = [await send(administrator, name="Льготы", form_key="0123") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await told(line)) == 1


async def test_a_theme_that_is_not_there_is_not_found(administrator: Browser) -> None:
    for code in ("nowhere", "%00", "a" * 3000):
        shown = await administrator.get(f"{HERE}/{code}")
        removed = await send(administrator, f"{HERE}/{code}/offering", offered="no")
        assert {shown.status_code, removed.status_code} <= {404, 422}, code


@pytest.mark.parametrize("role", [Role.HEAD, Role.HOTLINE_OPERATOR])
async def test_nobody_else_keeps_them(line: Staffed, role: Role) -> None:
    async with line.browser(await line.grant(role, DISTRICT, DISTRICT)) as browser:
        answers = [
            await browser.get(HERE),
            await browser.get(f"{HERE}/wording"),
            await send(browser, name="Льготы"),
            await send(browser, f"{HERE}/wording", name="Льготы", version="0"),
            await send(browser, f"{HERE}/wording/offering", offered="no"),
        ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert await told(line) == []


async def test_those_with_which_a_region_begins_are_told_once(line: Staffed) -> None:
    await asyncio.gather(tell_themes(line.pool), tell_themes(line.pool))
    await tell_themes(line.pool)

    events = await told(line)

    assert {event["code"] for event in events} == (await stored(line)).keys()
    assert len(events) == BEGUN
    assert {event["version"] for event in events} == {1}


async def test_telling_them_is_a_work_that_does_not_end(line: Staffed) -> None:
    work = asyncio.create_task(tell_begun(line.pool))

    async with asyncio.timeout(PATIENCE):
        while len(await told(line)) < BEGUN:
            await asyncio.sleep(0.02)
    ended, _ = await asyncio.wait([work], timeout=0.2)

    work.cancel()
    assert not ended


async def test_a_new_epoch_of_the_regions_stream_tells_all_of_them(
    administrator: Browser, line: Staffed
) -> None:
    await tell_themes(line.pool)
    await send(administrator, f"{HERE}/wording/offering", offered="no")

    async with line.pool.acquire() as db, db.transaction():
        here = [e async for e in restate(db, Stream(HotlineEvent.topic, partition_of(REGION)))]
        elsewhere = [
            e async for e in restate(db, Stream(HotlineEvent.topic, (partition_of(REGION) + 1) % 16))
        ]

    assert len(here) == BEGUN
    assert {e.code: e.removed for e in here if isinstance(e, ThemeDefined)}["wording"] is True
    assert elsewhere == []
