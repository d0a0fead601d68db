"""Whether all peers do our main job: `python -m tests.benchmarks.peers --count 100000`.

Every peer and our own roll-up count one backlog and must agree; the plain endpoint must answer as ours does.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2

from services.metrics.domain import Key
from tests import databases
from tests.benchmarks import rolling
from tests.benchmarks.peers import bare, counts, environment, log, streams
from tests.benchmarks.peers.submission import Plain, over_http, plain_api
from tests.benchmarks.submission import WISH
from tests.installation import Installation, installation

COUNTERS = "SELECT campaign, municipality, family, key, counter, n FROM counter WHERE n > 0"


async def ours(whole: Installation, n: int) -> dict[str, int]:
    """What metrics' worker makes of the backlog."""
    rate, _ = await rolling.roll_up(whole, n)
    print("ours", f"events_per_second={rate:.0f}")
    rows = await whole.rows("metrics", COUNTERS)
    return log.as_peers({Key(*tuple(row)[:5]): row["n"] for row in rows})


def peers(brokers: str, n: int, folder: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """What each peer makes of it."""
    run, out = asyncio.run(bare.count(brokers, n)), folder / "counts.json"
    print("bare", run.told())
    yield "bare", run.counts
    words = ["--brokers", brokers, "--topic", log.TOPIC, "--count", n, "--out", out]
    print("quix", environment.run("quix_counts", *words).splitlines()[-1])
    yield "quix", counts.read(out)
    for threads in (1, 2):
        print("streams", f"threads={threads}", streams.run(brokers, log.TOPIC, n, out, threads))
        yield f"streams with {threads} threads", counts.read(out)


async def endpoint(plain: Plain) -> None:
    """Accepts, repeats the same answer, refuses what is wrong; then how fast it is."""
    who = {"Authorization": f"Bearer {plain.tokens[0]}"}
    keyed = who | {"Idempotency-Key": "once"}
    async with httpx2.AsyncClient() as client:
        posts = [client.post(plain.url, json=WISH, headers=keyed) for _ in range(20)]
        answers = await asyncio.gather(*posts)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        refused = [
            (422, await client.post(plain.url, json=WISH | {"title": "other"}, headers=keyed)),
            (422, await client.post(plain.url, json=WISH | {"direction": "unknown"}, headers=who)),
            (422, await client.post(plain.url, json=WISH | {"title": " "}, headers=who)),
            (422, await client.post(plain.url, content=b"{", headers=who)),
            (401, await client.post(plain.url, json=WISH)),
        ]
        assert all(status == answer.status_code for status, answer in refused), refused
    print("plain endpoint", f"initiatives_per_second={await over_http(plain, 3000):.0f}")


def main() -> None:
    """Let everybody count; fail on the first difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    n = parser.parse_args().count
    with databases.server() as postgres, tempfile.TemporaryDirectory() as folder:
        with plain_api(postgres) as plain:
            asyncio.run(endpoint(plain))
        with installation(postgres) as whole:
            expected = asyncio.run(log.fill(whole.brokers, n))
            for name, counted in peers(whole.brokers, n, Path(folder)):
                assert counted == expected, name
            assert asyncio.run(ours(whole, n)) == expected, "ours"
    print(f"all count the same: {len(expected)} counters, {sum(expected.values())} in total")


if __name__ == "__main__":
    main()
