"""How far the municipalities are staffed, as hierarchy states it: for those alone who look after them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contracts.appointments import CoverageStated
from services.chassis import mirror
from services.chassis.db import Db


@dataclass(frozen=True, slots=True)
class Staffing:
    """What was stated of the municipalities that somebody looks after (`seen`), by code."""

    seen: frozenset[str]
    stated: Mapping[str, CoverageStated]

    @property
    def formed(self) -> int:
        """How many of them have been formed."""
        return sum(each.formed_at is not None for each in self.stated.values())

    @property
    def gaps(self) -> int:
        """What is missing in all of them."""
        return sum(map(gaps_of, self.stated.values()))


def gaps_of(stated: CoverageStated) -> int:
    """How many things a municipality lacks: a Head, a responsible person, a working group; then each group
    without a leader, direction and organization without a group, organization without a coordinator, and
    person who has not been briefed or has not answered."""
    chairs = (stated.head, stated.responsible, stated.groups or stated.served_by)
    return sum(not chair for chair in chairs) + sum(
        (
            stated.groups_without_leader,
            *(stated.directions_uncovered, stated.organizations_uncovered),
            *(stated.coordinators_missing, stated.unbriefed, stated.unanswered),
        )
    )


async def staffing_of(db: Db, campaign: str, seen: Collection[str]) -> Staffing:
    """What was stated last of these municipalities."""
    told = await mirror.all_of(db, CoverageStated.topic, [CoverageStated])
    coverage = (each for each in told if isinstance(each, CoverageStated) and each.campaign == campaign)
    by_code = {each.municipality: each for each in coverage}
    return Staffing(frozenset(seen), {code: by_code[code] for code in seen if code in by_code})
