"""Pages: submitting an initiative, following one's own, taking one back."""

from typing import Annotated
from uuid import UUID

import orjson
from asyncpg import Pool
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Answer, repeat_of
from services.chassis.errors import Invalid, Unauthorized
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.intake.core import choices
from services.intake.core.domain import (
    REASON_LONGEST,
    Author,
    Initiative,
    check_classifier,
    check_reason,
    check_text,
)
from services.intake.core.forms import organization_of
from services.intake.core.identity import AnyRequest
from services.intake.core.portal import Portal, Visit, phase
from services.intake.initiatives.api import HIGHEST
from services.intake.initiatives.commands.submit_initiative import Submissions, Wish, check_submission
from services.intake.initiatives.commands.withdraw_initiative import withdraw_initiative
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import Step
from services.intake.participants.store import participants

PAGE = 20


class InitiativePages(Controller):
    """The author's initiatives."""

    path = "/initiatives"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/new")
    async def blank(
        self, request: AnyRequest, portal: NamedDependency[Portal], pool: NamedDependency[Pool]
    ) -> Response[str] | Redirect:
        """The form, with the organization of the author's registration."""
        visit = await portal.visit(request)
        if visit.who is None:
            return portal.to_sign_in(request)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, visit.who.municipality)
            organization = await participants.organization_of(db, visit.who)
        form = Form({"organization": str(organization or "")})
        return _new(request, portal, visit, form)

    @post("/new")
    async def submit(
        self,
        request: AnyRequest,
        portal: NamedDependency[Portal],
        submissions: NamedDependency[Submissions],
    ) -> Response[str] | Redirect:
        """On to the initiative; or the form again, with all that was typed and what is wrong."""
        form, visit, status = await sent(request), Visit(), 422
        try:
            visit = await portal.visit(request)
            if "find" in form.values:
                return _new(request, portal, visit, form)
            if visit.who is None:
                raise Unauthorized("signed-out-while-writing")
            if _check(portal, visit.who, form):
                answer = await _submit(request, portal, submissions, visit.who, form)
                return portal.go(f"/initiatives/{orjson.loads(answer.body)['id']}?submitted=1", visit)
        except Exception as error:
            status = portal.refuse(form, error)
        return _new(request, portal, visit, form, status)

    @get()
    async def own(
        self,
        request: AnyRequest,
        portal: NamedDependency[Portal],
        pool: NamedDependency[Pool],
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> Response[str] | Redirect:
        """The author's initiatives, the newest first."""
        visit = await portal.visit(request)
        if visit.who is None:
            return portal.to_sign_in(request)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, visit.who.municipality)
            found = await initiatives.page_of(db, visit.who, before, PAGE + 1)
        more = f"/initiatives?before={found[PAGE - 1].number}" if len(found) > PAGE else ""
        return portal.page(
            request,
            visit,
            "initiatives/initiatives.html",
            items=found[:PAGE],
            more_href=more,
            first_page=before is None,
            phase=_phase(request, portal, visit),
        )

    @get("/{initiative_id:uuid}")
    async def one(
        self,
        request: AnyRequest,
        initiative_id: FromPath[UUID],
        portal: NamedDependency[Portal],
        pool: NamedDependency[Pool],
    ) -> Response[str] | Redirect:
        """Text, status and history of one."""
        visit = await portal.visit(request)
        if visit.who is None:
            return portal.to_sign_in(request)
        initiative, history = await _read(pool, visit.who, initiative_id)
        done = next((name for name in ("submitted", "withdrawn") if name in request.query_params), "")
        organization = portal.desk.directory.picture.organizations.get(initiative.organization or UUID(int=0))
        return portal.page(
            request,
            visit,
            "initiatives/initiative.html",
            initiative=initiative,
            organization=organization.name if organization else "",
            form_name=_form_name(portal.campaign_of(visit), initiative),
            history=history,
            done=done,
            phase=_phase(request, portal, visit),
        )

    @get("/{initiative_id:uuid}/withdrawal")
    async def ask_to_withdraw(
        self,
        request: AnyRequest,
        initiative_id: FromPath[UUID],
        portal: NamedDependency[Portal],
        pool: NamedDependency[Pool],
    ) -> Response[str] | Redirect:
        """Asks once, with the initiative's name."""
        visit = await portal.visit(request)
        if visit.who is None:
            return portal.to_sign_in(request)
        initiative, _ = await _read(pool, visit.who, initiative_id)
        return _withdrawal(request, portal, visit, initiative)

    @post("/{initiative_id:uuid}/withdrawal")
    async def withdraw(
        self,
        request: AnyRequest,
        initiative_id: FromPath[UUID],
        portal: NamedDependency[Portal],
        pool: NamedDependency[Pool],
    ) -> Response[str] | Redirect:
        """Back to the initiative, which stays in the list."""
        visit, form = await portal.visit(request), await sent(request)
        if visit.who is None:
            return portal.to_sign_in(request)
        who, picture = visit.who, portal.desk.directory.picture
        if not form.check(portal.sentences, {"reason": lambda: check_reason(form.of("reason"))}):
            initiative, _ = await _read(pool, who, initiative_id)
            return _withdrawal(request, portal, visit, initiative, form)
        now = portal.desk.time.of(request, str(who.participant_id))
        repeat = await repeat_of(request, str(who.participant_id), form.of("form_key"))
        await withdraw_initiative(pool, picture, who, initiative_id, now, form.of("reason") or None, repeat)
        return portal.go(f"/initiatives/{initiative_id}?withdrawn=1", visit)


def _new(request: AnyRequest, portal: Portal, visit: Visit, form: Form, status: int = 200) -> Response[str]:
    picture = portal.desk.directory.picture
    municipality = visit.who.municipality if visit.who else ""
    campaign = portal.campaign_of(visit)
    home = picture.municipalities.get(municipality)
    return portal.page(
        request,
        visit,
        "initiatives/new.html",
        form,
        status,
        forms=next((c for c in campaign.classifiers if c.code == "form"), None) if campaign else None,
        found=choices.found(picture, municipality, form),
        municipality=home,
        searched="find" in form.values,
        phase=_phase(request, portal, visit),
    )


def _withdrawal(
    request: AnyRequest, portal: Portal, visit: Visit, initiative: Initiative, form: Form | None = None
) -> Response[str]:
    values = {"initiative": initiative, "longest": REASON_LONGEST}
    return portal.page(request, visit, "initiatives/withdrawal.html", form, 422 if form else 200, **values)


def _phase(request: AnyRequest, portal: Portal, visit: Visit) -> str:
    campaign = portal.campaign_of(visit)
    return phase(campaign, portal.desk.time.of(request)) if campaign else ""


def _check(portal: Portal, who: Author, form: Form) -> bool:
    picture = portal.desk.directory.picture
    campaign = picture.campaign(who.campaign)

    def direction() -> None:
        if form.of("direction") not in {direction.code for direction in campaign.directions}:
            raise Invalid("direction-unknown", field="direction")

    def organization() -> None:
        picture.check_organization(organization_of(form), who.municipality)

    return form.check(
        portal.sentences,
        {
            "direction": direction,
            "form": lambda: check_classifier(campaign, "initiative", {"form": form.of("form")}),
            "organization": organization,
            "title": lambda: check_text("title", form.of("title"), campaign.limits.title),
            "text": lambda: check_text("text", form.of("text"), campaign.limits.text),
        },
    )


async def _submit(
    request: AnyRequest, portal: Portal, submissions: Submissions, who: Author, form: Form
) -> Answer:
    now = portal.desk.time.of(request, str(who.participant_id))
    repeat = await repeat_of(request, str(who.participant_id), form.of("form_key"))
    wish = Wish(
        form.of("direction"), organization_of(form), form.of("form"), form.of("title"), form.of("text")
    )
    return await submissions.submit(check_submission(portal.desk.directory.picture, who, wish, now, repeat))


async def _read(pool: Pool, who: Author, initiative_id: UUID) -> tuple[Initiative, list[Step]]:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        initiative = await initiatives.one_of(db, who, initiative_id)
        return initiative, await initiatives.history(db, initiative)


def _form_name(campaign: CampaignDefined | None, initiative: Initiative) -> str:
    classifiers = campaign.classifiers if campaign else []
    values = [value for classifier in classifiers if classifier.code == "form" for value in classifier.values]
    return next((value.name for value in values if value.code == initiative.classifiers.get("form")), "")
