"""Pages: writing a returned initiative anew."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Forbidden, Unauthorized
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Recognised, Visit
from services.directory.subordination import Subordination
from services.intake.core.calls import KNOWN
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN, PortalKit
from services.intake.initiatives import reading
from services.intake.initiatives.commands.reword_initiative import Rewording, reword_initiative
from services.intake.initiatives.store.authorship import Role


class RewordingPages(Controller):
    """What the body that returned an initiative suggests, and the author's new wording beside it."""

    path = "/initiatives/{initiative_id:uuid}/rewording"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM
    dependencies = KNOWN

    @get()
    async def ask(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        known: NamedDependency[Subordination],
    ) -> Answer:
        """The form with the present wording; on to the initiative where it is not returned."""
        course, role = await reading.course_of(visit.pool, known, visit.who, initiative_id, visit.now)
        if role is not Role.AUTHOR:
            raise Forbidden("author-alone")
        if not course.is_returned:
            return visit.go(f"/initiatives/{initiative_id}")
        visit.form.values |= {"title": course.initiative.title, "text": course.initiative.text}
        return await _show(visit, initiative_id, known)

    @post()
    async def reword(
        self,
        request: AnyRequest,
        kit: NamedDependency[PortalKit],
        initiative_id: FromPath[UUID],
        known: NamedDependency[Subordination],
    ) -> Answer:
        """On to the initiative; or the form again, with all that was typed or what was suggested."""
        visit: Visit[Author] = Visit(request, kit, Recognised())
        form = await visit.sent()
        async with visit.refusing():
            # Within: where the sign-in is over, the text is not lost.
            visit.recognised = await kit.recognise(request)
            if not visit.signed_in:
                raise Unauthorized("signed-out-while-rewording")
            if "take" not in form.values:
                version = number_of(form.of("version"), 9)
                given = Rewording(initiative_id, form.of("title"), form.of("text"), version)
                at = await visit.moment()
                await reword_initiative(visit.pool, known.picture, visit.who, given, at)
                return visit.go(f"/initiatives/{initiative_id}", reworded=1)
        return await _show(visit, initiative_id, known)


async def _show(visit: Visit[Author], initiative_id: UUID, known: Subordination) -> Response[str]:
    values: dict[str, object] = {"initiative_id": initiative_id, "course": None}
    if visit.signed_in:
        course, _ = await reading.course_of(visit.pool, known, visit.who, initiative_id, visit.now)
        if "take" in visit.form.values and course.suggestion:
            visit.form.values["text"] = course.suggestion
        visit.form.values["version"] = str(course.initiative.version)
        values["course"] = course
    return await visit.page("initiatives/rewording.html", **values)
