"""Intake's own settings beside those of every process."""

from pathlib import Path

from pydantic import Field

from services.chassis.settings import Settings


class IntakeSettings(Settings):
    """Where the signing key lies and how letters leave."""

    signing_key_file: Path
    mail_dir: Path | None = Field(None, description="Letters become .eml files here, unless SMTP is set.")
    mail_from: str = "noreply@localhost"
    smtp_url: str | None = None
