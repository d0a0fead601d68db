"""Pages: the lines that somebody keeps or works at."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Checks, Invalid, NotFound
from services.chassis.phones import spoken_phone
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, number_of, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.due import group_name
from services.directory.grants import Staff
from services.directory.hours import Week, read_week, written_day
from services.directory.staff import RENEWAL
from services.hotline.core.authority import Deed, authority, may, places_of
from services.hotline.core.region import Known
from services.hotline.lines.commands.close_line import Closing, close_line
from services.hotline.lines.commands.define_line import check_line, define_line
from services.hotline.lines.commands.offer_line import Offer, offer_line, settlements_of
from services.hotline.lines.commands.set_shift import today_of
from services.hotline.lines.commands.share_line import agree_share, end_share
from services.hotline.lines.domain.duty import Shift
from services.hotline.lines.domain.lines import LANGUAGES, RUSSIAN, Act, Described, Help, Line
from services.hotline.lines.showing import Shown, groups_for, names_of, shown, usual_week
from services.hotline.lines.store import duty, lines

DAYS, TEXTS = range(1, 8), range(1, 4)


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality of a list: its own line, by which other it is reached, and who is on duty now."""

    code: str
    name: str
    own: Shown | None
    through: str
    on_duty: list[Shift]

    @property
    def missing(self) -> str:
        """What is missing first: "line", "group", "duty", or nothing."""
        if self.own is None:
            return "" if self.through else "line"
        if self.own.gone or self.own.line.group is None:
            return "group"
        return "" if self.on_duty else "duty"


class LinePages(Controller):
    """Lines, as they are kept."""

    path = "/hotline/lines"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def mine(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """Those of one's own municipalities, what is missing first."""
        codes = places_of(visit.who, Deed.WORK) & known.picture.municipalities.keys()
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *codes)
            rows = [await _row(db, visit, known, code, name) for code, name in names_of(known, list(codes))]
        rows.sort(key=lambda row: not row.missing)
        return await visit.page("lines/mine.html", rows=rows, sets=places_of(visit.who, Deed.SET_LINE))

    @get("/{code:str}")
    async def one(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Response[str]:
        """The line, who owns it, who shares it."""
        return await _one(visit, known, code)

    @get("/{code:str}/edit")
    async def write(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Response[str]:
        """What stands, to be changed."""
        return await _edit(visit, known, code)

    @post("/{code:str}/edit")
    async def define(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """The line as it is described now."""
        await visit.sent()
        async with visit.refusing():
            given = _described(visit, known, code)
            await define_line(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"/hotline/lines/{code}", done="described")
        return await _edit(visit, known, code)

    @get("/{code:str}/closing")
    async def ask_closing(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Response[str]:
        """Asks once."""
        return await _closing(visit, known, code)

    @post("/{code:str}/closing")
    async def close(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """Nobody answers there any more."""
        form = await visit.sent()
        async with visit.refusing():
            given = Closing(code, number_of(form.of("version")) or 0)
            await close_line(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"/hotline/lines/{code}", done="closed")
        return await _closing(visit, known, code)

    @post("/{code:str}/shares")
    async def share(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """An offer, an agreement, or the end of either; the button says which."""
        form = await visit.sent()
        async with visit.refusing():
            given = Offer(form.of("line_of") or code, form.of("settlement"))
            at = await visit.moment()
            if form.of("deed") == "agree":
                await agree_share(visit.pool, visit.who, given, at)
            elif form.of("deed") == "end":
                await end_share(visit.pool, visit.who, given, at)
            else:
                await offer_line(visit.pool, known, visit.who, given, at)
            return visit.go(f"/hotline/lines/{code}", done="shared")
        return await _one(visit, known, code)


async def _row(db: Db, visit: Visit[Staff], known: Known, code: str, name: str) -> Row:
    found = await lines.of(db, known, code, visit.now)
    own = next((shown(known, line, visit.now) for line in found if line.municipality == code), None)
    through = next((known.picture.name_of(line.municipality) for line in found), "") if not own else ""
    day = today_of(known, visit.now)
    on_duty = await duty.on_duty(db, code, day, visit.now)
    return Row(code, name, own, through, on_duty)


async def _one(visit: Visit[Staff], known: Known, code: str) -> Response[str]:
    authority(visit.who, Deed.WORK, code)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        line = await lines.one(db, code)
        reached = await lines.of(db, known, code, visit.now)
        shares = await lines.shares(db, code)
        served = await lines.served(db, known, line, visit.now) if line else []
        on_duty = await duty.on_duty(db, code, today_of(known, visit.now), visit.now)
    offered = {share.municipality for share in shares if share.line_of == code}
    sharing = [(s, known.picture.name_of(s.municipality)) for s in shares if s.line_of == code]
    others = [each for each in settlements_of(known, code) if each not in offered and each not in served]
    return await visit.page(
        "lines/line.html",
        code=code,
        name=known.picture.name_of(code),
        shown=shown(known, line, visit.now) if line else None,
        reached=[(known.picture.name_of(each.municipality), each) for each in reached],
        shares=sharing,
        offers=[(s, known.picture.name_of(s.line_of)) for s in shares if s.municipality == code],
        served=[name for of, name in names_of(known, served) if of != code],
        settlements=[Option(of, name) for of, name in names_of(known, others)],
        on_duty=on_duty,
        languages=LANGUAGES,
        sets=may(visit.who, Deed.SET_LINE, code),
        done=visit.query.get("done", ""),
    )


async def _stands(visit: Visit[Staff], code: str) -> Line | None:
    authority(visit.who, Deed.SET_LINE, code)
    async with visit.pool.acquire() as db:
        return await lines.one(db, code)


async def _edit(visit: Visit[Staff], known: Known, code: str) -> Response[str]:
    line = await _stands(visit, code)
    values = _typed(line, usual_week(known, code, visit.now))
    visit.form.values = values | visit.form.values
    groups = groups_for(known, code, visit.now)
    return await visit.page(
        "lines/edit.html",
        code=code,
        name=known.picture.name_of(code),
        line=line,
        groups=[Option(str(group.id), group_name(known.picture, group)) for group in groups],
        languages=[Option(*each) for each in LANGUAGES.items()],
        day_numbers=list(DAYS),
        text_numbers=list(TEXTS),
    )


async def _closing(visit: Visit[Staff], known: Known, code: str) -> Response[str]:
    line = await _stands(visit, code)
    if line is None or line.closed:
        raise NotFound("line-unknown")
    name = known.picture.name_of(code)
    return await visit.page("lines/closing.html", code=code, name=name, line=line)


def _typed(line: Line | None, usual: Week) -> dict[str, str]:
    """What stands, as the form has it."""
    week = line.week if line else usual
    values = {f"day_{nth}": written_day(day) for nth, day in enumerate(week, 1)}
    if line is None:
        return {**values, "language_1": RUSSIAN, "version": "0"}
    for nth, said in enumerate(line.help, 1):
        values |= {f"language_{nth}": said.language, f"help_{nth}": said.text}
    return {
        **values,
        "language_1": values.get("language_1", RUSSIAN),
        "name": line.name,
        "phones": "\n".join(map(spoken_phone, line.phones)),
        "email": line.email,
        "address": line.address,
        "group": str(line.group or ""),
        "act_number": line.act.number,
        "act_day": line.act.day.isoformat() if line.act.day else "",
        "version": str(line.version),
    }


def _described(visit: Visit[Staff], known: Known, code: str) -> Described:
    """What the form says. Raises Invalid for hours that cannot be read, with whatever else is wrong."""
    form, checks = visit.form, Checks()
    week: Week | None = checks.take(lambda: read_week([form.of(f"day_{nth}") for nth in DAYS]))
    group = checks.take(lambda: _group(form.of("group")))
    given = Described(
        municipality=code,
        name=form.of("name"),
        phones=form.of("phones").splitlines(),
        email=form.of("email"),
        address=form.of("address"),
        week=week or usual_week(known, code, visit.now),
        help=[Help(form.of(f"language_{nth}"), form.of(f"help_{nth}")) for nth in TEXTS],
        group=group,
        act=Act(form.of("act_number"), day_of(form.of("act_day"))),
        version=number_of(form.of("version")) or 0,
    )
    if week is None:
        checks.take(lambda: check_line(known, given, visit.now))
    checks.settle()
    return given


def _group(typed: str) -> UUID | None:
    if not typed:
        return None
    if (group := uuid_of(typed)) is None:
        raise Invalid("line-group-unknown", field="group")
    return group


def day_of(typed: str) -> date | None:
    """A day as a form sends it; None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
