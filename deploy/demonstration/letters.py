"""Letters as an installation without a mail server leaves them: a file each in a folder."""

import asyncio
import os
import re
import time
from email import message_from_bytes
from pathlib import Path

from deploy.demonstration.stopped import Stopped

INTERVAL = 0.03
SHARE = 5
"""A look is followed by a pause of so many times its length: a full folder takes long to list."""

PATIENCE = 120.0
"""Seconds that a letter may take, with restarts of what sends it."""

CODE = re.compile(rb"^(\d{6})\r?$", re.MULTILINE)


class Letters:
    """Hands out the codes of the letters that are expected, as they arrive: what `code` finds in them."""

    def __init__(self, folder: Path, code: re.Pattern[bytes] = CODE) -> None:
        self._folder, self._code = folder, code
        self._seen = set(self._new(set()))
        self._expected: dict[str, asyncio.Future[str]] = {}

    def expect(self, address: str) -> None:
        """A letter to this address is about to be asked for."""
        self._expected[address] = asyncio.get_running_loop().create_future()

    async def code(self, address: str) -> str:
        """The code of the expected letter. Raises Stopped if none comes in two minutes."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._expected[address]
        except TimeoutError as error:
            raise Stopped(
                f"No letter came into {self._folder} within {PATIENCE:.0f} s: does its worker run?"
            ) from error
        finally:
            del self._expected[address]

    async def run(self) -> None:
        """Look for letters until cancelled."""
        while True:
            began = time.monotonic()
            if self._expected:
                self._open_new()
            await asyncio.sleep(max(INTERVAL, SHARE * (time.monotonic() - began)))

    def _open_new(self) -> None:
        for name in self._new(self._seen):
            self._seen.add(name)
            letter = message_from_bytes((self._folder / name).read_bytes())
            body, arrival = letter.get_payload(decode=True), self._expected.get(letter["To"])
            code = self._code.search(body) if isinstance(body, bytes) else None
            if code and arrival and not arrival.done():
                arrival.set_result(code[1].decode())

    def _new(self, seen: set[str]) -> list[str]:
        try:
            with os.scandir(self._folder) as entries:
                return [e.name for e in entries if e.name.endswith(".eml") and e.name not in seen]
        except FileNotFoundError:
            return []
