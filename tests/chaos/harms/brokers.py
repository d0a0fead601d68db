"""Brokers and the ways to them: killed, away, frozen, deaf, slow, and losing what they acknowledged."""

import asyncio
from collections.abc import Callable

from contracts.initiatives import InitiativeEvent
from deploy import topics
from deploy.local.kafka import Kafka
from services.chassis.streams.kafka import LOST, admin_of
from tests import harm
from tests.chaos.nemesis import Nemesis, named
from tests.chaos.proxy import Proxy

TOPIC = InitiativeEvent.topic


async def broker_killed(nemesis: Nemesis) -> None:
    """kill −9 of a broker, back at once."""
    await _bounced(nemesis, nemesis.rng.choice(nemesis.whole.nodes))


async def leader_bounced(nemesis: Nemesis) -> None:
    """The leader of a busy partition is killed and started, five times."""
    for _ in nemesis.times(5):
        await _bounced(nemesis, await _leader(nemesis))
        await nemesis.some_time(2, 4)


async def _bounced(nemesis: Nemesis, node: Kafka) -> None:
    nemesis.whole.stop_kafka(node)
    await asyncio.to_thread(nemesis.whole.start_kafka, node)


async def _leader(nemesis: Nemesis) -> Kafka:
    while True:
        try:
            async with admin_of(nemesis.whole.settings("metrics")) as admin:
                (described,) = await admin.describe_topics([TOPIC])
        except LOST:
            await asyncio.sleep(0.5)
            continue
        leader = int(nemesis.rng.choice(described["partitions"])["leader"])
        if leader > 0:
            return nemesis.whole.nodes[leader - 1]


async def brokers_away(nemesis: Nemesis) -> None:
    """Two of three brokers (or the only one) are away for two minutes."""
    gone = nemesis.rng.sample(list(nemesis.whole.nodes), min(2, len(nemesis.whole.nodes)))
    nemesis.whole.stop_kafka(*gone)
    await nemesis.lasts(120)
    await asyncio.to_thread(nemesis.whole.start_kafka, *gone)


async def brokers_cut(nemesis: Nemesis) -> None:
    """Nobody reaches a broker for 40 seconds: every connection breaks at once."""
    await _unreachable(nemesis, Proxy.cut)


async def brokers_deaf(nemesis: Nemesis) -> None:
    """The brokers take connections and say nothing for 40 seconds."""
    await _unreachable(nemesis, Proxy.deafen)


async def _unreachable(nemesis: Nemesis, close: Callable[[Proxy], None]) -> None:
    for way in nemesis.ground.brokers:
        close(way)
    await nemesis.lasts(40)
    for way in nemesis.ground.brokers:
        way.heal()


async def brokers_slow(nemesis: Nemesis) -> None:
    """Every piece to and from the brokers takes up to 150 ms; then connections break after 20 KB."""
    for way in nemesis.ground.brokers:
        way.delay = 0.1
    await nemesis.lasts(20)
    for way in nemesis.ground.brokers:
        way.delay, way.left = 0, 20_000
        way.shake()
    await nemesis.lasts(10)
    for way in nemesis.ground.brokers:
        way.heal()


async def broker_frozen(nemesis: Nemesis) -> None:
    """A broker stands still for 20 seconds."""
    with harm.frozen(nemesis.whole.servers[f"kafka {nemesis.rng.choice(nemesis.whole.nodes).port}"].pid):
        await nemesis.lasts(20)


async def last_segment_lost(nemesis: Nemesis) -> None:
    """Kafka loses records that it had acknowledged, on every broker."""
    nemesis.whole.stop_kafka()
    for node in nemesis.whole.nodes:
        harm.lose_last_segments(node.data)
    await asyncio.to_thread(nemesis.whole.start_kafka)


async def topic_recreated(nemesis: Nemesis) -> None:
    """Somebody deletes the topic with everything in it, and makes it anew."""
    async with admin_of(nemesis.whole.settings("metrics")) as admin:
        await admin.delete_topics([TOPIC])
        while TOPIC in await admin.list_topics():
            await asyncio.sleep(0.2)
    await topics.ensure(nemesis.whole.brokers)


SCENARIOS = named(
    20,
    broker_killed,
    leader_bounced,
    brokers_away,
    brokers_cut,
    brokers_deaf,
    brokers_slow,
    broker_frozen,
    last_segment_lost,
    topic_recreated,
)
