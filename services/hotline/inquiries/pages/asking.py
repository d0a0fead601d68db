"""Pages: asking the hotline, signed in or not."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency

from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.hotline.core.domain.days import check_going_on
from services.hotline.core.identity import WHILE_WRITING, Participants, sign_in
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.inquiries import choices
from services.hotline.inquiries.commands.ask_by_form import AnswerBy, Asking, ask_by_form

HERE = "/hotline/new"

NAMES = {
    AnswerBy.EMAIL: "Письмом на электронную почту",
    AnswerBy.PHONE: "Позвоните мне",
    AnswerBy.LINK: "Посмотрю ответ по ссылке",
}


class AskingPages(Controller):
    """The form of a question."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get()
    async def blank(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Known],
        participants: NamedDependency[Participants],
    ) -> Answer:
        """First where one works, then the question."""
        async with visit.refusing():
            check_going_on(known.campaign, visit.now)
            place = choices.place_of(known.picture, visit.query)
            if place is None:
                return await _where(visit, known)
            theme, organization = visit.query.get("theme", ""), place.organization
            given = {"municipality": place.municipality, "organization": str(organization or "")}
            visit.form.values.update(given, theme=theme, answer_by=AnswerBy.EMAIL)
            return await _form(visit, known, await participants.of(visit.request))
        return await visit.page("inquiries/closed.html")

    @post()
    async def ask(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Known],
        participants: NamedDependency[Participants],
    ) -> Answer:
        """On to the initiator's page; or the form again with what is wrong."""
        form = await visit.sent()
        participant = await participants.of(visit.request, WHILE_WRITING)
        async with visit.refusing():
            given = _given(form, participant)
            done = await ask_by_form(visit.pool, known, given, await visit.moment(by_address=True))
            return visit.go(f"/hotline/inquiries/{done.link}", done="asked")
        return await _form(visit, known, participant)


def _given(form: Form, participant: UUID | None) -> Asking:
    answer_by = form.of("answer_by")
    return Asking(
        municipality=form.of("municipality"),
        organization=uuid_of(form.of("organization")),
        theme=form.of("theme"),
        text=form.of("text"),
        answer_by=AnswerBy(answer_by) if answer_by in list(AnswerBy) else AnswerBy.LINK,
        name=form.of("name"),
        email=form.of("email"),
        phone=form.of("phone"),
        participant=participant,
    )


def _address(**query: str) -> str:
    return f"{HERE}?{urlencode(query)}" if query else HERE


def _place(form: Form) -> dict[str, str]:
    return {name: form.of(name) for name in ("organization", "municipality", "theme") if form.of(name)}


async def _where(visit: Visit[Staff], known: Known) -> Answer:
    """The first question, with what was found; `where` turns it into one for a municipality."""
    by_place = visit.query.get("where", "") == "place"
    part = visit.query.get("q", "").strip()
    found = (choices.municipalities if by_place else choices.workplaces)(known.picture, part)
    field = "municipality" if by_place else "organization"
    return await visit.page(
        "inquiries/where.html",
        by_place=by_place,
        part=part,
        found=[(each, _address(**{field: each.code})) for each in found[: choices.SHOWN]],
        more=len(found) > choices.SHOWN,
        unknown=bool(visit.query.get("organization") or visit.query.get("municipality")),
        elsewhere=_address(where="place"),
        back=HERE,
    )


async def _form(visit: Visit[Staff], known: Known, participant: UUID | None) -> Answer:
    form, picture = visit.form, known.picture
    organization = picture.organizations.get(uuid_of(form.of("organization")) or choices.NOWHERE)
    async with visit.pool.acquire() as db:
        listed = [Option(theme.code, theme.name) for theme in await themes.every(db) if not theme.removed]
    return await visit.page(
        "inquiries/new.html",
        municipality=picture.name_of(form.of("municipality")),
        organization=organization.name if organization else "",
        themes=listed,
        ways=[Option(way, name) for way, name in NAMES.items()],
        back=HERE,
        kept=participant is not None,
        sign_in=sign_in(_address(**_place(form))),
    )
