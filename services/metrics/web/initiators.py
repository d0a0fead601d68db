"""Who submits: participants and initiatives by the campaign's classifiers, and what of it is not told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from contracts.structure import CampaignDefined, Classifier
from services.metrics.domain import FEWEST, REGISTERED, SUBMITTED

FEW: Final = "few"
UNTOLD: Final = "untold"
Shown: TypeAlias = "int | Literal['few', 'untold'] | None"
"""A figure; `few`: under five; `untold`: with it a smaller one could be told by subtraction; None: none is
counted."""

WORDS = {FEW: "меньше 5", UNTOLD: "не показано"}

Columns: TypeAlias = tuple[Sequence[Shown], Sequence[Shown]]
"""Participants and initiatives by group."""

Counted: TypeAlias = Mapping[tuple[str, str, str], int]
"""(Classifier's code, value, counter) → n."""


@dataclass(frozen=True, slots=True)
class Line:
    """A value of a classifier with its participants (None: initiatives alone have it) and initiatives."""

    name: str
    registered: Shown
    submitted: Shown


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One classifier, broken down; `lines` None: there are too few to break down anything."""

    name: str
    of_participants: bool
    lines: list[Line] | None


def breakdowns(
    campaign: CampaignDefined, counted: Counted, totals: Mapping[str, int], inside: bool
) -> list[Breakdown]:
    """Every classifier of a campaign. `totals`: all participants and initiatives; `inside`: whether the
    viewer stands in the line of subordination."""
    return [breakdown(classifier, counted, totals, inside) for classifier in campaign.classifiers]


def breakdown(classifier: Classifier, counted: Counted, totals: Mapping[str, int], inside: bool) -> Breakdown:
    """One classifier, its values in their order, and behind them whoever has none."""
    of_participants = classifier.of == "participant"
    names = [value.name for value in classifier.values]
    columns = {
        counter: [counted.get((classifier.code, value.code, counter), 0) for value in classifier.values]
        for counter in (REGISTERED, SUBMITTED)
    }
    missing = [max(totals[counter] - sum(column), 0) for counter, column in columns.items()]
    if missing[1] or (of_participants and missing[0]):
        names.append("Не указано")
        for column, n in zip(columns.values(), missing, strict=True):
            column.append(n)
    if not inside and min(totals.values()) < FEWEST:
        return Breakdown(classifier.name, of_participants, None)
    shown: Columns | None = (columns[REGISTERED], columns[SUBMITTED])
    if not inside:
        shown = protected(columns[REGISTERED], columns[SUBMITTED], of_participants)
    if shown is None:
        return Breakdown(classifier.name, of_participants, None)
    lines = [
        Line(name, people if of_participants else None, n)
        for name, people, n in zip(names, *shown, strict=True)
    ]
    return Breakdown(classifier.name, of_participants, lines)


def protected(registered: Sequence[int], submitted: Sequence[int], of_participants: bool) -> Columns | None:
    """Both columns without groups under five, which nobody can tell from the sum either: what few people
    submitted is as little told as how few they are. None where nothing is left to hide them among."""
    small = [of_participants and 0 < n < FEWEST for n in registered]
    # Of a group that everybody has left by a correction what they submitted still stands.
    by_few = [of_participants and n < FEWEST for n in registered]
    few = [0 < n < FEWEST or (n > 0 and of_few) for n, of_few in zip(submitted, by_few, strict=True)]
    people, initiatives = _column(registered, small), _column(submitted, few)
    return None if people is None or initiatives is None else (people, initiatives)


def _column(values: Sequence[int], few: Sequence[bool]) -> list[Shown] | None:
    small = {nth for nth, n in enumerate(values) if few[nth] and n < FEWEST}
    untold = {nth for nth, is_few in enumerate(few) if is_few} - small
    others = sorted(set(range(len(values))) - small - untold, key=lambda nth: (values[nth] == 0, values[nth]))
    # Alone, whatever is hidden is the sum less the others.
    while (len(untold) == 1 and not small) or (
        small and _can_be_told(sum(values[i] for i in small | untold), len(small), len(untold))
    ):
        if not others:
            return None
        untold.add(others.pop(0))
    return [FEW if i in small else UNTOLD if i in untold else n for i, n in enumerate(values)]


def _can_be_told(total: int, few: int, untold: int) -> bool:
    """Whether the sum of what is hidden, which is known, leaves but one value for a group under five: `few`
    hidden groups have one to four each, `untold` ones nothing, or five and more."""
    rests = range(few, few * (FEWEST - 1) + 1)
    possible = [n for n in rests if total == n or (untold and total - n >= FEWEST)]
    return len(possible) == 1 and (few == 1 or possible[0] in (rests[0], rests[-1]))
