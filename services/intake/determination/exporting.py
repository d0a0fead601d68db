"""The list as files: a table to compute with, and the texts on paper for a meeting."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from litestar import Response

from services.chassis.db.pool import Pool
from services.chassis.process.press import Press
from services.chassis.text import whole_number
from services.chassis.web.downloads import as_attachment
from services.chassis.web.pages import moment
from services.chassis.web.tables import Cell, long_download
from services.intake.core.domain import local
from services.intake.determination import queue
from services.intake.determination.reading.listing import Listing, Looking
from services.intake.determination.showing import Row, row

TEMPLATE = Path(__file__).with_name("meeting.typ")

MOST = 20_000
"""Rows of a table: more than a municipality has; a table that is cut says so in its last row."""

ON_PAPER = 500
"""Initiatives with texts that a meeting can have before it."""

HEAD = (
    *("Номер", "Муниципальное образование", "Направление", "Организация", "Название", "Текст"),
    *("Состояние", "Подана", "У кого с", "Решить до", "Просрочена", "Форма", "Кто автор"),
)
NOTES = MappingProxyType(
    {
        "У кого с": "С какого времени инициатива у того, кто сейчас решает.",
        "Решить до": "По регламенту, в рабочем времени; пусто, где решения никто не ждёт.",
        "Кто автор": "Участник или орган, от которого подана инициатива. Имён участников здесь нет.",
    }
)


async def table(pool: Pool, looking: Looking, query: Mapping[str, str], ending: str) -> Response[bytes]:
    """All that an address asks for."""
    found = await queue.every(pool, looking, query, MOST)
    as_of = local(looking.now, looking.campaign)
    return await long_download("Инициативы", ending, HEAD, _rows(looking, found), as_of, NOTES)


def _rows(looking: Looking, found: Listing) -> Iterator[Sequence[Cell]]:
    zone = looking.campaign.time_zone
    for listed in found.items:
        i, shown = listed.initiative, row(looking, listed)
        due = moment(listed.due_at, zone, "dd.MM.yyyy HH:mm") if listed.due_at else ""
        yield (
            *(i.number, shown.place, shown.direction, shown.organization, i.title, i.text, shown.status),
            moment(i.submitted_at, zone, "dd.MM.yyyy HH:mm"),
            moment(i.held_from, zone, "dd.MM.yyyy HH:mm"),
            *(due, "да" if listed.overdue else "", shown.form, shown.origin or "участник"),
        )
    if found.more:
        said = (
            f"Здесь первые {whole_number(len(found.items))}. Остальные скачайте отдельно: выберите фильтры."
        )
        yield (said, *[""] * (len(HEAD) - 1))


async def on_paper(pool: Pool, looking: Looking, query: Mapping[str, str], press: Press) -> Response[bytes]:
    """The texts, numbered, with room for what is decided; so many at most, and it says of how many."""
    found = await queue.every(pool, looking, query, ON_PAPER)
    zone, campaign = looking.campaign.time_zone, looking.campaign
    data = {
        "title": "Инициативы к заседанию",
        "campaign": campaign.name,
        "as_of": f"На {moment(looking.now, zone, 'd MMMM y, HH:mm')}",
        "more": found.more,
        "count": len(found.items),
        "rows": [_printed(row(looking, each), zone) for each in found.items],
    }
    at = local(looking.now, campaign)
    headers = as_attachment(f"Инициативы к заседанию, {at:%Y-%m-%d %H-%M}.pdf")
    return Response(await press.printed(data), media_type="application/pdf", headers=headers)


def _printed(shown: Row, zone: str) -> dict[str, object]:
    about = (shown.place, shown.direction, shown.organization, shown.form, shown.origin)
    clock = shown.clock.words if shown.clock else ""
    return {
        "number": shown.number,
        "title": shown.title,
        "text": shown.text,
        "about": " · ".join(filter(None, about)),
        "state": f"{shown.status}, подана {moment(shown.submitted_at, zone)}",
        "clock": clock,
        "late": bool(shown.clock and shown.clock.kind == "bad"),
    }
