"""Files outside the database: in a folder or in an S3-compatible bucket, by one URL."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from services.chassis.errors import Unavailable

log = structlog.get_logger()

PATIENCE = 40
"""Seconds for one file, to be written or begun to be read."""

PART = 256 * 1024

ENDPOINTS = ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")


class Files:
    """Files by keys such as `acts/13603000/…`. Each has its own: what is written is never changed."""

    def __init__(self, url: str) -> None:
        """`file:///folder`, which is made, or `s3://bucket/prefix`, whose server, region and keys are in the
        environment (`AWS_…`, as obstore reads it). Raises ValueError, OSError."""
        self._store = _folder(url) if url.startswith("file:") else _bucket(url)

    async def write(self, key: str, body: bytes) -> None:
        """Whole or not at all, and to stay. Raises Unavailable."""
        with _unavailable():
            async with asyncio.timeout(PATIENCE):
                # In one piece: a part of a larger upload that broke off would stay in the bucket unseen.
                await self._store.put_async(key, body, use_multipart=False)
                if isinstance(self._store, LocalStore):
                    await asyncio.to_thread(_settle, Path(str(self._store.prefix)), key)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The content in parts, once it is found. Raises FileNotFoundError, Unavailable."""
        with _unavailable(but=FileNotFoundError):
            async with asyncio.timeout(PATIENCE):
                found = await self._store.get_async(key)
        return _parts(found.stream(min_chunk_size=PART))

    async def remove(self, key: str) -> None:
        """It is gone afterwards, whether it was there or not. Raises Unavailable."""
        with _unavailable():
            async with asyncio.timeout(PATIENCE):
                with suppress(FileNotFoundError):
                    await self._store.delete_async(key)

    async def discard(self, key: str) -> None:
        """Remove what nobody needs, if it can be done now: what stays does no harm."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._store.delete_async(key)
        except (BaseError, OSError) as error:
            log.warning("file_left_behind", name=key, error=type(error).__name__)


def _folder(url: str) -> LocalStore:
    return LocalStore.from_url(url, mkdir=True)


def _bucket(url: str) -> S3Store:
    for name in ENDPOINTS:
        if not os.environ.get(name, "https://").startswith(("https://", "http://")):
            raise ValueError(f"{name} must begin with https:// or http://")
    return S3Store.from_url(
        url,
        # Whether the way to the bucket is open or not, its server's address says.
        client_options={"allow_http": True, "connect_timeout": "3s", "timeout": f"{PATIENCE}s"},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=PATIENCE)},
    )


async def _parts(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for part in stream:
        yield bytes(part)


@contextmanager
def _unavailable(but: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    try:
        yield
    except but:
        raise
    except (BaseError, OSError) as error:
        log.error("files_unavailable", error=type(error).__name__, reason=str(error).partition("\n")[0])
        raise Unavailable("files-unavailable") from error


def _settle(folder: Path, key: str) -> None:
    """What is committed afterwards must find its file even if the machine loses its power now."""
    path = folder / key
    for each in (path, *path.parents):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
        if each == folder:
            break
