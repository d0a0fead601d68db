"""The scanner, against a small server that speaks as clamd does, and as one that is ill."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.chassis.process.scanner import NotScanned, Scanner
from tests.chassis.clamd import EICAR, Clamd, clamd
from tests.databases import free_port


@asynccontextmanager
async def scanner(told: Clamd, patience: float = 5) -> AsyncIterator[Scanner]:
    async with clamd(told) as url:
        yield Scanner(url, patience)


async def test_what_is_clean_is_clean_and_comes_whole() -> None:
    told = Clamd()
    parts = [b"a" * 70_000, b"", b"b" * 200_000]

    async with scanner(told) as asked:
        assert await asked.found_in(parts) == ""

    assert told.received == [b"".join(parts)]


async def test_a_virus_is_named_however_the_answer_is_parted() -> None:
    for told in (Clamd(), Clamd(answers_by=1)):
        async with scanner(told) as asked:
            assert await asked.found_in([b"text ", EICAR]) == "Eicar-Signature"


@pytest.mark.parametrize(
    "told",
    [
        Clamd(hangs_up_after=100_000),
        Clamd(hangs_up_after=100_000, last_words=b"INSTREAM size limit exceeded. ERROR\0"),
        Clamd(answers=b"stream: Can't allocate memory ERROR\0"),
        Clamd(answers=b"stream: OK"),
        Clamd(answers=b"UNKNOWN COMMAND\0"),
        Clamd(answers=b"x" * 5_000),
        Clamd(answers=b"stream: OK\0 FOUND\0"),
        Clamd(answers=b""),
        Clamd(is_silent=True),
    ],
    ids=["hangs up", "limit", "error", "cut", "stranger", "endless", "mixed", "nothing", "silent"],
)
async def test_anything_but_a_clear_answer_is_none(told: Clamd) -> None:
    async with scanner(told, 0.5) as asked:
        with pytest.raises(NotScanned) as said:
            await asked.found_in([b"a" * 60_000] * 20)

    if told.last_words:
        assert str(said.value) == "INSTREAM size limit exceeded. ERROR"


async def test_a_scanner_that_is_not_there_is_said_to_be_away(tmp_path: Path) -> None:
    for url in (f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path}/none.sock"):
        with pytest.raises(NotScanned):
            await Scanner(url).found_in([b"a"])


async def test_a_scanner_behind_a_socket_of_the_machine(tmp_path: Path) -> None:
    async with clamd(Clamd(), tmp_path / "clamd.sock") as url:
        assert url.startswith("unix:///")
        assert await Scanner(url).found_in([EICAR]) == "Eicar-Signature"


@pytest.mark.parametrize(
    "url", ["http://clamd:3310", "tcp://clamd", "unix://relative", "clamd:3310", "tcp://a:b"]
)
def test_what_is_no_address_of_a_scanner_stops_the_process(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Scanner(url)
