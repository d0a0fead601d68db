"""Reading our list beside the platform's, for who oversees the municipalities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.region import alphabet
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, oversight
from services.intake.core.reach import check_reach, reach
from services.intake.federal.domain.columns import Template
from services.intake.federal.domain.reconciliation import (
    Counts,
    Differing,
    Exported,
    Matched,
    OnlyHere,
    OnlyThere,
)
from services.intake.federal.domain.reported import Reported
from services.intake.federal.store import imports, reconciliation, reported

ALL = 250_000
"""Rows of a file."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, of which region."""

    pool: Pool
    known: Subordination
    by: Staff

    @property
    def campaign(self) -> str:
        """The open campaign. Raises NotFound."""
        return self.known.campaign.id

    def places(self) -> list[str]:
        """The municipalities that they oversee, by the alphabet. Raises Forbidden."""
        picture = self.known.picture
        here = reach(oversight(self.by, Deed.IMPORT_FEDERAL), picture)
        return sorted(here, key=lambda code: (alphabet(picture.name_of(code)), code))

    def homes(self, places: Collection[str]) -> dict[str, str]:
        """These and those that they succeed, each with the one in which it is counted."""
        founders = self.known.picture.founders
        return {code: home for home in places for code in founders(home)}

    async def counts(self) -> Mapping[str, Counts]:
        """Of every municipality that they oversee."""
        places = self.places()
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *(homes := self.homes(places)))
            found = await reconciliation.counts(db, homes, self.campaign)
        return {code: found.get(code, Counts()) for code in places}

    async def one(self, municipality: str, limit: int) -> "Lists":
        """The lists of a municipality. Raises Forbidden, NotFound for one that they do not oversee."""
        check_reach(oversight(self.by, Deed.IMPORT_FEDERAL), self.known.picture, municipality)
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *(homes := self.homes([municipality])))
            asked = (homes, self.campaign)
            counts = await reconciliation.counts(db, homes, self.campaign)
            return Lists(
                counts.get(municipality, Counts()),
                await reconciliation.only_here(db, *asked, limit),
                await reconciliation.only_there(db, *asked, limit),
                await reconciliation.matched(db, *asked, limit),
            )

    async def differing(self) -> list[Differing]:
        """What is only here and only there, of all that they oversee."""
        homes = self.homes(self.places())
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *homes)
            return await reconciliation.differing(db, homes, self.campaign, ALL)

    async def reported(self) -> Mapping[str, Reported]:
        """What stands of the figures by word of mouth, by municipality; of one that was transformed what it
        said last, as the history of its successor."""
        homes = self.homes(self.places())
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *homes)
            return await reported.latest(db, homes, self.campaign)

    async def versions(self, municipality: str) -> list[Reported]:
        """Every version of one that they oversee and of those that it succeeds, the last first."""
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *(homes := self.homes([municipality])))
            return await reported.versions(db, homes, self.campaign)

    async def exported(self) -> tuple[Template, list[Exported]]:
        """Which columns the platform's table has, and what is to stand in it."""
        homes = self.homes(self.places())
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, REGION, *homes)
            kept = await imports.template(db)
            return kept, await reconciliation.exported(db, homes, self.campaign, ALL)


@dataclass(frozen=True, slots=True)
class Lists:
    """A municipality's counts, and the lists behind them."""

    counts: Counts
    only_here: Sequence[OnlyHere]
    only_there: Sequence[OnlyThere]
    matched: Sequence[Matched]
