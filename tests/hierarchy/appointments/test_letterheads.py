"""What acts are printed on: set by the Head, the clerk for the Head, or the administrator for the region."""

import io
import re
from html import unescape

import pytest
from pypdf import PdfReader

from tests.hierarchy.appointments.test_scans import rows
from tests.hierarchy.groups.test_groups import formed, head
from tests.hierarchy.office import ELSEWHERE, PLACE, Browser, Office, appoint, appointment

PAGE = f"/cabinet/municipalities/{PLACE}/letterhead"
FORM = {
    "issuer": "Администрация\nБерёзовского муниципального района",
    "place": "г. Берёзов",
    "preamble": "В целях проведения марафона:",
    "control": "Контроль за исполнением оставляю за собой.",
}
MALICE = '#strong[x] $y$ <b>жирно</b> \\ "цитата" \u202e@file #read("/etc/passwd")'


async def printed(browser: Browser, act: str = "") -> str:
    """The words of a printed act, in one line."""
    acts = (await browser.get(f"/cabinet/municipalities/{PLACE}/acts")).text
    act = act or re.findall(r"/cabinet/acts/[0-9a-f-]{36}", acts)[0]
    answer = await browser.get(f"{act}/act.pdf")
    assert answer.status_code == 200
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    return text.replace("Р А С П О Р Я Ж Е Н И Е", "РАСПОРЯЖЕНИЕ").replace("подпись", "")


async def test_acts_are_printed_with_what_the_head_has_set(office: Office, browser: Browser) -> None:
    await head(office, browser)
    plain = await printed(browser)

    done = await browser.post(PAGE, data=FORM, follow_redirects=False)
    await formed(browser, kinds=["школа"])
    text = await printed(browser)

    assert done.headers["location"] == f"{PAGE}?done=set"
    assert "Берёзовский муниципальный район" in plain
    assert "Контроль" not in plain
    assert text.startswith("Администрация Берёзовского муниципального района РАСПОРЯЖЕНИЕ от")
    assert "г. Берёзов" in text
    assert "В целях проведения марафона: 1. Сформировать рабочие группы" in text
    assert "2. Контроль за исполнением оставляю за собой." in text
    assert "Глава П. П. Петров" in text
    assert "Петров Пётр" not in text


async def test_the_points_of_an_act_are_numbered_on(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await browser.post(PAGE, data=FORM)

    text = await printed(browser)

    assert "1. Назначить лиц по приложению" in text
    assert "2. Контроль за исполнением" in text


async def test_usual_words_stand_in_a_form_that_nobody_has_filled_in(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)

    fresh = unescape((await browser.get(PAGE)).text)
    await browser.post(PAGE, data=FORM | {"preamble": "", "control": ""})
    filled = unescape((await browser.get(PAGE)).text)

    assert "В целях подготовки и проведения марафона «Весенний марафон»:" in fresh
    assert "оставляю за собой" in fresh
    assert "оставляю за собой" not in filled, "what was left out on purpose stays out"
    assert "Администрация\nБерёзовского муниципального района" in filled


async def test_everything_wrong_with_a_letterhead_is_told_at_once(office: Office, browser: Browser) -> None:
    await head(office, browser)
    form = {"issuer": " ", "place": "я" * 101, "preamble": "я" * 1001, "control": "я" * 501}

    answer = await browser.post(PAGE, data=form)

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert [name for name in form if f'id="{name}-error"' not in page] == []
    assert "в тексте 1 001 знаков" in page.replace("\xa0", " ")
    assert "я" * 1001 in page, "what was typed stays"


async def test_what_is_typed_is_printed_as_it_is(office: Office, browser: Browser) -> None:
    await head(office, browser)
    await browser.post(
        PAGE, data={"issuer": MALICE, "place": MALICE[:90], "preamble": MALICE, "control": MALICE}
    )

    text = await printed(browser)
    page = (await browser.get(PAGE)).text

    assert text.count('#read("/etc/passwd")') == 3
    assert "<b>жирно" not in page


async def test_a_letterhead_is_noted_once_in_the_audit(office: Office, browser: Browser) -> None:
    await head(office, browser)

    for _ in range(2):
        await browser.post(PAGE, data=FORM)

    noted = await rows(office, "SELECT municipality, subject FROM audit WHERE action = 'letterhead-set'")
    assert noted == [(PLACE, f"letterhead:{PLACE}")]


@pytest.mark.parametrize("who", ["clerk", "responsible", "deputy"])
async def test_the_clerk_sets_it_for_the_head_and_nobody_else(
    who: str, office: Office, browser: Browser
) -> None:
    await head(office, browser)
    await appoint(browser, appointment(who, PLACE, "x@example.org"))
    await office.come(browser, "x@example.org")

    answer = await browser.post(PAGE, data=FORM, follow_redirects=False)

    assert answer.status_code == (303 if who == "clerk" else 403)
    noted = await rows(office, "SELECT on_behalf_of IS NULL FROM audit WHERE action = 'letterhead-set'")
    assert noted == ([(False,)] if who == "clerk" else [])


async def test_the_administrator_sets_that_of_the_region_alone(office: Office, browser: Browser) -> None:
    own = await browser.post("/cabinet/region/letterhead", data=FORM, follow_redirects=False)
    foreign = await browser.post(PAGE, data=FORM, follow_redirects=False)
    await appoint(browser, appointment("smo-operator", "smo", "smo@example.org"))
    acts = (await browser.get("/cabinet/region/acts")).text

    assert (own.status_code, foreign.status_code) == (303, 403)
    assert 'href="/cabinet/region/letterhead"' in unescape(acts)
    act = re.findall(r"/cabinet/acts/[0-9a-f-]{36}", acts)[0]
    assert (await printed(browser, act)).startswith("Администрация Берёзовского")


async def test_a_program_reads_and_sets_it(office: Office, browser: Browser) -> None:
    await head(office, browser)
    address = f"/api/v1/letterheads/{PLACE}"

    empty = await browser.get(address)
    done = await browser.post(address, json={"issuer": "Администрация"}, headers={"Idempotency-Key": "a"})
    again = await browser.post(address, json={"issuer": "Администрация"}, headers={"Idempotency-Key": "a"})
    wrong = await browser.post(address, json={"issuer": "", "place": "я" * 101})

    assert empty.json() == {"issuer": "", "place": "", "preamble": "", "control": ""}
    assert done.json() == again.json() == {"of": PLACE}
    assert (await browser.get(address)).json()["issuer"] == "Администрация"
    assert [error["field"] for error in wrong.json()["errors"]] == ["issuer", "place"]
    assert (await browser.get(f"/api/v1/letterheads/{ELSEWHERE}")).status_code == 404
    assert (await browser.get("/api/v1/letterheads/region")).status_code == 404
    assert (await browser.get("/api/v1/letterheads/x")).status_code == 404
