"""Pages: the audit, for the administrator."""

import asyncio

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.db import tenancy
from services.chassis.web.forms import number_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import verify
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import audit
from services.hierarchy.core.tenants import EVERYBODY

AT_ONCE = 100


class AuditPages(Controller):
    """Who did what, when, on whose behalf."""

    path = "/cabinet/audit"
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def read(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """What was done, the newest first; with `verify=1` the chain is recomputed before."""
        authority(visit.who, Deed.SET_REGION, THE_REGION)
        before = number_of(visit.query.get("before", ""), longest=17)
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, EVERYBODY)
            deeds = await audit.latest(db, before, AT_ONCE + 1)
            links = await audit.links(db) if visit.query.get("verify") == "1" else None
        verified = await asyncio.to_thread(verify, links) if links is not None else None
        more = f"/cabinet/audit?before={deeds[AT_ONCE - 1].id}" if len(deeds) > AT_ONCE else ""
        return await visit.page(
            "cabinet/audit.html",
            deeds=deeds[:AT_ONCE],
            titles=TITLES,
            more=more,
            verified=verified,
            head=verified.head.hex()[:32] if verified else "",
        )
