"""An inquiry's way through its states, on PostgreSQL."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.appointments import Level, Role, Step
from contracts.hotline import Channel, InquiryStatus
from services.chassis.db import tenancy
from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from services.hotline.inquiries.commands.close_silent import close_answered
from services.hotline.inquiries.commands.correct_inquiry import Correction, correct_inquiry
from services.hotline.inquiries.commands.mark_spam import Spam, mark_spam
from services.hotline.inquiries.commands.merge_inquiries import Merge, merge_inquiries
from services.hotline.inquiries.commands.note_inquiry import Note, note_inquiry
from services.hotline.inquiries.commands.restore_inquiry import Restoring, restore_inquiry
from services.hotline.inquiries.commands.revoke_link import Revocation, revoke_link
from services.hotline.inquiries.commands.say_helped import Helped, say_helped
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Initiator
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry
from tests.factories import DISTRICT, OKRUG
from tests.hotline.inquiries.world import GROUP, OTHER_GROUP, SCHOOL, World, at, define_group, know


async def test_an_inquiry_is_promised_and_its_initiator_gets_a_letter_with_the_link(world: World) -> None:
    asked = await world.ask()

    inquiry = await world.inquiry(asked.id)
    [(subject, body)] = await world.letters()
    assert inquiry.status is InquiryStatus.NEW
    assert asked.promised_by == at(14, 14, 45)
    assert f"[№ {asked.number}]" in subject
    assert f"/hotline/inquiries/{asked.link}" in body
    assert "14 апреля, вторник, 14:45" in body
    assert await world.events(asked.id) == [("opened", 1)]


async def test_who_takes_it_is_seen_and_another_is_told_who(world: World) -> None:
    asked, first, second = await world.ask(), await world.operator("Анна"), await world.operator("Борис")

    taken = await world.take(first, asked.id)
    with pytest.raises(Conflict, match="inquiry-taken") as refused:
        await world.take(second, asked.id)

    assert (taken.status, taken.version) == (InquiryStatus.TAKEN, 2)
    assert refused.value.facts["name"] == "Анна"
    assert await world.take(first, asked.id) == taken
    assert await world.events(asked.id) == [("opened", 1), ("taken", 2)]


async def test_of_two_who_take_it_at_once_one_gets_it(world: World) -> None:
    asked = await world.ask()
    people = [await world.operator(name) for name in ("Анна", "Борис", "Вера", "Глеб")]

    done = await asyncio.gather(*(world.take(who, asked.id) for who in people), return_exceptions=True)

    got = [who for who, result in zip(people, done, strict=True) if not isinstance(result, Exception)]
    others = [result for result in done if isinstance(result, Refused)]
    assert len(got) == 1
    assert [refusal.slug for refusal in others] == ["inquiry-taken"] * 3
    assert {refusal.facts["name"] for refusal in others} == {got[0].name}
    assert await world.events(asked.id) == [("opened", 1), ("taken", 2)]


async def test_a_supervisor_takes_it_over_by_naming_who_has_it_and_a_colleague_does_not(world: World) -> None:
    asked, first, second = await world.ask(), await world.operator("Анна"), await world.operator("Борис")
    head = await world.appoint(Role.HEAD)
    await world.take(first, asked.id)

    with pytest.raises(Forbidden, match="not-yours-to-take-over"):
        await world.take(second, asked.id, instead_of=first.account)
    with pytest.raises(Conflict, match="inquiry-taken"):
        await world.take(head, asked.id, instead_of=second.account)
    await world.take(head, asked.id, instead_of=first.account)

    assert (await world.inquiry(asked.id)).holder.account == head.account


async def test_a_group_accepts_what_is_offered_and_its_own_clock_stops(world: World) -> None:
    asked, operator, member = await world.ask(), await world.operator(), await world.member()
    await world.take(operator, asked.id)

    offered = await world.transfer(operator, asked.id, note="Срочно")
    clocks = await world.clocks(asked.id)
    with pytest.raises(Forbidden, match="not-offered-to-you"):
        await world.take(operator, asked.id)
    accepted = await world.take(member, asked.id)

    assert (offered.status, offered.level) == (InquiryStatus.TRANSFERRED, Level.GROUP)
    assert clocks[Step.TRANSFER].due_at == at(14, 12)
    assert accepted.status is InquiryStatus.TAKEN
    assert Step.TRANSFER not in await world.clocks(asked.id)
    notes = [entry.text for entry in await world.history(asked.id) if entry.inside]
    assert notes == ["Срочно"]


async def test_what_is_returned_goes_back_to_whoever_offered_it(world: World) -> None:
    asked, operator, member = await world.ask(), await world.operator(), await world.member()
    await world.transfer(operator, asked.id)

    with pytest.raises(Invalid, match="reason-empty"):
        await world.give_back(member, asked.id, " \u200b")
    returned = await world.give_back(member, asked.id)

    assert (returned.status, returned.level) == (InquiryStatus.NEW, Level.HOTLINE)
    assert Step.TRANSFER not in await world.clocks(asked.id)
    with pytest.raises(Conflict, match="nothing-to-return"):
        await world.give_back(operator, asked.id)


async def test_a_transfer_to_a_group_that_was_dissolved_goes_to_the_coordination_group(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    gone = define_group(OTHER_GROUP, dissolved=True)
    world.known = know(groups={GROUP: define_group(), OTHER_GROUP: gone})

    done = await world.transfer(operator, asked.id, group=OTHER_GROUP)

    assert (done.level, done.instead) == (Level.COORDINATION, "group-dissolved")


async def test_a_transfer_to_an_organization_without_coordinator_goes_to_the_coordination_group(
    world: World,
) -> None:
    asked, operator = await world.ask(), await world.operator()

    alone = await world.transfer(operator, asked.id, Level.COORDINATOR)
    coordinator = await world.appoint(Role.COORDINATOR, str(SCHOOL))
    offered = await world.transfer(operator, asked.id, Level.COORDINATOR)

    assert (alone.level, alone.instead) == (Level.COORDINATION, "nobody-appointed")
    assert (offered.level, offered.instead) == (Level.COORDINATOR, "")
    assert (await world.take(coordinator, asked.id)).status is InquiryStatus.TAKEN


@pytest.mark.parametrize("to", [Level.HEAD, Level.HOTLINE])
async def test_nothing_is_transferred_to_the_head_or_to_the_line(world: World, to: Level) -> None:
    asked, operator = await world.ask(), await world.operator()

    with pytest.raises(Invalid, match="transfer-where"):
        await world.transfer(operator, asked.id, to)


async def test_a_transfer_to_a_foreign_group_is_refused(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    foreign = define_group(OTHER_GROUP, municipality=DISTRICT)
    world.known = know(groups={GROUP: define_group(), OTHER_GROUP: foreign})

    for group in (OTHER_GROUP, uuid4()):
        with pytest.raises(Invalid, match="group-unknown"):
            await world.transfer(operator, asked.id, group=group)


async def test_whoever_works_elsewhere_does_not_see_it(world: World) -> None:
    asked = await world.ask()
    stranger = await world.appoint(Role.HOTLINE_OPERATOR, DISTRICT, where=DISTRICT)
    member = await world.member(OTHER_GROUP)

    for who in (stranger, member):
        with pytest.raises(NotFound, match="inquiry-unknown"):
            await world.take(who, asked.id)
    with pytest.raises(NotFound, match="inquiry-unknown"):
        await world.take(stranger, uuid4())


async def test_a_level_that_it_has_passed_may_still_answer(world: World) -> None:
    asked, operator, member = await world.ask(), await world.operator(), await world.member()
    await world.transfer(operator, asked.id)
    await world.take(member, asked.id)

    answered = await world.answer(operator, asked.id)

    assert answered.status is InquiryStatus.ANSWERED


async def test_the_answer_stops_every_clock_and_says_how_long_it_took(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.take(operator, asked.id)
    world.now = at(14, 11, 30)

    await world.answer(operator, asked.id)

    times = (await world.inquiry(asked.id)).times
    assert (times.first_answer_minutes, times.answer_minutes) == (90, 90)
    assert (times.first_answer_late, times.answer_late) == (False, False)
    assert await world.clocks(asked.id) == {}
    assert [kind for kind, _ in await world.events(asked.id)] == ["opened", "taken", "answered"]
    assert "Вот так." in (await world.letters())[-1][1]
    with pytest.raises(Conflict, match="inquiry-closed"):
        await world.answer(operator, asked.id)


async def test_while_the_initiator_is_asked_the_clock_stands_still_and_the_promise_waits(
    world: World,
) -> None:
    asked, operator = await world.ask(), await world.operator()
    before = await world.inquiry(asked.id)
    world.now = at(14, 11)

    await world.answer(operator, asked.id, final=False, text="Какая школа?")
    waiting = await world.clocks(asked.id)
    world.now = at(16, 11)
    replied = await world.reply(asked.id)

    after, clocks = await world.inquiry(asked.id), await world.clocks(asked.id)
    assert waiting[Step.FINAL_ANSWER].next_at is None
    assert list(waiting) == [Step.FINAL_ANSWER]
    assert replied.status is InquiryStatus.TAKEN
    assert before.promise.answer_due_at == at(17, 9, 15)
    assert after.promise.answer_due_at == clocks[Step.FINAL_ANSWER].due_at == at(21, 10, 30)
    assert after.times.first_answer_minutes == 60


async def test_a_reply_takes_up_again_what_was_closed_for_two_weeks(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.take(operator, asked.id)
    await world.answer(operator, asked.id)
    await world.close(operator, asked.id)
    world.now += timedelta(days=13)

    again = await world.reply(asked.id)

    inquiry = await world.inquiry(asked.id)
    assert (again.is_new, again.status, inquiry.reopened) == (False, InquiryStatus.TAKEN, 1)
    assert inquiry.holder.account == operator.account
    assert list(await world.clocks(asked.id)) == [Step.FINAL_ANSWER]
    assert (await world.events(asked.id))[-1] == ("reopened", 5)
    assert "снова в работе" in (await world.letters())[-1][0]


async def test_what_is_taken_up_again_after_its_holder_was_dismissed_waits_in_the_queue(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.answer(operator, asked.id)
    await world.dismiss(operator)

    again = await world.reply(asked.id)

    inquiry = await world.inquiry(asked.id)
    assert (again.status, inquiry.holder.account, inquiry.holder.name) == (InquiryStatus.NEW, None, "")


async def test_a_later_reply_is_an_inquiry_of_its_own_that_names_the_old_one(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.answer(operator, asked.id)
    await world.close(operator, asked.id)
    await world.pool.execute("UPDATE theme SET removed = true WHERE code = 'other'")
    world.now += timedelta(days=14)

    again = await world.reply(asked.id)

    new = await world.inquiry(again.id)
    assert again.is_new
    assert (new.continues, new.theme, new.number) == (asked.id, "about-campaign", again.number)
    assert (await world.inquiry(asked.id)).status is InquiryStatus.CLOSED


async def test_the_initiator_closes_what_helped_and_takes_up_what_did_not(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    with pytest.raises(Conflict, match="inquiry-unanswered"):
        await say_helped(world.pool, world.known, Helped(OKRUG, asked.id, helped=True), world.moment)
    await world.answer(operator, asked.id)

    no = await say_helped(world.pool, world.known, Helped(OKRUG, asked.id, helped=False), world.moment)
    await world.answer(operator, asked.id)
    yes = await say_helped(world.pool, world.known, Helped(OKRUG, asked.id, helped=True), world.moment)

    assert (no.status, yes.status) == (InquiryStatus.TAKEN, InquiryStatus.CLOSED)
    assert (await world.inquiry(asked.id)).helped is True


async def test_what_nobody_replies_to_closes_by_itself_once(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    await world.answer(operator, asked.id)

    early = await close_answered(world.everything, world.now + timedelta(days=13, hours=23))
    due = world.now + timedelta(days=14)
    closed = await asyncio.gather(*(close_answered(world.everything, due) for _ in range(3)))

    assert early == 0
    assert sum(closed) == 1
    assert (await world.events(asked.id))[-1] == ("closed", 3)


async def test_what_is_merged_is_answered_with_the_other(world: World) -> None:
    one = await world.ask(initiator=Initiator("Пётр", "petr@example.org"))
    two = await world.ask(initiator=Initiator("Мария", "maria@example.org"))
    operator = await world.operator()

    merged = await merge_inquiries(world.pool, world.known, operator, Merge(two.id, one.id), world.moment)
    await world.reply(two.id, "Ещё слово")
    await world.answer(operator, one.id)

    assert merged.status is InquiryStatus.MERGED
    assert await world.clocks(two.id) == {}
    for address in ("petr@example.org", "maria@example.org"):
        assert "Вот так." in (await world.letters(address))[-1][1]
    assert (await world.kinds(two.id))[-2:] == ["replied", "answered"]
    assert (await world.events(two.id))[-1] == ("closed", 2)


async def test_who_was_merged_with_another_is_told_of_neither(world: World) -> None:
    mine = await world.ask(initiator=Initiator("Пётр", "petr@example.org"), subject="Моё")
    maria = Initiator("Мария", "maria@example.org", "+79201234567")
    other = await world.ask(initiator=maria, subject="Чужое")
    operator = await world.operator()
    await merge_inquiries(world.pool, world.known, operator, Merge(mine.id, other.id), world.moment)
    await world.answer(operator, other.id)

    await world.reply(mine.id)
    again = await world.letters(), await world.letters("maria@example.org")
    await world.answer(operator, other.id)
    await world.close(operator, other.id)
    world.now = at(14, month=5)
    anew = await world.reply(mine.id)

    assert f"№ {mine.number}" in again[0][-1][0]
    assert "снова в работе" in again[0][-1][0]
    assert "снова в работе" not in str(again[1])
    async with world.pool.acquire() as db, db.transaction():
        await tenancy.see(db, OKRUG)
        new = await inquiries.one(db, anew.id)
        asked = await inquiries.asked(db, new)
    assert anew.is_new
    assert (asked.initiator, asked.subject) == (Initiator("Пётр", "petr@example.org"), "Моё")
    assert new.continues == mine.id


async def test_what_was_merged_into_spam_waits_by_itself_again(world: World) -> None:
    one, two, erased = [await world.ask() for _ in range(3)]
    operator = await world.operator()
    for each in (two, erased):
        await merge_inquiries(world.pool, world.known, operator, Merge(each.id, one.id), world.moment)
    await erase_inquiry(world.pool, world.known, Erasure(OKRUG, erased.id), world.moment)

    await mark_spam(world.pool, world.known, operator, Spam(one.id), world.moment)

    inquiry = await world.inquiry(two.id)
    assert (inquiry.status, inquiry.merged_into) == (InquiryStatus.NEW, None)
    assert set(await world.clocks(two.id)) == {Step.FIRST_ANSWER, Step.FINAL_ANSWER}
    assert (await world.events(two.id))[-1] == ("restated", 3)
    assert (await world.inquiry(erased.id)).status is InquiryStatus.MERGED


async def test_what_was_merged_into_what_is_erased_waits_by_itself_again(world: World) -> None:
    one, two, operator = await world.ask(), await world.ask(), await world.operator()
    await merge_inquiries(world.pool, world.known, operator, Merge(two.id, one.id), world.moment)

    await erase_inquiry(world.pool, world.known, Erasure(OKRUG, one.id), world.moment)

    inquiry = await world.inquiry(two.id)
    assert (inquiry.status, inquiry.merged_into) == (InquiryStatus.NEW, None)


async def test_a_reply_after_the_other_was_erased_is_an_inquiry_of_its_own(world: World) -> None:
    one = await world.ask(initiator=Initiator("Пётр", "petr@example.org"))
    two = await world.ask(initiator=Initiator("Мария", "maria@example.org"))
    operator = await world.operator()
    await merge_inquiries(world.pool, world.known, operator, Merge(two.id, one.id), world.moment)
    await world.answer(operator, one.id)
    await erase_inquiry(world.pool, world.known, Erasure(OKRUG, one.id), world.moment)

    again = await world.reply(two.id)

    assert again.is_new
    assert (await world.inquiry(again.id)).continues == two.id
    assert (await world.inquiry(one.id)).status is InquiryStatus.CLOSED
    assert await world.clocks(one.id) == {}
    assert f"№ {again.number}" in (await world.letters("maria@example.org"))[-1][0]


async def test_nothing_is_written_into_what_was_erased(world: World) -> None:
    one, two, operator = await world.ask(), await world.ask(), await world.operator()
    await merge_inquiries(world.pool, world.known, operator, Merge(two.id, one.id), world.moment)
    await erase_inquiry(world.pool, world.known, Erasure(OKRUG, two.id), world.moment)

    await world.answer(operator, one.id)
    with pytest.raises(Conflict, match="inquiry-erased"):
        await note_inquiry(world.pool, world.known, operator, Note(two.id, "Звонил ещё раз"), world.moment)

    assert (await world.kinds(one.id))[-1] == "answered"
    assert (await world.kinds(two.id))[-1] == "erased"


async def test_what_was_erased_is_not_restored(world: World) -> None:
    spam, merged, into = [await world.ask() for _ in range(3)]
    operator, head = await world.operator(), await world.appoint(Role.HEAD)
    await mark_spam(world.pool, world.known, operator, Spam(spam.id), world.moment)
    await merge_inquiries(world.pool, world.known, operator, Merge(merged.id, into.id), world.moment)

    for each in (spam, merged):
        before = (await world.inquiry(each.id)).status
        await erase_inquiry(world.pool, world.known, Erasure(OKRUG, each.id), world.moment)
        with pytest.raises(Conflict, match="inquiry-erased"):
            await restore_inquiry(world.pool, world.known, head, Restoring(each.id), world.moment)
        assert (await world.inquiry(each.id)).status is before


async def test_two_who_merge_crosswise_at_once_lose_neither(world: World) -> None:
    one, two, operator = await world.ask(), await world.ask(), await world.operator()

    done = await asyncio.gather(
        merge_inquiries(world.pool, world.known, operator, Merge(one.id, two.id), world.moment),
        merge_inquiries(world.pool, world.known, operator, Merge(two.id, one.id), world.moment),
        return_exceptions=True,
    )

    states = {(await world.inquiry(id_)).status for id_ in (one.id, two.id)}
    assert sum(isinstance(each, Conflict) for each in done) == 1
    assert states == {InquiryStatus.NEW, InquiryStatus.MERGED}


async def test_only_another_of_the_same_municipality_that_is_open_takes_one_in(world: World) -> None:
    one, elsewhere = await world.ask(), await world.ask(municipality=DISTRICT, organization=None)
    answered, operator = await world.ask(), await world.operator()
    await world.answer(operator, answered.id)

    async def refused(into: object, slug: str) -> None:
        with pytest.raises(Refused, match=slug):
            await merge_inquiries(world.pool, world.known, operator, Merge(one.id, into), world.moment)  # type: ignore[arg-type]

    await refused(one.id, "merge-into-itself")
    await refused(elsewhere.id, "inquiry-unknown")
    await refused(answered.id, "merge-into-closed")
    await refused(uuid4(), "inquiry-unknown")


async def test_spam_ends_without_a_letter_and_a_supervisor_undoes_it(world: World) -> None:
    asked, operator, head = await world.ask(), await world.operator(), await world.appoint(Role.HEAD)
    promise = (await world.inquiry(asked.id)).promise

    spam = await mark_spam(world.pool, world.known, operator, Spam(asked.id), world.moment)
    with pytest.raises(Forbidden, match="not-yours-to-supervise"):
        await restore_inquiry(world.pool, world.known, operator, Restoring(asked.id), world.moment)
    back = await restore_inquiry(world.pool, world.known, head, Restoring(asked.id), world.moment)

    assert (spam.status, back.status) == (InquiryStatus.SPAM, InquiryStatus.NEW)
    assert len(await world.letters()) == 1
    clocks = await world.clocks(asked.id)
    assert clocks[Step.FIRST_ANSWER].due_at == promise.first_answer_due_at
    assert clocks[Step.FINAL_ANSWER].due_at == promise.answer_due_at
    with pytest.raises(Conflict, match="inquiry-not-ended"):
        await restore_inquiry(world.pool, world.known, head, Restoring(asked.id), world.moment)


async def test_a_correction_keeps_the_clocks_and_is_told(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    before = await world.clocks(asked.id)
    await world.pool.execute("UPDATE theme SET removed = true WHERE code = 'registration'")

    done = await correct_inquiry(
        world.pool, world.known, operator, Correction(asked.id, "wording", None), world.moment
    )

    inquiry = await world.inquiry(asked.id)
    assert (inquiry.theme, inquiry.organization, done.version) == ("wording", None, 2)
    assert await world.clocks(asked.id) == before
    assert (await world.events(asked.id))[-1] == ("restated", 2)
    with pytest.raises(Invalid, match="theme-unknown"):
        await correct_inquiry(
            world.pool, world.known, operator, Correction(asked.id, "registration", None), world.moment
        )


async def test_a_revoked_link_is_replaced_by_letter(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()

    await revoke_link(world.pool, world.known, operator, Revocation(asked.id), world.moment)

    subject, body = (await world.letters())[-1]
    assert "Новая ссылка" in subject
    assert asked.link not in body


async def test_after_the_campaign_nothing_is_asked_or_answered_any_more(world: World) -> None:
    asked, operator = await world.ask(), await world.operator()
    world.now = at(29, 23, month=5)
    await world.ask()
    world.now = at(30, 0, 1, month=5)

    for attempt in (world.ask(), world.answer(operator, asked.id), world.reply(asked.id)):
        with pytest.raises(Conflict, match="hotline-closed"):
            await attempt


async def test_a_question_without_an_address_writes_no_letter(world: World) -> None:
    asked = await world.ask(initiator=Initiator("Пётр", phone="+79201234567"), channel=Channel.PHONE)
    operator = await world.operator()

    await world.answer(operator, asked.id)

    assert await world.pool.fetchval("SELECT count(*) FROM letter") == 0
