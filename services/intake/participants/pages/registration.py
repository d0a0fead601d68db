"""Pages: registering, from one's workplace on, and the search for an organization in other forms."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from services.chassis.text import first_sentence
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, uuid_of
from services.chassis.web.networks import network_of
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture
from services.intake.core import choices
from services.intake.core.domain import Author, phase
from services.intake.core.kit import PortalKit, campaign_of, kept_page
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.digests import Pepper
from services.intake.participants.pages.steps import FIRST_STEP, next_of, pass_of, pass_on, to_code, waiting

HERE = "/participants/new"
LIVING, WORKING = "home", "place"
"""Who chooses a municipality: where they live, or where they work if the organization is in no list."""


class Place(NamedTuple):
    """Where somebody registers: a municipality, and the organization that led to it."""

    municipality: str
    organization: UUID | None = None


class ShortAddress(Controller):
    """The address that a coordinator's link or a code on a wall holds."""

    path = "/register"
    include_in_schema = False

    @get()
    async def lead(self, request: AnyRequest) -> Redirect:
        """To the registration, with what the link says of the workplace."""
        query = f"?{request.url.query}" if request.url.query else ""
        return Redirect(f"{HERE}{query}", status_code=303)


class RegistrationPages(Controller):
    """Registration."""

    path = "/participants"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/new")
    async def blank(self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]) -> Answer:
        """First where one works, then the rest; a participant signed in already goes on."""
        visit.form.values["next"] = next_of(visit.query)
        if visit.signed_in:
            return visit.go(visit.form.of("next") or FIRST_STEP)
        if campaign_of(picture, visit) is None:
            return visit.go("/")
        place = _place(picture, visit.query)
        if place is None:
            return await _workplace(visit, picture)
        visit.form.values["municipality"] = place.municipality
        visit.form.values["organization"] = str(place.organization or "")
        return await _registration(visit, picture)

    @post("/new")
    async def register(
        self,
        visit: NamedDependency[Visit[Author]],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
    ) -> Answer:
        """On to the page of the code; or the form again with what is wrong."""
        form = await visit.sent()
        form.values["next"] = next_of(form.values)
        async with visit.refusing():
            given, at = _given(form), await visit.moment(by_address=True)
            await pass_on(visit, at)
            network = network_of(visit.request)
            return to_code(visit, await register_participant(visit.pool, picture, pepper, given, at, network))
        return await waiting(visit) or await _registration(visit, picture)

    @get("/organizations")
    async def found(
        self,
        request: AnyRequest,
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
        municipality: FromQuery[str] = "",
        organization_q: FromQuery[str] = "",
    ) -> Response[str]:
        """The organizations of a municipality that a part of a name finds, as a part of a form."""
        form = Form({"organization_q": organization_q.strip()})
        found = choices.organizations(picture, municipality, form.of("organization_q"))
        return kit.pages.render(request, "participants/organizations.html", form=form, found=found)

    @get("/municipalities")
    async def found_municipalities(
        self,
        request: AnyRequest,
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
        municipality: FromQuery[str] = "",
        municipality_q: FromQuery[str] = "",
    ) -> Response[str]:
        """The municipalities that a part of a name finds and the chosen one, as a part of a form."""
        form = Form({"municipality_q": municipality_q.strip(), "municipality": municipality})
        found = choices.found_municipalities(picture, form)
        return kit.pages.render(request, "participants/municipalities.html", form=form, found=found)


def _given(form: Form) -> Registration:
    return Registration(
        municipality=form.of("municipality"),
        organization=choices.organization_of(form),
        position=form.of("position"),
        email=form.of("email"),
        consent_version=form.of("consent_version") if form.of("consent") else None,
    )


def _place(picture: Picture, query: Mapping[str, str]) -> Place | None:
    """What an address says of the workplace, as far as it is still there; its successor where it is not."""
    if asked := picture.organizations.get(uuid_of(query.get("organization", "")) or choices.NONE_CHOSEN):
        organization = picture.successor_of(asked) if asked.closed else asked
        return Place(picture.home_of(organization), organization.id) if organization else None
    code = query.get("municipality", "")
    return Place(picture.successors.get(code, code)) if code in picture.municipalities else None


def _address(visit: Visit[Author], **query: str) -> str:
    """The registration with this said already, and afterwards on to where somebody was going."""
    on = visit.form.of("next")
    said = query | ({"next": on} if on else {})
    return f"{HERE}?{urlencode(said)}" if said else HERE


async def _workplace(visit: Visit[Author], picture: Picture) -> Response[str]:
    """The first question, with what was found; `where` turns it into one for a municipality."""
    where = visit.query.get("where", "")
    part = visit.query.get("q", "").strip()
    by_place = where in (LIVING, WORKING)
    found = (choices.municipalities if by_place else choices.workplaces)(picture, part)
    field = "municipality" if by_place else "organization"
    return await kept_page(
        visit,
        "participants/workplace.html",
        where=where if by_place else "",
        part=part,
        found=[(each, _address(visit, **{field: each.code})) for each in found[: choices.SHOWN]],
        more=len(found) > choices.SHOWN,
        unknown=bool(visit.query.get("organization") or visit.query.get("municipality")),
        elsewhere={way: _address(visit, where=way) for way in (LIVING, WORKING)},
        back=_address(visit),
        phase=phase(picture.open_campaign, visit.now),
    )


async def _registration(visit: Visit[Author], picture: Picture) -> Response[str]:
    campaign = picture.open_campaign
    form = visit.form
    organization = picture.organizations.get(uuid_of(form.of("organization")) or choices.NONE_CHOSEN)
    return await kept_page(
        visit,
        "participants/register.html",
        position=choices.classifier(campaign, "position"),
        organization=organization.name if organization else "",
        municipality=picture.name_of(form.of("municipality")),
        back=_address(visit),
        beginning=first_sentence(campaign.consent.text),
        flood=pass_of(visit),
        phase=phase(campaign, visit.now),
    )
