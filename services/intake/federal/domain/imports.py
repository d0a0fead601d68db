"""Imports of the platform's tables: from a file that waits to a list that stands beside ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

FILE_KEPT = timedelta(days=30)
"""How long an uploaded table is kept, to look at what was wrong with it."""

KEPT = timedelta(days=400)
"""How long it is remembered what an import did."""

ATTEMPTS = 5
"""After so many in a row that brought nothing, an import is given up."""

PAUSE = timedelta(seconds=30)
"""How long an import waits that broke off."""

LARGEST_FILE = 20_000_000
"""Bytes; the gateway lets through as much."""


class State(StrEnum):
    """How far an import is."""

    CHOOSING = "choosing"
    WAITING = "waiting"
    STORING = "storing"
    LINKING = "linking"
    DONE = "done"
    FAILED = "failed"


RUNNING = (State.WAITING, State.STORING, State.LINKING)


@dataclass(frozen=True, slots=True)
class FederalImport:
    """A table that was uploaded. `smos`: over whose municipalities it may go, none: over all of the region;
    `rows`: how many it has; `done`: of how many it is known what became of them; `linked_up_to`: the last
    municipality whose rows were looked at."""

    id: UUID
    campaign: str
    account: UUID
    smos: Sequence[str] | None
    file: str | None
    first: Sequence[tuple[int, Sequence[str]]]
    rows: int
    columns: Mapping[str, str] | None
    state: State
    done: int
    added: int
    changed: int
    same: int
    bad: int
    linked: int
    linked_up_to: str
    refusal: str | None
    uploaded_at: datetime
    ended_at: datetime | None

    @property
    def head(self) -> Sequence[str]:
        """The first row, which names the columns."""
        return self.first[0][1] if self.first else ()

    @property
    def runs(self) -> bool:
        """Whether the worker has it in hand, or will."""
        return self.state in RUNNING
