"""The staff: who is signed in, and what the appointments let them do, in every service alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from litestar.response import Redirect

from contracts import appointments
from contracts.appointments import (
    AppointmentEvent,
    GrantEvent,
    Role,
    Scope,
    ServingEvent,
    SessionEnded,
)
from services.chassis.db import queries
from services.chassis.db.pool import Db, Pool
from services.chassis.db.pruning import Rule
from services.chassis.errors import Unauthorized
from services.chassis.process.clock import Clock
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tokens import Principal, Verifier
from services.directory.grants import Grant, Staff

sql = queries.load(__package__, "staff.sql")

PRUNED = (Rule("staff_session_ended", sql.ended_staff_sessions, timedelta(days=30), sql.ended_waiting),)
"""Marks of ended sessions are kept longer than any token or session lasts that they end."""

ISSUER = "hierarchy"

LONGEST_STREAM = timedelta(hours=12)
"""How long an open page may go on after its token has run out: a session's end closes it all the same."""

State = TypeVar("State", GrantEvent, ServingEvent)


def to_renewal(request: AnyRequest, _: Unauthorized) -> Redirect:
    """Where somebody goes whose token is missing or has run out: hierarchy renews it or lets them sign in.
    Afterwards back to the page, from a form to the cabinet."""
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if request.method == "GET" else "/cabinet"
    return Redirect(f"/staff/renewal?next={quote(back, safe='')}", status_code=303)


RENEWAL: Any = {Unauthorized: to_renewal}
"""The exception handlers of pages for those alone who are signed in."""


def cookie_of(secure: bool) -> str:
    """The cookie that holds the token of one of the staff."""
    return "__Host-staff" if secure else "staff"


class StaffDesk:
    """Turns requests into staff: the token says who, the grants say what they may do."""

    def __init__(self, pool: Pool, verifier: Verifier, clock: Clock, secure: bool) -> None:
        self._pool, self._verifier, self._clock = pool, verifier, clock
        self.cookie = cookie_of(secure)

    def now(self) -> datetime:
        """What the clock shows by which rights are looked at."""
        return self._clock.now()

    async def of(self, request: AnyRequest, lasting: timedelta = timedelta(0)) -> Staff:
        """Who asks. Raises Unauthorized without a token, for one whose session was ended, and for one that
        has run out longer ago than what the request lasts."""
        principal = await self._verifier.verify(tokens.presented(request, self.cookie), expired_for=lasting)
        return await self.known(principal)

    async def known(self, principal: Principal) -> Staff:
        """The staff of a verified token. Raises Unauthorized if the session was ended."""
        if principal.issuer != ISSUER:
            raise Unauthorized("token-invalid")
        account, session = UUID(principal.subject), UUID(principal.session)
        async with self._pool.acquire() as db:
            if await db.fetchval(sql.has_ended, session):
                raise Unauthorized("token-invalid")
            held = await grants_of(db, account, self._clock.now())
        return Staff(account, session, held, str(principal.claims.get("name", "")))


async def grants_of(db: Db, account: UUID, at: datetime) -> tuple[Grant, ...]:
    """What an account may do at a moment."""
    rows = await db.fetch(sql.grants, account, at)
    return tuple(Grant(**{**row, "role": Role(row["role"]), "scope": Scope(row["scope"])}) for row in rows)


def reader(name: str) -> Reader:
    """A reader that keeps the grants and the ended sessions."""
    return Reader(name, AppointmentEvent.topic, by_type(appointments.RIGHTS), keep, forget)


async def keep(db: Db, _: Stream, events: Sequence[AppointmentEvent]) -> None:
    """Keep what the events say: in a reader's transaction, or in the command's that makes it true."""
    if grants := _latest(event for event in events if isinstance(event, GrantEvent)):
        await db.execute(sql.keep_grants, *zip(*map(_row, grants), strict=True))
    if servings := _latest(event for event in events if isinstance(event, ServingEvent)):
        rows = [(s.id, s.municipality, s.served_by, s.until_at, s.version) for s in servings]
        await db.execute(sql.keep_servings, *zip(*rows, strict=True))
    if ended := [event for event in events if isinstance(event, SessionEnded)]:
        await db.execute(sql.end_sessions, [e.id for e in ended], [e.ended_at for e in ended])


def _latest(events: Iterable[State]) -> list[State]:
    latest = {event.id: event for event in sorted(events, key=lambda event: event.version)}
    return [latest[id_] for id_ in sorted(latest)]


def _row(grant: GrantEvent) -> tuple[object, ...]:
    period = (grant.from_at, grant.until_at)
    # What was told before grants named their municipality: then it is what they reach over.
    here = grant.of if grant.scope is Scope.MUNICIPALITY else grant.municipality
    return (grant.id, grant.account, grant.role, grant.scope, grant.of, here, *period, grant.version)


async def forget(db: Db, _: Stream) -> None:
    """Drop everything; a new epoch tells it again."""
    await db.execute(sql.forget_grants)
    await db.execute(sql.forget_servings)
    await db.execute(sql.forget_sessions)
