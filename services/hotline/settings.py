"""Settings of the hotline beside those of every service that writes letters."""

from pydantic import Field

from services.chassis.mail.settings import IssuerSettings


class HotlineSettings(IssuerSettings):
    """`signing_key_file` signs the links by which initiators follow their inquiries: the hotline issues no
    tokens."""

    files_url: str = Field(
        pattern="^(file:///|s3://)", description="file:///folder or s3://bucket/prefix, see chassis/files.py."
    )
    inquiries_kept_days: int = Field(
        365, ge=30, description="How long texts and contacts are kept after an inquiry has ended."
    )
