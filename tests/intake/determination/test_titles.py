"""What a summary tells of by titles: a part of its page, for the line of subordination alone."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from tests.factories import DISTRICT, HERE, OKRUG, define_organization
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office

TITLES, LIST = "/determination/titles", "/determination"
ANOTHER = define_organization("77", DISTRICT)


async def shown(office: Office, token: str, address: str = TITLES, **asked: object) -> tuple[int, str]:
    """What somebody is answered, and what they read."""
    async with office.at_desk(token, pages=True) as desk:
        answer = await desk.get(address, params={name: str(value) for name, value in asked.items()})
    return answer.status_code, unescape(answer.text).replace("\u00a0", " ")


@pytest.fixture
async def submitted(office: Office) -> Office:
    """The school has one of roads, another of culture; a second school has one; the okrug another."""
    await office.learn(ANOTHER)
    await office.submit(title="Дорога школы", organization=SCHOOL)
    await office.submit(title="Хор школы", organization=SCHOOL, direction="culture")
    await office.submit(title="Хор другой школы", organization=ANOTHER.id, direction="culture")
    await office.submit(OKRUG, title="Чужая")
    return office


ALL_OF_SCHOOL = {"Дорога школы", "Хор школы"}


@pytest.mark.parametrize(
    ("role", "of", "place", "seen"),
    [
        (Role.HEAD, DISTRICT, DISTRICT, ALL_OF_SCHOOL),
        (Role.RESPONSIBLE, DISTRICT, DISTRICT, ALL_OF_SCHOOL),
        (Role.LEADER, str(ROADS), DISTRICT, ALL_OF_SCHOOL),
        (Role.MEMBER, str(CULTURE), DISTRICT, {"Хор школы"}),
        (Role.COORDINATOR, str(SCHOOL), DISTRICT, ALL_OF_SCHOOL),
        (Role.COORDINATOR, str(ANOTHER.id), DISTRICT, None),
        (Role.HEAD, OKRUG, OKRUG, None),
        (Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT, None),
        (Role.SMO_OPERATOR, "smo", DISTRICT, None),
        (Role.ADMINISTRATOR, "region", DISTRICT, None),
    ],
)
async def test_the_line_of_subordination_reads_an_organizations_titles_and_nobody_else(
    submitted: Office, role: Role, of: str, place: str, seen: set[str] | None
) -> None:
    somebody = await submitted.grant(role, of, place)

    status, read = await shown(submitted, somebody, organization=SCHOOL)
    of_group, read_of_group = await shown(submitted, somebody, group=ROADS)

    assert status == of_group == (404 if seen is None else 200)
    assert "Хор другой" not in read + read_of_group
    assert "Чужая" not in read + read_of_group
    for title in ALL_OF_SCHOOL:
        assert (title in read) is (title in read_of_group) is (title in (seen or ()))


async def test_they_are_of_the_days_by_the_regions_clocks_in_any_state(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    now = datetime.now(UTC)
    day = now.astimezone(HERE).date()
    await office.submit(title="Вчера", organization=SCHOOL, submitted_at=now - timedelta(days=1))
    await office.submit(
        title="Отозвана", organization=SCHOOL, submitted_at=now, status=InitiativeStatus.WITHDRAWN
    )
    await office.submit(title="<b>Сегодня</b>", organization=SCHOOL, submitted_at=now)
    of_today: dict[str, Any] = {"organization": SCHOOL, "first": day, "last": day}

    _, read = await shown(office, head, **of_today)
    _, listed = await shown(office, head, LIST, status="all", **of_today)
    _, earlier = await shown(office, head, organization=SCHOOL, last=day - timedelta(days=2))

    for page in (read, listed):
        assert "Сегодня" in page
        assert "Вчера" not in page
    assert "Отозвана автором" in read
    assert "За эти дни инициатив не подали" in earlier


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"organization": "\x00"},
        {"organization": str(uuid4())},
        {"group": str(uuid4())},
        {"group": "ю", "organization": str(SCHOOL)},
    ],
    ids=["nothing", "zero", "unknown organization", "unknown group", "no group"],
)
async def test_what_there_is_not_is_not_found(submitted: Office, asked: dict[str, str]) -> None:
    head = await submitted.grant(Role.HEAD, DISTRICT)

    status, _ = await shown(submitted, head, **asked)

    assert status == 404
