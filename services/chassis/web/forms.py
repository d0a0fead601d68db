"""Forms of pages: what was typed, and which sentence belongs to which field."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler

from services.chassis.errors import Forbidden
from services.chassis.web.pages import typed
from services.chassis.web.problems import Sentences, to_refusal
from services.chassis.web.requests import AnyRequest

IN_OTHER_WORDS = {"idempotency-key-reused": "form-sent-before"}
"""Refusals that people see in other words than programs."""

OURS = ("none", "same-origin")

LONGEST_FORM = 1_000_000
"""Bytes of a form: an over-long text comes back to be shortened instead of being lost."""


@dataclass(slots=True)
class Form:
    """What was typed by field, and the sentences of what is wrong by field; under no name, with the whole."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """What was typed into a field."""
        return self.values.get(name, "")

    def ticked(self, prefix: str) -> frozenset[str]:
        """The rest of the names of the fields that begin like this: of boxes, those that were ticked."""
        return frozenset(name.removeprefix(prefix) for name in self.values if name.startswith(prefix))

    def refuse(self, sentences: Sentences, error: Exception) -> int:
        """Note at each field to blame why it was refused, or that it failed; return the status."""
        status, refusal = to_refusal(error)
        for each in refusal.every():
            sentence = sentences(IN_OTHER_WORDS.get(each.slug, each.slug), each.facts)
            said = self.errors.setdefault(each.field, sentence)
            if not each.field and sentence not in said:
                self.errors[each.field] = f"{said} {sentence}"
        return status


@dataclass(frozen=True, slots=True)
class Option:
    """One of several in a list; `hint` distinguishes it from others of the same name."""

    code: str
    name: str
    hint: str = ""


async def sent(request: AnyRequest) -> Form:
    """The form that came with a request, without its files."""
    given = await request.form()
    return Form(typed({name: value for name, value in given.items() if not isinstance(value, UploadFile)}))


async def sent_file(request: AnyRequest, name: str) -> bytes:
    """The content of a form's file; nothing if none was chosen."""
    file = (await request.form()).get(name)
    if not isinstance(file, UploadFile):
        return b""
    try:
        return await file.read()
    finally:
        await file.close()


async def sent_files(request: AnyRequest, name: str) -> list[tuple[str, bytes]]:
    """The names and contents of a form's files, in their order; those that were chosen."""
    chosen = [file for file in (await request.form()).getall(name, []) if isinstance(file, UploadFile)]
    found = []
    for file in chosen:
        found.append((file.filename, await file.read()))
        await file.close()
    return [(file, content) for file, content in found if file or content]


def from_here(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of the pages: refuse a form that another site has sent."""
    site = connection.headers.get("sec-fetch-site", "none")
    if connection.scope.get("method") == "POST" and site not in OURS:
        raise Forbidden("cross-site-form")


def number_of(given: str, longest: int = 5) -> int | None:
    """A whole number of so many digits at most, as a page sends it back; None for anything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= longest else None


def uuid_of(given: str) -> UUID | None:
    """An id as a form sends it; None for anything else."""
    try:
        return UUID(given)
    except ValueError:
        return None
