"""Pages: the queue of the desk."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.web.forms import Form, from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.region import Known
from services.hotline.core.store import colleagues
from services.hotline.desk import queue


class DeskPages(Controller):
    """What is open within somebody's reach, the next that is due first."""

    path = "/hotline"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def desk(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """The queue by the filters of the address."""
        found = await queue.read(visit.pool, known, visit.who, visit.query, visit.now)
        async with visit.pool.acquire() as db:
            await colleagues.see(db, visit.who, visit.now)
        visit.form = Form(dict(found.chosen))
        return await visit.page("desk/desk.html", queue=found, choices=queue.choices(found))
