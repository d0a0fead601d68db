"""Pages: who is on duty at a line, and what one leaves to the next."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.pages import day as written
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.authority import Deed, authority, may
from services.hotline.core.region import Known
from services.hotline.core.store import colleagues
from services.hotline.lines.commands.hand_over import Handing, accept_hand_over, hand_over
from services.hotline.lines.commands.set_shift import Duty, Standing, remove_shift, set_shift, today_of
from services.hotline.lines.commands.swap_shifts import Swap, swap_shifts
from services.hotline.lines.domain.duty import HandOver, Shift
from services.hotline.lines.pages.lines import day_of
from services.hotline.lines.store import duty, lines


class DutyPages(Controller):
    """The duty of a line, for everybody who works there."""

    path = "/hotline/lines/{code:str}/duty"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Response[str]:
        """Who is on duty now and later, and what was left."""
        return await _page(visit, known, code)

    @post()
    async def set(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """Oneself or a colleague, from a day on."""
        form = await visit.sent()
        async with visit.refusing():
            days = day_of(form.of("first_day")), day_of(form.of("last_day"))
            given = Duty(code, *days, uuid_of(form.of("account")))
            await set_shift(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(_address(code), done="set")
        return await _page(visit, known, code)

    @post("/removal")
    async def remove(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """A shift is taken off."""
        form = await visit.sent()
        async with visit.refusing():
            if (id_ := uuid_of(form.of("shift"))) is None:
                raise NotFound("shift-unknown")
            await remove_shift(visit.pool, known, visit.who, Standing(code, id_), await visit.moment())
            return visit.go(_address(code), done="removed")
        return await _page(visit, known, code)

    @post("/swaps")
    async def swap(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """Two shifts change their people."""
        form = await visit.sent()
        async with visit.refusing():
            one, other = uuid_of(form.of("one")), uuid_of(form.of("other"))
            if one is None or other is None:
                raise NotFound("shift-unknown", field="one" if one is None else "other")
            await swap_shifts(visit.pool, known, visit.who, Swap(code, one, other), await visit.moment())
            return visit.go(_address(code), done="swapped")
        return await _page(visit, known, code)

    @post("/hand-overs")
    async def hand_over(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """A shift ends: a note, and what is open."""
        form = await visit.sent()
        async with visit.refusing():
            given = Handing(code, form.of("note"))
            await hand_over(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(_address(code), done="handed")
        return await _page(visit, known, code)

    @post("/acceptances")
    async def accept(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """Whoever comes next has read it."""
        form = await visit.sent()
        async with visit.refusing():
            if (id_ := uuid_of(form.of("hand_over"))) is None:
                raise NotFound("hand-over-unknown")
            await accept_hand_over(visit.pool, visit.who, code, id_, await visit.moment())
            return visit.go(_address(code), done="accepted")
        return await _page(visit, known, code)


def _address(code: str) -> str:
    return f"/hotline/lines/{code}/duty"


async def _page(visit: Visit[Staff], known: Known, code: str) -> Response[str]:
    authority(visit.who, Deed.WORK, code)
    day = today_of(known, visit.now)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        line = await lines.one(db, code)
        shifts = await duty.shifts(db, code, day)
        on_duty = await duty.on_duty(db, code, day, visit.now)
        left = await duty.hand_overs(db, code)
        people = await colleagues.of(db, code, visit.now)
        # An inquiry of a settlement that shares the line is shown by its number alone.
        served = await lines.served(db, known, line, visit.now) if line else [code]
        await tenancy.see(db, *served)
        cases = await lines.cases(db, served, _ids(left))
    keeps = may(visit.who, Deed.SET_ROSTER, code)
    visit.form.values = {"first_day": day.isoformat()} | visit.form.values
    return await visit.page(
        "lines/duty.html",
        code=code,
        name=known.picture.name_of(code),
        line=line if line and not line.closed else None,
        shifts=shifts,
        on_duty={shift.id for shift in on_duty},
        on_duty_now=on_duty,
        who=visit.who.account,
        mine={shift.id for shift in shifts if keeps or shift.account == visit.who.account},
        is_on_duty=visit.who.account in {shift.account for shift in on_duty},
        keeps=keeps,
        people=[Option(str(each.account), each.name) for each in people if each.account != visit.who.account],
        choices=[Option(str(shift.id), _named(shift)) for shift in shifts],
        left=[(each, [case for case in cases if case.id in each.cases]) for each in left],
        done=visit.query.get("done", ""),
    )


def _ids(left: list[HandOver]) -> list[UUID]:
    return [id_ for each in left for id_ in each.cases]


def _named(shift: Shift) -> str:
    last = f" – {written(shift.last_day)}" if shift.last_day != shift.first_day else ""
    return f"{written(shift.first_day)}{last}, {shift.name}"
