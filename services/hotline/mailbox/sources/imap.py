"""Letters on an IMAP server: a folder for a line, and in it «Обработано» for what was taken in.

Nothing is remembered of the server but within a session, where numbers of letters (UIDs) do not change: after
a new session, or with another UIDVALIDITY, whatever is still there is listed anew, and known again.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from services.chassis.mail.imap_url import Server
from services.hotline.mailbox.sources import Away, Waiting

log = structlog.get_logger()

TAKEN = "Обработано"
TIMEOUT: Any = SocketTimeout(connect=5, read=30)
GOODBYE = 2.0
AT_ONCE = 4_000_000
"""Bytes of letters that are asked for in one command."""

Result = TypeVar("Result")


class Imap:
    """A source whose folders are on a server; one session, one command after another, in a thread of its own:
    imapclient waits in its calls."""

    def __init__(self, server: Server, password: str, trusting: ssl.SSLContext | None = None) -> None:
        self._server, self._password = server, password
        self._trusting = trusting or ssl.create_default_context()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] = "", 0
        self._delimiter = "/"

    async def folders(self) -> Mapping[str, str]:
        """Every folder by the last part of its name. Raises Away."""
        return await self._outside(self._folders)

    async def waiting(self, folder: str, most: int) -> tuple[Sequence[Waiting], int]:
        """The first ones by their numbers on the server. Raises Away."""
        return await self._outside(self._waiting, folder, most)

    async def read(self, folder: str, letters: Sequence[Waiting], most: int) -> Sequence[bytes | None]:
        """Raises Away."""
        return await self._outside(self._read, folder, letters, most)

    async def put_away(self, folder: str, letters: Sequence[Waiting]) -> None:
        """Raises Away."""
        await self._outside(self._put_away, folder, letters)

    async def close(self) -> None:
        """Say goodbye, if anybody listens."""
        if self._client is not None:
            with suppress(Away, TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self._outside(self._log_out)

    async def _outside(self, work: Callable[..., Result], *given: Any) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *given))
        except asyncio.CancelledError:
            self._cut()
            raise
        except (OSError, IMAPClientError, ssl.SSLError, ValueError, KeyError) as error:
            self._cut()
            raise Away(_why(error)) from error

    def _cut(self) -> None:
        """End the session at once: half an answer may be on its way, and a thread may wait for the rest."""
        client, self._client, self._selected = self._client, None, ("", 0)
        if client is not None:
            with suppress(OSError, AttributeError):
                client.socket().shutdown(socket.SHUT_RDWR)
            with suppress(OSError, AttributeError, IMAPClientError):
                client.shutdown()

    def _log_out(self) -> None:
        client, self._client, self._selected = self._client, None, ("", 0)
        if client is not None:
            client.logout()

    def _session(self) -> IMAPClient:
        if self._client is None:
            self._client = self._opened()
        return self._client

    def _opened(self) -> IMAPClient:
        server = self._server
        context = self._trusting if server.tls else None
        client = IMAPClient(server.host, server.port, ssl=server.tls, ssl_context=context, timeout=TIMEOUT)
        try:
            if server.starttls:
                # Where a server offers none it ends here: the password never goes unencrypted.
                client.starttls(self._trusting)
            client.login(server.login, self._password)
        except BaseException:
            with suppress(OSError, IMAPClientError):
                client.shutdown()
            raise
        client.normalise_times = False
        return client

    def _folders(self) -> Mapping[str, str]:
        prefix, found = self._server.folder, {}
        for flags, delimiter, name in self._session().list_folders():
            if delimiter:
                self._delimiter = delimiter.decode()
            parts = str(name).split(self._delimiter)
            within = not prefix or str(name).startswith(f"{prefix}{self._delimiter}")
            if within and parts[-1] != TAKEN and b"\\Noselect" not in flags:
                found[parts[-1].lower()] = str(name)
        return found

    def _waiting(self, folder: str, most: int) -> tuple[Sequence[Waiting], int]:
        client = self._session()
        if self._selected[0] == folder:
            # Of the folder that is selected a server may tell what the session knew last (RFC 3501, 6.3.10).
            client.noop()
        # Asked without selecting: of many folders nearly all are empty.
        total = int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])
        if not total:
            return [], 0
        self._select(folder, anew=True)
        client.use_uid = False
        try:
            # By their places, not by a search: its answer would grow with a flood.
            found = client.fetch(list(range(1, min(most, total) + 1)), ["UID", "INTERNALDATE", "RFC822.SIZE"])
        finally:
            client.use_uid = True
        return [self._listed(each) for _, each in sorted(found.items())], total

    def _listed(self, each: Mapping[bytes, Any]) -> Waiting:
        since: datetime = each[b"INTERNALDATE"].astimezone(UTC)
        return Waiting(f"{self._selected[1]} {each[b'UID']}", each[b"RFC822.SIZE"], since)

    def _read(self, folder: str, letters: Sequence[Waiting], most: int) -> Sequence[bytes | None]:
        uids = self._uids(folder, letters)
        found: dict[int, bytes] = {}
        for portion in _portions(letters, uids, most):
            # PEEK: whether a letter was seen is not ours to say before it is taken in.
            answer = self._session().fetch(portion, [f"BODY.PEEK[]<0.{most}>"])
            for uid, each in answer.items():
                content = next((value for name, value in each.items() if name.startswith(b"BODY[]")), None)
                if isinstance(content, bytes):
                    found[uid] = content
        return [found.get(uid) if uid else None for uid in uids]

    def _put_away(self, folder: str, letters: Sequence[Waiting]) -> None:
        uids = [uid for uid in self._uids(folder, letters) if uid]
        if not uids:
            return
        client, kept = self._session(), f"{folder}{self._delimiter}{TAKEN}"
        if not client.folder_exists(kept):
            client.create_folder(kept)
        if client.has_capability("MOVE"):
            client.move(uids, kept)
            return
        # Between the two a crash leaves a letter in both places: it is known again.
        client.copy(uids, kept)
        client.delete_messages(uids, silent=True)
        client.expunge(uids if client.has_capability("UIDPLUS") else None)

    def _select(self, folder: str, anew: bool = False) -> None:
        if anew or self._selected[0] != folder:
            answer = self._session().select_folder(folder)
            self._selected = folder, int(answer[b"UIDVALIDITY"])

    def _uids(self, folder: str, letters: Sequence[Waiting]) -> list[int]:
        """Their numbers; 0 if the server has given up the numbers under which they were listed."""
        self._select(folder)
        keys = (letter.key.split() for letter in letters)
        return [int(uid) if int(validity) == self._selected[1] else 0 for validity, uid in keys]


def _why(error: Exception) -> str:
    """What failed, in words that no letter and no server has a part in: they are logged."""
    name = type(error).__name__
    return f"{name}: {error.verify_message}" if isinstance(error, ssl.SSLCertVerificationError) else name


def _portions(letters: Sequence[Waiting], uids: Sequence[int], most: int) -> list[list[int]]:
    """The numbers in portions of so many bytes that an answer fits into memory."""
    portions: list[list[int]] = []
    size = 0
    for letter, uid in zip(letters, uids, strict=True):
        if uid:
            size += min(letter.size, most)
            if not portions or size > AT_ONCE:
                portions.append([])
                size = min(letter.size, most)
            portions[-1].append(uid)
    return portions
