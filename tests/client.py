"""What people and other systems do with an installation over HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import httpx2
import orjson

from services.chassis.db.pool import open_pool
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.domain.entrance import Entrance
from tests.factories import HERE, subject_of

if TYPE_CHECKING:
    from tests.installation import Installation

PATIENCE = 240.0
"""Seconds to wait for what comes at once on a machine that has nothing else to do."""
DIGITS, LINK = r"^(\d{6})$", r"(/staff/links/\S+)"


STAFF_PASSWORD = "лодка плывёт домой"


class Person(NamedTuple):
    """A registered participant and their token."""

    id: str
    municipality: str
    token: str
    email: str


@dataclass
class Client:
    """What people and other systems do over HTTP."""

    installation: "Installation"
    http: httpx2.AsyncClient

    async def structure_arrived(self) -> None:
        """Wait until intake and metrics know the region."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.counters("municipality")) < 60 or not await self._intake_knows():
                await asyncio.sleep(0.1)

    async def _intake_knows(self) -> bool:
        form = {
            "municipality": "13603000",
            "organization": None,
            "position": "budget",
            "email": "x",
            "consent_version": "1",
        }
        answer = await self.http.post(f"{self.url('intake')}/api/v1/participants", json=form)
        return bool(answer.json()["type"] == "/problems/email-invalid")

    def url(self, service: str) -> str:
        return self.installation.url(service)

    async def register(self, municipality: str = "13603000") -> Person:
        """Register, read the letter, confirm."""
        address = f"{uuid4().hex}@example.org"
        form = {
            "municipality": municipality,
            "organization": None,
            "position": "budget",
            "email": address,
            "consent_version": "1",
        }
        answer = await self.http.post(f"{self.url('intake')}/api/v1/participants", json=form)
        assert answer.status_code == 202, answer.text
        confirmed = await self._confirm(answer.json()["id"], await self.letter_to(address))
        assert confirmed.status_code == 200, confirmed.text
        token = confirmed.json()["token"]
        return Person(subject_of(token), municipality, token, address)

    async def sign_in(self, who: Person) -> Person:
        """Come back by a new code, as somebody whose token is no longer taken."""
        before = self._letters()
        asked = await self.http.post(f"{self.url('intake')}/api/v1/sessions", json={"email": who.email})
        if asked.status_code != 202:
            return who
        confirmed = await self._confirm(asked.json()["id"], await self.letter_to(who.email, before))
        return who._replace(token=confirmed.json()["token"]) if confirmed.status_code == 200 else who

    async def _confirm(self, handle: str, code: str) -> httpx2.Response:
        url = f"{self.url('intake')}/api/v1/participants/{handle}/confirmation"
        return await self.http.post(url, json={"code": code})

    async def letter_to(self, address: str, known: Collection[Path] = (), code: str = DIGITS) -> str:
        """The code of the latest letter to an address, none of the known ones: six digits by default."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for file in sorted(self._letters().difference(known), reverse=True):
                    letter = message_from_bytes(file.read_bytes())
                    plain = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
                    text = plain.get_payload(decode=True).decode()  # type: ignore[union-attr]
                    # Others are written as well: that an initiative was accepted.
                    if letter["To"] == address and (found := re.search(code, text, re.MULTILINE)):
                        return found[1]
                await asyncio.sleep(0.05)

    def _letters(self) -> set[Path]:
        return set((self.installation.folder / "mail").glob("*.eml"))

    async def invite(self, address: str, name: str) -> None:
        """Invite an administrator, as the operator's command does, without a process of its own."""
        settings = self.installation.settings("hierarchy")
        async with open_pool(settings) as pool:
            await invite_administrator(pool, Entrance(settings.public_url), address, name, datetime.now(UTC))

    async def come(self, address: str) -> str:
        """Choose a password by the link of the letter to somebody of the staff; their token."""
        link = await self.letter_to(address, code=LINK)
        chosen = await self.http.post(
            f"{self.url('hierarchy')}/api/v1{link}", json={"password": STAFF_PASSWORD}
        )
        assert chosen.status_code == 201, chosen.text
        return str(chosen.json()["token"])

    async def appoint(self, token: str, *people: dict[str, str]) -> list[str]:
        """Appoint people by an act of today; the ids of the appointments."""
        wishes = [{"name": "Петров Пётр Петрович"} | person for person in people]
        act = {"number": "12-р", "day": datetime.now(HERE).date().isoformat(), "appointments": wishes}
        url, headers = f"{self.url('hierarchy')}/api/v1/appointments", {"Authorization": f"Bearer {token}"}
        answer = await self.http.post(url, json=act, headers=headers)
        assert answer.status_code == 201, answer.text
        return list(answer.json()["appointed"])

    async def submit(self, who: Person, key: str | None = None, **changes: object) -> httpx2.Response:
        """Submit an initiative."""
        wish = {
            "direction": "roads",
            "organization": None,
            "form": "personal",
            "title": "Тротуар к школе",
            "text": "Дети идут по обочине.",
        }
        headers = {"Authorization": f"Bearer {who.token}"} | ({"Idempotency-Key": key} if key else {})
        url = f"{self.url('intake')}/api/v1/initiatives"
        return await self.http.post(url, json=wish | changes, headers=headers)

    async def submit_until_answered(self, who: Person, key: str) -> dict[str, Any]:
        """Submit and repeat until there is a final answer, as a careful client does."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.submit(who, key)
                    if answer.status_code == 201:
                        return dict(answer.json())
                    assert answer.status_code >= 500, answer.text
                except httpx2.HTTPError:
                    await asyncio.sleep(0.1)
                await asyncio.sleep(0.05)

    async def counters(self, level: str = "region", within: str | None = None) -> list[dict[str, Any]]:
        """The figures of a level."""
        query = {"level": level} | ({"within": within} if within else {})
        answer = await self.http.get(f"{self.url('metrics')}/api/v1/counters", params=query)
        return list(answer.json()["items"]) if answer.status_code == 200 else []

    async def counted(self, submitted: int) -> None:
        """Wait until the region shows this many initiatives."""
        seen: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    seen = await self._region()
                    if seen and seen[0]["submitted"] == submitted:
                        return
                    self.installation.revive()
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise AssertionError(f"expected {submitted} submitted, seen {seen}") from error

    async def _region(self) -> list[dict[str, Any]]:
        try:
            return await self.counters()
        except httpx2.HTTPError:
            return []

    @asynccontextmanager
    async def live(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The live stream's pictures, one after another."""
        url = f"{self.url('metrics')}/api/v1/live"
        async with self.http.stream("GET", url, timeout=None) as answer:
            yield _pictures(answer.aiter_lines())


async def _pictures(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
    async for line in lines:
        # That the plan has changed is said without a picture.
        if line.startswith("data: {") and "region" in (told := orjson.loads(line[6:])):
            yield told
