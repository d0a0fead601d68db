"""The list by portions, all of it at once as it is decided on together, and what the filters mean are one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role, Scope
from contracts.initiatives import InitiativeStatus
from services.directory.grants import Grant, Staff
from services.intake.determination import queue
from services.intake.determination.commands.preview_decision import preview_decision
from services.intake.determination.domain.decisions import Kind
from services.intake.determination.reading.listing import Looking, sees
from services.intake.initiatives.domain import UNDECIDED, Initiative
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office

WORDS = ("Переход", "мост", "сквер", "у школы", "фонтан")
STATUSES = (*InitiativeStatus, InitiativeStatus.ACCEPTED, InitiativeStatus.ACCEPTED)
HOLDERS = (
    (Role.HEAD, Scope.MUNICIPALITY, DISTRICT),
    (Role.LEADER, Scope.GROUP, str(ROADS)),
    (Role.MEMBER, Scope.GROUP, str(CULTURE)),
    (Role.COORDINATOR, Scope.ORGANIZATION, str(SCHOOL)),
)


async def some(office: Office, random: Random, count: int) -> list[Initiative]:
    """Initiatives of every kind, among them those that are overdue."""
    return [
        await office.submit(
            random.choice([DISTRICT, DISTRICT, SETTLEMENT, OKRUG]),
            direction=random.choice(["roads", "culture"]),
            organization=random.choice([None, SCHOOL]),
            status=random.choice(STATUSES),
            title=" ".join(random.sample(WORDS, 2)),
            text=random.choice(WORDS),
            submitted_at=datetime.now(UTC) - timedelta(days=random.choice([1, 60])),
        )
        for _ in range(count)
    ]


def query(random: Random) -> dict[str, str]:
    """Filters as an address has them."""
    given = {
        "status": random.choice(["", "", "all", *InitiativeStatus]),
        "direction": random.choice(["", "", "roads", "culture", "nothing"]),
        "organization": random.choice(["", "", str(SCHOOL), str(uuid4())]),
        "municipality": random.choice(["", "", DISTRICT, SETTLEMENT, OKRUG]),
        "overdue": random.choice(["", "", "", "1"]),
        "q": random.choice(["", "", "мост", "фонтан сквер", "7", "фантан"]),
    }
    return {name: value for name, value in given.items() if value}


def expected(looking: Looking, every: Sequence[Initiative], asked: dict[str, str]) -> list[UUID]:
    """What the filters mean, without the words."""
    wanted = queue.wanted_of(looking, asked)
    statuses = UNDECIDED if wanted.statuses is None and not asked.get("status") else wanted.statuses
    return [
        one.id
        for one in sorted(every, key=lambda one: -one.number)
        if sees(looking.sights, one)
        and asked.get("municipality", "") in ("", one.municipality)
        and asked.get("direction", "") in ("", one.direction)
        and asked.get("organization", "") in ("", str(one.organization))
        and ("overdue" in asked or statuses is None or one.status in statuses)
        and ("overdue" not in asked or looking.shown(one).overdue)
    ]


def has_words(one: Initiative, q: str) -> bool:
    """Whether each word of a search is there, or its number is the one that was asked for."""
    said = f"{one.title} {one.text}".casefold()
    return all(word in said for word in q.split()) or q == str(one.number)


async def portions(office: Office, looking: Looking, asked: dict[str, str]) -> list[UUID]:
    """The list as it is read: four at a time, to its end."""
    found: list[UUID] = []
    before: dict[str, str] = {}
    while True:
        portion = await queue.read(office.pool, looking, asked | before, 4)
        found += [row.id for row in portion.rows]
        if not portion.next:
            return found
        before = {"before": str(portion.rows[-1].number)}


@pytest.mark.parametrize(("role", "scope", "of"), HOLDERS)
async def test_what_is_listed_is_what_is_decided_on_together(
    office: Office, role: Role, scope: Scope, of: str
) -> None:
    random = Random(of)
    every = await some(office, random, 30)
    known, now = office.web.app.state.region.known, datetime.now(UTC)
    grant = Grant(uuid4(), role, scope, of, now - timedelta(days=1), None, DISTRICT, [SETTLEMENT])
    staff = Staff(uuid4(), uuid4(), (grant,))
    looking = Looking.of(known, staff, now)
    by_id = {one.id: one for one in every}

    for _ in range(15):
        asked = query(random)
        listed = await portions(office, looking, asked)
        together = await queue.every(office.pool, looking, asked)
        meant = expected(looking, every, asked)
        exact = [id_ for id_ in meant if has_words(by_id[id_], asked.get("q", ""))]

        ids = queue.ids_of(together)
        assert listed == ids[: len(listed)], asked
        assert set(ids) <= set(meant), asked
        assert together.alike or ids == listed == exact, asked
        if ids and role is not Role.COORDINATOR:
            shown = await preview_decision(office.pool, known, staff, ids, Kind.DETERMINE, now)
            assert [outcome.id for outcome in shown] == ids
            assert role is not Role.HEAD or all(one.refusal != "initiative-not-here" for one in shown)
