"""Forms of the portal: what was typed, and which sentence belongs to which field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.chassis.errors import Forbidden, Invalid, Refused
from services.chassis.pages import typed
from services.chassis.problems import Sentences, to_refusal
from services.intake.web.identity import AnyRequest

Checks: TypeAlias = Mapping[str, Callable[[], object]]
"""By field: what raises a refusal if the field cannot stay as it is."""

WHOLE = ""
"""Stands for the form as a whole, where no field is to blame."""

FIELD_OF = {
    "code-expired": "code",
    "code-incomplete": "code",
    "code-wrong": "code",
    "consent-missing": "consent",
    "consent-outdated": "consent",
    "control-characters": "text",
    "direction-unknown": "direction",
    "email-invalid": "email",
    "municipality-unknown": "municipality",
    "organization-closed": "organization",
    "organization-elsewhere": "organization",
    "organization-unknown": "organization",
    "participant-unknown": "code",
    "text-empty": "text",
    "text-too-long": "text",
    "title-empty": "title",
    "title-too-long": "title",
    "too-many-attempts": "code",
}

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

    def check(self, sentences: Sentences, checks: Checks) -> bool:
        """Note what is wrong with each field; whether nothing is."""
        for name, run in checks.items():
            try:
                run()
            except Refused as refusal:
                self.errors[name] = sentences(refusal.slug, refusal.facts)
        return not self.errors

    def refuse(self, sentences: Sentences, error: Exception) -> int:
        """Note why it was refused, or failed, at the field to blame; return the status."""
        status, refusal = to_refusal(error)
        slug = IN_OTHER_WORDS.get(refusal.slug, refusal.slug)
        self.errors[FIELD_OF.get(slug, WHOLE)] = sentences(slug, refusal.facts)
        return status

    @property
    def organization(self) -> UUID | None:
        """The organization chosen. Raises Invalid if a name was typed and nothing chosen."""
        chosen = self.values.get("organization")
        if chosen is None and self.of("organization_q"):
            raise Invalid("organization-unknown")
        try:
            return UUID(chosen) if chosen else None
        except ValueError as error:
            raise Invalid("organization-unknown") from error


async def sent(request: AnyRequest) -> Form:
    """The form that came with a request."""
    return Form(typed(await request.form()))


def from_here(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of the pages: refuse a form that another site has sent."""
    site = connection.headers.get("sec-fetch-site", "none")
    if connection.scope.get("method") == "POST" and site not in OURS:
        raise Forbidden("cross-site-form")
