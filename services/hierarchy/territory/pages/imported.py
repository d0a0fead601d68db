"""The summary of an import in the address of the page that it leads back to."""

from collections.abc import Mapping

from services.chassis.web.forms import number_of


def imported(query: Mapping[str, str]) -> dict[str, int]:
    """How much was added and changed, if an address says so."""
    counts = {name: number_of(query.get(name, "")) for name in ("added", "changed")}
    return {name: count for name, count in counts.items() if count is not None}
