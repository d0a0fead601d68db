"""The walls of the pages: every page, asked by everybody, of every municipality.

The pages are those that the applications have: one without a rule here fails.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from services.directory.set_aside_pages import SERVICES
from tests.factories import DISTRICT, OKRUG
from tests.security.test_walls import (
    ASKERS,
    GIVERS,
    OF_GROUP,
    giving,
    keeping_line,
    meeting,
    order,
    ordered,
    overseeing_place,
    people,
    reading_audit,
    replying,
    run,
    summary,
    working,
)
from tests.security.walls import (
    CHECKPOINT,
    FORMERS,
    PAIRS,
    PLACES,
    SERVED,
    STRANGERS,
    Walls,
    Who,
    group_of,
    pairs,
    school_of,
)

Rule: TypeAlias = Callable[[Who, str], int]

KEEPERS = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)
HEADS = (Role.HEAD, Role.CLERK)


def of_everybody(who: Who, place: str) -> int:
    return 200


def of_administrators(who: Who, place: str) -> int:
    return 200 if who.role is Role.ADMINISTRATOR else 404


def keeping_themes(status: int) -> Rule:
    """The administrator's alone, who is told why by the page."""
    return lambda who, place: status if who.role is Role.ADMINISTRATOR else 403


def of_overseers(who: Who, place: str) -> int:
    return 200 if who.role in (Role.ADMINISTRATOR, Role.SMO_OPERATOR) else 404


def overseers_else(there: int) -> Rule:
    """Of whoever oversees municipalities, whose own is not there; whoever else comes is told so."""
    return lambda who, place: there if of_overseers(who, place) == 200 else 403


overseers = overseers_else(200)


def of_nobody(who: Who, place: str) -> int:
    return 404


def of(roles: Collection[Role], administrator: int) -> Rule:
    """Of some of a municipality's own people; whoever else has to do with it is told that it is not."""

    def rule(who: Who, place: str) -> int:
        if who.role is Role.ADMINISTRATOR:
            return administrator
        if not who.acts_in(place):
            return 404
        return 200 if who.belongs_to(place) and who.role in roles else 403

    return rule


def working_group(who: Who, place: str) -> int:
    """Of whoever looks after its municipality, and of its own people."""
    return 200 if who.of == str(group_of(place)) else people(who, place)


def overseen(who: Who, place: str) -> int:
    """Of whoever looks after the municipality; its SMO has a page of counts and of whom it calls."""
    return 200 if who.runs_smo else people(who, place)


def briefed_by(who: Who, place: str) -> int:
    """Of its own people alone."""
    if who.of == str(group_of(place)):
        return 200
    return 403 if working_group(who, place) == 200 else 404


def organization(who: Who, place: str) -> int:
    """Of whoever looks after its founder, of its own coordinators, and of the group that has it."""
    in_hand = who.role in OF_GROUP and who.acts_in(place)
    return 200 if in_hand or who.of == str(school_of(place)) else people(who, place)


def forming(roles: Collection[Role]) -> Rule:
    """Of those of a municipality's own who form groups; others who look after it are told so."""

    def rule(who: Who, place: str) -> int:
        if who.belongs_to(place) and who.role in roles:
            return 200
        return 403 if people(who, place) == 200 else 404

    return rule


SUPERVISORS = frozenset({Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY})
"""Beside the leader of the working group that owns the line: there is none here."""

LINE = frozenset(Role) - {Role.ADMINISTRATOR, Role.SMO_OPERATOR}


def anywhere(roles: Collection[Role]) -> Rule:
    """Of whoever has one of these roles, wherever it is; it shows what is theirs."""
    return lambda who, place: 200 if who.role in roles and who not in FORMERS else 403


def changing(who: Who, place: str) -> int:
    """As forming; whoever is of the group sees it, but does not change it."""
    return 403 if who.of == str(group_of(place)) else forming(HEADS)(who, place)


def at_the_reception(who: Who, place: str) -> int:
    """Of those who set it; others who look after the municipality are told that they do not."""
    if who.role is Role.ADMINISTRATOR or (who.belongs_to(place) and who.role in KEEPERS):
        return 200
    return 403 if people(who, place) == 200 else 404


def closing(who: Who, place: str) -> int:
    """Of those who keep the founder's list; others who see the organization are told that they do not."""
    if who.role is Role.ADMINISTRATOR or (who.belongs_to(place) and who.role in KEEPERS):
        return 200
    return 403 if organization(who, place) == 200 else 404


def serving(who: Who, place: str) -> int:
    """Of the settlement's Head and clerk and, once it is served, of the district's; a district has none."""
    if people(who, place) == 404:
        return 404
    decides = who.role is Role.ADMINISTRATOR or who.role in HEADS
    settlement = place not in (DISTRICT, OKRUG)
    return (200 if settlement else 422) if decides else 403


def figures(who: Who, place: str) -> int:
    return 200 if who.role and who.sees_figures_of(place) else 404


def results(who: Who, place: str) -> int:
    """Targets and results: for those over the whole of it or of its district, not for a part's people."""
    whole = who.of in PLACES or who.role in (Role.ADMINISTRATOR, Role.SMO_OPERATOR)
    return figures(who, place) if whole else 404


def own_figures(who: Who, place: str) -> int:
    """Whose no municipality is has no figures to see."""
    return 200 if who.role and (who.runs_smo or who.role is not Role.SMO_OPERATOR) else 403


def renewed(rule: Rule) -> Rule:
    """Whoever is none of the staff goes where one signs in; whoever was one has no rights left."""

    def everybody(who: Who, place: str) -> int:
        if who in STRANGERS:
            return 303
        return rule(Who("nobody") if who in FORMERS else who, place)

    return everybody


def to_everybody(status: int) -> Rule:
    """Everybody is treated alike."""
    return lambda who, place: status


def to_participants(status: int, others: int) -> Rule:
    """The participant's own; a staff's token means nothing there."""
    return lambda who, place: status if who.name == "participant" else others


def to_staff(status: int, others: int) -> Rule:
    """Whoever is signed in, with rights or without any more; a participant's token means nothing there."""
    return lambda who, place: others if who in STRANGERS else status


def curve(who: Who, place: str) -> int:
    """A part of a page that is open already: nobody is sent to sign in for it."""
    return 401 if who in STRANGERS else renewed(own_figures)(who, place)


def fragment(who: Who, place: str) -> int:
    """A municipality's figures on a page that is open already."""
    return 401 if who in STRANGERS else renewed(figures)(who, place)


FIRST_LEVEL = (*KEEPERS, Role.DEPUTY)


def in_intake(roles: Collection[Role]) -> Rule:
    """Whoever else has to do with initiatives is told that this is not theirs."""
    others = (*FIRST_LEVEL, *OF_GROUP, Role.COORDINATOR, Role.STAND_IN)
    return lambda who, place: 200 if who.role in roles else 403 if who.role in others else 404


def of_the_line(who: Who, place: str) -> int:
    """Of every level, wherever it is; it shows what is theirs."""
    return 200 if who.role in LINE - {Role.HOTLINE_OPERATOR} and who not in FORMERS else 404


def titles(who: Who, place: str) -> int:
    """An organization's: of the first level and of its own coordinators. No group is known to intake here;
    what groups see is tested by `tests/intake/determination/test_titles.py`."""
    over_all = who.role in FIRST_LEVEL and who.acts_in(place)
    return 200 if over_all or who.of == str(school_of(place)) else 404


def finding(who: Who, place: str) -> int:
    """Of whoever acts there at any level, or on its line."""
    return 200 if who.acts_in(place) else 404


CABINET: dict[str, Rule] = {
    "/cabinet": of_everybody,
    "/cabinet/acts/{id_}": people,
    "/cabinet/acts/{id_}/act.pdf": people,
    "/cabinet/acts/{id_}/scans/{scan}": of_nobody,
    "/cabinet/annex": of_everybody,
    "/cabinet/appointments/{id_}/address": of(HEADS, administrator=200),
    "/cabinet/appointments/{id_}/contact": of(HEADS, administrator=403),
    "/cabinet/appointments/{id_}/end": of(HEADS, administrator=403),
    "/cabinet/audit": of_administrators,
    "/cabinet/briefing": of_everybody,
    "/cabinet/calendar": of_everybody,
    "/cabinet/campaigns": of_administrators,
    "/cabinet/campaigns/new": of_administrators,
    "/cabinet/campaigns/{id_}": of_administrators,
    "/cabinet/campaigns/{id_}/closing": of_administrators,
    "/cabinet/checkpoints": of_overseers,
    "/cabinet/groups/{id_}": working_group,
    "/cabinet/groups/{id_}/area": changing,
    "/cabinet/groups/{id_}/briefing": working_group,
    "/cabinet/groups/{id_}/briefing/material": briefed_by,
    "/cabinet/groups/{id_}/dissolution": changing,
    "/cabinet/imports/{what}": of(KEEPERS, administrator=200),
    "/cabinet/imports/{what}/{id_}": of_nobody,
    "/cabinet/invitations": of_everybody,
    "/cabinet/agreements": of_everybody,
    "/cabinet/meetings": of_everybody,
    "/cabinet/meetings/new": lambda who, place: 200 if who.role is Role.SMO_OPERATOR else 403,
    "/cabinet/meetings/{id_}": meeting,
    "/cabinet/meetings/{id_}/answers": meeting,
    "/cabinet/meetings/{id_}/attendance": run(409),
    "/cabinet/meetings/{id_}/cancellation": run(200),
    "/cabinet/meetings/{id_}/changes": run(200),
    "/cabinet/meetings/{id_}/meeting.ics": meeting,
    "/cabinet/meetings/{id_}/minutes": run(409),
    "/cabinet/meetings/{id_}/minutes.pdf": meeting,
    "/cabinet/orders": of_everybody,
    "/cabinet/orders/new": lambda who, place: 200 if who.role in GIVERS else 403,
    "/cabinet/orders/{id_}": order,
    "/cabinet/orders/{id_}/closing": giving(200),
    "/cabinet/orders/{id_}/confirmation": giving(409),
    "/cabinet/orders/{id_}/files/{file}": of_nobody,
    "/cabinet/orders/{id_}/order.pdf": order,
    "/cabinet/orders/{id_}/postponement": giving(200),
    "/cabinet/orders/{id_}/report": ordered,
    "/cabinet/orders/{id_}/return": giving(404),
    "/cabinet/messages": of_everybody,
    "/cabinet/messages/{id_}": of_nobody,
    "/cabinet/questions": of_everybody,
    "/cabinet/questions/new": lambda who, place: 200 if who.role in ASKERS else 403,
    "/cabinet/questions/{id_}": replying(200),
    "/cabinet/questions/{id_}/answer": replying(200),
    "/cabinet/questions/{id_}/publication": replying(409),
    "/cabinet/questions/{id_}/transfer": replying(200),
    "/cabinet/reports": of_everybody,
    "/cabinet/reports/cadence/{code}": of((Role.HEAD, Role.CLERK), 403),
    "/cabinet/reports/{id_}": summary,
    "/cabinet/reports/{id_}/report.pdf": summary,
    "/cabinet/municipalities/{code}": overseen,
    "/cabinet/municipalities/{code}/acts": people,
    "/cabinet/municipalities/{code}/checkpoints": results,
    "/cabinet/municipalities/{code}/checkpoints/{day}": results,
    "/cabinet/municipalities/{code}/checkpoints/{day}/result.pdf": results,
    "/cabinet/municipalities/{code}/coordination-group": people,
    "/cabinet/municipalities/{code}/groups/new": forming((*HEADS, Role.DEPUTY)),
    "/cabinet/municipalities/{code}/letterhead": forming(HEADS),
    "/cabinet/municipalities/{code}/organizations": people,
    "/cabinet/municipalities/{code}/reception": at_the_reception,
    "/cabinet/municipalities/{code}/targets": results,
    "/cabinet/municipalities/{code}/transformation": of_administrators,
    "/cabinet/municipalities/{code}/serving": serving,
    "/cabinet/municipalities/{code}/scheme": forming((*HEADS, Role.DEPUTY)),
    "/cabinet/organizations/{id_}": organization,
    "/cabinet/organizations/{id_}/closing": closing,
    "/cabinet/organizations/{id_}/leaflet": organization,
    "/cabinet/region": of_administrators,
    "/cabinet/regulation": of_everybody,
    "/cabinet/regulation/{code}": of_everybody,
    "/cabinet/region/acts": of_administrators,
    "/cabinet/region/letterhead": of_administrators,
    "/cabinet/structure": of_administrators,
    "/cabinet/structure/smos/{id_}": of_administrators,
    "/cabinet/targets": of_overseers,
}
"""What somebody of the staff is answered. Nobody has a scan or a file of the ids that are asked for."""

RULES: dict[tuple[str, str], Rule] = {
    **{("hierarchy", path): renewed(rule) for path, rule in CABINET.items()},
    ("hierarchy", "/contacts"): to_everybody(200),
    ("hierarchy", "/staff/address"): renewed(of_everybody),
    ("hierarchy", "/staff/addresses/{word}"): to_everybody(404),
    ("hierarchy", "/staff/forgotten"): to_everybody(200),
    ("hierarchy", "/staff/links/{word}"): to_everybody(404),
    ("hierarchy", "/staff/openid"): to_everybody(404),
    ("hierarchy", "/staff/openid/back"): to_everybody(404),
    # Whose token is fresh came for nothing: the service that sent them does not know our key yet.
    ("hierarchy", "/staff/renewal"): to_staff(503, others=303),
    ("hierarchy", "/staff/sessions"): renewed(of_everybody),
    ("hierarchy", "/staff/sign-in"): to_staff(303, others=200),
    **{(service, f"/set-aside/{service}"): renewed(of_administrators) for service in SERVICES},
    ("hotline", "/hotline"): renewed(of_everybody),
    ("hotline", "/hotline/calls"): renewed(of_everybody),
    ("hotline", "/hotline/cases/new"): renewed(anywhere(LINE)),
    ("hotline", "/hotline/cases/new/callers"): renewed(of_everybody),
    ("hotline", "/hotline/cases/{id_}"): renewed(of_nobody),
    ("hotline", "/hotline/lines/{code}/exchange"): renewed(keeping_line(404)),
    ("hotline", "/hotline/supervision"): renewed(anywhere(SUPERVISORS)),
    ("hotline", "/hotline/waiting"): renewed(of_everybody),
    ("hotline", "/hotline/about"): to_everybody(200),
    ("hotline", "/hotline/answers"): to_everybody(200),
    ("hotline", "/hotline/answers/drafts"): renewed(working(200)),
    ("hotline", "/hotline/answers/found"): renewed(working(200)),
    ("hotline", "/hotline/answers/new"): renewed(working(200)),
    # Nobody has an answer or a consultation of the id that is asked for.
    ("hotline", "/hotline/answers/{id_}"): renewed(of_nobody),
    ("hotline", "/hotline/answers/{id_}/removal"): renewed(of_nobody),
    ("hotline", "/hotline/answers/{id_}/text"): renewed(of_nobody),
    ("hotline", "/hotline/cases/{id_}/files/{file}"): renewed(of_nobody),
    ("hotline", "/hotline/audit"): renewed(of_administrators),
    ("hotline", "/hotline/consultations"): renewed(working(200)),
    ("hotline", "/hotline/consultations/new"): renewed(working(200)),
    ("hotline", "/hotline/consultations/organizations"): renewed(working(200)),
    ("hotline", "/hotline/consultations/{id_}"): renewed(of_nobody),
    ("hotline", "/hotline/consultations/{id_}/correction"): renewed(of_nobody),
    ("hotline", "/hotline/contacts"): to_everybody(200),
    ("hotline", "/hotline/lines"): renewed(of_everybody),
    ("hotline", "/hotline/lines/{code}"): renewed(working(200)),
    ("hotline", "/hotline/lines/{code}/closing"): renewed(keeping_line(404)),
    ("hotline", "/hotline/lines/{code}/duty"): renewed(working(200)),
    ("hotline", "/hotline/lines/{code}/edit"): renewed(keeping_line(200)),
    ("hotline", "/hotline/mine"): to_participants(200, others=303),
    ("hotline", "/hotline/new"): to_everybody(200),
    ("hotline", "/hotline/inquiries/{link}"): to_everybody(404),
    ("hotline", "/hotline/inquiries/{link}/erasure"): to_everybody(404),
    ("hotline", "/hotline/retention"): renewed(of_administrators),
    ("hotline", "/hotline/themes"): renewed(keeping_themes(200)),
    # Nobody has a theme of the code that is asked for.
    ("hotline", "/hotline/themes/{code}"): renewed(keeping_themes(404)),
    ("intake", "/federal"): renewed(overseers),
    ("intake", "/federal/export"): renewed(overseers),
    ("intake", "/federal/reconciliation"): renewed(overseers),
    ("intake", "/federal/reconciliation/{code}"): renewed(overseeing_place(200)),
    ("intake", "/federal/reported"): renewed(overseers),
    ("intake", "/federal/imports/{id_}"): renewed(overseers_else(404)),
    ("intake", "/federal/imports/{id_}/progress"): renewed(overseers_else(404)),
    ("intake", "/staff-meetings"): renewed(
        in_intake((*FIRST_LEVEL, *OF_GROUP, Role.COORDINATOR, Role.STAND_IN))
    ),
    # Nobody has a meeting of the id that is asked for.
    ("intake", "/staff-meetings/{meeting_id}"): renewed(of_nobody),
    ("intake", "/staff-meetings/{meeting_id}/people"): renewed(of_nobody),
    ("intake", "/staff-meetings/{meeting_id}/papers/{paper}"): renewed(of_nobody),
    ("metrics", "/municipalities/{code}"): renewed(figures),
    ("metrics", "/region"): renewed(own_figures),
    ("metrics", "/region/attention"): curve,
    ("metrics", "/region/comparison"): renewed(own_figures),
    ("metrics", "/region/curve"): curve,
    ("metrics", "/region/days"): renewed(own_figures),
    ("metrics", "/region/figures"): fragment,
    ("metrics", "/region/hotline"): renewed(own_figures),
    ("metrics", "/region/initiators"): renewed(own_figures),
    ("metrics", "/region/picture"): curve,
    ("metrics", "/region/summary.pdf"): renewed(own_figures),
    ("metrics", "/region/waiting"): fragment,
    ("metrics", "/region/work"): renewed(own_figures),
    ("intake", "/"): to_everybody(200),
    ("intake", "/determination"): renewed(of_everybody),
    ("intake", "/determination/audit"): renewed(reading_audit),
    ("intake", "/determination/retention"): renewed(of_administrators),
    ("intake", "/determination/issues"): renewed(in_intake(FIRST_LEVEL)),
    ("intake", "/determination/submission"): renewed(in_intake((*FIRST_LEVEL, *OF_GROUP))),
    ("intake", "/determination/meeting.pdf"): renewed(of_everybody),
    ("intake", "/determination/titles"): renewed(titles),
    ("intake", "/determination/waiting"): renewed(of_everybody),
    ("intake", "/assisted"): renewed(in_intake((*FIRST_LEVEL, *OF_GROUP, Role.COORDINATOR, Role.STAND_IN))),
    # For whose people is not said.
    ("intake", "/assisted/people"): renewed(lambda who, place: 422),
    ("intake", "/cabinet/participants"): renewed(of_the_line),
    ("intake", "/cabinet/participants/search"): renewed(finding),
    # Nobody is registered under the id that is asked for.
    ("intake", "/cabinet/participants/{participant_id}/merge"): renewed(of_nobody),
    # Nobody has a decision or an initiative of the id that is asked for.
    ("intake", "/determination/decisions/{decision_id}"): renewed(of_nobody),
    ("intake", "/determination/{initiative_id}"): renewed(of_nobody),
    ("intake", "/determination/{initiative_id}/files/{file_id}"): renewed(of_nobody),
    # The region's campaign publishes no texts.
    **{
        ("intake", f"/open{page}"): to_everybody(404)
        for page in ("", "/feed.atom", "/{code}", "/{code}/feed.atom", "/initiatives/{which}")
    },
    ("intake", "/help"): renewed(of_everybody),
    ("intake", "/help/waiting"): renewed(of_everybody),
    ("intake", "/help/new"): renewed(anywhere(LINE)),
    ("intake", "/help/{request_id}"): renewed(of_nobody),
    ("intake", "/help/by-link/{link}"): to_everybody(404),
    ("intake", "/initiatives/help"): to_participants(200, others=303),
    ("intake", "/initiatives/help/{request_id}"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/help"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/help/line"): to_participants(200, others=303),
    ("intake", "/initiatives/drafts/{draft_id}/help"): to_participants(404, others=303),
    ("intake", "/sign-in"): to_participants(303, others=200),
    ("intake", "/register"): to_everybody(303),
    ("intake", "/participants/new"): to_participants(303, others=200),
    ("intake", "/participants/organizations"): to_everybody(200),
    ("intake", "/participants/municipalities"): to_everybody(200),
    # Nobody learns whether somebody has registered.
    ("intake", "/participants/{handle}/code"): to_everybody(200),
    ("intake", "/me"): to_participants(404, others=303),
    ("intake", "/me/data"): to_participants(404, others=303),
    ("intake", "/me/letters"): to_participants(404, others=303),
    # Known by its own link alone, which nobody can guess.
    ("intake", "/me/letters/stop/{token}"): to_everybody(404),
    ("intake", "/me/correction"): to_participants(404, others=303),
    ("intake", "/me/erasure"): to_participants(404, others=303),
    ("intake", "/initiatives/drafts/{draft_id}/deletion"): to_participants(404, others=303),
    ("intake", "/initiatives/drafts/{draft_id}/files"): to_participants(404, others=303),
    ("intake", "/initiatives/drafts/{draft_id}/files/{file_id}"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/files"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/files/{file_id}"): to_participants(404, others=303),
    ("intake", "/initiatives"): to_participants(200, others=303),
    ("intake", "/initiatives/new"): to_participants(200, others=303),
    ("intake", "/initiatives/{initiative_id}"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/rewording"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/withdrawal"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/correction"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/co-authors"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/support"): to_participants(404, others=303),
    ("intake", "/initiatives/{initiative_id}/co-authorship"): to_participants(404, others=303),
    ("intake", "/initiatives/invitations/{invitation_id}"): to_everybody(404),
}
"""What everybody is answered."""

BY_QUERY = {
    *("/contacts", "/region/figures", "/region/waiting", "/cabinet/participants/search"),
    *(f"/hotline/answers{page}" for page in ("", "/drafts", "/found", "/new")),
    *(f"/hotline/consultations{page}" for page in ("", "/new", "/organizations")),
}
"""Pages whose address says in its query of which municipality they are."""

NO_PAGES = ("/health", "/metrics", "/static", "/api/schema", "/hotline/live")
"""What is the same for everybody who reaches it; and the desk's stream, which never ends: its tests are
`tests/hotline/desk/test_live.py`."""


async def test_every_page_has_a_rule_and_every_rule_a_page(walls: Walls) -> None:
    assert set(pages_of(walls)) == set(RULES)


def pages_of(walls: Walls) -> Iterator[tuple[str, str]]:
    """Every page of every service: what is looked at and no document of an API names."""
    for service, web in walls.webs.items():
        for route in web.app.routes:
            for handler in getattr(route, "route_handlers", ()):
                is_page = "GET" in handler.http_methods and not handler.resolve_include_in_schema()
                if is_page and not route.path_format.startswith(NO_PAGES):
                    yield service, route.path_format


@pytest.mark.parametrize("key", RULES, ids=lambda key: f"{key[0]} {key[1]}")
async def test_everybody_sees_the_pages_that_are_theirs(
    key: tuple[str, str], walls: Walls, full: bool
) -> None:
    wrong = []
    for who, place in pairs(" ".join(key), RULES[key], full):
        expected, answered = RULES[key](who, place), await look(walls, *key, who, place)
        if answered != expected:
            wrong.append(f"{who.name} in {place}: {answered}, not {expected}")

    assert wrong == []


@pytest.mark.parametrize("key", RULES, ids=lambda key: f"{key[0]} {key[1]}")
def test_the_quick_form_asks_for_every_role_wherever_the_rule_answers_it_otherwise(
    key: tuple[str, str],
) -> None:
    rule, chosen = RULES[key], pairs(" ".join(key), RULES[key], full=False)

    def seen(asked: list[tuple[Who, str]]) -> set[tuple[object, ...]]:
        return {(who.role, who in FORMERS, who.place == place, rule(who, place)) for who, place in asked}

    assert seen(chosen) == seen(PAIRS)
    assert len(chosen) < len(PAIRS) / 2


UNKNOWN = (
    *("scan", "word", "link", "file", "token", "handle", "participant_id", "initiative_id", "draft_id"),
    *("decision_id", "invitation_id", "which", "meeting_id", "paper", "file_id", "request_id"),
)
"""Names in addresses for which something is asked that nobody has."""


async def look(walls: Walls, service: str, path: str, who: Who, place: str) -> int:
    address = path.format(
        code=place,
        day=CHECKPOINT,
        what="organizations" if path.endswith("{id_}") else f"organizations?of={place}",
        id_=await id_for(walls, path, place),
        **dict.fromkeys(UNKNOWN, uuid4()),
    )
    query = f"?municipality={place}" if path in BY_QUERY else ""
    if path == "/determination/titles":
        query = f"?organization={school_of(place)}"
    headers = {"Accept": "text/html"} | walls.headers.get(who, {})
    answer = await walls.webs[service].get(address + query, headers=headers, follow_redirects=False)
    return answer.status_code


async def id_for(walls: Walls, path: str, place: str) -> str:
    """The id of something in a place that the page is about."""
    kind = path.split("/")[2] if "{id_}" in path else ""
    if kind == "groups":
        return str(await walls.form(place) if place == SERVED else group_of(place))
    if kind == "organizations":
        return str(school_of(place))
    made: dict[str, Callable[[str], Awaitable[UUID]]] = {
        "acts": walls.act,
        "appointments": walls.appointment,
        "meetings": walls.meeting,
        "orders": walls.order,
        "questions": walls.question,
        "reports": walls.report,
    }
    known = {"campaigns": "spring", "structure": "new"}
    return str(await made[kind](place)) if kind in made else known.get(kind, str(uuid4()))
