"""What is done to the installation: each scenario harms it and gives back what it took."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from contracts.streams import PARTITIONS
from deploy.local.postgres import Postgres
from tests import harm
from tests.chaos.history import History
from tests.chaos.observer import TOPIC
from tests.installation import HASTE, PROCESSES, Client, Installation, Process

SESSION = float(HASTE["APP_SESSION_TIMEOUT"])


@dataclass
class Nemesis:
    """The hand that harms."""

    client: Client
    of_intake: Postgres
    history: History
    rng: Random

    @property
    def whole(self) -> Installation:
        """The installation."""
        return self.client.installation

    async def some_time(self, least: float = 0.2, most: float = 1.5) -> None:
        """Let the load go on."""
        await asyncio.sleep(self.rng.uniform(least, most))

    async def submitted_more(self, count: int) -> None:
        """Wait until so many more were accepted."""
        goal = len(self.history.accepted) + count
        while len(self.history.accepted) < goal:
            await asyncio.sleep(0.05)

    # ---- processes ----
    async def kill(self, service: str, kind: str) -> None:
        """kill −9 three times, at any moment."""
        for _ in range(3):
            await self.some_time()
            self.whole.kill(service, kind)
            await asyncio.to_thread(self.whole.start, (service, kind))

    async def relay_killed(self) -> None:
        """kill −9 of intake's worker."""
        await self.kill("intake", "worker")

    async def rollup_killed(self) -> None:
        """kill −9 of metrics' worker."""
        await self.kill("metrics", "worker")

    async def web_killed(self) -> None:
        """kill −9 of intake's and metrics' web."""
        await self.kill("intake", "web")
        await self.kill("metrics", "web")

    async def rolling_restart(self) -> None:
        """SIGTERM of everything, one after another in random order; each must end well."""
        for process in self.rng.sample(PROCESSES, len(PROCESSES)):
            codes = await asyncio.to_thread(self.whole.stop, process)
            if set(codes.values()) != {0}:
                self.history.violations.append(f"{process} ended with {codes}")
            await asyncio.to_thread(self.whole.start, process)

    async def frozen(self, pid: int, seconds: float) -> None:
        """SIGSTOP, SIGCONT."""
        with harm.frozen(pid):
            await asyncio.sleep(seconds)

    async def rollup_frozen(self) -> None:
        """metrics' worker stands still longer than its session."""
        await self.frozen(self.whole.running[Process("metrics", "worker")].pid, SESSION + 2)

    async def relay_frozen(self) -> None:
        """intake's worker stands still, then goes on with what it believed."""
        await self.frozen(self.whole.running[Process("intake", "worker")].pid, 4)

    # ---- Kafka ----
    async def broker_killed(self) -> None:
        """kill −9 of the broker, back at once."""
        self.whole.stop_kafka()
        await asyncio.to_thread(self.whole.start_kafka)

    async def broker_away(self) -> None:
        """No broker for ten seconds."""
        self.whole.stop_kafka()
        await asyncio.sleep(10)
        await asyncio.to_thread(self.whole.start_kafka)

    async def broker_frozen(self) -> None:
        """The broker stands still for eight seconds."""
        await self.frozen(self.whole.servers["kafka"].pid, 8)

    async def last_segment_lost(self) -> None:
        """Kafka loses records that it had acknowledged."""
        self.whole.stop_kafka()
        harm.lose_last_segments(self.whole.kafka.data)
        await asyncio.to_thread(self.whole.start_kafka)

    async def poison(self) -> None:
        """Somebody writes bad records into the topic."""
        async with AIOKafkaProducer(bootstrap_servers=self.whole.kafka.brokers) as producer:
            for value in await self._poisons():
                partition = self.rng.randrange(PARTITIONS)
                await producer.send_and_wait(TOPIC, value, partition=partition)

    async def _poisons(self) -> list[bytes]:
        good = await self._some_record()
        data = good.get("data", {})
        forged = [
            good | {"type": "dialogue.initiative.praised.v1", "id": str(uuid4())},
            good | {"data": data | {"direction": "No Such"}, "id": str(uuid4())},
            good | {"sequence": 1, "id": str(uuid4())},
            good | {"epoch": 0},
        ]
        self.history.forged |= {str(record["id"]) for record in forged}
        return [b"", b"{", b"[1, 2", b"x" * 500_000, *(orjson.dumps(record) for record in forged)]

    async def _some_record(self) -> dict[str, Any]:
        async for value in self._log(1):
            return dict(orjson.loads(value))
        return {}

    async def log_repeated(self) -> None:
        """A part of every stream is appended again, in random order."""
        values = [(partition, v) for partition in range(PARTITIONS) async for v in self._log(60, partition)]
        self.rng.shuffle(values)
        async with AIOKafkaProducer(bootstrap_servers=self.whole.kafka.brokers) as producer:
            for partition, value in values:
                await producer.send(TOPIC, value, partition=partition)

    async def _log(self, count: int, partition: int | None = None) -> AsyncIterator[bytes]:
        places = [TopicPartition(TOPIC, p) for p in (range(PARTITIONS) if partition is None else [partition])]
        consumer = AIOKafkaConsumer(bootstrap_servers=self.whole.kafka.brokers, auto_offset_reset="earliest")
        async with consumer:
            consumer.assign(places)
            await consumer.seek_to_beginning()
            found = await consumer.getmany(timeout_ms=1500, max_records=count)
        for records in found.values():
            for record in records:
                if record.value and record.value.startswith(b"{"):
                    yield record.value

    # ---- PostgreSQL ----
    async def database_stopped(self) -> None:
        """Each server is stopped with -m immediate, three times."""
        for _ in range(3):
            for server in (self.of_intake, self.whole.postgres):
                await self.some_time()
                await asyncio.to_thread(server.stop, "immediate")
                await asyncio.to_thread(self.whole.start_postgres, server)

    async def database_frozen(self) -> None:
        """Intake's, then metrics' server stands still for five seconds."""
        for server in (self.of_intake, self.whole.postgres):
            if process := server.running():
                await self.frozen(process.pid, 5)

    async def database_restored(self) -> None:
        """Intake's server goes back to an older base backup: what came after it is lost."""
        self.history.restored = True
        with tempfile.TemporaryDirectory() as folder:
            backup = Path(folder) / "backup"
            await asyncio.to_thread(harm.take_backup, self.of_intake, backup)
            await self.submitted_more(10)
            await asyncio.to_thread(self.of_intake.stop, "immediate")
            await asyncio.to_thread(harm.restore, self.of_intake, backup)
            await asyncio.to_thread(self.whole.start_postgres, self.of_intake)

    # ---- those who watch ----
    async def watchers_flap(self) -> None:
        """Two hundred streams are opened and broken off, fifty are kept without being read."""
        async with asyncio.TaskGroup() as group:
            for i in range(250):
                group.create_task(self._flap(silent=i % 5 == 0))

    async def _flap(self, silent: bool) -> None:
        port = self.whole.ports[Process("metrics", "web")]
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\n")
            await (asyncio.sleep(5) if silent else reader.read(200))
            writer.transport.abort()
        except OSError:
            return


SCENARIOS: dict[str, Callable[[Nemesis], Awaitable[None]]] = {
    name.replace("_", "-"): getattr(Nemesis, name)
    for name in (
        "relay_killed",
        "rollup_killed",
        "web_killed",
        "rolling_restart",
        "rollup_frozen",
        "relay_frozen",
        "broker_killed",
        "broker_away",
        "broker_frozen",
        "last_segment_lost",
        "poison",
        "log_repeated",
        "database_stopped",
        "database_frozen",
        "database_restored",
        "watchers_flap",
    )
}
