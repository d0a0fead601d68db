"""The targets of every campaign, as they are stated beside the counters."""

from collections.abc import Collection, Mapping

from contracts.appointments import TargetScope, TargetSet
from contracts.structure import MunicipalityDefined, StructureEvent
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.directory.plan import Parents, above
from services.metrics.picture import plan
from services.metrics.picture.structure import with_successors
from services.metrics.plan.targets import Goal, Targets, in_force


class StatedTargets:
    """Targets by campaign, read anew when a target or the tree of municipalities changed."""

    def __init__(self) -> None:
        self.of_campaigns: Mapping[str, Targets] = {}
        self._targets = mirror.Watched(TargetSet.topic, [TargetSet])
        self._municipalities = mirror.Watched(StructureEvent.topic, [MunicipalityDefined])
        self._mark: tuple[str, str] | None = None

    async def look(self, db: Db) -> set[str]:
        """Read what changed; the municipalities whose target, or part in one, is another than before."""
        mark = await self._targets.content(db), await self._municipalities.content(db)
        if mark == self._mark:
            return set()
        before, self.of_campaigns, self._mark = self.of_campaigns, await _read(db), mark
        return _changed(before, self.of_campaigns)

    def municipalities(self) -> set[str]:
        """The municipalities that have a target in any campaign."""
        return {code for targets in self.of_campaigns.values() for code in targets.known}

    def campaigns_of(self, code: str) -> list[str]:
        """The campaigns in which a municipality has a target."""
        return [campaign for campaign, targets in self.of_campaigns.items() if code in targets.known]

    def of(self, campaign: str, code: str) -> tuple[TargetSet, Goal] | None:
        """A municipality's target, and whose figures fulfil it."""
        targets = self.of_campaigns.get(campaign, Targets())
        goal = targets.of(code)
        return (targets.known[code], goal) if goal else None

    def fulfilling(self, codes: Collection[str]) -> set[str]:
        """The municipalities whose figures fulfil the targets of some of these, where others' do so too."""
        goals = [(code, t.of(code)) for code in codes for t in self.of_campaigns.values()]
        return {each for code, goal in goals if goal and goal.codes != {code} for each in goal.codes}

    def fulfilled_by(self, codes: Collection[str]) -> set[str]:
        """The municipalities above these whose targets take their figures in."""
        return {
            upper
            for targets in self.of_campaigns.values()
            for code in codes
            for upper in above(code, targets.parents)
            if (target := targets.known.get(upper)) and target.scope is TargetScope.WITH_SETTLEMENTS
        }


async def _read(db: Db) -> dict[str, Targets]:
    versions, parents = await plan.versions(db), await _parents(db)
    campaigns = sorted({target.campaign for target in versions})
    return {campaign: Targets(in_force(versions, campaign), parents) for campaign in campaigns}


async def _parents(db: Db) -> Parents:
    told = await mirror.all_of(db, StructureEvent.topic, [MunicipalityDefined])
    known = {each.code: each for each in told if isinstance(each, MunicipalityDefined)}
    return {code: municipality.parent for code, municipality in with_successors(known).items()}


def _changed(before: Mapping[str, Targets], after: Mapping[str, Targets]) -> set[str]:
    return {
        code
        for campaign in before.keys() | after.keys()
        for old, new in [(before.get(campaign, Targets()), after.get(campaign, Targets()))]
        for code in old.known.keys() | new.known.keys()
        if (old.known.get(code), old.of(code)) != (new.known.get(code), new.of(code))
    }
