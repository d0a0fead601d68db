"""A region's streams as somebody might find them: what happens to its initiatives, and what should not."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
from aiokafka import ConsumerRecord

from contracts import streams
from contracts.event import Event, StreamOpened, WatermarkReached
from contracts.initiatives import InitiativeDetermined, InitiativeEvent, InitiativeJoined, InitiativeLeft
from services.chassis.streams.kafka import Record
from tests.chassis.test_watermarks_relay import TEN
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, submit_initiative

CODES = (DISTRICT, OKRUG, SETTLEMENT, "13701000")


@dataclass
class Log:
    """A partition's records, all that were ever written."""

    partition: int
    records: list[Record] = field(default_factory=list)
    epoch: int = 1
    sequence: int = 0
    chain: str = ""
    topic: str = InitiativeEvent.topic

    def append(self, event: Event, type_: str | None = None) -> Record:
        event_id, self.sequence = uuid4(), self.sequence + 1
        self.chain = streams.link(self.chain, event_id)
        data = event.model_dump(mode="json")
        return self.write(
            orjson.dumps(
                {"id": str(event_id), "type": type_ or event.type, "epoch": self.epoch}
                | {"sequence": self.sequence, "chain": self.chain, "data": data}
            )
        )

    def write(self, value: bytes) -> Record:
        place = self.topic, self.partition, len(self.records)
        self.records.append(ConsumerRecord(*place, 0, 0, None, value, None, 0, 0, ()))
        return self.records[-1]

    def forge(self, chance: random.Random) -> Record:
        """Something that no relay of ours has written."""
        return self.write(chance.choice([b"not an event", self.false()]))

    def false(self) -> bytes:
        """What would be next, if its chain continued."""
        next_ = {"sequence": self.sequence + 1, "epoch": self.epoch, "id": str(uuid4()), "chain": "00" * 16}
        return orjson.dumps(next_ | {"type": "dialogue.initiatives.submitted.v1", "data": {}})


class Region:
    """A region whose initiatives are submitted, decided on and moved, told in some streams."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.logs = {code: Log(streams.partition_of(code)) for code in CODES}
        of_partition = {log.partition: log for log in self.logs.values()}
        self.logs = {code: of_partition[log.partition] for code, log in self.logs.items()}
        self.known: dict[str, InitiativeEvent] = {}

    def poll(self) -> list[Record]:
        """What comes next: mostly what is to be expected."""
        chance = self.chance
        polled: dict[int, list[Record]] = defaultdict(list)
        for _ in range(chance.randrange(1, 9)):
            log, records = self.happen()
            polled[log.partition] += records
        for records in polled.values():
            if chance.random() < 0.08:
                del records[chance.randrange(len(records))]
            if records and chance.random() < 0.08:
                records.append(records[chance.randrange(len(records))])
        return [record for partition in sorted(polled) for record in polled[partition]]

    def happen(self) -> tuple[Log, list[Record]]:
        code, what = self.chance.choice(CODES), self.chance.random()
        return self.happen_to_stream(self.logs[code], what) if what < 0.07 else self.happen_at(code, what)

    def happen_to_stream(self, log: Log, what: float) -> tuple[Log, list[Record]]:
        if what < 0.02:
            return log, [log.forge(self.chance)]
        if what < 0.04:
            return log, [log.append(submit_initiative(), "dialogue.initiatives.unheard-of.v1")]
        if what < 0.06:
            return log, [log.append(WatermarkReached(version=1, moment=TEN))]
        log.epoch, log.sequence, log.chain = log.epoch + 1, 0, ""
        present = [e for e in self.known.values() if self.logs[e.municipality] is log]
        return log, [log.append(event) for event in (StreamOpened(version=1), *present)]

    def happen_at(self, code: str, what: float) -> tuple[Log, list[Record]]:
        chance, log = self.chance, self.logs[code]
        mine = [event for event in self.known.values() if event.municipality == code]
        if mine and what < 0.35:
            before = chance.choice(mine)
            there = chance.choice(CODES)
            if what < 0.12 and there != code:
                return self.move(before, there)
            version = before.version + chance.choice((-1, 0, 1, 1, 1, 2))
            changes = {"status": "determined", "decided_by": "group", "in_time": True}
            after = self.again(before, InitiativeDetermined, version=max(version, 1), **changes)
            if after.version > before.version:
                self.known[str(after.id)] = after
            return log, [log.append(after)]
        event = submit_initiative(code, direction=chance.choice(("roads", "culture")))
        self.known[str(event.id)] = event
        return log, [log.append(event)]

    def move(self, before: InitiativeEvent, there: str) -> tuple[Log, list[Record]]:
        """Where it comes from is told; where it comes to, is polled with what comes next of that stream."""
        left = self.again(before, InitiativeLeft, version=before.version + 1, into=there)
        joined = self.again(before, InitiativeJoined, version=before.version + 2, municipality=there)
        self.known[str(before.id)] = joined
        log, other = self.logs[before.municipality], self.logs[there]
        record = log.append(left)
        written = other.append(joined)
        return log, [record, written] if other is log else [record]

    @staticmethod
    def again(before: InitiativeEvent, event: Any, **changes: object) -> Any:
        return event.model_validate(before.model_dump() | changes)
