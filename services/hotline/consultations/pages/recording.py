"""Pages: a consultation is recorded in seconds, corrected or withdrawn within its day."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden, NotFound
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.consultations import choices
from services.hotline.consultations.commands.record_consultation import (
    Correction,
    NewConsultation,
    correct_consultation,
    record_consultation,
    withdraw_consultation,
)
from services.hotline.consultations.domain.consultations import Consultation
from services.hotline.consultations.reach import seen_case, sight_of
from services.hotline.consultations.store import consultations
from services.hotline.core.authority import Deed, authority
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.inquiries.domain.inquiries import Inquiry

NEW = "/hotline/consultations/new"


class ConsultationPages(Controller):
    """One consultation, new or recorded."""

    path = "/hotline/consultations"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/new")
    async def new(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Response[str]:
        """The form as the last one was, or as an inquiry says."""
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *visit.who.municipalities)
            case = await _case(db, visit, visit.query.get("inquiry", ""))
            place = case.municipality if case else await _place(db, visit, known)
            last = await consultations.last_of(db, visit.who.account, place)
        visit.form.values = choices.beginning(known, visit.who, place, last, case)
        visit.form.values |= {"municipality": place, "inquiry": str(case.id) if case else ""}
        return await _new(visit, known, case)

    @post("/new")
    async def record(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Answer:
        """Recorded, and the same form again; or what a search of an organization found."""
        form = await visit.sent()
        async with visit.refusing():
            if "find" not in form.values:
                given = NewConsultation(
                    form.of("municipality"), choices.told(form), uuid_of(form.of("inquiry"))
                )
                done = await record_consultation(visit.pool, known, visit.who, given, await visit.moment())
                return visit.go(NEW, municipality=done.municipality, done=done.id)
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *visit.who.municipalities)
            case = await _case(db, visit, form.of("inquiry"))
        return await _new(visit, known, case)

    @get("/organizations")
    async def found(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """The organizations that a part of a name finds, as a part of a form."""
        place = visit.query.get("municipality", "")
        authority(visit.who, Deed.CONSULT, place)
        form = Form({"organization_q": visit.query.get("organization_q", "").strip(), "find": "organization"})
        found = choices.organizations(known, visit.who, place, form)
        return visit.kit.pages.render(
            visit.request, "consultations/organizations.html", form=form, found=found
        )

    @get("/{id_:uuid}")
    async def one(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Response[str]:
        """What was recorded."""
        found = await _found(visit, known, id_)
        return await visit.page("consultations/one.html", **await _shown(visit, known, found))

    @get("/{id_:uuid}/correction")
    async def edit(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Response[str]:
        """The form of what was recorded, for who recorded it."""
        found = await _own(visit, known, id_)
        visit.form.values = choices.shown(found)
        return await _correction(visit, known, found)

    @post("/{id_:uuid}/correction")
    async def correct(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Answer:
        """It says something else from now on."""
        form = await visit.sent()
        async with visit.refusing():
            if "find" not in form.values:
                given = Correction(id_, choices.told(form))
                await correct_consultation(visit.pool, known, visit.who, given, await visit.moment())
                return visit.go(f"/hotline/consultations/{id_}", done="corrected")
        return await _correction(visit, known, await _own(visit, known, id_))

    @post("/{id_:uuid}/withdrawal")
    async def withdraw(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Answer:
        """It does not count any more."""
        await visit.sent()
        async with visit.refusing():
            await withdraw_consultation(visit.pool, known, visit.who, id_, await visit.moment())
            return visit.go(f"/hotline/consultations/{id_}", done="withdrawn")
        found = await _found(visit, known, id_)
        return await visit.page("consultations/one.html", **await _shown(visit, known, found))


async def _place(db: Db, visit: Visit[Staff], known: Known) -> str:
    """The municipality that the address names, else that of the last consultation, else their first."""
    places = [each.code for each in choices.places_to_consult(known, visit.who)]
    last = await consultations.last_of(db, visit.who.account)
    remembered = last.municipality if last and last.municipality in places else ""
    place = visit.query.get("municipality") or remembered or next(iter(places), "")
    if not place:
        raise Forbidden("not-yours-to-consult")
    authority(visit.who, Deed.CONSULT, place)
    return place


async def _case(db: Db, visit: Visit[Staff], given: str) -> Inquiry | None:
    """The inquiry of which somebody consults. Raises NotFound for one that does not concern them."""
    if not given:
        return None
    id_ = uuid_of(given)
    if id_ is None:
        raise NotFound("inquiry-unknown")
    return await seen_case(db, visit.who, id_)


async def _new(visit: Visit[Staff], known: Known, case: Inquiry | None) -> Response[str]:
    place = visit.form.of("municipality")
    authority(visit.who, Deed.CONSULT, place)
    return await visit.page(
        "consultations/form.html",
        **await _choices(visit, known, place),
        action=NEW,
        case=case,
        done=uuid_of(visit.query.get("done", "")),
    )


async def _correction(visit: Visit[Staff], known: Known, found: Consultation) -> Response[str]:
    chosen = await _choices(visit, known, found.municipality)
    action = f"/hotline/consultations/{found.id}/correction"
    return await visit.page("consultations/form.html", **chosen, action=action, corrected=found)


async def _choices(visit: Visit[Staff], known: Known, place: str) -> dict[str, object]:
    async with visit.pool.acquire() as db:
        every = await themes.every(db)
    chosen = visit.form.of("theme")
    return {
        "place": place,
        "place_name": known.picture.name_of(place),
        "places": choices.places_to_consult(known, visit.who),
        "modes": choices.options_of(choices.MODES),
        "levels": choices.level_options(visit.who, place),
        "themes": [each for each in every if not each.removed or each.code == chosen],
        "directions": known.campaign.directions,
        "found": choices.organizations(known, visit.who, place, visit.form),
    }


async def _found(visit: Visit[Staff], known: Known, id_: UUID) -> Consultation:
    """A consultation that the viewer sees. Raises NotFound."""
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *visit.who.municipalities)
        found = await consultations.one(db, id_)
    if not sight_of(visit.who, known, found.municipality).shows(found):
        raise NotFound("consultation-unknown")
    return found


async def _own(visit: Visit[Staff], known: Known, id_: UUID) -> Consultation:
    """One that the viewer recorded. Raises NotFound, Forbidden."""
    found = await _found(visit, known, id_)
    if found.by_account != visit.who.account:
        raise Forbidden("consultation-not-yours")
    return found


async def _shown(visit: Visit[Staff], known: Known, found: Consultation) -> dict[str, object]:
    async with visit.pool.acquire() as db:
        names = {theme.code: theme.name for theme in await themes.every(db)}
    picture, content = known.picture, found.content
    organization = picture.organizations.get(content.organization) if content.organization else None
    campaign = picture.campaigns.get(found.campaign)
    directions = {each.code: each.name for each in campaign.directions} if campaign else {}
    changeable = found.withdrawn_at is None and found.is_of_today(visit.now)
    return {
        "consultation": found,
        "place_name": picture.name_of(found.municipality),
        "theme_name": names.get(content.theme, ""),
        "direction_name": directions.get(content.direction or "", ""),
        "organization_name": organization.name if organization else "",
        "mode_name": choices.MODES[content.mode],
        "level_name": choices.LEVELS[content.level],
        "changes": changeable and found.by_account == visit.who.account,
        "done": visit.query.get("done", ""),
    }
