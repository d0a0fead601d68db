"""Pages: what is typed is kept while it is typed."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency

from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hotline.desk.commands.keep_draft import Typed, keep_draft


class DraftPages(Controller):
    """Drafts, as the script of the desk keeps them."""

    path = "/hotline/drafts"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @post()
    async def keep(self, visit: NamedDependency[Visit[Staff]]) -> Response[None]:
        """Nothing to show: whoever types goes on."""
        form = await visit.sent()
        await keep_draft(visit.pool, visit.who, Typed(form.of("about"), form.values), visit.now)
        return Response(None, status_code=204, cookies=list(visit.recognised.cookies))
