"""HTTP: co-authors of initiatives."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.region import Picture
from services.intake.co_authors.commands.answer_invitation import (
    Answered,
    Answering,
    accept_invitation,
    decline_invitation,
)
from services.intake.co_authors.commands.name_co_authors import Naming, name_co_authors
from services.intake.co_authors.commands.settle_co_author import (
    Settling,
    confirm_co_author,
    leave_initiative,
    remove_co_author,
)
from services.intake.co_authors.commands.support_initiative import Support, Supported, support_initiative
from services.intake.co_authors.reading import AllNamed, co_authors_of
from services.intake.core.calls import at_route
from services.intake.core.domain import Author
from services.intake.participants.digests import Pepper


class Addresses(BaseModel):
    """Whom an author names."""

    addresses: list[str]


class CoAuthors(Controller):
    """Co-authors; an initiative with them is counted once."""

    path = "/api/v1/initiatives"
    tags = ("co-authors",)

    @get("/{initiative_id:uuid}/co-authors", summary="Who was named or asks", security=SIGNED_IN)
    async def named(
        self, initiative_id: FromPath[UUID], pool: NamedDependency[Pool], who: NamedDependency[Author]
    ) -> AllNamed:
        """For the author alone."""
        _, named = await co_authors_of(pool, who, initiative_id)
        return named

    @post(
        "/{initiative_id:uuid}/co-authors",
        summary="Name co-authors; each gets a letter",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def name(
        self,
        initiative_id: FromPath[UUID],
        data: JSONBody[Addresses],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
        site: NamedDependency[str],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> AllNamed:
        """200 with everybody who was named; who was named before gets no second letter."""
        given = Naming(initiative_id, data.addresses)
        await name_co_authors(pool, picture, pepper, site, who, given, at)
        _, named = await co_authors_of(pool, who, initiative_id)
        return named

    @delete(
        "/{initiative_id:uuid}/co-authors/{co_author_id:uuid}",
        summary="Remove a co-author, or refuse who asks",
        security=SIGNED_IN,
    )
    async def remove(
        self,
        initiative_id: FromPath[UUID],
        co_author_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        who: NamedDependency[Author],
    ) -> None:
        """204, also when repeated."""
        await remove_co_author(pool, who, Settling(initiative_id, co_author_id))

    @post(
        "/{initiative_id:uuid}/co-authors/{co_author_id:uuid}/confirmation",
        summary="Confirm who asks to be a co-author",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def confirm(
        self,
        initiative_id: FromPath[UUID],
        co_author_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Answered:
        """200; they find the initiative among their own."""
        return await confirm_co_author(pool, picture, who, Settling(initiative_id, co_author_id), at)

    @post(
        "/{initiative_id:uuid}/support",
        summary="Support an initiative: ask to be its co-author",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def support(
        self,
        initiative_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        site: NamedDependency[str],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Supported:
        """200; its author decides. 404 for one of another municipality."""
        return await support_initiative(pool, picture, site, who, Support(initiative_id), at)

    @delete("/{initiative_id:uuid}/co-authorship", summary="Be a co-author no longer", security=SIGNED_IN)
    async def leave(
        self, initiative_id: FromPath[UUID], pool: NamedDependency[Pool], who: NamedDependency[Author]
    ) -> None:
        """204; the initiative stays its author's."""
        await leave_initiative(pool, who, initiative_id)

    @post(
        "/invitations/{invitation_id:uuid}/acceptance",
        summary="Accept to be a co-author",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def accept(
        self,
        invitation_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Answered:
        """200; the initiative is among one's own. `invitation_id`: of the letter."""
        return await accept_invitation(pool, picture, who, Answering(invitation_id), at)


class Invitations(Controller):
    """What is answered without a sign-in."""

    path = "/api/v1/initiatives/invitations"
    tags = ("co-authors",)
    dependencies = {"at": Provide(at_route)}

    @post(
        "/{invitation_id:uuid}/refusal",
        summary="Decline to be a co-author",
        status_code=200,
        operation_class=Repeatable,
    )
    async def decline(
        self,
        invitation_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        at: NamedDependency[Moment],
    ) -> Answered:
        """200; the address is erased. Needs no sign-in: the letter is enough."""
        return await decline_invitation(pool, Answering(invitation_id), at)
