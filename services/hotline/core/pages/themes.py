"""Pages: what inquiries are about, for the region's administrator."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.event import REGION
from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.authority import Deed, authority
from services.hotline.core.commands.keep_themes import (
    Offering,
    Renaming,
    add_theme,
    directions_of,
    offer_theme,
    rename_theme,
)
from services.hotline.core.domain.themes import NAME_LONGEST, Naming
from services.hotline.core.region import Known
from services.hotline.core.store import themes

HERE = "/hotline/themes"


class ThemePages(Controller):
    """The region's list of themes."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def all(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Answer:
        """Those that are offered, in their order, then those that are not."""
        return await _all(visit, known)

    @post()
    async def add(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Answer:
        """Another one."""
        form = await visit.sent()
        async with visit.refusing():
            await add_theme(visit.pool, known, visit.who, _naming(form), await visit.moment())
            return visit.go(HERE, done="added")
        return await _all(visit, known)

    @get("/{code:str}")
    async def one(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """What it is called, to be changed."""
        return await _one(visit, known, code)

    @post("/{code:str}")
    async def rename(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """As it is called now."""
        form = await visit.sent()
        async with visit.refusing():
            given = Renaming(code, _naming(form), number_of(form.of("version")) or 0)
            await rename_theme(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(HERE, done="renamed")
        return await _one(visit, known, code)

    @post("/{code:str}/offering")
    async def offer(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], code: FromPath[str]
    ) -> Answer:
        """Offered, or no longer; the button says which."""
        form = await visit.sent()
        async with visit.refusing():
            offered = form.of("offered") == "yes"
            await offer_theme(visit.pool, visit.who, Offering(code, offered), await visit.moment())
            return visit.go(HERE, done="offered" if offered else "removed")
        return await _all(visit, known)


def _naming(form: Form) -> Naming:
    return Naming(form.of("name"), form.of("direction") or None)


async def _all(visit: Visit[Staff], known: Known) -> Answer:
    authority(visit.who, Deed.KEEP_THEMES, REGION)
    async with visit.pool.acquire() as db:
        every = await themes.every(db)
    directions = directions_of(known)
    rows = [(theme, directions.get(theme.direction or "", theme.direction or "")) for theme in every]
    return await visit.page(
        "core/themes.html",
        offered=[row for row in rows if not row[0].removed],
        removed=[row for row in rows if row[0].removed],
        directions=[Option(*each) for each in directions.items()],
        longest=NAME_LONGEST,
        done=visit.query.get("done", ""),
    )


async def _one(visit: Visit[Staff], known: Known, code: str) -> Answer:
    authority(visit.who, Deed.KEEP_THEMES, REGION)
    async with visit.pool.acquire() as db:
        theme = await themes.one(db, code)
    stands = {"name": theme.name, "direction": theme.direction or "", "version": str(theme.version)}
    visit.form.values = stands | visit.form.values
    directions = directions_of(known)
    if theme.direction and theme.direction not in directions:
        directions[theme.direction] = theme.direction
    return await visit.page(
        "core/theme.html",
        theme=theme,
        directions=[Option(*each) for each in directions.items()],
        longest=NAME_LONGEST,
    )
