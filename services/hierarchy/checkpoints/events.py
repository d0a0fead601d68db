"""Kafka: keep what metrics has frozen, and remember of whom it warns."""

from collections.abc import Sequence

from contracts.results import CheckpointCorrected, CheckpointEvent, CheckpointFrozen, WarningRaised
from services.chassis.db.pool import Db
from services.hierarchy.checkpoints.domain.results import check_digest, check_same
from services.hierarchy.checkpoints.store import results, warnings

EVENTS = (CheckpointFrozen, CheckpointCorrected, WarningRaised)


async def take(db: Db, events: Sequence[CheckpointEvent | WarningRaised]) -> None:
    """Keep them. Raises Altered for a result that is not as it was frozen, whatever its version: its record
    is then parked."""
    if raised := [event for event in events if isinstance(event, WarningRaised)]:
        await warnings.keep(db, raised)
    if told := [event for event in events if isinstance(event, CheckpointEvent)]:
        await _keep(db, told)


async def forget(db: Db) -> None:
    """Drop the results, which a new epoch tells again. Of whom somebody was warned stays."""
    await results.forget(db)


async def _keep(db: Db, told: Sequence[CheckpointEvent]) -> None:
    frozen = await results.digests(db, {results.key_of(event) for event in told})
    for event in told:
        check_digest(event)
        check_same(event, frozen.setdefault(results.key_of(event), event.digest))
    latest = {results.key_of(event): event for event in sorted(told, key=lambda event: event.version)}
    await results.keep(db, latest.values())
