"""How people are reached: telephone and hours with every appointment, and nobody without somebody to call."""

import io
import re
from html import unescape

import pytest
from pypdf import PdfReader

from tests.hierarchy.groups.test_groups import formed, head, organization
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, appoint, appointment, slug

DIRTY = "8 (4932) 32-61-12, доб. 5"
SPOKEN = "+7 493 232-61-12, доб. 5"


async def contacts(browser: Browser, query: str) -> str:
    return unescape((await browser.get(f"/contacts?{query}")).text)


async def listed(browser: Browser) -> str:
    return unescape((await browser.get(f"/cabinet/municipalities/{PLACE}/acts")).text)


async def held(browser: Browser, place: str = PLACE) -> dict[str, dict[str, str]]:
    """The present appointments of a municipality by e-mail."""
    answer = await browser.get("/api/v1/appointments", params={"municipality": place})
    return {item["email"]: item for item in answer.json()["items"] if item["until_at"] is None}


async def test_a_telephone_given_with_the_appointment_is_where_the_address_is(
    office: Office, browser: Browser
) -> None:
    phoned = appointment("responsible", PLACE, "r@example.org", phone=DIRTY, hours="пн–пт 9:00–18:00")
    await head(office, browser)

    appointed = await appoint(browser, phoned)

    assert appointed.status_code == 201, appointed.text
    for page in (
        await contacts(browser, f"municipality={PLACE}"),
        unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text),
    ):
        assert 'href="tel:+74932326112;ext=5"' in page
        assert SPOKEN in page
        assert "пн–пт 9:00–18:00" in page


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"phone": "позвоните мне"}, "phone-invalid"),
        ({"phone": "8 920 123 45 67, 8 920 123 45 68"}, "phone-invalid"),
        ({"hours": "с утра до вечера " * 10}, "hours-long"),
        ({"category": "servant"}, "category-of-members"),
    ],
)
async def test_what_cannot_be_so_is_refused_and_nobody_appointed(
    office: Office, browser: Browser, wrong: dict[str, object], refusal: str
) -> None:
    await head(office, browser)

    refused = await appoint(browser, appointment("responsible", PLACE, "r@example.org", **wrong))

    assert slug(refused) == refusal
    assert "r@example.org" not in await held(browser)


async def test_the_holder_and_who_appoints_change_the_telephone_and_nobody_else(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    deputies = await held(browser)
    one, two = (deputies[f"{name}@example.org"]["id"] for name in ("one", "two"))

    by_head = await browser.post(f"/api/v1/appointments/{one}/contact", json={"phone": DIRTY})
    await office.come(browser, "one@example.org")
    by_holder = await browser.post(f"/api/v1/appointments/{one}/contact", json={"phone": "8 800 000-00-01"})
    of_another = await browser.post(f"/api/v1/appointments/{two}/contact", json={"phone": DIRTY})

    assert by_head.json()["phone"] == "+74932326112;ext=5"
    assert by_holder.json()["phone"] == "+78000000001"
    assert slug(of_another) == "not-yours-to-appoint"
    await office.reset(browser, "admin@example.org")
    assert unescape((await browser.get("/cabinet/audit")).text).count("Указано, как связаться: ") == 2


async def test_a_telephone_is_set_on_a_page_and_typed_again_when_it_is_wrong(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    page = f"/cabinet/appointments/{(await held(browser))['one@example.org']['id']}/contact"

    wrong = await browser.post(page, data={"phone": "абв", "hours": "днём"})
    right = await browser.post(page, data={"phone": DIRTY, "hours": "днём"}, follow_redirects=False)

    assert wrong.status_code == 422
    assert 'value="абв"' in wrong.text
    assert "Укажите один номер телефона" in unescape(wrong.text)
    assert right.headers["location"].startswith(f"/cabinet/municipalities/{PLACE}")
    assert f'value="{SPOKEN}"' in unescape((await browser.get(page)).text)


async def test_a_member_is_of_one_of_three_kinds_chosen_when_appointed_or_later(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    group = await formed(browser, kinds=["школа"], directions=["roads"])

    await appoint(browser, appointment("member", group, "known@example.org", category="representative"))
    await appoint(browser, appointment("member", group, "unknown@example.org"))
    unknown = (await held(browser))["unknown@example.org"]["id"]
    await browser.post(f"/api/v1/appointments/{unknown}/contact", json={"phone": "", "category": "manager"})
    # An empty one leaves it as it is.
    await browser.post(f"/api/v1/appointments/{unknown}/contact", json={"phone": DIRTY})

    kinds = {email: each["category"] for email, each in (await held(browser)).items()}
    assert kinds["known@example.org"] == "representative"
    assert kinds["unknown@example.org"] == "manager"
    page = unescape((await browser.get(f"/cabinet/groups/{group}")).text)
    assert "член рабочей группы, депутат" in page
    assert "член рабочей группы, руководитель организации бюджетной сферы" in page


async def test_where_nobody_is_appointed_the_administration_answers_and_then_the_region(
    office: Office, browser: Browser
) -> None:
    before = await contacts(browser, f"municipality={ELSEWHERE}")
    set_ = await browser.post(
        f"/api/v1/municipalities/{ELSEWHERE}/reception", json={"phone": DIRTY, "hours": "9–17"}
    )
    after = await contacts(browser, f"municipality={ELSEWHERE}")

    assert "Помощь по всему региону" in before
    assert "+7 800 000-00-09" in before
    assert set_.json() == {"phone": "+74932326112;ext=5", "hours": "9–17"}
    assert SPOKEN in after
    assert "Помощь по всему региону" not in after


async def test_the_telephone_of_an_administration_is_not_for_others_to_set(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)

    own = await browser.post(f"/api/v1/municipalities/{PLACE}/reception", json={"phone": DIRTY})
    foreign = await browser.post(f"/api/v1/municipalities/{ELSEWHERE}/reception", json={"phone": DIRTY})
    await office.come(browser, "one@example.org")
    deputy = await browser.post(f"/api/v1/municipalities/{PLACE}/reception", json={"phone": DIRTY})

    assert own.status_code == 200
    assert foreign.status_code == 404
    assert slug(deputy) == "not-yours-to-set-reception"


async def test_ending_says_by_which_act_where_there_is_one(office: Office, browser: Browser) -> None:
    await head(office, browser)
    deputies = await held(browser)
    one, two = (deputies[f"{name}@example.org"]["id"] for name in ("one", "two"))
    page = f"/cabinet/appointments/{one}/end"

    half = await browser.post(page, data={"number": "44-р", "day": ""})
    whole = await browser.post(
        page, data={"number": "44-р", "day": TODAY.isoformat()}, follow_redirects=False
    )
    without = await browser.post(f"/api/v1/appointments/{two}/end")

    assert half.status_code == 422
    assert "Укажите дату распоряжения" in unescape(half.text)
    assert whole.status_code == 303
    assert without.status_code == 200
    shown = unescape((await browser.get(f"/cabinet/municipalities/{PLACE}")).text)
    assert shown.count("прекращены по распоряжению №\xa044-р") == 1
    found = re.search(r'<a href="(/cabinet/acts/[^"]+)">№\xa044-р', await listed(browser))
    assert found
    act = unescape((await browser.get(found[1])).text)
    assert "Чьи полномочия прекращены" in act
    printed = (await browser.get(f"{found[1]}/act.pdf")).content
    assert "Прекратить полномочия" in PdfReader(io.BytesIO(printed)).pages[0].extract_text()


async def test_nobody_near_is_reached_by_the_settlements_school_through_its_organization(
    office: Office, browser: Browser
) -> None:
    await browser.post(f"/api/v1/municipalities/{PLACE}/reception", json={"phone": DIRTY})

    school = await contacts(browser, f"organization={await organization(office)}")

    assert SPOKEN in school


async def test_the_letter_says_by_which_act_by_whom_and_what_to_do_first(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    (of_head,) = (each["id"] for each in (await held(browser)).values() if each["role"] == "head")
    await browser.post(f"/api/v1/appointments/{of_head}/contact", json={"phone": DIRTY})

    await appoint(browser, appointment("responsible", PLACE, "r@example.org"), number="77-р")
    letter = await office.letter_to("r@example.org")

    assert "Основание: распоряжение № 77-р от " in letter
    assert f"Вопросы о назначении – Петров Пётр Петрович, {SPOKEN}." in letter
    assert "Первым делом посмотрите, чего ещё не хватает" in letter


async def test_the_letter_that_a_command_writes_names_no_act(office: Office, browser: Browser) -> None:
    letter = await office.letter_to("admin@example.org")

    assert "Основание" not in letter
    assert "Первым делом проверьте состав региона" in letter
