"""Pages: what is stored about the participant; correcting it, taking it along, erasing it."""

from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Stream

from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of
from services.chassis.web.visits import Answer, Recognised, Visit
from services.directory.region import Picture
from services.directory.roles import TITLES
from services.intake.core import choices
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN, PortalKit, campaign_of
from services.intake.corrections.commands.correct_participant import (
    Corrected,
    Correction,
    correct_participant,
)
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts, check_texts
from services.intake.personal.reading import OwnData, as_json, own_data

FILE = "Мои данные.json"


class PersonalPages(Controller):
    """«Мои данные»."""

    path = "/me"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM

    @get()
    async def own(
        self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]
    ) -> Response[str]:
        """What is stored, and what may be done with it."""
        data, count = await own_data(visit.pool, picture, visit.who)
        done = next((name for name in ("corrected", "letters") if name in visit.query), "")
        values = {"done": done, "moved": number_of(visit.query.get("moved", ""), 9)}
        return await visit.page("personal/data.html", data=data, count=count, titles=TITLES, **values)

    @get("/data")
    async def download(
        self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]
    ) -> Stream:
        """The same and all initiatives as a file."""
        data, _ = await own_data(visit.pool, picture, visit.who)
        content = as_json(visit.pool, picture, visit.who, data, visit.now)
        cookies = list(visit.recognised.cookies)
        return Stream(content, media_type="application/json", headers=as_attachment(FILE), cookies=cookies)

    @get("/correction")
    async def ask_to_correct(
        self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]
    ) -> Response[str]:
        """The form, as it was filled in last."""
        data, _ = await own_data(visit.pool, picture, visit.who)
        person = data.participant
        organization = person.organization.code if person.organization else ""
        visit.form.values |= {"organization": organization, "position": person.position.code}
        visit.form.values["municipality"] = person.municipality.code
        return await _correction(visit, picture, data)

    @post("/correction")
    async def correct(
        self,
        visit: NamedDependency[Visit[Author]],
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """Back to the data; or the form again with what was found or what is wrong."""
        form, (data, _) = await visit.sent(), await own_data(visit.pool, picture, visit.who)
        if "find" in form.values:
            return await _correction(visit, picture, data)
        async with visit.refusing():
            place = form.of("municipality") or None
            given = Correction(choices.organization_of(form), form.of("position"), place)
            done = await correct_participant(visit.pool, picture, visit.who, given, await visit.moment())
            return _onwards(visit, kit, done)
        return await _correction(visit, picture, data)

    @get("/erasure")
    async def ask_to_erase(
        self, visit: NamedDependency[Visit[Author]], picture: NamedDependency[Picture]
    ) -> Response[str]:
        """Asks once, and says what goes and what stays."""
        return await _erasure(visit, picture)

    @post("/erasure")
    async def erase(
        self,
        visit: NamedDependency[Visit[Author]],
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """Signed out, on the first page, which says that it is done."""
        form, who = await visit.sent(), visit.who
        async with visit.refusing():
            texts = check_texts(form.of("texts")) if form.of("has_initiatives") else Texts.KEPT
            await erase_participant(visit.pool, picture, who, texts, visit.now)
            visit.recognised = Recognised()
            return visit.go("/", kit.signed_out(), erased=1)
        return await _erasure(visit, picture)


def _onwards(visit: Visit[Author], kit: PortalKit, done: Corrected) -> Redirect:
    if done.municipality == visit.who.municipality:
        return visit.go("/me", corrected=1)
    who = replace(visit.who, municipality=done.municipality)
    kit.identity.note_move(who.participant_id)
    visit.recognised = Recognised(who)
    return visit.go("/me", kit.signed_in(kit.identity.token(who)), corrected=1, moved=done.moved)


async def _correction(visit: Visit[Author], picture: Picture, data: OwnData) -> Response[str]:
    chosen = visit.form.of("municipality") or data.participant.municipality.code
    values: dict[str, Any] = {
        "position": choices.classifier(campaign_of(picture, visit), "position"),
        "municipalities": choices.found_municipalities(picture, visit.form),
        "found": choices.found(picture, chosen, visit.form),
        "searched": visit.form.of("find"),
    }
    return await visit.page("personal/correction.html", **values)


async def _erasure(visit: Visit[Author], picture: Picture) -> Response[str]:
    data, count = await own_data(visit.pool, picture, visit.who)
    return await visit.page("personal/erasure.html", data=data, count=count)
