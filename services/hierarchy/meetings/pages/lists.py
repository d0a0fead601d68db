"""Pages: all meetings, and all agreements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db.pool import Db
from services.chassis.web.forms import from_here, uuid_of
from services.chassis.web.pages import local_path
from services.chassis.web.tables import download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import MEETINGS
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.meetings.commands.look_at_meeting import whose
from services.hierarchy.meetings.commands.settle_agreement import Settling, settle_agreement
from services.hierarchy.meetings.domain.agreements import STATES, Agreement, State
from services.hierarchy.meetings.domain.meetings import FORMATS
from services.hierarchy.meetings.domain.meetings import STATES as MEETING_STATES
from services.hierarchy.meetings.store import agreements, meetings
from services.hierarchy.territory.store import smos as councils

AT_ONCE, MOST = 50, 100_000
OVERDUE = "overdue"

COLUMNS = (
    *("Код", "Муниципальное образование", "О чём договорились", "Срок", "Состояние", "Просрочена"),
    *("Кто отметил", "Когда отмечено", "Встреча", "День встречи"),
)


class MeetingLists(Controller):
    """All meetings and agreements that somebody may see."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/meetings")
    async def meetings(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """What is to come, and what is over (`after`: behind which one)."""
        after = uuid_of(visit.query.get("after", ""))
        async with visit.pool.acquire() as db, db.transaction():
            smos, codes = await whose(db, visit.who)
            coming = await meetings.listed(db, meetings.Wanted(smos, codes, coming=True), MOST, visit.now)
            over = await meetings.listed(
                db, meetings.Wanted(smos, codes, False, after), AT_ONCE + 1, visit.now
            )
            known = await councils.all_by_id(db)
        calls = {of: known[of].name for of in smos if _runs(visit, of)}
        last = over[AT_ONCE - 1].id if len(over) > AT_ONCE else ""
        return await visit.page(
            "meetings/list.html",
            coming=coming,
            over=over[:AT_ONCE],
            more=f"{MEETINGS}?{urlencode({'after': last})}" if last else "",
            oversees=bool(smos),
            calls=calls,
            formats=FORMATS,
            states=MEETING_STATES,
        )

    @get("/agreements")
    async def agreements(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """What was agreed on (`state`: open, done, dropped or overdue), as a file too."""
        state = _state(visit.query)
        after = uuid_of(visit.query.get("after", ""))
        async with visit.pool.acquire() as db, db.transaction():
            looked = await _looked(db, visit)
            limit = MOST if ending_of(visit.query) else AT_ONCE + 1
            found = await agreements.listed(db, looked.wanted(state, after), limit)
        if ending_of(visit.query):
            return await _file(visit, looked, found)
        last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else ""
        return await visit.page(
            "meetings/agreements.html",
            found=found[:AT_ONCE],
            state=state,
            more=f"/cabinet/agreements?{urlencode({'state': state, 'after': last})}" if last else "",
            files=files("/cabinet/agreements", state=state),
            agreement_states=STATES,
            region_day=looked.day,
            runs=looked.runs,
            settles=looked.settles,
            done=visit.query.get("done", ""),
        )

    @post("/agreements/{id_:uuid}/state")
    async def settle(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """It is done, dropped, or open again."""
        form = await visit.sent()
        given = Settling(id_, form.of("state"), form.of("seen"))
        await settle_agreement(visit.pool, visit.who, given, await visit.moment())
        return visit.go(local_path(form.of("back"), "/cabinet/agreements"), done="settled")


@dataclass(frozen=True, slots=True)
class _Looked:
    """Whose agreements somebody sees and may settle, and on which day of the region."""

    smos: list[str]
    codes: list[str]
    runs: bool
    settles: set[str]
    day: date
    zone: ZoneInfo

    def wanted(self, state: str, after: UUID | None) -> agreements.Wanted:
        """What a list holds; overdue is what is open behind its day."""
        overdue = state == OVERDUE
        word = State.OPEN if overdue else state
        return agreements.Wanted(self.smos, self.codes, word, self.day if overdue else None, after)


async def _looked(db: Db, visit: Visit[Staff]) -> _Looked:
    campaign = await campaigns.now_open(db)
    smos, codes = await whose(db, visit.who)
    zone = ZoneInfo(campaign.time_zone if campaign else "UTC")
    runs = any(_runs(visit, of) for of in smos)
    found = await places.find(db, [(Scope.MUNICIPALITY, code) for code in codes], None)
    settles = {place.of for place in found.values() if may(visit.who, Deed.ANSWER_SMO, place)}
    return _Looked(list(smos), list(codes), runs, settles, region_day(campaign, visit.now), zone)


def _runs(visit: Visit[Staff], smo: str) -> bool:
    return may(visit.who, Deed.RUN_MEETINGS, Place(Scope.SMO, smo, REGION))


def _state(query: Mapping[str, str]) -> str:
    state = query.get("state", State.OPEN)
    return state if state in (*State, OVERDUE, "") else State.OPEN


async def _file(visit: Visit[Staff], looked: _Looked, found: list[Agreement]) -> Response[bytes]:
    rows = (
        (
            *(each.municipality, each.place, each.body, f"{each.due:%d.%m.%Y}", STATES[each.state]),
            *("да" if each.is_overdue(looked.day) else "", each.settled_by),
            f"{each.settled_at.astimezone(looked.zone):%d.%m.%Y %H:%M}",
            *(each.title, f"{each.met_at.astimezone(looked.zone):%d.%m.%Y}" if each.met_at else ""),
        )
        for each in found
    )
    as_of = visit.now.astimezone(looked.zone)
    return await download("Договорённости", ending_of(visit.query), COLUMNS, rows, as_of)
