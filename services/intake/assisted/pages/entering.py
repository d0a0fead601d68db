"""Pages: one initiative is entered for somebody, who is found or registered in person."""

from datetime import date
from uuid import uuid4

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from services.chassis.days import today
from services.chassis.errors import Invalid, NotFound, Refused
from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.assisted import choices as ours
from services.intake.assisted.commands.enter_initiatives import enter_initiatives
from services.intake.assisted.commands.find_people import find_people
from services.intake.assisted.domain import (
    Consent,
    ConsentKind,
    Entering,
    Known,
    NewPerson,
    Row,
    RowResult,
)
from services.intake.core import choices
from services.intake.core.authority import Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.participants.digests import Pepper

HERE = "/assisted"
NEW = "new"
"""The answer that the person is somebody else than whoever has the same name."""


class EnteringPages(Controller):
    """The form for one person; many at once are a staff meeting's."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What is asked; after the one before, for the same organization."""
        visit.form.values["whose"] = visit.query.get("whose", "")
        visit.form.values["consent_day"] = today(known.campaign.time_zone, visit.now).isoformat()
        return await _form(visit, known)

    @post()
    async def enter(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
    ) -> Answer:
        """It is stored, and the same form again; or with whom the person may be, or what is wrong."""
        form, alike = await visit.sent(), list[Option]()
        async with visit.refusing():
            place, organization = ours.place_of(form.of("whose"))
            if "find" in form.values:
                return await _form(visit, known, found=await _found(visit, known, pepper, visit.who, place))
            given = Entering(place, organization, None, (_row(form),))
            done = await enter_initiatives(visit.pool, known, pepper, visit.who, given, await visit.moment())
            (result,) = done.rows
            alike = [Option(str(one.participant), one.name) for one in result.alike]
            if result.id is None:
                raise _refusal(result)
            return visit.go(HERE, whose=form.of("whose"), id=result.id, number=result.number)
        return await _form(visit, known, alike=alike)

    @get("/people")
    async def people(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
    ) -> Response[str]:
        """Those whom a name finds, as a part of the form."""
        who, query = visit.who, visit.query
        visit.form.values["participant_q"] = query.get("participant_q", "")
        place, _ = ours.place_of(query.get("whose", ""))
        found = await _found(visit, known, pepper, who, place)
        return visit.kit.pages.render(visit.request, "assisted/found.html", form=visit.form, found=found)


async def _found(
    visit: Visit[Staff], known: Subordination, pepper: Pepper, who: Staff, place: str
) -> list[Option]:
    q = visit.form.of("participant_q")
    found = await find_people(visit.pool, known, pepper, who, place, q, visit.now)
    return ours.people(known.picture, found)


def _row(form: Form) -> Row:
    author = _author(form)
    written = (form.of("direction"), form.of("form"), form.of("title"), form.of("text"))
    return Row(uuid4(), (author,), *written)


def _author(form: Form) -> NewPerson | Known:
    if chosen := uuid_of(form.of("alike")) or uuid_of(form.of("participant")):
        return Known(chosen)
    return NewPerson(
        name=form.of("name"),
        email=form.of("email").strip() or None,
        position=form.of("position"),
        consent=_consent(form),
        new=form.of("alike") == NEW,
    )


def _consent(form: Form) -> Consent | None:
    try:
        kind, day = ConsentKind(form.of("consent_kind")), date.fromisoformat(form.of("consent_day"))
    except ValueError:
        return None
    return Consent(kind, day, form.of("consent_number"))


def _refusal(result: RowResult) -> Refused:
    """What is wrong with the row, at the fields of this form."""
    every = [Invalid(e.slug, _field(e.field), **e.facts) for e in result.errors]
    every[0].others = [*every[1:]]
    return every[0]


def _field(of_row: str) -> str:
    name = of_row.removeprefix("authors.0.").replace(".", "_")
    return "consent_kind" if name == "consent" else name


async def _form(
    visit: Visit[Staff],
    known: Subordination,
    found: list[Option] | None = None,
    alike: list[Option] | None = None,
) -> Response[str]:
    if not places_of(visit.who, Deed.ENTER):
        raise NotFound("not-found")
    whose = ours.whose(visit.who, known, visit.now)
    if len(whose) == 1:
        visit.form.values["whose"] = whose[0].code
    campaign = known.campaign
    number = visit.query.get("number", "")
    return await visit.page(
        "assisted/enter.html",
        whose=whose,
        found=found,
        alike=alike or [],
        positions=choices.classifier(campaign, "position"),
        forms=choices.classifier(campaign, "form"),
        number=int(number) if number.isdecimal() and number.isascii() and len(number) < 19 else 0,
        id_=uuid_of(visit.query.get("id", "")),
    )
