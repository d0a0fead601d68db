"""Settings of metrics beside those of every process: when results are frozen."""

from pydantic import Field

from services.chassis.process.settings import Settings


class MetricsSettings(Settings):
    """How long after the end of a day its results are frozen, in seconds."""

    checkpoint_grace: float = Field(
        600, ge=0, description="Until the end of a checkpoint's day is looked back at, at the earliest."
    )
