"""HTTP: a published initiative by its link, for other systems."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from pydantic import BaseModel

from contracts.initiatives import InitiativeStatus
from services.chassis.db.pool import Pool
from services.chassis.errors import Gone
from services.directory.region import Picture
from services.intake.core.domain import local
from services.intake.published import reading
from services.intake.published.showing import address_of


class OpenInitiative(BaseModel):
    """A published initiative: no author, no organization. `page`: where people read it."""

    id: UUID
    number: int
    campaign: str
    municipality: str
    direction: str
    status: InitiativeStatus
    title: str
    text: str
    published_at: datetime
    changed_at: datetime
    page: str


class OpenInitiatives(Controller):
    """What a campaign has published."""

    path = "/api/v1/open/initiatives"
    tags = ["open"]

    @get("/{initiative_id:uuid}", summary="The text of a published initiative")
    async def one(
        self,
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        site: NamedDependency[str],
        initiative_id: FromPath[UUID],
    ) -> OpenInitiative:
        """410 once it is published no longer: whoever keeps a copy removes it then. 404 for what
        never was."""
        found = await reading.one(pool, picture, initiative_id)
        about, text, campaign = found.about, found.text, found.campaign
        if text is None or about.published_at is None or about.changed_at is None:
            raise Gone(f"text-{found.gone}")
        return OpenInitiative(
            id=about.id,
            number=about.number,
            campaign=about.campaign,
            municipality=about.place,
            direction=about.direction,
            status=about.status,
            title=text.title,
            text=text.text,
            published_at=local(about.published_at, campaign),
            changed_at=local(about.changed_at, campaign),
            page=f"{site}{address_of(about.number)}",
        )
