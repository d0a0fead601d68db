"""Pages: what the region consists of: councils (СМО), their municipalities, and what tables bring."""

from collections import Counter
from collections.abc import Mapping

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.russian import sort_key
from services.directory.staff import RENEWAL
from services.hierarchy.core.office import AnyRequest, Office, Visit, imported
from services.hierarchy.territory.commands.set_smo import WantedSmo, set_smo
from services.hierarchy.territory.domain.structure import Municipality, Smo
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
    async def overview(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """What there is, and where more of it is brought."""
        visit = await office.administrator(request)
        async with office.pool.acquire() as db:
            councils, known = await smos.all_by_id(db), await municipalities.all_by_code(db)
            open_, closed = await organizations.counted(db)
        return await office.page(
            request,
            visit,
            "territory/structure.html",
            councils=list(councils.values()),
            members=Counter(m.smo for m in known.values() if m.smo),
            without=sum(m.smo is None for m in known.values()),
            municipalities=len(known),
            unpeopled=sum(m.population is None for m in known.values()),
            organizations=open_,
            closed=closed,
            what=request.query_params.get("done", ""),
            done=imported(request),
        )

    @get("/smos/{id_:str}")
    async def ask(
        self, request: AnyRequest, id_: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """An SMO with its municipalities; `new`: one that is to be."""
        return await _form(request, office, await office.administrator(request), id_)

    @post("/smos/{id_:str}")
    async def set(
        self, request: AnyRequest, id_: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """It is so from now on, in every service."""
        visit, form = await office.administrator(request), await sent(request)
        try:
            wanted = WantedSmo(_id(id_), form.of("name"), form.of("all") == "1", form.ticked(MEMBER))
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            await set_smo(office.pool, visit.who, wanted, office.clock.now(), repeat)
        except Exception as error:
            return await _form(request, office, visit, id_, form, office.refuse(form, error))
        return office.go(f"{ADDRESS}?done=smo", *visit.cookies)


def _id(id_: str) -> str:
    return "" if id_ == "new" else id_


def _filled(id_: str, council: Smo | None, known: Mapping[str, Municipality]) -> Form:
    """The form of an SMO as it stands; empty for a new one. Raises NotFound for one that there is not."""
    if council is None and _id(id_):
        raise NotFound("smo-unknown", field="of")
    if council is None:
        return Form()
    members = {f"{MEMBER}{code}": "1" for code, m in known.items() if m.smo == council.id}
    return Form(members | {"name": council.name, "all": "1" if council.covers_all else ""})


async def _form(
    request: AnyRequest, office: Office, visit: Visit, id_: str, form: Form | None = None, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db:
        councils, known = await smos.all_by_id(db), await municipalities.all_by_code(db)
    council = councils.get(_id(id_))
    if form is None:
        form = _filled(id_, council, known)
    upper = sorted((m for m in known.values() if not m.parent), key=lambda m: sort_key(m.name))
    return await office.page(
        request,
        visit,
        "territory/smo.html",
        form,
        status,
        id=id_,
        council=council,
        upper=upper,
        elsewhere={m.code: councils[m.smo].name for m in upper if m.smo and m.smo != id_},
        settlements=Counter(m.parent for m in known.values()),
        back=ADDRESS,
    )
