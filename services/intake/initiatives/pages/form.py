"""The form of an initiative: what was typed, the draft that it is kept in, and the page around it."""

from datetime import datetime

import uuid_utils.compat
from litestar import Response

from services.chassis.web.forms import Form, number_of, uuid_of
from services.chassis.web.visits import Visit
from services.directory.region import Picture
from services.intake.core import choices
from services.intake.core.domain import Author, phase
from services.intake.core.kit import campaign_of, kept_page
from services.intake.initiatives.domain import DRAFT_KEPT, Draft, DraftOf, Saved


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
    campaign = campaign_of(picture, visit)
    return await kept_page(
        visit,
        "initiatives/new.html",
        forms=choices.classifier(campaign, "form"),
        found=choices.found(picture, municipality, visit.form),
        municipality=picture.municipalities.get(municipality),
        searched="find" in visit.form.values,
        phase=phase_of(visit, picture),
        drafts=others or [],
        saved_at=saved_at,
        **told,
        kept_days=DRAFT_KEPT.days,
    )


def phase_of(visit: Visit[Author], picture: Picture) -> str:
    """Whether the participant's campaign takes initiatives now; nothing without one."""
    campaign = campaign_of(picture, visit)
    return phase(campaign, visit.now) if campaign else ""
