"""Frozen results as hierarchy keeps them: never changed, corrected beside, told again in a new epoch."""

from typing import Any

import pytest

from contracts.results import CheckpointFrozen
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.streams import inbox
from services.hierarchy import results as reading
from services.hierarchy.checkpoints.domain.results import Altered
from services.hierarchy.checkpoints.store import results
from tests.chassis.test_inbox import Log
from tests.hierarchy.checkpoints.telling import (
    CAMPAIGN,
    STREAM,
    YESTERDAY,
    corrected,
    found,
    frozen,
    new_epoch,
    tell,
    warned,
)
from tests.hierarchy.office import PLACE, Office, everything


async def kept(pool: Pool, code: str = PLACE) -> list[Any]:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        return await results.of_municipality(db, code, CAMPAIGN)


async def test_a_result_is_kept_as_it_was_frozen_and_told_twice_it_is_one(office: Office) -> None:
    event = frozen()

    for _ in range(2):
        await tell(office.pool, event, event)

    assert await kept(office.pool) == [event]


async def test_a_correction_is_kept_beside_and_an_older_version_replaces_nothing(office: Office) -> None:
    event = frozen()
    later = corrected(event, 3, correction_registered=5, correction_submitted=-2)

    await tell(office.pool, event, later)
    await tell(office.pool, corrected(event, 2, correction_registered=1), event)

    (now,) = await kept(office.pool)
    assert (now.registered, now.correction_registered, now.correction_submitted) == (812, 5, -2)


@pytest.mark.parametrize("first", [True, False], ids=["told first", "told later"])
async def test_a_result_whose_digest_is_not_true_is_refused(office: Office, first: bool) -> None:
    if not first:
        await tell(office.pool, frozen())
    before = await kept(office.pool)

    with pytest.raises(Altered):
        await tell(office.pool, frozen(version=2, registered=900, digest="0" * 64))

    assert await kept(office.pool) == before


@pytest.mark.parametrize("together", [True, False])
async def test_another_content_of_the_same_day_is_refused_even_with_its_own_digest(
    office: Office, together: bool
) -> None:
    event, other = frozen(), corrected(frozen(registered=900), 2)
    if not together:
        await tell(office.pool, event)

    with pytest.raises(Altered):
        await tell(office.pool, *([event, other] if together else [other]))

    assert await kept(office.pool) == ([] if together else [event])


async def test_what_is_altered_is_parked_and_what_follows_is_applied(office: Office) -> None:
    (reader,) = reading.READERS
    bad, good = frozen(registered=1, digest="0" * 64), frozen()
    log = Log()
    log.append(bad)
    log.append(good)

    async with everything(office.pool) as db:
        await inbox.place_of(db, reader, STREAM)
        outcome = await inbox.take_carefully(db, reader, STREAM, log.records)

    assert (outcome.applied, outcome.parked) == (1, 1)
    assert await kept(office.pool) == [good]


async def test_a_new_epoch_forgets_the_results_and_tells_them_again(office: Office) -> None:
    event = frozen()
    await tell(office.pool, event, warned())

    await new_epoch(office.pool)
    forgotten = await kept(office.pool)
    await tell(office.pool, corrected(event, 2, correction_submitted=1))

    assert forgotten == []
    assert [each.correction_submitted for each in await kept(office.pool)] == [1]
    assert await found(office.pool, "SELECT count(*) FROM warning") == [1]


async def test_a_result_is_seen_by_its_tenant_alone(office: Office) -> None:
    await tell(office.pool, frozen(), frozen(municipality="13605101"))

    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "13605101")
        seen = await db.fetch("SELECT municipality FROM checkpoint_result")

    assert [row["municipality"] for row in seen] == ["13605101"]
    assert isinstance((await kept(office.pool))[0], CheckpointFrozen)
    assert (await kept(office.pool))[0].day == YESTERDAY
