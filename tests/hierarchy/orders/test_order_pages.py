"""The pages of orders, of who gives and of who has them, without a script."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from services.hierarchy.appointments.domain.scans import LARGEST
from services.hierarchy.orders.domain.deadlines import Deadline
from tests.hierarchy.cabinet.test_empty_forms import forms, kind, untold
from tests.hierarchy.meetings import calling as meetings
from tests.hierarchy.office import PLACE, TODAY, Browser, Office, everything
from tests.hierarchy.orders.giving import DAY, HEAD, ONE, RESPONSIBLE, TEACHER, Line

LIST = "/cabinet/orders"
ID = "[0-9a-f-]{36}"
PDF = b"%PDF-1.7\nwhatever"
PNG = b"\x89PNG\r\n\x1a\nwhatever"
FORM = {"text": "Собрать списки", "deadline": DAY, "done_by": "text", "kind": "do", "times": "1"}


async def page(browser: Browser, address: str, status: int = 200) -> str:
    answered = await browser.get(address)
    assert answered.status_code == status, answered.text
    return unescape(answered.text).replace("\u00a0", " ")


async def send(browser: Browser, address: str, files: Any = None, **form: str) -> Any:
    return await browser.post(address, data=form, files=files, follow_redirects=False)


async def test_an_order_is_given_read_reported_and_accepted_on_pages(line: Line) -> None:
    browser, office = line.browser, line.office
    await office.reset(browser, HEAD)
    empty = await page(browser, LIST)
    blank = await page(browser, f"{LIST}/new")
    await office.come(browser, TEACHER)
    await office.reset(browser, HEAD)
    given = await send(browser, f"{LIST}/new", **FORM, **{f"to:group:{line.group}": "1"})
    address = given.headers["location"].partition("?")[0]
    as_given = await page(browser, given.headers["location"])
    attached = await send(browser, f"{address}/files", {"scan": ("план.pdf", PDF)})
    refused = await send(browser, f"{address}/files", {"scan": ("план.exe", b"MZ")})
    printed = await browser.get(f"{address}/order.pdf")

    await office.reset(browser, TEACHER)
    today = await page(browser, "/cabinet")
    await send(browser, f"{address}/acknowledgement")
    as_read = await page(browser, address)
    foreign = await browser.get(f"{address}/closing")
    reported = await send(
        browser, f"{address}/report", {"scan": ("отчёт.pdf", PDF)}, text="Готово", task=task_of(as_read)
    )
    mine = await page(browser, f"{LIST}?tab=own&which=open")

    await office.reset(browser, HEAD)
    to_judge = await page(browser, "/cabinet")
    with_report = await page(browser, address)
    download = await browser.get(re.findall(rf"{address}/files/[0-9a-f-]+", with_report)[-1])
    await send(browser, f"{address}/return", task=waiting(with_report), reason="Нужен список")
    after = await page(browser, f"{LIST}?tab=given")

    assert "Дайте первое" in empty
    assert "Всем координаторам группы «Школы»" in blank
    assert "Учителев Устин Устинович" in blank
    assert "Назвать число" in blank, "what counts as done is chosen"
    assert "Поручение дано" in as_given
    assert "Коротко написать, что сделано" in as_given
    assert (given.status_code, attached.status_code, refused.status_code) == (303, 303, 422)
    assert printed.content.startswith(b"%PDF-")
    assert "Поручение № 1: новое." in today
    assert ("Вторых" in as_given, "Вторых" in as_read) == (True, False)
    assert foreign.status_code == 403
    assert reported.headers["location"].endswith("done=reported")
    assert "Таких поручений нет" in mine
    assert "1 отчёт ждёт проверки" in re.sub(r"<[^>]+>", "", to_judge)
    assert download.content == PDF
    assert "№ 1. Собрать списки" in after


def task_of(shown: str) -> str:
    return str(re.findall(r"/report\?task=([0-9a-f-]+)", shown)[0])


def waiting(shown: str) -> str:
    return str(re.findall(r"/return\?task=([0-9a-f-]+)", shown)[0])


async def test_files_come_with_a_new_order_of_each_week_and_once(line: Line) -> None:
    browser, office = line.browser, line.office
    await office.reset(browser, HEAD)
    blank = await page(browser, f"{LIST}/new")
    plan = ("../../../etc/план\u202efdp.exe\r\nX: 1", PDF)
    form = FORM | {
        "deadline": TODAY.isoformat(),
        "times": "2",
        "form_key": "once",
        "to:role:coordinator": "1",
    }

    files = [("scan", plan), ("scan", ("фото", PNG))]
    sent = [await send(browser, f"{LIST}/new", files, **form) for _ in range(2)]

    address = sent[0].headers["location"].partition("?")[0]
    own = [await page(browser, f"{LIST}/{row['id']}") for row in await rows(line, "work_order")]
    await office.reset(browser, TEACHER)
    read = await page(browser, address)
    links = re.findall(f"{address}/files/{ID}", read)
    saved = [await browser.get(link) for link in links]
    stored = {str(file.relative_to(office.files)) for file in office.files.rglob("*") if file.is_file()}

    assert "multiple" in blank
    assert [each.status_code for each in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert [len(re.findall(f"/files/{ID}", each)) for each in own] == [2, 2]
    assert [each.content for each in saved] == [PDF, PNG]
    assert all("план" not in each.headers["content-disposition"] for each in saved)
    noted = await rows(line, "work_order_file")
    assert stored == {f"orders/{PLACE}/{row['work_order']}/{row['id']}" for row in noted}


async def test_files_that_do_not_fit_cost_nothing_that_was_typed(line: Line) -> None:
    browser = line.browser
    await line.office.reset(browser, HEAD)
    ticked, kept = {"to:role:coordinator": "1"}, FORM | {"deadline": ""}

    async def refused(*files: tuple[str, bytes]) -> tuple[int, str]:
        sent = await send(browser, f"{LIST}/new", [("scan", file) for file in files], **kept, **ticked)
        text = unescape(sent.text).replace("\u00a0", " ")
        assert "Собрать списки</textarea>" in text
        assert re.search('name="to:role:coordinator"[^>]* checked', text)
        assert "Выберите файлы ещё раз" in text
        assert "Укажите срок" in text, "all that is wrong is told at once"
        told = re.findall(r'id="scan-error">(.*?)</p>', text)[0]
        return sent.status_code, re.sub("<[^>]+>", "", told)

    wrong = await refused(("a/план\u202e.pdf", b"MZ"), ("хорошо.pdf", PDF), ("пусто.png", b""))
    large = await refused(("скан.pdf", PDF + b"0" * LARGEST))
    many = await refused(*(("скан.pdf", PDF),) * 21)
    lost = await send(browser, f"{LIST}/new", [("scan", ("скан.pdf", PDF))], **FORM, find="people")

    assert wrong[0] == 422
    assert "Не подойдут: «a план.pdf», «пусто.png»." in wrong[1]
    assert "Файлы вместе больше 20 МБ" in large[1]
    assert "Больше 20 файлов" in many[1]
    assert "Выберите файлы ещё раз" in unescape(lost.text)
    assert await rows(line, "work_order") == []
    assert await rows(line, "work_order_file") == []


async def test_an_order_is_given_while_no_file_can_be_kept_and_says_so(line: Line) -> None:
    browser, office = line.browser, line.office
    await office.reset(browser, HEAD)
    office.files.rmdir()
    office.files.write_text("no folder any more")
    given = await send(
        browser, f"{LIST}/new", [("scan", ("план.pdf", PDF))], **FORM, **{"to:role:coordinator": "1"}
    )
    office.files.unlink()

    assert given.status_code == 303
    assert "Файлы не сохранились" in await page(browser, given.headers["location"])


async def rows(line: Line, table: str) -> list[Any]:
    async with everything(line.office.pool) as db:
        return list(await db.fetch(f"SELECT * FROM {table} ORDER BY id"))


async def test_what_is_prepared_is_signed_on_a_page_and_people_are_found_by_name(line: Line) -> None:
    browser, office = line.browser, line.office
    await office.come(browser, RESPONSIBLE)
    blank = await page(browser, f"{LIST}/new")
    found = await send(browser, f"{LIST}/new", **FORM, find="people", people_q="вторых")
    late = FORM | {"deadline": TODAY.isoformat()}
    prepared = await send(browser, f"{LIST}/new", **late, **{"to:role:deputy": "1"})
    address = prepared.headers["location"].partition("?")[0]

    await office.reset(browser, HEAD)
    today = await page(browser, "/cabinet")
    signed = await send(browser, f"{address}/confirmation", number="", day="", deadline="")
    shown = await page(browser, signed.headers["location"])

    assert "на подпись главе" in blank
    assert "Вторых" in found.text
    assert "Учителев" not in found.text
    assert "Собрать списки" in found.text
    assert "1 поручение ждёт подписи главы" in re.sub(r"<[^>]+>", "", today)
    assert "Поручение № 1" in shown


async def test_who_signs_reads_that_the_weeks_before_were_withdrawn(line: Line) -> None:
    today = Deadline(TODAY.isoformat())
    first, second = (await line.issue(RESPONSIBLE, "role:deputy", times=2, deadline=today)).ids
    line.office.now = (await rows(line, "work_order"))[0]["due_at"]
    await line.office.reset(line.browser, HEAD)

    signed = await send(line.browser, f"{LIST}/{second}/confirmation", number="", day="", deadline="")
    told, before = await page(line.browser, signed.headers["location"]), f"{LIST}/{first}"

    assert "Сняты проекты этого поручения за прошлые недели: 1." in told
    assert "снято" in await page(line.browser, before)


async def test_every_form_of_an_order_names_what_is_missing(line: Line) -> None:
    issued = await line.issue(HEAD, "role:deputy")
    await line.report(ONE, issued.id)
    address = f"{LIST}/{issued.id}"
    task = UUID(str((await line.tasks(issued.id))[ONE]["id"]))
    await line.office.reset(line.browser, HEAD)
    starts = (f"{LIST}/new", f"{address}/return?task={task}", f"{address}/postponement", address)

    found = await forms(line.browser, *starts)

    ours = {action: form for action, form in found.items() if "/orders/" in action}
    assert {kind(action).rpartition("/")[2] for action in ours} >= {"new", "return", "postponement"}
    wrong = [told for action, form in ours.items() for told in await untold(line.browser, action, *form)]
    assert wrong == []


async def test_an_agreement_of_a_meeting_becomes_an_order(office: Office, browser: Browser) -> None:
    await meetings.staffed(office, browser)
    id_ = await meetings.call(browser, day=meetings.in_days(1))
    meetings.begun(office)
    agreement = (await meetings.agree(browser, id_)).json()["id"]
    await meetings.sign_in(office, browser, HEAD)
    agreed = await page(browser, "/cabinet/agreements")
    link = re.findall(r'href="(/cabinet/orders/new[^"]+)"', agreed)[0]
    form = await page(browser, link)
    ticked = re.findall(r'name="(to:person:[^"]+)" value="1" checked', form)

    given = await send(browser, f"{LIST}/new", **FORM, **{ticked[0]: "1"}, agreement=agreement)

    assert f"agreement={agreement}" in link
    assert "Провести выездную регистрацию" in form
    assert given.status_code == 303
    assert await meetings.stored(office, "SELECT agreement::text FROM work_order") == agreement
