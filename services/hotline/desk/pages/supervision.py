"""Pages: the work of a line, for those who supervise it."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.web.tables import download, ending_of, files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.region import Known
from services.hotline.desk import supervision
from services.hotline.desk.showing import KINDS, LEVELS, STATUSES, local

HERE = "/hotline/supervision"


class SupervisionPages(Controller):
    """Who has how much."""

    path = HERE
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def look(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str] | Response[bytes]:
        """As a page, or as a file."""
        found = await supervision.read(visit.pool, known, visit.who, visit.now)
        if ending := ending_of(visit.query):
            rows, as_of = supervision.table(known, found), local(known, visit.now)
            names = (each.name for each in known.picture.campaigns.values() if each.open)
            name = ", ".join([*names, "горячая линия"])
            return await download(name, ending, supervision.HEAD, rows, as_of, supervision.NOTES)
        return await visit.page(
            "desk/supervision.html",
            found=found,
            statuses=STATUSES,
            kinds=KINDS,
            levels=LEVELS,
            notes=supervision.NOTES,
            files=files(HERE),
        )
