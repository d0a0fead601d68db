"""The live desk: how much is open within somebody's reach, and who calls, as it changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field

import orjson
import structlog

from services.chassis.db import notify, tenancy
from services.chassis.db.away import UNREACHABLE
from services.chassis.db.pool import Pool
from services.chassis.errors import Refused
from services.chassis.streams import outbox
from services.chassis.web import sse
from services.chassis.web.requests import AnyRequest
from services.chassis.web.sse import Hub
from services.directory.grants import Staff
from services.directory.staff import LONGEST_STREAM, StaffDesk
from services.hotline.calls.store import calls
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Region
from services.hotline.desk.ringing import Ringing, ringing
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import lists
from services.hotline.inquiries.store.lists import Counts
from services.hotline.settings import HotlineSettings

log = structlog.get_logger()

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

AT_MOST_EVERY = 1.0
"""Seconds between two looks, however much happens."""


@dataclass(eq=False, slots=True)
class Watcher:
    """Somebody whose desk is open, and what it shows."""

    who: Staff
    counts: Counts | None = None
    calls: list[Ringing] = field(default_factory=list)

    def frame(self) -> bytes:
        """Everything as absolute values."""
        told = {
            "counts": asdict(self.counts) if self.counts else None,
            "calls": [asdict(c) for c in self.calls],
        }
        return sse.frame("desk", "", orjson.dumps(told, default=str))


class DeskLive:
    """Tells every open desk what has changed for it."""

    def __init__(
        self, settings: HotlineSettings, pool: Pool, region: Region, desk: StaffDesk, hub: Hub[Watcher]
    ) -> None:
        self._settings, self._pool, self._region = settings, pool, region
        self._desk, self._hub = desk, hub
        self._watchers: set[Watcher] = set()

    async def stream(self, request: AnyRequest, who: Staff) -> AsyncIterator[bytes]:
        """What one desk receives, for as long as its rights stay as they are."""
        watcher = Watcher(who)
        await self._look(watcher)

        async def still() -> bool:
            return await self._still(request, who)

        return self._watched(watcher, sse.while_allowed(still, self._hub.stream(watcher, watcher.frame)))

    async def run(self) -> None:
        """Look again whenever something was told of an inquiry or a call, until cancelled."""
        async for _ in notify.heard(self._settings, outbox.CHANNEL, calls.CHANNEL):
            try:
                await self.refresh()
            except notify.LOST as error:
                log.warning("desk_not_refreshed", error=type(error).__name__)
            await asyncio.sleep(AT_MOST_EVERY)

    async def refresh(self) -> None:
        """Look for each open desk, and tell those for whom something has changed."""
        changed = {watcher for watcher in list(self._watchers) if await self._has_changed(watcher)}
        if changed:
            self._hub.publish(lambda watcher: watcher.frame() if watcher in changed else None)

    async def _watched(self, watcher: Watcher, frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._watchers.add(watcher)
        try:
            async for frame in frames:
                yield frame
        finally:
            self._watchers.discard(watcher)

    async def _has_changed(self, watcher: Watcher) -> bool:
        try:
            return await self._look(watcher)
        except Refused as error:
            log.warning("desk_not_looked_at", account=watcher.who.account, slug=error.slug)
            return False

    async def _look(self, watcher: Watcher) -> bool:
        now, who, known = self._desk.now(), watcher.who, self._region.known
        async with self._pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
            counts = await lists.counts(db, Viewer.of(who), now)
            found = await ringing(db, known, who, now)
        changed = (counts, found) != (watcher.counts, watcher.calls)
        watcher.counts, watcher.calls = counts, found
        return changed

    async def _still(self, request: AnyRequest, who: Staff) -> bool:
        try:
            return (await self._desk.of(request, LONGEST_STREAM)).grants == who.grants
        except Refused:
            return False
        except UNREACHABLE:
            log.debug("rights_unknown")
        return True
