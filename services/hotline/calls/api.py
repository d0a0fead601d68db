"""HTTP: what telephone exchanges tell of calls."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from pydantic import BaseModel, Field, field_validator

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound, SlowDown
from services.hotline.calls.commands.hear_report import Report, hear_report
from services.hotline.calls.domain.calls import CallEvent

HEADER = "X-Line-Secret"
LONGEST_REPORT = 20_000

PAUSE, WAITING = 0.5, 40
"""Seconds that each wrong secret waits, one behind another, and how many may wait at once."""


class CallReport(BaseModel):
    """What an exchange tells of a call. `from` may be hidden, foreign, an extension or missing; `at` is the
    exchange's time, with its zone."""

    event: CallEvent
    call_id: Annotated[str, Field(max_length=4_000)]
    from_: Annotated[str, Field(alias="from", max_length=4_000)] = ""
    to: Annotated[str, Field(max_length=4_000)] = ""
    at: datetime | None = None

    @field_validator("call_id", "from_", "to", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        """Some exchanges send numbers as numbers, and nothing as null."""
        if given is None:
            return ""
        return str(given) if isinstance(given, int | float) else given

    @field_validator("at", mode="wrap")
    @classmethod
    def _if_it_is_a_time(cls, given: Any, read: Any) -> datetime | None:
        """A call with a time that cannot be read is a call all the same."""
        try:
            found: datetime = read(given)
        except ValueError:
            return None
        return found


class Guessing:
    """Slows those who guess secrets, and nobody else."""

    def __init__(self) -> None:
        self._one, self._waiting = asyncio.Lock(), 0

    async def slow(self) -> None:
        """Wait behind everybody else who was wrong. Raises SlowDown if there are too many."""
        if self._waiting >= WAITING:
            raise SlowDown("exchange-slow-down")
        self._waiting += 1
        try:
            async with self._one:
                await asyncio.sleep(PAUSE)
        finally:
            self._waiting -= 1


class Exchanges(Controller):
    """Reports of telephone exchanges."""

    path = "/api/v1/cti"
    tags = ("cti",)
    request_max_body_size = LONGEST_REPORT

    @post("/{line:uuid}", summary="A call rings, is answered, or ends", status_code=204)
    async def report(
        self,
        line: FromPath[UUID],
        data: JSONBody[CallReport],
        pool: NamedDependency[Pool],
        guessing: NamedDependency[Guessing],
        at_route: NamedDependency[Moment],
        secret: Annotated[str, HeaderParameter(name=HEADER)] = "",
    ) -> None:
        """Repeats and another order are harmless. A wrong line and a wrong secret are answered alike."""
        given = Report(line, secret, data.call_id, data.event, data.from_, data.to, data.at)
        try:
            await hear_report(pool, given, at_route.now)
        except NotFound:
            await guessing.slow()
            raise
