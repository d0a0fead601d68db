"""Two people who stand directly above each other write to each other; nobody else reads or writes it."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Role
from services.chassis.db.idempotency import Repeat
from services.chassis.errors import Forbidden, NotFound
from services.hierarchy.messages.commands.read_messages import Opened, read_messages
from services.hierarchy.messages.commands.send_message import NewMessage, Sent, send_message
from services.hierarchy.messages.domain import is_below, neighbours
from services.hierarchy.messages.reading import contacts
from services.hierarchy.messages.store import messages
from services.hierarchy.orders.domain.tasks import Holder
from tests.hierarchy.office import Browser, Office, appoint, appointment
from tests.hierarchy.orders.giving import (
    CLERK,
    HEAD,
    MEMBER,
    ONE,
    RESPONSIBLE,
    SECOND,
    STAND_IN,
    TEACHER,
    TWO,
    Line,
    lined,
    refusal,
)
from tests.hierarchy.orders.test_order_pages import page, send

GROUPS = [uuid4(), uuid4()]
LINE_ROLES = [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SMO_OPERATOR)]


def holder(role: Role, group: UUID | None) -> Holder:
    return Holder(uuid4(), "13605000", uuid4(), role, "", group, None, "Имя", "")


HOLDERS = st.builds(holder, st.sampled_from(LINE_ROLES), st.sampled_from([None, *GROUPS]))


@given(st.lists(HOLDERS, max_size=12))
def test_whoever_writes_to_somebody_is_written_to_and_no_two_of_a_rank_are(people: list[Holder]) -> None:
    for one in people:
        for other in neighbours(people, one.account).values():
            assert one.account in neighbours(people, other.account)
            assert one.role != other.role
            assert is_below(one, other) is not is_below(other, one)
            above_groups = {Role.HEAD, Role.DEPUTY, Role.RESPONSIBLE} & {one.role, other.role}
            assert above_groups or one.working_group == other.working_group


@pytest.fixture
async def line(office: Office, browser: Browser) -> Line:
    """Everybody is appointed; the browser is the group leader's."""
    return await lined(office, browser)


async def write(line: Line, by: str, to: str, body: str = "Когда собрание?") -> Sent:
    given = NewMessage((await line.staff(to)).account, body)
    return await send_message(line.office.pool, await line.staff(by), given, line.at())


async def opened(line: Line, by: str, other: str) -> Opened:
    account = (await line.staff(other)).account
    return await read_messages(line.office.pool, await line.staff(by), account, line.at(), None, 9)


async def unread(line: Line, email: str) -> list[int]:
    staff = await line.staff(email)
    async with line.office.pool.acquire() as db, db.transaction():
        await contacts(db, staff)
        return [each.unread for each in await messages.conversations(db, staff.account, None, 9)]


async def test_a_message_is_read_when_the_other_opens_it(line: Line) -> None:
    await write(line, TEACHER, ONE)
    await write(line, ONE, TEACHER, "В пятницу")
    await write(line, TEACHER, ONE, "Спасибо")
    before = await unread(line, ONE)

    found = (await opened(line, ONE, TEACHER)).found

    assert [each.body for each in found] == ["Спасибо", "В пятницу", "Когда собрание?"]
    assert (before, await unread(line, ONE), await unread(line, TEACHER)) == ([2], [0], [1])
    seen = (await opened(line, TEACHER, ONE)).found
    assert [each.read_at is not None for each in seen] == [True, False, True]


async def test_one_writes_along_the_line_alone(line: Line) -> None:
    await line.office.reset(line.browser, HEAD)
    await appoint(line.browser, appointment("member", line.rest, "sibling@example.org", category="servant"))
    line.office.now += timedelta(minutes=1)

    for by, to in (
        (TEACHER, MEMBER),
        (STAND_IN, ONE),
        (MEMBER, ONE),
        (ONE, HEAD),
        (ONE, RESPONSIBLE),
        (HEAD, TWO),
    ):
        await write(line, by, to)
        await write(line, to, by)
    for by, to in ((TEACHER, SECOND), (TEACHER, HEAD), (TEACHER, TWO), (TEACHER, "sibling@example.org")):
        assert await refusal(write(line, by, to)) == {("message-nobody", "")}
        with pytest.raises(NotFound):
            await opened(line, to, by)
    for by, to in ((CLERK, ONE), (MEMBER, HEAD), (ONE, ONE), (HEAD, "admin@example.org")):
        assert await refusal(write(line, by, to)) == {("message-nobody", "")}
    # What two have written, those above them do not read.
    assert [each.body for each in (await opened(line, HEAD, ONE)).found] == ["Когда собрание?"] * 2
    for bad in ("", "\0\u200b\u202e", "я" * 4_001, "ж" * 1_000_000):
        assert await refusal(write(line, ONE, HEAD, bad)) == {("message-text", "text")}


async def test_a_repeated_message_is_sent_once_and_two_at_once_are_two(line: Line) -> None:
    staff, to = await line.staff(TEACHER), (await line.staff(ONE)).account
    at = replace(line.at(), repeat=Repeat("teacher", "key", b"print"))
    sent = [await send_message(line.office.pool, staff, NewMessage(to, "Да"), at) for _ in range(2)]
    await asyncio.gather(*(write(line, TEACHER, ONE, body) for body in ("Раз", "Два")))

    assert sent[0] == sent[1]
    assert await unread(line, ONE) == [3]


async def test_whoever_stands_beside_one_no_more_is_read_and_not_written_to(line: Line) -> None:
    await write(line, MEMBER, TEACHER)
    await line.office.reset(line.browser, HEAD)
    await line.end(MEMBER, "member")
    line.office.now += timedelta(minutes=1)

    old = await opened(line, TEACHER, MEMBER)
    with pytest.raises(Forbidden):
        await write(line, TEACHER, MEMBER)
    with pytest.raises(NotFound):
        await opened(line, MEMBER, TEACHER)

    assert (old.contact, len(old.found)) == (None, 1)


async def test_messages_on_pages_and_by_the_api(line: Line) -> None:
    browser, folder = line.browser, "/cabinet/messages"
    teacher, leader = (await line.staff(TEACHER)).account, (await line.staff(ONE)).account
    await line.office.come(browser, TEACHER)
    people = await page(browser, f"{folder}?q=петров")
    empty = await send(browser, f"{folder}/{leader}", text="")
    sent = await send(browser, f"{folder}/{leader}", text="<b>Когда</b> собрание?")
    by_api = await browser.post("/api/v1/messages", json={"to": str(leader), "text": "И где?"})

    await line.office.reset(browser, ONE)
    today = re.sub(r"<[^>]+>", "", await page(browser, "/cabinet"))
    mine = (await browser.get("/api/v1/messages")).json()
    conversation = (await browser.get(f"{folder}/{teacher}")).text
    after = (await browser.get("/api/v1/messages")).json()
    read = (await browser.get(f"/api/v1/messages/{teacher}?limit=1")).json()

    assert f'href="{folder}/{leader}"' in people
    assert (empty.status_code, sent.status_code, by_api.status_code) == (422, 303, 201)
    assert "2 непрочитанных сообщения" in today
    assert [(each["unread"], each["mine"]) for each in mine["items"]] == [(2, False)]
    assert "&lt;b&gt;" in conversation
    assert [each["unread"] for each in after["items"]] == [0]
    assert ([each["text"] for each in read["items"]], read["next"] is not None) == (["И где?"], True)
