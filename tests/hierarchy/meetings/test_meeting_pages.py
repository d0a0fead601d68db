"""The pages of meetings, of the SMO and of those who are invited, without a script."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from vobject.base import readOne

from tests.hierarchy.cabinet.test_empty_forms import forms, kind, untold
from tests.hierarchy.meetings.calling import (
    OPERATOR,
    OTHER,
    RESPONSIBLE,
    agree,
    answer,
    answer_for_both,
    ask,
    attend,
    begun,
    calendars,
    call,
    in_days,
    invitations,
    one,
    settle,
    sign_in,
    staffed,
    take,
    told,
    write,
)
from tests.hierarchy.office import ELSEWHERE, PLACE, TODAY, Browser, Office, appoint, appointment

LIST = "/cabinet/meetings"
TOMORROW = in_days(1)
FORM = {
    "title": "Ход марафона",
    "format": "video",
    "link": "https://video.example.org/1",
    "day": TOMORROW,
    "hour": "10:00",
    "duration": "60",
    "times": "1",
    "agenda": "Ход\r\n\r\nРазное",
    f"municipality:{PLACE}": "1",
    f"municipality:{ELSEWHERE}": "1",
}


@pytest.fixture(autouse=True)
async def _staffed(office: Office, browser: Browser) -> None:
    await staffed(office, browser)


async def page(browser: Browser, address: str, status: int = 200) -> str:
    """What stands on a page."""
    answered = await browser.get(address)
    assert answered.status_code == status
    return unescape(answered.text)


async def send(browser: Browser, address: str, **form: str) -> Any:
    return await browser.post(address, data=form, follow_redirects=False)


async def test_an_operator_calls_changes_and_cancels_on_pages(office: Office, browser: Browser) -> None:
    empty = await page(browser, LIST)
    blank = await page(browser, f"{LIST}/new")
    called = await send(browser, f"{LIST}/new", **FORM)
    address = called.headers["location"].partition("?")[0]
    shown = await page(browser, called.headers["location"])
    form = await page(browser, f"{address}/changes")
    changed = await send(browser, f"{address}/changes", **FORM | {"seen": "1", "hour": "11:00"})
    question = await page(browser, f"{address}/cancellation")
    cancelled = await send(browser, f"{address}/cancellation", reason="Паводок")
    after = await page(browser, cancelled.headers["location"])

    assert "Встреч пока не назначено" in empty
    assert blank.count(" checked") == 2, "everybody who can be called is ticked"
    assert "Встреча созвана" in shown
    assert "Ответова Ольга Олеговна" in shown
    assert 'value="https://video.example.org/1"' in form
    assert "Ход\nРазное" in form
    assert changed.headers["location"] == f"{address}?done=changed"
    assert "«Ход марафона»" in question
    assert "Встречи не будет" in after
    assert "Паводок" in after
    assert [told(each) for each in await calendars(office, OTHER)] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert "отменена" in await page(browser, LIST)
    await page(browser, f"{address}/changes", 409)


async def test_an_address_says_whom_to_call(browser: Browser) -> None:
    chosen = await page(browser, f"{LIST}/new?municipality={PLACE}&municipality=99999999")

    codes = [PLACE, *(str(n) for n in range(20_000_000, 20_000_954))]
    repeated = "&".join(f"municipality={code}" for code in codes)
    lists = [f"list={','.join(codes)}", "&".join(f"list={code}" for code in codes), "list=,,", repeated]
    counts = [(await page(browser, f"{LIST}/new?{each}")).count(" checked") for each in lists]

    assert chosen.count(" checked") == 1
    assert f'name="municipality:{PLACE}" value="1" checked' in chosen
    assert counts == [1, 1, 2, 1], "an address that names nobody calls everybody"


async def test_everything_wrong_stands_at_its_field_and_what_was_typed_stays(browser: Browser) -> None:
    refused = await send(
        browser,
        f"{LIST}/new",
        title="",
        format="mixed",
        place="Зал",
        link="javascript:alert(1)",
        agenda="я" * 501,
    )

    text = unescape(refused.text)
    assert refused.status_code == 422
    for field in ("title", "link", "day", "hour", "duration", "agenda", "municipalities"):
        assert f'href="#{field}"' in text, field
    assert 'value="Зал"' in text
    assert " checked" in text, "the format that was chosen"
    assert 'municipality:13605000" value="1" checked' not in text


async def test_an_invitee_answers_on_the_page_and_the_smo_sees_it(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    await sign_in(office, browser, RESPONSIBLE)
    asked = await page(browser, f"{LIST}/{id_}")
    wrong = await send(browser, f"{LIST}/{id_}/answer", answer="substitute", name="", email="нет")
    sent = await send(
        browser, f"{LIST}/{id_}/answer", answer="substitute", name="Замещаев Захар", email="z@example.org"
    )
    answered = await page(browser, sent.headers["location"])
    await sign_in(office, browser, OPERATOR)
    whole, part = await page(browser, f"{LIST}/{id_}"), await page(browser, f"{LIST}/{id_}/answers")

    assert "Буду" in asked
    assert "Другов" not in asked, "of other invitees nothing is said"
    assert wrong.status_code == 422
    assert 'href="#name"' in wrong.text
    assert 'href="#email"' in wrong.text
    assert "Ответ записан" in answered
    assert f'hx-get="{LIST}/{id_}/answers" hx-trigger="every 5s"' in whole
    assert "Замещаев Захар" in part
    assert "<html" not in part
    assert "пришлёт другого – 1; нет ответа – 1" in part


async def test_the_part_with_answers_holds_of_others_nothing(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    await sign_in(office, browser, RESPONSIBLE)

    part = await page(browser, f"{LIST}/{id_}/answers")

    assert "Ответова" in part
    assert "Другов" not in part


async def test_a_cancelled_or_past_meeting_offers_no_answer(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, RESPONSIBLE)

    assert "Буду" not in await page(browser, f"{LIST}/{id_}")


async def test_figures_are_attached_by_one_click_and_awaited(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    item = (await one(browser, id_))["agenda"][0]["id"]

    clicked = await send(browser, f"{LIST}/{id_}/figures", item=item)
    waiting = await page(browser, f"{LIST}/{id_}")
    await take(office, await ask(browser, id_))
    shown = await page(browser, f"{LIST}/{id_}")

    assert clicked.headers["location"] == f"{LIST}/{id_}?done=figures"
    assert "показатели готовятся" in waiting
    assert f'hx-select="#item-{item}"' in waiting
    assert f'hx-select="#item-{item}"' not in shown
    assert "показатели готовятся" not in shown
    assert "на 15:32:07, 7 декабря" in shown
    assert "нет данных" in shown, "what has no target is not 0"


async def test_a_meeting_is_held_on_pages(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    await page(browser, f"{LIST}/{id_}/attendance", 409)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    blank = await page(browser, f"{LIST}/{id_}/attendance")
    marks = {f"present:{PLACE}": "in-person", f"present:{ELSEWHERE}": "absent"}
    held = await send(browser, f"{LIST}/{id_}/attendance", **marks)
    kept = await page(browser, f"{LIST}/{id_}/attendance")
    written = await send(browser, f"{LIST}/{id_}/minutes", body="Обсудили ход", seen="")
    again = await page(browser, f"{LIST}/{id_}/minutes")
    due = in_days(3)
    wrong = await send(browser, f"{LIST}/{id_}/agreements", municipality="", body="", due="")
    agreed = await send(browser, f"{LIST}/{id_}/agreements", municipality=PLACE, body="Выехать", due=due)
    shown = await page(browser, agreed.headers["location"])

    assert "selected" not in blank.replace('value="" selected', "")
    assert held.headers["location"] == f"{LIST}/{id_}?done=held"
    assert 'value="in-person" selected' in kept
    assert written.headers["location"] == f"{LIST}/{id_}?done=written"
    assert "Обсудили ход" in again
    assert wrong.status_code == 422
    assert 'href="#due"' in wrong.text
    for words in ("Договорённость записана", "Обсудили ход", "Выехать", "не было", "прошла"):
        assert words in shown, words


async def test_the_list_of_agreements_says_what_is_overdue_and_lets_it_be_settled(
    office: Office, browser: Browser
) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    for code, body in ((PLACE, "Выехать"), (ELSEWHERE, "Назначить")):
        await agree(browser, id_, municipality=code, body=body, due=TOMORROW)
    begun(office, days=3)
    await sign_in(office, browser, OPERATOR)
    overdue = await page(browser, "/cabinet/agreements?state=overdue")
    await sign_in(office, browser, RESPONSIBLE)
    own = await page(browser, "/cabinet/agreements")
    settling = own[own.index("/cabinet/agreements/") :].partition('"')[0]
    settled = await send(browser, settling, state="done", seen="open", back="/cabinet/agreements?state=done")
    done = await page(browser, "/cabinet/agreements?state=done")

    assert overdue.count("просрочена") == 2
    assert "Снять" in overdue
    assert "Выехать" in own
    assert "Назначить" not in own
    assert "Снять" not in own
    assert settled.status_code == 303
    assert "Ответова Ольга Олеговна" in done


async def test_attendance_and_agreements_are_taken_as_tables(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    await attend(browser, id_, (PLACE, "remote", False), (ELSEWHERE, "absent", False))
    await agree(browser, id_, body="=HYPERLINK(1)")

    people = await browser.get(f"{LIST}/{id_}/attendance?format=csv")
    sheet = await browser.get(f"{LIST}/{id_}/attendance?format=xlsx")
    agreed = await browser.get("/cabinet/agreements?format=csv")
    nothing = await browser.get("/cabinet/agreements?format=pdf")
    await sign_in(office, browser, RESPONSIBLE)
    own = await browser.get(f"{LIST}/{id_}/attendance?format=csv")

    rows = list(csv.reader(io.StringIO(people.text.removeprefix("\ufeff")), delimiter=";"))
    assert {row[0]: row[-2:] for row in rows[1:]} == {
        PLACE: ["Ответова Ольга Олеговна", "по видеосвязи"],
        ELSEWHERE: ["", "не было"],
    }
    assert "Ответова" in ZipFile(io.BytesIO(sheet.content)).read("xl/sharedStrings.xml").decode()
    assert "'=HYPERLINK" in agreed.text
    assert nothing.status_code == 404
    assert "Ответова" in own.text
    assert "Другов" not in own.text


async def test_minutes_are_printed_with_the_figures_that_were_shown(office: Office, browser: Browser) -> None:
    id_ = await call(browser, title='#strong[x] $y$ \\ "цитата"')
    await take(office, await ask(browser, id_))
    begun(office)
    await sign_in(office, browser, OPERATOR)
    await attend(browser, id_, (PLACE, "in-person", False))
    await write(browser, id_, "Обсудили ход\nи сроки")
    await agree(browser, id_, body="Выехать в посёлки")

    whole = await printed(browser, id_)
    await sign_in(office, browser, OTHER)
    own = await printed(browser, id_)

    assert '#strong[x] $y$ \\ "цитата"' in whole
    for words in ("Ответова Ольга Олеговна", "На 15:32:07, 7 декабря", "Обсудили ход", "Выехать в посёлки"):
        assert words in whole, words
    assert "Обсудили ход" in own
    assert "Ответова" not in own
    assert "Выехать" not in own


async def printed(browser: Browser, id_: str) -> str:
    answered = await browser.get(f"{LIST}/{id_}/minutes.pdf")
    assert answered.status_code == 200, answered.text
    pages = PdfReader(io.BytesIO(answered.content)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


async def test_the_calendar_lies_on_the_page_too(browser: Browser) -> None:
    id_ = await call(browser)

    answered = await browser.get(f"{LIST}/{id_}/meeting.ics")

    assert readOne(answered.text).vevent.uid.value == f"{id_}@dialogue"
    assert answered.headers["content-disposition"].startswith("attachment")


async def test_before_the_next_meeting_its_page_begins_with_open_agreements(
    office: Office, browser: Browser
) -> None:
    first = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    open_ = (await agree(browser, first, body="Выехать")).json()["id"]
    await attend(browser, first, (PLACE, "remote", False))
    coming = await call(browser, day=in_days(2))

    before = await page(browser, f"{LIST}/{coming}")
    await settle(browser, open_, "done")
    after = await page(browser, f"{LIST}/{coming}")

    assert before.index("Договорённости прошлых встреч") < before.index("Ход марафона")
    assert "Договорённости прошлых встреч" not in after


async def test_every_required_field_is_told_by_its_name(office: Office, browser: Browser) -> None:
    coming = await call(browser, day=in_days(2))
    held = await call(browser)
    await sign_in(office, browser, RESPONSIBLE)
    found = await forms(browser, f"{LIST}/{coming}")
    wrong = [told for action, form in found.items() for told in await untold(browser, action, *form)]
    begun(office)
    await sign_in(office, browser, OPERATOR)
    of_operator = await forms(browser, f"{LIST}/{held}", f"{LIST}/{coming}", f"{LIST}/new")
    marks = [action for action in of_operator if action.endswith("/attendance")]
    unmarked = [(await send(browser, action)).status_code for action in marks]
    for action, (hidden, fields) in of_operator.items():
        if action in marks:
            continue
        # Which of the two is needed is said once the format is chosen.
        needed = [field for field in fields if field.name not in ("place", "link")]
        wrong += await untold(browser, action, hidden, needed)

    assert not wrong, "\n".join(wrong)
    assert unmarked == [422]
    actions = {action.removeprefix("/cabinet/") for action in map(kind, (*found, *of_operator))}
    assert {f"meetings/…/{name}" for name in ("answer", "agreements", "cancellation", "minutes")} <= actions
    assert {"meetings/new", "meetings/…/changes"} <= actions


async def test_an_answer_is_seen_live_by_a_list_too(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    before = await page(browser, LIST)
    await sign_in(office, browser, RESPONSIBLE)
    own = await page(browser, LIST)
    await answer(browser, id_, "accepted")
    await sign_in(office, browser, OPERATOR)

    assert "без ответа: 2" in before
    assert "ждёт вашего ответа" in own
    assert "без ответа: 1" in await page(browser, LIST)


async def test_two_who_mark_do_not_erase_each_other(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    address = f"{LIST}/{id_}/attendance"
    blank = {f"{name}:{code}": "" for name in ("present", "seen") for code in (PLACE, ELSEWHERE)}

    one_ = await send(browser, address, **blank | {f"present:{PLACE}": "in-person"})
    another = await send(browser, address, **blank | {f"present:{ELSEWHERE}": "remote"})
    against = await send(browser, address, **blank | {f"present:{PLACE}": "absent"})
    corrected = await send(
        browser, address, **blank | {f"present:{PLACE}": "absent", f"seen:{PLACE}": "in-person"}
    )

    assert (one_.status_code, another.status_code, corrected.status_code) == (303, 303, 303)
    assert against.status_code == 409
    assert "изменил кто-то ещё" in against.text
    there = {code: each["presence"] for code, each in (await invitations(browser, id_)).items()}
    assert there == {PLACE: "absent", ELSEWHERE: "remote"}
    form = await page(browser, address)
    assert f'name="seen:{PLACE}" value="absent"' in form


async def test_what_was_settled_on_a_list_leads_back_to_it(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    await agree(browser, id_, due=TOMORROW)
    begun(office, days=3)
    await sign_in(office, browser, OPERATOR)
    overdue = await page(browser, "/cabinet/agreements?state=overdue")
    settling = overdue[overdue.index("/cabinet/agreements/") :].partition('"')[0]
    back = overdue[overdue.index('name="back" value="') :].split('"')[3]

    settled = await send(browser, settling, state="done", seen="open", back=back)
    after = await page(browser, settled.headers["location"])

    assert settled.headers["location"] == "/cabinet/agreements?state=overdue&done=settled"
    assert "Состояние изменено" in after
    assert "Таких договорённостей нет" in after


async def test_an_agreement_names_its_meeting_in_list_and_file(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    await agree(browser, id_)

    listed = await page(browser, "/cabinet/agreements")
    table = (await browser.get("/cabinet/agreements?format=csv")).text

    assert f'<a href="{LIST}/{id_}">Подготовка к финалу</a>' in listed
    assert "Подготовка к финалу" in table
    assert f"{TODAY + timedelta(days=1):%d.%m.%Y}" in table


async def test_an_operator_who_is_invited_answers_on_the_page(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    await sign_in(office, browser, OTHER)
    answering = appointment("responsible", ELSEWHERE, OPERATOR)
    assert (await appoint(browser, answering)).status_code == 201
    await sign_in(office, browser, OPERATOR)

    asked = await page(browser, f"{LIST}/{id_}")
    sent = await send(browser, f"{LIST}/{id_}/answer", answer="accepted", municipality=ELSEWHERE)

    assert "Ваш ответ" in asked
    assert sent.status_code == 303
    assert f'id="answer-{PLACE}"' not in asked


async def test_what_is_over_and_not_marked_says_so(office: Office, browser: Browser) -> None:
    id_ = await call(browser)
    begun(office)
    await sign_in(office, browser, OPERATOR)
    held = await page(browser, f"{LIST}/{id_}")
    office.now += timedelta(hours=2)
    await sign_in(office, browser, OPERATOR)
    over, listed = await page(browser, f"{LIST}/{id_}"), await page(browser, LIST)
    await sign_in(office, browser, RESPONSIBLE)
    own = await page(browser, LIST)

    assert "идёт" in held
    assert "закончилась" in over
    assert "предстоит" not in held + over
    assert "every 5s" not in over
    assert "не отмечено, кто был" in listed
    assert "ждёт вашего ответа" not in own


async def test_two_municipalities_of_ones_own_answer_on_one_page(office: Office, browser: Browser) -> None:
    await answer_for_both(office, browser)
    id_ = await call(browser)
    await sign_in(office, browser, RESPONSIBLE)
    address = f"{LIST}/{id_}/answer"

    asked = await page(browser, f"{LIST}/{id_}")
    wrong = await send(browser, address, answer="declined", municipality=PLACE, **{f"reason:{PLACE}": ""})
    nobody = await send(browser, address, answer="maybe", municipality="")
    sent = await send(browser, address, answer="declined", municipality=PLACE, **{f"reason:{PLACE}": "Болею"})

    for text in (asked, wrong.text, nobody.text):
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert (wrong.status_code, f'href="#reason:{PLACE}"' in wrong.text) == (422, True)
    assert (nobody.status_code, 'href="#answer"' in nobody.text) == (422, True)
    assert sent.status_code == 303
    reasons = {code: each["reason"] for code, each in (await invitations(browser, id_)).items()}
    assert reasons == {PLACE: "Болею", ELSEWHERE: ""}
