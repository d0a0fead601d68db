"""Pages: registering, and the search for one's organization."""

from asyncpg import Pool
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from services.chassis.db.idempotency import Answer, repeat_of
from services.chassis.errors import Invalid
from services.chassis.mail.addresses import normalise_email
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.intake.core import choices
from services.intake.core.domain import check_classifier
from services.intake.core.forms import organization_of
from services.intake.core.identity import AnyRequest
from services.intake.core.portal import Portal, Visit, phase
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.pages.code import FIRST_STEP, to_code


class RegistrationPages(Controller):
    """Registration."""

    path = "/participants"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/new")
    async def blank(self, request: AnyRequest, portal: NamedDependency[Portal]) -> Response[str] | Redirect:
        """The form of registration; somebody signed in already goes on."""
        visit = await portal.visit(request)
        if visit.who:
            return portal.go(FIRST_STEP, visit)
        if portal.campaign_of(visit) is None:
            return portal.go("/", visit)
        return _registration(request, portal, visit, Form())

    @post("/new")
    async def register(
        self, request: AnyRequest, portal: NamedDependency[Portal], pool: NamedDependency[Pool]
    ) -> Response[str] | Redirect:
        """On to the page of the code; or the form again with what was found or what is wrong."""
        visit, form = await portal.visit(request), await sent(request)
        if "find" in form.values:
            return _registration(request, portal, visit, form)
        status = 422
        try:
            if _check_registration(portal, form):
                answer = await _register(request, portal, pool, form)
                return to_code(portal, visit, answer, form)
        except Exception as error:
            status = portal.refuse(form, error)
        return _registration(request, portal, visit, form, status)

    @get("/organizations")
    async def found(
        self,
        request: AnyRequest,
        portal: NamedDependency[Portal],
        municipality: FromQuery[str] = "",
        organization_q: FromQuery[str] = "",
    ) -> Response[str]:
        """The organizations that a part of a name finds, as a part of a form."""
        form = Form({"organization_q": organization_q.strip()})
        found = choices.organizations(portal.desk.directory.picture, municipality, form.of("organization_q"))
        return portal.pages.render(request, "participants/organizations.html", form=form, found=found)


def _registration(
    request: AnyRequest, portal: Portal, visit: Visit, form: Form, status: int = 200
) -> Response[str]:
    picture = portal.desk.directory.picture
    campaign = picture.open_campaign
    found = choices.found(picture, form.of("municipality"), form)
    return portal.page(
        request,
        visit,
        "participants/register.html",
        form,
        status if form.errors else 200,
        position=next((c for c in campaign.classifiers if c.code == "position"), None),
        municipalities=choices.municipalities(picture),
        found=found,
        searched="find" in form.values,
        phase=phase(campaign, portal.desk.time.of(request)),
    )


def _check_registration(portal: Portal, form: Form) -> bool:
    picture = portal.desk.directory.picture
    campaign, municipality = picture.open_campaign, form.of("municipality")

    def organization() -> None:
        if municipality in picture.municipalities:
            picture.check_organization(organization_of(form), municipality)

    def consent() -> None:
        if not form.of("consent"):
            raise Invalid("consent-missing", field="consent")

    return form.check(
        portal.sentences,
        {
            "municipality": lambda: picture.municipality(municipality),
            "position": lambda: check_classifier(campaign, "participant", {"position": form.of("position")}),
            "organization": organization,
            "email": lambda: normalise_email(form.of("email")),
            "consent": consent,
        },
    )


async def _register(request: AnyRequest, portal: Portal, pool: Pool, form: Form) -> Answer:
    desk = portal.desk
    registration = Registration(
        municipality=form.of("municipality"),
        organization=organization_of(form),
        position=form.of("position"),
        email=form.of("email"),
        consent_version=form.of("consent_version"),
    )
    now, repeat = desk.time.of(request), await repeat_of(request, key=form.of("form_key"))
    return await register_participant(pool, desk.directory.picture, desk.pepper, registration, now, repeat)
