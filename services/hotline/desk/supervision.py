"""The work of lines as their supervisors see it: who has how much, what is oldest, what was late today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden
from services.chassis.web.tables import Cell
from services.directory.grants import Staff
from services.directory.region import alphabet
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.desk.store import supervision
from services.hotline.desk.store.supervision import Breach, Done, Load, Old
from services.hotline.lines.reach import supervised
from services.hotline.lines.store import lines

HEAD = (
    "Линия",
    "Кто",
    "Открыто",
    "Ждём заявителя",
    "Просрочено",
    "Самое давнее",
    "Ответов сегодня",
    "Поздно",
)
NOTES = {
    "Открыто": "Обращения, на которые ещё нет окончательного ответа.",
    "Ждём заявителя": "Из открытых: заявителя спросили, срок стоит.",
    "Просрочено": "Из открытых: срок следующего ответа прошёл.",
    "Самое давнее": "Когда пришло открытое обращение, которое ждёт дольше всех.",
    "Ответов сегодня": "Окончательные ответы с полуночи по времени региона; считаются за тем, кто ответил.",
    "Поздно": "Из них: после обещанного срока.",
}
NOBODY = "Ничьи"


@dataclass(slots=True)
class Row:
    """What somebody has and has done."""

    account: UUID | None
    name: str
    open: int = 0
    waiting: int = 0
    overdue: int = 0
    oldest_at: datetime | None = None
    answered: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class OfLine:
    """The people of one line (of a municipality that has none: its own), nobody first."""

    name: str
    place: str
    rows: Sequence[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Supervised:
    """Everything within somebody's supervision."""

    lines: Sequence[OfLine]
    oldest: Sequence[Old]
    breaches: Sequence[Breach]
    breached: int
    total: Row


async def read(pool: Pool, known: Known, who: Staff, now: datetime) -> Supervised:
    """What those see who supervise. Raises Forbidden for everybody else."""
    since = midnight(known, now)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SUPERVISE))
        if not (places := sorted(await supervised(db, known, who, now))):
            raise Forbidden("not-yours-to-supervise")
        loads = await supervision.loads(db, places, now)
        done = await supervision.answered(db, places, since)
        oldest = await supervision.oldest(db, places)
        breaches = await supervision.breaches(db, places, since)
        breached = await supervision.breached(db, places, since)
        by_line = await _by_line(db, known, places, now)
    found = [_of_line(known, name, codes, loads, done) for name, codes in by_line]
    return Supervised(found, oldest, breaches, breached, _total(row for each in found for row in each.rows))


def midnight(known: Known, now: datetime) -> datetime:
    """When the day began by the region's clocks."""
    zone = ZoneInfo(known.zone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


async def _by_line(db: Db, known: Known, places: Sequence[str], now: datetime) -> list[tuple[str, list[str]]]:
    """The name of each line with the municipalities that it answers for here."""
    found: dict[UUID | str, tuple[str, list[str]]] = {}
    for code in places:
        reached = await lines.of(db, known, code, now)
        name = reached[0].name if reached else f"Без линии: {known.picture.name_of(code)}"
        found.setdefault(reached[0].id if reached else code, (name, []))[1].append(code)
    return sorted(found.values(), key=lambda each: alphabet(each[0]))


def _of_line(
    known: Known, name: str, codes: Sequence[str], loads: Sequence[Load], done: Sequence[Done]
) -> OfLine:
    rows: dict[UUID | None, Row] = {}
    for load in (each for each in loads if each.municipality in codes):
        row = rows.setdefault(load.account, Row(load.account, load.name or NOBODY))
        row.open, row.waiting = row.open + load.open, row.waiting + load.waiting
        row.overdue += load.overdue
        row.oldest_at = min(filter(None, (row.oldest_at, load.oldest_at)), default=None)
    for each in (each for each in done if each.municipality in codes):
        row = rows.setdefault(each.account, Row(each.account, each.name or NOBODY))
        row.answered, row.late = row.answered + each.answered, row.late + each.late
    ordered = sorted(
        rows.values(), key=lambda row: (row.account is not None, -row.overdue, -row.open, row.name)
    )
    return OfLine(name, ", ".join(known.picture.name_of(code) for code in codes), ordered)


def _total(rows: Iterable[Row]) -> Row:
    total = Row(None, "Всего")
    for row in rows:
        total.open, total.waiting = total.open + row.open, total.waiting + row.waiting
        total.overdue, total.answered = total.overdue + row.overdue, total.answered + row.answered
        total.late += row.late
    return total


def table(known: Known, found: Supervised) -> list[list[Cell]]:
    """The same as rows of a file."""
    zone = ZoneInfo(known.zone)
    return [
        [
            *(of.name, row.name, row.open, row.waiting, row.overdue),
            f"{row.oldest_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.oldest_at else "",
            *(row.answered, row.late),
        ]
        for of in found.lines
        for row in of.rows
    ]
