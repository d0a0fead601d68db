"""Settings of the hotline beside those of every service that writes letters."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from services.chassis.mail.imap_url import server_of
from services.chassis.mail.settings import IssuerSettings


class HotlineSettings(IssuerSettings):
    """`signing_key_file` signs the links by which initiators follow their inquiries: the hotline issues no
    tokens."""

    # An empty value is none: compose passes what the operator has left empty.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    files_url: str = Field(
        pattern="^(file:///|s3://)", description="file:///folder or s3://bucket/prefix, see chassis/files.py."
    )
    inquiries_kept_days: int = Field(
        365, ge=30, description="How long texts and contacts are kept after an inquiry has ended."
    )
    mailbox_dir: Path | None = Field(
        None, description="Letters to the lines come here, a maildir for each, unless there is a server."
    )
    mailbox_url: str | None = Field(None, description="imaps://login@host:port/folder, see imap_url.py.")
    mailbox_password_file: Path | None = None
    mailbox_ca_file: Path | None = Field(
        None, description="Certificates (PEM) of authorities trusted beside the system's; empty for none."
    )
    mailbox_interval: float = Field(15, gt=0, description="Between looks into the mailboxes of all lines.")

    @field_validator("mailbox_url")
    @classmethod
    def _imap(cls, given: str | None) -> str | None:
        if given:
            server_of(given)
        return given
