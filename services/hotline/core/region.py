"""The region as the hotline knows it: its line of subordination, and where those who ask come in."""

import asyncio
from dataclasses import dataclass, field, fields

from services.chassis.db.pool import Db, Pool
from services.directory import region, subordination
from services.directory.subordination import Subordination, Watched
from services.hotline.core.domain.entrance import Entrance
from services.hotline.settings import HotlineSettings


@dataclass(frozen=True)
class Known(Subordination):
    """What is known at one moment."""

    entrance: Entrance = field(default_factory=Entrance.passing)


async def draw(db: Db, entrance: Entrance | None = None) -> Known:
    """What the mirrors have now."""
    found = await subordination.draw(db)
    shown = {each.name: getattr(found, each.name) for each in fields(found)}
    return Known(**shown, entrance=entrance or Entrance.passing())


class Region:
    """Keeps what is known fresh: drawn anew whenever a mirror says that it changed."""

    def __init__(self, settings: HotlineSettings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        key = settings.signing_key_file.read_bytes()
        self._entrance = Entrance.of(settings.public_url, key, settings.mail_from)
        self.known = Known()
        self._watched = Watched()
        self._drawn_of: tuple[str, str] | None = None
        self._drawn = asyncio.Event()

    async def refresh(self) -> None:
        """Draw anew if a mirror has moved."""
        async with self._pool.acquire() as db:
            if (state := await self._watched.state(db)) != self._drawn_of:
                self.known, self._drawn_of = await draw(db, self._entrance), state
                self._drawn.set()

    async def drawn(self) -> Known:
        """What is known, not before it was drawn: what knows nothing decides nothing."""
        await self._drawn.wait()
        return self.known

    async def run(self) -> None:
        """Keep it fresh until cancelled."""
        await region.keep_fresh(self._settings, self.refresh)
