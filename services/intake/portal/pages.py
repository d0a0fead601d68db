"""Pages: the start of the portal, coming back and leaving."""

from typing import Any

from asyncpg import Pool
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.intake.core.domain import local
from services.intake.core.identity import AnyRequest
from services.intake.core.portal import Portal, Visit, phase
from services.intake.participants.commands.begin_session import end_session
from services.intake.participants.pages.code import FIRST_STEP, next_of, send_code, to_code


class StartPages(Controller):
    """The first page, and coming and going."""

    path = "/"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get()
    async def start(self, request: AnyRequest, portal: NamedDependency[Portal]) -> Response[str]:
        """What the campaign is, its days, and the way in."""
        visit, now = await portal.visit(request), portal.desk.time.of(request)
        values: dict[str, Any] = {}
        if campaign := portal.campaign_of(visit):
            left = (campaign.last_day - local(now, campaign).date()).days + 1
            values = {"phase": phase(campaign, now), "days_left": left}
        return portal.page(request, visit, "portal/start.html", **values)

    @get("/sign-in")
    async def ask(self, request: AnyRequest, portal: NamedDependency[Portal]) -> Response[str] | Redirect:
        """Where to send a new code; somebody signed in already goes on."""
        visit, form = await portal.visit(request), Form({"next": next_of(request.query_params)})
        if visit.who:
            return portal.go(form.of("next") or FIRST_STEP, visit)
        return portal.page(request, visit, "portal/sign_in.html", form)

    @post("/sign-in")
    async def begin(
        self, request: AnyRequest, portal: NamedDependency[Portal], pool: NamedDependency[Pool]
    ) -> Response[str] | Redirect:
        """On to the page of the code, also for an unknown address."""
        visit, form = await portal.visit(request), await sent(request)
        form.values["next"] = next_of(form.values)
        try:
            answer = await send_code(request, portal, pool, form)
        except Exception as error:
            status = portal.refuse(form, error)
            return portal.page(request, visit, "portal/sign_in.html", form, status)
        return to_code(portal, visit, answer, form)

    @post("/sign-out")
    async def leave(
        self, request: AnyRequest, portal: NamedDependency[Portal], pool: NamedDependency[Pool]
    ) -> Redirect:
        """The session ends, the cookie goes."""
        visit = await portal.visit(request)
        if visit.who:
            await end_session(pool, visit.who)
        return portal.go("/", Visit(), portal.cookie(portal.desk.identity.cookie, "", 0))
