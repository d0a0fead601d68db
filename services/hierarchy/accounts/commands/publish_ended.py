"""Publish that sessions have ended; part of several commands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.appointments import SessionEnded
from services.chassis.db.pool import Db
from services.hierarchy.core.store import rights


async def publish_ended(db: Db, ended: Sequence[UUID], at: datetime) -> None:
    """Tokens of these sessions are worth nothing from now on, in every service."""
    await rights.announce(db, *(SessionEnded(version=1, id=session, ended_at=at) for session in ended))
