"""What is read of letters: words in any charset, HTML as text, files by what they are, quotes folded."""

import time

import pytest

from services.chassis.contents import safe_name
from services.chassis.process.bounded import Workbench
from services.hotline.mailbox.domain import parsing, quoting
from services.hotline.mailbox.domain.attachments import LARGEST, MOST
from services.hotline.mailbox.domain.letters import OUTLOOK, UNREADABLE, Letter
from services.hotline.mailbox.domain.senders import Author
from services.hotline.mailbox.domain.threads import bare, number_in
from services.hotline.mailbox.reading import LetterReader, Unreadable
from tests.hotline.mailbox import cases
from tests.hotline.mailbox.cases import DOCM, DOCX, EXE, ODT, PDF, PNG, QUESTION, TNEF, raw, sent

LONG = "Добрый день! Не приходит код подтверждения на почту, что делать? Школа № 5, г. Вичуга."
ANSWER = "Спасибо, всё получилось."
OURS = "Откройте страницу и войдите.\nС уважением"


def read(content: bytes) -> Letter:
    return parsing.read(content)


def shortly(value: str | bytes) -> str:
    """The beginning of a value, which is the same in every process that collects."""
    return ascii(value[:8])


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp866", "utf-8"])
@pytest.mark.parametrize("text", [LONG, LONG.upper(), QUESTION, "Пишу Вам из МБОУ СОШ № 2, ГУВД."], ids=len)
def test_russian_in_a_charset_that_nothing_says_is_read(charset: str, text: str) -> None:
    if charset == "koi8-r":
        text = text.replace("№", "N")

    found = read(cases.without_charset(text.replace("№", "N") if charset == "cp866" else text, charset, text))

    assert found.text == (text.replace("№", "N") if charset == "cp866" else text)


def test_a_subject_in_bytes_of_no_charset_is_read() -> None:
    found = read(cases.without_charset(LONG, "cp1251", "Регистрация: нет кода"))

    assert (found.subject, found.text) == ("Регистрация: нет кода", LONG)


@pytest.mark.parametrize(
    "content_type",
    [
        b"text/plain; charset=utf-8",
        b"text/plain; charset=us-ascii",
        b"text/plain; charset=x-unknown",
        b"text/plain; charset=base64",
        b"text/plain; charset=windows-1251",
        b'text/plain; charset="',
        b"text/plain; charset",
        b"text",
        b"/",
        b";;;",
    ],
    ids=ascii,
)
def test_what_a_letter_says_of_its_charset_is_believed_if_it_fits(content_type: bytes) -> None:
    body = LONG.encode("cp1251")

    assert read(raw(body, b"Content-Type: " + content_type)).text == LONG


def test_html_is_shown_as_text_without_scripts_and_with_links() -> None:
    html = (
        "<html><head><style>p {color: red}</style><title>x</title></head><body><script>alert(1)</script>"
        "<p>Здравствуйте!</p><p onclick='x()'>Смотрите <a href='https://example.ru/a'>здесь</a>.</p>"
        "<ul><li>раз</li><li>два</li></ul><img src='https://spy.example.ru/1.gif'></body></html>"
    )

    text = read(cases.with_html(html)).text

    assert text.startswith("Здравствуйте!")
    assert "https://example.ru/a" in text
    assert "раз" in text
    assert not any(word in text for word in ("alert", "color", "<", "spy.example.ru", "onclick"))


def test_of_alternatives_the_plain_one_is_read_once() -> None:
    assert read(cases.with_html("<p>иное</p>", plain=QUESTION)).whole == QUESTION


@pytest.mark.parametrize(
    "html", ["<div>" * 60_000 + "слово", "<table>" * 5000 + "слово", "<p>слово<!--" + "-" * 10_000]
)
def test_html_that_is_meant_to_break_us_is_read_all_the_same(html: str) -> None:
    assert "слово" in read(cases.with_html(html)).text


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("Акт.pdf", PDF, "Акт.pdf"),
        ("фото.jpeg", b"\xff\xd8\xff\xe0" + bytes(20), "фото.jpeg"),
        ("scan", PNG, "scan.png"),
        ("Отчёт.docx", DOCX, "Отчёт.docx"),
        ("Отчёт.odt", ODT, "Отчёт.odt"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), "old.doc"),
        ("short.txt", b"hello", "short.txt"),
        ("список.csv", "Иванов;5\n".encode("cp1251"), "список.csv"),
        ("photo.exe", PNG, "photo.exe.png"),
        ("фото\u202egnp.exe", PNG, "фотоgnp.exe.png"),
        ("../../etc/passwd.png", PNG, "etc passwd.png"),
        ("C:\\a|b?.png", PNG, "C a b.png"),
        ("a" * 300 + ".pdf", PDF, "a" * 100 + ".pdf"),
        ("", PDF, "вложение.pdf"),
        ("winmail.dat", TNEF, "winmail.dat"),
    ],
    ids=shortly,
)
def test_a_file_is_kept_for_what_it_is_under_a_safe_name(name: str, content: bytes, kept: str) -> None:
    [file] = read(cases.with_files((name, content))).files

    assert (file.name, file.body) == (kept, content)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("report.pdf", EXE, "мы храним только"),
        ("report.exe", EXE, "мы храним только"),
        ("run.txt", b"#!/bin/sh\nrm -rf /", "мы храним только"),
        ("page.html", b"<script>alert(1)</script>", "мы храним только"),
        ("page.txt", b"<script>alert(1)</script>", "мы храним только"),
        ("run.js", b"alert(1)", "мы храним только"),
        ("draw.svg", b"<svg xmlns='x'/>", "мы храним только"),
        ("all.zip", cases.archive("run.exe"), "мы храним только"),
        ("cut.docx", DOCX[:40], "мы храним только"),
        ("report.docm", DOCM, "есть макросы"),
        ("report.docx", DOCM, "есть макросы"),
        ("null.txt", b"a\x00b", "мы храним только"),
    ],
    ids=shortly,
)
def test_a_file_that_may_harm_is_left_out_and_said_so(name: str, content: bytes, why: str) -> None:
    found = read(cases.with_files((name, content)))

    assert found.files == []
    [note] = found.notes
    assert note.startswith(f"Вложение «{name}»")
    assert why in note


def test_files_over_the_size_and_the_number_are_left_out_and_said_so() -> None:
    many = read(cases.with_files(*((f"{nth}.png", PNG) for nth in range(MOST + 2))))
    large = read(cases.with_files(("plan.pdf", PDF + bytes(LARGEST)), ("act.pdf", PDF)))

    assert len(many.files) == MOST
    assert len(many.notes) == 2
    assert [file.name for file in large.files] == ["act.pdf"]
    assert "больше 10 МБ" in large.notes[0]


def test_what_outlook_wraps_is_kept_and_explained() -> None:
    assert OUTLOOK in read(cases.with_files(("winmail.dat", TNEF))).notes


def test_a_safe_name_is_never_empty() -> None:
    assert [safe_name(name, "pdf") for name in ("", "...", "\x00/\\", " / ")] == ["файл.pdf"] * 4


HEAD = "12 марта 2026 г., 10:00, Линия <line@example.ru>"
QUOTES = {
    "with signs": f"{ANSWER}\n\n{HEAD} писал(а):\n> Откройте\n> ещё",
    "with signs, two lines": f"{ANSWER}\n\nчт, 12 мар. 2026 г. в 10:00, Линия\n<line@x.ru>:\n\n> Откройте",
    "without a head": f"{ANSWER}\n\n> {OURS.splitlines()[0]}\n> С уважением",
    "outlook": f"{ANSWER}\n\nОт: Линия <line@x.ru>\nОтправлено: 12 марта 2026 г. 10:00\nКому: a\n\n{OURS}",
    "original": f"{ANSWER}\n\n-----Original Message-----\nFrom: line\n\n{OURS}",
    "passed on": f"{ANSWER}\n-------- Пересылаемое сообщение --------\n12.03.2026, 10:00, Линия:\n{OURS}",
    "english": f"{ANSWER}\n\nOn Thu, Mar 12, 2026 at 10:00 AM Line <line@example.ru> wrote:\n\n{OURS}",
    "below": f"> {OURS.splitlines()[0]}\n> С уважением\n\n{ANSWER}",
    "below with a head": f"12.03.2026 10:00, Линия пишет:\n> Откройте\n\n{ANSWER}",
}


@pytest.mark.parametrize("text", QUOTES.values(), ids=list(QUOTES))
def test_the_letter_that_is_answered_is_folded_and_not_lost(text: str) -> None:
    found = read(sent(text))

    assert found.text == ANSWER
    assert "Откройте" in found.whole


@pytest.mark.parametrize(
    "text",
    [
        "> Какой у вас адрес?\nУлица Мира, 5.\n> А телефон?\n8 4932 32-61-12",
        "> одна цитата",
        "Мой адрес:\nул. Мира, 5",
        f"{ANSWER}\n\n-- \nПётр Иванов\n+7 920 123-45-67",
        "От: кого пришло письмо, я не знаю.\nПодскажите.",
        "Здравствуйте!\nОт: села Ивановка\nТема: дорога\nКогда её починят?",
        "Добрый день!\nВ ответе от 12.03 директор написал:\nприходите завтра",
    ],
    ids=len,
)
def test_what_nobody_would_understand_without_its_quotes_and_a_signature_stay(text: str) -> None:
    assert read(sent(text)).text == text


def test_folding_takes_no_time_to_speak_of() -> None:
    begun = time.monotonic()

    quoting.fresh("12 " * 30_000 + "\n" + "От: а\n" * 10_000 + "> а\n" * 10_000)
    quoting.fresh("on " + "12 пишет" * 20_000)

    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("depth", [5, 30, 400, 3000])
def test_parts_within_parts_are_read_or_shown_as_they_are(depth: int) -> None:
    found = read(cases.nested(depth))

    assert QUESTION in found.whole or found.notes == [UNREADABLE]
    assert found.sender == "petr@example.ru"


def test_a_letter_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    found = read(cases.never_closed())

    assert found.text == QUESTION
    assert [file.name for file in found.files] == ["act.pdf"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"\r\n\r\n",
        b"From\r\n",
        b"\xff\xfe" * 500,
        b":" * 1000,
        b"Subject: \\ud800\r\n\r\nx",
    ],
    ids=ascii,
)
def test_what_is_no_letter_is_no_fault(content: bytes) -> None:
    found = read(content)

    assert found.sender == ""
    assert not any("\ud800" <= sign <= "\udfff" for sign in f"{found.subject}{found.text}{found.whole}")


@pytest.mark.parametrize(
    ("headers", "author"),
    [
        ({}, Author.PERSON),
        ({"auto_submitted": "no"}, Author.PERSON),
        ({"auto_submitted": "auto-replied; owner=x"}, Author.AUTO_REPLY),
        ({"auto_submitted": "auto-generated"}, Author.ROBOT),
        ({"precedence": "bulk"}, Author.ROBOT),
        ({"precedence": "auto_reply"}, Author.AUTO_REPLY),
        ({"list_id": "<news.example.ru>"}, Author.ROBOT),
        ({"x_auto_response_suppress": "All"}, Author.ROBOT),
        ({"x_autoreply": "yes"}, Author.AUTO_REPLY),
        ({"subject": "Автоответ: я в отпуске"}, Author.ROBOT),
        ({"from": "noreply@example.ru"}, Author.ROBOT),
        ({"from": "MAILER-DAEMON@example.ru"}, Author.ROBOT),
        ({"from": "postmaster@school1.ru"}, Author.ROBOT),
        ({"return_path": "<>", "auto_submitted": "auto-replied"}, Author.AUTO_REPLY),
        ({"return_path": "<>"}, Author.BOUNCE),
        ({"return_path": "<petr@example.ru>"}, Author.PERSON),
        ({"from": ""}, Author.ROBOT),
    ],
    ids=str,
)
def test_programs_are_told_from_people(headers: dict[str, str], author: Author) -> None:
    assert read(raw(QUESTION.encode(), **headers)).author is author


def test_a_report_of_delivery_names_the_letter_that_it_is_about() -> None:
    found = read(cases.bounce("7@line.example.ru"))

    assert (found.author, found.references) == (Author.BOUNCE, ["7@line.example.ru"])


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_report_of_anything_but_a_failure_is_no_bounce(action: str) -> None:
    assert read(cases.bounce("7@line.example.ru", action=action)).author is Author.REPORT


def test_a_read_receipt_is_no_bounce() -> None:
    assert read(cases.read_receipt("7@line.example.ru")).author is Author.REPORT


def test_copies_have_one_digest_and_other_letters_another() -> None:
    once = read(sent()).digest

    assert read(b"Received: by mx2\r\nDelivered-To: x@example.ru\r\n" + sent()).digest == once
    others = [sent("Другое"), sent(message_id="<q2@example.ru>"), sent(message_id=""), sent(subject="Другая")]
    assert len({once, *(read(each).digest for each in others)}) == 5


@pytest.mark.parametrize(
    ("subject", "number", "rest"),
    [
        ("Re: [№ 123] Регистрация", 123, "Регистрация"),
        ("Отв: Fwd: [№123] Re: Регистрация", 123, "Регистрация"),
        ("№ 123", None, "№ 123"),
        ("[№ 99999999999999999999]", None, "[№ 99999999999999999999]"),
        ("[№ -1]", None, "[№ -1]"),
        ("Ответьте: когда?", None, "Ответьте: когда?"),
    ],
)
def test_a_number_counts_in_its_brackets_alone(subject: str, number: int | None, rest: str) -> None:
    assert (number_in(subject), bare(subject)) == (number, rest)


async def test_letters_are_read_in_a_process_of_their_own_many_at_once() -> None:
    letters = [(sent(), 0), (cases.with_files(("a.png", PNG), ("b.pdf", PDF)), 0), (b"", 0)]

    found = await LetterReader().read(letters)

    assert found == [parsing.read(content) for content, _ in letters]


async def test_a_letter_that_ends_the_process_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = LetterReader()
    good, bad = (sent(), 0), (b"x" * 100_000_000, 0)
    monkeypatch.setattr(reader, "_bench", _Breaks(reader._bench))

    first, broken, last = await reader.read([good, bad, good])

    assert isinstance(broken, Unreadable)
    assert first == last == parsing.read(sent())


class _Breaks:
    """A process that no batch survives with such a letter in it."""

    def __init__(self, real: Workbench) -> None:
        self._real = real

    async def done(self, content: bytes) -> bytes:
        if len(content) > 50_000_000:
            raise TimeoutError
        return await self._real.done(content)


async def test_a_letter_of_30_mb_is_read_in_bounded_memory() -> None:
    [found] = await LetterReader().read([(cases.large(31_000_000), 0)])

    assert isinstance(found, Letter)
    assert found.text == QUESTION
    assert "больше 10 МБ" in found.notes[0]


async def test_of_a_letter_that_is_larger_still_the_beginning_is_read() -> None:
    [found] = await LetterReader().read([(cases.large(3_000_000)[:1_000_000], 60_000_000)])

    assert isinstance(found, Letter)
    assert (found.text, found.files) == (QUESTION, [])
    assert "слишком большое (60 МБ)" in found.notes[0]
