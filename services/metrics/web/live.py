"""HTTP: the live stream of figures."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from services.chassis.web.openapi import PERHAPS_SIGNED_IN
from services.chassis.web.requests import AnyRequest
from services.chassis.web.sse import Hub
from services.metrics.picture.figures import Figures
from services.metrics.web.rights import Rights

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@get(
    "/api/v1/live",
    tags=["live"],
    summary="Server-sent events: snapshot, counters, plan, resync",
    media_type="text/event-stream",
    security=PERHAPS_SIGNED_IN,
)
async def live(
    request: AnyRequest,
    hub: NamedDependency[Hub[Figures]],
    rights: NamedDependency[Rights],
) -> Stream:
    """Begins with a snapshot; every change follows as absolute values. Ends with the right to see it.

    `plan` says that another target or another day applies, and nothing of it: who may see targets asks anew.
    """
    seen = await rights.of_region(request, open_page=True)
    frames = hub.stream(seen, seen.snapshot)
    if not rights.totals_are_public:
        frames = rights.while_allowed(request, seen, frames)
    return Stream(frames, media_type="text/event-stream", headers=HEADERS)
