"""Acts as PDF, to be printed and signed."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from services.chassis.process.turns import Turns
from services.chassis.web.pages import day
from services.hierarchy.appointments.domain.acts import Appointed, Entered, signer_of
from services.hierarchy.appointments.store.acts import Formed
from services.hierarchy.core.domain.roles import TITLES

TYPESETTING = Path(__file__).with_name("typesetting.py")

AT_ONCE, WAITING = 1, 20
"""Acts typeset at the same time, 500 rows in some tenths of a second and 100 MB, and how many may wait."""

PATIENCE = 30
"""Seconds for one act."""


class Press:
    """Typesets acts, each in a process of its own: typst keeps what it has computed for one
    for the next ones, gigabytes for long annexes (messense/typst-py, issue 104)."""

    def __init__(self) -> None:
        self._turns = Turns(AT_ONCE, WAITING)

    async def printed(
        self, act: Entered, annex: Sequence[Appointed], formed: Sequence[Formed], zone: str
    ) -> bytes:
        """An act with its annex as PDF, days by the clocks of a time zone. Raises Unavailable if too many
        wait, TimeoutError."""
        document = orjson.dumps(_document(act, annex, formed, ZoneInfo(zone)))
        async with self._turns.turn(), asyncio.timeout(PATIENCE):
            return await _typeset(document)


async def _typeset(document: bytes) -> bytes:
    # Isolated and without our environment, which holds the database's password.
    command = (sys.executable, "-I", str(TYPESETTING))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={})
    try:
        body, said = await process.communicate(document)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"typesetting failed: {said.decode(errors='replace')[-500:]}")
    return body


def _document(
    act: Entered, annex: Sequence[Appointed], formed: Sequence[Formed], zone: ZoneInfo
) -> dict[str, object]:
    signer = signer_of(act, annex)
    return {
        "title": f"Распоряжение № {act.number}",
        "number": act.number,
        "day": f"{day(act.day)} {act.day.year} г.",
        "place": act.place,
        "annex": [
            {
                "name": each.name,
                "title": TITLES[each.role],
                "place": each.place or "регион",
                "term": _term(each, zone),
            }
            for each in annex
        ],
        "groups": [{"name": group.name, "area": _area(group)} for group in formed],
        "signer": {"title": signer.title, "name": signer.name},
    }


def _term(each: Appointed, zone: ZoneInfo) -> str:
    until = f" по {_numeric(each.until_at, zone)}" if each.until_at else ""
    return f"с {_numeric(each.from_at, zone)}{until}"


def _numeric(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y}"


def _area(group: Formed) -> str:
    rest = "всё, чего нет у других групп" if group.covers_all else f"организаций: {group.organizations}"
    return "; ".join([*group.directions, rest])
