"""What is read of the events of help: requests, by organization and direction, and what they came to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from contracts import help as helping
from contracts.event import Slug
from services.metrics.cases.told import HOUR, PREFIX, Case, Counted
from services.metrics.domain import NO_ORGANIZATION, Id, Local

ASKED, DONE, THANKED = COUNTERS = ("help_requests", "help_done", "help_thanked")

STATUS, DIRECTION, ORGANIZATION = (PREFIX + name for name in ("help-status", "direction", "organization"))

OPEN = frozenset({helping.HelpStatus.REQUESTED, helping.HelpStatus.TAKEN, helping.HelpStatus.SUGGESTED})

NO_DIRECTION: Final = "none"
"""Of a draft for which none is chosen."""


@dataclass(slots=True, kw_only=True)
class Help(Case):
    """What is read of a request's event. One that ended with help is told apart by the hour of its end."""

    kind: str = field(init=False, default="help")
    organization: Id | None = None
    direction: Slug | None = None
    status: Slug
    thanked: bool = False
    requested_at: Local
    ended_at: Local | None = None

    def counted(self) -> Iterator[Counted]:
        """By each dimension once, whatever it came to; beside it, help and thanks."""
        yield STATUS, self.status, ASKED, 1
        yield from self._by(self.requested_at, ASKED)
        if self.status == helping.HelpStatus.DONE and self.ended_at:
            yield from self._by(self.ended_at, DONE)
            if self.thanked:
                yield from self._by(self.ended_at, THANKED)

    def _by(self, moment: str, counter: str) -> Iterator[Counted]:
        yield HOUR, moment[:13], counter, 1
        yield DIRECTION, self.direction or NO_DIRECTION, counter, 1
        yield ORGANIZATION, self.organization or NO_ORGANIZATION, counter, 1


SHAPES: dict[str, Any] = dict.fromkeys((event.type for event in helping.EVENTS), Help)
"""Event type → what is read of it."""
