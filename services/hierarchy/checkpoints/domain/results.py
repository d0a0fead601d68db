"""Interim results as they are kept and shown, and what the Head concludes from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.results import CheckpointEvent
from services.chassis import text
from services.directory.results import digest_of
from services.hierarchy.checkpoints.domain.days import Standing

LONGEST_CONCLUSION = 10_000


class Altered(ValueError):
    """A frozen result was told otherwise than it was frozen."""


class State(StrEnum):
    """How far a checkpoint is."""

    COMING = "coming"
    WAITING = "waiting"
    """Its day is over, and not everything has been read yet."""
    NONE = "none"
    """Its day is over and did not count: there will be no result."""
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A version of what the Head concludes; empty names: they are not for the viewer."""

    number: int
    body: str
    written_at: datetime
    written_by: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A day of a municipality, with what was frozen at its end and what was concluded, if that is there."""

    day: date
    recommended: bool
    state: State
    result: CheckpointEvent | None = None
    before: CheckpointEvent | None = None
    """The frozen result of the checkpoint before."""
    conclusion: Conclusion | None = None

    def since(self, counter: str) -> int | None:
        """By how much a figure (`registered`, `submitted`) differs from the checkpoint before; None if there
        is none, or one of another scope."""
        if self.result is None or self.before is None or self.result.scope != self.before.scope:
            return None
        return int(getattr(self.result, counter) - getattr(self.before, counter))


def check_digest(event: CheckpointEvent) -> None:
    """Raises Altered for an event whose digest is not that of its content."""
    if event.digest != digest_of(event):
        raise Altered(f"the digest of {event.subject} is not that of its content")


def check_same(event: CheckpointEvent, digest: str | None) -> None:
    """Raises Altered if something else was frozen before."""
    if digest is not None and digest != event.digest:
        raise Altered(f"{event.subject} was frozen with another content")


def check_conclusion(given: str) -> str:
    """The text as it is stored. Raises Invalid."""
    body = text.several_lines(given)
    return text.check_length(body, LONGEST_CONCLUSION, "conclusion-empty", "conclusion-long", field="text")


def state_of(day: date, today: date, result: CheckpointEvent | None, *, counts: bool) -> State:
    """How far the checkpoint of a day is; `counts`: whether there is a result of the day once it is over."""
    if result is not None:
        return State.FROZEN
    if day >= today:
        return State.COMING
    return State.WAITING if counts else State.NONE


def checkpoints_of(
    standing: Standing,
    results: Sequence[CheckpointEvent],
    conclusions: dict[date, Conclusion],
    today: date,
    counting: Collection[date],
) -> list[Checkpoint]:
    """Every day of a municipality in order, whether it stands or was frozen when it stood, or is over and
    counts (`counting`) and so will be."""
    frozen = {result.day: result for result in results}
    found, before = list[Checkpoint](), None
    for day in sorted({*standing.days, *frozen, *(day for day in counting if day < today)}):
        result = frozen.get(day)
        recommended = result.recommended if result else standing.is_recommended(day)
        state = state_of(day, today, result, counts=day in counting)
        found.append(Checkpoint(day, recommended, state, result, before, conclusions.get(day)))
        before = result or before
    return found
