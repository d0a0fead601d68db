"""Walls: every operation of every API, asked by everybody, of their own, a parent's, a child's and a foreign
municipality. An operation that the documents name and no rule here does, fails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from contracts.appointments import Role
from deploy.contracts.openapi import documents
from tests.factories import HERE, SETTLEMENT
from tests.security.walls import (
    CHECKPOINT,
    FORMERS,
    OWN_PEOPLE,
    PLACES,
    SERVED,
    STRANGERS,
    Walls,
    Who,
    group_of,
    pairs,
    school_of,
)

METHODS = ("get", "post", "put", "patch", "delete")
OF_GROUP = (Role.LEADER, Role.MEMBER)
Key: TypeAlias = tuple[str, str, str]
"""An operation's service, method and path."""

Expected: TypeAlias = Callable[[Who, str], set[int]]


def anybody(*statuses: int) -> Expected:
    """Everybody is treated alike."""
    return lambda who, place: set(statuses)


def of_staff(rule: Callable[[Who, str], int]) -> Expected:
    """Who is none of the staff is not known here; whoever was one has no rights left."""

    def expected(who: Who, place: str) -> set[int]:
        if who in STRANGERS:
            return {401}
        return {rule(Who("nobody") if who in FORMERS else who, place)}

    return expected


def people(who: Who, place: str) -> int:
    return 200 if who.role is Role.ADMINISTRATOR or who.looks_after(place) else 404


def group(done: int) -> Callable[[Who, str], int]:
    """What the Head alone decides, or the clerk for the Head; whoever has to do with the place is told so."""

    def rule(who: Who, place: str) -> int:
        if who.role is Role.ADMINISTRATOR:
            return 403
        if not who.acts_in(place):
            return 404
        return done if who.belongs_to(place) and who.role in (Role.HEAD, Role.CLERK) else 403

    return rule


def of_nobody(who: Who, place: str) -> int:
    """What is unknown everywhere."""
    return 404


def letterhead(who: Who, place: str) -> int:
    """The Head, or the clerk for the Head; whoever sees the municipality's acts is told so."""
    if who.belongs_to(place) and who.role in (Role.HEAD, Role.CLERK):
        return 200
    return 403 if people(who, place) == 200 else 404


def staffing(done: int) -> Callable[[Who, str], int]:
    """The working group alone that has the organization in hand, also by agreement (rule 3)."""

    def rule(who: Who, place: str) -> int:
        if who.role is Role.ADMINISTRATOR:
            return 403
        if not who.acts_in(place):
            return 404
        return done if who.role in OF_GROUP else 403

    return rule


def forming(who: Who, place: str) -> int:
    """The Head or the clerk, but not where the district acts."""
    expected = group(201)(who, place)
    return 409 if expected == 201 and place == SERVED else expected


def agreeing(who: Who, place: str) -> int:
    """The settlement's Head, the clerk for the Head, or the administrator; but two of the places are no
    settlements, one has a group, and one is served already."""
    if not (who.role is Role.ADMINISTRATOR or who.looks_after(place)):
        return 404
    if who.role is Role.ADMINISTRATOR or (who.belongs_to(place) and who.role in (Role.HEAD, Role.CLERK)):
        return 409 if place in (SETTLEMENT, SERVED) else 422
    return 403


def ending(who: Who, place: str) -> int:
    """Either side's Head, the clerk for the Head, or the administrator."""
    if not (who.role is Role.ADMINISTRATOR or who.looks_after(place)):
        return 404
    if place != SERVED:
        return 409
    return 200 if who.role in (Role.ADMINISTRATOR, Role.HEAD, Role.CLERK) else 403


def standing(who: Who, place: str) -> int:
    """A working group is there for whoever looks after its municipality, and for its own people."""
    return 200 if who.of == str(group_of(place)) else people(who, place)


def briefing(done: int) -> Callable[[Who, str], int]:
    """A working group's own people alone; whoever has to do with the municipality is told so."""

    def rule(who: Who, place: str) -> int:
        if who.of == str(group_of(place)):
            return done
        return 403 if who.role is Role.ADMINISTRATOR or who.acts_in(place) else 404

    return rule


def figures(who: Who, place: str) -> int:
    return 200 if who.role and who.sees_figures_of(place) else 404


def results(who: Who, place: str) -> int:
    """Targets and results: for those over the whole of it or of its district, not for a part's people."""
    whole = who.of in PLACES or who.role in (Role.ADMINISTRATOR, Role.SMO_OPERATOR)
    return figures(who, place) if whole else 404


def own_part(who: Who, place: str) -> int:
    # What is allowed never ends: the journeys look at an open stream.
    return 200 if who.role else 403


def targets(who: Who, place: str) -> int:
    """The Head, or the clerk for the Head; the SMO by letter alone, which this is not."""
    return 422 if who.runs_smo else group(409)(who, place)


def preparing(who: Who, place: str) -> int:
    """The responsible person alone; whoever has to do with the place is told so."""
    if who.role is Role.RESPONSIBLE and who.belongs_to(place):
        return 200
    return 403 if who.role is Role.ADMINISTRATOR or who.acts_in(place) else 404


def reminding(who: Who, place: str) -> int:
    """The SMO and the administrator; whoever has to do with the place is told so."""
    if who.runs_smo or who.role is Role.ADMINISTRATOR:
        return 200
    return 403 if who.acts_in(place) else 404


def of_administrators(done: int) -> Callable[[Who, str], int]:
    return lambda who, place: done if who.role is Role.ADMINISTRATOR else 404


@dataclass(frozen=True)
class Operation:
    """How an operation is asked, and what everybody should be answered."""

    expected: Expected
    body: Callable[["Walls", str], dict[str, Any] | None] = lambda walls, place: None
    query: str = ""
    endless: bool = False
    about: Role = Role.DEPUTY
    """Whose appointment is looked for, where it is one's."""
    file: bytes | None = None
    """The content of a file that is sent instead of a body."""


def deputy(walls: "Walls", place: str) -> dict[str, Any]:
    return appointing("deputy", place)


def stand_in(walls: "Walls", place: str) -> dict[str, Any]:
    return appointing("stand-in", str(school_of(place)))


def appointing(role: str, of: str) -> dict[str, Any]:
    person = {"role": role, "of": of, "name": "Новый", "email": f"{uuid4().hex}@example.org"}
    return {"number": "1", "day": datetime.now(HERE).date().isoformat(), "appointments": [person]}


def working_group(walls: "Walls", place: str) -> dict[str, Any]:
    group = {"name": "Новая", "directions": ["roads"]}
    today = datetime.now(HERE).date().isoformat()
    return {"municipality": place, "number": "1", "day": today, "groups": [group]}


def correcting(who: Who, place: str) -> int:
    """The Head, or the clerk for the Head, and the administrator, whoever has appointed."""
    return 200 if who.role is Role.ADMINISTRATOR else group(200)(who, place)


def at_the_reception(who: Who, place: str) -> int:
    """The Head, the clerk for the Head, the responsible person, and the administrator."""
    if who.role is Role.ADMINISTRATOR or (who.belongs_to(place) and who.role is Role.RESPONSIBLE):
        return 200
    return group(200)(who, place)


def telephone(walls: "Walls", place: str) -> dict[str, Any]:
    return {"phone": "8 800 000-00-01"}


def new_address(walls: "Walls", place: str) -> dict[str, Any]:
    return {"email": f"{uuid4().hex}@example.org"}


INVITED = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY)
GIVERS = (Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.LEADER)
"""Who gives orders, or prepares them."""


def meeting(who: Who, place: str) -> int:
    """The SMO that has called it, the administrator, and who is over a municipality that is invited."""
    overseer = who.role is Role.ADMINISTRATOR or who.runs_smo
    return 200 if overseer or (who.belongs_to(place) and who.role in INVITED) else 404


def run(done: int) -> Callable[[Who, str], int]:
    """The SMO's operator alone; whoever sees the meeting is told so."""

    def rule(who: Who, place: str) -> int:
        if who.runs_smo:
            return done
        return 403 if meeting(who, place) == 200 else 404

    return rule


def answering(who: Who, place: str) -> int:
    """Whom the SMO may call, and the clerk for the Head; whoever sees the meeting is told so."""
    if who.belongs_to(place) and who.role in (Role.HEAD, Role.RESPONSIBLE, Role.CLERK):
        return 422
    return 403 if meeting(who, place) == 200 else 404


def order(who: Who, place: str) -> int:
    """The Head's, and those around the Head: nobody else hears of what is ordered to another."""
    return 200 if who.belongs_to(place) and who.role in INVITED else 404


def giving(done: int) -> Callable[[Who, str], int]:
    """The Head, or the clerk for the Head; whoever sees the order is told so."""

    def rule(who: Who, place: str) -> int:
        if order(who, place) == 404:
            return 404
        return done if who.role in (Role.HEAD, Role.CLERK) else 403

    return rule


def ordered(who: Who, place: str) -> int:
    """It was ordered to none of those who ask."""
    return 403 if order(who, place) == 200 else 404


ASKERS = (Role.COORDINATOR, Role.STAND_IN, Role.LEADER, Role.MEMBER)
"""Who asks those above."""


def withdrawing(who: Who, place: str) -> int:
    """None of those who ask here has asked it."""
    return 403 if order(who, place) == 200 else 404


def replying(done: int) -> Callable[[Who, str], int]:
    """The coordination group, which holds it; neither a working group nor an overseer hears of it."""
    return lambda who, place: done if order(who, place) == 200 else 404


def summary(who: Who, place: str) -> int:
    """Those above it in its line, and whoever writes it: neither another group nor an overseer."""
    above = order(who, place) == 200 or who.of == str(group_of(place))
    return 200 if above or who.of == str(school_of(place)) else 404


def summing(done: int) -> Callable[[Who, str], int]:
    """The organization's coordinators; whoever sees the summary is told so."""

    def rule(who: Who, place: str) -> int:
        return done if who.of == str(school_of(place)) else {200: 403}.get(summary(who, place), 404)

    return rule


def settling(who: Who, place: str) -> int:
    """The SMO and the municipality that has promised; the administrator has no part in it."""
    if who.role is Role.ADMINISTRATOR:
        return 404
    if who.runs_smo or answering(who, place) == 422:
        return 200
    return answering(who, place)


KEEPERS = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)


def keeping_line(done: int) -> Callable[[Who, str], int]:
    """Those who describe a municipality's line, also by agreement; whoever else works there is told so."""

    def rule(who: Who, place: str) -> int:
        if not who.acts_in(place):
            return 404
        return done if who.role in KEEPERS else 403

    return rule


def working(done: int) -> Callable[[Who, str], int]:
    """Everybody who has something to do in a municipality, also by agreement."""
    return lambda who, place: done if who.acts_in(place) else 404


def case(done: int, operator: int | None = None) -> Callable[[Who, str], int]:
    """Of a question that the line alone has: those who are over the whole of its municipality."""

    def rule(who: Who, place: str) -> int:
        if not (who.looks_after(place) and who.role in OWN_PEOPLE):
            return 404
        return operator if operator and who.role is Role.HOTLINE_OPERATOR else done

    return rule


def overseeing(done: int) -> Callable[[Who, str], int]:
    """The administrator and every SMO, each for what is theirs; whoever else comes is told so."""
    return lambda who, place: done if who.role in (Role.ADMINISTRATOR, Role.SMO_OPERATOR) else 403


def reading_audit(who: Who, place: str) -> int:
    """Of Heads and responsible persons, what is theirs; everything is the administrator's."""
    return 200 if who.role in (Role.HEAD, Role.RESPONSIBLE, Role.ADMINISTRATOR) else 403


def overseeing_place(done: int) -> Callable[[Who, str], int]:
    """The administrator and the municipality's SMO; to another SMO it is not there."""

    def rule(who: Who, place: str) -> int:
        if who.role is Role.SMO_OPERATOR and not who.runs_smo:
            return 404
        return overseeing(done)(who, place)

    return rule


def line(walls: "Walls", place: str) -> dict[str, Any]:
    return {"municipality": place, "name": "Линия", "phones": ["8 800 000-00-01"], "version": 7}


def planned(walls: "Walls", place: str) -> dict[str, Any]:
    fields = dict.fromkeys(("title", "format", "day", "hour"), "")
    return {**fields, "duration": 60, "agenda": [], "seen": 7}


def target(walls: "Walls", place: str) -> dict[str, Any]:
    act = {"number": "1", "day": datetime.now(HERE).date().isoformat()}
    return {"municipality": place, "registered": 10, "submitted": 5, "act": act, "seen": 7}


INQUIRY = "/api/v1/inquiries/{inquiry_id}"

OWN_SESSION = of_staff(lambda who, place: 200)


def of_participant(status: int) -> Operation:
    """The participant's own, who is a stranger to the staff: their tokens mean nothing there."""
    return Operation(lambda who, place: {status if who.name == "participant" else 401})


def deciding(who: Who, place: str) -> int:
    """Whoever decides somewhere is told what became of each; that a foreign one is not there, too."""
    first = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY)
    return 201 if who.role in (*first, *OF_GROUP) else 403


def asking_for(who: Who, place: str) -> int:
    """Whoever helps authors or answers their calls, of whose initiatives this is none; others are told so."""
    return 403 if who.role in (Role.ADMINISTRATOR, Role.SMO_OPERATOR, None) else 404


def entering(who: Who, place: str) -> int:
    """For the people of a place's organization: its coordinators and the first level. Which groups there are
    intake was not told, and so none supervises it."""
    if not who.acts_in(place):
        return 404
    first = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY)
    # Without a row: whoever may enter one is told so.
    return 422 if who.role in first or who.of == str(school_of(place)) else 403


OPERATIONS: dict[Key, Operation] = {
    ("hierarchy", "get", "/.well-known/hierarchy/jwks.json"): Operation(anybody(200)),
    ("hierarchy", "get", "/api/v1/campaigns/current"): Operation(anybody(200)),
    ("hierarchy", "get", "/api/v1/municipalities"): Operation(anybody(200)),
    ("hierarchy", "get", "/api/v1/organizations"): Operation(anybody(200)),
    ("hierarchy", "post", "/api/v1/staff/sessions"): Operation(
        anybody(422, 429), lambda walls, place: {"email": "nobody@example.org", "password": "x"}
    ),
    ("hierarchy", "post", "/api/v1/staff/links/{word}"): Operation(
        anybody(404), lambda walls, place: {"password": "лодка плывёт домой"}
    ),
    ("hierarchy", "get", "/api/v1/staff/me"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/staff/sessions/renewal"): Operation(OWN_SESSION),
    ("hierarchy", "delete", "/api/v1/staff/sessions/current"): Operation(of_staff(lambda who, place: 204)),
    ("hierarchy", "get", "/api/v1/appointments"): Operation(of_staff(people), query="municipality={place}"),
    ("hierarchy", "post", "/api/v1/appointments"): Operation(of_staff(group(201)), deputy),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/end"): Operation(of_staff(group(200))),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/address"): Operation(of_staff(correcting), new_address),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/contact"): Operation(of_staff(group(200)), telephone),
    ("hierarchy", "post", "/api/v1/municipalities/{code}/reception"): Operation(
        of_staff(at_the_reception), telephone
    ),
    ("hierarchy", "get", "/api/v1/contacts"): Operation(anybody(200), query="municipality={place}"),
    ("hierarchy", "get", "/api/v1/today"): Operation(OWN_SESSION),
    ("hierarchy", "get", "/api/v1/letterheads/{code}"): Operation(of_staff(people)),
    ("hierarchy", "post", "/api/v1/letterheads/{code}"): Operation(
        of_staff(letterhead), lambda walls, place: {"issuer": "Администрация"}
    ),
    ("hierarchy", "post", "/api/v1/staff/address"): Operation(of_staff(lambda who, place: 202), new_address),
    ("hierarchy", "post", "/api/v1/staff/addresses/{word}"): Operation(anybody(404)),
    ("hierarchy", "get", "/api/v1/working-groups"): Operation(of_staff(people), query="municipality={place}"),
    ("hierarchy", "post", "/api/v1/working-groups"): Operation(of_staff(forming), working_group),
    ("hierarchy", "post", "/api/v1/working-groups/{id_}/dissolution"): Operation(of_staff(group(200))),
    ("hierarchy", "get", "/api/v1/working-groups/{id_}/briefing"): Operation(of_staff(standing)),
    ("hierarchy", "post", "/api/v1/working-groups/{id_}/briefing/material"): Operation(
        of_staff(briefing(409)), lambda walls, place: {"body": "Прочитайте", "seen": 7}
    ),
    ("hierarchy", "post", "/api/v1/working-groups/{id_}/briefing/sessions"): Operation(
        of_staff(briefing(422)), lambda walls, place: {"manner": "", "day": "", "present": []}
    ),
    ("hierarchy", "post", "/api/v1/working-groups/{id_}/briefing/reminders"): Operation(
        of_staff(briefing(200))
    ),
    ("hierarchy", "get", "/api/v1/staff/briefings"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/staff/briefings/{id_}/confirmation"): Operation(
        of_staff(lambda who, place: 404), lambda walls, place: {"version": 1}
    ),
    ("hierarchy", "get", "/api/v1/meetings"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/meetings"): Operation(
        of_staff(lambda who, place: 422 if who.role is Role.SMO_OPERATOR else 403), planned
    ),
    ("hierarchy", "get", "/api/v1/meetings/{id_}"): Operation(of_staff(meeting)),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/changes"): Operation(of_staff(run(409)), planned),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/cancellation"): Operation(
        of_staff(run(200)), lambda walls, place: {"reason": "Паводок"}
    ),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/answer"): Operation(
        of_staff(answering), lambda walls, place: {"answer": ""}
    ),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/figures"): Operation(
        of_staff(run(404)), lambda walls, place: {"item": str(uuid4())}
    ),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/attendance"): Operation(
        of_staff(run(409)), lambda walls, place: {"present": []}
    ),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/minutes"): Operation(
        of_staff(run(409)), lambda walls, place: {"body": "Обсудили"}
    ),
    ("hierarchy", "post", "/api/v1/meetings/{id_}/agreements"): Operation(
        of_staff(run(409)), lambda walls, place: {"municipality": place, "body": "Сделать", "due": ""}
    ),
    ("hierarchy", "post", "/api/v1/agreements/{id_}/state"): Operation(
        of_staff(settling), lambda walls, place: {"state": "done"}
    ),
    ("hierarchy", "get", "/api/v1/orders"): Operation(OWN_SESSION),
    ("hierarchy", "get", "/api/v1/orders/own"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/orders"): Operation(
        of_staff(lambda who, place: 422 if who.role in GIVERS else 403),
        lambda walls, place: {"to": [], "text": "", "deadline": {}},
    ),
    ("hierarchy", "get", "/api/v1/orders/{id_}"): Operation(of_staff(order)),
    ("hierarchy", "post", "/api/v1/orders/{id_}/acknowledgement"): Operation(of_staff(ordered)),
    ("hierarchy", "post", "/api/v1/orders/{id_}/report"): Operation(
        of_staff(ordered), lambda walls, place: {}
    ),
    ("hierarchy", "post", "/api/v1/orders/{id_}/confirmation"): Operation(
        of_staff(giving(409)), lambda walls, place: {}
    ),
    ("hierarchy", "post", "/api/v1/orders/{id_}/acceptance"): Operation(
        of_staff(giving(409)), lambda walls, place: {}
    ),
    ("hierarchy", "post", "/api/v1/orders/{id_}/return"): Operation(
        of_staff(giving(404)), lambda walls, place: {"task": str(uuid4()), "reason": "Не то"}
    ),
    ("hierarchy", "post", "/api/v1/orders/{id_}/postponement"): Operation(
        of_staff(giving(422)), lambda walls, place: {"deadline": {}, "reason": ""}
    ),
    ("hierarchy", "post", "/api/v1/orders/{id_}/closing"): Operation(of_staff(giving(200))),
    ("hierarchy", "post", "/api/v1/orders/{id_}/files"): Operation(
        of_staff(giving(201)), lambda walls, place: {"content": "JVBERi0="}
    ),
    ("hierarchy", "get", "/api/v1/messages"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/messages"): Operation(
        of_staff(of_nobody), lambda walls, place: {"to": str(uuid4()), "text": "Да"}
    ),
    ("hierarchy", "get", "/api/v1/messages/{id_}"): Operation(of_staff(of_nobody)),
    ("hierarchy", "get", "/api/v1/questions"): Operation(OWN_SESSION),
    ("hierarchy", "get", "/api/v1/questions/held"): Operation(OWN_SESSION),
    ("hierarchy", "get", "/api/v1/questions/published"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/questions"): Operation(
        of_staff(lambda who, place: 422 if who.role in ASKERS else 403),
        lambda walls, place: {"text": "", "about": None},
    ),
    ("hierarchy", "get", "/api/v1/questions/{id_}"): Operation(of_staff(replying(200))),
    ("hierarchy", "post", "/api/v1/questions/{id_}/answer"): Operation(
        of_staff(replying(422)), lambda walls, place: {"text": ""}
    ),
    ("hierarchy", "post", "/api/v1/questions/{id_}/transfer"): Operation(
        of_staff(replying(422)), lambda walls, place: {"group": str(uuid4()), "reason": ""}
    ),
    ("hierarchy", "post", "/api/v1/questions/{id_}/publication"): Operation(
        of_staff(replying(409)), lambda walls, place: {}
    ),
    ("hierarchy", "post", "/api/v1/questions/{id_}/withdrawal"): Operation(of_staff(withdrawing)),
    ("hierarchy", "get", "/api/v1/reports"): Operation(OWN_SESSION),
    ("hierarchy", "get", "/api/v1/reports/{id_}"): Operation(of_staff(summary)),
    ("hierarchy", "put", "/api/v1/reports/{id_}"): Operation(
        of_staff(summing(200)), lambda walls, place: {"notes": "Тихо"}
    ),
    ("hierarchy", "post", "/api/v1/reports/{id_}/sending"): Operation(of_staff(summing(200))),
    ("hierarchy", "post", "/api/v1/reports/{id_}/figures"): Operation(of_staff(summing(200))),
    ("hierarchy", "post", "/api/v1/municipalities/{code}/serving"): Operation(
        of_staff(agreeing), lambda walls, place: {"number": "1", "day": "2026-01-01"}
    ),
    ("hierarchy", "post", "/api/v1/municipalities/{code}/serving/end"): Operation(of_staff(ending)),
    ("hierarchy", "get", "/api/v1/checkpoints"): Operation(of_staff(results), query="municipality={place}"),
    # Nobody asks for days that can be: of whoever may, what is wrong with them is told.
    ("hierarchy", "post", "/api/v1/checkpoints"): Operation(
        of_staff(group(422)), lambda walls, place: {"municipality": place, "days": []}
    ),
    ("hierarchy", "put", "/api/v1/checkpoints/{code}/{day}/conclusion"): Operation(
        of_staff(group(200)), lambda walls, place: {"text": "Вывод"}
    ),
    ("hierarchy", "get", "/api/v1/regulation"): Operation(anybody(200), query="municipality={place}"),
    ("hierarchy", "post", "/api/v1/regulation"): Operation(
        of_staff(group(422)), lambda walls, place: {"municipality": place, "from_day": ""}
    ),
    ("hierarchy", "get", "/api/v1/calendars"): Operation(OWN_SESSION),
    ("hierarchy", "post", "/api/v1/calendars"): Operation(
        of_staff(of_administrators(201)), lambda walls, place: {"year": 2090, "days_off": []}
    ),
    ("hierarchy", "get", "/api/v1/targets"): Operation(of_staff(results), query="within={place}"),
    ("hierarchy", "post", "/api/v1/targets"): Operation(of_staff(targets), target),
    ("hierarchy", "post", "/api/v1/targets/{code}/draft"): Operation(
        of_staff(preparing), lambda walls, place: {"registered": 10, "submitted": 5}
    ),
    ("hierarchy", "post", "/api/v1/targets/reminders"): Operation(
        of_staff(reminding), lambda walls, place: {"municipality": place}
    ),
    ("hotline", "get", "/api/v1/lines"): Operation(anybody(200), query="municipality={place}"),
    # Nobody has a line yet: of whoever may, what is not there or was not seen is told.
    ("hotline", "post", "/api/v1/lines"): Operation(of_staff(keeping_line(409)), line),
    ("hotline", "post", "/api/v1/lines/{code}/closing"): Operation(
        of_staff(keeping_line(404)), lambda walls, place: {"version": 1}
    ),
    ("hotline", "post", "/api/v1/lines/{code}/shares"): Operation(
        of_staff(keeping_line(422)), lambda walls, place: {"settlement": place}
    ),
    ("hotline", "post", "/api/v1/lines/{code}/shares/{settlement}/agreement"): Operation(
        of_staff(keeping_line(404))
    ),
    ("hotline", "post", "/api/v1/lines/{code}/shares/{settlement}/end"): Operation(
        of_staff(keeping_line(404))
    ),
    ("hotline", "get", "/api/v1/lines/{code}/shifts"): Operation(of_staff(working(200))),
    ("hotline", "post", "/api/v1/lines/{code}/shifts"): Operation(
        of_staff(working(422)), lambda walls, place: {"first_day": "2020-01-01"}
    ),
    ("hotline", "post", "/api/v1/lines/{code}/shifts/{id_}/removal"): Operation(of_staff(working(404))),
    ("hotline", "post", "/api/v1/lines/{code}/swaps"): Operation(
        of_staff(working(404)), lambda walls, place: {"one": str(uuid4()), "other": str(uuid4())}
    ),
    ("hotline", "post", "/api/v1/lines/{code}/hand-overs"): Operation(
        of_staff(working(422)), lambda walls, place: {"note": ""}
    ),
    ("hotline", "post", "/api/v1/lines/{code}/hand-overs/{id_}/acceptance"): Operation(
        of_staff(working(404))
    ),
    # Exchanges have no token: a line that there is not and a wrong secret are answered alike.
    ("hotline", "post", "/api/v1/cti/{line}"): Operation(
        anybody(404), lambda walls, place: {"event": "newCall", "call_id": "1"}
    ),
    ("hotline", "get", "/api/v1/answers"): Operation(of_staff(working(200)), query="municipality={place}"),
    ("hotline", "get", "/api/v1/consultations"): Operation(
        of_staff(working(200)), query="municipality={place}"
    ),
    ("hotline", "post", "/api/v1/consultations"): Operation(
        of_staff(working(201)),
        lambda walls, place: {"municipality": place, "mode": "remote", "theme": "other"},
    ),
    ("hotline", "post", "/api/v1/inquiries"): Operation(
        anybody(422), lambda walls, place: {"municipality": place, "theme": "", "text": ""}
    ),
    ("hotline", "post", "/api/v1/inquiries/replies"): Operation(
        anybody(404), lambda walls, place: {"link": "x", "text": "А"}
    ),
    ("hotline", "get", "/api/v1/inquiries"): Operation(OWN_SESSION),
    ("hotline", "post", f"{INQUIRY}/take"): Operation(of_staff(case(200)), lambda walls, place: {}),
    ("hotline", "post", f"{INQUIRY}/transfer"): Operation(
        of_staff(case(200)), lambda walls, place: {"to": "coordination"}
    ),
    ("hotline", "post", f"{INQUIRY}/return"): Operation(
        of_staff(case(409)), lambda walls, place: {"reason": "Не наше"}
    ),
    ("hotline", "post", f"{INQUIRY}/answer"): Operation(
        of_staff(case(200)), lambda walls, place: {"text": "Так"}
    ),
    ("hotline", "post", f"{INQUIRY}/close"): Operation(of_staff(case(409))),
    ("hotline", "post", f"{INQUIRY}/merge"): Operation(
        of_staff(case(404)), lambda walls, place: {"into": str(uuid4())}
    ),
    ("hotline", "post", f"{INQUIRY}/spam"): Operation(of_staff(case(200))),
    ("hotline", "post", f"{INQUIRY}/restoration"): Operation(of_staff(case(409, operator=403))),
    ("hotline", "post", f"{INQUIRY}/correction"): Operation(
        of_staff(case(200)), lambda walls, place: {"theme": "other"}
    ),
    ("hotline", "post", f"{INQUIRY}/notes"): Operation(
        of_staff(case(200)), lambda walls, place: {"text": "Позвонить"}
    ),
    ("hotline", "post", f"{INQUIRY}/link-revocation"): Operation(of_staff(case(200))),
    ("metrics", "get", "/api/v1/counters"): Operation(
        of_staff(figures), query="level=organization&within={place}"
    ),
    ("metrics", "get", "/api/v1/comparison"): Operation(of_staff(figures), query="within={place}"),
    ("metrics", "get", "/api/v1/hotline-figures"): Operation(of_staff(figures), query="within={place}"),
    ("metrics", "get", "/api/v1/work-figures"): Operation(of_staff(figures), query="within={place}"),
    ("metrics", "get", "/api/v1/live"): Operation(of_staff(own_part), endless=True),
    ("intake", "get", "/.well-known/intake/jwks.json"): Operation(anybody(200)),
    ("intake", "get", "/api/v1/determination"): Operation(OWN_SESSION, query="municipality={place}"),
    ("intake", "get", "/api/v1/determination/{initiative_id}/attachments"): Operation(of_staff(of_nobody)),
    ("intake", "get", "/api/v1/determination/{initiative_id}/attachments/{file_id}"): Operation(
        of_staff(of_nobody)
    ),
    ("intake", "get", "/api/v1/determination/audit"): Operation(of_staff(reading_audit)),
    ("intake", "post", "/api/v1/decisions"): Operation(
        of_staff(deciding), lambda walls, place: {"ids": [str(uuid4())], "decision": "determine"}
    ),
    ("intake", "delete", "/api/v1/decisions/{decision_id}"): Operation(of_staff(lambda who, place: 404)),
    # An empty table, which whoever may send one is told.
    ("intake", "post", "/api/v1/federal/imports"): Operation(of_staff(overseeing(422)), file=b""),
    ("intake", "get", "/api/v1/federal/imports/{import_id}"): Operation(of_staff(overseeing(404))),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/help"): replace(
        of_participant(404), body=lambda walls, place: {"text": "Как начать?"}
    ),
    ("intake", "post", "/api/v1/drafts/{draft_id}/help"): replace(
        of_participant(404), body=lambda walls, place: {"text": "Как начать?"}
    ),
    ("intake", "get", "/api/v1/me/help-requests"): of_participant(200),
    ("intake", "get", "/api/v1/me/help-requests/{request_id}"): of_participant(404),
    (
        "intake",
        "post",
        "/api/v1/me/help-requests/{request_id}/suggestions/{suggestion_id}/acceptance",
    ): replace(of_participant(404), body=lambda walls, place: {"version": 1}),
    (
        "intake",
        "post",
        "/api/v1/me/help-requests/{request_id}/suggestions/{suggestion_id}/refusal",
    ): replace(of_participant(404), body=lambda walls, place: {"word": "Не то"}),
    ("intake", "post", "/api/v1/me/help-requests/{request_id}/completion"): of_participant(404),
    ("intake", "post", "/api/v1/me/help-requests/{request_id}/cancellation"): of_participant(404),
    ("intake", "post", "/api/v1/me/help-requests/{request_id}/thanks"): of_participant(404),
    ("intake", "get", "/api/v1/help-requests"): Operation(OWN_SESSION),
    ("intake", "post", "/api/v1/help-requests"): Operation(
        of_staff(asking_for), lambda walls, place: {"initiative": str(uuid4())}
    ),
    ("intake", "get", "/api/v1/help-requests/{request_id}"): Operation(of_staff(lambda who, place: 404)),
    ("intake", "post", "/api/v1/help-requests/{request_id}/taking"): Operation(
        of_staff(lambda who, place: 404)
    ),
    ("intake", "post", "/api/v1/help-requests/{request_id}/suggestions"): Operation(
        of_staff(lambda who, place: 404), lambda walls, place: {"title": "Название", "text": "Текст"}
    ),
    ("intake", "post", "/api/v1/help-requests/{request_id}/executor"): Operation(
        of_staff(lambda who, place: 404),
        lambda walls, place: {"name": "Иванова", "email": "ivanova@example.org"},
    ),
    ("intake", "delete", "/api/v1/help-requests/{request_id}/executor"): Operation(
        of_staff(lambda who, place: 404)
    ),
    ("intake", "post", "/api/v1/help-requests/{request_id}/completion"): Operation(
        of_staff(lambda who, place: 404)
    ),
    ("intake", "get", "/api/v1/help-links/{link}"): Operation(anybody(404)),
    ("intake", "post", "/api/v1/help-links/{link}/suggestions"): Operation(
        anybody(404), lambda walls, place: {"title": "Название", "text": "Текст"}
    ),
    ("intake", "get", "/api/v1/reported-figures"): Operation(of_staff(overseeing(200))),
    # Of a day that cannot be: of whoever may, what is wrong with it is told.
    ("intake", "post", "/api/v1/reported-figures"): Operation(
        of_staff(overseeing_place(422)),
        lambda walls, place: {
            "municipality": place,
            **dict.fromkeys(("registered", "submitted"), 1),
            "as_of": "2001-01-01",
            "source": "letter",
        },
    ),
    ("intake", "get", "/api/v1/federal/reconciliation"): Operation(
        of_staff(overseeing_place(200)), query="municipality={place}"
    ),
    ("intake", "post", "/api/v1/assisted"): Operation(
        of_staff(entering),
        lambda walls, place: {"municipality": place, "organization": str(school_of(place)), "rows": []},
    ),
    ("intake", "get", "/api/v1/participants"): Operation(
        of_staff(lambda who, place: 200 if who.acts_in(place) else 404), query="municipality={place}&q=x"
    ),
    # A row that there is not.
    ("intake", "post", "/api/v1/federal/links"): Operation(
        of_staff(overseeing_place(404)),
        lambda walls, place: {"municipality": place, "number": "X-1", "ours": 1},
    ),
    # Nobody is registered under the id that is asked for.
    ("intake", "post", "/api/v1/participants/{participant_id}/merge"): Operation(
        of_staff(lambda who, place: 404), lambda walls, place: {"into": str(uuid4())}
    ),
    ("intake", "post", "/api/v1/participants"): Operation(
        anybody(422),
        lambda walls, place: {
            "municipality": place,
            "position": "budget",
            "email": "x",
            "consent_version": "1",
        },
    ),
    ("intake", "post", "/api/v1/participants/{handle}/confirmation"): Operation(
        anybody(422), lambda walls, place: {"code": "000000"}
    ),
    ("intake", "post", "/api/v1/sessions"): Operation(anybody(422), lambda walls, place: {"email": "x"}),
    # The participant's token is good, but neither they nor a session of theirs is stored.
    ("intake", "post", "/api/v1/sessions/renewal"): of_participant(401),
    ("intake", "delete", "/api/v1/sessions/current"): of_participant(204),
    ("intake", "post", "/api/v1/flood-passes"): Operation(anybody(201)),
    # The region's campaign publishes no texts.
    ("intake", "get", "/api/v1/open/initiatives/{initiative_id}"): Operation(anybody(404)),
    ("intake", "get", "/api/v1/me/data"): of_participant(404),
    ("intake", "put", "/api/v1/me"): replace(
        of_participant(404), body=lambda walls, place: {"position": "budget"}
    ),
    ("intake", "put", "/api/v1/me/letters"): replace(
        of_participant(404), body=lambda walls, place: {"letters": "all"}
    ),
    ("intake", "delete", "/api/v1/me"): of_participant(404),
    ("intake", "get", "/api/v1/drafts"): of_participant(200),
    ("intake", "post", "/api/v1/drafts"): replace(
        of_participant(404), body=lambda walls, place: {"title": "А"}
    ),
    ("intake", "get", "/api/v1/drafts/{draft_id}"): of_participant(404),
    ("intake", "patch", "/api/v1/drafts/{draft_id}"): replace(
        of_participant(404), body=lambda walls, place: {"title": "А", "version": 1}
    ),
    ("intake", "delete", "/api/v1/drafts/{draft_id}"): of_participant(204),
    ("intake", "post", "/api/v1/drafts/{draft_id}/submission"): of_participant(404),
    ("intake", "get", "/api/v1/drafts/{draft_id}/attachments"): of_participant(404),
    ("intake", "post", "/api/v1/drafts/{draft_id}/attachments"): replace(of_participant(404), file=b"A"),
    ("intake", "get", "/api/v1/drafts/{draft_id}/attachments/{file_id}"): of_participant(404),
    ("intake", "delete", "/api/v1/drafts/{draft_id}/attachments/{file_id}"): of_participant(404),
    ("intake", "get", "/api/v1/initiatives/{initiative_id}/attachments"): of_participant(404),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/attachments"): replace(
        of_participant(404), file=b"A"
    ),
    ("intake", "get", "/api/v1/initiatives/{initiative_id}/attachments/{file_id}"): of_participant(404),
    ("intake", "delete", "/api/v1/initiatives/{initiative_id}/attachments/{file_id}"): of_participant(404),
    ("intake", "get", "/api/v1/initiatives"): of_participant(200),
    ("intake", "post", "/api/v1/initiatives"): replace(
        of_participant(401),
        body=lambda walls, place: {"direction": "roads", "form": "personal", "title": "А", "text": "Б"},
    ),
    ("intake", "get", "/api/v1/initiatives/{initiative_id}"): of_participant(404),
    ("intake", "get", "/api/v1/initiatives/{initiative_id}/co-authors"): of_participant(404),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/co-authors"): replace(
        of_participant(404), body=lambda walls, place: {"addresses": ["x@example.org"]}
    ),
    ("intake", "delete", "/api/v1/initiatives/{initiative_id}/co-authors/{co_author_id}"): of_participant(
        404
    ),
    (
        "intake",
        "post",
        "/api/v1/initiatives/{initiative_id}/co-authors/{co_author_id}/confirmation",
    ): of_participant(404),
    ("intake", "delete", "/api/v1/initiatives/{initiative_id}/co-authorship"): of_participant(404),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/support"): of_participant(404),
    ("intake", "post", "/api/v1/initiatives/invitations/{invitation_id}/acceptance"): of_participant(404),
    # Whoever has the letter declines: its id is the secret.
    ("intake", "post", "/api/v1/initiatives/invitations/{invitation_id}/refusal"): Operation(anybody(404)),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/correction"): replace(
        of_participant(404), body=lambda walls, place: {"municipality": place}
    ),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/rewording"): replace(
        of_participant(404), body=lambda walls, place: {"title": "А", "text": "Б"}
    ),
    ("intake", "post", "/api/v1/initiatives/{initiative_id}/withdrawal"): replace(
        of_participant(404), body=lambda walls, place: {"reason": None}
    ),
}


OF_LEVEL_3: dict[Key, Operation] = {
    ("hierarchy", "post", "/api/v1/appointments"): Operation(of_staff(staffing(201)), stand_in),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/end"): Operation(
        of_staff(staffing(200)), about=Role.STAND_IN
    ),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/contact"): Operation(
        of_staff(staffing(200)), telephone, about=Role.STAND_IN
    ),
    ("hierarchy", "post", "/api/v1/appointments/{id_}/address"): Operation(
        of_staff(lambda who, place: 200 if who.role is Role.ADMINISTRATOR else staffing(200)(who, place)),
        new_address,
        about=Role.STAND_IN,
    ),
}
"""The same operations once more, about those who look after an organization."""


def test_every_operation_has_a_rule_and_every_rule_an_operation() -> None:
    named = {
        (service, method, path)
        for service, document in documents().items()
        for path, operations in document["paths"].items()
        for method in operations
        if method in METHODS
    }

    assert named == set(OPERATIONS)


@pytest.mark.parametrize("key", OPERATIONS, ids=lambda key: f"{key[1]} {key[2]}")
async def test_everybody_is_answered_by_the_rule(key: Key, walls: Walls, full: bool) -> None:
    assert await wrong_answers(walls, key, OPERATIONS[key], full) == []


@pytest.mark.parametrize("key", OF_LEVEL_3, ids=lambda key: f"{key[1]} {key[2]}")
async def test_a_working_group_alone_staffs_its_organizations(key: Key, walls: Walls, full: bool) -> None:
    assert await wrong_answers(walls, key, OF_LEVEL_3[key], full) == []


async def wrong_answers(walls: Walls, key: Key, operation: Operation, full: bool) -> list[str]:
    """Whoever is answered otherwise than by the rule, where, and how."""
    wrong, gone = [], set[Who]()
    for who, place in pairs(" ".join(key), lambda who, place: tuple(operation.expected(who, place)), full):
        expected = operation.expected(who, place)
        if who in gone or (operation.endless and expected == {200}):
            continue
        answered = await ask(walls, key, operation, who, place)
        if answered not in expected:
            wrong.append(f"{who.name} in {place}: {answered}, not {expected}")
        if key[1] == "delete" and expected == {204}:
            gone.add(who)
    return wrong


UNKNOWN = (
    *("handle", "participant_id", "initiative_id", "draft_id", "decision_id", "import_id"),
    *("co_author_id", "invitation_id", "file_id", "request_id", "suggestion_id", "link"),
)
"""Names in addresses for which something is asked that nobody has."""


MADE = ("meeting", "order", "question", "report", "agreement")
"""What is made in a place for who asks about it: by the words in addresses."""


async def ask(walls: Walls, key: Key, operation: Operation, who: Who, place: str) -> int:
    service, method, path = key
    sent: dict[str, Any] = {"json": operation.body(walls, place)}
    if operation.file is not None:
        sent = {"files": {"file": ("table.csv", operation.file)}}
    ids = dict.fromkeys(UNKNOWN, str(uuid4()))
    await walls.serve()
    if path.endswith("/working-groups"):
        await walls.dissolve_others()
    if "/briefing" in path:
        ids["id_"] = str(await walls.form(place) if place == SERVED else group_of(place))
    elif "/working-groups/{id_}" in path:
        ids["id_"] = str(await walls.form(place))
    elif make := next((getattr(walls, what) for what in MADE if f"/{what}s/{{id_}}" in path), None):
        ids["id_"] = str(await make(place))
    elif "{inquiry_id}" in path:
        ids["inquiry_id"] = str(await walls.inquiry(place))
    elif "{id_}" in path:
        ids["id_"] = str(await walls.appointment(place, operation.about))
    url = path.format(word="no-such-word", code=place, settlement=place, day=CHECKPOINT, line=uuid4(), **ids)
    answer = await walls.webs[service].request(
        method.upper(),
        f"{url}?{operation.query.format(place=place)}" if operation.query else url,
        headers=walls.headers.get(who, {}),
        **sent,
    )
    return answer.status_code
