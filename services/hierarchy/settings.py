"""Settings of hierarchy beside those of every issuer: how the staff signs in."""

from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.chassis.mail.settings import IssuerSettings
from services.hierarchy.core.domain.entrance import Entrance


class HierarchySettings(IssuerSettings):
    """An OpenID Connect provider beside passwords, or instead of them; contradictions are refused."""

    # An empty value is none: compose passes what the operator has left empty.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    openid_issuer: str | None = Field(None, description="The provider's issuer, letter by letter.")
    openid_client: str | None = Field(None, description="Under which name the provider knows us.")
    openid_secret_file: Path | None = Field(None, description="Holds the client's secret, if it has one.")
    openid_name: str = Field("Войти через единый вход", description="What the button says.")
    openid_emails_verified: bool = Field(
        False, description="Whether every address that the provider names counts as verified by it."
    )
    passwords: bool = Field(True, description="Whether the staff may sign in by password.")

    @model_validator(mode="after")
    def _agree(self) -> "HierarchySettings":
        if self.openid_issuer and not self.openid_client:
            raise ValueError("APP_OPENID_ISSUER is set, so APP_OPENID_CLIENT must be")
        if self.openid_client and not self.openid_issuer:
            raise ValueError("APP_OPENID_CLIENT is set, so APP_OPENID_ISSUER must be")
        if self.openid_emails_verified and not self.openid_issuer:
            raise ValueError("APP_OPENID_EMAILS_VERIFIED is set, so APP_OPENID_ISSUER must be")
        if not self.passwords and not self.openid_issuer:
            raise ValueError("APP_PASSWORDS is off and APP_OPENID_ISSUER is not set: nobody could sign in")
        if self.secure and self.openid_issuer and not self.openid_issuer.startswith("https://"):
            raise ValueError("APP_OPENID_ISSUER must begin with https://, as APP_PUBLIC_URL does")
        return self

    @property
    def entrance(self) -> Entrance:
        """Where and how the staff signs in."""
        return Entrance(self.public_url, self.passwords, self.openid_name if self.openid_issuer else "")


class OfficeSettings(HierarchySettings):
    """Settings of whoever keeps files, and discards them: signed scans, and what comes with orders."""

    files_url: str = Field(
        pattern="^(file:///|s3://)", description="file:///folder or s3://bucket/prefix, see chassis/files.py."
    )
