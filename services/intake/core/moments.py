"""When a request happens: by the clock, or in a demonstration by the header X-Demo-Time."""

from collections import OrderedDict
from datetime import datetime

from services.chassis.errors import Malformed, NotFound
from services.chassis.process.clock import Clock
from services.chassis.web.requests import AnyRequest
from services.intake.core.region import Region

CLIENTS = 10_000


class Time:
    """Domain time of requests, for one installation."""

    def __init__(self, clock: Clock, region: Region) -> None:
        self._clock, self._region = clock, region
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def of(self, request: AnyRequest, client: str = "") -> datetime:
        """When this happens. The header is for the past only and never goes back for one client.

        Raises Malformed outside a demonstration and for anything else in the header.
        """
        now, given = self._clock.now(), request.headers.get("x-demo-time")
        if given is None:
            return now
        moment = self._parsed(given)
        if moment > now or moment < self._last.get(client, moment):
            raise Malformed("demo-time-refused")
        if client:
            self._last[client] = moment
            self._last.move_to_end(client)
            if len(self._last) > CLIENTS:
                self._last.popitem(last=False)
        return moment

    def _parsed(self, given: str) -> datetime:
        try:
            demonstration = self._region.picture.open_campaign.demonstration
            moment = datetime.fromisoformat(given)
        except (NotFound, ValueError) as error:
            raise Malformed("demo-time-refused") from error
        if not demonstration or moment.utcoffset() is None:
            raise Malformed("demo-time-refused")
        return moment
