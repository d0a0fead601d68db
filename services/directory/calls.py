"""How an operation of the API learns who of the staff asks, and when."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar.di import NamedDependency

from services.chassis.db.idempotency import Moment
from services.chassis.web import moments
from services.chassis.web.repeats import repeat_of
from services.chassis.web.requests import AnyRequest
from services.directory.grants import Staff


async def by(request: AnyRequest) -> Staff:
    """Who asks. Raises Unauthorized."""
    staff: Staff = await request.app.state.desk.of(request)
    return staff


async def at(request: AnyRequest, by: NamedDependency[Staff]) -> Moment:
    """When it is asked for, and by what a repeat of it is known. Raises Malformed, Invalid."""
    # The body first: however slowly it comes, what is decided is not older than the watermark before it.
    await request.body()
    return await _moment(request, by)


async def at_with(request: AnyRequest, by: Staff, content: bytes) -> Moment:
    """The same of a request with a file, once it has come; `content` stands for its body, which a client
    parts anew when it repeats it. Raises Malformed, Invalid."""
    return await _moment(request, by, content)


async def _moment(request: AnyRequest, by: Staff, content: bytes | None = None) -> Moment:
    state = request.app.state
    repeat = await repeat_of(request, str(by.account), content=content)
    demonstration = moments.is_given(request) and await state.is_demonstration()
    # A session's, not an account's: whoever signs in anew may enter what was done before something else.
    return Moment(state.moments.of(request, str(by.session), demonstration), repeat)


STAFF_CALLS: Mapping[str, Callable[..., Any]] = {"by": by, "at": at}
"""The dependencies of operations for the staff; the application's state holds `desk`, `moments` and
`is_demonstration`, which says whether the open campaign is one."""
