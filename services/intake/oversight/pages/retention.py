"""Pages: what intake deletes by itself, after how long, and what of it is due."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.intake.core.office import OFFICE
from services.intake.oversight.domain import WHAT
from services.intake.oversight.reading import look_at_due
from services.intake.pruning import RULES


class RetentionPages(Controller):
    """A report of the rules; nothing is deleted by looking."""

    path = "/determination/retention"
    include_in_schema = False
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get()
    async def look(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """Rule by rule. Raises NotFound for all but an administrator."""
        found = await look_at_due(visit.pool, visit.who, RULES, visit.now)
        return await visit.page(
            "oversight/retention.html", rules=[(WHAT[one.rule.name], one) for one in found]
        )
