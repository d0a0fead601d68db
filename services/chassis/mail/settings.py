"""Settings of a service that signs people in and writes to them."""

from email.utils import parseaddr
from pathlib import Path

from pydantic import Field, field_validator

from services.chassis.mail.smtp_url import server_of
from services.chassis.process.settings import Settings


class IssuerSettings(Settings):
    """Settings of a service that lets people in: where its signing key lies, and how its letters leave."""

    signing_key_file: Path
    mail_dir: Path | None = Field(None, description="Letters become .eml files here, unless SMTP is set.")
    mail_from: str = "noreply@localhost"
    smtp_url: str | None = None

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, given: str | None) -> str | None:
        if given:
            server_of(given)
        return given

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, given: str) -> str:
        name, address = parseaddr(given)
        if not (address.isascii() and "@" in address and name.isprintable()):
            raise ValueError("APP_MAIL_FROM must be one address, or a name and <address>")
        return given
