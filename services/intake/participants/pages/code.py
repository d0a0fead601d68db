"""Pages: the six digits of the letter, the last step of registering and of coming back."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from asyncpg import Pool
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from services.chassis.db.idempotency import Answer, repeat_of
from services.chassis.errors import Invalid
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.chassis.web.pages import local_path
from services.intake.core.domain import CODE_VALID
from services.intake.core.identity import AnyRequest
from services.intake.core.portal import Portal, Visit
from services.intake.participants.commands.come_back import come_back
from services.intake.participants.commands.confirm_participant import confirm_participant

FIRST_STEP = "/initiatives/new"
"""Where somebody goes who has just come in and was on the way to nowhere else."""

ADDRESS = "address"
ADDRESS_VALID = 2 * int(CODE_VALID.total_seconds())
DIGITS = 6


class CodePages(Controller):
    """Entering the code, and asking for another letter."""

    path = "/participants/{participant_id:uuid}"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/code")
    async def ask_code(
        self, request: AnyRequest, participant_id: FromPath[UUID], portal: NamedDependency[Portal]
    ) -> Response[str]:
        """Where the six digits are entered."""
        form = Form({"next": next_of(request.query_params)})
        return _code(request, portal, await portal.visit(request), participant_id, form)

    @post("/code")
    async def confirm(
        self,
        request: AnyRequest,
        participant_id: FromPath[UUID],
        portal: NamedDependency[Portal],
        pool: NamedDependency[Pool],
    ) -> Response[str] | Redirect:
        """Signed in with the right code."""
        visit, form = await portal.visit(request), await sent(request)
        desk, code = portal.desk, "".join(filter(str.isdigit, form.of("code")))
        form.values["next"] = next_of(form.values)
        now, picture = desk.time.of(request, str(participant_id)), desk.directory.picture
        try:
            if len(code) != DIGITS:
                raise Invalid("code-incomplete", field="code")
            repeat = await repeat_of(request, key=form.of("form_key"))
            who = await confirm_participant(pool, picture, desk.pepper, participant_id, code, now, repeat)
        except Exception as error:
            status = portal.refuse(form, error)
            return _code(request, portal, visit, participant_id, form, status)
        cookies = portal.signed_in(desk.identity.token(who)[0]), portal.cookie(ADDRESS, "", 0)
        return portal.go(form.of("next") or FIRST_STEP, Visit(), *cookies)

    @post("/letter")
    async def send_again(
        self,
        request: AnyRequest,
        participant_id: FromPath[UUID],
        portal: NamedDependency[Portal],
        pool: NamedDependency[Pool],
    ) -> Response[str] | Redirect:
        """Another letter to the same address; asks for the address if this browser has forgotten it."""
        visit, form = await portal.visit(request), await sent(request)
        form.values |= {"next": next_of(form.values), "email": _address(request, participant_id)}
        if not form.of("email"):
            return portal.go(f"/sign-in?next={quote(form.of('next'))}", visit)
        try:
            answer = await send_code(request, portal, pool, form)
        except Exception as error:
            status = portal.refuse(form, error)
            return _code(request, portal, visit, participant_id, form, status)
        return to_code(portal, visit, answer, form, again="1")


async def send_code(request: AnyRequest, portal: Portal, pool: Pool, form: Form) -> Answer:
    """A new letter to the address in the form."""
    desk = portal.desk
    now, repeat = desk.time.of(request), await repeat_of(request, key=form.of("form_key"))
    return await come_back(pool, desk.directory.picture, desk.pepper, form.of("email"), now, repeat)


def to_code(portal: Portal, visit: Visit, answer: Answer, form: Form, **more: str) -> Redirect:
    """On to the page of the code; this browser remembers the address for it."""
    participant_id = UUID(orjson.loads(answer.body)["id"])
    address = f"{participant_id.hex}-{form.of('email').encode().hex()}"
    query = {name: value for name, value in {"next": form.of("next"), **more}.items() if value}
    path = f"/participants/{participant_id}/code" + (f"?{urlencode(query)}" if query else "")
    return portal.go(path, visit, portal.cookie(ADDRESS, address, ADDRESS_VALID))


def _code(
    request: AnyRequest, portal: Portal, visit: Visit, participant_id: UUID, form: Form, status: int = 200
) -> Response[str]:
    values = {
        "participant": participant_id,
        "address": _address(request, participant_id),
        "again": request.query_params.get("again") == "1",
        "minutes": int(CODE_VALID.total_seconds() // 60),
    }
    form.values.pop("code", None)
    return portal.page(request, visit, "participants/code.html", form, status, **values)


def _address(request: AnyRequest, participant_id: UUID) -> str:
    """Where this browser had the letter sent, as far as it still knows."""
    whose, _, address = request.cookies.get(ADDRESS, "").partition("-")
    try:
        return bytes.fromhex(address).decode() if whose == participant_id.hex else ""
    except ValueError:
        return ""


def next_of(given: Mapping[str, str]) -> str:
    """The page of this site that somebody was on the way to, or nothing."""
    return local_path(given.get("next", ""), "")
