"""What the pages of registering and of signing in share: where they lead, and the address they remember."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from litestar.response import Redirect

from services.chassis.web.pages import local_path
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Visit
from services.intake.core.domain import Author
from services.intake.participants.domain import CODE_VALID, Accepted

FIRST_STEP = "/initiatives/new"
"""Where a participant goes who has just signed in and was on the way to nowhere else."""

ADDRESS = "address"
ADDRESS_VALID = 2 * int(CODE_VALID.total_seconds())


def to_code(visit: Visit[Author], accepted: Accepted, **more: str) -> Redirect:
    """On to the page of the code; this browser remembers the address for it."""
    address = f"{accepted.id.hex}-{visit.form.of('email').encode().hex()}"
    query = {name: value for name, value in {"next": visit.form.of("next"), **more}.items() if value}
    path = f"/participants/{accepted.id}/code" + (f"?{urlencode(query)}" if query else "")
    return visit.go(path, visit.cookie(ADDRESS, address, ADDRESS_VALID))


def remembered(request: AnyRequest, participant_id: UUID) -> str:
    """The address to which this browser had the letter sent, as far as it still knows."""
    whose, _, address = request.cookies.get(ADDRESS, "").partition("-")
    try:
        return bytes.fromhex(address).decode() if whose == participant_id.hex else ""
    except ValueError:
        return ""


def next_of(given: Mapping[str, str]) -> str:
    """The page of this site that a visitor was on the way to, or nothing."""
    return local_path(given.get("next", ""), "")
