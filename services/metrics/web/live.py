"""HTTP: the live stream of figures."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from services.chassis.sse import Everybody, Hub
from services.metrics.live import LiveFigures

AUDIENCE = Everybody()
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@get("/api/v1/live", tags=["live"], summary="Server-sent events: snapshot, counters, resync")
async def live(hub: NamedDependency[Hub], figures: NamedDependency[LiveFigures]) -> Stream:
    """Begins with a snapshot; every change follows as absolute values."""
    return Stream(hub.stream(AUDIENCE, figures.snapshot), media_type="text/event-stream", headers=HEADERS)
