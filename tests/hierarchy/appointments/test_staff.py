"""The staff: appointed by acts, with the rights of their appointments alone."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest

from services.chassis.days import a_year_before, in_words
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Browser,
    Office,
    annexed,
    appoint,
    appointment,
    slug,
)

EARLIEST = a_year_before(TODAY - timedelta(days=9))
"""The first day of an act: a year before the preparation begins."""


async def test_administrator_appoints_head_and_head_the_group(office: Office, browser: Browser) -> None:
    appointed = await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")
    formed = await appoint(
        browser,
        appointment("deputy", PLACE, "one@example.org"),
        appointment("deputy", PLACE, "two@example.org"),
        appointment("responsible", PLACE, "one@example.org"),
    )

    assert (appointed.status_code, formed.status_code) == (201, 201), formed.text
    assert await office.events() == [
        ("grant.given.v1", "administrator", "region"),
        ("grant.given.v1", "head", PLACE),
        ("grant.given.v1", "deputy", PLACE),
        ("grant.given.v1", "deputy", PLACE),
        ("grant.given.v1", "responsible", PLACE),
    ]
    page = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    assert "заместитель главы" in page
    assert "Ждём ответа на приглашение" in page


async def test_one_letter_tells_of_every_role_of_an_act(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")
    await appoint(
        browser,
        appointment("deputy", PLACE, "one@example.org"),
        appointment("responsible", PLACE, "one@example.org"),
    )

    letters = await office.pool.fetch("SELECT body FROM letter WHERE recipient = 'one@example.org'")
    (letter,) = letters
    assert "заместитель главы" in letter["body"]
    assert "ответственный за реализацию проекта" in letter["body"]


@pytest.mark.parametrize(
    ("who", "role", "of", "expected"),
    [
        ("admin", "deputy", PLACE, "not-yours-to-appoint"),
        ("admin", "responsible", ELSEWHERE, "head-missing"),
        ("head", "head", PLACE, "not-yours-to-appoint"),
        ("head", "administrator", "region", "not-yours-to-appoint"),
        ("head", "smo-operator", "smo", "not-yours-to-appoint"),
        ("head", "deputy", ELSEWHERE, "municipality-unknown"),
        ("head", "head", ELSEWHERE, "municipality-unknown"),
        ("deputy", "deputy", PLACE, "not-yours-to-appoint"),
        ("operator", "head", PLACE, "municipality-unknown"),
        ("operator", "smo-operator", "smo", "not-yours-to-appoint"),
        ("admin", "head", "99999999", "municipality-unknown"),
        ("admin", "smo-operator", "no-such", "smo-unknown"),
    ],
)
async def test_nobody_appoints_out_of_their_level_or_place(
    office: Office, browser: Browser, who: str, role: str, of: str, expected: str
) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org"),
        appointment("smo-operator", "smo", "operator@example.org"),
    )
    if who == "deputy":
        await office.come(browser, "head@example.org")
        await appoint(browser, appointment("deputy", PLACE, "deputy@example.org"))
    if who != "admin":
        await office.come(browser, f"{who}@example.org")
    before = await office.events()

    answer = await appoint(browser, appointment(role, of, "new@example.org"))

    assert slug(answer) == expected
    assert await office.events() == before


async def test_a_clerk_enters_acts_on_behalf_of_the_head(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")
    await appoint(browser, appointment("clerk", PLACE, "clerk@example.org"))
    await office.come(browser, "clerk@example.org")

    answer = await appoint(browser, appointment("deputy", PLACE, "one@example.org"))
    another = await appoint(browser, appointment("clerk", PLACE, "two@example.org"))

    assert answer.status_code == 201, answer.text
    assert slug(another) == "not-yours-to-appoint"
    page = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    assert re.search(r"внесено по поручению: Петров", page)
    async with office.pool.acquire() as db, db.transaction():
        await db.execute("SELECT set_config('app.municipalities', '*', true)")
        (line,) = await db.fetch("SELECT * FROM audit WHERE on_behalf_of IS NOT NULL")
    assert line["action"] == "appointed"
    assert line["account"] != line["on_behalf_of"]


async def test_a_chair_has_one_holder_until_somebody_replaces_them(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "one@example.org"))

    refused = await appoint(browser, appointment("head", PLACE, "two@example.org"))
    replaced = await appoint(browser, appointment("head", PLACE, "two@example.org", replaces=True))

    assert slug(refused) == "chair-taken"
    assert len(replaced.json()["ended"]) == 1
    assert [event[0] for event in await office.events()][-2:] == ["grant.ended.v1", "grant.given.v1"]
    held = (await browser.get("/api/v1/appointments", params={"municipality": PLACE})).json()["items"]
    assert [(person["email"], person["until_at"] is None) for person in held] == [
        ("two@example.org", True),
        ("one@example.org", False),
    ]


async def test_a_repeated_act_changes_nothing(office: Office, browser: Browser) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    body = {
        "number": "1",
        "day": TODAY.isoformat(),
        "appointments": [appointment("head", PLACE, "head@example.org")],
    }
    first = await browser.post("/api/v1/appointments", json=body, headers=key)
    second = await browser.post("/api/v1/appointments", json=body, headers=key)
    without_key = await browser.post("/api/v1/appointments", json=body)

    assert first.json() == second.json()
    assert without_key.json() == {"appointed": [], "ended": [], "acts": []}
    assert len(await office.events()) == 2


async def test_an_annex_with_bad_rows_appoints_nobody(office: Office, browser: Browser) -> None:
    good = [f"глава; Иванов; h{code}@example.org; {code}" for code in ("13605101", "13605155")]
    lines = [*good, "глава; Сидоров; not-an-address; 13605000", "глава; ; x@example.org; 13605404"]
    form = {"number": "5", "day": TODAY.isoformat(), "annex": "\n".join(lines), "form_key": uuid4().hex}

    refused = await annexed(browser, form)
    unreadable = await annexed(browser, form | {"annex": "глава;Иванов"})
    done = await annexed(browser, form | {"annex": "\n".join(good)})

    page = unescape(refused.text)
    assert refused.status_code == 422
    assert "Исправьте строки, в которых ошибка (2 из 4)" in page
    assert "Укажите адрес электронной почты" in page
    assert "В строке столбцов: 2" in unescape(unreadable.text)
    assert done.headers["location"].startswith("/cabinet/annex?done=2&act=")
    assert [event[1] for event in await office.events()] == ["administrator", "head", "head"]


async def test_all_heads_and_responsible_persons_of_a_region_come_from_one_file(
    office: Office, browser: Browser
) -> None:
    rows = [
        "роль;имя;адрес;где",
        f"ответственный;Орлова Ольга;responsible@example.org;{PLACE}",
        f"глава;Егоров Егор;head@example.org;{PLACE}",
        "глава;Волков Вадим;other@example.org;Лесной муниципальный район",
    ]
    form = {"number": "5", "day": TODAY.isoformat(), "annex": "", "form_key": uuid4().hex}

    answer = await annexed(browser, form, file=("list.csv", "\n".join(rows).encode("cp1251")))

    assert answer.headers["location"].startswith("/cabinet/annex?done=3&act=")
    done = unescape((await browser.get(answer.headers["location"])).text)
    assert re.findall(r'href="/cabinet/acts/[^"]+">([^<]+)<', done) == [
        "Берёзовский муниципальный район",
        "Лесной муниципальный район",
    ]
    assert ("grant.given.v1", "head", "13610000") in await office.events()
    page = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    act = re.findall(r"/cabinet/acts/[0-9a-f-]+", page)[0]
    assert "Егоров Егор" in page
    assert "По поручению" in (entered := unescape((await browser.get(act)).text))
    assert "Егоров Егор" in entered


async def test_bad_rows_of_a_file_stand_in_the_form_to_be_mended(browser: Browser) -> None:
    form = {"number": "5", "day": TODAY.isoformat(), "annex": "", "form_key": uuid4().hex}
    good, bad = f"глава;Егоров Егор;head@example.org;{PLACE}", f"глава;;x@example.org;{ELSEWHERE}"

    answer = await browser.post(
        "/cabinet/annex", data=form, files={"file": ("list.csv", f"{good}\n{bad}".encode())}
    )
    unreadable = await browser.post(
        "/cabinet/annex", data=form, files={"file": ("list.xlsx", b"PK\x03\x04 no sheet")}
    )

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert f"глава; Егоров Егор; head@example.org; {PLACE}" in page
    assert "Укажите фамилию, имя и отчество" in page
    assert unreadable.status_code == 422


async def test_an_annex_may_begin_with_everybody_who_is_missing(browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))

    page = unescape((await browser.get("/cabinet/annex?heads=1")).text)

    assert "глава; ; ; Лесной муниципальный район" in page
    assert "глава; ; ; Берёзовский муниципальный район" not in page
    assert "глава; ; ; 13605408" in page, "two settlements are called so: their codes tell them apart"


async def test_a_program_is_told_which_rows_are_bad(browser: Browser) -> None:
    answer = await appoint(
        browser,
        appointment("head", PLACE, "head@example.org"),
        appointment("head", ELSEWHERE, "not-an-address"),
        appointment("administrator", "somewhere", "x@example.org"),
    )

    assert slug(answer) == "annex-refused"
    assert [row["row"] for row in answer.json()["rows"]] == [2, 3]
    assert "имя@example.ru" in answer.json()["rows"][0]["detail"]


async def test_whose_address_it_is_stays_with_who_knows_it(office: Office, browser: Browser) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org", name="Настоящее Имя"),
        appointment("head", ELSEWHERE, "other@example.org"),
    )
    await office.come(browser, "other@example.org")
    known = appointment("deputy", ELSEWHERE, "head@example.org", name="Кто Знает")
    asked = await appoint(browser, known)
    await appoint(browser, known | {"same_person": True})

    page = unescape((await browser.get(f"/cabinet/municipalities/{ELSEWHERE}")).text)

    assert "Кто Знает" in page
    assert "Настоящее Имя" not in page + asked.text


async def test_only_a_chair_is_replaced(browser: Browser) -> None:
    wish = appointment("smo-operator", "smo", "one@example.org", replaces=True)

    assert slug(await appoint(browser, wish)) == "not-a-chair"


@pytest.mark.parametrize(
    ("path", "status"), [("/cabinet?after=%00", 422), ("/api/v1/appointments?municipality=%00", 400)]
)
async def test_characters_that_no_text_has_are_refused(browser: Browser, path: str, status: int) -> None:
    assert (await browser.get(path)).status_code == status


async def test_an_ended_appointment_gives_no_rights_and_stays_readable(
    office: Office, browser: Browser
) -> None:
    appointed = await appoint(browser, appointment("head", PLACE, "head@example.org"))
    (id_,) = appointed.json()["appointed"]
    async with office.browser() as other:
        await office.come(other, "head@example.org")
        before = await other.get("/api/v1/appointments", params={"municipality": PLACE})

        ended = await browser.post(f"/api/v1/appointments/{id_}/end")
        again = await browser.post(f"/api/v1/appointments/{id_}/end")
        after = await other.get("/api/v1/appointments", params={"municipality": PLACE})
        me = await other.get("/api/v1/staff/me")

    assert before.status_code == 200
    assert (ended.status_code, slug(again)) == (200, "appointment-ended")
    assert (after.status_code, me.json()["grants"]) == (404, [])
    page = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    assert "Были назначены" in page


async def test_a_foreign_appointment_is_not_there(office: Office, browser: Browser) -> None:
    appointed = await appoint(
        browser,
        appointment("head", PLACE, "head@example.org"),
        appointment("head", ELSEWHERE, "other@example.org"),
    )
    _, foreign = appointed.json()["appointed"]
    await office.come(browser, "head@example.org")

    assert (await browser.post(f"/api/v1/appointments/{foreign}/end")).status_code == 404
    assert (await browser.get(f"/cabinet/appointments/{foreign}/end")).status_code == 404
    assert (await browser.get(f"/cabinet/municipalities/{ELSEWHERE}")).status_code == 404
    assert (await browser.get("/cabinet/region")).status_code == 404


async def test_the_same_end_again_gets_the_same_answer(office: Office, browser: Browser) -> None:
    appointed = await appoint(browser, appointment("head", PLACE, "head@example.org"))
    path = f"/api/v1/appointments/{appointed.json()['appointed'][0]}/end"
    key = {"Idempotency-Key": uuid4().hex}

    answers = [await browser.post(path, headers=key) for _ in range(2)]

    ended = {"scope": "municipality", "of": PLACE, "municipality": PLACE}
    assert [answer.json() for answer in answers] == [ended] * 2


async def test_the_last_administrator_stays(office: Office, browser: Browser) -> None:
    held = (await browser.get("/api/v1/appointments")).json()["items"]

    answer = await browser.post(f"/api/v1/appointments/{held[0]['id']}/end")

    assert slug(answer) == "last-administrator"


async def test_people_of_a_municipality_are_appointed_on_the_days_of_forming(
    office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    await office.come(browser, "head@example.org")
    outcomes = []

    for days in (-10, -9, 9, 11):
        office.now = datetime.now(UTC) + timedelta(days=days)
        day = min(TODAY, office.now.date()).isoformat()
        person = appointment("deputy", PLACE, f"d{days}@example.org")
        outcomes.append((await appoint(browser, person, day=day)).status_code)

    # Before the Head's own appointment there is no right at all.
    assert outcomes == [404, 404, 201, 409]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"number": " "}, "act-number"),
        ({"number": "\u200b\u3164"}, "act-number"),
        ({"day": "завтра"}, "act-day"),
        ({"day": "0001-01-01"}, "act-day-early"),
        ({"day": (EARLIEST - timedelta(days=1)).isoformat()}, "act-day-early"),
        ({"day": (TODAY + timedelta(days=1)).isoformat()}, "act-day-ahead"),
    ],
)
async def test_an_act_has_a_number_and_a_day(browser: Browser, change: dict[str, str], expected: str) -> None:
    answer = await appoint(browser, appointment("head", PLACE, "head@example.org"), **change)

    assert slug(answer) == expected


async def test_an_act_may_be_a_year_older_than_the_preparation(browser: Browser) -> None:
    first = await appoint(browser, appointment("head", PLACE, "h@example.org"), day=EARLIEST.isoformat())
    before = (EARLIEST - timedelta(days=1)).isoformat()
    refused = await appoint(browser, appointment("head", ELSEWHERE, "x@example.org"), day=before)

    assert first.status_code == 201, first.text
    assert refused.json()["detail"] == (
        f"Проверьте дату распоряжения: укажите день с {in_words(EARLIEST)} по {in_words(TODAY)}."
    )


async def test_before_the_first_campaign_an_act_is_of_the_last_year(office: Office, browser: Browser) -> None:
    await office.pool.execute("DELETE FROM campaign")
    today = office.now.astimezone(UTC).date()
    days = [a_year_before(today), a_year_before(today) - timedelta(days=1)]

    answers = [
        await appoint(browser, appointment("head", code, f"h{code}@example.org"), day=day.isoformat())
        for code, day in zip((PLACE, ELSEWHERE), days, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [201, 422]


def test_a_year_before_the_last_of_february_is_the_last_of_february() -> None:
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert a_year_before(date(2027, 3, 1)) == date(2026, 3, 1)


async def test_everything_wrong_with_an_appointment_is_refused_at_once(browser: Browser) -> None:
    form = {"role": "", "name": " ", "email": "нет", "number": "", "day": "завтра"}
    by_page = await browser.post("/cabinet/region/appointments", data=form)
    by_program = await appoint(browser, appointment("head", PLACE, "нет", name=" "), number="", day="завтра")

    assert (by_page.status_code, by_program.status_code) == (422, 422)
    fields = ("role", "name", "email", "number", "day")
    assert [field for field in fields if f'id="{field}-error"' in by_page.text] == list(fields)
    assert [error["field"] for error in by_program.json()["errors"]] == list(fields[1:])


async def test_an_annex_is_refused_with_its_rows_and_its_act(browser: Browser) -> None:
    rows = [appointment("head", code, "нет") for code in (PLACE, ELSEWHERE)]

    refused = (await appoint(browser, *rows, number="")).json()

    assert [row["row"] for row in refused["rows"]] == [1, 2]
    assert [error["field"] for error in refused["errors"]] == ["", "number"]


async def test_a_repeated_replacement_is_answered_as_the_first(browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    successor = appointment("head", PLACE, "new@example.org", name="Новый Нил", replaces=True)
    body = {"number": "13-р", "day": TODAY.isoformat(), "appointments": [successor]}
    key = {"Idempotency-Key": "replaced"}

    first = await browser.post("/api/v1/appointments", json=body, headers=key)
    second = await browser.post("/api/v1/appointments", json=body, headers=key)

    assert (first.status_code, second.status_code) == (201, 201), first.text
    assert len(first.json()["ended"]) == 1
    assert second.json() == first.json()


async def test_a_name_is_one_line_of_what_is_seen(office: Office, browser: Browser) -> None:
    pasted = appointment("head", PLACE, "head@example.org", name="Иванов\u202e\x0bИван\x1eПётр\u00ad\u200b")
    empty = appointment("head", PLACE, "other@example.org", name="\u2800\u3164")

    refused, appointed = await appoint(browser, empty), await appoint(browser, pasted)

    assert (slug(refused), appointed.status_code) == ("name-empty", 201)
    name = "SELECT name FROM account WHERE email = 'head@example.org'"
    assert await office.pool.fetchval(name) == "Иванов Иван-Пётр"


async def test_the_council_sees_whom_it_may_call_and_nobody_else(office: Office, browser: Browser) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org", name="Главный Глеб"),
        appointment("smo-operator", "smo", "operator@example.org"),
    )
    await office.come(browser, "head@example.org")
    await appoint(
        browser,
        appointment("responsible", PLACE, "responsible@example.org", name="Ответова Ольга"),
        appointment("deputy", PLACE, "deputy@example.org", name="Замов Захар"),
    )
    await office.come(browser, "operator@example.org")

    by_council = unescape((await browser.get("/cabinet")).text)
    of_place = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)

    for page in (by_council, of_place):
        for shown in ("Главный Глеб", "head@example.org", "Ответова Ольга", "responsible@example.org"):
            assert shown in page
        assert "Замов" not in page
        assert "deputy@example.org" not in page
    assert "Не назначен" in by_council


async def test_who_has_not_answered_is_reminded_once_a_day(office: Office, browser: Browser) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org"),
        appointment("head", ELSEWHERE, "other@example.org"),
        appointment("smo-operator", "smo", "operator@example.org"),
    )
    await office.pool.execute("UPDATE link SET written_at = written_at - interval '25 hours'")
    await office.come(browser, "operator@example.org")

    reminded = [
        (await browser.post("/cabinet/reminders", data={"back": "/cabinet"}, follow_redirects=False)).headers[
            "location"
        ]
        for _ in range(2)
    ]

    assert reminded == ["/cabinet?reminded=2", "/cabinet?reminded=0"]
    letters = await office.pool.fetch("SELECT recipient, count(*) AS n FROM letter GROUP BY recipient")
    assert {row["recipient"]: row["n"] for row in letters} == {
        "admin@example.org": 1,
        "head@example.org": 2,
        "other@example.org": 2,
        "operator@example.org": 1,
    }
    assert "Чаще раза в сутки" in unescape((await browser.get("/cabinet?reminded=0")).text)


async def test_the_administrator_reads_who_did_what(office: Office, browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Главный Глеб"))

    page = unescape((await browser.get("/cabinet/audit?verify=1")).text)
    await office.come(browser, "head@example.org")
    of_head = await browser.get("/cabinet/audit")

    assert re.search(r"Админова Ада.*?Назначение: Главный Глеб, глава", page, re.DOTALL)
    assert "Команда на сервере" in page
    assert "Журнал не изменён" in page
    assert of_head.status_code == 404


async def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    answer = await browser.post("/staff/sign-out", data={}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
