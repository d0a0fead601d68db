"""Pages: a founder's organizations, to be seen and exported, and closing one."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.domain.forming import region_zone
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.territory.commands.close_organization import Closing, close_organization
from services.hierarchy.territory.pages.imported import imported
from services.hierarchy.territory.store import organizations
from services.hierarchy.territory.store.organizations import Asked, Kept

AT_ONCE, MOST = 100, 100_000
LACKING = ("group", "coordinator")

COLUMNS = (
    "Номер",
    "Название",
    "Вид",
    "Где находится",
    "Работников",
    "Рабочая группа",
    "Координатор",
    "Состояние",
)


class OrganizationPages(Controller):
    """The list of a founder's organizations, as it is kept."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}/organizations")
    async def listed(
        self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]
    ) -> Response[str] | Response[bytes]:
        """All of them by the alphabet; `format=csv` or `xlsx`: as a file."""
        ending, asked = ending_of(visit.query), _asked(visit)
        async with visit.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            place = await look_at(db, visit.who, Scope.MUNICIPALITY, code, campaign)
            limit = MOST if ending else AT_ONCE + 1
            found = await organizations.kept(db, code, campaign.id if campaign else "", asked, limit)
        if ending:
            as_of = visit.now.astimezone(region_zone(campaign))
            return await download(f"Организации – {place.name}", ending, COLUMNS, map(_cells, found), as_of)
        address = f"{address_of(Scope.MUNICIPALITY, code)}/organizations"
        chosen: dict[str, str | int] = {
            "q": asked.typed,
            "closed": int(asked.closed),
            "missing": asked.missing,
        }
        last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
        return await visit.page(
            "territory/organizations.html",
            place=place,
            address=address,
            back=address_of(Scope.MUNICIPALITY, code),
            rows=found[:AT_ONCE],
            q=asked.typed,
            closed=asked.closed and not asked.missing,
            missing=asked.missing,
            kept=may(visit.who, Deed.KEEP_ORGANIZATIONS, place),
            done=imported(visit.query),
            more=f"{address}?{urlencode(chosen | {'after': last})}" if last else "",
            files=files(address, **chosen),
        )

    @get("/organizations/{id_:uuid}/closing")
    async def ask(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Asks once, with the name, and who takes over."""
        return await _page(visit, id_)

    @post("/organizations/{id_:uuid}/closing")
    async def close(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The organization is closed, and back to its page."""
        form = await visit.sent()
        async with visit.refusing():
            given = Closing(id_, uuid_of(form.of("successor")))
            await close_organization(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.ORGANIZATION, id_), done="closed")
        return await _page(visit, id_)


def _asked(visit: Visit[Staff]) -> Asked:
    typed, after = one_line(visit.query.get("q", ""))[:200], uuid_of(visit.query.get("after", ""))
    missing = visit.query.get("missing", "")
    return Asked(typed, visit.query.get("closed") == "1", missing if missing in LACKING else "", after)


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, visit.who, Scope.ORGANIZATION, str(id_), campaign)
        others = await organizations.siblings(db, id_)
    authority(visit.who, Deed.KEEP_ORGANIZATIONS, place)
    return await visit.page(
        "territory/organization_closing.html",
        place=place,
        successors=[Option(str(other.id), other.name) for other in others],
        back=address_of(Scope.ORGANIZATION, id_),
    )


def _cells(each: Kept) -> tuple[Cell, ...]:
    state = "закрыта" if each.closed else "действует"
    who = each.coordinator or ("ведёт сама группа" if each.self_served else "")
    return (
        *(each.external_id, each.name, each.kind, each.place),
        *(each.headcount, each.working_group, who, state),
    )
