"""Pages: an initiative whose author is a body."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from services.chassis.errors import Forbidden, Invalid, NotFound
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.region import alphabet
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core import choices
from services.intake.core.authority import Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.determination.commands.submit_of_body import (
    OfBody,
    bodies_for,
    body_of,
    submit_of_body,
)
from services.intake.determination.domain.bodies import Body
from services.intake.determination.queue import HERE
from services.intake.determination.showing import body_name
from services.intake.initiatives.domain import Draft

SUBMISSION = f"{HERE}/submission"


class SubmissionPages(Controller):
    """A working group, or the coordination group, submits one itself."""

    path = SUBMISSION
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What is asked."""
        return await _form(visit, known)

    @post()
    async def submit(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Answer:
        """It is stored, and on to it."""
        form = await visit.sent()
        async with visit.refusing():
            place, body = _author(form.of("body"))
            organization = choices.NONE_CHOSEN if form.of("organization") else None
            draft = Draft(
                direction=form.of("direction"),
                organization=uuid_of(form.of("organization")) or organization,
                form=form.of("form"),
                title=form.of("title"),
                text=form.of("text"),
            )
            given = OfBody(place, body, draft)
            done = await submit_of_body(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"{HERE}/{done.id}", done="submitted")
        return await _form(visit, known)


def _author(given: str) -> tuple[str, Body]:
    """The municipality and the body, as the form names them: «municipality/body». Raises Invalid."""
    place, slash, body = given.partition("/")
    if not slash:
        raise Invalid("body-not-chosen", field="body")
    return place, body_of(body)


async def _form(visit: Visit[Staff], known: Subordination) -> Response[str]:
    places = sorted(places_of(visit.who, Deed.DETERMINE))
    if not places:
        seen = places_of(visit.who, Deed.SEE)
        raise Forbidden("not-yours-to-submit") if seen else NotFound("not-found")
    picture, campaign = known.picture, known.campaign
    bodies = [(place, body) for place in places for body in bodies_for(visit.who, known, place)]
    own = set(places)
    found = [o for o in picture.organizations.values() if picture.home_of(o) in own and not o.closed]
    return await visit.page(
        "determination/submission.html",
        bodies=[
            Option(
                f"{place}/{body.group or body.level.value}",
                f"{body_name(known, body)}, {picture.name_of(place)}",
            )
            for place, body in bodies
        ],
        forms=choices.classifier(campaign, "form"),
        organizations=[Option(str(o.id), o.name) for o in sorted(found, key=lambda o: alphabet(o.name))],
    )
