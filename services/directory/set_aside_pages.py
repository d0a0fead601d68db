"""Pages: what a service could not do, for the region's administrator; the same in every service."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Pool
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Role
from services.chassis.db import idempotency, set_aside
from services.chassis.db.idempotency import Moment
from services.chassis.errors import NotFound
from services.chassis.web.forms import from_here, sent
from services.chassis.web.pages import Pages
from services.chassis.web.repeats import repeat_of
from services.chassis.web.requests import AnyRequest
from services.directory.grants import Staff
from services.directory.staff import RENEWAL, StaffDesk

SERVICES = {
    "intake": "Участники и инициативы",
    "hierarchy": "Структура и сотрудники",
    "hotline": "Горячая линия",
    "metrics": "Показатели",
}
"""What each service is called there."""

MOST = 200
ZONE = "Europe/Moscow"


@dataclass(frozen=True, slots=True)
class SetAsideDesk:
    """What the pages work with; `names`: the Russian name of each kind."""

    service: str
    pages: Pages
    desk: StaffDesk
    names: dict[str, str]

    async def administrator(self, request: AnyRequest) -> Staff:
        """Who asks, if it is an administrator of the region. Raises Unauthorized, NotFound."""
        staff = await self.desk.of(request)
        if not staff.holds(Role.ADMINISTRATOR):
            raise NotFound("not-found")
        return staff


@dataclass(frozen=True, slots=True)
class Handled:
    """An entry was asked for again, or removed."""


def pages_of(service: str) -> type[Controller]:
    """The pages of a service; its application provides `set_aside_desk`."""
    return type("SetAsidePages", (SetAsidePages,), {"path": f"/set-aside/{service}"})


class SetAsidePages(Controller):
    """The list, and what may be done with an entry."""

    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def listed(
        self, request: AnyRequest, pool: NamedDependency[Pool], set_aside_desk: NamedDependency[SetAsideDesk]
    ) -> Response[str]:
        """What is set aside, the newest first."""
        await set_aside_desk.administrator(request)
        async with pool.acquire() as db:
            entries, total = await set_aside.listed(db, MOST)
        return set_aside_desk.pages.render(
            request,
            "set_aside.html",
            service=set_aside_desk.service,
            services=SERVICES,
            names=set_aside_desk.names,
            entries=entries,
            total=total,
            zone=ZONE,
        )

    @post("/{id_:uuid}/retry")
    async def retry(
        self,
        request: AnyRequest,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        set_aside_desk: NamedDependency[SetAsideDesk],
    ) -> Redirect:
        """Let the worker repeat it."""
        return await _once(request, pool, set_aside_desk, id_, again=True)

    @post("/{id_:uuid}/removal")
    async def remove(
        self,
        request: AnyRequest,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        set_aside_desk: NamedDependency[SetAsideDesk],
    ) -> Redirect:
        """Nobody needs to see it any more."""
        return await _once(request, pool, set_aside_desk, id_, again=False)


async def _once(request: AnyRequest, pool: Pool, desk: SetAsideDesk, id_: UUID, again: bool) -> Redirect:
    staff, form = await desk.administrator(request), await sent(request)
    at = Moment(datetime.now(UTC), await repeat_of(request, str(staff.account), form.of("form_key")))
    async with pool.acquire() as db, db.transaction():
        if await idempotency.earlier(db, at, Handled) is None:
            if again:
                await set_aside.ask_again(db, id_, at.now)
            else:
                await set_aside.remove(db, id_)
            await idempotency.keep(db, at, Handled())
    return Redirect(f"/set-aside/{desk.service}", status_code=303)
