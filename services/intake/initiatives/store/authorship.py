"""One's own initiatives, wherever they are: in the registration's municipality, and the few elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.chassis.db import queries, tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden, NotFound
from services.intake.core.domain import Author
from services.intake.initiatives.domain import HIGHEST, Initiative, Step
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import initiative_of

sql = queries.load(__package__, "authorship.sql")

ATTEMPTS = 3
"""How often an initiative is looked for that is being moved meanwhile."""


class Role(StrEnum):
    """What somebody is to an initiative."""

    AUTHOR = "author"
    CO_AUTHOR = "co-author"


class Elsewhere(NamedTuple):
    """An initiative that is not found by its author's registration, and in which municipality it is."""

    id: UUID
    municipality: str
    role: Role


class Own(NamedTuple):
    """An initiative, and what its reader is to it."""

    initiative: Initiative
    role: Role

    def history(self, steps: Sequence[Step]) -> list[Step]:
        """The steps as this reader sees them: why it was withdrawn is the author's alone."""
        return [step if self.role is Role.AUTHOR else replace(step, reason=None) for step in steps]


async def elsewhere(db: Db, who: Author) -> list[Elsewhere]:
    """What one has beside what is found by the registration; nearly always nothing."""
    rows = await db.fetch(sql.of_participant, who.participant_id)
    return [Elsewhere(row["initiative_id"], row["tenant"], Role(row["role"])) for row in rows]


async def keep(db: Db, participant_id: UUID, at_: Elsewhere, at: datetime) -> None:
    """Let somebody find an initiative where it is from now on."""
    await db.execute(sql.keep, participant_id, at_.id, at_.municipality, at_.role, at)


async def remove(db: Db, participant_id: UUID, initiative_id: UUID) -> None:
    """It is found by the registration, or is no longer theirs."""
    await db.execute(sql.remove, participant_id, initiative_id)


async def remove_all(db: Db, participant_id: UUID) -> None:
    """Nothing is theirs any more."""
    await db.execute(sql.remove_all, participant_id)


async def page_of(db: Db, who: Author, before: int | None, limit: int) -> list[Own]:
    """One's own initiatives, the newest first, below a number."""
    found = [Own(one, Role.AUTHOR) for one in await initiatives.page_of(db, who, before, limit)]
    others = await elsewhere(db, who)
    if not others:
        return found
    await _see(db, who, others)
    roles = {one.id: one.role for one in others}
    asked = ([one.municipality for one in others], [one.id for one in others])
    rows = await db.fetch(sql.page_elsewhere, *asked, before or HIGHEST, limit)
    found += [Own(initiative_of(row), roles[row["id"]]) for row in rows]
    return sorted(found, key=lambda own: -own.initiative.number)[:limit]


async def count_of(db: Db, who: Author) -> int:
    """How many initiatives somebody is the author of."""
    others = await elsewhere(db, who)
    return await initiatives.count_of(db, who) + sum(one.role is Role.AUTHOR for one in others)


async def one_of(db: Db, who: Author, initiative_id: UUID) -> Own:
    """One's own initiative, as its author or a co-author. Raises NotFound."""
    for _ in range(ATTEMPTS):
        if (own := await initiatives.find(db, who, initiative_id)) is not None:
            return Own(own, Role.AUTHOR)
        there = await _there(db, who, initiative_id)
        if (other := await initiatives.find_at(db, there.municipality, initiative_id)) is not None:
            return Own(other, there.role)
    raise NotFound("initiative-unknown")


async def lock(db: Db, who: Author, initiative_id: UUID) -> Initiative:
    """The author's own initiative, locked. Raises NotFound, and Forbidden for a co-author."""
    for _ in range(ATTEMPTS):
        if (own := await initiatives.lock(db, who, initiative_id)) is not None:
            return own
        there = await _there(db, who, initiative_id)
        if there.role is not Role.AUTHOR:
            raise Forbidden("author-alone")
        at_ = replace(who, municipality=there.municipality)
        if (own := await initiatives.lock(db, at_, initiative_id)) is not None:
            return own
    raise NotFound("initiative-unknown")


async def _there(db: Db, who: Author, initiative_id: UUID) -> Elsewhere:
    row = await db.fetchrow(sql.one_of, who.participant_id, initiative_id)
    if row is None:
        raise NotFound("initiative-unknown")
    found = Elsewhere(row["initiative_id"], row["tenant"], Role(row["role"]))
    await _see(db, who, [found])
    return found


async def _see(db: Db, who: Author, others: Sequence[Elsewhere]) -> None:
    await tenancy.see(db, who.municipality, *(one.municipality for one in others))
