"""Pages: an initiator has what they wrote erased, in two steps."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.open_by_link import look_by_link
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry


class ErasurePages(Controller):
    """By the link of the letter; it opens nothing afterwards."""

    path = "/hotline/inquiries/{link:str}/erasure"
    include_in_schema = False
    guards = [from_here]

    @get()
    async def confirm(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], link: FromPath[str]
    ) -> Answer:
        """Asks once what is erased."""
        seen = await look_by_link(visit.pool, known, link)
        return await visit.page("retention/erasure.html", inquiry=seen.inquiry, link=link)

    @post()
    async def erase(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], link: FromPath[str]
    ) -> Answer:
        """The link opens nothing from now on."""
        await visit.sent()
        seen = await look_by_link(visit.pool, known, link)
        at = await visit.moment(by_address=True)
        await erase_inquiry(visit.pool, known, Erasure(seen.municipality, seen.id), at)
        return await visit.page("retention/erased.html", number=seen.inquiry.number)
