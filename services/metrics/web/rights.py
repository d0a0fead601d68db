"""Who may see which figures: everybody where the campaign says so, else the staff by grants (rule 5)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from typing import Any

from litestar import Request

from contracts.appointments import Role, Scope
from services.chassis.errors import Forbidden, NotFound, Unauthorized
from services.chassis.staff import Staff, StaffDesk
from services.metrics.live import LiveFigures

AGAIN = 2.0
"""Seconds between looks at whether an open stream is still allowed."""


LONGEST = timedelta(hours=12)
"""How long a stream may last after its token has run out: a session's end closes it all the same."""


class Rights:
    """Lets people see figures, or says why not."""

    def __init__(self, desk: StaffDesk, figures: LiveFigures) -> None:
        self._desk, self._figures = desk, figures

    @property
    def totals_are_public(self) -> bool:
        """Whether both totals of every municipality are open to everybody."""
        campaign = self._figures.structure.campaign
        return campaign is None or campaign.figures == "public"

    async def check_region(self, request: Request[Any, Any, Any]) -> None:
        """Whoever sees the region sees every municipality. Raises Unauthorized or Forbidden."""
        if not self.totals_are_public:
            await self._check(request, self._figures.structure.municipalities)

    async def check_totals(self, request: Request[Any, Any, Any], codes: Collection[str]) -> None:
        """The totals of some municipalities. Raises Unauthorized, and NotFound if one of them is foreign."""
        if not self.totals_are_public:
            await self.check_staff(request, codes)

    async def check_staff(self, request: Request[Any, Any, Any], codes: Collection[str]) -> None:
        """What is the staff's in every campaign. Raises Unauthorized, and NotFound if one is foreign."""
        try:
            await self._check(request, codes)
        except Forbidden as error:
            raise NotFound("within-unknown") from error

    async def while_allowed(
        self, request: Request[Any, Any, Any], frames: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        """The frames of a stream, for as long as whoever opened it may see the region."""
        async for frame in _checked(frames, lambda: self._still(request)):
            yield frame

    async def _check(self, request: Request[Any, Any, Any], codes: Collection[str]) -> None:
        try:
            staff = await self._desk.of(request)
        except Unauthorized as error:
            raise Unauthorized("figures-for-staff") from error
        if not seen_by(staff, self._figures).issuperset(codes):
            raise Forbidden("figures-not-yours")

    async def _still(self, request: Request[Any, Any, Any]) -> bool:
        if self.totals_are_public:
            return True
        try:
            staff = await self._desk.of(request, lasting=LONGEST)
        except Unauthorized:
            return False
        return seen_by(staff, self._figures).issuperset(self._figures.structure.municipalities)


def seen_by(staff: Staff, figures: LiveFigures) -> set[str]:
    """The municipalities whose figures are for them: all, an SMO's, or their own with its settlements."""
    s = figures.structure
    if staff.holds(Role.ADMINISTRATOR):
        return set(s.municipalities)
    own = {code for place in staff.reach(Scope.MUNICIPALITY) for code in s.with_settlements(place)}
    smos = staff.reach(Scope.SMO)
    return own | {code for code, municipality in s.municipalities.items() if municipality.smo in smos}


async def _checked(
    frames: AsyncIterator[bytes], allowed: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    coming = asyncio.ensure_future(anext(frames))
    try:
        while True:
            done, _ = await asyncio.wait([coming], timeout=AGAIN)
            if not await allowed():
                return
            if not done:
                continue
            try:
                frame = coming.result()
            except StopAsyncIteration:
                return
            coming = asyncio.ensure_future(anext(frames))
            yield frame
    finally:
        # Synchronous: an await here would be cancelled when the client has gone.
        coming.cancel()
