"""Pages: participants whom the staff find by name."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.assisted import choices
from services.intake.assisted.commands.find_people import find_people
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
