"""Pages: what a participant has asked the hotline while they were signed in."""

from litestar import Controller, get
from litestar.di import NamedDependency

from services.chassis.errors import Unauthorized
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.hotline.core.identity import TO_SIGN_IN, Participants
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.look_at_own import Listed, Portion, look_at_own
from services.hotline.inquiries.commands.write_letters import link_of
from services.hotline.inquiries.showing import state_of

HERE = "/hotline/mine"


class OwnPages(Controller):
    """A participant's own inquiries."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN

    @get()
    async def own(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Known],
        participants: NamedDependency[Participants],
    ) -> Answer:
        """The newest first; nobody sees another's."""
        participant = await participants.of(visit.request)
        if participant is None:
            raise Unauthorized("token-invalid")
        before = visit.query.get("before", "")
        listed = await look_at_own(visit.pool, Portion(participant, before))
        return await visit.page(
            "inquiries/mine.html",
            items=[_row(visit, known, each) for each in listed.items],
            first_page=not before,
            more_href=f"{HERE}?before={listed.before}" if listed.before else "",
        )


def _row(visit: Visit[Staff], known: Known, each: Listed) -> dict[str, object]:
    own = each.own
    due_at = own.as_of.due_at if own.as_of.is_open else None
    return {
        "number": own.inquiry.number,
        "subject": own.subject,
        "theme": each.theme,
        "state": state_of(own.as_of),
        "opened_at": own.inquiry.times.opened_at,
        "due_at": due_at,
        "late": bool(due_at and due_at <= visit.now),
        "zone": own.inquiry.promise.zone,
        "href": f"/hotline/inquiries/{link_of(known, own.inquiry, own.link_version)}",
    }
