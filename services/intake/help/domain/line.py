"""Who helps with a request: the line of subordination of its organization. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from contracts.appointments import Level, Scope
from services.directory.grants import Grant
from services.directory.reach import reach_of
from services.intake.core.authority import FIRST_LEVEL, SECOND_LEVEL, THIRD_LEVEL

RANKS: Final[Mapping[Level, int]] = {Level.COORDINATOR: 3, Level.GROUP: 2, Level.COORDINATION: 1}


@dataclass(frozen=True, slots=True)
class Line:
    """The line of one request: its municipality, its organization, and the working group that supervises
    that, if there is one."""

    municipality: str
    organization: UUID | None
    group: UUID | None

    def level_of(self, grants: Iterable[Grant]) -> Level | None:
        """At which level somebody helps: the nearest to the author; none for who is not of the line."""
        found = [level for grant in grants if (level := self._level(grant))]
        return max(found, key=lambda level: RANKS[level], default=None)

    def first(self, coordinated: Collection[UUID]) -> Level:
        """For whom it waits: the coordinator of its organization, where there is one, else the working group,
        else the coordination group."""
        if self.organization in coordinated:
            return Level.COORDINATOR
        return Level.GROUP if self.group else Level.COORDINATION

    def _level(self, grant: Grant) -> Level | None:
        if self.municipality not in reach_of(grant):
            return None
        if grant.role in THIRD_LEVEL and grant.of == str(self.organization):
            return Level.COORDINATOR
        if grant.role in SECOND_LEVEL and grant.scope is Scope.GROUP and grant.of == str(self.group):
            return Level.GROUP
        return Level.COORDINATION if grant.role in FIRST_LEVEL else None
