"""Pages: correcting where an initiative is counted."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.errors import Forbidden
from services.chassis.web.forms import LONGEST_FORM, Form, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture
from services.intake.core import choices
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN, campaign_of
from services.intake.corrections.commands.correct_initiative import Correction, correct_initiative
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import authorship
from services.intake.initiatives.store.authorship import Role


class CorrectionPages(Controller):
    """«Исправить»: an initiative's municipality, organization, direction, form."""

    path = "/initiatives/{initiative_id:uuid}/correction"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        picture: NamedDependency[Picture],
    ) -> Response[str]:
        """The form, as it is now."""
        initiative = await _read(visit, initiative_id)
        visit.form.values |= {
            "municipality": initiative.municipality,
            "organization": str(initiative.organization or ""),
            "direction": initiative.direction,
            "form": initiative.classifiers.get("form", ""),
        }
        return await _correction(visit, picture, initiative)

    @post()
    async def correct(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """Back to the initiative; or the form again with what was found or what is wrong."""
        form, initiative = await visit.sent(), await _read(visit, initiative_id)
        if "find" in form.values:
            return await _correction(visit, picture, initiative)
        async with visit.refusing():
            given = _given(form, initiative)
            await correct_initiative(visit.pool, picture, visit.who, given, await visit.moment())
            return visit.go(f"/initiatives/{initiative_id}", corrected=1)
        return await _correction(visit, picture, initiative)


def _given(form: Form, initiative: Initiative) -> Correction:
    chosen = choices.organization_of(form)
    return Correction(
        initiative.id,
        form.of("municipality") or None,
        form.of("direction"),
        form.of("form") or None,
        chosen,
        # As it was shown and not touched: it goes where it does not count, without a word.
        keeps_organization=chosen == initiative.organization and not form.of("organization_q"),
    )


async def _read(visit: Visit[Author], initiative_id: UUID) -> Initiative:
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, visit.who.municipality)
        own = await authorship.one_of(db, visit.who, initiative_id)
    if own.role is not Role.AUTHOR:
        raise Forbidden("author-alone")
    return own.initiative


async def _correction(visit: Visit[Author], picture: Picture, initiative: Initiative) -> Response[str]:
    municipality = visit.form.of("municipality") or initiative.municipality
    values: dict[str, Any] = {
        "initiative": initiative,
        "forms": choices.classifier(campaign_of(picture, visit), "form"),
        "municipalities": choices.found_municipalities(picture, visit.form),
        "found": choices.found(picture, municipality, visit.form),
        "searched": visit.form.of("find"),
    }
    return await visit.page("corrections/correction.html", **values)
