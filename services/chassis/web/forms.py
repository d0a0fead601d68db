"""Forms of pages: what was typed, and which sentence belongs to which field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler

from services.chassis.errors import Forbidden, Refused
from services.chassis.web.pages import typed
from services.chassis.web.problems import Sentences, to_refusal

Checks: TypeAlias = Mapping[str, Callable[[], object]]
"""By field: what raises a refusal if the field cannot stay as it is."""

WHOLE = ""
"""Stands for the form as a whole, where no field is to blame."""

IN_OTHER_WORDS = {"idempotency-key-reused": "form-sent-before"}
"""Refusals that people see in other words than programs."""

OURS = ("none", "same-origin")

LONGEST_FORM = 1_000_000
"""Bytes of a form: an over-long text comes back to be shortened instead of being lost."""


@dataclass(slots=True)
class Form:
    """What was typed by field, and the sentences of what is wrong, in the order of the page."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """What was typed into a field."""
        return self.values.get(name, "")

    def ticked(self, prefix: str) -> frozenset[str]:
        """The rest of the names of the fields that begin like this: of boxes, those that were ticked."""
        return frozenset(name.removeprefix(prefix) for name in self.values if name.startswith(prefix))

    def check(self, sentences: Sentences, checks: Checks) -> bool:
        """Note what is wrong with each field; whether nothing is."""
        for name, run in checks.items():
            try:
                run()
            except Refused as refusal:
                self.errors[name] = sentences(refusal.slug, refusal.facts)
        return not self.errors

    def refuse(self, sentences: Sentences, error: Exception, field_of: Mapping[str, str]) -> int:
        """Note why it was refused, or failed, at the field to blame (slug → field); return the status."""
        status, refusal = to_refusal(error)
        slug = IN_OTHER_WORDS.get(refusal.slug, refusal.slug)
        self.errors[field_of.get(slug, WHOLE)] = sentences(slug, refusal.facts)
        return status


async def sent(request: Request[Any, Any, Any]) -> Form:
    """The form that came with a request, without its files."""
    given = await request.form()
    return Form(typed({name: value for name, value in given.items() if not isinstance(value, UploadFile)}))


async def sent_file(request: Request[Any, Any, Any], name: str) -> bytes:
    """The content of a form's file; nothing if none was chosen."""
    file = (await request.form()).get(name)
    if not isinstance(file, UploadFile):
        return b""
    try:
        return await file.read()
    finally:
        await file.close()


def from_here(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of the pages: refuse a form that another site has sent."""
    site = connection.headers.get("sec-fetch-site", "none")
    if connection.scope.get("method") == "POST" and site not in OURS:
        raise Forbidden("cross-site-form")
