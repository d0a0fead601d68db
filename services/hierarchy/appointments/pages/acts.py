"""Pages: the acts of a municipality or of the region; one act with its annex, its print, its signed scans."""

import asyncio
from urllib.parse import urlencode
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.errors import NotFound
from services.chassis.process.files import Files
from services.chassis.process.turns import Turns
from services.chassis.text import one_line
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import from_here, number_of, sent_file, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.attach_scan import Signed, attach_scan
from services.hierarchy.appointments.commands.find_act import find_act, place_of_act
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.domain.letterheads import PLAIN
from services.hierarchy.appointments.domain.scans import LONGEST_UPLOAD, check_content, too_large
from services.hierarchy.appointments.printing import Press, Printout
from services.hierarchy.appointments.store import acts, letterheads, scans
from services.hierarchy.appointments.store.acts import Asked
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at

log = structlog.get_logger()

AT_ONCE = 100

UPLOADS = 2, 40
"""Scans uploaded at the same time, each several times in memory, and how many may wait."""


class ActPages(Controller):
    """Acts as they were entered."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/municipalities/{code:str}/acts")
    async def of_municipality(
        self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]
    ) -> Response[str]:
        """The acts of a municipality, the newest first."""
        return await _list(visit, Scope.MUNICIPALITY, code)

    @get("/region/acts")
    async def of_region(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The acts that the administrators have entered, the newest first."""
        return await _list(visit, Scope.REGION, REGION)

    @get("/acts/{id_:uuid}")
    async def read(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """One act: who entered it, whom it appointed, which groups it formed. `refused=size`: the gateway
        was sent a scan that is too large."""
        if visit.query.get("refused") == "size":
            visit.form.refuse(visit.kit.sentences, too_large())
        return await _page(visit, id_)

    @post("/acts/{id_:uuid}/scans", request_max_body_size=LONGEST_UPLOAD)
    async def attach(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        files: NamedDependency[Files],
        uploads: NamedDependency[Turns],
    ) -> Answer:
        """The signed act is kept, and back to its page."""
        who = visit.who  # whoever is not signed in takes no turn of others
        async with visit.refusing(), uploads.turn():
            await visit.sent(too_large())
            content = await asyncio.to_thread(check_content, await sent_file(visit.request, "scan"))
            at = await visit.moment(content.digest)
            attached = await attach_scan(visit.pool, files, who, Signed(id_, content), at)
            return visit.go(_address(id_), done="attached" if attached.is_new else "unchanged")
        return await _page(visit, id_)

    @get("/acts/{id_:uuid}/scans/{scan:uuid}")
    async def download(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        scan: FromPath[UUID],
        files: NamedDependency[Files],
    ) -> Stream:
        """A scan, to be saved."""
        async with visit.pool.acquire() as db, db.transaction():
            act = await find_act(db, visit.who, id_)
            kept = await scans.get(db, act, scan)
        try:
            parts = await files.read(kept.key)
        except FileNotFoundError as error:
            log.error("scan_lost", name=kept.key)
            raise NotFound("scan-lost") from error
        headers = as_attachment(f"{_named(act)} – подписано.{kept.ending}")
        return Stream(parts, media_type=kept.media_type, headers=headers | {"Content-Length": str(kept.size)})

    @get("/acts/{id_:uuid}/act.pdf")
    async def print_(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], press: NamedDependency[Press]
    ) -> Response[bytes]:
        """The act with its annex, to be printed and signed."""
        async with visit.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            act = await find_act(db, visit.who, id_)
            if act.served_by or act.by_installation:
                # An agreement is not written here: both sides have signed it. A command has no act.
                raise NotFound("act-unknown")
            head = await letterheads.of_tenant(db, act.municipality)
            annex, ended = await acts.appointed(db, act), await acts.ended(db, act)
            printout = Printout(act, annex, ended, await acts.formed(db, act), head)
        body = await press.printed(printout, campaign.time_zone if campaign else "UTC")
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


async def _list(visit: Visit[Staff], scope: Scope, of: str) -> Response[str]:
    query = visit.query
    typed, unscanned = one_line(query.get("q", ""))[:200], query.get("missing") == "scan"
    asked = Asked(typed, unscanned, uuid_of(query.get("after", "")))
    async with visit.pool.acquire() as db, db.transaction():
        place = await look_at(db, visit.who, scope, of, await campaigns.now_open(db))
        found = await acts.listed(db, place.tenant, asked, AT_ONCE + 1)
    address = address_of_acts(place.tenant)
    wanted = {"q": typed, "missing": "scan" if unscanned else ""}
    last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
    return await visit.page(
        "appointments/acts.html",
        place=place,
        address=address,
        back=address_of(scope, of),
        rows=found[:AT_ONCE],
        sets_letterhead=may(visit.who, Deed.SET_LETTERHEAD, place),
        q=typed,
        unscanned=unscanned,
        more=f"{address}?{urlencode(wanted | {'after': last})}" if last else "",
    )


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        act = await find_act(db, visit.who, id_)
        place = await place_of_act(db, act)
        kept = await scans.of_act(db, act)
        annex = await acts.appointed(db, act)
        ended = await acts.ended(db, act)
        formed = await acts.formed(db, act)
        has_letterhead = await letterheads.of_tenant(db, act.municipality) != PLAIN
    return await visit.page(
        "appointments/act.html",
        act=act,
        address=_address(id_),
        kept=kept,
        attaches=may(visit.who, Deed.ATTACH_SCAN, place),
        letterhead=may(visit.who, Deed.SET_LETTERHEAD, place) and not has_letterhead,
        done=visit.query.get("done", ""),
        many=number_of(visit.query.get("many", "")) or len(annex),
        back=address_of_acts(act.municipality),
        annex=annex,
        ended=ended,
        formed=formed,
        titles=TITLES,
    )
