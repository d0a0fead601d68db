"""The staff enter what people suggest: the person is the author, registered with recorded consent."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment, Repeat
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound
from services.intake.assisted.commands.write_notices import write_bundle
from services.intake.assisted.domain import Consent, ConsentKind, Known, NewPerson
from services.intake.initiatives.commands import write_acceptances
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.digests import Stops
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, today
from tests.intake.assisted.helping import SETTLED, Helping, person, row
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL

ANNA, BORIS = "anna@example.org", "boris@example.org"
STOPS = Stops("https://dialogue.example", b"secret")


async def test_a_person_without_an_address_is_registered_and_the_author(desk: Helping) -> None:
    by = desk.staff()

    result = await desk.one(by, person())

    (registered, of_person), (submitted, of_initiative) = await desk.told()
    assert (registered, submitted) == ("participant.registered.v1", "initiative.submitted.v1")
    assert (of_person["in_person"], of_person["organization"]) == (True, str(SCHOOL))
    assert of_initiative["participant"] == of_person["id"] == str(result.authors[0])
    assert (of_initiative["status"], of_initiative["number"]) == ("accepted", result.number)
    assert of_initiative["classifiers"] == {"position": "budget", "form": "personal"}
    stored = await desk.stored("SELECT name, email, registered_how, entered_by FROM participant")
    assert stored == (person().name, None, "in-person", by.account)
    consent = await desk.stored("SELECT consent_kind, consent_day, consent_number FROM participant")
    assert consent == ("paper", today(), "12/3")
    assert await desk.noted("person-registered") == [str(result.authors[0])]
    assert await desk.noted("initiative-entered") == [str(result.id)]
    helped = await desk.stored("SELECT account, level FROM assisted_initiative")
    assert helped == (by.account, "coordinator")


async def test_the_others_of_a_row_are_co_authors_at_once(desk: Helping) -> None:
    first, second = person(email=ANNA), person("Борисов Борис")

    result = await desk.one(desk.staff(), first, second)

    one = await desk.stored("SELECT participant_id, state, email FROM co_author")
    assert one == (result.authors[1], "confirmed", None)
    assert await desk.stored("SELECT participant_id, role FROM authorship") == (one[0], "co-author")


async def test_good_rows_are_stored_and_bad_ones_say_everything_that_is_wrong(desk: Helping) -> None:
    tomorrow = Consent(ConsentKind.SPOKEN, (desk.now + timedelta(days=2)).date())
    bad = row(
        person("\u200b", "нет", position="tsar", consent=tomorrow),
        direction="sea",
        title=" ",
        text="я" * 5000,
    )
    missing = row(person("Борисов", consent=None), form="epic")

    good, wrong, other = (await desk.enter(desk.staff(), row(person()), bad, missing)).rows

    assert (good.number is not None, good.errors) == (True, ())
    assert {(error.field, error.slug) for error in wrong.errors} == {
        ("direction", "direction-unknown"),
        ("title", "title-empty"),
        ("text", "text-too-long"),
        ("authors.0.name", "name-empty"),
        ("authors.0.email", "email-invalid"),
        ("authors.0.position", "classifier-unknown"),
        ("authors.0.consent.day", "consent-day"),
    }
    assert {(error.field, error.slug) for error in other.errors} == {
        ("form", "classifier-unknown"),
        ("authors.0.consent", "consent-unrecorded"),
    }
    assert (wrong.id, other.id) == (None, None)
    assert (await desk.count("participant"), await desk.count("initiative")) == (1, 1)


async def test_a_corrected_table_sent_again_as_a_whole_stores_nothing_twice(desk: Helping) -> None:
    by, good, bad = desk.staff(), row(person(), person("Борисов Борис")), row(person("Ким Вера"), title="")
    before = await desk.enter(by, good, bad)

    after = await desk.enter(by, good, replace(bad, title="Сквер"), good)

    assert after.rows[0] == before.rows[0]
    assert after.rows[2] == replace(before.rows[0], row=3)
    assert after.rows[1].id
    assert (await desk.count("participant"), await desk.count("initiative")) == (3, 2)


async def test_a_repeated_request_is_answered_as_before(desk: Helping) -> None:
    by, one = desk.staff(), row(person())
    moment = Moment(desk.now, Repeat("staff", uuid4().hex, b"same"))

    answers = [await desk.enter(by, one, at=moment) for _ in range(2)]

    assert answers[0] == answers[1]
    assert await desk.count("initiative") == 1


async def test_an_address_that_is_registered_is_that_participant(desk: Helping) -> None:
    by = desk.staff()
    first = await desk.one(by, person(email=ANNA))

    rows = (
        await desk.enter(by, row(person("Иванова А.", " Anna@Example.org ")), row(person("Ким", BORIS)))
    ).rows
    same = await desk.one(by, person("Ким Вера", BORIS))

    assert rows[0].authors == first.authors
    assert rows[1].authors == same.authors
    assert await desk.count("participant") == 2
    names = await desk.pool.fetch("SELECT name FROM participant ORDER BY registered_at, id")
    assert [each["name"] for each in names] == [person().name, "Ким"]


async def test_an_address_registered_elsewhere_is_the_author_and_finds_the_initiative(desk: Helping) -> None:
    author = await desk.signed_in(ANNA, OKRUG)

    result = await desk.one(desk.staff(), person(email=ANNA))

    assert result.authors == (author.participant_id,)
    assert await desk.stored("SELECT tenant, role FROM authorship") == (DISTRICT, "author")
    assert await desk.stored("SELECT name, registered_how FROM participant") == (None, "letter")
    assert await desk.find(desk.staff(Role.DEPUTY, DISTRICT), ANNA) == []


async def test_an_address_that_waits_for_its_code_is_registered_in_person(desk: Helping) -> None:
    picture = desk.known.picture
    waiting = Registration(OKRUG, None, "deputy", ANNA, "1")
    await register_participant(desk.web, picture, desk.pepper, waiting, Moment(desk.now))
    (registered,) = await desk.stored("SELECT id FROM participant")

    result = await desk.one(desk.staff(), person(email=ANNA))

    assert result.authors == (registered,)
    stored = await desk.stored("SELECT municipality, registered_how, name FROM participant")
    assert stored == (DISTRICT, "in-person", person().name)
    assert await desk.stored("SELECT tenant FROM participant_directory") == (DISTRICT,)


async def test_the_same_name_is_a_hint_that_the_sender_settles(desk: Helping) -> None:
    by = desk.staff()
    first = await desk.one(by, person("Иванова Алёна Петровна"))

    hint = await desk.one(by, person("  алена ИВАНОВА "))
    same = await desk.one(by, Known(hint.alike[0].participant))
    other = await desk.one(by, person("алена ИВАНОВА", new=True))

    assert [(one.author, one.participant, one.name) for one in hint.alike] == [
        (0, first.authors[0], "Иванова Алёна Петровна")
    ]
    assert [(error.field, error.slug) for error in hint.errors] == [("authors.0.name", "person-alike")]
    assert same.authors == first.authors
    assert other.authors != first.authors
    assert await desk.noted("person-seen") == [str(first.authors[0])]


@pytest.mark.parametrize("name", ["Иванова Мария", "Иванова", "Петров Пётр"])
async def test_another_name_is_another_person(desk: Helping, name: str) -> None:
    await desk.one(desk.staff(), person("Иванова Анна Петровна"))

    result = await desk.one(desk.staff(), person(name))

    assert (result.number is not None, result.alike) == (True, ())


async def test_the_same_name_in_another_organization_is_another_person(desk: Helping) -> None:
    head = desk.staff(Role.HEAD, DISTRICT)
    await desk.one(head, person())

    result = await desk.one(head, person(), organization=SETTLED.id)

    assert (result.number is not None, result.alike) == (True, ())


async def test_the_same_new_person_may_stand_in_several_rows(desk: Helping) -> None:
    anna = person(key=uuid4())

    rows = (await desk.enter(desk.staff(), row(anna), row(person("Ким Вера"), anna))).rows

    assert rows[1].authors[1] == rows[0].authors[0]
    assert await desk.count("participant") == 2


@pytest.mark.parametrize(
    "authors",
    [
        (person(), person("Анна Иванова Петровна")),
        (person(email=ANNA), person("Ким", ANNA.upper())),
    ],
    ids=["name", "address"],
)
async def test_nobody_is_an_author_of_one_initiative_twice(
    desk: Helping, authors: tuple[NewPerson, ...]
) -> None:
    result = await desk.one(desk.staff(), *authors)

    assert [(error.field, error.slug) for error in result.errors] == [("authors.1.name", "author-twice")]
    assert await desk.count("participant") == 0


async def test_a_known_author_is_one_of_the_municipality(desk: Helping) -> None:
    elsewhere = await desk.signed_in(ANNA, OKRUG)

    result = await desk.one(desk.staff(), Known(uuid4()), Known(elsewhere.participant_id))

    assert [(error.field, error.slug) for error in result.errors] == [
        ("authors.0.participant", "author-unknown"),
        ("authors.1.participant", "author-unknown"),
    ]


@pytest.mark.parametrize(
    ("role", "of", "organization", "level"),
    [
        (Role.COORDINATOR, str(SCHOOL), SCHOOL, "coordinator"),
        (Role.STAND_IN, str(SCHOOL), SCHOOL, "coordinator"),
        (Role.LEADER, str(ROADS), SCHOOL, "group"),
        (Role.MEMBER, str(ROADS), SCHOOL, "group"),
        (Role.HEAD, DISTRICT, SETTLED.id, "coordination"),
        (Role.CLERK, DISTRICT, None, "coordination"),
        (Role.COORDINATOR, str(SCHOOL), SETTLED.id, None),
        (Role.COORDINATOR, str(SCHOOL), None, None),
        (Role.LEADER, str(CULTURE), SCHOOL, None),
        (Role.LEADER, str(ROADS), None, None),
        (Role.HOTLINE_OPERATOR, DISTRICT, SCHOOL, None),
    ],
    ids=lambda value: str(value)[-12:],
)
async def test_who_enters_for_whose_people(
    desk: Helping, role: Role, of: str, organization: object, level: str | None
) -> None:
    by = desk.staff(role, of)

    if level is None:
        with pytest.raises(Forbidden, match="not-yours-to-enter"):
            await desk.one(by, person(), organization=organization)
        assert await desk.count("initiative") == 0
    else:
        assert (await desk.one(by, person(), organization=organization)).id
        assert await desk.pool.fetchval("SELECT level FROM assisted_initiative") == level


async def test_nobody_enters_in_another_municipality(desk: Helping) -> None:
    with pytest.raises(NotFound, match="municipality-unknown"):
        await desk.one(desk.staff(), person(), municipality=OKRUG, organization=None)
    with pytest.raises(Invalid, match="organization-elsewhere"):
        await desk.one(desk.staff(Role.HEAD, SETTLEMENT, SETTLEMENT), person(), municipality=SETTLEMENT)


@pytest.mark.parametrize(("days", "slug"), [(-21, "campaign-not-started"), (21, "campaign-over")])
async def test_nothing_is_entered_outside_the_days(desk: Helping, days: int, slug: str) -> None:
    with pytest.raises(Conflict, match=slug):
        await desk.enter(desk.staff(), row(person()), at=Moment(desk.now + timedelta(days=days)))


@pytest.mark.parametrize("count", [0, 101])
async def test_a_request_has_one_to_a_hundred_rows(desk: Helping, count: int) -> None:
    with pytest.raises(Invalid, match="rows-too-many"):
        await desk.enter(desk.staff(), *(row(person()) for _ in range(count)))


@pytest.mark.parametrize("count", [0, 21])
async def test_a_row_has_one_to_twenty_authors(desk: Helping, count: int) -> None:
    result = await desk.one(desk.staff(), *(person(f"Ким {'я' * n}") for n in range(1, count + 1)))

    assert [error.slug for error in result.errors] == ["authors-too-many" if count else "author-missing"]


async def test_what_nobody_sees_is_taken_out_of_a_name(desk: Helping) -> None:
    await desk.one(desk.staff(), person("\u202eИва\u00adнова\x00  Анна\u200b"))

    assert await desk.pool.fetchval("SELECT name FROM participant") == "Иванова Анна"


async def test_two_at_once_register_one_person_and_store_one_row(desk: Helping) -> None:
    by, same = desk.staff(), row(person(email=ANNA))
    others = [row(person(email=ANNA)) for _ in range(3)]

    answers = await asyncio.gather(*(desk.enter(by, same, each) for each in [*others, same]))

    assert len({answer.rows[0].id for answer in answers}) == 1
    assert (await desk.count("participant"), await desk.count("initiative")) == (1, 4)


async def test_whoever_was_registered_in_person_signs_in_and_owns_what_is_theirs(desk: Helping) -> None:
    result = await desk.one(desk.staff(), person(email=ANNA))

    author = await desk.signed_in(ANNA)

    assert author.participant_id == result.authors[0]
    confirmed = await desk.stored("SELECT confirmed_at IS NOT NULL, version FROM participant")
    assert confirmed == (True, 1)
    assert [word for word, _ in await desk.told()] == ["participant.registered.v1", "initiative.submitted.v1"]


async def test_people_with_an_address_are_told_once_what_was_entered_for_them(desk: Helping) -> None:
    by = desk.staff()
    await desk.one(by, person(email=ANNA), person("Ким Вера", BORIS))
    await desk.one(by, person(email=ANNA), person("Без Адреса"))
    soon, later = desk.now, desk.now + timedelta(minutes=3)

    early = await write_bundle(desk.pool, desk.known.picture, STOPS, soon)
    counts = [await write_bundle(desk.pool, desk.known.picture, STOPS, later) for _ in range(2)]
    await write_acceptances.write_bundle(desk.pool, STOPS, later)

    assert (early, counts) == (0, [3, 0])
    found = await desk.pool.fetch("SELECT recipient, subject, body FROM letter")
    letters = sorted(found, key=lambda letter: str(letter["recipient"]))
    assert [letter["recipient"] for letter in letters] == [ANNA, BORIS]
    assert letters[0]["subject"] == "За вас внесены 2 инициативы"
    assert letters[1]["subject"].startswith("За вас внесена инициатива, №")
    for part in ("координатор организации (Школа № 1)", "https://dialogue.example/me\n", "Вы соавтор."):
        assert part in letters[1]["body"], part
    assert "Петрова" not in letters[0]["body"]


async def test_erasing_forgets_the_name_the_consent_and_the_letter(desk: Helping) -> None:
    result = await desk.one(desk.staff(), person(email=ANNA))
    author = await desk.signed_in(ANNA)

    await erase_participant(desk.web, desk.known.picture, author, Texts.KEPT, desk.now)
    await write_bundle(desk.pool, desk.known.picture, STOPS, desk.now + timedelta(minutes=3))

    personal = "name, email, consent_kind, consent_day, consent_number"
    assert set(await desk.stored(f"SELECT {personal} FROM participant")) == {None}
    assert (await desk.count("participant_name"), await desk.count("letter")) == (0, 0)
    assert await desk.pool.fetchval("SELECT id FROM initiative") == result.id
