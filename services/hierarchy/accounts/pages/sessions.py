"""Pages: where one is signed in."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.accounts.commands.end_session import end_session
from services.hierarchy.accounts.domain.devices import device_name
from services.hierarchy.accounts.kit import real_now
from services.hierarchy.accounts.store import sessions
from services.hierarchy.core.domain.entrance import Entrance


class SessionPages(Controller):
    """One's own sessions."""

    path = "/staff/sessions"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def list_sessions(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Response[str]:
        """Every session that is open, with its device."""
        return await _sessions(visit, entrance)

    @post("/{session:uuid}/end")
    async def end(
        self,
        visit: NamedDependency[Visit[Staff]],
        entrance: NamedDependency[Entrance],
        session: FromPath[UUID],
    ) -> Answer:
        """Sign out elsewhere."""
        async with visit.refusing():
            await end_session(visit.pool, visit.who, session, real_now())
            return visit.go("/staff/sessions")
        return await _sessions(visit, entrance)


async def _sessions(visit: Visit[Staff], entrance: Entrance) -> Response[str]:
    async with visit.pool.acquire() as db:
        found = await sessions.of_account(db, visit.who.account, real_now())
    return await visit.page(
        "accounts/sessions.html",
        sessions=found,
        here=visit.who.session,
        devices={str(session.id): device_name(session.device) for session in found},
        entrance=entrance,
    )
