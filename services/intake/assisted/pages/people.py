"""Pages: participants whom the staff find by name, and two who are one person."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.assisted import choices
from services.intake.assisted.commands.find_people import find_people, show_person
from services.intake.assisted.commands.merge_participants import Merging, merge_participants
from services.intake.core.authority import Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.participants.digests import Pepper

HERE = "/cabinet/participants"


class PeoplePages(Controller):
    """The participants of a municipality, as far as somebody may learn of them."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
    ) -> Response[str]:
        """Those whom a name or an address finds."""
        if not (places := sorted(places_of(visit.who, Deed.ENTER))):
            raise NotFound("not-found")
        place = visit.query.get("municipality", "") or places[0]
        visit.form.values |= {"municipality": place, "q": visit.query.get("q", "")}
        return await visit.page(
            "assisted/people.html",
            places=[Option(code, known.picture.name_of(code)) for code in places],
            found=await _found(visit, known, pepper, place),
            done="done" in visit.query,
        )

    @get("/search")
    async def search(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
    ) -> Response[str]:
        """Their names, as a part of another service's page that asks whom somebody has spoken with."""
        place, q = visit.query.get("municipality", ""), visit.query.get("q", "")
        found = await find_people(visit.pool, known, pepper, visit.who, place, q, visit.now)
        named = choices.people(known.picture, [one for one in found if one.name])
        return visit.kit.pages.render(visit.request, "assisted/names.html", found=named)

    @get("/{participant_id:uuid}/merge")
    async def ask(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
        participant_id: FromPath[UUID],
    ) -> Response[str]:
        """Who else the person is."""
        visit.form.values["q"] = visit.query.get("q", "")
        return await _merge(visit, known, pepper, participant_id)

    @post("/{participant_id:uuid}/merge")
    async def merge(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
        participant_id: FromPath[UUID],
    ) -> Answer:
        """One of them stays: whoever signs in, or else the one who was chosen."""
        form = await visit.sent()
        async with visit.refusing():
            if (into := uuid_of(form.of("into"))) is None:
                raise Invalid("merge-nobody", field="into")
            await _one_way_or_the_other(visit, known, pepper, Merging(participant_id, into))
            return visit.go(HERE, q=form.of("q"), done=1)
        return await _merge(visit, known, pepper, participant_id)


async def _one_way_or_the_other(
    visit: Visit[Staff], known: Subordination, pepper: Pepper, given: Merging
) -> None:
    moment = await visit.moment()
    try:
        await merge_participants(visit.pool, known, pepper, visit.who, given, moment)
    except Conflict as refusal:
        if refusal.slug != "merge-other-way":
            raise
        other_way = Merging(given.into, given.gone)
        await merge_participants(visit.pool, known, pepper, visit.who, other_way, moment)


async def _merge(
    visit: Visit[Staff], known: Subordination, pepper: Pepper, participant_id: UUID
) -> Response[str]:
    person, place = await show_person(visit.pool, known, visit.who, participant_id, visit.now)
    if not visit.form.of("q"):
        visit.form.values["q"] = person.name
    others = await _found(visit, known, pepper, place)
    return await visit.page(
        "assisted/merge.html",
        person=choices.people(known.picture, [person])[0],
        found=[one for one in others if one.code != str(person.id)],
    )


async def _found(visit: Visit[Staff], known: Subordination, pepper: Pepper, place: str) -> list[Option]:
    q = visit.form.of("q")
    found = await find_people(visit.pool, known, pepper, visit.who, place, q, visit.now) if q else []
    return choices.people(known.picture, found)
