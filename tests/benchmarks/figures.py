"""A comparison: what we measured, what the public program did in the same run, and the goal."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import orjson
from rich.table import Table

from tests.benchmarks.costs import Cost

WIDE = 0.15
"""A range wider than this part of the median on either side is told."""

BEGIN, END = "<!-- the last full run -->", "<!-- end of the run -->"

Goal: TypeAlias = tuple[str, float]
"""`≥` or `≤`, and the number."""


@dataclass(frozen=True)
class Figure:
    """One comparison. `ours` and `other` are medians of the run's repeats, `ratio` is ours to the other."""

    name: str
    ours: float
    other: float | None
    ratio: float | None
    unit: str
    what: str
    goal: str = ""
    met: bool | None = None
    spread: str = ""
    """The range of our repeats, where it is wide."""
    cost: str = ""
    """What an event or a request costs beside time."""


def compare(
    name: str,
    ours: Sequence[float] | float,
    other: float | None,
    unit: str,
    what: str,
    *,
    goal: Goal | None = None,
    of: Literal["ratio", "ours"] = "ratio",
    cost: Cost | None = None,
) -> Figure:
    """A comparison; the goal is of the ratio or of our figure itself."""
    repeats = [ours] if isinstance(ours, int | float) else list(ours)
    median = statistics.median(repeats)
    ratio = median / other if other else None
    measured = ratio if of == "ratio" else median
    met = None if goal is None or measured is None else _is_met(measured, *goal)
    told = "" if goal is None else f"{goal[0]} {goal[1]:g}{' ×' if of == 'ratio' else ''}"
    return Figure(
        name,
        round(median, 2),
        None if other is None else round(other, 2),
        None if ratio is None else round(ratio, 2),
        unit,
        what,
        told,
        met,
        _spread(repeats, median),
        str(cost or ""),
    )


def _is_met(measured: float, sign: str, goal: float) -> bool:
    return measured >= goal if sign == "≥" else measured <= goal


def _spread(repeats: Sequence[float], median: float) -> str:
    low, high = min(repeats), max(repeats)
    wide = low < median * (1 - WIDE) or high > median * (1 + WIDE)
    return f"{low:,.4g}–{high:,.4g}" if wide else ""


def table(figures: Sequence[Figure]) -> Table:
    """All comparisons for the screen."""
    shown = Table("name", "ours", "range", "other", "ratio", "unit", "goal", "cost", "what", box=None)
    for f in figures:
        mark = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[f.met]
        other = "" if f.other is None else f"{f.other:,}"
        ratio = "" if f.ratio is None else str(f.ratio)
        shown.add_row(
            f.name, f"{f.ours:,}", f.spread, other, ratio, f.unit, f"{f.goal} {mark}", f.cost, f.what
        )
    return shown


def write(figures: Sequence[Figure], file: Path) -> None:
    """All comparisons as JSON."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(orjson.dumps([asdict(figure) for figure in figures], option=orjson.OPT_INDENT_2))


def markdown(figures: Sequence[Figure]) -> str:
    """All comparisons as a table of a page."""
    rows = [
        "| name | ours | other | ratio | unit | goal | cost of one | what |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for f in figures:
        ours = f"{f.ours:,}" + (f" [{f.spread}]" if f.spread else "")
        other = "" if f.other is None else f"{f.other:,}"
        ratio = "" if f.ratio is None else str(f.ratio)
        goal = f"{f.goal} {'' if f.met is None else 'met' if f.met else '**not met**'}".strip()
        rows.append(f"| `{f.name}` | {ours} | {other} | {ratio} | {f.unit} | {goal} | {f.cost} | {f.what} |")
    return "\n".join(rows)


def keep(told: str, page: Path) -> None:
    """Put what a run told into its place on a page: between the two marks."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", "utf-8")
