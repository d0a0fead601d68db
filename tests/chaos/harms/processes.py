"""Processes of the services: killed at any and at the worst moment, frozen, blocked, several at once."""

import asyncio

from tests import harm
from tests.chaos import checkpoints
from tests.chaos.midnight import GRACE, INTERVAL, SETTLING
from tests.chaos.nemesis import Nemesis, Skipped, named
from tests.installation import HASTE, PROCESSES, Process

RELAY, ROLLUP = Process("intake", "worker"), Process("metrics", "worker")
SESSION = float(HASTE["APP_SESSION_TIMEOUT"])
END_OF_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"


async def relay_killed(nemesis: Nemesis) -> None:
    """kill −9 of intake's worker three times, at any moment."""
    await _killed(nemesis, RELAY)


async def rollup_killed(nemesis: Nemesis) -> None:
    """kill −9 of metrics' worker three times, at any moment."""
    await _killed(nemesis, ROLLUP)


async def web_killed(nemesis: Nemesis) -> None:
    """kill −9 of intake's and metrics' web three times, at any moment."""
    await _killed(nemesis, Process("intake", "web"))
    await _killed(nemesis, Process("metrics", "web"))


async def hotline_killed(nemesis: Nemesis) -> None:
    """kill −9 of the hotline's web and worker three times, while inquiries come and climb."""
    await _killed(nemesis, Process("hotline", "web"))
    await _killed(nemesis, Process("hotline", "worker"))


async def _killed(nemesis: Nemesis, process: Process) -> None:
    for _ in nemesis.times(3):
        await nemesis.some_time()
        nemesis.whole.kill(*process)
        await asyncio.to_thread(nemesis.whole.start, process)


async def relay_killed_before_mark(nemesis: Nemesis) -> None:
    """kill −9 of the relay exactly between the broker's acknowledgement and the mark of it, five times."""
    await _kills_itself(nemesis, RELAY, "dies_before_mark")


async def rollup_killed_before_commit(nemesis: Nemesis) -> None:
    """kill −9 of the roll-up exactly between PostgreSQL's commit and Kafka's, five times."""
    await _kills_itself(nemesis, ROLLUP, "dies_before_commit_to_kafka")


async def _kills_itself(nemesis: Nemesis, process: Process, how: str) -> None:
    nemesis.whole.kill(*process)
    for _ in range(5):
        nemesis.whole.spawn(process, "tests.chaos.harmed", how)
        # Nobody is to start it again before we do.
        harmed = nemesis.whole.running.pop(process)
        try:
            async with asyncio.timeout(60):
                while harmed.poll() is None:
                    await asyncio.sleep(0.05)
        finally:
            harmed.kill()
    await asyncio.to_thread(nemesis.whole.start, process)


async def relay_stopped_over_midnight(nemesis: Nemesis) -> None:
    """The relay is away while the region's day ends: nothing is frozen before it has told all of it."""
    midnight = nemesis.ground.midnight
    if midnight.is_over:
        raise Skipped("the day is over")
    await asyncio.sleep(max(midnight.seconds() - 2, 0))
    nemesis.whole.kill(*RELAY)
    await asyncio.sleep(max(midnight.seconds(), 0) + GRACE + SETTLING + INTERVAL)
    if early := await checkpoints.frozen(nemesis.whole, midnight.day):
        nemesis.history.violations.append(f"{early} results were frozen before the relay told all of the day")
    await asyncio.to_thread(nemesis.whole.start, RELAY)
    await checkpoints.settled(nemesis.whole, midnight)


async def four_relays(nemesis: Nemesis) -> None:
    """Four relays at once, each believing that it leads."""
    nemesis.whole.kill(*RELAY)
    several = [RELAY._replace(nth=nth) for nth in range(1, 5)]
    for relay in several:
        nemesis.whole.spawn(relay, "tests.chaos.harmed", "steals_the_lock")
    await nemesis.lasts(20)
    for relay in several:
        nemesis.whole.kill(*relay)
    await asyncio.to_thread(nemesis.whole.start, RELAY)


async def relay_frozen(nemesis: Nemesis) -> None:
    """The relay stands still and loses its session, another leads; then it goes on with what it believed."""
    second = RELAY._replace(nth=2)
    nemesis.whole.spawn(second)
    with harm.frozen(nemesis.whole.running[RELAY].pid):
        await nemesis.lasts(4)
        await nemesis.whole.rows("intake", END_OF_SESSIONS, "dialogue-relay")
        await nemesis.lasts(8)
    await nemesis.some_time()
    nemesis.whole.kill(*second)


async def rollup_frozen(nemesis: Nemesis) -> None:
    """The roll-up stands still longer than its session, another takes over, then it goes on."""
    second = ROLLUP._replace(nth=2)
    await asyncio.to_thread(nemesis.whole.start, second)
    with harm.frozen(nemesis.whole.running[ROLLUP].pid):
        await asyncio.sleep(SESSION + 4)
    await nemesis.some_time(1, 3)
    nemesis.whole.kill(*second)


async def rebalance_storm(nemesis: Nemesis) -> None:
    """Members of the roll-up's group come and go all the time, some of them without a word."""
    others = [ROLLUP._replace(nth=nth) for nth in (2, 3, 4)]
    for _ in nemesis.times(15):
        other = nemesis.rng.choice(others)
        if other not in nemesis.whole.running:
            nemesis.whole.spawn(other)
        elif nemesis.rng.random() < 0.5:
            nemesis.whole.kill(*other)
        else:
            await asyncio.to_thread(nemesis.whole.stop, other)
        await nemesis.some_time(0.5, 2)
    for other in others:
        if other in nemesis.whole.running:
            nemesis.whole.kill(*other)


async def more_members_than_partitions(nemesis: Nemesis) -> None:
    """Three readers of the structure's only partition; whoever reads dies, twice."""
    first, *others = [ROLLUP._replace(nth=nth) for nth in (1, 2, 3)]
    await asyncio.to_thread(nemesis.whole.start, *others)
    for victim in (first, others[0]):
        nemesis.whole.kill(*victim)
        await nemesis.lasts(SESSION + 4)
    await asyncio.to_thread(nemesis.whole.start, first)
    nemesis.whole.kill(*others[1])


async def rolling_restart(nemesis: Nemesis) -> None:
    """SIGTERM of every process, one after another in random order, twice; each must end well."""
    for process in nemesis.rng.sample(PROCESSES * 2, len(PROCESSES) * 2):
        codes = await asyncio.to_thread(nemesis.whole.stop, process)
        if set(codes.values()) != {0}:
            nemesis.history.violations.append(f"{process} ended with {codes}")
        await asyncio.to_thread(nemesis.whole.start, process)


async def loop_blocked(nemesis: Nemesis) -> None:
    """The event loops of relay and roll-up stand still for 40 seconds."""
    seconds = 40 * nemesis.scale
    for process in (RELAY, ROLLUP):
        nemesis.whole.kill(*process)
        nemesis.whole.spawn(process, "tests.chaos.harmed", "blocks", environment={"BLOCKED": str(seconds)})
        await asyncio.to_thread(nemesis.whole.wait_ready, process)
    await asyncio.sleep(5 + seconds)


SCENARIOS = {
    **named(
        3, relay_killed, relay_killed_before_mark, relay_stopped_over_midnight, four_relays, relay_frozen
    ),
    **named(15, rollup_killed, rollup_killed_before_commit, rollup_frozen, rebalance_storm),
    **named(15, more_members_than_partitions, rolling_restart, loop_blocked, web_killed, hotline_killed),
}
