"""Idempotency-Key over HTTP: by what a repeated request is known."""

from hashlib import sha256

from services.chassis.db.idempotency import Repeat
from services.chassis.errors import Invalid
from services.chassis.web.requests import AnyRequest

LONGEST = 128


async def repeat_of(
    request: AnyRequest,
    scope: str | None = None,
    key: str | None = None,
    content: bytes | None = None,
) -> Repeat | None:
    """The request's repeat, from the header `Idempotency-Key` or a form's hidden field. `content` stands for
    the raw body of a form with a file: the same form has another boundary each time that it is sent.

    Raises Invalid if the key is longer than 128 characters.
    """
    key = key or request.headers.get("idempotency-key")
    if not key:
        return None
    if len(key) > LONGEST:
        raise Invalid("idempotency-key-too-long", limit=LONGEST)
    content = await request.body() if content is None else content
    address = "?".join(filter(None, (request.url.path, request.url.query)))
    what = b"\0".join((request.method.encode(), address.encode(), content))
    return Repeat(scope or request.url.path, key, sha256(what).digest())
