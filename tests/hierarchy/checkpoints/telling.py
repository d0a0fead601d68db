"""What metrics tells, as hierarchy's reader applies it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from contracts.results import CheckpointCorrected, CheckpointEvent, CheckpointFrozen, Warned, WarningRaised
from deploy.contracts.__main__ import ROOT
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.directory.results import digest_of
from services.hierarchy import results
from tests.hierarchy.office import PLACE, TODAY, everything

CAMPAIGN = "spring-2026"
STREAM = Stream("dialogue.results.v1", 0)
EXAMPLE = ROOT / "contracts" / "examples" / CheckpointFrozen.type / "0.5.json"
YESTERDAY = TODAY - timedelta(days=1)


def frozen(
    day: date = YESTERDAY, kind: type[CheckpointEvent] = CheckpointFrozen, **given: Any
) -> CheckpointEvent:
    """A result of a municipality, whose digest is true."""
    told = orjson.loads(EXAMPLE.read_bytes())["data"]
    at = datetime(day.year, day.month, day.day, 20, 10, tzinfo=UTC)
    event = kind.model_validate(
        {**told, "campaign": CAMPAIGN, "municipality": PLACE, "day": day, "frozen_at": at, **given}
    )
    return event if "digest" in given else event.model_copy(update={"digest": digest_of(event)})


def corrected(event: CheckpointEvent, version: int = 2, **given: Any) -> CheckpointEvent:
    """The same result with a correction."""
    return CheckpointCorrected.model_validate({**event.model_dump(), "version": version, **given})


def warned(warning: Warned = Warned.SILENT, municipality: str = PLACE, **given: Any) -> WarningRaised:
    return WarningRaised(
        **{
            "version": 1,
            "campaign": CAMPAIGN,
            "municipality": municipality,
            "warning": warning,
            "day": YESTERDAY,
            **given,
        }
    )


async def tell(pool: Pool, *events: CheckpointEvent | WarningRaised) -> None:
    """Apply them as the reader does."""
    async with everything(pool) as db:
        await results.apply(db, STREAM, events)


async def new_epoch(pool: Pool) -> None:
    async with everything(pool) as db:
        await results.drop(db, STREAM)


async def found(pool: Pool, query: str) -> list[Any]:
    """The first column of all rows, whose tenants they are."""
    async with everything(pool) as db:
        return [row[0] for row in await db.fetch(query)]
