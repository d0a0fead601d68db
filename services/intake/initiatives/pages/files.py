"""Pages: the files of a draft and of an initiative: adding some, removing and saving one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from services.chassis.contents import safe_name
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Forbidden, Invalid, Refused, TooLarge
from services.chassis.web.forms import from_here, sent_files, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture
from services.intake.attachments.domain import attachments as rules
from services.intake.attachments.domain.attachments import Attachment
from services.intake.attachments.showing import download
from services.intake.core.choices import NONE_CHOSEN
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN
from services.intake.initiatives import reading
from services.intake.initiatives.commands.attach_file import (
    Given,
    Uploads,
    attach_to_draft,
    attach_to_initiative,
)
from services.intake.initiatives.commands.remove_file import remove_from_draft, remove_from_initiative
from services.intake.initiatives.store.authorship import Role

LONGEST_UPLOAD = rules.ALL_LARGEST + 2_000_000
"""Bytes of a form with files; the gateway lets through as many."""

Attach: TypeAlias = Callable[[Given, Moment], Awaitable[Any]]


class DraftFilePages(Controller):
    """Files of a draft."""

    path = "/initiatives/drafts/{draft_id:uuid}/files"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_UPLOAD

    @get()
    async def listed(self, visit: NamedDependency[Visit[Author]], draft_id: FromPath[UUID]) -> Response[str]:
        """The files, and the form to add some."""
        _note_refused(visit)
        return await _of_draft(visit, draft_id)

    @post()
    async def change(
        self,
        visit: NamedDependency[Visit[Author]],
        draft_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
    ) -> Answer:
        """The same page, with what was added or without what was removed."""
        who, address = visit.who, f"/initiatives/drafts/{draft_id}/files"
        async with visit.refusing(), uploads.turns.turn():
            if removed := await _removed(visit):
                await remove_from_draft(visit.pool, who, draft_id, removed, visit.now)
                return visit.go(address, done="removed")
            await _attach(visit, draft_id, lambda given, at: attach_to_draft(uploads, who, given, at))
            return visit.go(address, done="added")
        return await _of_draft(visit, draft_id)

    @get("/{file_id:uuid}")
    async def download(
        self,
        visit: NamedDependency[Visit[Author]],
        draft_id: FromPath[UUID],
        file_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
    ) -> Stream:
        """One of them, to be saved."""
        found = await reading.file_of_draft(visit.pool, visit.who, draft_id, file_id)
        return await download(uploads.files, found)


class InitiativeFilePages(Controller):
    """Files of an initiative."""

    path = "/initiatives/{initiative_id:uuid}/files"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_UPLOAD

    @get()
    async def listed(
        self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]
    ) -> Response[str]:
        """The files, and the form to add some. For the author alone: co-authors find them on its page."""
        _note_refused(visit)
        return await _of_initiative(visit, initiative_id)

    @post()
    async def change(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """The same page, with what was added or without what was removed."""
        who, address = visit.who, f"/initiatives/{initiative_id}/files"
        async with visit.refusing(), uploads.turns.turn():
            if removed := await _removed(visit):
                await remove_from_initiative(visit.pool, picture, who, initiative_id, removed, visit.now)
                return visit.go(address, done="removed")
            await _attach(
                visit,
                initiative_id,
                lambda given, at: attach_to_initiative(uploads, picture, who, given, at),
            )
            return visit.go(address, done="added")
        return await _of_initiative(visit, initiative_id)

    @get("/{file_id:uuid}")
    async def download(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        file_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
    ) -> Stream:
        """One of them, to be saved."""
        found = await reading.file_of(visit.pool, visit.who, initiative_id, file_id)
        return await download(uploads.files, found)


async def _of_draft(visit: Visit[Author], draft_id: UUID) -> Response[str]:
    saved, found = await reading.draft_with_files(visit.pool, visit.who, draft_id)
    back = f"/initiatives/new?draft={draft_id}"
    return await _page(visit, f"/initiatives/drafts/{draft_id}/files", back, saved.draft.title, found)


async def _of_initiative(visit: Visit[Author], initiative_id: UUID) -> Response[str]:
    own = await reading.one_of(visit.pool, visit.who, initiative_id, visit.now)
    if own.role is not Role.AUTHOR:
        raise Forbidden("author-alone")
    found = await reading.files_of(visit.pool, visit.who, initiative_id)
    back = f"/initiatives/{initiative_id}"
    title, is_open = own.initiative.title, own.initiative.is_open
    return await _page(visit, f"{back}/files", back, title, found, is_open=is_open)


async def _page(
    visit: Visit[Author],
    address: str,
    back: str,
    title: str,
    found: Sequence[Attachment],
    *,
    is_open: bool = True,
) -> Response[str]:
    return await visit.page(
        "initiatives/files.html",
        address=address,
        back_to=back,
        of_draft="draft=" in back,
        title=title,
        files=found,
        waits=any(each.state is rules.AttachmentState.WAITING for each in found),
        room=rules.MOST - sum(each.state is not rules.AttachmentState.INFECTED for each in found),
        is_open=is_open,
        most=rules.MOST,
        largest=rules.LARGEST // rules.MEGABYTE,
        all_largest=rules.ALL_LARGEST // rules.MEGABYTE,
        done=visit.query.get("done", ""),
    )


def _note_refused(visit: Visit[Author]) -> None:
    """`refused=size`: the gateway was sent more than it lets through."""
    if visit.query.get("refused") == "size":
        visit.form.refuse(visit.kit.sentences, _too_large())


def _too_large() -> TooLarge:
    limit = rules.ALL_LARGEST // rules.MEGABYTE
    return TooLarge("attachments-at-once", field="file", limit=limit)


async def _removed(visit: Visit[Author]) -> UUID | None:
    """Which file is to be removed, if any is. Raises TooLarge."""
    asked = (await visit.sent(_too_large())).of("remove")
    return (uuid_of(asked) or NONE_CHOSEN) if asked else None


async def _attach(visit: Visit[Author], to: UUID, attach: Attach) -> None:
    """Add each of a form's files; those that are refused cost no other. Raises Invalid with all of these."""
    given = await sent_files(visit.request, "file")
    if not given:
        raise Invalid("attachment-empty", field="file")
    refused: list[tuple[str, Refused]] = []
    for nth, (name, body) in enumerate(given):
        at = await visit.moment(f"{nth} {name}\n".encode("utf-8", "replace") + body)
        if at.repeat is not None:
            at = replace(at, repeat=replace(at.repeat, key=f"{at.repeat.key}.{nth}"))
        try:
            await attach(Given(to, name, body), at)
        except Refused as refusal:
            refused.append((safe_name(name, ""), refusal))
    if not refused:
        return
    first = refused[0][1]
    if len(given) > 1 and first.field:
        sentences = visit.kit.sentences
        visit.form.errors["file"] = " ".join(f"«{name}»: {sentences.of(why)}" for name, why in refused)
    raise first
