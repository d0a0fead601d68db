"""`python -m tests.chaos.harmed HARM SERVICE KIND`: a process of a service that harms itself or is wrong."""

import asyncio
import os
import runpy
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any
from unittest import mock

from granian.server.embed import Server

from services.chassis.db.pool import Db
from services.chassis.streams import relay
from services.chassis.streams.reading import Reading
from services.chassis.streams.relay import Sent
from services.chassis.streams.tail import Stream
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import New
from services.metrics.domain import Deltas
from services.metrics.store import figures
from services.metrics.store.figures import Change

BLOCKED = float(os.environ.get("BLOCKED", "40"))
"""Seconds for which the event loop stands still."""


class Changed:
    """Named statements; one of them is another."""

    def __init__(self, statements: Any, name: str, statement: str | None) -> None:
        self._statements, self._name, self._statement = statements, name, statement

    def __getattr__(self, name: str) -> Any:
        if name != self._name:
            return getattr(self._statements, name)
        if self._statement is None:
            die()
        return self._statement


def die() -> None:
    """kill −9 of this process, by itself."""
    os.kill(os.getpid(), signal.SIGKILL)


def replace(where: object, name: str, what: object) -> None:
    """Put something else there for the rest of the process's life."""
    mock.patch.object(where, name, what).start()


def dies_before_mark() -> None:
    """A relay that is killed exactly between a batch's acknowledgement and the mark of it."""
    step = relay.step

    async def step_or_die(db: Db, acknowledged: Sequence[Sent], held: Sequence[Stream]) -> Any:
        if acknowledged:
            die()
        return await step(db, acknowledged, held)

    replace(relay, "step", step_or_die)
    replace(relay, "sql", Changed(relay.sql, "mark_sent", None))


def dies_before_commit_to_kafka() -> None:
    """A reader that is killed exactly between its commit in PostgreSQL and the one in Kafka."""

    async def show_progress(_: Reading) -> None:
        die()

    replace(Reading, "_show_progress", show_progress)


def steals_the_lock() -> None:
    """A relay that leads although another one does."""
    replace(relay, "sql", Changed(relay.sql, "lead", "SELECT true"))


def blocks() -> None:
    """A process whose event loop stands still for a while, soon after it began."""
    serve = Server.serve

    async def serve_blocked(server: Server) -> None:
        asyncio.get_running_loop().call_later(5, time.sleep, BLOCKED)
        await serve(server)

    replace(Server, "serve", serve_blocked)


def stores_too_little() -> None:
    """An intake that answers 201 although one initiative of each batch was not stored."""
    submit = initiatives.submit

    async def submit_less(db: Db, batch: Sequence[New]) -> set[int]:
        stored = await submit(db, batch)
        await db.execute("DELETE FROM initiative WHERE id = $1", batch[0].initiative.id)
        return stored

    replace(initiatives, "submit", submit_less)


def forgets_keys() -> None:
    """An intake that takes every repetition for something new."""
    submit = initiatives.submit

    async def submit_all(db: Db, batch: Sequence[New]) -> set[int]:
        return await submit(db, [New(new.initiative, new.event) for new in batch])

    replace(initiatives, "submit", submit_all)


def tells_titles() -> None:
    """An intake that logs what people wrote."""
    submit = initiatives.submit

    async def submit_and_tell(db: Db, batch: Sequence[New]) -> set[int]:
        print("stored", [new.initiative.title for new in batch], flush=True)
        return await submit(db, batch)

    replace(initiatives, "submit", submit_and_tell)


def counts_amiss() -> None:
    """A roll-up that adds one too many to a counter of each batch."""
    add, roll_up_together = figures.add, figures.roll_up_together

    async def add_more(db: Db, stream: Stream, changes: Deltas) -> None:
        more = changes.copy()
        more[max(changes)] += 1
        await add(db, stream, more)

    async def roll_up_more(db: Db, moves: Any, turns: Any, changes: Sequence[Change]) -> Any:
        more = max(changes, key=lambda change: change.key)
        others = [change for change in changes if change is not more]
        return await roll_up_together(db, moves, turns, [*others, more._replace(n=more.n + 1)])

    replace(figures, "add", add_more)
    replace(figures, "roll_up_together", roll_up_more)


HARMS = {
    harm.__name__: harm
    for harm in (
        *(dies_before_mark, dies_before_commit_to_kafka, steals_the_lock, blocks),
        *(stores_too_little, forgets_keys, tells_titles, counts_amiss),
    )
}

if __name__ == "__main__":
    _, harm, service, kind = sys.argv
    HARMS[harm]()
    sys.argv = [service, kind]
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)
