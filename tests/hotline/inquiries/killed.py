"""A worker that lets inquiries climb, slowly enough to be killed in the middle: `killed.py DSN MOMENT`."""

import asyncio
import sys
from datetime import datetime
from typing import Any
from unittest.mock import patch

from services.chassis.db.pool import open_pool
from services.chassis.process.settings import Settings
from services.hotline.inquiries.commands import escalate
from services.hotline.inquiries.commands.stepping import kept
from tests.hotline.inquiries.world import know


async def slowly(*args: Any) -> Any:
    """What is stored waits for its commit."""
    result = await kept(*args)
    await asyncio.sleep(0.02)
    return result


async def work(dsn: str, now: datetime) -> None:
    """Until it is killed, or nothing is due."""
    settings = Settings.model_validate({"database_url": dsn, "kafka_brokers": "127.0.0.1:1"})
    session = {"app.municipalities": "*"}
    async with open_pool(settings, server_settings=session) as pool:
        with patch.object(escalate, "kept", slowly):
            await escalate.escalate_due(pool, know(), now)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], datetime.fromisoformat(sys.argv[2])))
