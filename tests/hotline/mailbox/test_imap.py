"""Letters from a real IMAP server (Dovecot): put away once taken in, and none lost or doubled if it dies."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from services.chassis.mail.imap_url import Server, server_of
from services.hotline.mailbox import fetching
from services.hotline.mailbox.fetching import Mailbox
from services.hotline.mailbox.sources import Away
from services.hotline.mailbox.sources.imap import TAKEN, Imap
from tests.factories import DISTRICT, OKRUG
from tests.hotline.mailbox import cases
from tests.hotline.mailbox.cases import PDF, QUESTION, sent
from tests.hotline.mailbox.conftest import Post
from tests.hotline.mailbox.dovecot import PASSWORD, Dovecot, dovecot

KEPT = f"{DISTRICT}/{TAKEN}"


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """The module's server, running and empty."""
    running.ensure()
    running.empty()
    return running


@pytest.fixture
async def imap(server: Dovecot) -> AsyncIterator[Imap]:
    source = Imap(server.server, PASSWORD)
    yield source
    await source.close()


@pytest.fixture
def mailbox(post: Post, imap: Imap) -> Mailbox:
    return post.with_source(imap)


async def drain(mailbox: Mailbox) -> None:
    while await mailbox.round():
        pass


def many(count: int) -> list[bytes]:
    return [sent(f"Вопрос {nth}", message_id=f"<m{nth}@example.ru>") for nth in range(count)]


async def asked(post: Post) -> list[str]:
    return sorted(text for kind, text in await post.history() if kind == "asked")


async def test_letters_are_taken_in_and_their_originals_kept(
    post: Post, mailbox: Mailbox, server: Dovecot
) -> None:
    letter = cases.with_files(("Акт.pdf", PDF))
    server.deliver(DISTRICT, letter)
    server.deliver(OKRUG, sent())

    await drain(mailbox)

    assert {row["municipality"] for row in await post.inquiries()} == {DISTRICT, OKRUG}
    assert [server.count(folder) for folder in (DISTRICT, OKRUG, KEPT, f"{OKRUG}/{TAKEN}")] == [0, 0, 1, 1]
    assert server.contents(KEPT) == [letter]


async def test_a_letter_that_comes_later_is_taken_in_by_the_same_session(
    post: Post, mailbox: Mailbox, server: Dovecot
) -> None:
    server.deliver(DISTRICT, sent("Первый вопрос", message_id="<first@example.ru>"))
    await drain(mailbox)

    server.deliver(DISTRICT, sent("Второй вопрос", message_id="<second@example.ru>"))
    await drain(mailbox)

    assert server.count(DISTRICT) == 0
    assert len(await post.inquiries()) == 2


async def test_folders_of_no_line_are_left_alone(post: Post, mailbox: Mailbox, server: Dovecot) -> None:
    server.deliver("INBOX", sent())
    server.deliver("Другое", sent())

    await drain(mailbox)

    assert (server.count("INBOX"), server.count("Другое"), await post.inquiries()) == (1, 1, [])


async def test_only_folders_under_that_of_the_url_are_read(post: Post, server: Dovecot) -> None:
    server.deliver(f"Линии/{DISTRICT}", sent())
    server.deliver(OKRUG, sent())
    given = server.server
    imap = Imap(Server(given.host, given.port, given.login, tls=False, folder="Линии"), PASSWORD)

    await drain(post.with_source(imap))
    await imap.close()

    assert [row["municipality"] for row in await post.inquiries()] == [DISTRICT]


async def test_a_flood_is_taken_in_by_portions_and_holds_up_no_other_line(
    post: Post, mailbox: Mailbox, server: Dovecot
) -> None:
    server.deliver(DISTRICT, *many(fetching.AT_ONCE + 10))
    server.deliver(OKRUG, sent())

    assert await mailbox.round()
    assert OKRUG in {row["municipality"] for row in await post.inquiries()}
    assert server.count(DISTRICT) == 10

    await drain(mailbox)
    assert len(await post.inquiries()) == fetching.AT_ONCE + 11
    assert (server.count(DISTRICT), server.count(KEPT)) == (0, fetching.AT_ONCE + 10)


@pytest.mark.parametrize("call", ["fetch", "move", "select_folder", "folder_status"])
async def test_a_server_that_dies_in_the_middle_loses_no_letter_and_doubles_none(
    post: Post, imap: Imap, mailbox: Mailbox, server: Dovecot, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    server.deliver(DISTRICT, *many(5))
    await imap.folders()
    assert imap._client is not None
    real = getattr(imap._client, call)

    def dies(*given: Any, **named: Any) -> Any:
        server.kill()
        return real(*given, **named)

    monkeypatch.setattr(imap._client, call, dies)
    with pytest.raises(Away):
        await drain(mailbox)
    with pytest.raises(Away):
        await mailbox.round()
    server.start()
    await drain(mailbox)

    assert await asked(post) == [f"Вопрос {nth}" for nth in range(5)]
    assert (server.count(DISTRICT), server.count(KEPT)) == (0, 5)


async def test_a_server_that_dies_within_a_letter_loses_nothing(
    post: Post, imap: Imap, mailbox: Mailbox, server: Dovecot
) -> None:
    server.deliver(DISTRICT, cases.large(9_000_000), *many(2))

    async def dies() -> None:
        await asyncio.sleep(0.15)
        server.kill()

    killing = asyncio.create_task(dies())
    for _ in range(3):
        try:
            await mailbox.round()
        except Away:
            break
    await killing
    server.start()
    await drain(mailbox)

    assert await asked(post) == ["Вопрос 0", "Вопрос 1", QUESTION]
    assert server.count(DISTRICT) == 0


async def test_another_uidvalidity_loses_no_letter_and_doubles_none(
    post: Post, imap: Imap, mailbox: Mailbox, server: Dovecot
) -> None:
    server.deliver(DISTRICT, *many(3))
    found, total = await imap.waiting(DISTRICT, 10)
    assert (len(found), total) == (3, 3)
    validity = found[0].key.split()[0]

    server.renumber(DISTRICT, [*many(3), sent("Новое", message_id="<new@x>")])
    await imap.close()
    again, _ = await imap.waiting(DISTRICT, 10)

    assert again[0].key.split()[0] != validity
    assert await imap.read(DISTRICT, found, 1000) == [None] * 3
    await imap.put_away(DISTRICT, found)
    assert server.count(DISTRICT) == 4, "what was listed under other numbers is not put away unread"
    await drain(mailbox)
    assert await asked(post) == ["Вопрос 0", "Вопрос 1", "Вопрос 2", "Новое"]


async def test_a_letter_that_was_taken_in_but_not_put_away_is_put_away_later(
    post: Post, imap: Imap, mailbox: Mailbox, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> None:
        raise Away("gone")

    server.deliver(DISTRICT, *many(2))
    monkeypatch.setattr(imap, "put_away", dies)
    with pytest.raises(Away):
        await mailbox.round()
    assert server.count(DISTRICT) == 2
    monkeypatch.undo()

    await drain(mailbox)

    assert len(await post.inquiries()) == len(await post.sent()) == 2
    assert (server.count(DISTRICT), server.count(KEPT)) == (0, 2)


async def test_a_server_without_move_copies_and_deletes(
    post: Post, imap: Imap, mailbox: Mailbox, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imap.folders()
    assert imap._client is not None
    real: Any = imap._client.has_capability

    def has(name: str) -> bool:
        return name != "MOVE" and bool(real(name))

    monkeypatch.setattr(imap._client, "has_capability", has)
    server.deliver(DISTRICT, *many(2))

    await drain(mailbox)

    assert (server.count(DISTRICT), server.count(KEPT), len(await post.inquiries())) == (0, 2, 2)


async def test_of_a_letter_over_the_limit_only_the_beginning_is_fetched(
    post: Post, mailbox: Mailbox, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 3_000_000)
    monkeypatch.setattr(fetching, "BEGINNING", 1_000_000)
    whole = cases.large(4_000_000)
    server.deliver(DISTRICT, whole)

    await drain(mailbox)

    (question, note) = await post.history()
    assert question == ("asked", QUESTION)
    assert "слишком большое (4 МБ)" in note[1]
    assert server.contents(KEPT) == [whole]


async def test_a_wrong_password_is_no_answer_and_no_end(post: Post, server: Dovecot) -> None:
    imap = Imap(server.server, "wrong")

    with pytest.raises(Away):
        await imap.folders()
    await imap.close()


async def test_a_worker_that_ends_waits_for_no_server(post: Post, imap: Imap, server: Dovecot) -> None:
    """A server that says nothing any more."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stuck = Imap(Server("127.0.0.1", silent.getsockname()[1], "x", tls=False), "x")
        working = asyncio.create_task(post.with_source(stuck).run())
        await asyncio.sleep(0.3)

        working.cancel()
        async with asyncio.timeout(3):
            await asyncio.gather(working, return_exceptions=True)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("imaps://lines@mail.example.ru/", Server("mail.example.ru", 993, "lines")),
        (
            "imaps://l%40example.ru@mail.example.ru:1993/%D0%9B",
            Server("mail.example.ru", 1993, "l@example.ru", folder="Л"),
        ),
        ("imap+starttls://l@mail.example.ru", Server("mail.example.ru", 143, "l", tls=False, starttls=True)),
        ("imap://l@127.0.0.1:1143", Server("127.0.0.1", 1143, "l", tls=False)),
    ],
)
def test_the_url_says_where_the_letters_are(url: str, server: Server) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.ru",
        "http://l@x",
        "imaps://mail.example.ru",
        "imaps://l:secret@x",
        "imap://l@mail.example.ru",
        "imaps://l@x:0",
        "imaps://l@x y",
    ],
)
def test_a_url_that_says_no_such_thing_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="mailbox") as refused:
        server_of(url)
    assert "secret" not in str(refused.value)
