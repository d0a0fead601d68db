"""Pages: an initiative's co-authors, answering an invitation, supporting somebody's, leaving."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture
from services.intake.co_authors.commands.answer_invitation import (
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
from services.intake.co_authors.commands.support_initiative import Support, support_initiative
from services.intake.co_authors.domain import MOST, addresses_in
from services.intake.co_authors.reading import co_authors_of, invited_to, supported
from services.intake.core.choices import NONE_CHOSEN
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN
from services.intake.initiatives.store import authorship
from services.intake.initiatives.store.authorship import Role
from services.intake.participants.digests import Pepper


class CoAuthorPages(Controller):
    """Co-authors of an initiative."""

    path = "/initiatives/{initiative_id:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM

    @get("/co-authors")
    async def named(
        self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]
    ) -> Response[str]:
        """Who was named, who asks, and the form to name others."""
        return await _co_authors(visit, initiative_id)

    @post("/co-authors")
    async def change(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
        site: NamedDependency[str],
    ) -> Answer:
        """The same page, with who was named or confirmed, and without who was removed."""
        form, path = await visit.sent(), f"/initiatives/{initiative_id}/co-authors"
        async with visit.refusing():
            if removed := form.of("remove"):
                settling = Settling(initiative_id, uuid_of(removed) or NONE_CHOSEN)
                await remove_co_author(visit.pool, visit.who, settling)
                return visit.go(path, done="removed")
            at = await visit.moment()
            if confirmed := form.of("confirm"):
                settling = Settling(initiative_id, uuid_of(confirmed) or NONE_CHOSEN)
                await confirm_co_author(visit.pool, picture, visit.who, settling, at)
                return visit.go(path, done="confirmed")
            given = Naming(initiative_id, addresses_in(form.of("addresses")))
            await name_co_authors(visit.pool, picture, pepper, site, visit.who, given, at)
            return visit.go(path, done="named")
        return await _co_authors(visit, initiative_id)

    @get("/support")
    async def ask_to_support(
        self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]
    ) -> Response[str]:
        """Asks once, and says what the author learns."""
        return await _support(visit, initiative_id)

    @post("/support")
    async def support(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        picture: NamedDependency[Picture],
        site: NamedDependency[str],
    ) -> Answer:
        """The same page, which says that its author was asked."""
        await visit.sent()
        async with visit.refusing():
            given, at = Support(initiative_id), await visit.moment()
            await support_initiative(visit.pool, picture, site, visit.who, given, at)
            return visit.go(f"/initiatives/{initiative_id}/support", done=1)
        return await _support(visit, initiative_id)

    @get("/co-authorship")
    async def ask_to_leave(
        self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]
    ) -> Response[str]:
        """Asks once."""
        return await _leaving(visit, initiative_id)

    @post("/co-authorship")
    async def leave(self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]) -> Answer:
        """Back to the list, without it."""
        await visit.sent()
        async with visit.refusing():
            await leave_initiative(visit.pool, visit.who, initiative_id)
            return visit.go("/initiatives")
        return await _leaving(visit, initiative_id)


class InvitationPages(Controller):
    """What a letter to a co-author leads to. Declining needs no sign-in."""

    path = "/initiatives/invitations/{invitation_id:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(
        self,
        visit: NamedDependency[Visit[Author]],
        invitation_id: FromPath[UUID],
        picture: NamedDependency[Picture],
    ) -> Response[str]:
        """The initiative, and whether its reader wants to be a co-author."""
        if "declined" in visit.query:
            return await visit.page("co_authors/declined.html")
        return await _invitation(visit, invitation_id, picture)

    @post()
    async def answer(
        self,
        visit: NamedDependency[Visit[Author]],
        invitation_id: FromPath[UUID],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """On to the initiative; or to a page that says that the address is erased."""
        form, given = await visit.sent(), Answering(invitation_id)
        path = f"/initiatives/invitations/{invitation_id}"
        async with visit.refusing():
            if form.of("answer") == "decline":
                await decline_invitation(visit.pool, given, await visit.moment(by_address=True))
                return visit.go(path, declined=1)
            if not visit.signed_in:
                return visit.go("/sign-in", next=path)
            accepted = await accept_invitation(visit.pool, picture, visit.who, given, await visit.moment())
            return visit.go(f"/initiatives/{accepted.initiative}", joined=1)
        return await _invitation(visit, invitation_id, picture)


async def _co_authors(visit: Visit[Author], initiative_id: UUID) -> Response[str]:
    initiative, named = await co_authors_of(visit.pool, visit.who, initiative_id)
    return await visit.page(
        "co_authors/co_authors.html",
        initiative=initiative,
        items=named.items,
        limit=MOST,
        done=visit.query.get("done", ""),
    )


async def _support(visit: Visit[Author], initiative_id: UUID) -> Response[str]:
    initiative = await supported(visit.pool, visit.who, initiative_id)
    values = {"initiative": initiative, "done": "done" in visit.query}
    return await visit.page("co_authors/support.html", **values)


async def _invitation(visit: Visit[Author], invitation_id: UUID, picture: Picture) -> Response[str]:
    initiative = await invited_to(visit.pool, invitation_id)
    municipality = picture.name_of(initiative.municipality)
    values = {"initiative": initiative, "municipality": municipality, "id_": invitation_id}
    return await visit.page("co_authors/invitation.html", **values)


async def _leaving(visit: Visit[Author], initiative_id: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, visit.who.municipality)
        own = await authorship.one_of(db, visit.who, initiative_id)
    if own.role is not Role.CO_AUTHOR:
        raise NotFound("initiative-unknown")
    return await visit.page("co_authors/leaving.html", initiative_id=initiative_id)
