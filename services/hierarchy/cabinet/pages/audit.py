"""Pages: the audit, for the administrator: searched, taken along, verified."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from contracts.appointments import Role
from services.chassis.days import day_of
from services.chassis.db import tenancy
from services.chassis.text import one_line
from services.chassis.web.forms import Option, number_of
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import DEEDS, SUM, Verified, verify
from services.hierarchy.core.domain.forming import region_time
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import audit, campaigns
from services.hierarchy.core.store.audit import Asked, AuditRow
from services.hierarchy.core.tenants import EVERYBODY

ADDRESS = "/cabinet/audit"
AT_ONCE = 100

MOST = 50_000
"""Lines of a file: what a spreadsheet opens at once."""

CUT = "Дальше не поместилось: выберите дни и скачайте по частям."

COLUMNS = ("Когда", "Кто", "По поручению", "Что сделал", "Кого или что", "Роль", "Где")
FILTER = ("person", "place", "deed", "from", "to")


class AuditPages(Controller):
    """Who did what, when, on whose behalf."""

    path = ADDRESS
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def read(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """What was done, the newest first; of a person, a municipality, a deed, from a day to another, if the
        address says so; `format=csv` or `xlsx`: as a file. With `verify=1` the chain is recomputed before;
        `sum`: and the sum of an earlier time is looked for."""
        authority(visit.who, Deed.SET_REGION, THE_REGION)
        ending, chosen = ending_of(visit.query), _chosen(visit.query)
        before = number_of(visit.query.get("before", ""), longest=17)
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, EVERYBODY)
            now = region_time(await campaigns.now_open(db), visit.now)
            limit = (MOST if ending else AT_ONCE) + 1
            deeds = await audit.asked(db, _asked(chosen, now), before, limit)
        if ending:
            cells = await asyncio.to_thread(lambda: [_cells(deed, now) for deed in deeds[:MOST]])
            if len(deeds) > MOST:
                cells.append((CUT, *[""] * (len(COLUMNS) - 1)))
            return await download("Журнал действий", ending, COLUMNS, cells, now)
        verified = await _verified(visit) if visit.query.get("verify") == "1" else None
        more = {"before": deeds[AT_ONCE - 1].id} if len(deeds) > AT_ONCE else None
        return await visit.page(
            "cabinet/audit.html",
            deeds=deeds[:AT_ONCE],
            words=DEEDS,
            titles=TITLES,
            chosen=chosen,
            actions=[Option(action, word) for action, word in DEEDS.items()],
            files=files(ADDRESS, **chosen),
            more=f"{ADDRESS}?{urlencode(chosen | more)}" if more else "",
            verified=verified,
            written=_written(visit.query),
        )


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The filter of the address, without what is empty or no filter."""
    given = {name: one_line(query.get(name, ""))[:200] for name in FILTER}
    if given["deed"] not in DEEDS:
        given["deed"] = ""
    for name in ("from", "to"):
        given[name] = day.isoformat() if (day := day_of(given[name])) else ""
    return {name: value for name, value in given.items() if value}


def _asked(chosen: Mapping[str, str], now: datetime) -> Asked:
    """`from` and `to` are whole days by the region's clocks."""
    first, last = day_of(chosen.get("from", "")), day_of(chosen.get("to", ""))
    return Asked(
        person=chosen.get("person", ""),
        place=chosen.get("place", ""),
        action=chosen.get("deed", ""),
        since=datetime.combine(first, time(), now.tzinfo) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), now.tzinfo) if last else None,
    )


def _cells(deed: AuditRow, now: datetime) -> tuple[Cell, ...]:
    return (
        f"{deed.at.astimezone(now.tzinfo):%d.%m.%Y %H:%M:%S}",
        deed.who or "Команда на сервере",
        deed.on_behalf_of,
        DEEDS[deed.action],
        deed.whom,
        TITLES[Role(deed.role)] if deed.role else "",
        deed.place or "Регион",
    )


def _written(query: Mapping[str, str]) -> str:
    """The sum that somebody has written down, as it was shown."""
    return "".join(query.get("sum", "").split()).lower()[:SUM]


async def _verified(visit: Visit[Staff]) -> Verified:
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYBODY)
        links = await audit.links(db)
    return await asyncio.to_thread(verify, links, _written(visit.query))
