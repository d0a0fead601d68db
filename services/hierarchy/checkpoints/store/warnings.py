"""Who is silent or slow, and who was told of it: each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.results import Warned, WarningRaised
from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "warnings.sql")


@dataclass(frozen=True, slots=True)
class Untold:
    """A warning of which the municipality's `person` or its `council` is still to be told."""

    municipality: str
    warning: Warned
    day: date
    person: bool
    council: bool
    name: str
    smo: str | None


async def keep(db: Db, raised: Sequence[WarningRaised]) -> None:
    """Remember warnings; what was raised before stays as it is."""
    rows = [(w.municipality, w.campaign, w.warning, w.day) for w in raised]
    await db.execute(sql.raise_, *map(list, zip(*rows, strict=True)))


async def is_alone(db: Db) -> bool:
    """Whether no other worker tells warnings, until the transaction is over."""
    return bool(await db.fetchval(sql.alone))


async def untold(db: Db, campaign: str) -> list[Untold]:
    """What somebody who is there is still to be told of, by the alphabet."""
    rows = await db.fetch(sql.untold, campaign)
    return [Untold(**{**row, "warning": Warned(row["warning"])}) for row in rows]


async def forget_untold(db: Db, campaign: str, at: datetime) -> None:
    """Nobody is told any more of what was found so far."""
    await db.execute(sql.forget_untold, campaign, at)


async def tell_persons(db: Db, campaign: str, told: Sequence[Untold], at: datetime) -> None:
    """The municipalities' own people were told."""
    columns = [each.municipality for each in told], [each.warning for each in told]
    await db.execute(sql.tell_persons, campaign, *columns, at)


async def tell_councils(db: Db, campaign: str, told: Sequence[Untold], at: datetime) -> None:
    """The SMOs were told."""
    columns = [each.municipality for each in told], [each.warning for each in told]
    await db.execute(sql.tell_smos, campaign, *columns, at)


async def last_told(db: Db, campaign: str) -> dict[str, datetime]:
    """When each SMO was told last."""
    return {row["smo"]: row["at"] for row in await db.fetch(sql.last_told, campaign)}
