"""How an operation of the API learns which participant asks, when, and what region it is about.

The application's state holds `identity`, `time` and `region`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from services.chassis.db.idempotency import Moment
from services.chassis.web.repeats import repeat_of
from services.chassis.web.requests import AnyRequest
from services.directory.calls import STAFF_CALLS
from services.directory.region import Picture
from services.directory.subordination import Region, Subordination
from services.intake.core.domain import Author
from services.intake.core.identity import Identity
from services.intake.core.moments import Time


async def who(request: AnyRequest) -> Author:
    """The participant who asks. Raises Unauthorized."""
    identity: Identity = request.app.state.identity
    return await identity.author(request)


async def at(request: AnyRequest, who: NamedDependency[Author]) -> Moment:
    """When a participant asks, and by what a repeat is known. Raises Malformed, Invalid."""
    time: Time = request.app.state.time
    client = str(who.participant_id)
    # The body first: however slowly it comes, what is submitted is not older than the watermark before it.
    await request.body()
    repeat = await repeat_of(request, client)
    return Moment(time.of(request, client), repeat)


async def at_with(request: AnyRequest, who: Author, content: bytes) -> Moment:
    """The same of a request with a file; `content` stands for its body, which a client parts anew when it
    repeats it. Raises Malformed, Invalid."""
    time: Time = request.app.state.time
    client = str(who.participant_id)
    repeat = await repeat_of(request, client, content=content)
    return Moment(time.of(request, client), repeat)


async def at_route(request: AnyRequest) -> Moment:
    """The same for an operation that needs no sign-in: its route alone tells repeats apart, and the
    participant in it, if there is one, the clients' times."""
    time: Time = request.app.state.time
    client = str(request.path_params.get("participant_id", ""))
    await request.body()
    repeat = await repeat_of(request)
    return Moment(time.of(request, client), repeat)


def picture(state: State) -> Picture:
    """The region at this moment."""
    region: Region = state.region
    return region.picture


def known(state: State) -> Subordination:
    """The line of subordination at this moment."""
    region: Region = state.region
    return region.known


STAFF = {
    "by": Provide(STAFF_CALLS["by"]),
    "at": Provide(STAFF_CALLS["at"]),
    "known": Provide(known, sync_to_thread=False),
}
"""The dependencies of operations for the staff: their controllers name them, as `at` is another there."""

KNOWN = {"known": STAFF["known"]}
"""The line of subordination alone, for operations and pages of participants that ask for it."""

AUTHOR_CALLS: Mapping[str, Callable[..., Any]] = {"who": who, "at": at, "picture": picture}
"""The dependencies of operations for participants."""
