"""Pages: registering, and the search for one's organization."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from services.chassis.web.forms import LONGEST_FORM, Form, from_here
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Visit
from services.intake.core import choices
from services.intake.core.domain import Author, phase
from services.intake.core.kit import PortalKit, campaign_of, kept_page
from services.intake.core.region import Picture
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.digests import Pepper
from services.intake.participants.pages.steps import FIRST_STEP, to_code


class RegistrationPages(Controller):
    """Registration."""

    path = "/participants"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/new")
    async def blank(self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]) -> Answer:
        """The form of registration; a participant signed in already goes on."""
        if visit.signed_in:
            return visit.go(FIRST_STEP)
        if campaign_of(picture, visit) is None:
            return visit.go("/")
        return await _registration(visit, picture)

    @post("/new")
    async def register(
        self,
        visit: NamedDependency[Visit[Author]],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
    ) -> Answer:
        """On to the page of the code; or the form again with what was found or what is wrong."""
        form = await visit.sent()
        if "find" in form.values:
            return await _registration(visit, picture)
        async with visit.refusing():
            given, at = _given(form), await visit.moment(by_address=True)
            return to_code(visit, await register_participant(visit.pool, picture, pepper, given, at))
        return await _registration(visit, picture)

    @get("/organizations")
    async def found(
        self,
        request: AnyRequest,
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
        municipality: FromQuery[str] = "",
        organization_q: FromQuery[str] = "",
    ) -> Response[str]:
        """The organizations that a part of a name finds, as a part of a form."""
        form = Form({"organization_q": organization_q.strip()})
        found = choices.organizations(picture, municipality, form.of("organization_q"))
        return kit.pages.render(request, "participants/organizations.html", form=form, found=found)


def _given(form: Form) -> Registration:
    return Registration(
        municipality=form.of("municipality"),
        organization=choices.organization_of(form),
        position=form.of("position"),
        email=form.of("email"),
        consent_version=form.of("consent_version") if form.of("consent") else None,
    )


async def _registration(visit: Visit[Author], picture: Picture) -> Response[str]:
    campaign = picture.open_campaign
    return await kept_page(
        visit,
        "participants/register.html",
        position=choices.classifier(campaign, "position"),
        municipalities=choices.municipalities(picture),
        found=choices.found(picture, visit.form.of("municipality"), visit.form),
        searched="find" in visit.form.values,
        phase=phase(campaign, visit.now),
    )
