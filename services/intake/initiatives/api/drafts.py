"""HTTP: drafts of initiatives, and submitting one."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import uuid_utils.compat
from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, Field

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.region import Picture
from services.intake.core.domain import Author, local
from services.intake.initiatives.commands.delete_draft import delete_draft
from services.intake.initiatives.commands.save_draft import Kept, save_draft
from services.intake.initiatives.commands.submit_draft import submit_draft
from services.intake.initiatives.commands.submit_initiative import Submissions, Submitted
from services.intake.initiatives.domain import Draft, DraftOf, Saved
from services.intake.initiatives.store import drafts


class NewDraft(BaseModel):
    """What is written so far; whatever is not chosen yet is left out."""

    direction: str = ""
    organization: UUID | None = None
    form: str = ""
    title: str = ""
    text: str = ""


class ChangedDraft(NewDraft):
    """What has changed, and the version that it was changed from; what is left out stays."""

    version: int = Field(ge=1, le=2**31 - 1)


class OwnDraft(NewDraft):
    """A draft as its author sees it."""

    id: UUID
    version: int
    saved_at: datetime


class OwnDrafts(BaseModel):
    """The author's drafts, the latest first."""

    items: list[OwnDraft]


class Drafts(Controller):
    """Drafts of the author's; they count nowhere."""

    path = "/api/v1/drafts"
    tags = ["drafts"]
    security = SIGNED_IN

    @post(summary="Begin a draft", operation_class=Repeatable)
    async def begin(
        self,
        data: JSONBody[NewDraft],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Kept:
        """201 with its id and version."""
        return await save_draft(pool, picture, who, DraftOf(uuid_utils.compat.uuid7()), _draft(data), at)

    @get(summary="Own drafts")
    async def own(
        self,
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnDrafts:
        """All of them."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            found = await drafts.all_of(db, who)
        return OwnDrafts(items=[_own(saved, picture, who) for saved in found])

    @get("/{draft_id:uuid}", summary="One of the author's drafts")
    async def one(
        self,
        draft_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnDraft:
        """404 for a foreign one."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            return _own(await drafts.one_of(db, who, draft_id), picture, who)

    @patch("/{draft_id:uuid}", summary="Save a draft", operation_class=Repeatable)
    async def save(
        self,
        draft_id: FromPath[UUID],
        data: JSONBody[ChangedDraft],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Kept:
        """200 with the next version; 409 if somebody else has saved it since `version`."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            saved = await drafts.one_of(db, who, draft_id)
        changes = data.model_dump(exclude_unset=True, exclude={"version"})
        which = DraftOf(draft_id, data.version)
        return await save_draft(pool, picture, who, which, replace(saved.draft, **changes), at)

    @delete("/{draft_id:uuid}", summary="Delete a draft")
    async def remove(
        self, draft_id: FromPath[UUID], pool: NamedDependency[Pool], who: NamedDependency[Author]
    ) -> None:
        """204, also if it was gone before."""
        await delete_draft(pool, who, draft_id)

    @post("/{draft_id:uuid}/submission", summary="Submit a draft", operation_class=Repeatable)
    async def submit(
        self,
        draft_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        submissions: NamedDependency[Submissions],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Submitted:
        """201 once it is stored durably; the draft is gone then."""
        return await submit_draft(pool, submissions, picture, who, draft_id, at)


def _draft(given: NewDraft) -> Draft:
    return Draft(given.direction, given.organization, given.form, given.title, given.text)


def _own(saved: Saved, picture: Picture, who: Author) -> OwnDraft:
    draft = saved.draft
    return OwnDraft(
        id=saved.id,
        version=saved.version,
        saved_at=local(saved.saved_at, picture.campaign(who.campaign)),
        direction=draft.direction,
        organization=draft.organization,
        form=draft.form,
        title=draft.title,
        text=draft.text,
    )
