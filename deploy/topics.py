"""Make the topics as `contracts/topics.yaml` says: `python -m deploy.topics --brokers HOST:PORT`."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from services.chassis.streams.topics import Topic, topics

BEGINNING = 30.0
"""Seconds in which a cluster that has just begun may refuse: its brokers do not know one another yet."""
PAUSE = 0.5

SET_ON_TOPIC = 1
"""`config_source` of a setting that somebody gave the topic itself (KIP-226)."""


class TopicRefused(Exception):
    """The broker's topic cannot become what the contract says, or the broker would not make it so."""


async def ensure(brokers: str, beginning: float = BEGINNING) -> list[str]:
    """Make every topic as the contract says; return a line for each. Safe to repeat.

    Raises TopicRefused if a topic has another number of partitions: the partition of a municipality
    follows from that number, so it is for ever. Raises KafkaError if the brokers still refuse after
    `beginning` seconds.
    """
    deadline = time.monotonic() + beginning
    while True:
        try:
            return await _ensure(brokers)
        except KafkaError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(PAUSE)


async def _ensure(brokers: str) -> list[str]:
    async with _admin(brokers) as admin:
        size = len((await admin.describe_cluster())["brokers"])
        found = {entry["topic"]: entry for entry in await admin.describe_topics() if not entry["error_code"]}
        for topic in topics().values():
            _refuse_other_partitions(topic, found.get(topic.name))
        return [
            await (_keep(admin, topic, size) if topic.name in found else _create(admin, topic, size))
            for topic in topics().values()
        ]


@asynccontextmanager
async def _admin(brokers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


def _refuse_other_partitions(topic: Topic, found: dict[str, Any] | None) -> None:
    if found and len(found["partitions"]) != topic.partitions:
        raise TopicRefused(
            f"{topic.name} has {len(found['partitions'])} partitions, contracts/topics.yaml says "
            f"{topic.partitions}. A topic's partitions never change: events of a municipality would "
            "land in two streams. Publish a new topic instead."
        )


async def _create(admin: AIOKafkaAdminClient, topic: Topic, size: int) -> str:
    copies = topic.copies(size)
    made: Any = await admin.create_topics(
        [NewTopic(topic.name, topic.partitions, copies, topic_configs=topic.config(size))]
    )
    for _, code, message in made.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise TopicRefused(f"{topic.name}: {message or for_code(code).__name__}")
    return f"{topic.name}: created, {topic.partitions} partitions, {copies} replicas"


async def _keep(admin: AIOKafkaAdminClient, topic: Topic, size: int) -> str:
    wanted = topic.config(size)
    actual, given = await _config(admin, topic.name)
    differing = [key for key, value in wanted.items() if actual.get(key) != value]
    if not differing:
        return f"{topic.name}: as it should be"
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, {**given, **wanted})
    answers: Any = await admin.alter_configs([resource])
    for answer in answers:
        for code, message, *_ in answer.resources:
            if code:
                raise TopicRefused(f"{topic.name}: {message or for_code(code).__name__}")
    return f"{topic.name}: set " + ", ".join(f"{key}={wanted[key]}" for key in differing)


async def _config(admin: AIOKafkaAdminClient, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """All settings in force, and those given to the topic itself (setting some replaces them all)."""
    answers: Any = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    entries = [entry for answer in answers for found in answer.resources for entry in found[4]]
    actual = {entry[0]: entry[1] for entry in entries}
    return actual, {entry[0]: entry[1] for entry in entries if entry[3] == SET_ON_TOPIC}


def main() -> int:
    """Print a line per topic; exit 1 with a sentence if one cannot be as it should."""
    parser = argparse.ArgumentParser(prog="python -m deploy.topics", description=__doc__)
    parser.add_argument("--brokers", required=True, metavar="HOST:PORT[,HOST:PORT]")
    try:
        lines = asyncio.run(ensure(parser.parse_args().brokers))
    except (TopicRefused, KafkaError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
