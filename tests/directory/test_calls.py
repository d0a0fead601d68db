"""A call happens when all of it is there, however slowly it was sent."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from services.chassis.process.clock import Clock
from services.chassis.web.moments import Moments
from services.directory import calls as of_staff
from services.directory.grants import Staff
from services.intake.core import calls as of_participants

BEGUN = datetime(2026, 2, 20, 20, 59, tzinfo=UTC)
LASTED = timedelta(minutes=3)


@dataclass
class Slow:
    """A request whose body takes minutes."""

    headers: dict[str, str]
    now: datetime = BEGUN
    method: str = "POST"
    url: Any = field(default_factory=lambda: SimpleNamespace(path="/", query=""))
    path_params: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Any:
        return SimpleNamespace(state=SimpleNamespace(moments=self._moments, time=self))

    async def body(self) -> bytes:
        self.now = BEGUN + LASTED
        return b"{}"

    def of(self, request: Any, client: str) -> datetime:
        """As intake's time does."""
        return self._moments.of(request, client, False)

    @property
    def _moments(self) -> Moments:
        return Moments(Clock(lambda: self.now))


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "once"}], ids=["without-key", "with-key"])
async def test_a_call_of_the_staff_is_no_older_than_its_last_byte(headers: dict[str, str]) -> None:
    request: Any = Slow(headers)

    at = await of_staff.at(request, Staff(UUID(int=1), UUID(int=2), ()))

    assert at.now == BEGUN + LASTED


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "once"}], ids=["without-key", "with-key"])
async def test_a_call_of_a_participant_is_no_older_than_its_last_byte(headers: dict[str, str]) -> None:
    who: Any = SimpleNamespace(participant_id=UUID(int=1))
    signed_in: Any = Slow(headers)
    anybody: Any = Slow(headers)

    at, at_route = await of_participants.at(signed_in, who), await of_participants.at_route(anybody)

    assert (at.now, at_route.now) == (BEGUN + LASTED, BEGUN + LASTED)
