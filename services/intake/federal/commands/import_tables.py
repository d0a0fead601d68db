"""Import the tables that wait: portion by portion, from where it was left, whoever was killed meanwhile."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid, Unavailable
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.tables.reading import TableReader, portion_of
from services.chassis.tables.rows import BadFile, BadRow, TableRow
from services.directory.subordination import Region
from services.intake.core.authority import Oversight
from services.intake.core.reach import reach
from services.intake.federal.domain import columns, rows
from services.intake.federal.domain.imports import ATTEMPTS, PAUSE, RUNNING, FederalImport, State
from services.intake.federal.domain.linking import links
from services.intake.federal.domain.rows import FederalRow, Places
from services.intake.federal.domain.storing import store
from services.intake.federal.store import imports
from services.intake.federal.store import rows as stored

EVERY = 2.0
"""Seconds."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Importer:
    """What the worker imports with. Its connections see every municipality."""

    pool: Pool
    region: Region
    files: Files
    reader: TableReader
    clock: Clock

    async def run(self) -> None:
        """Import what waits, until cancelled."""
        await now_and_again(self.look, EVERY, "federal_import_waits")

    async def look(self) -> None:
        """Import everything that waits now; one that breaks off keeps no other from going on."""
        while (id_ := await self._next()) is not None:
            # What is drawn beside this may not be there yet, or be older than the table.
            await self.region.refresh()
            if not self.region.picture.municipalities:
                # Nothing is known of the region: every row would be of no municipality.
                return
            try:
                await self._attempt(id_)
            except Unavailable:
                # The file cannot be had now, which is no fault of the table: what was stored of it stays.
                await self._later(id_, counts=False)
            except Exception:
                log.exception("federal_import_broken", import_id=id_)
                await self._later(id_, counts=True)

    async def _next(self) -> UUID | None:
        async with self.pool.acquire() as db:
            return await imports.next_waiting(db, self._now())

    async def _attempt(self, id_: UUID) -> None:
        """Import a table, if that has not failed too often. It counts before it begins: what kills the
        process counts, too."""
        async with self.pool.acquire() as db:
            attempts = await imports.attempt(db, id_)
        if attempts > ATTEMPTS:
            await self._end(id_, State.FAILED, Invalid("federal-import-broken").slug)
        else:
            await self._import(id_)

    async def _later(self, id_: UUID, counts: bool) -> None:
        async with self.pool.acquire() as db:
            await imports.later(db, id_, self._now() + PAUSE, counts)

    async def _import(self, id_: UUID) -> None:
        async with self.pool.acquire() as db:
            given = await imports.one(db, id_, None)
        if given.state is not State.LINKING and not await self._store(given):
            return
        await self._link(given)
        await self._end(id_, State.DONE)
        log.info("federal_imported", import_id=id_)

    async def _store(self, given: FederalImport) -> bool:
        """Store the rows that are not stored yet; whether there was a table to read."""
        try:
            content = await self._content(given)
            where = columns.places(given.columns or {}, given.head)
            portions = await self.reader.portions(content, where)
            del content
            places = self._places(given)
            begins = 0
            for portion in portions:
                table = await asyncio.to_thread(_rows, portion)
                if begins + len(table) > given.done:
                    await self._store_portion(given, places, begins, table)
                begins += len(table)
        except BadFile as refusal:
            await self._end(given.id, State.FAILED, refusal.rows[0].why.slug)
            return False
        except FileNotFoundError:
            await self._end(given.id, State.FAILED, Invalid("federal-file-gone").slug)
            return False
        return True

    async def _content(self, given: FederalImport) -> bytes:
        return b"".join([part async for part in await self.files.read(str(given.file))])

    async def _store_portion(
        self, given: FederalImport, places: Places, begins: int, table: list[TableRow | BadRow]
    ) -> None:
        """One transaction: the rows, what could not be taken, and how far the import is."""
        async with self.pool.acquire() as db, db.transaction():
            # Another worker may have gone on with it meanwhile.
            now = await imports.lock(db, given.id)
            todo = table[max(0, now.done - begins) :]
            if not todo or now.state not in RUNNING:
                return
            read = await asyncio.to_thread(_parsed, todo, places)
            known = await stored.known(
                db, given.campaign, {row.number for row in read if isinstance(row, FederalRow)}
            )
            portion = store(read, known, places, given.id)
            await stored.save(db, given.campaign, portion.saved.values(), given.id)
            await imports.advance(db, given.id, len(todo), portion)

    async def _link(self, given: FederalImport) -> None:
        """Link what is beyond doubt, municipality by municipality."""
        places = self._places(given)
        async with self.pool.acquire() as db:
            listed = await stored.listed(db, given.campaign)
        for municipality in sorted({places.home(code) for code in listed} & set(places.reach)):
            await self._link_one(given, municipality)

    async def _link_one(self, given: FederalImport, municipality: str) -> None:
        """Link those of one, with those that it succeeds, unless another worker has been there."""
        of = self.region.picture.founders(municipality)
        async with self.pool.acquire() as db, db.transaction():
            now = await imports.lock(db, given.id)
            if now.state not in RUNNING or municipality <= now.linked_up_to:
                return
            theirs, taken = await stored.theirs(db, of, given.campaign)
            found = []
            if any(row.free for row in theirs):
                ours = await stored.ours(db, of, given.campaign)
                found = await stored.held(db, of, await asyncio.to_thread(links, ours, theirs, taken))
                await stored.link(db, given.campaign, found)
            await imports.linking(db, given.id, municipality, len(found))

    async def _end(self, id_: UUID, state: State, refusal: str | None = None) -> None:
        async with self.pool.acquire() as db, db.transaction():
            if (await imports.lock(db, id_)).state in RUNNING:
                await imports.end(db, id_, state, self._now(), refusal)

    def _places(self, given: FederalImport) -> Places:
        picture = self.region.picture
        names = {code: each.name for code, each in picture.municipalities.items()}
        return Places(names, picture.successors, self._reach(given))

    def _reach(self, given: FederalImport) -> set[str]:
        over = Oversight(None if given.smos is None else frozenset(given.smos))
        return reach(over, self.region.picture)

    def _now(self) -> datetime:
        return self.clock.now()


def _rows(portion: bytes) -> list[TableRow | BadRow]:
    return list(portion_of(portion))


def _parsed(table: Collection[TableRow | BadRow], places: Places) -> list[FederalRow | BadRow]:
    read: list[FederalRow | BadRow] = []
    for row in table:
        found = row if isinstance(row, BadRow) else rows.parse(row, places)
        if isinstance(found, list):
            read += found
        else:
            read.append(found)
    return read
