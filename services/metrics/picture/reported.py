"""What municipalities without own access reported (сведения со слов): beside the figures, in no sum."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.reported import ReportedFigures, ReportSource
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.chassis.streams.inbox import Reader
from services.metrics.domain import COUNTERS
from services.metrics.picture.figures import Figures

READER = "metrics.reported"

SOURCES = {
    ReportSource.LETTER: "письмо",
    ReportSource.TABLE: "таблица",
    ReportSource.PHONE: "по телефону",
    ReportSource.MEETING: "на встрече",
}


def reader() -> Reader:
    """Of intake's topic of reports."""
    return mirror.reader(READER, ReportedFigures.topic, [ReportedFigures])


def watched() -> mirror.Watched:
    """Whether anything else is reported than was."""
    return mirror.Watched(ReportedFigures.topic, [ReportedFigures])


async def draw(db: Db, campaign: str) -> Mapping[str, ReportedFigures]:
    """What stands in a campaign, by municipality."""
    states = await mirror.all_of(db, ReportedFigures.topic, [ReportedFigures])
    told = [state for state in states if isinstance(state, ReportedFigures) and state.campaign == campaign]
    return {state.municipality: state for state in told}


@dataclass(frozen=True, slots=True)
class Live:
    """How many municipalities have figures of their own here, of how many, and how many reported."""

    live: int
    among: int
    reported: int


def before(figures: Figures, code: str) -> list[tuple[str, ReportedFigures]]:
    """What was reported of those that became a municipality, by their names: its history. What they became is
    a new one, so that is no figure of its own, nor does it count among those that reported."""
    s = figures.structure
    said = [(old, figures.reported[old]) for old in s.predecessors(code) if old in figures.reported]
    return [(s.municipalities[old].name if old in s.municipalities else old, report) for old, report in said]


def live(figures: Figures) -> Live | None:
    """What share of a picture is live; nothing while nobody has reported."""
    here = [code for code in figures.structure.municipalities if code not in figures.structure.gone]
    reported = sum(code in figures.reported for code in here)
    counted = sum(any(figures.sums.of([code], counter) for counter in COUNTERS) for code in here)
    return Live(counted, len(here), reported) if reported else None
