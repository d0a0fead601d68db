"""Pages: intake's audit, for those who oversee."""

from collections.abc import Mapping
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from contracts.appointments import Role
from contracts.event import REGION
from services.chassis.text import one_line
from services.chassis.web.forms import Option, number_of, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.roles import TITLES
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.domain import DEEDS, PERSON_SEEN
from services.intake.core.office import OFFICE
from services.intake.core.store.audit import Wanted
from services.intake.oversight.reading import places_read, read_audit

ADDRESS = "/determination/audit"
AT_ONCE = 100
FILTER = ("place", "deed", "person")


class AuditPages(Controller):
    """Who did what with initiatives and looked at whose data, and when."""

    path = ADDRESS
    include_in_schema = False
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get()
    async def read(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """The newest first; in a municipality, of a deed, about a participant, if the address says so."""
        own, chosen = places_read(visit.who), _chosen(visit.query)
        before = number_of(visit.query.get("before", ""), longest=17)
        found, more = await read_audit(visit.pool, visit.who, _wanted(chosen, known), before, AT_ONCE)
        further = urlencode(chosen | {"before": str(found[-1].id)}) if more else ""
        return await visit.page(
            "oversight/audit.html",
            lines=[(line, _place(known, line.municipality)) for line in found],
            words=DEEDS,
            titles=TITLES,
            seen=PERSON_SEEN,
            chosen=chosen,
            deeds=[Option(deed, word) for deed, word in DEEDS.items()],
            several=own is None or len(own) > 1,
            keeps_rules=visit.who.holds(Role.ADMINISTRATOR),
            more=f"{ADDRESS}?{further}" if more else "",
        )


def _place(known: Subordination, municipality: str) -> str:
    return "" if municipality == REGION else known.picture.name_of(municipality) or municipality


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The filter of the address, without what is empty or no filter."""
    given = {name: one_line(query.get(name, ""))[:200] for name in FILTER}
    if given["deed"] not in DEEDS:
        given["deed"] = ""
    given["person"] = str(uuid_of(given["person"]) or "")
    return {name: value for name, value in given.items() if value}


def _wanted(chosen: Mapping[str, str], known: Subordination) -> Wanted:
    places = None
    if part := chosen.get("place", ""):
        names = known.picture.municipalities.values()
        places = [each.code for each in names if part == each.code or part.casefold() in each.name.casefold()]
    return Wanted(places, chosen.get("deed", ""), chosen.get("person", ""))
