"""Pages: the acts of a municipality or of the region; one act with its annex, its print, its signed scans."""

import asyncio
from urllib.parse import urlencode
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import Malformed, NotFound, TooLarge
from services.chassis.text import one_line
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import Form, from_here, sent, sent_file
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.attach_scan import attach_scan
from services.hierarchy.appointments.commands.find_act import find_act, place_of_act
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.domain.scans import LARGEST, MEGABYTES, check_content
from services.hierarchy.appointments.store import acts, scans
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.office import AnyRequest, Office, Visit, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at

log = structlog.get_logger()

AT_ONCE = 100

UPLOADS = 2, 40
"""Scans taken in at the same time, each several times in memory, and how many may wait."""

LONGEST_UPLOAD = LARGEST + 4 * 1024 * 1024
"""Bytes of a form with a scan: one that is somewhat too large is read, to be refused in words."""


class ActPages(Controller):
    """Acts, as they were entered."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/municipalities/{code:str}/acts")
    async def of_municipality(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """The acts of a municipality, the newest first."""
        return await _list(request, office, Scope.MUNICIPALITY, code)

    @get("/region/acts")
    async def of_region(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """What the administrators have entered, the newest first."""
        return await _list(request, office, Scope.REGION, REGION)

    @get("/acts/{id_:uuid}")
    async def read(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """One act: who entered it, whom it appointed, which groups it formed. `refused=size`: the gateway
        was sent a scan that is too large."""
        form = Form()
        if request.query_params.get("refused") == "size":
            office.refuse(form, TooLarge("scan-size", field="scan", most=MEGABYTES))
        return await _page(request, office, await office.visit(request), id_, form)

    @post("/acts/{id_:uuid}/scans", request_max_body_size=LONGEST_UPLOAD)
    async def attach(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The signed act is kept, and back to its page."""
        visit, form = await office.visit(request), Form()
        try:
            async with office.uploads.turn():
                form, body = await _received(request)
                content = await asyncio.to_thread(check_content, body)
                key, fingerprint = form.of("form_key"), content.digest
                repeat = await repeat_of(request, str(visit.who.account), key, fingerprint)
                now = office.clock.now()
                answer = await attach_scan(office.pool, office.files, visit.who, id_, content, now, repeat)
        except Exception as error:
            return await _page(request, office, visit, id_, form, office.refuse(form, error))
        done = "attached" if answer.status == 201 else "unchanged"
        return office.go(f"{_address(id_)}?done={done}", *visit.cookies)

    @get("/acts/{id_:uuid}/scans/{scan:uuid}")
    async def take(
        self, request: AnyRequest, id_: FromPath[UUID], scan: FromPath[UUID], office: NamedDependency[Office]
    ) -> Stream:
        """A scan, to be saved."""
        visit = await office.visit(request)
        async with office.pool.acquire() as db, db.transaction():
            act = await find_act(db, visit.who, id_)
            kept = await scans.get(db, act, scan)
        try:
            parts = await office.files.read(kept.key)
        except FileNotFoundError as error:
            log.error("scan_lost", name=kept.key)
            raise NotFound("scan-lost") from error
        headers = as_attachment(f"{_named(act)} – подписано.{kept.ending}")
        return Stream(parts, media_type=kept.media_type, headers=headers | {"Content-Length": str(kept.size)})

    @get("/acts/{id_:uuid}/act.pdf")
    async def print_(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[bytes]:
        """The act with its annex, to be printed and signed."""
        visit = await office.visit(request)
        async with office.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            act = await find_act(db, visit.who, id_)
            if act.served_by:
                # An agreement is not written here: both sides have signed it.
                raise NotFound("act-unknown")
            annex, formed = await acts.appointed(db, act), await acts.formed(db, act)
        body = await office.press.printed(act, annex, formed, campaign.time_zone if campaign else "UTC")
        headers = as_attachment(f"{_named(act)}.pdf")
        return Response(body, media_type="application/pdf", headers=headers)


def address_of_acts(tenant: str) -> str:
    """Where the list of a municipality's acts, or of the region's, is."""
    return f"{address_of(Scope.REGION if tenant == REGION else Scope.MUNICIPALITY, tenant)}/acts"


def _address(act: UUID) -> str:
    return f"/cabinet/acts/{act}"


def _named(act: Entered) -> str:
    kind = "Закон" if act.is_law else "Соглашение" if act.served_by else "Распоряжение"
    return f"{kind} № {act.number}"


async def _list(request: AnyRequest, office: Office, scope: Scope, of: str) -> Response[str]:
    visit, query = await office.visit(request), request.query_params
    typed, after = one_line(query.get("q", ""))[:200], uuid_of(query.get("after", ""))
    async with office.pool.acquire() as db, db.transaction():
        place = await look_at(db, visit.who, scope, of, await campaigns.now_open(db))
        found = await acts.listed(db, place.tenant, typed, after, AT_ONCE + 1)
    address = address_of_acts(place.tenant)
    last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
    return await office.page(
        request,
        visit,
        "appointments/acts.html",
        place=place,
        address=address,
        back=address_of(scope, of),
        rows=found[:AT_ONCE],
        q=typed,
        more=f"{address}?{urlencode({'q': typed, 'after': last})}" if last else "",
    )


async def _page(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        act = await find_act(db, visit.who, id_)
        place = await place_of_act(db, act)
        kept = await scans.of_act(db, act)
        annex = await acts.appointed(db, act)
        formed = await acts.formed(db, act)
    return await office.page(
        request,
        visit,
        "appointments/act.html",
        form,
        status,
        act=act,
        address=_address(id_),
        kept=kept,
        attaches=may(visit.who, Deed.ATTACH_SCAN, place),
        done=request.query_params.get("done", ""),
        back=address_of_acts(act.municipality),
        annex=annex,
        formed=formed,
        titles=TITLES,
    )


async def _received(request: AnyRequest) -> tuple[Form, bytes]:
    """A form with a scan: its fields, and the file, empty if none was chosen. Raises TooLarge, Malformed."""
    try:
        return await sent(request), await sent_file(request, "scan")
    except HTTPException as error:
        if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
            raise TooLarge("scan-size", field="scan", most=MEGABYTES) from error
        raise
    except (UnicodeDecodeError, LookupError) as error:
        raise Malformed("bad-request", fields="есть недопустимые символы") from error
