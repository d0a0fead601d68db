"""Over which of the region's municipalities an overseer acts."""

from services.chassis.errors import NotFound
from services.directory.region import Picture
from services.intake.core.authority import Oversight


def reach(over: Oversight, picture: Picture) -> set[str]:
    """The codes of the municipalities there are, without those that were transformed."""
    return over.reach(picture.municipalities, picture.successors)


def check_reach(over: Oversight, picture: Picture, municipality: str) -> None:
    """Raises NotFound for a municipality beyond it."""
    if municipality not in reach(over, picture):
        raise NotFound("municipality-unknown")
