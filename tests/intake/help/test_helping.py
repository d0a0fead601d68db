"""Help by commands: two at once, the executor's link, foreign ones, what is erased, what ends by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from contracts.help import HelpEvent, HelpStatus, HelpSubject
from contracts.streams import partition_of
from services.chassis.db import pruning, tenancy
from services.chassis.db.idempotency import Moment, Repeat
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Refused
from services.chassis.streams.tail import Stream
from services.intake.help.commands.answer_suggestion import (
    Accepting,
    Declining,
    accept_suggestion,
    decline_suggestion,
)
from services.intake.help.commands.ask_for_help import Asking, AskingFor, ask_for_author, ask_for_help
from services.intake.help.commands.end_left_over import end_some
from services.intake.help.commands.name_executor import revoke_executor
from services.intake.help.commands.settle_request import cancel_own, finish_for_author, thank
from services.intake.help.commands.suggest_wording import SuggestingByLink, suggest_by_link
from services.intake.help.domain.suggestions import Suggested
from services.intake.help.reading import help_by_link, help_of_line, listing
from services.intake.initiatives.commands.delete_draft import delete_draft
from services.intake.initiatives.store import drafts
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts
from services.intake.pruning import RULES
from services.intake.restate import restate
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office
from tests.intake.help.helping import BETTER, Helping, now
from tests.intake.test_personal import everything_in


async def outcome(work: Any) -> str:
    """What came of it: the slug of a refusal, or nothing."""
    try:
        await work
    except Refused as refusal:
        return refusal.slug
    return ""


async def draft_of(helping: Helping, id_: UUID) -> tuple[str, str, int]:
    async with helping.pool.acquire() as db, db.transaction():
        await tenancy.see(db, helping.who.municipality)
        saved = await drafts.one_of(db, helping.who, id_)
    return saved.draft.title, saved.draft.text, saved.version


async def accept(helping: Helping, request: UUID, suggestion: UUID, version: int = 1) -> None:
    given = Accepting(request, suggestion, version)
    await accept_suggestion(helping.pool, helping.picture, helping.who, given, now())


async def test_a_draft_says_what_its_author_has_accepted_and_nothing_before(helping: Helping) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    draft = await helping.draft()
    request = await helping.asked(draft)
    await helping.take(anna, request)
    one = await helping.suggest(anna, request)
    before = await draft_of(helping, draft)

    await accept(helping, request, one)

    assert before == ("Переход", "Дети переходят дорогу.", 1)
    assert await draft_of(helping, draft) == (BETTER.title, BETTER.text, 2)
    assert [word for word, _ in await helping.told()] == ["requested", "taken", "suggested", "done"]
    assert [data["version"] for _, data in await helping.told()] == [1, 2, 3, 4]
    assert len({data["requested_at"] for _, data in await helping.told()}) == 1
    letters = await helping.letters()
    assert [recipient for recipient, _ in letters] == ["anna@example.org"]
    assert f"/initiatives/help/{request}" in letters[0][1]


async def test_of_two_who_take_it_at_once_one_has_it(helping: Helping) -> None:
    two = [await helping.staff(Role.COORDINATOR), await helping.staff(Role.STAND_IN, name="Орлов Лев")]
    request = await helping.asked()

    found = await asyncio.gather(*(outcome(helping.take(one, request)) for one in two))

    assert sorted(found) == ["", "help-taken"]
    assert [word for word, _ in await helping.told()] == ["requested", "taken"]


async def test_a_higher_level_takes_it_over_and_anybody_from_who_left(helping: Helping) -> None:
    anna, lev = await helping.staff(Role.COORDINATOR), await helping.staff(Role.STAND_IN)
    leader = await helping.staff(Role.LEADER, str(ROADS))
    request = await helping.asked()
    await helping.take(anna, request)
    await helping.take(leader, request)
    kept = await outcome(helping.take(anna, request))
    await helping.dismiss(leader)

    await helping.take(lev, request)

    assert kept == "help-taken"
    assert [data["level"] for _, data in await helping.told()] == [
        None,
        "coordinator",
        "group",
        "coordinator",
    ]


async def test_who_is_not_of_the_line_finds_nothing(helping: Helping) -> None:
    request = await helping.asked()
    for role, of, place in (
        (Role.LEADER, str(CULTURE), DISTRICT),
        (Role.COORDINATOR, str(uuid4()), DISTRICT),
        (Role.HEAD, OKRUG, OKRUG),
        (Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT),
    ):
        somebody = await helping.staff(role, of, place)
        with pytest.raises(NotFound):
            await helping.take(somebody, request)
        with pytest.raises(NotFound):
            await help_of_line(helping.pool, helping.known, somebody, request, datetime.now(UTC))
        found = await listing(helping.pool, helping.known, somebody, datetime.now(UTC))
        assert (found.open, found.counts.requested) == ([], 0)


async def test_it_waits_for_the_coordinator_and_without_one_for_the_group(helping: Helping) -> None:
    leader, head = await helping.staff(Role.LEADER, str(ROADS)), await helping.staff(Role.HEAD, DISTRICT)
    await helping.asked()

    async def waits_for(one: Any) -> tuple[int, int]:
        found = await listing(helping.pool, helping.known, one, datetime.now(UTC))
        return len(found.for_me), len(found.others)

    assert (await waits_for(leader), await waits_for(head)) == ((1, 0), (0, 1))
    anna = await helping.staff(Role.COORDINATOR)
    assert (await waits_for(anna), await waits_for(leader)) == ((1, 0), (0, 1))


async def test_a_draft_that_changed_meanwhile_is_not_overwritten(helping: Helping) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    draft = await helping.draft()
    request = await helping.asked(draft)
    await helping.take(anna, request)
    one = await helping.suggest(anna, request)

    found = await asyncio.gather(
        outcome(accept(helping, request, one)), outcome(helping.rewrite(draft, "Своё."))
    )

    title, text, version = await draft_of(helping, draft)
    if not found[0]:
        assert (title, text, found[1]) == (BETTER.title, BETTER.text, "draft-newer")
        return
    assert (text, found[0], version) == ("Своё.", "help-text-changed", 2)
    seen = await helping.seen(request)
    assert (seen.is_newer, "".join(p.text for p in seen.text if p.change != "inserted")) == (True, "Своё.")
    await accept(helping, request, one, version=2)
    assert (await draft_of(helping, draft))[1] == BETTER.text


async def test_a_suggestion_that_was_replaced_is_not_accepted(helping: Helping) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    draft = await helping.draft()
    request = await helping.asked(draft)
    await helping.take(anna, request)
    first = await helping.suggest(anna, request)
    second = await helping.suggest(anna, request, Suggested("Переход", "Второе."))

    assert await outcome(accept(helping, request, first)) == "help-suggestion-over"
    given = Declining(request, second, "Не то")
    await decline_suggestion(helping.pool, helping.picture, helping.who, given, now())
    assert await outcome(accept(helping, request, second)) == "help-suggestion-over"
    assert (await draft_of(helping, draft))[2] == 1
    # While one waits for its answer no second letter comes.
    assert len(await helping.letters()) == 1
    states = [each.state for each in (await helping.seen(request)).suggestions]
    assert states == ["replaced", "declined"]
    third = await helping.suggest(anna, request)
    assert len(await helping.letters()) == 2
    await accept(helping, request, third)


async def test_an_executors_link_opens_this_request_while_it_is_good(helping: Helping) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked()
    await helping.take(anna, request)
    link = await helping.named(anna, request)

    seen = await help_by_link(helping.pool, helping.links.opened(link), datetime.now(UTC))
    given = SuggestingByLink(link, BETTER)
    await suggest_by_link(helping.pool, helping.picture, helping.links, helping.stops, given, now())

    assert seen.subject
    assert seen.subject.wording.text == "Дети переходят дорогу."
    assert (await helping.seen(request)).request.status is HelpStatus.SUGGESTED
    assert (await helping.told())[-1][1]["executor"] is True
    anew = await helping.named(anna, request, "other@example.org")
    with pytest.raises(Gone):
        await help_by_link(helping.pool, helping.links.opened(link), datetime.now(UTC))
    # The letter with the link before, which still waited, is not sent.
    assert [to for to, _ in await helping.letters()] == ["anna@example.org", "other@example.org"]
    await revoke_executor(helping.pool, helping.known, anna, request, now())
    for over in (link, anew):
        again = SuggestingByLink(over, BETTER)
        with pytest.raises(Gone):
            await suggest_by_link(helping.pool, helping.picture, helping.links, helping.stops, again, now())
    with pytest.raises(NotFound):
        helping.links.opened(anew[:-1] + ("A" if anew[-1] != "A" else "B"))


async def test_an_executors_address_is_forgotten_with_the_end(
    helping: Helping, intake_database: Database
) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked()
    await helping.take(anna, request)
    link = await helping.named(anna, request)

    await finish_for_author(helping.pool, helping.known, helping.stops, anna, request, now())

    stored = await everything_in(intake_database)
    assert not [word for word in ("Сидорова", "helper@example.org") if word in stored]
    row = await helping.office.pool.fetchrow("SELECT executor_name, executor_email FROM help_request")
    assert tuple(row or ()) == (None, None)
    with pytest.raises(Gone):
        await help_by_link(helping.pool, helping.links.opened(link), datetime.now(UTC))
    for _ in range(2):
        await thank(helping.pool, helping.picture, helping.who, request, now())
    assert [word for word, _ in await helping.told()][-2:] == ["done", "thanked"]


async def test_an_executors_name_and_address_are_sealed(helping: Helping) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked()
    await helping.take(anna, request)
    await helping.named(anna, request)

    by, holds = await helping.office.pool.fetchrow(  # type: ignore[misc]
        "SELECT (executor_email).key, position('helper'::bytea in (executor_email).body) > 0"
        " FROM help_request"
    )

    assert (by, holds) == ("tests", False)
    assert (await helping.seen(request)).request.executor is not None


async def test_only_who_has_taken_it_suggests_and_names(helping: Helping) -> None:
    anna, lev = await helping.staff(Role.COORDINATOR), await helping.staff(Role.STAND_IN)
    request = await helping.asked()

    assert await outcome(helping.suggest(anna, request)) == "help-not-taken"
    await helping.take(anna, request)
    with pytest.raises(Forbidden):
        await helping.suggest(lev, request)
    with pytest.raises(Forbidden):
        await helping.named(lev, request)
    assert len(await helping.letters()) == 0


@pytest.mark.parametrize(
    ("suggested", "slug"),
    [
        (Suggested("", "Текст"), "title-empty"),
        (Suggested("\u200b\u202e\x00", "Текст"), "title-empty"),
        (Suggested("Переход", "т" * 1_000_000), "text-too-long"),
        (Suggested("Пере\u00adход", "Дети переходят\u00a0\u200bдорогу.\x00"), ""),
        (Suggested("Пере\u00adход\u200b", "Дети переходят дорогу.\x00"), "help-suggestion-same"),
        (Suggested("Другое", "Текст", "н" * 2001), "help-text-long"),
    ],
    ids=["empty", "invisible", "huge", "pasted", "the same", "a long word"],
)
async def test_a_suggestion_is_text_like_any_other(helping: Helping, suggested: Suggested, slug: str) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked()
    await helping.take(anna, request)

    assert await outcome(helping.suggest(anna, request, suggested)) == slug


async def test_of_two_who_ask_at_once_with_one_draft_one_is_told_so(helping: Helping) -> None:
    draft = await helping.draft()

    found = await asyncio.gather(*(outcome(helping.asked(draft)) for _ in range(2)))

    assert sorted(found) == ["", "help-asked-already"]
    (request,) = [data["id"] for _, data in await helping.told()]
    await cancel_own(helping.pool, helping.picture, helping.who, UUID(request), now())
    assert await outcome(helping.asked(draft)) == ""


async def test_what_is_hard_is_bounded_and_may_be_nothing(helping: Helping) -> None:
    with pytest.raises(Invalid):
        await helping.asked(text="д" * 2001)
    request = await helping.asked(text="\u202e\x00\u200b")
    assert (await helping.seen(request)).request.text == ""


async def test_somebody_elses_draft_is_not_there(helping: Helping) -> None:
    given = Asking(HelpSubject.DRAFT, uuid4(), "")
    with pytest.raises(NotFound):
        await ask_for_help(helping.pool, helping.known, helping.who, given, now())


async def test_the_staff_ask_for_an_author_by_the_number(helping: Helping, office: Office) -> None:
    operator = await helping.staff(Role.HOTLINE_OPERATOR, DISTRICT)
    stranger = await helping.staff(Role.HEAD, OKRUG, OKRUG)
    overseer = await helping.staff(Role.SMO_OPERATOR, "smo", DISTRICT)
    one = await office.submit(participant_id=helping.who.participant_id)
    of_body = await office.submit()
    await office.pool.execute("UPDATE initiative SET participant_id = NULL WHERE id = $1", of_body.id)
    inquiry = uuid4()

    async def ask(by: Any, number: int) -> str:
        given = AskingFor(number, None, "По телефону", inquiry)
        return await outcome(ask_for_author(helping.pool, helping.known, by, given, now()))

    assert await ask(stranger, one.number) == "help-initiative-unknown"
    assert await ask(overseer, one.number) == "not-yours-to-ask-help"
    assert await ask(operator, of_body.number) == "help-no-author"
    assert await ask(operator, one.number) == ""
    assert await ask(operator, one.number) == "help-asked-already"
    ((word, data),) = await helping.told()
    assert (word, data["for_author"], data["subject_kind"]) == ("requested", True, "initiative")
    row = await office.pool.fetchrow("SELECT inquiry, organization FROM help_request")
    # The initiative names no organization: the author's line helps.
    assert row
    assert (row["inquiry"], row["organization"]) == (inquiry, SCHOOL)
    assert await office.pool.fetchval("SELECT action FROM audit") == "help-asked"


async def test_an_initiative_is_reworded_only_where_it_was_returned(helping: Helping, office: Office) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    one = await office.submit(participant_id=helping.who.participant_id)
    given = Asking(HelpSubject.INITIATIVE, one.id, "")
    request = (await ask_for_help(helping.pool, helping.known, helping.who, given, now())).id
    await helping.take(anna, request)
    suggestion = await helping.suggest(anna, request)
    seen = await helping.seen(request)

    refused = await outcome(accept(helping, request, suggestion))
    await office.pool.execute("UPDATE initiative SET status = 'returned', version = 2 WHERE id = $1", one.id)
    stale = await outcome(accept(helping, request, suggestion))
    await accept(helping, request, suggestion, version=2)

    assert seen.subject
    assert not seen.subject.rewordable
    assert (refused, stale) == ("initiative-not-returned", "initiative-changed")
    row = await office.pool.fetchrow("SELECT title, status, version FROM initiative WHERE id = $1", one.id)
    assert tuple(row or ()) == (BETTER.title, "accepted", 3)
    assert await office.pool.fetchval("SELECT count(*) FROM wording") == 1
    assert [type_ for type_, _ in await office.told()] == ["dialogue.initiative.reworded.v1"]


async def test_what_has_no_text_any_more_ends_by_itself(
    helping: Helping, office: Office, worker: Pool
) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    dropped, helped, stands = [await helping.draft() for _ in range(3)]
    for draft in (dropped, helped, stands):
        request = await helping.asked(draft)
        if draft == helped:
            await helping.take(anna, request)
    await delete_draft(helping.pool, helping.who, dropped)
    await delete_draft(helping.pool, helping.who, helped)
    await office.submit(participant_id=helping.who.participant_id, submitted_at=datetime.now(UTC))

    assert await end_some(worker, helping.picture, datetime.now(UTC)) == 2
    assert await end_some(worker, helping.picture, datetime.now(UTC)) == 0
    rows = await office.pool.fetch("SELECT subject_id, status FROM help_request")
    assert {row["subject_id"]: row["status"] for row in rows} == {
        dropped: "cancelled",
        helped: "done",
        stands: "requested",
    }


async def test_who_is_erased_leaves_figures_and_no_words(
    helping: Helping, office: Office, intake_database: Database
) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked(text="Мне трудно писать")
    await helping.take(anna, request)
    await helping.named(anna, request)
    await helping.suggest(anna, request, Suggested("Чужое название", "Чужие слова"))

    await erase_participant(helping.pool, helping.picture, helping.who, Texts.KEPT, datetime.now(UTC))

    stored = await everything_in(intake_database)
    written = ("Мне трудно", "Чужое название", "Чужие слова", "Сидорова", "helper@example.org")
    assert not [word for word in written if word in stored]
    word, data = (await helping.told())[-1]
    assert (word, data["status"]) == ("cancelled", "cancelled")
    row = await office.pool.fetchrow(
        "SELECT text, participant_id, executor_name, executor_email, status FROM help_request"
    )
    assert tuple(row or ()) == (None, None, None, None, "cancelled")


async def test_texts_go_after_their_time_and_the_rest_is_restated(
    helping: Helping, office: Office, worker: Pool
) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked()
    await helping.take(anna, request)
    await helping.suggest(anna, request)
    await finish_for_author(helping.pool, helping.known, helping.stops, anna, request, now())
    rules = [rule for rule in RULES if rule.name.startswith("help_")]

    for rule in rules:
        await pruning.apply(worker, rule, datetime.now(UTC))
    kept = await office.pool.fetchval("SELECT count(*) FROM help_suggestion")
    for rule in rules:
        await pruning.apply(worker, rule, datetime.now(UTC) + timedelta(days=91))

    assert kept == 1
    assert await office.pool.fetchval("SELECT count(*) FROM help_suggestion") == 0
    assert await office.pool.fetchval("SELECT text FROM help_request") is None
    _, told = (await helping.told())[-1]
    assert await restated(worker, helping) == [told]


async def restated(worker: Pool, helping: Helping) -> list[Any]:
    """What a new epoch of the district's stream would tell."""
    signer: Any = None
    async with worker.acquire() as db, db.transaction():
        stream = Stream(HelpEvent.topic, partition_of(DISTRICT))
        return [event.model_dump(mode="json") async for event in restate(signer)(db, stream)]


async def test_a_repeat_with_its_key_is_answered_alike(helping: Helping) -> None:
    draft = await helping.draft()
    at = Moment(datetime.now(UTC), Repeat("anna", "one", b"same"))
    given = Asking(HelpSubject.DRAFT, draft, "Как?")

    first, again = [await ask_for_help(helping.pool, helping.known, helping.who, given, at) for _ in range(2)]

    assert first == again
    assert len(await helping.told()) == 1


async def test_what_has_ended_is_not_moved_again(helping: Helping) -> None:
    anna = await helping.staff(Role.COORDINATOR)
    request = await helping.asked()
    await cancel_own(helping.pool, helping.picture, helping.who, request, now())

    with pytest.raises(Conflict):
        await helping.take(anna, request)
    with pytest.raises(Conflict):
        await thank(helping.pool, helping.picture, helping.who, request, now())
    with pytest.raises(Conflict):
        await cancel_own(helping.pool, helping.picture, helping.who, request, now())
