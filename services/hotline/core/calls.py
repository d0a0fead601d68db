"""How an operation of the API learns who asks, when, and what is known of the region.

The application's state holds `region` and what `directory/calls.py` wants.
"""

from collections.abc import Callable, Mapping
from typing import Any

from litestar.datastructures import State

from services.chassis.db.idempotency import Moment
from services.chassis.web import moments
from services.chassis.web.repeats import repeat_of
from services.chassis.web.requests import AnyRequest
from services.directory.calls import STAFF_CALLS
from services.hotline.core.region import Known, Region


async def at_route(request: AnyRequest) -> Moment:
    """When somebody asks who need not sign in; their route alone tells repeats apart. Raises Malformed."""
    state = request.app.state
    # The body first: however slowly it comes, what is decided is not older than the watermark before it.
    await request.body()
    repeat = await repeat_of(request)
    demonstration = moments.is_given(request) and await state.is_demonstration()
    return Moment(state.moments.of(request, "", demonstration), repeat)


def known(state: State) -> Known:
    """What is known of the region at this moment."""
    region: Region = state.region
    return region.known


CALLS: Mapping[str, Callable[..., Any]] = {**STAFF_CALLS, "at_route": at_route, "known": known}
"""The dependencies of the hotline's operations."""
