"""People who submit all the time, now and then something wrong or something twice."""

import asyncio
from random import Random
from uuid import UUID

import httpx2

from tests.chaos.history import History
from tests.client import Client, Person

MUNICIPALITIES = ["13603000", "13603151", "13702000", "13638000"]
CANARY = "Канарейка Иванна +79990001122"
"""Stands in every title and text, and may stand nowhere but in intake's database."""

REFUSED = "этого быть не должно"
WRONG, AGAIN = 0.1, 0.1
"""The shares of requests that must be refused, and of answered ones that are sent again."""


class Load:
    """Writers and their history."""

    def __init__(self, client: Client, history: History, rng: Random, pause: float) -> None:
        self._client, self._history, self._rng, self._pause = client, history, rng, pause
        self.going = True

    async def run(self, writers: int) -> None:
        """Submit until `going` is false; each writer then finishes what it has begun."""
        async with asyncio.TaskGroup() as group:
            for i in range(writers):
                group.create_task(self._write(MUNICIPALITIES[i % len(MUNICIPALITIES)]))

    async def _write(self, municipality: str) -> None:
        who = await self._client.register(municipality)
        while self.going:
            key = UUID(int=self._rng.getrandbits(128)).hex
            who = await self._until_final(who, key, wrong=self._rng.random() < WRONG)
            if self._rng.random() < AGAIN and key in self._history.accepted:
                who = await self._until_final(who, key, wrong=False)
            await asyncio.sleep(self._pause)

    async def _until_final(self, who: Person, key: str, wrong: bool) -> Person:
        """Repeat until there is a final answer; the person with the token that was taken."""
        wish = {"title": REFUSED if wrong else f"Тротуар. {CANARY}", "text": CANARY}
        if wrong:
            wish["direction"] = "no-such-direction"
        while True:
            self._history.invoke(key)
            try:
                answer = await self._client.submit(who, key, **wish)
            except httpx2.HTTPError as error:
                self._history.info(key, type(error).__name__)
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 201:
                self._history.ok(key, answer.json()["id"])
            elif answer.status_code < 500 and answer.status_code not in (401, 409):
                self._history.fail(key, answer.status_code)
            else:
                self._history.info(key, str(answer.status_code))
                await asyncio.sleep(0.1)
                who = await self._awake(who) if answer.status_code == 401 else who
                continue
            return who

    async def _awake(self, who: Person) -> Person:
        url = f"{self._client.url('intake')}/api/v1/sessions/renewal"
        try:
            answer = await self._client.http.post(url, headers={"Authorization": f"Bearer {who.token}"})
            if answer.status_code == 200:
                return who._replace(token=answer.json()["token"])
            return await self._client.sign_in(who)
        except (httpx2.HTTPError, TimeoutError):
            return who
