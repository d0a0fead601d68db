"""Settings of metrics beside those of every process: when results are frozen."""

from pydantic import Field

from services.chassis.process.settings import Settings


class MetricsSettings(Settings):
    """How a process of metrics runs, and when its worker freezes results."""

    checkpoint_grace: float = Field(
        600, ge=0, description="Seconds after the end of a day before which none of its results are frozen."
    )
