"""Pages: a leaflet for the staff room: how colleagues register, with a QR code and whom to ask."""

from dataclasses import replace
from uuid import UUID

import minijinja
import segno
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.cabinet.showing import contacts_at
from services.hierarchy.cabinet.trail import trail
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at


class LeafletPages(Controller):
    """A page to be printed."""

    path = "/cabinet/organizations/{id_:uuid}/leaflet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def leaflet(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Response[str]:
        """Of one's own organization, or one that one looks after."""
        async with visit.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            place = await look_at(db, visit.who, Scope.ORGANIZATION, str(id_), campaign)
            contacts = await contacts_at(db, place, campaign, visit.now)
            above = await trail(db, visit.who, place)
        link = f"{entrance.public_url}/participants/new?organization={id_}"
        return await visit.page(
            "cabinet/leaflet.html",
            place=place,
            above=above,
            link=link,
            qr=qr(link),
            contacts=replace(contacts, people=contacts.people[:2]),
            titles=TITLES,
            question=f"{entrance.public_url}/hotline/new?municipality={place.tenant}",
        )


def qr(link: str) -> minijinja.Markup:
    """A QR code as inline SVG without colours of its own: black on white wherever it stands."""
    drawn = segno.make(link, error="m", micro=False)
    return minijinja.Markup(drawn.svg_inline(scale=6, border=2, dark="#000", light="#fff", omitsize=True))
