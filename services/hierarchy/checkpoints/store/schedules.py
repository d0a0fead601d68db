"""Days of municipalities and those that SMOs recommend: versions, never changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.checkpoints import Schedule as Set
from services.hierarchy.checkpoints.domain.days import Recommendation, Schedule, Standing

sql = queries.load(__package__, "schedules.sql")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a municipality's own days as people read it; an empty name: on one's own behalf."""

    number: int
    days: Sequence[date]
    before: Sequence[date]
    rule: str
    act_number: str
    act_day: date
    set_at: datetime
    set_by: str
    on_behalf_of: str


async def add_schedule(db: Db, new: Schedule) -> None:
    """Store a version of a municipality's own days."""
    days = (new.days, new.before, new.rule)
    who = (new.set_by, new.on_behalf_of, new.set_at)
    key = (new.municipality, new.campaign, new.number)
    await db.execute(sql.add_schedule, *key, *days, new.act_number, new.act_day, *who)


async def add_recommendation(db: Db, new: Recommendation) -> None:
    """Store a version of what an SMO recommends."""
    days = (new.days, new.before, new.rule)
    key = (new.smo, new.campaign, new.number)
    await db.execute(sql.add_recommendation, *key, *days, new.set_by, new.set_at)


async def standing(db: Db, campaign: str, code: str, smo: str | None) -> Standing:
    """What stands for a municipality of an SMO."""
    own, councils = await own_of(db, campaign, [code]), await recommended(db, campaign)
    return Standing(own.get(code), councils.get(smo) if smo else None)


async def own_of(db: Db, campaign: str, codes: Collection[str]) -> dict[str, Schedule]:
    """The days of their own that these municipalities have."""
    rows = await db.fetch(sql.own, campaign, list(codes))
    return {row["municipality"]: Schedule(**dict(row)) for row in rows}


async def recommended(db: Db, campaign: str) -> dict[str, Recommendation]:
    """What each SMO recommends."""
    rows = await db.fetch(sql.recommended, campaign)
    return {row["smo"]: Recommendation(**dict(row)) for row in rows}


async def own_versions(db: Db, campaign: str, codes: Collection[str]) -> dict[str, list[Set]]:
    """Every version of these municipalities' own days, the oldest first."""
    rows = await db.fetch(sql.own_versions, campaign, list(codes))
    return _versions((row["municipality"], row["set_at"], row["days"]) for row in rows)


async def recommended_versions(db: Db, campaign: str) -> dict[str, list[Set]]:
    """Every version of what each SMO recommends, the oldest first."""
    rows = await db.fetch(sql.recommended_versions, campaign)
    return _versions((row["smo"], row["set_at"], row["days"]) for row in rows)


async def all_of_all(db: Db) -> list[Schedule | Recommendation]:
    """What stands of every campaign, for a new epoch."""
    return [
        *(Recommendation(**dict(row)) for row in await db.fetch(sql.all_recommendations)),
        *(Schedule(**dict(row)) for row in await db.fetch(sql.all_schedules)),
    ]


async def versions(db: Db, code: str, campaign: str) -> list[Version]:
    """Every version of a municipality's own days, the newest first."""
    return [Version(**dict(row)) for row in await db.fetch(sql.versions, code, campaign)]


async def days_of(db: Db, campaign: str, smos: Sequence[str] | None) -> list[date]:
    """The days of their own that municipalities of SMOs, or (None) of all, have."""
    return [row["day"] for row in await db.fetch(sql.days_of, campaign, smos)]


async def count_of_day(db: Db, campaign: str, day: date, smos: Sequence[str] | None) -> int:
    """In how many municipalities of SMOs, or (None) of all, it is a day of interim results."""
    return int(await db.fetchval(sql.count_of_day, campaign, day, smos))


def _versions(rows: Iterable[tuple[str, datetime, Sequence[date]]]) -> dict[str, list[Set]]:
    found: dict[str, list[Set]] = {}
    for of, set_at, days in rows:
        found.setdefault(of, []).append(Set(set_at, frozenset(days)))
    return found
