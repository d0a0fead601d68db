"""Under which licence the open figures are used, and whom to name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.structure import CampaignDefined
from services.chassis.web.pages import INSTALLATION
from services.metrics.web.rights import Viewer


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence in words, and where the installation is."""

    text: str
    site: str

    def of(self, campaign: CampaignDefined, viewer: Viewer | None = None) -> Mapping[str, str]:
        """What a file or a page of open figures says; nothing of the staff's, who see more than is open."""
        if campaign.figures != "public" or (viewer and viewer.staff):
            return {}
        source = f"{INSTALLATION}, {campaign.name}, {self.site}"
        return {"Лицензия": self.text, "Источник": source}


def closing(told: Mapping[str, str], width: int) -> Iterator[tuple[str, ...]]:
    """The same as the last lines of a file that has no place for notes."""
    for name, words in told.items():
        yield (name, words, *("" for _ in range(width - 2)))
