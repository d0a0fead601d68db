"""How far municipalities are staffed, in one number each: their gaps."""

from typing import NamedTuple

from contracts.appointments import CoverageStated
from services.chassis.db.pool import Db
from services.chassis.streams import mirror


def gaps_of(stated: CoverageStated) -> int:
    """How much there is to be done until nothing is missing: one for every person, group, answer and hotline.

    Without any group that is one gap: what it would cover is not counted besides, but every coordinator is.
    A settlement that its district serves wants no group of its own.
    """
    has_groups = stated.groups or stated.served_by
    uncovered = stated.directions_uncovered + stated.organizations_uncovered if has_groups else 1
    people = (not stated.head) + (not stated.responsible) + stated.groups_without_leader
    reached = not stated.line
    return people + uncovered + reached + stated.coordinators_missing + stated.unanswered + stated.unbriefed


class Coverage(NamedTuple):
    """Of the municipalities that stated it for a campaign: their gaps, and who acts for whom by agreement."""

    gaps: dict[str, int]
    served: dict[str, str]


async def draw(db: Db, campaign: str) -> Coverage:
    """What every municipality has stated for a campaign."""
    states = await mirror.all_of(db, CoverageStated.topic, [CoverageStated])
    stated = [state for state in states if isinstance(state, CoverageStated) and state.campaign == campaign]
    served = {state.municipality: state.served_by for state in stated if state.served_by}
    return Coverage({state.municipality: gaps_of(state) for state in stated}, served)
