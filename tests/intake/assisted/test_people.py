"""People are found by words of their names within one's rights, and merged where two are one."""

import asyncio
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.directory.grants import Staff
from services.intake.assisted.commands.merge_participants import Merged, Merging, merge_participants
from services.intake.assisted.domain import Known
from services.intake.co_authors.commands.name_co_authors import Naming, name_co_authors
from services.intake.co_authors.commands.support_initiative import Support, support_initiative
from services.intake.core.domain import Author
from services.intake.help.commands.ask_for_help import AskingFor, ask_for_author
from services.intake.staff_meetings.commands.begin_staff_meeting import Beginning, begin_staff_meeting
from services.intake.staff_meetings.commands.keep_grid import keep_grid
from services.intake.staff_meetings.commands.keep_sheet import Adding, add_people
from services.intake.staff_meetings.domain.grid import GridRow
from services.intake.staff_meetings.domain.sheet import typed_lines
from services.intake.staff_meetings.sending import Entry, Sent, send
from tests.factories import DISTRICT, OKRUG, today
from tests.intake.assisted.helping import SETTLED, Helping, ids, person
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL

ANNA, BORIS = "anna@example.org", "boris@example.org"
LINES = "SELECT participant_id FROM staff_meeting_person ORDER BY nth"


async def merge(desk: Helping, by: Staff, gone: UUID, into: UUID) -> Merged:
    given = Merging(gone, into)
    return await merge_participants(desk.web, desk.known, desk.pepper, by, given, Moment(desk.now))


@pytest.mark.parametrize(
    "q",
    ["иванова", "АЛЁНА", "алена Иванова", "Ким-Иванова", "Ива\u00adнова\u200b  ким", " ANNA@example.org"],
)
async def test_somebody_is_found_by_words_of_the_name_or_the_address(desk: Helping, q: str) -> None:
    by = desk.staff()
    result = await desk.one(by, person("Иванова-Ким Алена", ANNA))

    (found,) = await desk.find(by, q)

    assert (found.id, found.name, found.organization) == (result.authors[0], "Иванова-Ким Алена", SCHOOL)
    assert found.email_masked == "a***@example.org"
    assert await desk.noted("person-seen") == [str(result.authors[0])]


@pytest.mark.parametrize("q", ["", "Иван", "Иванова Мария", "%", "12", "\x00", "boris@example.org", "a@"])
async def test_nobody_is_found_by_anything_else(desk: Helping, q: str) -> None:
    await desk.one(desk.staff(), person(email=ANNA))

    assert await desk.find(desk.staff(), q) == []


async def test_no_name_stands_in_the_index(desk: Helping) -> None:
    await desk.one(desk.staff(), person())

    digests = await desk.pool.fetch("SELECT digest FROM participant_name")

    assert len(digests) == 3
    assert {len(each["digest"]) for each in digests} == {32}


async def test_at_most_ten_are_shown_the_latest_first(desk: Helping) -> None:
    by = desk.staff()
    for nth in range(12):
        await desk.one(by, person(f"Иванова Анна{'я' * nth}"))

    found = await desk.find(by, "иванова")

    assert [len(each.name) for each in found] == [len("Иванова Анна") + nth for nth in range(11, 1, -1)]


@pytest.mark.parametrize(
    ("role", "of", "expected"),
    [
        (Role.HEAD, DISTRICT, 2),
        (Role.HOTLINE_OPERATOR, DISTRICT, 2),
        (Role.COORDINATOR, str(SCHOOL), 1),
        (Role.LEADER, str(ROADS), 1),
        (Role.COORDINATOR, str(uuid4()), 0),
        (Role.MEMBER, str(CULTURE), 0),
    ],
    ids=["head", "operator", "coordinator", "leader", "another coordinator", "another group"],
)
async def test_everybody_finds_their_own_people(desk: Helping, role: Role, of: str, expected: int) -> None:
    head = desk.staff(Role.HEAD, DISTRICT)
    await desk.one(head, person())
    await desk.one(head, person(), organization=SETTLED.id)

    assert len(await desk.find(desk.staff(role, of), "Иванова")) == expected


async def test_nobody_finds_people_elsewhere(desk: Helping) -> None:
    with pytest.raises(NotFound, match="municipality-unknown"):
        await desk.find(desk.staff(), "Иванова", OKRUG)
    with pytest.raises((NotFound, Forbidden)):
        await desk.find(desk.staff(Role.SMO_OPERATOR, "smo", ""), "Иванова")


async def test_two_who_are_one_count_once_and_keep_everything(desk: Helping) -> None:
    by = desk.staff()
    first = await desk.one(by, person("Иванова Анна", ANNA), person("Ким Вера"))
    second = await desk.one(by, person("Иванова Анна", new=True), Known(first.authors[1]))
    anna, double = first.authors[0], second.authors[0]

    merged = await merge(desk, by, double, anna)

    assert merged == Merged(anna, 1)
    told = (await desk.told())[-2:]
    assert [(word, data["version"]) for word, data in told] == [
        ("initiative.restated.v1", 2),
        ("participant.merged.v1", 2),
    ]
    assert (told[0][1]["participant"], told[1][1]["into"]) == (str(anna), str(anna))
    assert (told[1][1]["id"], told[1][1]["status"]) == (str(double), "merged")
    whose = await desk.pool.fetch("SELECT DISTINCT participant_id FROM initiative")
    assert [each["participant_id"] for each in whose] == [anna]
    assert ids(await desk.find(by, "Иванова")) == [anna]
    gone = await desk.pool.fetchrow(
        "SELECT name, email, consent_number FROM participant WHERE id = $1", double
    )
    assert gone is not None
    assert set(gone) == {None}
    assert await desk.noted("persons-merged") == [str(anna), str(double)]


async def test_nobody_is_a_co_author_of_their_own_after_it(desk: Helping) -> None:
    by = desk.staff()
    row = await desk.one(by, person("Иванова Анна"), person("Иванова Аня"), person("Ким Вера"))
    other = await desk.one(by, Known(row.authors[2]), Known(row.authors[0]), Known(row.authors[1]))
    anna, double, _ = row.authors

    await merge(desk, by, double, anna)

    rows = await desk.pool.fetch("SELECT initiative_id, participant_id FROM co_author ORDER BY initiative_id")
    assert [tuple(each) for each in rows] == [(row.id, row.authors[2]), (other.id, anna)]
    assert await desk.count("authorship") == await desk.count("co_author_directory") == 2


@pytest.mark.parametrize("how", ["asking", "named"])
@pytest.mark.parametrize("goes", ["who is one", "who is none yet"])
async def test_whoever_of_the_two_is_a_co_author_the_other_is_one_after_it(
    desk: Helping, how: str, goes: str
) -> None:
    by = desk.staff()
    row = await desk.one(by, person("Ким Вера"), person("Иванова Анна"))
    vera, anna = row.authors
    double = (await desk.one(by, person("Иванова Анна", ANNA, new=True))).authors[0]
    picture, at, site = desk.known.picture, Moment(desk.now), "https://example.ru"
    assert row.id is not None
    if how == "asking":
        who = Author(double, DISTRICT, "spring", "")
        await support_initiative(desk.web, picture, site, who, Support(row.id), at)
    else:
        who, given = Author(vera, DISTRICT, "spring", ""), Naming(row.id, [ANNA])
        await name_co_authors(desk.web, picture, desk.pepper, site, who, given, at)
    gone, into = (anna, double) if goes == "who is one" else (double, anna)

    await merge(desk, by, gone, into)

    whose = "SELECT participant_id FROM co_author WHERE state = 'confirmed'"
    assert await desk.stored(whose) == (into,)
    assert await desk.stored("SELECT participant_id, role FROM authorship") == (into, "co-author")
    assert await desk.count("co_author WHERE state = 'asking'") == 0


async def test_help_that_was_asked_for_goes_along(desk: Helping) -> None:
    by = desk.staff()
    anna = (await desk.one(by, person("Иванова Анна"))).authors[0]
    double = await desk.one(by, person("Иванова Анна", new=True))
    given = AskingFor(None, double.id, "Как назвать?")
    await ask_for_author(desk.web, desk.known, by, given, Moment(desk.now))

    await merge(desk, by, double.authors[0], anna)

    for table in ("help_request", "help_directory"):
        assert await desk.stored(f"SELECT participant_id FROM {table}") == (anna,)


@pytest.mark.parametrize("address", ["", BORIS], ids=["the address goes along", "another address"])
async def test_rows_of_a_staff_meeting_that_wait_are_the_others(desk: Helping, address: str) -> None:
    by, at = desk.staff(), Moment(desk.now)
    here = (desk.web, desk.known, by)
    meeting = (await begin_staff_meeting(*here, Beginning(SCHOOL, today().isoformat()), at)).id
    lines = typed_lines(f"Иванова Анна; {ANNA}\nКим Вера; {address}")
    await add_people(*here, meeting, Adding(lines, "budget"), at)

    async def send_row(authors: str) -> Sent:
        typed = GridRow(uuid4(), authors, "roads", "personal", "Мост", "Темно.")
        await keep_grid(*here, meeting, [typed], at.now)
        return await send(desk.web, Entry(desk.known, desk.pepper), by, meeting, None, at.now)

    await send_row("1, 2")
    anna, vera = [row["participant_id"] for row in await desk.pool.fetch(LINES)]

    await merge(desk, by, anna, vera)
    sent = await send_row("1")

    assert (len(sent.numbers), sent.refused, sent.alike) == (1, {}, {})
    assert [row["participant_id"] for row in await desk.pool.fetch(LINES)] == [vera] * 2
    assert await desk.stored("SELECT DISTINCT participant_id FROM initiative") == (vera,)
    assert await desk.count("participant") == 2


async def test_who_registered_alone_takes_the_name_over(desk: Helping) -> None:
    by = desk.staff()
    double = (await desk.one(by, person("Иванова Анна"))).authors[0]
    author = await desk.signed_in(ANNA, organization=SCHOOL)

    merged = await merge(desk, by, double, author.participant_id)

    assert merged.initiatives == 1
    assert ids(await desk.find(by, "иванова")) == [author.participant_id]


async def test_an_address_that_nobody_has_confirmed_goes_along(desk: Helping) -> None:
    by = desk.staff()
    double = (await desk.one(by, person("Иванова Анна", ANNA))).authors[0]
    anna = (await desk.one(by, person("Иванова Анна", new=True))).authors[0]

    await merge(desk, by, double, anna)

    assert (await desk.signed_in(ANNA)).participant_id == anna


async def test_who_signs_in_stays_and_two_who_do_are_two(desk: Helping) -> None:
    by = desk.staff(Role.HEAD, DISTRICT)
    anna, boris = [(await desk.signed_in(email)).participant_id for email in (ANNA, BORIS)]
    double = (await desk.one(by, person())).authors[0]

    for gone, into, slug in ((anna, boris, "merge-two-signing-in"), (anna, double, "merge-other-way")):
        with pytest.raises(Conflict, match=slug):
            await merge(desk, by, gone, into)

    assert await desk.count("participant WHERE merged_into IS NOT NULL") == 0
    assert await desk.count("participant_directory") == 3


async def test_only_two_of_ones_own_people_are_merged(desk: Helping) -> None:
    head = desk.staff(Role.HEAD, DISTRICT)
    ours = (await desk.one(head, person())).authors[0]
    theirs = (await desk.one(head, person(), organization=SETTLED.id)).authors[0]
    foreign = (await desk.signed_in(BORIS, OKRUG)).participant_id

    for by, gone, into in (
        (desk.staff(), ours, theirs),
        (head, ours, foreign),
        (head, uuid4(), ours),
        (desk.staff(Role.HOTLINE_OPERATOR, DISTRICT), ours, theirs),
    ):
        with pytest.raises(NotFound, match="participant-unknown"):
            await merge(desk, by, gone, into)
    with pytest.raises(Invalid, match="merge-oneself"):
        await merge(desk, head, ours, ours)


async def test_two_merged_at_once_are_merged_once(desk: Helping) -> None:
    by = desk.staff()
    one, other = [(await desk.one(by, person(new=True))).authors[0] for _ in range(2)]

    outcomes = await asyncio.gather(
        merge(desk, by, one, other), merge(desk, by, other, one), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Merged", "NotFound"]
    assert await desk.count("participant WHERE erased_at IS NULL") == 1
