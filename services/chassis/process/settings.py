"""Settings every process has. A missing or unreadable value stops the process at start."""

from dataclasses import dataclass
from typing import Literal

from pydantic import EmailStr, Field, PostgresDsn, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.errors import Invalid
from services.chassis.phones import normalise_phone


@dataclass(frozen=True, slots=True)
class Support:
    """Who helps with this installation, and where it is: in the footer, in letters, and where there is nobody
    else to call. What is not known is empty."""

    site: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""


class Settings(BaseSettings):
    """Read once in `main.py` from the environment (`APP_…`) and passed down. Times are seconds."""

    # An error names the setting and not its value, which may hold a password.
    model_config = SettingsConfigDict(
        env_prefix="APP_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: PostgresDsn
    kafka_brokers: str
    bind_host: str = "127.0.0.1"
    bind_port: int = Field(8000, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8000"
    support_phone: str = Field("", description="Whom anybody may call; empty: nobody.")
    support_email: EmailStr | Literal[""] = Field("", description="Whom anybody may write to; empty: nobody.")
    support_hours: str = Field("", max_length=60, description="When they answer: «пн–пт 9:00–18:00».")
    log_level: str = "INFO"
    instance: str | None = Field(None, description="Stable name of this process in its groups.")

    connections: int = Field(5000, ge=1, description="Open at once at most; whoever comes then waits.")
    pool_size: int = 10
    acquire_timeout: float = 5
    statement_timeout: float = 10
    stop_timeout: float = 8

    poll_interval: float = 0.5
    notify_interval: float = 0.005
    tail_check_interval: float = 60
    report_interval: float = 60
    watermark_interval: float = Field(3600, gt=0, description="Streams state hourly that they are complete.")
    watermark_settling: float = Field(
        60, ge=0, description="How long whatever happened may take to be committed, at the very most."
    )
    nak_interval: float = 10
    tend_interval: float = 0.5
    watchdog_timeout: float = 20
    backoff_longest: float = 3
    session_timeout: float = 10
    lead_timeout: float = Field(
        30, gt=0, description="A relay that the database did not hear of leads no more."
    )

    @field_validator("support_phone")
    @classmethod
    def _callable(cls, given: str) -> str:
        try:
            return normalise_phone(given)
        except Invalid as refusal:
            raise ValueError("APP_SUPPORT_PHONE must be one telephone number") from refusal

    @property
    def support(self) -> Support:
        """Who helps, as pages and letters say it."""
        return Support(self.public_url, self.support_phone, self.support_email, self.support_hours)

    @property
    def dsn(self) -> str:
        """The database URL as asyncpg takes it."""
        return str(self.database_url)

    @property
    def secure(self) -> bool:
        """Whether people reach the installation over TLS."""
        return self.public_url.startswith("https://")
