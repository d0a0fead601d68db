"""When a request of intake's happens."""

from datetime import datetime

from services.chassis.process.clock import Clock
from services.chassis.web.moments import Moments
from services.chassis.web.requests import AnyRequest
from services.directory.subordination import Region


class Time:
    """Domain time of requests, for one installation."""

    def __init__(self, clock: Clock, region: Region) -> None:
        self._moments, self._region = Moments(clock), region

    def of(self, request: AnyRequest, client: str = "") -> datetime:
        """When this happens, in a demonstration as its header says. Raises Malformed."""
        return self._moments.of(request, client, self._region.picture.is_demonstration)

    async def is_demonstration(self) -> bool:
        """Whether the open campaign is one."""
        return self._region.picture.is_demonstration
