"""Settings of metrics beside those of every process: when results are frozen, and the licence
of open figures."""

from pydantic import Field

from services.chassis.process.settings import Settings

LICENCE = (
    "Creative Commons «С указанием авторства» 4.0 (CC BY 4.0), "
    "https://creativecommons.org/licenses/by/4.0/deed.ru"
)


class MetricsSettings(Settings):
    """How a process of metrics runs, when its worker freezes results, and how open figures may be used."""

    checkpoint_grace: float = Field(
        600, ge=0, description="Seconds after the end of a day before which none of its results are frozen."
    )
    figures_licence: str = Field(
        "", max_length=500, description="Under which licence open figures are used; empty: CC BY 4.0."
    )

    @property
    def licence(self) -> str:
        """The same in words."""
        return self.figures_licence.strip() or LICENCE
