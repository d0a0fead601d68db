"""Perform a plan over HTTP: everybody in order, many at once."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

from deploy.demonstration import campaign as campaigns
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.campaign import Figures
from deploy.demonstration.letters import Letters
from deploy.demonstration.plan import Act, Registration
from deploy.demonstration.progress import Tally
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.visitor import Visitor
from deploy.demonstration.web import Web, pause

AT_ONCE = 32
LOOK_AGAIN = 1.0
"""Seconds between two looks at the region's figures."""

PATIENCE = 60.0
"""Seconds that the figures may stand still before they are right."""


class Replay:
    """A run under way: who has come so far, and how much is done."""

    def __init__(self, web: Web, addresses: Addresses, consent_version: str, tally: Tally) -> None:
        self._web, self._addresses, self._consent = web, addresses, consent_version
        self._letters = Letters(addresses.mail)
        self._visitors: dict[str, Visitor] = {}
        self._failed: Stopped | None = None
        self._before = tally.region
        self.stop = asyncio.Event()
        self.tally = tally

    async def perform(self, acts: Iterable[Act], live: bool) -> None:
        """Do every act in turn until `stop` is set, each at its time if `live`, else back-dated.

        Raises Stopped for the first refusal, after what was under way is done.
        """
        turns = iter(acts)
        async with beside(self._letters.run()), asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._take_turns(turns, live))
        if self._failed:
            raise self._failed

    async def _take_turns(self, turns: Iterator[Act], live: bool) -> None:
        for act in turns:
            visitor = self._visitor(act)
            async with visitor.turn:
                if live:
                    await pause((act.at - datetime.now(UTC)).total_seconds(), unless=self.stop)
                if self.stop.is_set():
                    return
                try:
                    await self._do(act, visitor, None if live else act.at)
                except Stopped as refusal:
                    self._failed = self._failed or refusal
                    self.stop.set()

    def _visitor(self, act: Act) -> Visitor:
        known = self._visitors.get(act.person.email)
        if known is None:
            known = Visitor(act.person, self._web, self._addresses.intake)
            self._visitors[act.person.email] = known
        return known

    async def _do(self, act: Act, visitor: Visitor, at: datetime | None) -> None:
        if isinstance(act, Registration):
            await visitor.register(self._letters, self._consent, at)
            self.tally.registered += 1
        else:
            await visitor.submit(act.text, at)
            self.tally.submitted += 1

    async def watch(self) -> None:
        """Look at the region's figures once a second, until cancelled."""
        while True:
            self.tally.region = await campaigns.figures(self._web, self._addresses)
            await asyncio.sleep(LOOK_AGAIN)

    async def catch_up(self) -> None:
        """Return once the region shows all that was done. Raises Stopped if it stands still before."""
        expected = Figures(
            self._before.registered + self.tally.registered, self._before.submitted + self.tally.submitted
        )
        while not self.tally.region.reach(expected):
            seen = self.tally.region
            try:
                async with asyncio.timeout(PATIENCE):
                    while self.tally.region == seen:
                        await asyncio.sleep(0.1)
            except TimeoutError as error:
                raise Stopped(
                    f"The region stands at {seen} for {PATIENCE:.0f} s, not at {expected}: "
                    "do the workers of intake and metrics run?"
                ) from error

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """The first Ctrl-C stops the run calmly; a second one ends it as ever."""
        loop = asyncio.get_running_loop()

        def stop() -> None:
            loop.remove_signal_handler(signal.SIGINT)
            self.stop.set()

        loop.add_signal_handler(signal.SIGINT, stop)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)


@asynccontextmanager
async def beside(*works: Awaitable[None]) -> AsyncIterator[None]:
    """Work that goes on in the background until the block is left; what went wrong in it is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
