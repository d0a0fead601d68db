"""Whose targets a member of the staff sees, and what stands there."""

from dataclasses import dataclass

from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.tenants import EVERYBODY, overseen
from services.hierarchy.targets.domain.proposals import Known, parents_of
from services.hierarchy.targets.domain.sums import Standing
from services.hierarchy.targets.store import targets
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True)
class View:
    """Every municipality, those that are seen, those of them that are overseen (by an SMO, or of the whole
    region), and the targets that stand there."""

    known: Known
    seen: frozenset[str]
    overseen: frozenset[str]
    standing: Standing

    @property
    def by_letter(self) -> list[str]:
        """The overseen ones whose Heads have not confirmed what was entered from a letter."""
        found = self.standing.known
        return [code for code in self.overseen if code in found and not found[code].confirmed]


async def view(db: Db, by: Staff, campaign: CampaignDefined) -> View:
    """What is theirs to see of the whole region (rule 5)."""
    known = await municipalities.all_by_code(db)
    council = overseen_by(by, known)
    seen = {code for code, each in known.items() if may(by, Deed.SEE_FIGURES, each.place)}
    # Whether a settlement has a target above it is told to it, its district's figures are not.
    parents = parents_of(known)
    above = {parents[code] or code for code in seen}
    await tenancy.see(db, *({EVERYBODY} if seen == known.keys() else seen | above))
    standing = await targets.standing(db, campaign, known)
    return View(known, frozenset(seen), frozenset(council), standing)


def overseen_by(by: Staff, known: Known) -> set[str]:
    """The municipalities that somebody oversees without belonging to them."""
    whole = overseen(by)
    if whole is None:
        return set()
    return {code for code, each in known.items() if whole.smos is None or each.smo in whole.smos}
