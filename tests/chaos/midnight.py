"""A region whose midnight is near: a time zone of its own, in a folder where every process looks."""

import os
import struct
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

NAME = "Chaos/Midnight"
MINUTE = timedelta(minutes=1)
DAY = 24 * 60

INTERVAL, SETTLING, GRACE = 10, 5, 1
"""Seconds: a watermark for every full ten, stated five later; results a second after the day."""

HASTE = {
    "APP_WATERMARK_INTERVAL": str(INTERVAL),
    "APP_WATERMARK_SETTLING": str(SETTLING),
    "APP_CHECKPOINT_GRACE": str(GRACE),
}


class Midnight(NamedTuple):
    """The moment at which a day of the region ends."""

    at: datetime

    @property
    def day(self) -> date:
        """The day that ends."""
        return (self.at.astimezone(ZoneInfo(NAME)) - MINUTE).date()

    @property
    def is_over(self) -> bool:
        """Whether the day has ended."""
        return datetime.now(UTC) >= self.at

    def seconds(self) -> float:
        """How many are left until then."""
        return (self.at - datetime.now(UTC)).total_seconds()


@contextmanager
def own_zones(folder: Path) -> Iterator[dict[str, str]]:
    """While the block runs this process knows the folder's zones; the environment that tells others."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(folder), *before])
    try:
        yield {"PYTHONTZPATH": os.pathsep.join([str(folder), *before])}
    finally:
        zoneinfo.reset_tzpath(before)
        ZoneInfo.clear_cache(only_keys=[NAME])


def midnight_in(folder: Path, seconds: float) -> Midnight:
    """Write the zone in which a day ends at the first full minute after so many seconds. Its offset is whole
    minutes, as an ISO moment has it."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    at = at.replace(second=0, microsecond=0) + MINUTE
    minutes = DAY - (at - datetime.combine(at.date(), time(), UTC)) // MINUTE
    file = folder / NAME
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_fixed(minutes - DAY if minutes > DAY // 2 else minutes))
    return Midnight(at)


def _fixed(minutes: int) -> bytes:
    """A zone that is always so many minutes ahead of UTC, as RFC 8536 has it (version 1)."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return b"TZif" + bytes(16) + counts + struct.pack(">lBB", minutes * 60, 0, 0) + b"ZZZ\0"
