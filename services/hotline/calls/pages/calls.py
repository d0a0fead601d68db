"""Pages: the last calls of the lines at which somebody works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.db import tenancy
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.calls.domain.calls import Call
from services.hotline.calls.reach import answering
from services.hotline.calls.showing import caller_of, record_of
from services.hotline.calls.store import calls
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the list."""

    at: datetime
    caller: str
    place: str
    outcome: str
    kind: str
    inquiry: UUID | None
    record: str


class CallPages(Controller):
    """Who called."""

    path = "/hotline/calls"
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def last(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """The newest first."""
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places_of(visit.who, Deed.WORK))
            places = sorted(await answering(db, known, visit.who, visit.now))
            found = await calls.last(db, places)
        return await visit.page("calls/calls.html", calls=rows(known, found, visit.now), places=len(places))


def rows(known: Known, found: Sequence[Call], now: datetime) -> list[Row]:
    """Calls in words."""
    return [_row(known, call, now) for call in found]


def _row(known: Known, call: Call, now: datetime) -> Row:
    outcome, kind = _outcome(call, now)
    return Row(
        at=call.began_at,
        caller=caller_of(call),
        place=known.picture.name_of(call.municipality),
        outcome=outcome,
        kind=kind,
        inquiry=call.inquiry_id,
        record=record_of(call),
    )


def _outcome(call: Call, now: datetime) -> tuple[str, str]:
    if call.answered_at:
        return "Ответили", "good"
    if call.missed:
        return ("Пропущен, номер скрыт", "quiet") if call.hidden else ("Пропущен", "bad")
    return ("Звонит сейчас", "info") if call.rings(now) else ("Чем кончился, неизвестно", "quiet")
