"""The portal's forms: which field is to blame for what, and the organization that was chosen."""

from uuid import UUID

from services.chassis.errors import Invalid
from services.chassis.web.forms import Form

FIELD_OF = {
    "code-expired": "code",
    "code-incomplete": "code",
    "code-wrong": "code",
    "consent-missing": "consent",
    "consent-outdated": "consent",
    "direction-unknown": "direction",
    "email-invalid": "email",
    "email-look-alike": "email",
    "email-mixed": "email",
    "email-not-latin": "email",
    "email-several": "email",
    "municipality-unknown": "municipality",
    "organization-closed": "organization",
    "organization-elsewhere": "organization",
    "municipality-replaced": "municipality",
    "organization-replaced": "organization",
    "organization-unknown": "organization",
    "participant-unknown": "code",
    "text-empty": "text",
    "text-too-long": "text",
    "title-empty": "title",
    "title-too-long": "title",
    "too-many-attempts": "code",
}


def organization_of(form: Form) -> UUID | None:
    """The organization chosen. Raises Invalid if a name was typed and nothing chosen."""
    chosen = form.values.get("organization")
    if chosen is None and form.of("organization_q"):
        raise Invalid("organization-unknown", field="organization")
    try:
        return UUID(chosen) if chosen else None
    except ValueError as error:
        raise Invalid("organization-unknown", field="organization") from error
