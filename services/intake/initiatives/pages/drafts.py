"""Pages: keeping a draft while it is written, and deleting one."""

from typing import Any
from uuid import UUID

import uuid_utils.compat
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Unauthorized
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.problems import to_refusal
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Recognised, Visit
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN, PortalKit
from services.intake.initiatives.commands.delete_draft import delete_draft
from services.intake.initiatives.commands.save_draft import Kept, save_draft
from services.intake.initiatives.domain import DraftOf
from services.intake.initiatives.pages import form as forms
from services.intake.initiatives.store import drafts

LINE = "initiatives/draft_line.html"


class DraftPages(Controller):
    """Drafts of the author's."""

    path = "/initiatives/drafts"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM

    @post()
    async def save(
        self,
        request: AnyRequest,
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """The line that says so, for a page that saves by itself; for a button, the form again."""
        visit: Visit[Author] = Visit(request, kit, Recognised())
        await visit.sent()
        written = request.headers.get("hx-request") == "true"
        try:
            visit.recognised = await kit.recognise(request)
            if not visit.signed_in:
                raise Unauthorized("signed-out-while-writing")
            kept = await _save(visit, picture)
        except Exception as error:
            # Whatever it is, what was typed is not lost.
            return await _refused(visit, picture, error, written)
        if visit.form.of("save") == "files":
            return visit.go(f"/initiatives/drafts/{kept.id}/files")
        if not written:
            return visit.go("/initiatives/new", draft=kept.id, saved=1)
        forms.hold(visit.form, DraftOf(kept.id, kept.version))
        line = await visit.page(LINE, saved_at=kept.saved_at)
        line.headers["HX-Replace-Url"] = f"/initiatives/new?draft={kept.id}"
        return line

    @get("/{draft_id:uuid}/deletion")
    async def ask_to_delete(
        self, visit: NamedDependency[Visit[Author]], draft_id: FromPath[UUID]
    ) -> Response[str]:
        """Asks once, with the draft's name."""
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, visit.who.municipality)
            saved = await drafts.one_of(db, visit.who, draft_id)
        return await visit.page("initiatives/draft_deletion.html", saved=saved)

    @post("/{draft_id:uuid}/deletion")
    async def delete(self, visit: NamedDependency[Visit[Author]], draft_id: FromPath[UUID]) -> Redirect:
        """Back to the list, without it."""
        await delete_draft(visit.pool, visit.who, draft_id)
        return visit.go("/initiatives", deleted=1)


async def _save(visit: Visit[Author], picture: Picture) -> Kept:
    which = forms.draft_of(visit.form)
    if visit.form.of("save") == "apart":
        which = DraftOf(uuid_utils.compat.uuid7(), tab=which.tab)
    # By its version a repeat is known, and by its tab one whose answer was lost.
    given = which, forms.draft(visit.form), Moment(visit.now)
    return await save_draft(visit.pool, picture, visit.who, *given)


async def _refused(visit: Visit[Author], picture: Picture, error: Exception, written: bool) -> Response[str]:
    forms.hold(visit.form, forms.draft_of(visit.form))
    visit.status, refusal = to_refusal(error)
    stale = refusal.slug in ("draft-newer", "draft-unknown")
    told: dict[str, Any] = {"trouble": visit.kit.sentences.of(refusal), "stale": stale}
    told["newer"] = refusal.slug == "draft-newer"
    if written:
        visit.status = 200
        nothing_yet = refusal.slug == "draft-empty"
        signed_out = isinstance(refusal, Unauthorized)
        return await visit.page(LINE, **({} if nothing_yet else told), signed_out=signed_out)
    if stale:
        return await forms.show(visit, picture, **told)
    visit.form.refuse(visit.kit.sentences, error)
    return await forms.show(visit, picture)
