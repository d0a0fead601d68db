"""Settings of intake beside those of every service that lets people in."""

from pydantic import Field

from services.chassis.mail.settings import IssuerSettings


class IntakeSettings(IssuerSettings):
    """`files_url` holds the tables that are imported, until they are no longer kept."""

    files_url: str = Field(
        pattern="^(file:///|s3://)", description="file:///folder or s3://bucket/prefix, see chassis/files.py."
    )
