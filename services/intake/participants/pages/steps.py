"""What the pages of registering and of signing in share: where they lead, and the address they remember."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from services.chassis.db.idempotency import Moment
from services.chassis.web.pages import local_path
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Visit
from services.intake.core.domain import Author
from services.intake.participants.commands.use_pass import use_pass
from services.intake.participants.domain import CODE_VALID, Accepted
from services.intake.participants.passes import FloodGuard, Given, Pass

FIRST_STEP = "/initiatives/new"
"""Where a participant goes who has just signed in and was on the way to nowhere else."""

PASS, PROOF = "flood_pass", "flood_proof"
"""Fields of forms."""

ADDRESS = "address"
ADDRESS_VALID = 2 * int(CODE_VALID.total_seconds())


def to_code(visit: Visit[Author], accepted: Accepted, **more: str) -> Redirect:
    """On to the page of the code; this browser remembers the address for it, and when the letter leaves."""
    at = accepted.letter_at
    address = f"{accepted.id.hex}-{visit.form.of('email').encode().hex()}-{int(at.timestamp()) if at else ''}"
    waits = int((at - datetime.now(UTC)).total_seconds()) if at else 0
    query = {name: value for name, value in {"next": visit.form.of("next"), **more}.items() if value}
    path = f"/participants/{accepted.id}/code" + (f"?{urlencode(query)}" if query else "")
    return visit.go(path, visit.cookie(ADDRESS, address, ADDRESS_VALID + max(waits, 0)))


def remembered(request: AnyRequest, handle: UUID) -> str:
    """The address to which this browser had the letter sent, as far as it still knows."""
    try:
        return bytes.fromhex(_remembered(request, handle)[0]).decode()
    except ValueError:
        return ""


def letter_of(request: AnyRequest, handle: UUID) -> datetime | None:
    """When the letter leaves that this browser waits for, if it has to wait."""
    at = _remembered(request, handle)[1]
    try:
        return datetime.fromtimestamp(int(at), UTC) if at else None
    except (ValueError, OverflowError, OSError):
        return None


def _remembered(request: AnyRequest, handle: UUID) -> tuple[str, str]:
    whose, _, rest = request.cookies.get(ADDRESS, "").partition("-")
    address, _, at = rest.partition("-")
    return (address, at) if whose == handle.hex else ("", "")


def next_of(given: Mapping[str, str]) -> str:
    """The page of this site that a visitor was on the way to, or nothing."""
    return local_path(given.get("next", ""), "")


async def pass_on(visit: Visit[Author], at: Moment) -> None:
    """Let the form that was sent pass the flood guard. Raises NotYet."""
    given = Given(visit.form.of(PASS), visit.form.of(PROOF))
    await use_pass(visit.pool, _guard(visit), given, at)


def pass_of(visit: Visit[Author]) -> Pass | None:
    """The pass that a form holds from the beginning, while the guard is on: most people type for longer."""
    guard = _guard(visit)
    return guard.issue(datetime.now(UTC)) if guard.on else None


async def waiting(visit: Visit[Author]) -> Response[str] | None:
    """The page on which one waits with all that was typed, if the form has not passed."""
    if visit.status != HTTPStatus.PRECONDITION_REQUIRED:
        return None
    now = datetime.now(UTC)
    flood = _guard(visit).waiting(visit.form.of(PASS), now)
    kept = {name: value for name, value in visit.form.values.items() if name not in (PASS, PROOF, "form_key")}
    seconds = int((flood.ready_at - now).total_seconds()) + 1
    action = visit.request.url.path
    return await visit.page("participants/wait.html", flood=flood, kept=kept, seconds=seconds, action=action)


def _guard(visit: Visit[Author]) -> FloodGuard:
    guard: FloodGuard = visit.request.app.state.flood_guard
    return guard
