"""Pages: what the region consists of: councils (СМО), their municipalities, and what is imported."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.russian import sort_key
from services.directory.staff import RENEWAL
from services.hierarchy.core.authority import administrator
from services.hierarchy.territory.commands.set_smo import SmoSettings, set_smo
from services.hierarchy.territory.domain.structure import Municipality, Smo
from services.hierarchy.territory.pages.imported import imported
from services.hierarchy.territory.store import municipalities, organizations, smos

ADDRESS = "/cabinet/structure"
MEMBER = "member:"
"""Names of the fields that choose a municipality begin like this."""


class StructurePages(Controller):
    """The region's structure, for the administrator."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def overview(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """What there is, and where more of it is imported."""
        administrator(visit.who)
        async with visit.pool.acquire() as db:
            councils, known = await smos.all_by_id(db), await municipalities.all_by_code(db)
            counted = await organizations.counted(db)
        transformed = {code for m in known.values() for code in m.successor_of}
        present = [m for m in known.values() if m.code not in transformed]
        return await visit.page(
            "territory/structure.html",
            councils=list(councils.values()),
            members=Counter(m.smo for m in known.values() if m.smo),
            without=sum(m.smo is None for m in known.values()),
            municipalities=len(present),
            transformed=len(transformed),
            unpeopled=sum(m.population is None for m in present),
            organizations=counted,
            what=visit.query.get("done", ""),
            done=imported(visit.query),
        )

    @get("/smos/{id_:str}")
    async def ask(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Response[str]:
        """An SMO with its municipalities; `new`: one that is to be."""
        administrator(visit.who)
        known = await _known(visit)
        visit.form.values = _filled(known, id_)
        return await _form(visit, id_, known)

    @post("/smos/{id_:str}")
    async def set(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Answer:
        """It is so from now on, in every service."""
        form = await visit.sent()
        given = SmoSettings(_id(id_), form.of("name"), form.of("all") == "1", form.ticked(MEMBER))
        async with visit.refusing():
            await set_smo(visit.pool, visit.who, given, await visit.moment())
            return visit.go(ADDRESS, done="smo")
        return await _form(visit, id_, await _known(visit))


def _id(id_: str) -> str:
    return "" if id_ == "new" else id_


class Known(NamedTuple):
    """The region's SMOs and municipalities, by id and by code."""

    councils: Mapping[str, Smo]
    municipalities: Mapping[str, Municipality]


async def _known(visit: Visit[Staff]) -> Known:
    async with visit.pool.acquire() as db:
        return Known(await smos.all_by_id(db), await municipalities.all_by_code(db))


def _filled(known: Known, id_: str) -> dict[str, str]:
    """The form of an SMO as it stands; empty for a new one. Raises NotFound for an unknown one."""
    if not _id(id_):
        return {}
    if (council := known.councils.get(id_)) is None:
        raise NotFound("smo-unknown", field="of")
    members = {f"{MEMBER}{code}": "1" for code, m in known.municipalities.items() if m.smo == council.id}
    return members | {"name": council.name, "all": "1" if council.covers_all else ""}


async def _form(visit: Visit[Staff], id_: str, known: Known) -> Response[str]:
    administrator(visit.who)
    councils, everywhere = known.councils, known.municipalities.values()
    council = councils.get(_id(id_))
    upper = sorted((m for m in everywhere if not m.parent), key=lambda m: sort_key(m.name))
    return await visit.page(
        "territory/smo.html",
        id=id_,
        council=council,
        upper=upper,
        elsewhere={m.code: councils[m.smo].name for m in upper if m.smo and m.smo != id_},
        settlements=Counter(m.parent for m in everywhere),
        back=ADDRESS,
    )
