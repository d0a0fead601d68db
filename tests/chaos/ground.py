"""What a chaos run stands on: brokers, a database server for each service, and the ways to all of them."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import databases
from tests.chaos import checkpoints, deciding, midnight, working
from tests.chaos.cluster import nodes
from tests.chaos.midnight import Midnight
from tests.chaos.proxy import Proxy, proxies
from tests.databases import free_port
from tests.installation import HARMED, Installation, installation

TO_MIDNIGHT = 25
"""Seconds at least between the loading of the region and the end of its day."""


@dataclass
class Ground:
    """An installation whose servers are reached through proxies."""

    whole: Installation
    folder: Path
    """For more servers; everybody may look into it."""
    databases: dict[str, Proxy]
    """Service → the way to its database."""
    brokers: Sequence[Proxy]
    midnight: Midnight
    """When the region's day ends, and its interim results are due."""

    def place(self, name: str) -> Path:
        """A new folder of this name that everybody may look into."""
        made = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        made.chmod(0o755)
        return made


@contextmanager
def ground(brokers: int) -> Iterator[Ground]:
    """Everything running, the demonstration's region loaded; one broker or three."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dialogue-chaos-")))
        folder.chmod(0o755)
        postgres = {service: stack.enter_context(databases.server()) for service in databases.MIGRATIONS}
        outer = [free_port() for _ in range(brokers)]
        ways = stack.enter_context(proxies([*(server.port for server in postgres.values()), *outer]))
        to_databases = dict(zip(postgres, ways, strict=False))
        to_brokers = ways[len(postgres) :]
        cluster = nodes(folder, outer, [way.port for way in to_brokers])
        around = {way.target: way.port for way in to_databases.values()}
        whole = stack.enter_context(installation(postgres, cluster, around))
        zones = stack.enter_context(midnight.own_zones(folder / "zones"))
        whole.more |= {**HARMED, **midnight.HASTE, **zones}
        whole.start()
        day_ends = midnight.midnight_in(folder / "zones", TO_MIDNIGHT)
        asyncio.run(whole.load_region(midnight.NAME))
        asyncio.run(checkpoints.plan(whole, day_ends))
        asyncio.run(deciding.appoint(whole))
        asyncio.run(working.appoint(whole))
        yield Ground(whole, folder, to_databases, to_brokers, day_ends)
