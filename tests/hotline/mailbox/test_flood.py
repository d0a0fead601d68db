"""A mail bomb at one line: everybody else is answered as ever, and nothing of it is lost or comes twice."""

from pathlib import Path

from services.chassis.db.pool import Pool
from services.hotline.mailbox.domain.judging import HOURLY_MOST
from tests.benchmarks.flood import flooded
from tests.databases import Content, Database

LETTERS = 1_200
"""As `make bench` has 10 000."""


async def test_a_flood_is_taken_in_once_and_holds_up_no_neighbour(
    hotline_database: Database, hotline_content: Content, worker: Pool, tmp_path: Path
) -> None:
    await hotline_database.replace(hotline_content)

    done = await flooded(worker, tmp_path, LETTERS)

    assert (done.lost, done.doubled, done.parked) == ([], [], 0)
    assert done.neighbours >= LETTERS / 50, "one is taken in each time that some of the flood are"
    assert done.grown < 60, "megabytes; the flood has eighty"
    assert done.receipts == HOURLY_MOST
