"""The walls within a municipality: what one line is ordered, asks, writes and reports, no other hears of:
neither a sibling group, nor whoever stood in that line before, nor another municipality, nor an overseer."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from contracts.appointments import Role
from tests.factories import DISTRICT, OKRUG
from tests.security.test_walls import INVITED
from tests.security.walls import EVERYBODY, FORMERS, Walls, Who, group_of, school_of

GROUP, SCHOOL = str(group_of(DISTRICT)), str(school_of(DISTRICT))
WORD = "тайное"
"""Stands in every text, and is read by nobody but those of the line."""

PDF = base64.b64encode(b"%PDF-1.7\nwhatever").decode()
Rule: TypeAlias = Callable[[Who], bool]


def known(role: Role, of: str = DISTRICT) -> Who:
    """Who has a role there."""
    return next(who for who in EVERYBODY if (who.role, who.of) == (role, of) and who not in FORMERS)


HEAD, LEADER, MEMBER = known(Role.HEAD), known(Role.LEADER, GROUP), known(Role.MEMBER, GROUP)
COORDINATOR = known(Role.COORDINATOR, SCHOOL)


def above(who: Who) -> bool:
    return who.belongs_to(DISTRICT) and who.role in INVITED and who not in FORMERS


def of_group(who: Who) -> bool:
    return above(who) or who.of == GROUP


def of_school(who: Who) -> bool:
    return of_group(who) or (who.of == SCHOOL and who not in FORMERS)


def ordered(who: Who) -> bool:
    return above(who) or who in (LEADER, COORDINATOR)


def of_members(who: Who) -> bool:
    return above(who) or who in (LEADER, MEMBER)


@dataclass
class Work:
    """What is under way in the line, and who stands beside it; `ids`: of what, by its name."""

    walls: Walls
    beside: list[Who]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def everybody(self) -> list[Who]:
        """Of the municipality, of a foreign one, of none; how a district and its settlements see each other
        `test_walls.py` asks."""
        return [*(who for who in EVERYBODY if who.place in ("", DISTRICT, OKRUG)), *self.beside]

    async def ask(self, who: Who, method: str, path: str, **sent: Any) -> Any:
        headers = {"Accept": "text/html" if path.startswith("/cabinet") else "application/json"}
        sent |= {"headers": headers | self.walls.headers.get(who, {}), "follow_redirects": False}
        return await self.walls.webs["hierarchy"].request(method, path.format(**self.ids), **sent)

    async def do(self, who: Who, path: str, body: Mapping[str, object], method: str = "POST") -> Any:
        done = await self.ask(who, method, f"/api/v1/{path}", json=dict(body))
        assert done.is_success, done.text
        return done.json()


@pytest.fixture
async def work(walls: Walls) -> Work:
    """Orders given and reported with their files, a question, messages, summaries; all with the word."""
    sibling, club = str(await walls.form(DISTRICT)), str(await walls.organization(DISTRICT, "Клуб"))
    old = str(await walls.organization(DISTRICT, "Старая школа"))
    former = Who("coordinator before, of a sibling group now", Role.MEMBER, sibling, DISTRICT)
    neighbours = [
        Who("leader of a sibling group", Role.LEADER, sibling, DISTRICT),
        Who("member of a sibling group", Role.MEMBER, sibling, DISTRICT),
        Who("coordinator of another organization", Role.COORDINATOR, club, DISTRICT),
    ]
    built = Work(walls, [former, *neighbours])
    await walls.admit(former)
    before = await walls.appoint(former, Role.COORDINATOR, old)
    await _order(built, former, before.id)
    ended = await built.ask(LEADER, "POST", f"/api/v1/appointments/{before.id}/end", json={})
    assert ended.status_code == 200, ended.text
    for who in neighbours:
        await walls.admit(who)
    await _write(built)
    for name, author, of in (("line", COORDINATOR, UUID(SCHOOL)), ("sum", LEADER, None)):
        built.ids[name] = str(await walls.summary(DISTRICT, of))
        await built.do(author, f"reports/{{{name}}}", {"notes": WORD}, "PUT")
        await built.do(author, f"reports/{{{name}}}/sending", {})
    return built


async def _order(work: Work, former: Who, before: UUID) -> None:
    """The Head to a coordinator and to one who is none any more; the leader to the group's members."""
    held = (await work.ask(HEAD, "GET", f"/api/v1/appointments?municipality={DISTRICT}")).json()["items"]
    (own,) = (each["id"] for each in held if (each["role"], each["of"]) == (Role.COORDINATOR, SCHOOL))
    given = {"text": WORD, "deadline": {"hours": 8}}
    to = [f"person:{own}", f"person:{before}"]
    work.ids["order"] = (await work.do(HEAD, "orders", given | {"to": to}))["id"]
    work.ids["members"] = (await work.do(LEADER, "orders", given | {"to": [f"members:{GROUP}"]}))["id"]
    attached = await work.do(HEAD, "orders/{order}/files", {"content": PDF})
    work.ids["file"] = attached["id"]
    for who in (COORDINATOR, former):
        reported = await work.do(who, "orders/{order}/files", {"content": PDF, "reports": True})
        await work.do(who, "orders/{order}/report", {"text": WORD, "file": reported["id"]})
        work.ids.setdefault("reported", reported["id"])


async def _write(work: Work) -> None:
    work.ids["question"] = (await work.do(COORDINATOR, "questions", {"text": WORD}))["id"]
    accounts = {name: str(work.walls.known[who].account) for name, who in (("l", LEADER), ("c", COORDINATOR))}
    work.ids |= accounts
    await work.do(COORDINATOR, "messages", {"to": accounts["l"], "text": WORD})
    await work.do(LEADER, "messages", {"to": accounts["c"], "text": WORD})


SEEN: Mapping[str, Rule] = {
    **dict.fromkeys(("/api/v1/orders/{order}", "/cabinet/orders/{order}"), ordered),
    **dict.fromkeys(("/api/v1/orders/{members}", "/cabinet/orders/{members}"), of_members),
    "/cabinet/orders/{order}/files/{file}": ordered,
    "/cabinet/orders/{order}/files/{reported}": ordered,
    **dict.fromkeys(("/api/v1/questions/{question}", "/cabinet/questions/{question}"), of_school),
    **dict.fromkeys(("/api/v1/reports/{line}", "/cabinet/reports/{line}"), of_school),
    **dict.fromkeys(("/api/v1/reports/{sum}", "/cabinet/reports/{sum}"), of_group),
}
"""Who finds what; to everybody else it is not there."""

PRINTED: Mapping[str, Rule] = {
    "/cabinet/orders/{order}/order.pdf": ordered,
    "/cabinet/orders/{members}/order.pdf": of_members,
    "/cabinet/reports/{line}/report.pdf": of_school,
    "/cabinet/reports/{sum}/report.pdf": of_group,
}
"""The same; whoever finds it has it typeset, which one who does is enough for."""

READ: Mapping[str, Rule] = {
    "/api/v1/orders": lambda who: above(who) or who == LEADER,
    "/api/v1/orders/own": lambda who: who in (COORDINATOR, MEMBER),
    "/cabinet/orders?tab=own": lambda who: who in (COORDINATOR, MEMBER),
    "/cabinet/orders?tab=given": lambda who: above(who) or who in (LEADER, COORDINATOR, MEMBER),
    "/api/v1/questions": lambda who: who.of == SCHOOL and who not in FORMERS,
    "/api/v1/questions/held?which=all": of_group,
    "/api/v1/questions/published": lambda who: False,
    "/api/v1/messages": lambda who: who in (LEADER, COORDINATOR),
    "/api/v1/messages/{l}": lambda who: who == COORDINATOR,
    "/api/v1/messages/{c}": lambda who: who == LEADER,
    "/cabinet/messages/{l}": lambda who: who == COORDINATOR,
    "/cabinet/messages/{c}": lambda who: who == LEADER,
}
"""Lists that everybody has: in whose the word stands."""


async def test_what_a_line_has_nobody_beside_it_finds(work: Work) -> None:
    wrong = []
    for path, rule in {**SEEN, **PRINTED}.items():
        for who in work.everybody:
            if path in PRINTED and rule(who) and who != LEADER:
                continue
            answer = await work.ask(who, "GET", path)
            expected = _found(path, who, rule)
            if answer.status_code != expected:
                wrong.append(f"{who.name}: {path} {answer.status_code}, not {expected}")

    assert wrong == []


def _found(path: str, who: Who, rule: Rule) -> int:
    """Whoever is none of the staff is sent to sign in by a page, and told so by an operation."""
    if who.name in ("stranger", "participant"):
        return 303 if path.startswith("/cabinet") else 401
    return 200 if rule(who) else 404


async def test_no_list_and_no_export_of_anybody_beside_it_has_a_word_of_it(work: Work) -> None:
    wrong = []
    for path, rule in READ.items():
        for who in work.everybody:
            answer = await work.ask(who, "GET", path)
            if (WORD in answer.text) is not rule(who):
                wrong.append(f"{who.name}: {path} {answer.status_code}")
    for path in ("/cabinet/reports?format=csv", "/api/v1/reports?period=2019-01-08", "/api/v1/today"):
        for who in work.everybody:
            answer = await work.ask(who, "GET", path)
            has = "Сводка" in answer.content.decode("utf-8-sig")
            allowed = of_school(who) if "/api" in path else of_group(who)
            if WORD in answer.text or (has and not allowed):
                wrong.append(f"{who.name}: {path} {answer.status_code}")

    assert wrong == []


DEEDS: Mapping[str, Mapping[str, object]] = {
    "orders/{order}/acknowledgement": {},
    "orders/{order}/report": {"text": "Да"},
    "orders/{order}/confirmation": {},
    "orders/{order}/acceptance": {},
    "orders/{order}/return": {"task": str(UUID(int=1)), "reason": "Нет"},
    "orders/{order}/postponement": {"deadline": {"hours": 9}, "reason": "Нет"},
    "orders/{order}/closing": {},
    "orders/{order}/files": {"content": PDF},
    "orders/{members}/acceptance": {},
    "orders/{members}/closing": {},
    "questions/{question}/answer": {"text": "Да"},
    "questions/{question}/transfer": {"group": str(UUID(int=1)), "reason": "Нет"},
    "questions/{question}/publication": {},
    "questions/{question}/withdrawal": {},
    "messages": {"to": "{c}", "text": "Да"},
    "reports/{line}": {"notes": "Да"},
    "reports/{line}/sending": {},
    "reports/{line}/figures": {},
    "reports/{sum}": {"notes": "Да"},
    "reports/{sum}/sending": {},
}


async def test_nobody_beside_a_line_does_anything_there(work: Work) -> None:
    outside = [who for who in work.everybody if who.role and not of_school(who)]
    wrong = []
    for path, body in DEEDS.items():
        method = "PUT" if path in ("reports/{line}", "reports/{sum}") else "POST"
        given = {
            name: value.format(**work.ids) if isinstance(value, str) else value
            for name, value in body.items()
        }
        for who in outside:
            answer = await work.ask(who, method, f"/api/v1/{path}", json=given)
            if answer.status_code != 404:
                wrong.append(f"{who.name}: {path} {answer.status_code}")

    assert {"leader of a sibling group", "operator", "former coordinator"} <= {who.name for who in outside}
    assert wrong == []
