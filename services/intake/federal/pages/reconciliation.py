"""Pages: our list beside the platform's, of all municipalities and of one."""

from collections.abc import Iterator, Sequence

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Invalid
from services.chassis.text import serial_number
from services.chassis.web.forms import from_here
from services.chassis.web.tables import Cell, ending_of, files, long_download
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.domain import local
from services.intake.core.office import OFFICE
from services.intake.federal.commands.link_row import Linking, link_row
from services.intake.federal.domain.columns import FIELDS, Template
from services.intake.federal.domain.linking import How
from services.intake.federal.domain.reconciliation import Exported, total
from services.intake.federal.reading import Reader

ADDRESS = "/federal/reconciliation"
EXPORT = "/federal/export"
SHOWN = 200
DAY = "%d.%m.%Y"

DIFFERENCES = (
    *("Код ОКТМО", "Муниципальное образование", "Где есть", "Наш номер", "Подана"),
    *("Номер на платформе", "Дата на платформе", "Статус на платформе"),
)
NOTES = {"Название": "Тексты инициатив видят только в муниципальном образовании, здесь их нет."}
HOWS = {How.NUMBER: "по нашему номеру", How.TITLE: "по названию", How.HAND: "вручную"}


class ReconciliationPages(Controller):
    """What is only here and only there."""

    path = "/federal"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get("/reconciliation")
    async def all(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str] | Response[bytes]:
        """Counts of every municipality; what differs first. `format=csv` or `xlsx`: all that differs."""
        reader = Reader(visit.pool, known, visit.who)
        if ending := ending_of(visit.query):
            return await _differences(visit, reader, ending)
        counts = await reader.counts()
        rows = sorted(counts.items(), key=lambda row: row[1].agrees)
        return await visit.page(
            "federal/reconciliation.html",
            rows=[(code, known.picture.name_of(code), each) for code, each in rows],
            total=total(counts.values()) if counts else None,
            files=files(ADDRESS),
            export=files(EXPORT),
        )

    @get("/export")
    async def export(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[bytes]:
        """Ours as the platform's table has it, by the columns named last (`format=csv` or `xlsx`)."""
        kept, found = await Reader(visit.pool, known, visit.who).exported()
        fields = [field.name for field in FIELDS if field.name in kept.columns or not kept.columns]
        head = [kept.columns.get(field.name) or field.title for field in FIELDS if field.name in fields]
        rows = _as_theirs(known, kept, fields, found)
        ending, as_of = ending_of(visit.query) or "xlsx", local(visit.now, known.campaign)
        return await long_download("Для федеральной платформы", ending, head, rows, as_of, NOTES)

    @get("/reconciliation/{code:str}")
    async def one(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        code: FromPath[str],
    ) -> Response[str]:
        """The lists of a municipality."""
        return await _one(visit, known, code)

    @post("/reconciliation/{code:str}")
    async def link(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        code: FromPath[str],
    ) -> Answer:
        """A row is one of ours, or none of them any more."""
        form = await visit.sent()
        async with visit.refusing():
            linking = Linking(code, form.of("number").strip(), _ours(form.of("ours"), form.of("unlink")))
            done = await link_row(visit.pool, known, visit.who, linking, await visit.moment())
            return visit.go(f"{ADDRESS}/{code}", done="unlinked" if done.ours is None else "linked")
        return await _one(visit, known, code)


def _ours(given: str, unlink: str) -> int | None:
    if unlink:
        return None
    number = serial_number(given)
    if number is None:
        raise Invalid("federal-ours-missing", field="ours")
    return number


async def _one(visit: Visit[Staff], known: Subordination, code: str) -> Response[str]:
    lists = await Reader(visit.pool, known, visit.who).one(code, SHOWN)
    return await visit.page(
        "federal/municipality.html",
        name=known.picture.name_of(code),
        address=f"{ADDRESS}/{code}",
        lists=lists,
        hows=HOWS,
        shown=SHOWN,
        done=visit.query.get("done", ""),
    )


async def _differences(visit: Visit[Staff], reader: Reader, ending: str) -> Response[bytes]:
    found, campaign = await reader.differing(), reader.known.campaign

    def rows() -> Iterator[Sequence[Cell]]:
        for each in found:
            place = (each.municipality, reader.known.picture.name_of(each.municipality))
            submitted = local(each.submitted_at, campaign).strftime(DAY) if each.submitted_at else ""
            where = "только на платформе" if each.number else "только у нас"
            there = (each.number, each.dated.strftime(DAY) if each.dated else "", each.status)
            yield (*place, where, each.ours, submitted, *there)

    as_of = local(visit.now, campaign)
    return await long_download("Сверка с федеральной платформой", ending, DIFFERENCES, rows(), as_of)


def _as_theirs(
    known: Subordination, kept: Template, fields: Sequence[str], found: Sequence[Exported]
) -> Iterator[Sequence[Cell]]:
    """Rows as the platform's table has them; the title stays empty: no text is shown above a municipality."""
    picture = known.picture
    for each in found:
        place = picture.municipalities.get(each.municipality)
        code = place.oktmo_now if place else each.municipality
        cells: dict[str, Cell] = {
            "number": each.number or "",
            "municipality": code if kept.codes else picture.name_of(each.municipality),
            "dated": each.dated.strftime(DAY) if each.dated else "",
            "status": each.status or "",
            "title": "",
            "own": each.own,
        }
        yield [cells[name] for name in fields]
