"""Interim results as PDF, to be printed and signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from contracts.appointments import TargetScope
from contracts.results import CheckpointEvent
from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.errors import NotFound
from services.chassis.process.press import Press
from services.chassis.web.pages import moment, number
from services.hierarchy.checkpoints.domain.results import Checkpoint

TEMPLATE = Path(__file__).with_name("result.typ")
COUNTERS = {"registered": "Зарегистрировано", "submitted": "Подано инициатив"}
NONE = "нет плана"


@dataclass(frozen=True, slots=True)
class Printout:
    """A municipality's result with all that is printed of it; `texts`: whether its conclusion is, too;
    `agreed`: what had been promised and was open then, by when, and at which meeting."""

    place: str
    campaign: CampaignDefined
    checkpoint: Checkpoint
    texts: bool
    agreed: Sequence[tuple[str, date, str]] = ()


class ResultPress:
    """Typesets results."""

    def __init__(self) -> None:
        self._press = Press(TEMPLATE)

    async def printed(self, printout: Printout, now: datetime) -> bytes:
        """A municipality's result as PDF. Raises NotFound before it is frozen, Unavailable if too many wait,
        TimeoutError, Broken."""
        result = printout.checkpoint.result
        if result is None:
            raise NotFound("checkpoint-unknown")
        return await self._press.printed(_document(printout, result, now))


def _document(printout: Printout, result: CheckpointEvent, now: datetime) -> dict[str, object]:
    campaign, checkpoint = printout.campaign, printout.checkpoint
    zone, said = campaign.time_zone, checkpoint.conclusion
    frozen = moment(result.frozen_at, zone, "d MMMM y, HH:mm")
    return {
        "title": f"Итоги на {in_words(checkpoint.day)}",
        "place": printout.place,
        "campaign": campaign.name,
        "as_of": f"Показатели на конец дня, подведены {frozen}",
        "scope": "вместе с поселениями" if result.scope is TargetScope.WITH_SETTLEMENTS else "",
        "rows": [_row(checkpoint, result, counter) for counter in COUNTERS],
        "facts": _facts(result),
        "texts": printout.texts,
        "conclusion": said.body.split("\n") if said else [],
        "written": f"Версия {said.number}, {moment(said.written_at, zone)}" if said else "",
        "agreed": [
            {"body": body, "due": in_words(due), "title": title} for body, due, title in printout.agreed
        ],
        "digest": result.digest,
        "printed": f"Напечатано {moment(now, zone, 'd MMMM y, HH:mm')}",
    }


def _row(checkpoint: Checkpoint, result: CheckpointEvent, counter: str) -> list[str]:
    target, share = getattr(result, f"target_{counter}"), getattr(result, f"share_{counter}")
    pace, since = getattr(result, f"pace_{counter}"), checkpoint.since(counter)
    correction = getattr(result, f"correction_{counter}")
    return [
        COUNTERS[counter],
        NONE if target is None else number(target),
        number(getattr(result, counter)),
        NONE if share is None else f"{number(share)} %",
        "нет данных" if pace is None else f"{number(pace)} %",
        "не с чем сравнить" if since is None else _signed(since),
        _signed(correction) if correction else "нет",
    ]


def _facts(result: CheckpointEvent) -> list[dict[str, str]]:
    place = f"{result.place}-е из {result.among}" if result.place else NONE
    gaps = "нет данных" if result.gaps is None else number(result.gaps)
    return [
        {"name": "Место по доле поданных инициатив", "value": place},
        {"name": "Чего не хватало в этот день", "value": gaps},
    ]


def _signed(value: int) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value))}"
