"""What transactions announce leaves in bundles, and nothing of it is lost on the way."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from services.chassis.db import notify
from services.chassis.db.notify import Notifier
from tests.databases import Database

A, B = ("marks", "a"), ("marks", "b")


class Server:
    """A connection on which a NOTIFY takes as long as the test wants, or fails."""

    def __init__(self) -> None:
        self.got: list[list[str]] = []
        self.may_answer = asyncio.Event()
        self.fails = False

    async def execute(self, _: str, __: Sequence[str], payloads: Sequence[str]) -> None:
        self.got.append(list(payloads))
        await self.may_answer.wait()
        if self.fails:
            self.fails = False
            raise ConnectionResetError

    def terminate(self) -> None:
        """Nothing to end."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()

    async def connect(_: object) -> Any:
        return server

    monkeypatch.setattr(notify, "_connect", connect)
    return server


@pytest.mark.parametrize("fails", [False, True], ids=["answered", "lost"])
async def test_what_is_announced_again_while_it_is_on_its_way_is_sent_again(
    intake_database: Database, server: Server, fails: bool
) -> None:
    notifier = Notifier(intake_database.settings(poll_interval=0.01))
    sending = asyncio.create_task(notifier.run())
    async with asyncio.timeout(5):
        notifier([A])
        while not server.got:
            await asyncio.sleep(0)
        notifier([B, A])
        server.fails = fails
        server.may_answer.set()
        while len(server.got) < 2:
            await asyncio.sleep(0.01)
    sending.cancel()

    assert server.got[:2] == [["a"], ["a", "b"] if fails else ["b", "a"]]


async def test_who_hears_much_is_told_now_and_then_that_something_may_have_been_missed(
    intake_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "LONGEST_TRUST", 0.2)
    settings, found = intake_database.settings(poll_interval=5), list[bool]()
    notifier = Notifier(settings)
    sending = asyncio.create_task(notifier.run())

    async def listen() -> None:
        async for bundle in notify.heard(settings, "marks"):
            found.append(bundle is None)
            notifier([("marks", str(len(found)))])

    listening = asyncio.create_task(listen())
    async with asyncio.timeout(10):
        while found.count(True) < 3:
            await asyncio.sleep(0.05)
    for task in (sending, listening):
        task.cancel()

    assert found[0]
    assert found.count(False) > 2
