"""When a request happens: by the clock, or in a demonstration by the header X-Demo-Time."""

from collections import OrderedDict
from datetime import datetime

from services.chassis.errors import Malformed
from services.chassis.process.clock import Clock
from services.chassis.web.requests import AnyRequest

CLIENTS = 10_000
HEADER = "x-demo-time"


class Moments:
    """Domain time of requests, for one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def of(self, request: AnyRequest, client: str, demonstration: bool) -> datetime:
        """When this happens. The header is for the past only and never goes back for one client.

        Raises Malformed outside a demonstration and for anything else in the header.
        """
        now, given = self._clock.now(), request.headers.get(HEADER)
        if given is None:
            return now
        moment = _parsed(given) if demonstration else None
        if moment is None or moment > now or moment < self._last.get(client, moment):
            raise Malformed("demo-time-refused")
        if client:
            self._last[client] = moment
            self._last.move_to_end(client)
            if len(self._last) > CLIENTS:
                self._last.popitem(last=False)
        return moment


def is_given(request: AnyRequest) -> bool:
    """Whether a request says when it happens."""
    return HEADER in request.headers


def _parsed(given: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None
