"""Pages: how a line's telephone exchange tells its calls here, and with which secret."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.calls.commands.make_secret import make_secret
from services.hotline.calls.store import calls
from services.hotline.core.authority import Deed, authority
from services.hotline.core.region import Known
from services.hotline.lines.store import lines
from services.hotline.settings import HotlineSettings

HEADER = "X-Line-Secret"


class ExchangePages(Controller):
    """The exchange of a line."""

    path = "/hotline/lines/{code:str}/exchange"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def look(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Known],
        settings: NamedDependency[HotlineSettings],
        code: FromPath[str],
    ) -> Response[str]:
        """The address, and since when there is a secret."""
        return await _exchange(visit, known, settings, code)

    @post()
    async def make(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Known],
        settings: NamedDependency[HotlineSettings],
        code: FromPath[str],
    ) -> Response[str]:
        """Another secret, shown this once."""
        await visit.sent()
        secret = ""
        async with visit.refusing():
            made = await make_secret(visit.pool, visit.who, code, await visit.moment())
            secret = made.secret
        return await _exchange(visit, known, settings, code, secret)


async def _exchange(
    visit: Visit[Staff], known: Known, settings: HotlineSettings, code: str, secret: str = ""
) -> Response[str]:
    authority(visit.who, Deed.SET_LINE, code)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        line = await lines.found(db, code)
        since = await calls.secret_made(db, code)
    if line.closed:
        raise NotFound("line-unknown")
    return await visit.page(
        "calls/exchange.html",
        line=line,
        name=known.picture.name_of(code),
        address=f"{settings.public_url.rstrip('/')}/api/v1/cti/{line.id}",
        header=HEADER,
        since=since,
        secret=secret,
    )
