"""Settings of intake beside those of every service that lets people in."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from services.chassis.mail.settings import IssuerSettings
from services.chassis.process.scanner import URL


class IntakeSettings(IssuerSettings):
    """`files_url` holds the files that authors add, and the tables that are imported until they are no longer
    kept."""

    files_url: str = Field(
        pattern="^(file:///|s3://)", description="file:///folder or s3://bucket/prefix, see chassis/files.py."
    )
    personal_keys_file: Path = Field(
        description="Keys that seal addresses and letters: lines `name base64key`, the first one seals."
    )
    clamav_url: str = Field(
        "",
        pattern=rf"^({URL.pattern})?$",
        description="A clamd that scans what authors add: tcp://host:port or unix:///path; empty: nobody.",
    )
    flood_guard: Literal["off", "on"] = Field(
        "off",
        description="On: whoever asks for a code waits 20 s first or proves some work; for an attack alone.",
    )
    draft_grace_minutes: int = Field(
        30, ge=0, le=360, description="How long after the last day a draft that was begun in it is taken."
    )

    @property
    def draft_grace(self) -> timedelta:
        """The same as a time."""
        return timedelta(minutes=self.draft_grace_minutes)
