"""Letters whose time is over, and files that wait to be discarded."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from contracts.appointments import Role, Scope
from services.chassis.db import pruning
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Unavailable
from services.directory.grants import Grant, Staff
from services.hotline.inquiries.commands.mark_spam import Spam, mark_spam
from services.hotline.mailbox.commands import discard_erased
from services.hotline.mailbox.commands.discard_erased import discarded
from services.hotline.mailbox.store import letters
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry
from services.hotline.retention.commands.expire_words import expire_words, look_at_expired
from tests.factories import DISTRICT
from tests.hotline.lines.conftest import CAMPAIGN, FRIDAY, World
from tests.hotline.mailbox import cases
from tests.hotline.mailbox.cases import PDF, sent
from tests.hotline.mailbox.conftest import Post, id_of

KEPT = 30
ADMINISTRATOR = Staff(uuid4(), uuid4(), (Grant(uuid4(), Role.ADMINISTRATOR, Scope.REGION, "region", FRIDAY),))


def stored(post: Post) -> list[str]:
    return [file.name for file in (post.place / "files").rglob("*") if file.is_file()]


async def test_a_parked_letter_is_given_up_with_its_bytes_and_its_alarm(post: Post) -> None:
    at, post.now = post.now, post.now.replace(month=6)
    await post.take_in(sent())
    assert (await post.outcomes(), len(stored(post))) == (["parked"], 1)
    post.now += timedelta(days=KEPT + 1)

    counts = await look_at_expired(post.pool, ADMINISTRATOR, KEPT, post.now)
    done = await expire_words(post.pool, ADMINISTRATOR, KEPT, Moment(post.now))
    await discarded(post.pool, post.parts.files)

    assert (counts, done.erased) == ({DISTRICT: [0, 0, 0, 0, 0, 1]}, 1)
    assert (await post.outcomes(), await post.set_aside(), stored(post)) == (["expired"], [], [])
    post.now = at
    await post.take_in(sent())
    assert await post.inquiries() == []


async def test_the_files_of_a_letter_that_is_given_up_go_with_it(post: Post) -> None:
    post.now = post.now.replace(month=6)
    await post.take_in(cases.with_files(("Акт.pdf", PDF), ("План.pdf", PDF + b"2")))
    assert len(stored(post)) == 3
    await discarded(post.pool, post.parts.files)
    assert len(stored(post)) == 3, "somebody may repeat it"
    post.now += timedelta(days=KEPT + 1)

    await expire_words(post.pool, ADMINISTRATOR, KEPT, Moment(post.now))
    await discarded(post.pool, post.parts.files)

    assert stored(post) == []


async def saying_nothing(post: Post, which: str) -> bytes:
    """A letter with a file to which nobody is answered."""
    await post.take_in(sent())
    [receipt] = await post.sent()
    named = {
        "an auto-reply": {"auto_submitted": "auto-replied", "message_id": "<away@example.ru>"},
        "a report": {"From": "MAILER-DAEMON@mx.ru", "return_path": "<>", "message_id": "<b@mx.ru>"},
        "our own": {"message_id": str(receipt["Message-ID"])},
    }[which]
    return cases.with_files(("Акт.pdf", PDF), ("План.pdf", PDF + b"2"), **named)


@pytest.mark.parametrize("which", ["an auto-reply", "a report", "our own"])
async def test_nothing_stays_of_a_letter_that_says_nothing(post: Post, which: str) -> None:
    letter = await saying_nothing(post, which)

    await post.take_in(letter, letter)

    assert (await post.outcomes(), len(stored(post))) == (["opened", "ignored"], 2)
    assert await discarded(post.pool, post.parts.files) == 1
    assert stored(post) == []
    assert await discarded(post.pool, post.parts.files) == 0


@pytest.mark.parametrize("quicker", [False, True], ids=["later", "at once"])
async def test_a_copy_takes_no_file_from_the_first(
    post: Post, monkeypatch: pytest.MonkeyPatch, quicker: bool
) -> None:
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    if quicker:
        unseen(monkeypatch)

    await post.take_in(b"Received: by another\r\n" + cases.with_files(("Акт.pdf", PDF)))
    await discarded(post.pool, post.parts.files)

    assert (await post.outcomes(), len(stored(post))) == (["opened"], 1)


async def test_what_a_copy_wrote_once_more_is_discarded_once_more(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = await saying_nothing(post, "an auto-reply")
    await post.take_in(letter)
    await discarded(post.pool, post.parts.files)
    unseen(monkeypatch)

    await post.take_in(letter)
    assert len(stored(post)) == 2
    await discarded(post.pool, post.parts.files)

    assert stored(post) == []


def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker takes in the same letter at this moment."""

    async def not_yet(*_: object) -> bool:
        return False

    monkeypatch.setattr(letters, "is_taken", not_yet)


async def test_the_files_of_spam_expire_as_all_others(post: Post) -> None:
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    world = World(post.pool, now=post.now, known=post.region.known)
    operator = await world.appoint(Role.HOTLINE_OPERATOR)
    await mark_spam(post.pool, post.region.known, operator, Spam(await id_of(post, 1)), world.at())
    post.now += timedelta(days=KEPT + 1)

    await expire_words(post.pool, ADMINISTRATOR, KEPT, Moment(post.now))
    await discarded(post.pool, post.parts.files)

    assert stored(post) == []


async def test_who_has_sent_a_letter_is_forgotten_after_a_day(post: Post) -> None:
    await post.take_in(sent())
    [rule] = letters.PRUNED

    kept = [await pruning.apply(post.pool, rule, post.now + timedelta(hours=hours)) for hours in (23, 25, 25)]

    assert kept == [0, 1, 0]
    assert await post.rows("SELECT sender FROM mailbox_letter") == [{"sender": ""}]


async def test_the_files_of_an_inquiry_expire_with_it(post: Post) -> None:
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    await post.pool.execute("UPDATE inquiry SET status = 'closed', closed_at = $1", post.now)
    post.now += timedelta(days=KEPT + 1)

    counts = await look_at_expired(post.pool, ADMINISTRATOR, KEPT, post.now)
    await expire_words(post.pool, ADMINISTRATOR, KEPT, Moment(post.now))
    await discarded(post.pool, post.parts.files)

    assert counts == {DISTRICT: [1, 0, 1, 0, 0, 0]}
    assert stored(post) == []


async def test_the_files_of_an_inquiry_that_nobody_has_answered_go_after_its_campaign(post: Post) -> None:
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    post.now = datetime.combine(CAMPAIGN.close_until, time(), UTC) + timedelta(days=KEPT + 2)

    counts = await look_at_expired(post.pool, ADMINISTRATOR, KEPT, post.now)
    await expire_words(post.pool, ADMINISTRATOR, KEPT, Moment(post.now))
    await discarded(post.pool, post.parts.files)

    assert counts == {DISTRICT: [0, 1, 1, 0, 0, 0]}
    assert stored(post) == []


async def test_a_file_that_cannot_be_discarded_now_is_discarded_later(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.take_in(cases.with_files(("Акт.pdf", PDF)))
    erasure = Erasure(DISTRICT, await id_of(post, 1))
    await erase_inquiry(post.pool, post.region.known, erasure, Moment(post.now))

    async def away(_: str) -> None:
        raise Unavailable("files-unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(post.parts.files, "remove", away)
        assert await discarded(post.pool, post.parts.files) == 0
    assert len(stored(post)) == 1

    assert await discarded(post.pool, post.parts.files) == 1
    assert stored(post) == []


async def test_one_file_that_cannot_be_discarded_holds_up_no_other(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discard_erased, "PORTION", 1)
    await post.take_in(cases.with_files(("a.pdf", PDF), ("b.pdf", PDF)))
    erasure = Erasure(DISTRICT, await id_of(post, 1))
    await erase_inquiry(post.pool, post.region.known, erasure, Moment(post.now))
    first = await post.pool.fetchval("SELECT key FROM inquiry_file ORDER BY id LIMIT 1")
    real = post.parts.files.remove

    async def away(key: str) -> None:
        if key == first:
            raise Unavailable("files-unavailable")
        await real(key)

    monkeypatch.setattr(post.parts.files, "remove", away)

    assert await discarded(post.pool, post.parts.files) == 1
    assert await post.pool.fetchval("SELECT count(*) FROM inquiry_file") == 1
