"""What those who ask write, by every public way, stands in no log and in no event; and whatever they send is
answered."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.appointments import Role
from tests.factories import DISTRICT, OKRUG
from tests.hierarchy.office import Browser
from tests.hotline.inquiries.served import Served
from tests.hotline.inquiries.test_pages import FORM, link_of
from tests.hotline.inquiries.world import SCHOOL, World

NAME, TEXT, EMAIL, PHONE = "Канарейкина", "Кенар пропал", "kanareyka@example.org", "9201234567"
CANARIES = (NAME, TEXT, "kanareyka", PHONE, "Канарейкин", "%D0%9A%D0%B0%D0%BD")
PERSON = {"name": f"Мария {NAME}", "text": TEXT, "email": EMAIL, "phone": f"+7{PHONE}"}
FIELDS = ("text", "name", "email", "phone", "theme", "organization", "municipality")
LARGE = 1_000_000
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
def said() -> Iterator[list[Any]]:
    """Every line of the log while a test runs."""
    with capture_logs() as lines:
        yield lines


def body(**fields: bytes) -> bytes:
    """A multipart form without charsets."""
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in fields.items()
    )
    return b"".join(parts) + b"--x--\r\n"


async def ask_by_program(browser: Browser, **changes: Any) -> Any:
    given = {
        "municipality": OKRUG,
        "organization": str(SCHOOL),
        "theme": "other",
        "text": TEXT,
        "channel": "web",
        "reply_to": {"email": EMAIL},
        "name": PERSON["name"],
    }
    return await browser.post("/api/v1/inquiries", json=given | changes)


async def test_no_public_way_leads_into_a_log_or_an_event(
    site: Served, world: World, said: list[Any]
) -> None:
    administrator = await world.appoint(Role.ADMINISTRATOR, "region", where=None)
    async with site.browser() as browser:
        links = [await link_of(browser, **PERSON, answer_by=way) for way in ("e-mail", "phone", "link")]
        program = (await ask_by_program(browser)).json()
        links.append(urlsplit(program["link"]).path)
        answers = [await ask_by_program(browser, reply_to={"phone": PERSON["phone"]})]
        answers += [await ask_by_program(browser, reply_to={"email": TEXT}, name=NAME * 1_000)]
        answers += [await browser.post("/hotline/new", data=FORM | PERSON | {"theme": TEXT})]
        answers += [await browser.post("/hotline/new", data=FORM | PERSON | {"email": f"{NAME}@"})]
        answers += [
            await browser.get(path, params={"q": NAME}) for path in ("/hotline/new", "/hotline/answers")
        ]
        for link in links:
            answers += [
                await browser.get(link),
                await browser.get(f"{link}x"),
                await browser.get(f"{link}/{NAME}"),
            ]
            answers += [await browser.post(f"{link}/replies", data={"text": TEXT})]
            answers += [await browser.post(f"{link}/replies", data={"text": TEXT * 10_000})]
            answers += [await browser.post(f"{link}/helped", data={"helped": NAME})]
        reply = {"link": links[0].rpartition("/")[2], "text": TEXT}
        answers += [await browser.post("/api/v1/inquiries/replies", json=reply)]
        answers += [await browser.post("/api/v1/inquiries/replies", json={**reply, "link": NAME})]
        await world.escalate()
        answers += [await browser.post(f"{links[0]}/erasure", data={})]
    async with site.browser(administrator) as browser:
        answers += [
            await browser.get("/hotline/audit", params={"place": NAME}),
            await browser.get("/hotline/retention"),
        ]

    assert max(answer.status_code for answer in answers) < 500
    told = await world.pool.fetch("SELECT * FROM outbox")
    audit = await world.everything.fetch("SELECT * FROM audit")
    kept = repr([*said, *map(dict, told), *map(dict, audit)])
    assert len(told) >= len(links)
    assert [canary for canary in CANARIES if canary.casefold() in kept.casefold()] == []
    assert [link for link in links if link.rpartition("/")[2] in kept] == [], "a link opens the inquiry"


ODD = {
    "large": "Я" * (LARGE // 2),
    "nul": "a\x00b",
    "right to left": "\u202eгнип\u202c",
    "private": "\ud7ff",
    "empty": "",
    "markup": "'\"><b>",
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
async def test_whatever_stands_in_a_field_is_answered(browser: Browser, said: list[Any], value: str) -> None:
    answers = {
        name: await browser.post("/hotline/new", data=FORM | {name: value}, follow_redirects=False)
        for name in FIELDS
    }

    codes = {name: answer.status_code for name, answer in answers.items()}
    assert set(codes.values()) <= {303, 400, 413, 422}, codes
    assert [name for name, answer in answers.items() if "'\"><b>" in answer.text] == []
    assert [line for line in said if line["log_level"] in ("error", "critical")] == []


async def test_forms_that_no_browser_sends_are_answered(browser: Browser, said: list[Any]) -> None:
    link = await link_of(browser)
    russian = {name: value.encode("cp1251") for name, value in FORM.items()}
    sent = (
        ("/hotline/new", body(**russian), MULTIPART),
        (f"{link}/replies", body(text="Ответ".encode("cp1251")), MULTIPART),
        (f"{link}/replies", body(text=b"\x00"), MULTIPART),
        ("/hotline/new", body(text=b"a") * 2, MULTIPART),
        (f"{link}/replies", b"text=a&text=b&text=%ff", {"Content-Type": "application/x-www-form-urlencoded"}),
        (f"{link}/replies", b"text=" + b"a" * LARGE, {"Content-Type": "application/x-www-form-urlencoded"}),
        (f"{link}/replies", b"{}", {"Content-Type": "application/json"}),
        (f"{link}/erasure", b"\xff", {"Content-Type": "text/plain"}),
    )

    answers = [await browser.post(path, content=content, headers=head) for path, content, head in sent]

    codes = [answer.status_code for answer in answers]
    assert codes[:2] == [400, 400]
    assert max(codes) < 500
    assert [line for line in said if line["log_level"] in ("error", "critical")] == []


async def test_a_repeated_form_asks_once_and_a_tampered_link_opens_nothing(
    browser: Browser, world: World
) -> None:
    key = uuid4().hex
    first, again = [await link_of(browser, form_key=key) for _ in range(2)]
    other = await link_of(browser, text="Другой вопрос")
    start, mine = first.rpartition("/")[0], first.rpartition("/")[2]
    theirs = other.rpartition("/")[2]
    tampered = [
        mine[:-1] + ("A" if mine[-1] != "A" else "Q"),
        mine[:20] + theirs[20:],
        mine.swapcase(),
        f"{mine}=",
        f"{mine}%00",
        mine[: len(mine) // 2],
        DISTRICT,
        mine * 100,
    ]

    async with world.everything.acquire() as db:
        asked = await db.fetchval("SELECT count(*) FROM inquiry")
    opened = [(await browser.get(f"{start}/{link}")).status_code for link in tampered]
    replied = [
        (await browser.post(f"{start}/{link}/replies", data={"text": "Чужое"})).status_code
        for link in tampered
    ]

    assert (first, asked) == (again, 2)
    assert set(opened) | set(replied) == {404}
