"""A municipality that was transformed by law: its successor acts for it, its figures stay its own."""

from html import unescape
from typing import Any

import pytest

from tests.hierarchy.groups.test_serving import agree, club, form, stated, stored
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    appoint,
    appointment,
    slug,
)

SETTLEMENT, OTHER, SUCCESSOR = ELSEWHERE, "13605404", "13610000"
PAGE = f"/cabinet/municipalities/{PLACE}/transformation"


async def transform(browser: Browser, page: str = PAGE, **more: str) -> Any:
    fields = {"successor": SUCCESSOR, "number": "7-З", "day": TODAY.isoformat(), "whole": "1"} | more
    body = fields | {"form_key": page + str(fields)}
    return await browser.post(page, data=body, follow_redirects=False)


async def sign_in(office: Office, browser: Browser) -> None:
    await office.reset(browser, "admin@example.org")


@pytest.fixture
async def people(office: Office, browser: Browser) -> None:
    """A district with its Head, a group, a settlement that it serves, a coordinator there; and the successor
    with its Head and a group. The browser is the administrator's."""
    await appoint(
        browser,
        appointment("head", PLACE, "old@example.org"),
        appointment("head", SETTLEMENT, "settlement@example.org"),
        appointment("head", SUCCESSOR, "new@example.org"),
    )
    await office.come(browser, "new@example.org")
    await appoint(
        browser,
        appointment("leader", await form(browser, SUCCESSOR), "successor@example.org"),
    )
    await office.come(browser, "settlement@example.org")
    await agree(browser)
    await office.come(browser, "old@example.org")
    group = await form(browser)
    await appoint(browser, appointment("leader", group, "leader@example.org"))
    await office.come(browser, "leader@example.org")
    await appoint(browser, appointment("coordinator", await club(office), "club@example.org"))
    await sign_in(office, browser)


async def test_the_successor_acts_for_a_district_with_its_settlements(
    office: Office, browser: Browser, people: None
) -> None:
    answer = await transform(browser)

    assert answer.headers["location"] == f"/cabinet/municipalities/{PLACE}?done=transformed"
    page = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    assert "Преобразовано" in page
    assert 'id="appoint"' not in page
    await office.reset(browser, "old@example.org")
    assert (await browser.get(f"/cabinet/municipalities/{PLACE}")).status_code == 404
    await office.come(browser, "successor@example.org")
    stand_in = appointment("stand-in", await club(office), "another@example.org")
    assert (await appoint(browser, stand_in)).status_code == 201
    await office.reset(browser, "club@example.org")
    assert (await browser.get(f"/cabinet/organizations/{await club(office)}")).status_code == 200


async def test_every_service_is_told_whose_successor_it_is(
    office: Office, browser: Browser, people: None
) -> None:
    await transform(browser, whole="")

    listed = (await browser.get("/api/v1/municipalities?q=Берёзовский")).json()["items"]
    told = await stored(
        office,
        "SELECT data::jsonb ->> 'successor_of' FROM outbox WHERE type = 'dialogue.municipality.defined.v1'"
        f" AND data::jsonb ->> 'code' = '{SUCCESSOR}' ORDER BY id DESC LIMIT 1",
    )
    assert [each["successor"] for each in listed] == [SUCCESSOR]
    assert told == f'["{PLACE}"]'
    kinds = [kind for kind, _, _ in await office.events() if kind.startswith("serving")]
    assert kinds == ["serving.agreed.v1", "serving.ended.v1", "serving.agreed.v1"]


async def test_what_was_transformed_lacks_nobody(office: Office, browser: Browser, people: None) -> None:
    before = await stated(office)
    await transform(browser)

    after = await stated(office)

    assert after[PLACE]["served_by"] == SUCCESSOR
    assert (after[PLACE]["head"], after[PLACE]["responsible"]) == (True, True)
    taken = before[PLACE]["organizations"]
    assert after[SUCCESSOR]["organizations"] == before[SUCCESSOR]["organizations"] + taken
    listed = unescape((await browser.get("/cabinet?missing=1")).text)
    assert "Берёзовский муниципальный район<" not in listed
    assert "Лесной муниципальный район<" in listed


async def test_a_successor_that_is_transformed_passes_on_what_it_had_taken_over(
    office: Office, browser: Browser, people: None
) -> None:
    await transform(browser, f"/cabinet/municipalities/{OTHER}/transformation", successor=PLACE, whole="")
    await transform(browser, whole="")

    pairs = "array_agg(municipality || ' ' || served_by ORDER BY municipality)"
    acting = await stored(office, f"SELECT {pairs} FROM serving WHERE until_at IS NULL")
    assert acting == [f"{PLACE} {SUCCESSOR}", f"{OTHER} {SUCCESSOR}"]


async def test_what_was_transformed_cannot_be_changed_any_more(
    office: Office, browser: Browser, people: None
) -> None:
    await transform(browser)

    again = await transform(browser, number="8-З")
    head = await appoint(browser, appointment("head", PLACE, "another@example.org"))
    end = await browser.post(f"/api/v1/municipalities/{PLACE}/serving/end")
    itself = await transform(
        browser, f"/cabinet/municipalities/{SUCCESSOR}/transformation", successor=SETTLEMENT
    )

    assert again.status_code == 409
    assert slug(head) == "municipality-transformed"
    assert slug(end) == "municipality-transformed"
    assert "Выберите преемника из списка" in unescape(itself.text)


async def test_all_that_is_wrong_is_said_at_once(office: Office, browser: Browser) -> None:
    answer = await transform(browser, successor="", number="", day="")

    text = unescape(answer.text)
    assert answer.status_code == 422
    for field in ("successor", "number", "day"):
        assert f'id="{field}-error"' in text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"successor": ""}, "Выберите преемника из списка"),
        ({"successor": PLACE}, "Выберите преемника из списка"),
        ({"successor": SETTLEMENT}, "Выберите преемника из списка"),
        ({"number": ""}, "Укажите номер"),
        ({"day": "2999-01-01"}, "Проверьте дату закона: укажите день с 1 января 2000 года"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    office: Office, browser: Browser, changed: dict[str, str], sentence: str
) -> None:
    answer = await transform(browser, **changed)

    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert await stored(office, "SELECT count(*) FROM municipality WHERE successor_of <> '{}'") == 0


async def test_a_successor_is_named_by_the_administrator(
    office: Office, browser: Browser, people: None
) -> None:
    asked = unescape((await browser.get(PAGE)).text)
    await office.reset(browser, "old@example.org")

    assert "Назвать преемника" in asked
    assert (await browser.get(PAGE)).status_code == 404
    assert (await transform(browser)).status_code == 404
