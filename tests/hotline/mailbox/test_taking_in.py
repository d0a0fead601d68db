"""Letters become inquiries and replies, each once; programs and strangers are kept where they belong."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.appointments import Role
from contracts.hotline import Channel, InquiryStatus
from services.chassis.db import set_aside
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Unavailable
from services.directory.refusals import sentences_of
from services.hotline.inquiries.commands.answer_inquiry import Answer, answer_inquiry
from services.hotline.inquiries.commands.open_inquiry import Question, open_inquiry
from services.hotline.inquiries.commands.take_inquiry import TakeInquiry, take_inquiry
from services.hotline.inquiries.domain.texts import QUESTION_LONGEST
from services.hotline.inquiries.store.inquiries import Initiator
from services.hotline.mailbox import fetching
from services.hotline.mailbox.commands import park_letter
from services.hotline.mailbox.commands.discard_erased import discarded
from services.hotline.mailbox.domain.judging import HOURLY_MOST
from services.hotline.mailbox.sources import Away
from services.hotline.mailbox.store import letters
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.lines.conftest import World
from tests.hotline.mailbox import cases
from tests.hotline.mailbox.cases import DOCX, EXE, PDF, PNG, QUESTION, TNEF, sent
from tests.hotline.mailbox.conftest import LINE, OURS, Post, id_of

ANOTHER = "Анна Орлова <anna@example.ru>"


async def answer(post: Post, number: int, text: str = "Откройте страницу регистрации.") -> None:
    """As if somebody of the line had answered finally."""
    await post.pool.execute(
        "UPDATE inquiry SET status = 'answered', answered_at = $2, first_answered_at = $2 WHERE number = $1",
        number,
        post.now,
    )


async def test_a_letter_opens_an_inquiry_of_the_line_that_answers_into_the_same_thread(post: Post) -> None:
    await post.take_in(sent(subject="Fwd: Регистрация"))

    [inquiry] = await post.inquiries()
    assert (inquiry["municipality"], inquiry["channel"], inquiry["theme"]) == (DISTRICT, "e-mail", "other")
    assert (inquiry["name"], inquiry["email"]) == ("Пётр Иванов", "petr@example.ru")
    assert (inquiry["subject"], inquiry["opened_at"], inquiry["line"]) == (
        "Регистрация",
        post.now,
        (await post.rows("SELECT id FROM line"))[0]["id"],
    )
    assert await post.history() == [("asked", QUESTION)]
    [receipt] = await post.sent()
    assert (receipt["To"], receipt["Reply-To"], receipt["In-Reply-To"]) == (
        "petr@example.ru",
        LINE,
        "<q1@example.ru>",
    )
    assert (receipt["Auto-Submitted"], "[№ 1]" in receipt["Subject"]) == ("auto-generated", True)
    assert "можно ответить" in receipt.get_content()
    assert post.waiting() == 0
    assert len(list((post.place / "mail" / DISTRICT / "cur").iterdir())) == 1


async def test_a_reply_goes_on_with_its_inquiry_by_the_letters_that_it_names(post: Post) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()

    await post.take_in(
        sent(
            "Ещё вопрос",
            subject="Re: без номера",
            message_id="<q2@example.ru>",
            in_reply_to=receipt["Message-ID"],
        ),
        sent("И ещё", subject="x", message_id="<q3@example.ru>", references="<q1@example.ru> <x@y>"),
    )

    assert await post.history() == [("asked", QUESTION), ("replied", "Ещё вопрос"), ("replied", "И ещё")]
    assert await post.outcomes() == ["opened", "replied", "replied"]


async def test_a_reply_goes_on_with_its_inquiry_by_the_number_and_the_initiators_address(post: Post) -> None:
    await post.take_in(sent())

    await post.take_in(
        sent("Ещё", subject="Re: [№ 1] Question", message_id="<q2@example.ru>", From="PETR@example.ru")
    )

    assert await post.history() == [("asked", QUESTION), ("replied", "Ещё")]


@pytest.mark.parametrize("by", ["number", "our letter", "their letter"])
async def test_a_stranger_neither_writes_into_an_inquiry_nor_reads_of_it(post: Post, by: str) -> None:
    await post.take_in(sent(subject="Моя беда"))
    [receipt] = await post.sent()
    named = {
        "number": {"subject": "Re: [№ 1] Моя беда"},
        "our letter": {"in_reply_to": receipt["Message-ID"]},
        "their letter": {"references": "<q1@example.ru>"},
    }[by]

    await post.take_in(sent("Что там?", From=ANOTHER, message_id="<s1@example.ru>", **named))

    mine, theirs = await post.inquiries()
    assert await post.history(mine["number"]) == [("asked", QUESTION)]
    (asked, note) = await post.history(theirs["number"])
    assert asked == ("asked", "Что там?")
    assert note[0] == "note"
    assert "обращение № 1" in note[1]
    assert theirs["email"] == "anna@example.ru"
    [told] = [mail for mail in await post.sent() if mail["To"] == "anna@example.ru"]
    assert "Моя беда" not in told.as_string()
    assert "q1@example.ru" not in told.as_string()


async def test_another_lines_inquiry_is_not_gone_on_with_by_its_number(post: Post) -> None:
    await post.take_in(sent())

    post.deliver(sent("Там же", subject="[№ 1]", message_id="<q2@example.ru>"), folder=OKRUG)
    await post.mailbox.round()

    assert [row["municipality"] for row in await post.inquiries()] == [DISTRICT, OKRUG]


async def test_a_reply_to_what_was_answered_takes_it_up_again(post: Post) -> None:
    await post.take_in(sent())
    await answer(post, 1)

    await post.take_in(sent("Не помогло", subject="Re: [№ 1]", message_id="<q2@example.ru>"))

    [inquiry] = await post.inquiries()
    assert (inquiry["status"], inquiry["reopened"]) == (InquiryStatus.NEW, 1)


async def test_a_letter_long_after_is_an_inquiry_of_its_own(post: Post) -> None:
    await post.take_in(sent())
    await answer(post, 1)
    post.later(timedelta(days=20))

    await post.take_in(sent("Снова", subject="Re: [№ 1]", message_id="<q2@example.ru>"))

    first, second = await post.inquiries()
    assert second["continues"] == first["id"]
    assert await post.history(second["number"]) == [("asked", "Снова")]


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"x_autoreply": "yes"},
        {"precedence": "auto_reply"},
    ],
    ids=str,
)
async def test_an_auto_reply_is_noted_and_neither_answered_nor_takes_anything_up(
    post: Post, headers: dict[str, str]
) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()
    await answer(post, 1)

    named = {"in_reply_to": receipt["Message-ID"], "message_id": "<away@example.ru>"}
    await post.take_in(sent("Меня нет до 1 марта", **named, **headers))
    await post.take_in(sent("Меня нет", message_id="<away2@example.ru>", **headers))

    [inquiry] = await post.inquiries()
    assert (inquiry["status"], inquiry["reopened"]) == (InquiryStatus.ANSWERED, 0)
    assert [kind for kind, _ in await post.history()] == ["asked", "note"]
    assert await post.outcomes() == ["opened", "noted", "ignored"]
    assert len(await post.sent()) == 1


@pytest.mark.parametrize("report", [True, False])
async def test_a_letter_of_ours_that_came_back_is_noted_and_not_answered(post: Post, report: bool) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()

    of = str(receipt["Message-ID"]).strip("<>")
    bounce = (
        cases.bounce(of)
        if report
        else cases.raw(
            b"550",
            b"Return-Path: <>",
            From="MAILER-DAEMON@mx.example.ru",
            references=f"<{of}>",
            message_id="<b@x>",
        )
    )
    await post.take_in(bounce, cases.bounce("unknown@example.org"))

    assert [kind for kind, _ in await post.history()] == ["asked", "note"]
    assert "не дошло" in (await post.history())[-1][1]
    assert len(await post.inquiries()) == len(await post.sent()) == 1


async def test_a_report_that_a_letter_of_ours_was_read_or_waits_says_nothing(post: Post) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()
    of = str(receipt["Message-ID"]).strip("<>")

    await post.take_in(cases.bounce(of, action="delayed"), cases.read_receipt(of))

    assert await post.history() == [("asked", QUESTION)]
    assert await post.outcomes() == ["opened", "ignored", "ignored"]


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-generated"},
        {"precedence": "list", "list_id": "<all.example.ru>"},
        {"x_auto_response_suppress": "All"},
        {"From": "no-reply@example.ru"},
        {"From": "postmaster@school1.ru"},
        {"subject": "Я в отпуске, можно ли подать инициативу?"},
        {"From": f"Линия <{LINE}>"},
        {"From": "Пётр <пётр@почта>"},
    ],
    ids=str,
)
async def test_what_a_program_asks_is_an_inquiry_that_no_letter_answers(
    post: Post, headers: dict[str, str]
) -> None:
    await post.take_in(cases.raw(QUESTION.encode(), **headers))

    assert len(await post.inquiries()) == 1
    assert await post.sent() == []


async def test_our_own_letter_that_comes_back_is_no_inquiry(post: Post) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()
    del receipt["Auto-Submitted"]

    await post.take_in(receipt.as_bytes())

    assert await post.outcomes() == ["opened", "ignored"]
    assert len(await post.inquiries()) == len(await post.sent()) == 1


@pytest.mark.parametrize("state", ["new", "answered"])
async def test_our_own_letter_that_comes_back_changed_makes_no_case_and_no_answer(
    post: Post, state: str
) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()
    if state == "answered":
        await answer(post, 1)
    for name in ("Auto-Submitted", "Message-ID", "In-Reply-To", "References"):
        del receipt[name]

    await post.take_in(receipt.as_bytes(), b"X-Forwarded: yes\r\n" + receipt.as_bytes())

    [inquiry] = await post.inquiries()
    assert (inquiry["status"], inquiry["reopened"]) == (state, 0)
    assert [kind for kind, _ in await post.history()] == ["asked", "note"]
    assert "с которого пишем мы сами" in (await post.history())[-1][1]
    assert len(await post.sent()) == 1


async def test_our_own_letter_is_no_reply_though_somebody_gave_our_address_as_theirs(post: Post) -> None:
    await post.take_in(sent())
    await post.pool.execute("UPDATE inquiry SET email = $1", OURS)
    await answer(post, 1)

    await post.take_in(sent("Ответ", From=OURS, subject="Ответ: [№ 1]", message_id="<other@example.ru>"))

    [inquiry] = await post.inquiries()
    assert (inquiry["status"], inquiry["reopened"]) == ("answered", 0)


async def test_our_own_letter_about_a_case_of_another_line_is_no_case_here(post: Post) -> None:
    await post.take_in(sent())

    post.deliver(sent("Ответ", From=OURS, subject="[№ 1]", message_id="<other@example.ru>"), folder=OKRUG)
    await post.mailbox.round()

    assert await post.outcomes() == ["opened", "ignored"]
    assert len(await post.inquiries()) == 1


async def test_what_is_asked_from_our_own_address_is_a_case_that_nobody_answers_by_letter(post: Post) -> None:
    question = sent(From=f"Кто-то <{OURS.upper()}>", subject="Вопрос")

    await post.take_in(question, question)

    assert len(await post.inquiries()) == 1
    assert await post.sent() == []


async def test_whoever_writes_again_and_again_is_answered_no_more_and_loses_nothing(post: Post) -> None:
    many = [sent(f"Вопрос {nth}", message_id=f"<f{nth}@example.ru>") for nth in range(HOURLY_MOST + 3)]
    await post.take_in(*many)

    assert len(await post.inquiries()) == HOURLY_MOST + 3
    assert len(await post.sent()) == HOURLY_MOST
    assert "подтверждение не отправлено" in (await post.history())[-1][1]

    post.later(timedelta(hours=2))
    await post.take_in(sent("Спокойно", message_id="<calm@example.ru>"))
    assert len(await post.sent()) == HOURLY_MOST + 1


async def test_a_copy_is_taken_in_once_and_another_letter_under_the_same_id_too(post: Post) -> None:
    copy = b"Received: by another\r\n" + sent()

    await post.take_in(sent(), sent(), copy)
    await post.take_in(sent(), sent("Совсем другое"), sent(message_id=""), sent(message_id=""))

    asked = [text for kind, text in await post.history() if kind == "asked"]
    assert asked == [QUESTION, "Совсем другое", QUESTION]
    assert post.waiting() == 0


async def test_one_letter_to_two_lines_is_an_inquiry_of_each(post: Post) -> None:
    post.deliver(sent(), folder=OKRUG)
    await post.take_in(sent())

    assert {row["municipality"] for row in await post.inquiries()} == {DISTRICT, OKRUG}


@pytest.mark.parametrize("name", [DISTRICT, LINE, LINE.upper(), "id"])
async def test_a_folder_is_named_by_code_address_or_id_of_its_line(post: Post, name: str) -> None:
    [line] = await post.rows("SELECT id FROM line")

    post.deliver(sent(), folder=str(line["id"]) if name == "id" else name)
    await post.mailbox.round()

    assert [row["municipality"] for row in await post.inquiries()] == [DISTRICT]


async def test_a_folder_of_no_line_is_left_alone(post: Post) -> None:
    post.deliver(sent(), folder="other")
    post.deliver(sent(), folder="99999999")

    assert not await post.mailbox.round()
    assert (post.waiting("other"), post.waiting("99999999"), await post.inquiries()) == (1, 1, [])


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 00:00:00 +0000", "Fri, 01 Jan 2100 00:00:00 +0000", "вчера", ""]
)
async def test_it_was_asked_when_it_came_whatever_the_letter_says(post: Post, date: str) -> None:
    await post.take_in(cases.raw(QUESTION.encode(), date=date))

    [inquiry] = await post.inquiries()
    assert inquiry["opened_at"] == post.now


async def test_files_are_stored_with_their_entry_and_what_is_left_out_is_said(post: Post) -> None:
    files = [("Акт.pdf", PDF), ("run.exe", EXE), ("winmail.dat", TNEF), ("Отчёт.docx", DOCX)]
    await post.take_in(cases.with_files(*files))

    rows = await post.rows("SELECT name, media_type, size, key, entry FROM inquiry_file ORDER BY id")
    assert [(row["name"], row["size"], row["entry"]) for row in rows] == [
        ("Акт.pdf", len(PDF), 1),
        ("winmail.dat", len(TNEF), 1),
        ("Отчёт.docx", len(DOCX), 1),
    ]
    assert (post.place / "files" / rows[0]["key"]).read_bytes() == PDF
    [_, note] = await post.history()
    assert note[0] == "note"
    assert "«run.exe»" in note[1]
    assert "winmail.dat записал Outlook" in note[1]


async def test_quoted_text_is_kept_beside_the_words(post: Post) -> None:
    await post.take_in(sent(), sent("Да\n\n> Вы пробовали?\n> Ещё раз?", subject="[№ 1]", message_id="<2@x>"))

    assert (await post.history())[-1] == ("replied", "Да")
    [kept] = await post.rows("SELECT entry, whole FROM inquiry_letter")
    assert (kept["entry"], kept["whole"]) == (2, "Да\n\n> Вы пробовали?\n> Ещё раз?")


async def test_of_a_long_letter_the_history_has_the_beginning_and_the_case_all_of_it(post: Post) -> None:
    text = "слово " * 5000

    await post.take_in(sent(text))

    (asked, note) = await post.history()
    assert len(asked[1]) <= QUESTION_LONGEST
    assert asked[1].endswith("…")
    assert "Письмо длинное" in note[1]
    [kept] = await post.rows("SELECT whole FROM inquiry_letter")
    assert kept["whole"] == text.strip()


async def test_a_letter_of_30_mb_is_taken_in_and_its_original_stays(post: Post) -> None:
    await post.take_in(cases.large(31_000_000))

    assert [kind for kind, _ in await post.history()] == ["asked", "note"]
    [original] = (post.place / "mail" / DISTRICT / "cur").iterdir()
    assert original.stat().st_size > 30_000_000


@pytest.mark.parametrize(
    "nasty",
    [
        b"",
        b"\x00\xff" * 500,
        cases.nested(400),
        cases.never_closed(),
        sent("\u202eтекст\u202c наоборот"),
        sent("а\x00б", subject="=?utf-8?b?AAAA?= \\ud800"),
        cases.raw(b"x", subject="", message_id="<not one>"),
        cases.raw(b"x", From="a@b.ru, c@d.ru"),
        cases.raw(b"x", From="<>", to="", subject="=?x?q?=?="),
        cases.raw(b"x", message_id=f"<{'a' * 5000}@x>"),
        cases.raw(b"x", references=" ".join(f"<{nth}@x>" for nth in range(3000))),
    ],
    ids=range(11),
)
async def test_whatever_a_stranger_sends_is_taken_in_and_holds_up_nobody(post: Post, nasty: bytes) -> None:
    await post.take_in(nasty, sent())

    assert "opened" in await post.outcomes()
    assert len(await post.outcomes()) == 2
    assert await post.set_aside() == []
    assert post.waiting() == 0


async def test_a_theme_that_was_removed_loses_no_letter(post: Post) -> None:
    await post.pool.execute("UPDATE theme SET removed = true WHERE code = 'other'")

    await post.take_in(sent())

    [inquiry] = await post.inquiries()
    assert inquiry["theme"] == "about-campaign"


async def test_without_a_campaign_letters_wait_where_they_are(post: Post) -> None:
    known = post.region.known
    post.region.known = replace(known, picture=replace(known.picture, campaigns={}))
    await post.take_in(sent())
    assert (post.waiting(), await post.inquiries()) == (1, [])

    post.region.known = known
    await post.take_in()
    assert (post.waiting(), len(await post.inquiries())) == (0, 1)


async def test_without_a_production_calendar_letters_wait_and_nothing_is_parked(post: Post) -> None:
    known = post.region.known
    post.region.known = replace(known, calendars={})
    with pytest.raises(Unavailable):
        await post.take_in(sent())
    assert (post.waiting(), await post.inquiries(), await post.set_aside()) == (1, [], [])

    post.region.known = known
    await post.take_in()
    assert len(await post.inquiries()) == 1


async def test_a_letter_that_is_refused_is_parked_with_an_alarm_and_may_be_repeated(post: Post) -> None:
    now = post.now
    post.now = now.replace(month=6)
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))

    [parked] = await post.set_aside()
    assert (parked["kind"], parked["tenant"]) == ("mail", DISTRICT)
    assert "30 апреля" in parked["reason"]
    assert "petr" not in f"{parked['subject']}{parked['reason']}"
    assert (await post.outcomes(), await post.inquiries(), post.waiting()) == (["parked"], [], 0)

    await again(post)
    assert (len(await post.set_aside()), await post.inquiries()) == (1, [])
    post.now = now
    await again(post)

    assert (await post.set_aside(), await post.outcomes()) == ([], ["opened"])
    assert await post.history() == [("asked", QUESTION)]
    assert len(await post.rows("SELECT FROM inquiry_file")) == 1
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    assert len(await post.inquiries()) == 1


async def again(post: Post) -> None:
    """The administrator asks for it, the worker repeats it."""
    async with post.pool.acquire() as db:
        for row in await post.set_aside():
            await set_aside.ask_again(db, row["id"], post.now)
    p = post.parts
    kind = park_letter.kind(p.region, p.files, p.reader, p.clock)
    assert await set_aside.retry_next(post.pool, [kind], sentences_of("services.hotline"))


async def test_a_letter_that_cannot_even_be_read_is_parked_and_its_neighbours_are_not(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = post.parts.reader
    real = reader._bench.done

    async def dies(content: bytes) -> bytes:
        if b"deadly" in content:
            raise TimeoutError
        return await real(content)

    monkeypatch.setattr(reader._bench, "done", dies)
    monkeypatch.setattr(reader._alone, "done", dies)
    await post.take_in(sent(), sent("deadly", message_id="<d@x>"), sent("Цел", message_id="<3@x>"))

    assert [text for _, text in await post.history()] == [QUESTION, "Цел"]
    assert len(await post.set_aside()) == 1
    monkeypatch.undo()
    await again(post)
    assert [text for _, text in await post.history()] == [QUESTION, "Цел", "deadly"]
    assert sorted(await post.outcomes()) == ["opened"] * 4
    [row] = await post.rows("SELECT inquiry_id FROM mailbox_letter WHERE original <> ''")
    assert row["inquiry_id"] == await id_of(post, 3)


class Killed(BaseException):
    """The worker is gone at this moment."""


@pytest.mark.parametrize("at", ["after reading", "after the files", "before the commit", "after the commit"])
async def test_a_worker_that_is_killed_loses_no_letter_and_doubles_none(
    post: Post, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    post.deliver(*(cases.with_files((f"{nth}.pdf", PDF), message_id=f"<k{nth}@x>") for nth in range(3)))

    async def dies(*_: Any, **__: Any) -> Any:
        raise Killed

    where, name = {
        "after reading": (letters, "is_taken"),
        "after the files": (fetching, "applied"),
        "before the commit": (letters, "settle"),
        "after the commit": (post.parts.source, "put_away"),
    }[at]
    monkeypatch.setattr(where, name, dies)
    with pytest.raises(Killed):
        await post.mailbox.round()
    monkeypatch.undo()
    await post.take_in()

    assert len(await post.inquiries()) == 3
    assert await post.outcomes() == ["opened"] * 3
    assert len(await post.rows("SELECT FROM inquiry_file")) == 3
    assert (post.waiting(), len(await post.sent())) == (0, 3)


async def test_two_workers_at_once_take_each_letter_in_once(post: Post) -> None:
    post.deliver(*(sent(f"Вопрос {nth}", message_id=f"<w{nth}@x>") for nth in range(8)))
    other = post.with_source(post.parts.source)

    await asyncio.gather(post.mailbox.round(), other.round())

    assert len(await post.inquiries()) == 8
    assert post.waiting() == 0


async def test_while_files_cannot_be_stored_a_letter_waits(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise Unavailable("files-unavailable")

    monkeypatch.setattr(post.parts.files, "write", away)
    post.deliver(cases.with_files(("a.png", PNG)))
    with pytest.raises(Unavailable):
        await post.mailbox.round()
    assert (post.waiting(), await post.inquiries(), await post.set_aside()) == (1, [], [])

    monkeypatch.undo()
    await post.take_in()
    assert len(await post.inquiries()) == 1


async def test_a_flood_at_one_line_holds_up_no_other(post: Post) -> None:
    flood = [sent(f"Спам {nth}", message_id=f"<n{nth}@x>") for nth in range(fetching.AT_ONCE * 2)]
    post.deliver(*flood)
    post.deliver(sent(), folder=OKRUG)

    assert await post.mailbox.round()

    assert OKRUG in {row["municipality"] for row in await post.inquiries()}
    assert post.waiting() == fetching.AT_ONCE
    assert fetching.WAITING._value.get() == fetching.AT_ONCE
    await post.take_in()
    assert len(await post.inquiries()) == len(flood) + 1
    assert fetching.OLDEST._value.get() == 0


async def test_the_age_of_the_oldest_that_waits_is_measured(post: Post) -> None:
    post.deliver(*(sent(message_id=f"<n{nth}@x>") for nth in range(fetching.AT_ONCE + 1)))
    hour_ago = post.now.timestamp() - 3600
    for file in (post.place / "mail" / DISTRICT / "new").iterdir():
        os.utime(file, (hour_ago, hour_ago))

    await post.mailbox.round()

    assert fetching.OLDEST._value.get() == pytest.approx(3600, abs=1)


async def test_one_folder_that_is_away_holds_up_no_other_and_is_measured(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = post.parts.source.waiting

    async def away(folder: str, most: int) -> Any:
        if folder == OKRUG:
            raise Away("gone")
        return await real(folder, most)

    post.deliver(sent(), folder=OKRUG)
    post.deliver(sent())
    monkeypatch.setattr(post.parts.source, "waiting", away)
    with pytest.raises(Away):
        await post.mailbox.round()
    post.later(timedelta(hours=1))
    with pytest.raises(Away):
        await post.mailbox.round()

    assert [row["municipality"] for row in await post.inquiries()] == [DISTRICT]
    assert fetching.STALLED._value.get() == 3600
    monkeypatch.undo()
    await post.take_in()
    assert fetching.STALLED._value.get() == 0


async def test_letters_that_wait_for_a_campaign_are_measured(post: Post) -> None:
    known = post.region.known
    post.region.known = replace(known, picture=replace(known.picture, campaigns={}))
    post.deliver(sent())
    hour_ago = post.now.timestamp() - 3600
    for file in (post.place / "mail" / DISTRICT / "new").iterdir():
        os.utime(file, (hour_ago, hour_ago))

    await post.mailbox.round()

    assert (fetching.WAITING._value.get(), fetching.OLDEST._value.get()) == (1, 3600)


async def test_letters_in_folders_of_no_line_count_as_waiting(post: Post) -> None:
    post.deliver(sent(), sent(), folder="other")

    await post.mailbox.round()

    assert fetching.WAITING._value.get() == 2


async def test_a_folders_turn_ends_after_some_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TURN", -1.0)
    monkeypatch.setattr(fetching, "BATCH", 1)
    post.deliver(*(sent(f"Вопрос {nth}", message_id=f"<t{nth}@x>") for nth in range(3)))

    assert await post.mailbox.round()

    assert (len(await post.inquiries()), post.waiting()) == (1, 2)


async def test_an_address_of_two_lines_is_nobodys(post: Post) -> None:
    await post.pool.execute(
        "INSERT INTO line SELECT (jsonb_populate_record(l, jsonb_build_object("
        "'municipality', $1::text, 'id', gen_random_uuid()))).* FROM line AS l",
        OKRUG,
    )
    post.deliver(sent(), folder=LINE)
    await post.mailbox.round()
    assert (await post.inquiries(), post.waiting(LINE)) == ([], 1)

    await post.pool.execute("UPDATE line SET closed = true WHERE municipality = $1", OKRUG)
    await post.mailbox.round()
    assert [row["municipality"] for row in await post.inquiries()] == [DISTRICT]


async def test_a_letter_of_another_line_is_known_as_ours(post: Post) -> None:
    await post.take_in(sent())
    [receipt] = await post.sent()
    del receipt["Auto-Submitted"]

    post.deliver(receipt.as_bytes(), folder=OKRUG)
    await post.mailbox.round()

    assert await post.outcomes() == ["opened", "ignored"]


async def test_the_worker_goes_on_by_itself(post: Post) -> None:
    working = asyncio.create_task(post.mailbox.run())
    try:
        post.deliver(sent())
        async with asyncio.timeout(20):
            while not await post.inquiries():
                await asyncio.sleep(0.05)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_whoever_is_erased_leaves_no_letter_behind(post: Post) -> None:
    at, post.now = post.now, post.now.replace(month=6)
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    post.now = at
    await again(post)
    await post.take_in(sent("Да\n\n> Точно?\n> Ещё?", subject="[№ 1]", message_id="<2@x>"))
    id_ = await id_of(post, 1)

    await erase_inquiry(post.pool, post.region.known, Erasure(DISTRICT, id_), Moment(post.now))
    await discarded(post.pool, post.parts.files)

    for table in ("inquiry_message", "inquiry_letter", "inquiry_file"):
        assert await post.rows(f"SELECT FROM {table}") == []
    assert [file for file in (post.place / "files").rglob("*") if file.is_file()] == []
    assert all("petr" not in str(row) for row in await post.rows("SELECT * FROM mailbox_letter"))


async def test_whoever_is_erased_leaves_no_letter_with_the_line_that_serves_theirs(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, entrance = World(post.pool, now=post.now), post.region.known.entrance
    await world.serve(SETTLEMENT, DISTRICT)
    post.region.known = replace(world.known, entrance=entrance)
    who = Initiator("Пётр", "petr@example.ru")
    question = Question(SETTLEMENT, None, "other", "Куда звонить?", Channel.WEB, who)
    asked = await open_inquiry(post.pool, post.region.known, question, world.at())

    async def dies(*_: Any) -> bytes:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(post.parts.reader._bench, "done", dies)
        patched.setattr(post.parts.reader._alone, "done", dies)
        await post.take_in(sent(subject=f"[№ {asked.number}]"))
    await again(post)
    assert await post.history() == [("asked", "Куда звонить?"), ("replied", QUESTION)]

    await erase_inquiry(post.pool, post.region.known, Erasure(SETTLEMENT, asked.id), Moment(post.now))
    await discarded(post.pool, post.parts.files)

    assert [file for file in (post.place / "files").rglob("*") if file.is_file()] == []


async def test_the_original_of_a_letter_that_says_nothing_once_repeated_is_discarded(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> bytes:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(post.parts.reader._bench, "done", dies)
        patched.setattr(post.parts.reader._alone, "done", dies)
        await post.take_in(sent(auto_submitted="auto-replied"))
    await again(post)

    await discarded(post.pool, post.parts.files)

    assert set(await post.outcomes()) == {"ignored"}
    assert [file for file in (post.place / "files").rglob("*") if file.is_file()] == []


async def test_what_somebody_wrote_is_in_the_same_thread_and_no_programs(post: Post) -> None:
    await post.take_in(sent())
    await post.sent()
    world = World(post.pool, now=post.now, known=post.region.known)
    operator = await world.appoint(Role.HOTLINE_OPERATOR)
    id_ = await id_of(post, 1)
    await take_inquiry(post.pool, post.region.known, operator, TakeInquiry(id_), world.at())
    await answer_inquiry(
        post.pool, post.region.known, operator, Answer(id_, "Откройте страницу."), world.at()
    )

    answered = next(mail for mail in await post.sent() if "Откройте страницу." in mail.get_content())

    assert (answered["Auto-Submitted"], answered["In-Reply-To"]) == ("no", "<q1@example.ru>")
    assert str(answered["References"]).split()[0] == "<q1@example.ru>"
    assert answered["Reply-To"] == LINE
    await post.take_in(sent("Спасибо", subject="x", message_id="<4@x>", in_reply_to=answered["Message-ID"]))
    assert ("replied", "Спасибо") in await post.history()
