"""A checkpoint's page, its conclusion and its print; the table of all; what waits; who sees what."""

import io
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader

from services.hierarchy.territory.domain.structure import Smo
from services.hierarchy.territory.store import municipalities, smos
from tests.hierarchy.checkpoints.telling import YESTERDAY, corrected, found, frozen, new_epoch, tell
from tests.hierarchy.checkpoints.test_setting import (
    COUNCIL,
    PAGE,
    ahead,
    chief,
    listed,
    operator,
    put,
    recommend,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, appoint, appointment, slug

__all__ = ["chief", "operator"]

RESULT = f"{PAGE}/{YESTERDAY}"
TEXT = "Подали меньше половины.\nНазначили координаторов в больницы."
MALICE = '<script>alert(1)</script> #read("/etc/passwd") \u202eзадом\x00'


async def conclude(browser: Browser, text: str = TEXT, seen: int = 0, **given: Any) -> Any:
    path = f"/api/v1/checkpoints/{given.get('code', PLACE)}/{given.get('day', YESTERDAY)}/conclusion"
    return await browser.put(path, json={"text": text, "seen": seen})


async def page(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).replace("\xa0", " ").split())


async def printed(browser: Browser, path: str = f"{RESULT}/result.pdf") -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).replace("\xa0", " ").split())


async def test_a_result_is_shown_with_plan_fact_and_place(office: Office, chief: Browser) -> None:
    week_before = YESTERDAY - timedelta(days=7)
    await tell(office.pool, frozen(week_before, registered=800, submitted=410), frozen())

    shown = await page(chief, RESULT)

    for said in ("1 200", "812", "67,7 %", "104,1 %", "+12", "−9", "640", "401", "4-е из 21"):
        assert said in shown, said
    assert "Чего не хватало в этот день</dt><dd>3" in shown
    assert "вместе с поселениями" in shown
    assert "Как проверить" in shown
    assert frozen().digest in shown
    assert "dialogue.initiatives.v1/3" in shown


async def test_a_correction_stands_beside_and_never_in_place(office: Office, chief: Browser) -> None:
    event = frozen()
    await tell(office.pool, event)
    before = await page(chief, RESULT)

    await tell(office.pool, corrected(event, correction_registered=5, correction_submitted=-2))

    shown = await page(chief, RESULT)
    (item,) = await listed(chief)
    assert "+5" not in before
    assert all(said in shown for said in (">812<", "+5", ">401<", "−2"))
    assert (item["registered"], item["correction_registered"], item["correction_submitted"]) == (812, 5, -2)
    assert item["digest"] == event.digest


async def test_before_it_is_frozen_the_page_says_when_it_will_be(office: Office, chief: Browser) -> None:
    await put(chief, ahead(1), ahead(3))

    coming = await page(chief, f"{PAGE}/{ahead(3)}")
    office.now += timedelta(days=1)
    on_the_day = await page(chief, f"{PAGE}/{ahead(1)}")
    office.now += timedelta(days=1)
    over = await page(chief, f"{PAGE}/{ahead(1)}")
    assert f'hx-get="/region/waiting?municipality={PLACE}&day={ahead(1)}"' in over
    await tell(office.pool, frozen(TODAY + timedelta(days=1)))
    now = await page(chief, f"{PAGE}/{ahead(1)}")

    assert "Итоги появятся после полуночи, когда придут все данные" in coming
    assert "через 3 дня" in coming
    assert "Этот день ещё идёт" in on_the_day
    assert "Ждём данных" in over
    assert "Ждём данных" not in now
    assert "812" in now
    assert (await chief.get(f"{PAGE}/{ahead(3)}/result.pdf")).status_code == 404


async def since(office: Office, code: str, smo: str = "smo") -> None:
    """The municipality is known with its SMO from now on."""
    row = (code, smo, office.now)
    await office.pool.execute("DELETE FROM smo_member WHERE code = $1", code)
    await office.pool.execute("INSERT INTO smo_member (code, smo, since) VALUES ($1, $2, $3)", *row)


async def test_a_newcomer_waits_for_no_result_of_a_day_before_it(office: Office, operator: Browser) -> None:
    day, theirs = ahead(1), f"/cabinet/municipalities/{ELSEWHERE}/checkpoints"
    await recommend(operator, day, ahead(3))
    office.now += timedelta(days=2)
    await office.reset(operator, "smo@example.org")
    before = [await page(operator, each) for each in (theirs, f"{theirs}/{day}")]

    await since(office, ELSEWHERE)

    mine, one = [await page(operator, each) for each in (theirs, f"{theirs}/{day}")]
    waiting = await page(operator, f"{COUNCIL}?day={day}&state=waiting")
    none = await page(operator, f"{COUNCIL}?day={day}&state=none")
    csv = (await operator.get(f"{theirs}?format=csv")).content.decode()
    assert all("Ждём данных" in each and "Итогов не будет" not in each for each in before)
    assert "Итогов не будет" in mine
    assert "Ждём данных" not in mine
    assert f"{theirs}/{ahead(3)}" in mine
    assert "Итогов не будет" in one
    assert "/region/waiting" not in one
    assert f"{theirs}/{day}" not in waiting
    assert f"{PAGE}/{day}" in waiting
    assert f"{theirs}/{day}" in none
    assert f"{PAGE}/{day}" not in none
    assert "итогов не будет" in csv


async def test_a_result_that_was_frozen_after_all_is_shown(office: Office, operator: Browser) -> None:
    await since(office, PLACE)
    await tell(office.pool, frozen())

    assert ">812<" in await page(operator, PAGE)
    assert "Итогов не будет" not in await page(operator, RESULT)


async def test_whoever_has_changed_smos_waits_for_the_days_of_the_one_before(
    office: Office, operator: Browser
) -> None:
    day = ahead(1)
    await recommend(operator, day)
    async with office.pool.acquire() as db, db.transaction():
        await smos.save(db, [Smo("two", "Второй", covers_all=False)])
        known = await municipalities.some(db, [PLACE])
        await municipalities.save(db, [replace(known[PLACE], smo="two")])
    members = "SELECT smo FROM smo_member WHERE code = '13605000' ORDER BY nth"
    assert await found(office.pool, members) == ["", "smo", "two"]
    office.now += timedelta(days=2)
    await office.pool.execute("UPDATE smo_member SET since = $1 WHERE smo = 'two'", office.now)
    await office.reset(operator, "admin@example.org")

    assert f"{PAGE}/{day}" in await page(operator, f"{COUNCIL}?day={day}&state=waiting")
    assert "Ждём данных" in await page(operator, PAGE)


async def test_a_transformed_one_waits_for_nothing(office: Office, chief: Browser) -> None:
    await put(chief, ahead(1), ahead(3))
    await office.reset(chief, "admin@example.org")
    await office.pool.execute(
        "UPDATE municipality SET successor_of = ARRAY[$1] WHERE code = $2", PLACE, "13701000"
    )
    office.now += timedelta(days=2)
    await office.reset(chief, "admin@example.org")

    shown = await page(chief, PAGE)

    assert "Ждём данных" not in shown
    assert "Итогов не будет" in shown


@pytest.mark.parametrize("day", [ahead(2), "2026-02-30", "вчера", "%00", "0001-01-01", "9" * 500])
async def test_a_day_without_results_has_no_page(office: Office, chief: Browser, day: str) -> None:
    await tell(office.pool, frozen())

    assert (await chief.get(f"{PAGE}/{day}")).status_code == 404
    assert (await chief.get(f"{PAGE}/{day}/result.pdf")).status_code == 404
    assert (await conclude(chief, day=day)).status_code in (404, 409)


async def test_the_head_concludes_and_versions_are_kept(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen())

    first = await conclude(chief)
    same = await conclude(chief, seen=0)
    second = await conclude(chief, "Иначе.", seen=1)
    late = await conclude(chief, "Третье.", seen=1)

    assert first.json() == {"version": 1, "is_new": True}
    assert same.json() == {"version": 1, "is_new": False}
    assert second.json() == {"version": 2, "is_new": True}
    assert (late.status_code, slug(late)) == (409, "conclusion-changed")
    bodies = await found(office.pool, "SELECT body FROM checkpoint_conclusion ORDER BY number")
    assert bodies == [TEXT, "Иначе."]
    shown = await page(chief, RESULT)
    assert "Все версии вывода" in shown
    assert "Подали меньше половины." in shown
    (item,) = await listed(chief)
    assert (item["conclusion"]["version"], item["conclusion"]["text"]) == (2, "Иначе.")
    assert len(await found(office.pool, "SELECT 1 FROM audit WHERE action = 'conclusion-written'")) == 2


async def test_a_district_sees_its_settlements_results_and_goes_where_it_may(
    office: Office, chief: Browser
) -> None:
    theirs = f"/cabinet/municipalities/{ELSEWHERE}"
    await tell(office.pool, frozen(municipality=ELSEWHERE))

    shown = await page(chief, f"{theirs}/checkpoints")

    assert "812" in shown
    assert f'href="{theirs}"' not in shown
    assert f'href="{PAGE}"' in shown
    assert f'href="{theirs}/checkpoints"' in await page(chief, PAGE)


async def test_a_conclusion_survives_a_new_epoch(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen())
    await conclude(chief)

    await new_epoch(office.pool)
    await tell(office.pool, frozen())

    (item,) = await listed(chief)
    assert item["conclusion"]["text"] == TEXT


@pytest.mark.parametrize(
    ("text", "slug_"),
    [("", "conclusion-empty"), (" \u200b\x00 ", "conclusion-empty"), ("я" * 10_001, "conclusion-long")],
)
async def test_a_conclusion_that_cannot_be_is_refused_and_nothing_is_lost(
    office: Office, chief: Browser, text: str, slug_: str
) -> None:
    await tell(office.pool, frozen())

    answer = await conclude(chief, text)
    form = await chief.post(RESULT, data={"text": text, "seen": "0"})

    assert (answer.status_code, slug(answer)) == (422, slug_)
    assert form.status_code == 422
    assert text.strip("\u200b \x00") in unescape(form.text)


async def test_nothing_is_concluded_before_the_result_or_after_the_campaign(
    office: Office, chief: Browser
) -> None:
    early = await conclude(chief)
    await tell(office.pool, frozen())
    office.now += timedelta(days=9)
    last = await conclude(chief)
    office.now += timedelta(days=1)
    over = await conclude(chief, "Поздно.", seen=1)

    assert slug(early) == "checkpoint-not-frozen"
    assert last.status_code == 200
    assert (over.status_code, slug(over)) == (409, "conclusion-over")
    assert "<textarea" not in await page(chief, RESULT)


async def test_the_form_of_the_page_keeps_a_conclusion(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen())

    answer = await chief.post(RESULT, data={"text": MALICE, "seen": "0"}, follow_redirects=False)

    assert answer.headers["location"] == f"{RESULT}?done=written"
    shown = (await chief.get(RESULT)).text
    assert "<script>alert" not in shown
    assert "\u202e" not in shown


async def test_a_result_is_printed_with_its_conclusion(office: Office, chief: Browser) -> None:
    event = frozen()
    await tell(office.pool, corrected(event, correction_submitted=3))
    plain = await printed(chief)
    await conclude(chief, MALICE)

    text = await printed(chief)

    assert "Вывода пока нет" in plain
    for said in (
        "Итоги на",
        "Показатели на конец дня",
        "812",
        "67,7 %",
        "4-е из 21",
        "+3",
        event.digest[:40],
    ):
        assert said in text, said
    assert '#read("/etc/passwd")' in text


async def test_results_without_a_target_say_so(office: Office, chief: Browser) -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        [
            *("scope", "target_registered", "target_submitted", "target_number", "target_confirmed"),
            *("share_registered", "share_submitted", "pace_registered", "pace_submitted"),
            *("place", "among", "gaps"),
        ]
    )
    await tell(office.pool, frozen(**nothing))

    shown, paper = await page(chief, RESULT), await printed(chief)

    assert "нет плана" in shown
    assert "нет данных" in shown
    assert "нет плана" in paper
    assert "нет плана" in await page(chief, PAGE)


async def test_figures_of_another_scope_are_not_compared(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen(YESTERDAY - timedelta(days=1), scope="own"), frozen())

    assert "не с чем сравнить" in await page(chief, RESULT)


async def test_the_list_is_a_table_and_a_file(office: Office, chief: Browser) -> None:
    await put(chief, ahead(2))
    await tell(office.pool, corrected(frozen(), correction_registered=1))

    shown = await page(chief, PAGE)
    csv = (await chief.get(f"{PAGE}?format=csv")).content.decode("utf-8-sig")
    xlsx = await chief.get(f"{PAGE}?format=xlsx")

    assert "через 2 дня" in shown
    assert "+1 / 0" in shown
    head, row, coming = csv.splitlines()
    assert head.startswith('"День";"Состояние"')
    assert row.startswith(f'"{YESTERDAY:%d.%m.%Y}";"подведены";"своя";812;1200;"67,7";"104,1";401;640')
    assert '"впереди"' in coming
    assert xlsx.content[:2] == b"PK"
    assert (await chief.get(f"{PAGE}?format=exe")).status_code == 404


async def test_only_days_that_were_asked_for_are_told(office: Office, chief: Browser) -> None:
    await tell(office.pool, *(frozen(YESTERDAY - timedelta(days=n)) for n in range(3)))

    path = f"/api/v1/checkpoints?municipality={PLACE}"
    one = await chief.get(f"{path}&from={YESTERDAY - timedelta(days=1)}&to={YESTERDAY - timedelta(days=1)}")
    since = await chief.get(f"{path}&from={YESTERDAY}")
    wrong = await chief.get(f"{path}&from=вчера")

    assert [each["day"] for each in one.json()["items"]] == [str(YESTERDAY - timedelta(days=1))]
    assert len(since.json()["items"]) == 1
    assert wrong.status_code in (400, 422)


async def test_the_smo_sees_its_municipalities_on_a_day(office: Office, operator: Browser) -> None:
    await recommend(operator, ahead(2))
    await tell(office.pool, frozen(), frozen(municipality=ELSEWHERE, registered=77))
    await office.reset(operator, "head@example.org")
    await conclude(operator)
    await office.reset(operator, "smo@example.org")

    shown = await page(operator, COUNCIL)
    without = await page(operator, f"{COUNCIL}?day={YESTERDAY}&state=unconcluded")
    coming = await page(operator, f"{COUNCIL}?day={ahead(2)}&state=coming")
    other = await page(operator, f"{COUNCIL}?day={YESTERDAY}&state=other")
    csv = (await operator.get(f"{COUNCIL}?day={YESTERDAY}&state=concluded&format=csv")).content.decode(
        "utf-8"
    )

    assert shown.index("812") > 0
    assert "77" in without
    assert ">812<" not in without
    assert f"/checkpoints/{ahead(2)}" in coming
    assert ">812<" not in other
    assert TEXT.split("\n", maxsplit=1)[0] in csv
    assert csv.count(str(PLACE)) == 1
    assert ELSEWHERE not in csv
    assert TEXT.split("\n", maxsplit=1)[0] in await page(operator, RESULT)


@pytest.mark.parametrize("query", ["day=вчера", "state=nothing", "q=%00", "after=99999999", "day=2026-02-30"])
async def test_what_no_filter_knows_is_as_if_it_were_not_there(
    office: Office, operator: Browser, query: str
) -> None:
    await tell(office.pool, frozen())

    assert (await operator.get(f"{COUNCIL}?{query}")).status_code == 200


@pytest.mark.parametrize(
    ("who", "figures", "texts"),
    [("head", 200, True), ("smo", 200, True), ("admin", 200, True), ("below", 404, False)],
)
async def test_a_settlement_does_not_see_its_district(
    office: Office, operator: Browser, who: str, figures: int, texts: bool
) -> None:
    await tell(office.pool, frozen())
    await office.reset(operator, "admin@example.org")
    await appoint(operator, appointment("head", ELSEWHERE, "below@example.org"))
    await office.reset(operator, "head@example.org")
    await conclude(operator)
    await office.reset(operator, f"{who}@example.org")

    answers = [
        await operator.get(path)
        for path in (PAGE, RESULT, f"{RESULT}/result.pdf", f"/api/v1/checkpoints?municipality={PLACE}")
    ]

    assert [answer.status_code for answer in answers] == [figures] * 4
    assert ("Подали меньше половины" in answers[1].text) is texts


async def test_a_district_sees_its_settlements_figures_but_no_texts(
    office: Office, operator: Browser
) -> None:
    await tell(office.pool, frozen(municipality=ELSEWHERE))
    await office.reset(operator, "admin@example.org")
    await appoint(operator, appointment("head", ELSEWHERE, "below@example.org"))
    await office.reset(operator, "below@example.org")
    await conclude(operator, code=ELSEWHERE)
    await office.reset(operator, "head@example.org")

    path = f"/cabinet/municipalities/{ELSEWHERE}/checkpoints/{YESTERDAY}"
    shown, paper = await page(operator, path), await printed(operator, f"{path}/result.pdf")
    (item,) = await listed(operator, ELSEWHERE)

    assert "812" in shown
    assert item["conclusion"] is None
    assert all("Подали меньше половины" not in each for each in (shown, paper))
    assert all("Вывод главы" not in each for each in (shown, paper)), "nobody says that there is none"
    assert (await conclude(operator, code=ELSEWHERE)).status_code == 404


@pytest.mark.parametrize("code", ["%00", "1", "13605000%20", "%E2%80%AE", "region", "99999999"])
async def test_a_place_that_is_none_has_no_results(chief: Browser, code: str) -> None:
    of_place = f"/cabinet/municipalities/{code}/checkpoints"
    paths = (of_place, f"{of_place}/{TODAY}")

    answers = [*[await chief.get(path) for path in paths], *[await chief.post(path) for path in paths]]

    assert {answer.status_code for answer in answers} <= {400, 404, 422}
    assert (await conclude(chief, code=code)).status_code in (404, 422)


async def test_names_of_those_who_wrote_are_for_the_municipality_alone(
    office: Office, operator: Browser
) -> None:
    await tell(office.pool, frozen())
    await office.reset(operator, "head@example.org")
    await put(operator, ahead(1))
    await conclude(operator)
    own = await page(operator, RESULT)
    await office.reset(operator, "smo@example.org")

    seen = [await page(operator, path) for path in (RESULT, PAGE)]

    assert "Петров Пётр Петрович" in own
    assert all("Петров Пётр Петрович" not in each.split("<main", 1)[1] for each in seen)


async def lines(browser: Browser) -> dict[str, dict[str, Any]]:
    items = (await browser.get("/api/v1/today")).json()["items"]
    return {item["kind"]: item for item in items}


async def test_a_head_without_days_is_asked_to_set_them(chief: Browser) -> None:
    before = (await lines(chief))["checkpoints"]
    await put(chief, ahead(5))
    after = await lines(chief)

    assert before["own"]
    assert before["title"].startswith("Назначьте даты")
    assert before["action"] == {"name": "Назначить даты", "href": f"{PAGE}#set", "method": "GET"}
    assert "checkpoints" not in after
    assert after["checkpoint"]["title"].endswith("– через 5\xa0дней")
    assert not after["checkpoint"]["own"]


async def test_frozen_results_wait_for_a_conclusion(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen(YESTERDAY - timedelta(days=2)), frozen())
    two = (await lines(chief))["conclusion"]
    await conclude(chief)
    one = (await lines(chief))["conclusion"]
    await conclude(chief, day=YESTERDAY - timedelta(days=2))

    assert (two["count"], two["action"]["name"]) == (2, "Написать вывод")
    assert two["action"]["href"] == f"{RESULT}#conclusion"
    assert one["title"] == "1 итог ждёт вашего вывода"
    assert "conclusion" not in await lines(chief)


async def test_an_smo_is_told_of_todays_checkpoints_and_of_conclusions_that_lack(
    office: Office, operator: Browser
) -> None:
    nothing = await lines(operator)
    await recommend(operator, ahead(1), ahead(4))
    await tell(office.pool, frozen(), frozen(municipality=ELSEWHERE))
    office.now += timedelta(days=1)

    some = await lines(operator)

    assert nothing["recommend"]["action"]["name"] == "Рекомендовать"
    assert "recommend" not in some
    assert "сегодня" in some["checkpoints-today"]["title"]
    assert some["checkpoints-today"]["count"] > 1
    assert some["unconcluded"]["count"] == 2
    assert some["unconcluded"]["href"] == f"{COUNCIL}?day={YESTERDAY}&state=unconcluded"
    assert some["checkpoint"]["title"].endswith("через 3\xa0дня")


async def test_a_transformed_ones_result_waits_for_no_conclusion(office: Office, operator: Browser) -> None:
    await recommend(operator, ahead(4))
    await tell(office.pool, frozen(), frozen(municipality=ELSEWHERE))
    await office.pool.execute(
        "UPDATE municipality SET successor_of = ARRAY[$1] WHERE code = $2", ELSEWHERE, PLACE
    )

    line = (await lines(operator))["unconcluded"]

    listed_ones = await page(operator, line["href"])
    assert line["count"] == listed_ones.count(f'/checkpoints/{YESTERDAY}">') == 1


async def test_what_was_frozen_is_read_on_when_the_campaign_is_closed(office: Office, chief: Browser) -> None:
    await tell(office.pool, frozen())
    await office.pool.execute("UPDATE campaign SET open = false")

    assert "812" in await page(chief, RESULT)
    assert len(await listed(chief)) == 1
    assert "<textarea" not in await page(chief, RESULT)
    assert "Назначить даты" not in await page(chief, PAGE)


async def test_before_any_campaign_there_is_nothing(office: Office, chief: Browser) -> None:
    await office.pool.execute("DELETE FROM campaign")

    assert await listed(chief) == []
    assert "Даты пока не назначены" in await page(chief, PAGE)
    assert (await chief.get(RESULT)).status_code == 404
