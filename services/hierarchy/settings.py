"""Settings of hierarchy's web process alone."""

from pydantic import Field

from services.chassis.settings import IssuerSettings


class OfficeSettings(IssuerSettings):
    """Settings of the staff's pages: where signed scans are kept."""

    files_url: str = Field(
        pattern="^(file:///|s3://)", description="file:///folder or s3://bucket/prefix, see chassis/files.py."
    )
