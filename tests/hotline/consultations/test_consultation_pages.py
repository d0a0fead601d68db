"""Pages of consultations: the form that remembers, the counts, the files."""

import re
from html import unescape
from uuid import uuid4

from contracts.appointments import Role
from contracts.hotline import Channel
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.consultations.recording import Browser, ask, coordinator, head, record
from tests.hotline.staffed import SCHOOL, Staffed

NEW = "/hotline/consultations/new"
SELECTED = r'<select id="(\w+)"(?:(?!</select>).)*?<option value="([^"]+)" selected'
TICKED = r'<input type="(?:radio|checkbox)"[^>]*? name="(\w+)" value="([^"]*)"[^>]* checked'


def chosen(page: str) -> dict[str, str]:
    """What a form begins with: its chosen options, ticked boxes and fields."""
    form = page.partition("<main")[2].partition('class="filter"')[0]
    return dict(re.findall(SELECTED, form, re.DOTALL)) | dict(re.findall(TICKED, form))


async def sent(browser: Browser, **form: str) -> str:
    """Record one by the form; the page after it."""
    begun = {"municipality": DISTRICT, "form_key": uuid4().hex, "mode": "in-person", "theme": "wording"}
    answer = await browser.post(NEW, data=begun | form)
    assert answer.status_code == 303, answer.text
    return (await browser.get(answer.headers["location"])).text


async def test_after_saving_the_same_form_is_ready_again(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        first = (await browser.get(NEW)).text
        begun = {
            "direction": "roads",
            "organization": str(SCHOOL),
            "whom": "Иванов",
            "note": "Совет",
            "led": "1",
        }
        page = await sent(browser, **begun)

    assert chosen(first) == {"organization": str(SCHOOL)}
    assert "Записано. Ещё одну?" in page
    assert chosen(page) == {
        "mode": "in-person",
        "theme": "wording",
        "direction": "roads",
        "organization": str(SCHOOL),
    }
    assert "Иванов" not in page
    assert "Совет" not in page


async def test_the_page_begins_at_the_mode(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        page = (await browser.get(NEW)).text
        again = await sent(browser, mode="remote")

    assert re.findall(r'value="([\w-]+)"[^>]* autofocus', page) == ["in-person"]
    assert re.findall(r'value="([\w-]+)" checked autofocus', again) == ["remote"]


async def test_a_form_with_errors_keeps_what_was_typed(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        refused = await browser.post(
            NEW, data={"municipality": DISTRICT, "whom": "Иванов", "organization_q": "школ"}
        )

    page = unescape(refused.text)
    assert refused.status_code == 422
    for sentence in ("очно или заочно", "Выберите тему", "Выберите организацию"):
        assert sentence in page
    assert 'value="Иванов"' in page


async def test_an_organization_is_found_without_javascript_and_nothing_is_recorded(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        form = {"municipality": DISTRICT, "organization_q": "школа", "find": "organization", "theme": "other"}
        page = (await browser.post(NEW, data=form)).text
        part = await browser.get("/hotline/consultations/organizations", params=form)
        foreign = await browser.get(
            "/hotline/consultations/organizations", params={**form, "municipality": OKRUG}
        )

    assert "Школа № 1" in page
    assert chosen(page)["theme"] == "other"
    assert "Школа № 1" in part.text
    assert "<html" not in part.text
    assert foreign.status_code == 404
    assert await line.pool.fetchval("SELECT count(*) FROM consultation") == 0


async def test_one_click_from_a_case_fills_the_form_as_the_case_says(line: Staffed) -> None:
    phone, visit = await ask(line), await ask(line, Channel.IN_PERSON)
    async with line.browser(await head(line)) as browser:
        by_phone = (await browser.get(f"{NEW}?inquiry={phone}")).text
        in_person = (await browser.get(f"{NEW}?inquiry={visit}")).text
        page = await sent(browser, inquiry=str(phone), mode="remote")
    async with line.browser(await head(line, OKRUG)) as browser:
        foreign = await browser.get(f"{NEW}?inquiry={phone}")
        nonsense = await browser.get(f"{NEW}?inquiry=нет")

    assert chosen(by_phone) == {"mode": "remote", "theme": "registration", "organization": str(SCHOOL)}
    assert chosen(in_person)["mode"] == "in-person"
    assert "по обращению №" in by_phone
    assert "по обращению №" not in page
    assert (foreign.status_code, nonsense.status_code) == (404, 404)


async def test_the_last_municipality_and_role_are_remembered(line: Staffed) -> None:
    account = uuid4()
    await line.grant_more(account, Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT)
    async with line.browser(await coordinator(line, account)) as browser:
        await record(browser, municipality=SETTLEMENT, level="coordinator", organization=None)
        page = (await browser.get(NEW)).text

    assert "Сосновское городское поселение" in page
    assert chosen(page)["level"] == "coordinator"


async def test_whoever_consults_nowhere_is_told_so(line: Staffed) -> None:
    async with line.browser(await line.grant(Role.SMO_OPERATOR, "smo")) as browser:
        for address in (NEW, "/hotline/consultations"):
            refused = await browser.get(address)
            assert refused.status_code == 403
            assert "Консультации записывают те" in refused.text
    async with line.browser() as anybody:
        assert (await anybody.get(NEW)).status_code == 303


async def test_the_counts_are_links_to_what_they_count(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        await record(browser, whom="<b>Иванов</b>")
        await record(browser, mode="remote", led_to_initiative=True)
    async with line.browser(await head(line)) as browser:
        await record(browser)
        page = (await browser.get("/hotline/consultations")).text
        links = [unescape(each) for each in re.findall(r'<td class="number[^"]*"><a href="([^"]+)"', page)]
        narrowed = [(await browser.get(link.partition("#")[0])).text for link in links]

    assert "Все консультации муниципального образования" in page
    assert "Из них дали инициативу: 1" in page
    assert "&lt;b&gt;Иванов" in page
    rows = [
        len(re.findall(r'<tr><th scope="row"><a href="/hotline/consultations/', each)) for each in narrowed
    ]
    assert rows == [1, 1, 2, 1, 1, 2]
    assert "Показаны только:" in narrowed[0]


async def test_empty_days_say_what_to_do_first(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        page = (await browser.get("/hotline/consultations")).text
        refused = await browser.get("/hotline/consultations?from=вчера")

    assert "За эти дни консультаций нет" in page
    assert refused.status_code == 422
    assert "Укажите день" in refused.text


async def test_the_list_is_taken_along_as_it_is_filtered(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        await record(browser, whom="=1+1", note="Совет")
        await record(browser, mode="remote")
        address = "/hotline/consultations?mode=in-person&format="
        text = (await browser.get(f"{address}csv")).content.decode("utf-8-sig")
        sheet = await browser.get(f"{address}xlsx")
        unknown = await browser.get(f"{address}exe")

    head_, *rows = text.strip().split("\r\n")
    assert head_.startswith('"Когда";"Уровень";"Как"')
    assert len(rows) == 1
    assert "Очно" in rows[0]
    assert '"=1+1"' not in rows[0]
    assert sheet.content[:2] == b"PK"
    assert unknown.status_code == 404
