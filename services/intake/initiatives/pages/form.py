"""The form of an initiative: what was typed, the draft that it is kept in, and the page around it."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import uuid_utils.compat
from litestar import Response

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.errors import NotFound
from services.chassis.web.forms import Form, number_of, uuid_of
from services.chassis.web.visits import Visit
from services.directory.region import Picture
from services.intake.attachments.domain.attachments import Attachment
from services.intake.attachments.store import attachments
from services.intake.core import choices
from services.intake.core.domain import Author, grace_of, is_in_grace, is_of_the_days, local, phase
from services.intake.core.kit import PortalKit, campaign_of, kept_page
from services.intake.initiatives.commands.submit_initiative import Submitted
from services.intake.initiatives.domain import DRAFT_KEPT, Draft, DraftOf, Saved
from services.intake.initiatives.store import drafts


def draft(form: Form) -> Draft:
    """What was typed."""
    return Draft(
        direction=form.of("direction"),
        organization=choices.organization_of(form),
        form=form.of("form"),
        title=form.of("title"),
        text=form.of("text"),
    )


def draft_of(form: Form) -> DraftOf:
    """The draft that a page keeps it in, as the page knows it; a new one if it knows none."""
    id_ = uuid_of(form.of("draft")) or uuid_utils.compat.uuid7()
    return DraftOf(id_, number_of(form.of("draft_version"), 9) or 0, form.of("form_key")[:64])


def hold(form: Form, which: DraftOf) -> None:
    """Let the form keep its draft."""
    form.values |= {"draft": str(which.id), "draft_version": str(which.version)}


def fill(form: Form, saved: Saved) -> None:
    """Let the form show a draft as it is kept."""
    kept = saved.draft
    hold(form, DraftOf(saved.id, saved.version))
    form.values |= {"direction": kept.direction, "form": kept.form, "title": kept.title, "text": kept.text}
    form.values["organization"] = str(kept.organization or "")


def grace_until(visit: Visit[Author], picture: Picture, kept: Sequence[Saved]) -> datetime | None:
    """Until when some of these drafts are still taken, just after the last day."""
    campaign, grace = campaign_of(picture, visit), cast("PortalKit", visit.kit).grace
    if campaign is None or not is_in_grace(campaign, visit.now, grace):
        return None
    in_time = any(is_of_the_days(campaign, saved.begun_at) for saved in kept)
    return grace_of(campaign, grace)[1] if in_time else None


async def in_time(visit: Visit[Author], picture: Picture, at: Moment | None = None) -> bool:
    """Whether the form's draft was begun in the campaign's days and may be submitted just after them; or was,
    by the same request before."""
    campaign, grace = campaign_of(picture, visit), cast("PortalKit", visit.kit).grace
    # Asked only just after the last day: no other submission waits for it.
    if campaign is None or not visit.signed_in or not is_in_grace(campaign, visit.now, grace):
        return False
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, visit.who.municipality)
        try:
            saved = await drafts.one_of(db, visit.who, draft_of(visit.form).id)
        except NotFound:
            repeat = at.repeat if at else None
            return bool(repeat and await idempotency.earlier_many(db, [repeat], Submitted))
    return is_of_the_days(campaign, saved.begun_at)


async def show(
    visit: Visit[Author],
    picture: Picture,
    others: list[Saved] | None = None,
    saved_at: datetime | None = None,
    **told: object,
) -> Response[str]:
    """The page of the form; `others` are drafts to go on with instead, `told` is for the line of its own."""
    hold(visit.form, draft_of(visit.form))
    municipality = visit.who.municipality if visit.signed_in else ""
    campaign, grace = campaign_of(picture, visit), cast("PortalKit", visit.kit).grace
    return await kept_page(
        visit,
        "initiatives/new.html",
        files=await _files(visit),
        forms=choices.classifier(campaign, "form"),
        found=choices.found(picture, municipality, visit.form),
        municipality=picture.municipalities.get(municipality),
        searched="find" in visit.form.values,
        phase=phase_of(visit, picture),
        drafts=others or [],
        in_time=await in_time(visit, picture),
        last_hours=bool(grace) and campaign and local(visit.now, campaign).date() == campaign.last_day,
        grace_until=grace_of(campaign, grace)[1] if campaign else None,
        saved_at=saved_at,
        **told,
        kept_days=DRAFT_KEPT.days,
    )


async def _files(visit: Visit[Author]) -> list[Attachment]:
    """Those of the form's draft, once it is kept."""
    which = draft_of(visit.form)
    if not visit.signed_in or not which.version:
        return []
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, visit.who.municipality)
        return await attachments.of(db, drafts.holder_of(visit.who, which.id))


def phase_of(visit: Visit[Author], picture: Picture) -> str:
    """Whether the participant's campaign takes initiatives now; nothing without one."""
    campaign = campaign_of(picture, visit)
    return phase(campaign, visit.now) if campaign else ""
