"""Pages: submitting an initiative, following one's own, withdrawing one."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.errors import Forbidden, NotFound, Unauthorized
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Recognised, Visit
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core import choices
from services.intake.core.calls import KNOWN
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN, PortalKit, campaign_of
from services.intake.initiatives import reading
from services.intake.initiatives.commands.submit_initiative import Submissions, check_submission
from services.intake.initiatives.commands.withdraw_initiative import Withdrawal, withdraw_initiative
from services.intake.initiatives.domain import HIGHEST, REASON_LONGEST, Initiative
from services.intake.initiatives.hints import Hints
from services.intake.initiatives.pages import form as forms
from services.intake.initiatives.store import drafts
from services.intake.initiatives.store.authorship import Role
from services.intake.participants.domain import Letters
from services.intake.participants.store import participants

PAGE = 20

DONE = ("submitted", "reworded", "withdrawn", "corrected", "joined")
"""What the address may say was just done."""


class InitiativePages(Controller):
    """The author's initiatives."""

    path = "/initiatives"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM
    dependencies = KNOWN

    @get("/new")
    async def blank(self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]) -> Answer:
        """The form, with a draft if one is asked for, or else with the organization of the registration."""
        if asked := visit.query.get("draft"):
            return await _continued(visit, picture, asked)
        who = visit.who
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            organization = await participants.organization_of(db, who)
            others = await drafts.all_of(db, who)
        visit.form.values["organization"] = str(organization or "")
        visit.form.values["direction"] = visit.query.get("direction", "")
        return await forms.show(visit, picture, others)

    @post("/new")
    async def submit(
        self,
        request: AnyRequest,
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
        submissions: NamedDependency[Submissions],
        hints: NamedDependency[Hints],
    ) -> Answer:
        """On to the initiative; or the form again, with all that was typed and what is wrong, or once with
        those that are nearly the same."""
        visit: Visit[Author] = Visit(request, kit, Recognised())
        form = await visit.sent()
        async with visit.refusing():
            # Within: where the token cannot be renewed now, the text is not lost either.
            visit.recognised = await kit.recognise(request)
            if "find" in form.values:
                return await forms.show(visit, picture)
            if not visit.signed_in:
                raise Unauthorized("signed-out-while-writing")
            kept, at = forms.draft_of(form), await visit.moment()
            in_time = await forms.in_time(visit, picture, at)
            given = check_submission(picture, visit.who, forms.draft(form), at, kept, in_time)
            if "alike_seen" not in form.values and (alike := await hints.alike(given)):
                form.values["alike_seen"] = "1"
                return await forms.show(visit, picture, alike=alike)
            submitted = await submissions.submit(given)
            return visit.go(f"/initiatives/{submitted.id}", submitted=1)
        return await forms.show(visit, picture)

    @get()
    async def own(
        self,
        visit: NamedDependency[Visit[Author]],
        picture: NamedDependency[Picture],
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> Response[str]:
        """The author's initiatives, the newest first."""
        who = visit.who
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            found = await reading.page_of(db, who, visit.now, before, PAGE + 1)
            begun = [] if before else await drafts.all_of(db, who)
        return await visit.page(
            "initiatives/initiatives.html",
            items=found[:PAGE],
            more_href=f"/initiatives?before={found[PAGE - 1].initiative.number}" if len(found) > PAGE else "",
            first_page=before is None,
            drafts=begun,
            grace_until=forms.grace_until(visit, picture, begun),
            deleted="deleted" in visit.query,
            phase=forms.phase_of(visit, picture),
        )

    @get("/{initiative_id:uuid}")
    async def one(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        known: NamedDependency[Subordination],
    ) -> Response[str]:
        """Text, state, holder and history of one."""
        picture, now = known.picture, visit.now
        course, role = await reading.course_of(visit.pool, known, visit.who, initiative_id, now)
        organization = picture.organizations.get(course.initiative.organization or choices.NONE_CHOSEN)
        campaign = campaign_of(picture, visit)
        done = next((name for name in DONE if name in visit.query), "")
        return await visit.page(
            "initiatives/initiative.html",
            course=course,
            files=await reading.files_of(visit.pool, visit.who, initiative_id),
            co_author=role is Role.CO_AUTHOR,
            municipality=picture.name_of(course.initiative.municipality),
            late=course.is_late(now),
            acting=picture.name_of(course.holder.of) if course.holder else "",
            reasons={term.code: term.name for term in campaign.life.reasons} if campaign else {},
            organization=organization.name if organization else "",
            form_name=_form_name(campaign, course.initiative),
            done=done,
            letter_comes=done == "submitted" and await _letter_comes(visit),
        )

    @get("/{initiative_id:uuid}/withdrawal")
    async def ask_to_withdraw(
        self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]
    ) -> Response[str]:
        """Asks once, with the initiative's name."""
        return await _withdrawal(visit, initiative_id)

    @post("/{initiative_id:uuid}/withdrawal")
    async def withdraw(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """Back to the initiative, which stays in the list."""
        form = await visit.sent()
        async with visit.refusing():
            given = Withdrawal(initiative_id, form.of("reason") or None)
            await withdraw_initiative(visit.pool, picture, visit.who, given, await visit.moment())
            return visit.go(f"/initiatives/{initiative_id}", withdrawn=1)
        return await _withdrawal(visit, initiative_id)


async def _continued(visit: Visit[Author], picture: Picture, asked: str) -> Answer:
    """The form with a draft as it is kept; one that is gone is begun anew."""
    try:
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, visit.who.municipality)
            saved = await drafts.one_of(db, visit.who, uuid_of(asked) or choices.NONE_CHOSEN)
    except NotFound:
        return visit.go("/initiatives/new")
    forms.fill(visit.form, saved)
    return await forms.show(visit, picture, saved_at=saved.saved_at, earlier="saved" not in visit.query)


async def _letter_comes(visit: Visit[Author]) -> bool:
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, visit.who.municipality)
        return await participants.letters_of(db, visit.who) is Letters.ALL


async def _withdrawal(visit: Visit[Author], initiative_id: UUID) -> Response[str]:
    own = await reading.one_of(visit.pool, visit.who, initiative_id, visit.now)
    if own.role is not Role.AUTHOR:
        raise Forbidden("author-alone")
    values = {"initiative": own.initiative, "longest": REASON_LONGEST}
    return await visit.page("initiatives/withdrawal.html", **values)


def _form_name(campaign: CampaignDefined | None, initiative: Initiative) -> str:
    return choices.name_of(campaign, "form", initiative.classifiers.get("form", ""))
