"""Pages: one working group: its people, the organizations that it supervises, and appointing."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.people import appoint_from, shown
from services.hierarchy.briefings.store import briefings
from services.hierarchy.cabinet.trail import trail
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.domain.groups import may_change
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Asked

AT_ONCE = 100


class GroupPages(Controller):
    """A working group."""

    path = "/cabinet/groups/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def group(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Who leads it, what it covers, and which organizations have no coordinator."""
        return await _group(visit, id_)

    @post("/appointments")
    async def appoint(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """Appoint a leader or a member, and back to the group."""
        await visit.sent()
        async with visit.refusing():
            return await appoint_from(visit, entrance, Scope.GROUP, str(id_))
        return await _group(visit, id_)


async def _group(visit: Visit[Staff], id_: UUID) -> Response[str]:
    staff, query = visit.who, visit.query
    typed, missing = one_line(query.get("q", ""))[:200], query.get("missing") == "1"
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, staff, Scope.GROUP, str(id_), campaign)
        group = await groups.get(db, id_)
        asked = Asked(typed, missing, uuid_of(query.get("after", "")))
        found = await groups.supervised(db, group, asked, AT_ONCE + 1)
        unbriefed = sum(not each.done for each in await briefings.of_group(db, group))
        values = await shown(db, visit, place, Scope.GROUP)
        values["above"] = await trail(db, staff, place)
    leaders = [holder.account for holder in values["present"] if holder.role == Role.LEADER]
    appoints = may(staff, Deed.APPOINT_COORDINATOR, place)
    values["unanswered"] |= appoints and any(row.coordinator and not row.has_signed_in for row in found)
    last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
    more = urlencode({"q": typed, "missing": int(missing), "after": last})
    return await visit.page(
        "cabinet/group.html",
        **values,
        group=group,
        directions=_names(campaign, group.directions),
        rows=found[:AT_ONCE],
        q=typed,
        missing=missing,
        unbriefed=unbriefed,
        more=f"{values['address']}?{more}" if last else "",
        forms=may_change(staff, place, leaders),
        appoints=appoints,
    )


def _names(campaign: CampaignDefined | None, codes: frozenset[str]) -> list[str]:
    directions = campaign.directions if campaign else ()
    return [direction.name for direction in directions if direction.code in codes]
