"""`python -m tests.intake.federal.killed dsn files`: the works of a worker that imports, begun at once as the
worker begins them, until somebody kills it."""

import asyncio
import sys

from services.chassis.db.pool import open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.chassis.tables.reading import TableReader
from services.directory.subordination import Region
from services.intake.federal.commands.import_tables import Importer


async def main(dsn: str, files: str) -> None:
    settings = Settings.model_validate({"database_url": dsn, "kafka_brokers": "127.0.0.1:1"})
    async with open_pool(settings, server_settings={"app.municipalities": "*"}) as pool:
        region, lifetime = Region(settings, pool), Lifetime()
        importer = Importer(pool, region, Files(files), TableReader(), Clock())
        async with lifetime.background(region.run, importer.run):
            await lifetime.stopping.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
