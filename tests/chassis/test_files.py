"""Files: a folder, and a bucket of a real S3-compatible server, keep what they get or say they cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from tests import s3
from tests.databases import free_port

LARGE = bytes(range(256)) * 80_000


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], Path]]:
    """How the server is reached, and the folder of its bucket."""
    folder = tmp_path_factory.mktemp("s3")
    with s3.server(folder) as environment:
        yield environment, folder / s3.BUCKET


@pytest.fixture
def reached(bucket: tuple[dict[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server is in the environment; the folder of its bucket."""
    for name, value in bucket[0].items():
        monkeypatch.setenv(name, value)
    return bucket[1]


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Files, Path]:
    """Files, and where each can be seen."""
    if request.param == "folder":
        return Files((tmp_path / "a" / "b").as_uri()), tmp_path / "a" / "b"
    folder: Path = request.getfixturevalue("reached")
    return Files(f"s3://{s3.BUCKET}/some/prefix"), folder / "some" / "prefix"


async def read(files: Files, key: str) -> bytes:
    return b"".join([part async for part in await files.read(key)])


async def test_what_is_written_is_read_as_it_was(kept: tuple[Files, Path]) -> None:
    files, folder = kept

    await files.write("acts/1/small", b"%PDF-")
    await files.write("acts/1/large", LARGE)

    assert await read(files, "acts/1/small") == b"%PDF-"
    assert await read(files, "acts/1/large") == LARGE
    assert (folder / "acts/1/large").read_bytes() == LARGE


async def test_what_was_never_written_is_not_found(kept: tuple[Files, Path]) -> None:
    with pytest.raises(FileNotFoundError):
        await kept[0].read("acts/1/never")


async def test_what_is_discarded_is_gone_and_may_be_discarded_again(kept: tuple[Files, Path]) -> None:
    files, _ = kept
    await files.write("acts/2/one", b"1")
    await files.write("acts/2/two", b"2")

    await files.discard("acts/2/one")
    await files.discard("acts/2/one")

    with pytest.raises(FileNotFoundError):
        await files.read("acts/2/one")
    assert await read(files, "acts/2/two") == b"2"


async def assert_unavailable(files: Files) -> None:
    with pytest.raises(Unavailable):
        await files.write("acts/1/new", b"1")
    with pytest.raises(Unavailable):
        await files.read("acts/1/new")
    await files.discard("acts/1/new")


async def test_a_server_that_is_away_is_said_to_be_away(
    reached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{free_port()}")

    await assert_unavailable(Files(f"s3://{s3.BUCKET}/x"))


async def test_a_server_that_does_not_know_us_keeps_nothing(
    reached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")

    await assert_unavailable(Files(f"s3://{s3.BUCKET}/x"))

    assert not (reached / "x").exists()


async def test_a_bucket_that_is_not_there_keeps_nothing(reached: Path) -> None:
    with pytest.raises(Unavailable):
        await Files("s3://no-such-bucket/x").write("acts/1/new", b"1")


async def test_a_folder_that_is_none_any_more_is_said_to_be_away(tmp_path: Path) -> None:
    files = Files((tmp_path / "files").as_uri())
    (tmp_path / "files").rmdir()
    (tmp_path / "files").write_text("no folder")

    await assert_unavailable(files)


@pytest.mark.parametrize("endpoint", ["", "s3.example.ru", "127.0.0.1:9000"])
def test_an_address_that_is_none_stops_the_start(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", endpoint)

    with pytest.raises(ValueError, match="AWS_ENDPOINT"):
        Files("s3://bucket/prefix")


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(OSError, match=r"directory|exists"):
        Files((tmp_path / "file" / "files").as_uri())
