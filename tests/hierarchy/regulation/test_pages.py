"""The pages of the regulation: read by the staff, set by whoever may."""

from datetime import timedelta
from typing import Any

import pytest

from tests.hierarchy.office import PLACE, Browser, Office, hidden, slug
from tests.hierarchy.regulation.people import (
    ACT,
    FOREIGN,
    PAGE,
    REGION_PAGE,
    People,
    ahead,
    items,
    page,
    put,
    put_region,
)

HOURS = {"first-answer": "2", "transfer": "1,5", "final-answer": "24", "decision": "80"}
HOURS |= {"help": "8", "question": "8"}
FRIDAY = {"fri-begins": "9:00", "fri-ends": "16:00", "fri-lunch_begins": "", "fri-lunch_ends": ""}


async def send(browser: Browser, address: str = PAGE, **more: str) -> Any:
    form = hidden(await page(browser, address)) | HOURS | FRIDAY | {"from_day": ahead(0)} | ACT | more
    return await browser.post(address, data=form, follow_redirects=False)


async def test_the_head_sets_it_by_the_form_and_sees_what_it_means(people: People) -> None:
    before = await page(people.head)
    answer = await send(people.head)

    shown = await page(people.head, answer.headers["location"])
    assert answer.status_code == 303
    assert "Сроки региона" in before
    assert "Сроки сохранены" in shown
    assert "распоряжение главы № 7-р" in shown
    assert "1 час 30 минут" in shown
    assert "24 часа – 3 рабочих дня" in shown
    assert "Что это значит на примере" in shown
    assert "9:00–16:00" in shown
    assert "понедельник" in shown
    assert (await items(people.nobody))["transfer"] == (1.5, 1, "municipality")


async def test_the_form_stands_as_the_latest_version_does(people: People) -> None:
    await put(people.head, hours={"first-answer": 1.5}, from_day=ahead(1))

    shown = await page(people.head)

    assert 'id="first-answer" name="first-answer" type="text" value="1,5"' in shown
    assert 'id="mon-begins" name="mon-begins" type="time" class="short" value="09:00"' in shown
    assert hidden(shown)["seen"] == "1"


async def test_a_version_to_come_stands_beside_the_one_in_force(office: Office, people: People) -> None:
    await put(people.head, hours={"first-answer": 3}, from_day=ahead(2))

    assert "Первый ответ на обращение: 3 часа" in await page(people.head)
    office.now += timedelta(days=2)
    assert "Первый ответ на обращение: 3 часа" not in await page(people.head)
    assert "<td>3 часа</td>" in await page(people.head)


async def test_everything_wrong_stands_at_its_field_and_what_was_typed_stays(people: People) -> None:
    wrong = {"first-answer": "0", "transfer": "ноль", "fri-ends": "8:00", "from_day": ahead(-1), "number": ""}

    answer = await send(people.head, **wrong)

    assert answer.status_code == 422
    for name in ("first-answer", "transfer", "fri-ends", "from_day", "number"):
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}-error"' in answer.text
        assert f'id="{name}"' in answer.text
    assert 'value="ноль"' in answer.text
    assert "прошедшие дни" in answer.text.lower()


async def test_a_form_without_fields_or_with_signs_of_the_machine_is_refused(people: People) -> None:
    for form in ({}, {"first-answer": "\0\u202e", "mon-begins": "\0", "seen": "x" * 500}):
        answer = await people.head.post(PAGE, data=form, follow_redirects=False)
        assert answer.status_code == 422
    assert (await items(people.nobody))["transfer"][2] == "region"


async def test_a_page_that_is_behind_says_so(people: People) -> None:
    form = hidden(await page(people.head)) | HOURS | FRIDAY | {"from_day": ahead(0)} | ACT
    await put(people.clerk)

    answer = await people.head.post(PAGE, data=form, follow_redirects=False)

    assert answer.status_code == 409
    assert "их изменил кто-то ещё" in answer.text


async def test_the_administrator_sets_the_region_s_without_an_act(people: People) -> None:
    answer = await send(people.administrator, REGION_PAGE)

    shown = await page(people.administrator, answer.headers["location"])
    assert answer.status_code == 303
    assert "Номер распоряжения" not in shown
    assert "Как менялись сроки" in shown
    assert "по умолчанию" in shown
    assert (await items(people.nobody, ""))["first-answer"] == (2, 2, "region")


async def test_all_read_it_and_those_of_the_place_how_it_changed(people: People) -> None:
    await put(people.clerk)
    await put_region(people.administrator)

    for browser in (people.head, people.responsible, people.operator, people.administrator):
        assert "за главу:" in await page(browser)
    stranger = await page(people.stranger)
    assert "<td>2 часа</td>" in stranger
    assert "за главу:" not in stranger
    for browser in (people.responsible, people.operator, people.administrator, people.stranger):
        assert 'id="set"' not in await page(browser)
    for browser in (people.head, people.operator, people.stranger):
        region = await page(browser, REGION_PAGE)
        assert "<td>8 часов – 1 рабочий день</td>" in region
        assert 'id="set"' not in region
        assert "Как менялись" not in region


async def test_whoever_may_not_is_told_so_on_the_page(people: People) -> None:
    refused = await people.stranger.post(PAGE, data=HOURS, follow_redirects=False)
    region = await people.head.post(REGION_PAGE, data=HOURS, follow_redirects=False)

    assert refused.status_code == 404
    assert region.status_code == 403
    assert "Обратитесь к ним" in region.text


@pytest.mark.parametrize("code", ["99999999", "x", "%00", "region"])
async def test_of_a_municipality_that_there_is_not_there_is_no_page(people: People, code: str) -> None:
    answer = await people.head.get(f"{REGION_PAGE}/{code}")

    assert answer.status_code in (404, 422)


async def test_a_transformed_municipality_sets_nothing_any_more(office: Office, people: People) -> None:
    await office.pool.execute(
        "UPDATE municipality SET successor_of = ARRAY[$1] WHERE code = $2", PLACE, FOREIGN
    )

    answer = await put(people.head)

    assert (answer.status_code, slug(answer)) == (409, "municipality-transformed")
    assert 'id="set"' not in await page(people.head)


async def test_it_is_found_where_it_is_looked_for(people: People) -> None:
    assert f'href="{PAGE}"' in await page(people.head, f"/cabinet/municipalities/{PLACE}")
    assert f'href="{PAGE}"' in await page(people.operator, f"/cabinet/municipalities/{PLACE}")
    assert f'href="{REGION_PAGE}"' in await page(people.administrator, "/cabinet/structure")
    assert f'href="{REGION_PAGE}"' in await page(people.head)
    assert 'href="/cabinet/calendar"' in await page(people.head)
