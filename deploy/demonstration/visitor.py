"""A participant as a client: registers by the letter's code, submits, stays signed in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.demonstration.crowd import Person
from deploy.demonstration.letters import Letters
from deploy.demonstration.texts import Text
from deploy.demonstration.web import Web

SOON = timedelta(minutes=2)
"""A token that has less than this left is renewed before it is used."""


class Visitor:
    """One person's dealings with intake. `turn` keeps them in order."""

    def __init__(self, person: Person, web: Web, intake: str) -> None:
        self._person, self._web, self._api = person, web, f"{intake}/api/v1"
        self._token, self._expires_at = "", datetime.max.replace(tzinfo=UTC)
        self.turn = asyncio.Lock()

    async def register(self, letters: Letters, consent_version: str, at: datetime | None) -> None:
        """Register and confirm the address by the code of the letter."""
        letters.expect(self._person.email)
        form = registration(self._person, consent_version)
        begun = await self._web.post(f"{self._api}/participants", form, at)
        code = await letters.code(self._person.email)
        confirmation = f"{self._api}/participants/{begun['id']}/confirmation"
        self._keep(await self._web.post(confirmation, {"code": code}, at))

    async def submit(self, text: Text, at: datetime | None) -> None:
        """Submit an initiative."""
        if self._expires_at - datetime.now(UTC) < SOON:
            self._keep(await self._web.post(f"{self._api}/sessions/renewal", {}, token=self._token))
        wish = {
            "direction": text.direction,
            "organization": self._person.organization,
            "form": text.form,
            "title": text.title,
            "text": text.text,
        }
        await self._web.post(f"{self._api}/initiatives", wish, at, self._token)

    def _keep(self, answer: dict[str, Any]) -> None:
        self._token, self._expires_at = answer["token"], datetime.fromisoformat(answer["expires_at"])


def registration(person: Person, consent_version: str) -> dict[str, object]:
    """What somebody fills in to register."""
    return {
        "municipality": person.municipality,
        "organization": person.organization,
        "position": person.position,
        "email": person.email,
        "consent_version": consent_version,
    }
