"""Municipalities whose counters cannot be stated: each is reported once, and tried again once it changed."""

from collections.abc import Hashable

import structlog
from prometheus_client import Gauge

log = structlog.get_logger()

UNSTATED = Gauge("counters_unstated", "Municipalities whose counters cannot be stated on the topic")


class SetAside:
    """What could not be stated, by campaign and municipality, and the content with which it was tried."""

    def __init__(self) -> None:
        self._tried: dict[tuple[str, str], Hashable] = {}

    def is_known(self, campaign: str, municipality: str, content: Hashable) -> bool:
        """Whether just this content has failed before."""
        return content is not None and self._tried.get((campaign, municipality)) == content

    def put(self, campaign: str, municipality: str, error: Exception, content: Hashable = None) -> None:
        """Leave it out from now on, and say so the first time."""
        place = campaign, municipality
        if place not in self._tried:
            log.error(
                "counters_set_aside",
                campaign=campaign,
                municipality=municipality,
                error=type(error).__name__,
                reason=_reason(error),
            )
        self._tried[place] = content
        UNSTATED.set(len(self._tried))

    def take_out(self, campaign: str, municipality: str) -> None:
        """It could be stated."""
        if self._tried.pop((campaign, municipality), self) is not self:
            log.info("counters_stated_again", campaign=campaign, municipality=municipality)
            UNSTATED.set(len(self._tried))


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
