"""Preview what an act would do; nothing is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound, Refused
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.appoint import Draft, Nomination, Planned, plan_act
from services.hierarchy.core.domain.places import Place


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a nomination comes to: over which place, for whom, and whether they hold the role already. One
    that is refused has a refusal instead; its place is there if it is known."""

    place: Place | None
    account: UUID | None = None
    refused: Refused | None = None

    @property
    def mark(self) -> str:
        """The same for the same outcome: `+` is new, `=` stays, `!` is refused."""
        if self.refused or self.place is None:
            return "!"
        return f"{'+' if self.account else '='}{self.place.of}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What becomes of each nomination of an act, and what is wrong with its number and day."""

    outcomes: Sequence[Outcome]
    of_act: Refused | None

    @property
    def marks(self) -> str:
        """The same as long as the act would do the same."""
        return " ".join(outcome.mark for outcome in self.outcomes)


async def preview_act(pool: Pool, by: Staff, draft: Draft, now: datetime) -> Preview:
    """What the act would do now."""
    async with pool.acquire() as db:
        transaction = db.transaction()
        await transaction.start()
        try:
            return previewed(draft.nominations, await plan_act(db, by, draft, now))
        finally:
            # Planning adds the accounts that are missing: nobody has an account by a preview.
            await transaction.rollback()


def previewed(nominations: Sequence[Nomination], planned: Planned) -> Preview:
    """What an act does as it is planned, nomination by nomination."""
    return Preview(
        [_outcome(each, nth, planned) for nth, each in enumerate(nominations, 1)], _of_act(planned)
    )


def _outcome(given: Nomination, nth: int, planned: Planned) -> Outcome:
    place = _place(planned, given.role, given.of)
    if refused := planned.refused.get(nth):
        return Outcome(place, refused=refused)
    new = planned.new[nth]
    return Outcome(place, new.account if new else None)


def _place(planned: Planned, role: Role | None, of: str) -> Place | None:
    try:
        return planned.region.place_of(role, of) if role else None
    except NotFound:
        return None


def _of_act(planned: Planned) -> Refused | None:
    try:
        planned.of_act.settle()
    except Refused as refusal:
        return refusal
    return None
