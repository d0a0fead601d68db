"""The walls of the pages: every page of the cabinet, asked by everybody, of every municipality.

The pages are those that the application has: one without a rule here fails.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from tests.security.test_walls import people
from tests.security.walls import EVERYBODY, FORMERS, PLACES, STRANGERS, Walls, Who

Rule: TypeAlias = Callable[[Who, str], int]

KEEPERS = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)
HEADS = (Role.HEAD, Role.CLERK)


def of_everybody(who: Who, place: str) -> int:
    return 200


def of_administrators(who: Who, place: str) -> int:
    return 200 if who.role is Role.ADMINISTRATOR else 404


def of_nobody(who: Who, place: str) -> int:
    return 404


def on_to_the_only_place(who: Who, place: str) -> int:
    oversees = who.role in (None, Role.ADMINISTRATOR, Role.SMO_OPERATOR)
    return 200 if oversees else 303


def of(roles: Collection[Role], administrator: int) -> Rule:
    """Of some of a municipality's own people; the others of them are told that it is not theirs."""

    def rule(who: Who, place: str) -> int:
        if who.role is Role.ADMINISTRATOR:
            return administrator
        if who.role is None or not who.belongs_to(place):
            return 404
        return 200 if who.role in roles else 403

    return rule


RULES: dict[str, Rule] = {
    "/cabinet": on_to_the_only_place,
    "/cabinet/acts/{id_}": people,
    "/cabinet/acts/{id_}/act.pdf": people,
    "/cabinet/acts/{id_}/scans/{scan}": of_nobody,
    "/cabinet/annex": of_everybody,
    "/cabinet/appointments/{id_}/end": of(HEADS, administrator=403),
    "/cabinet/audit": of_administrators,
    "/cabinet/briefing": of_everybody,
    "/cabinet/calendar": of_everybody,
    "/cabinet/campaigns": of_administrators,
    "/cabinet/campaigns/new": of_administrators,
    "/cabinet/campaigns/{id_}": of_administrators,
    "/cabinet/campaigns/{id_}/closing": of_administrators,
    "/cabinet/groups/{id_}": people,
    "/cabinet/groups/{id_}/area": people,
    "/cabinet/groups/{id_}/briefing": people,
    "/cabinet/groups/{id_}/briefing/material": of((), administrator=403),
    "/cabinet/groups/{id_}/dissolution": people,
    "/cabinet/imports/{what}": of(KEEPERS, administrator=200),
    "/cabinet/imports/{what}/{id_}": of_nobody,
    "/cabinet/invitations": of_everybody,
    "/cabinet/municipalities/{code}": people,
    "/cabinet/municipalities/{code}/acts": people,
    "/cabinet/municipalities/{code}/groups/new": people,
    "/cabinet/municipalities/{code}/organizations": people,
    "/cabinet/municipalities/{code}/scheme": people,
    "/cabinet/organizations/{id_}": people,
    "/cabinet/organizations/{id_}/closing": of(KEEPERS, administrator=200),
    "/cabinet/region": of_administrators,
    "/cabinet/region/acts": of_administrators,
    "/cabinet/structure": of_administrators,
    "/cabinet/structure/smos/{id_}": of_administrators,
}
"""What somebody of the staff is answered. Nobody has a scan or a file of the ids that are asked for."""


async def test_every_page_has_a_rule_and_every_rule_a_page(walls: Walls) -> None:
    assert pages_of(walls) == set(RULES)


def pages_of(walls: Walls) -> set[str]:
    """Every page under /cabinet that is looked at."""
    return {
        route.path_format
        for route in walls.webs["hierarchy"].app.routes
        for handler in getattr(route, "route_handlers", ())
        if route.path_format.startswith("/cabinet") and "GET" in handler.http_methods
    }


@pytest.mark.parametrize("path", RULES)
async def test_everybody_sees_the_pages_that_are_theirs(path: str, walls: Walls) -> None:
    wrong = []
    for who in EVERYBODY:
        for place in PLACES:
            known = Who("nobody") if who in FORMERS else who
            expected = 303 if who in STRANGERS else RULES[path](known, place)
            answered = await look(walls, path, who, place)
            if answered != expected:
                wrong.append(f"{who.name} in {place}: {answered}, not {expected}")

    assert wrong == []


async def look(walls: Walls, path: str, who: Who, place: str) -> int:
    address = path.format(
        code=place,
        what="organizations" if path.endswith("{id_}") else f"organizations?of={place}",
        id_=await id_for(walls, path, place),
        scan=uuid4(),
    )
    headers = {"Accept": "text/html"} | walls.headers.get(who, {})
    answer = await walls.webs["hierarchy"].get(address, headers=headers, follow_redirects=False)
    return answer.status_code


async def id_for(walls: Walls, path: str, place: str) -> str:
    """The id of something in a place that the page is about."""
    kind = path.split("/")[2] if "{id_}" in path else ""
    made: dict[str, Callable[[str], Awaitable[UUID]]] = {
        "groups": walls.form,
        "organizations": walls.organization,
        "acts": walls.act,
        "appointments": walls.appointment,
    }
    known = {"campaigns": "spring", "structure": "new"}
    return str(await made[kind](place)) if kind in made else known.get(kind, str(uuid4()))
