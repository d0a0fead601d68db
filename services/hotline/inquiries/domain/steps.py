"""The machine of an inquiry: what each step makes of it and of its clocks. Pure.

Each step makes the next version, which one event tells; nothing else changes a version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Step
from contracts.hotline import InquiryStatus
from services.chassis.errors import Conflict
from services.directory import working_time
from services.hotline.inquiries.domain import clocks
from services.hotline.inquiries.domain.clocks import Clock, Regulation
from services.hotline.inquiries.domain.inquiries import REOPENED_WITHIN, Holder, Inquiry, Times, check_open

ANSWERED = frozenset({InquiryStatus.ANSWERED, InquiryStatus.CLOSED})


@dataclass(frozen=True, slots=True)
class Case:
    """An inquiry and its clocks, one for a step at most."""

    inquiry: Inquiry
    clocks: Mapping[Step, Clock]

    def without(self, *steps: Step) -> "Case":
        """What these steps waited for was done."""
        return replace(self, clocks={step: c for step, c in self.clocks.items() if step not in steps})

    def running(self, clock: Clock) -> "Case":
        """With this clock, instead of another of its step."""
        return replace(self, clocks={**self.clocks, clock.step: clock})

    def changed(self, **what: object) -> "Case":
        """The next version of the inquiry, with these fields changed."""
        return replace(self, inquiry=self.inquiry.changed(**what))


@dataclass(frozen=True, slots=True)
class Passed:
    """A level to which an inquiry came, and why."""

    level: Level
    group: UUID | None
    organization: UUID | None
    since: datetime
    why: str

    @property
    def holder(self) -> Holder:
        """The level, of whose people nobody has it yet."""
        return Holder(self.level, self.group, self.organization)


@dataclass(frozen=True, slots=True)
class Worker:
    """Who of the staff does something, by the name that the initiator reads."""

    account: UUID
    name: str


def take(case: Case, by: Worker) -> Case:
    """A holder works on it: took it from the queue, accepted what was offered, or took it over."""
    inquiry = check_open(case.inquiry)
    waiting = inquiry.status is InquiryStatus.WAITING
    status = InquiryStatus.WAITING if waiting else InquiryStatus.TAKEN
    return case.without(Step.TRANSFER).changed(status=status, holder=_held(inquiry, by))


def transfer(case: Case, to: Holder, regulation: Regulation, now: datetime) -> Case:
    """Offer it to another holder, whose own clock begins. Raises Conflict if it is theirs already."""
    inquiry = check_open(case.inquiry)
    holder = inquiry.holder
    if (holder.level, holder.group, holder.organization) == (to.level, to.group, to.organization):
        raise Conflict("transfer-to-same", number=inquiry.number)
    going = _resumed(case, regulation, now)
    own = clocks.begin(Step.TRANSFER, regulation.rule(Step.TRANSFER), now)
    return going.running(own).changed(status=InquiryStatus.TRANSFERRED, holder=to)


def give_back(case: Case, passed: Sequence[Passed], regulation: Regulation, now: datetime) -> Case:
    """Back to the level from which it was offered. Raises Conflict if it was not."""
    inquiry = check_open(case.inquiry)
    going = _resumed(case, regulation, now).without(Step.TRANSFER)
    return going.changed(status=InquiryStatus.NEW, holder=_before(inquiry, passed))


def answer(case: Case, by: Worker, final: bool, regulation: Regulation, now: datetime) -> Case:
    """Answer finally, or ask the initiator back: then the holder's clock stands still. Raises Conflict."""
    check_open(case.inquiry)
    going = _answered_first(_resumed(case, regulation, now), regulation, now)
    inquiry, times = going.inquiry, going.inquiry.times
    if not final:
        own = {step: clocks.pause(c, regulation.of(c), now) for step, c in going.clocks.items()}
        waiting = replace(times, waiting_since=now)
        status = InquiryStatus.WAITING
        return Case(inquiry, own).changed(status=status, times=waiting, holder=_held(inquiry, by))
    late = times.answer_late or now >= inquiry.promise.answer_due_at
    minutes = _worked(inquiry, times.reopened_at or times.opened_at, regulation, now)
    said = replace(times, answered_at=now, answer_minutes=minutes, answer_late=late)
    ended = going.without(*going.clocks)
    return ended.changed(status=InquiryStatus.ANSWERED, times=said, holder=_held(inquiry, by))


def reply(case: Case, keeps_holder: bool, regulation: Regulation, now: datetime) -> Case:
    """The initiator wrote: who waited for it goes on, and what was answered is taken up again, with another
    final answer to be in time. None of it for what waits for an answer already, or has ended. Raises Conflict
    for what was answered long ago."""
    inquiry = case.inquiry
    if inquiry.status is InquiryStatus.WAITING:
        return _resumed(case, regulation, now).changed(status=InquiryStatus.TAKEN)
    if inquiry.status not in ANSWERED:
        return case
    if not may_reopen(inquiry, now):
        raise Conflict("inquiry-long-closed", number=inquiry.number)
    final = clocks.begin(Step.FINAL_ANSWER, regulation.rule(Step.FINAL_ANSWER), now)
    promise = replace(
        inquiry.promise,
        regulation_of=final.regulation_of,
        regulation=final.regulation,
        answer_due_at=final.due_at,
    )
    holder = inquiry.holder if keeps_holder else replace(inquiry.holder, account=None, name="")
    status = InquiryStatus.TAKEN if keeps_holder else InquiryStatus.NEW
    times = replace(inquiry.times, closed_at=None, reopened_at=now, answer_late=False)
    again = {"reopened": inquiry.reopened + 1, "times": times}
    return case.running(final).changed(status=status, holder=holder, promise=promise, helped=None, **again)


def may_reopen(inquiry: Inquiry, now: datetime) -> bool:
    """Whether a reply takes it up again, unless it was erased; later it is a new inquiry that names this
    one."""
    times = inquiry.times
    if times.answered_at is None:
        return False
    return now - (times.closed_at or times.answered_at) < REOPENED_WITHIN


def close(case: Case, helped: bool | None, now: datetime) -> Case:
    """It was answered, and nothing more is asked. Raises Conflict before it was answered."""
    inquiry = case.inquiry
    if inquiry.status is not InquiryStatus.ANSWERED:
        slug = "inquiry-unanswered" if inquiry.is_open else "inquiry-closed"
        raise Conflict(slug, number=inquiry.number)
    closed = replace(inquiry.times, closed_at=now)
    return case.changed(status=InquiryStatus.CLOSED, times=closed, helped=helped)


def end(case: Case, status: InquiryStatus, into: UUID | None, now: datetime) -> Case:
    """It is no case of its own: merged into another, or spam."""
    inquiry = check_open(case.inquiry)
    times = replace(inquiry.times, closed_at=now, waiting_since=None)
    ended = case.without(*case.clocks)
    return ended.changed(status=status, times=times, merged_into=into)


def withdraw(case: Case, now: datetime) -> Case:
    """The initiator wants it forgotten: nobody answers it any more. What has ended stays as it was, and is
    told again."""
    if case.inquiry.times.closed_at is not None:
        return case.changed()
    times = replace(case.inquiry.times, closed_at=now, waiting_since=None)
    return case.without(*case.clocks).changed(status=InquiryStatus.CLOSED, times=times)


def restore(case: Case, regulation: Regulation, now: datetime) -> Case:
    """It was ended by mistake: it waits again, by what was promised then. Raises Conflict if it was not."""
    inquiry = case.inquiry
    if inquiry.status not in (InquiryStatus.MERGED, InquiryStatus.SPAM):
        raise Conflict("inquiry-not-ended", number=inquiry.number)
    holder, times = replace(inquiry.holder, account=None, name=""), replace(inquiry.times, closed_at=None)
    back = case.changed(status=InquiryStatus.NEW, times=times, holder=holder, merged_into=None)
    for step, due_at in promised(inquiry):
        back = back.running(_until(step, due_at, inquiry, regulation, now))
    return back


def warn(case: Case, step: Step) -> Case:
    """Most of a step's time has passed. The inquiry stays as it is: no event tells this."""
    return case.running(replace(case.clocks[step], warned=True))


def breach(case: Case, step: Step, to: Holder | None, regulation: Regulation, now: datetime) -> Case:
    """A step's time has passed: it climbs to the next level, whose own clock begins; to none above the Head.
    Who holds it still may answer."""
    inquiry = case.inquiry
    late = _flagged(inquiry, step)
    if to is None:
        stopped = case.running(replace(case.clocks[step], warned=True, breached=True))
        return stopped.changed(times=late) if late != inquiry.times else stopped
    offered = inquiry.status is InquiryStatus.TRANSFERRED
    status = InquiryStatus.NEW if offered else inquiry.status
    holder = replace(to, account=inquiry.holder.account, name=inquiry.holder.name)
    own = clocks.begin(step, regulation.rule(step), now)
    if status is InquiryStatus.WAITING:
        own = clocks.pause(own, regulation.of(own), now)
    climbed = {"status": status, "holder": holder, "escalations": inquiry.escalations + 1}
    return case.running(own).changed(times=late, **climbed)


def promised(inquiry: Inquiry) -> list[tuple[Step, datetime]]:
    """What is still owed to the initiator, and by when."""
    final = [(Step.FINAL_ANSWER, inquiry.promise.answer_due_at)]
    if inquiry.times.first_answered_at is not None:
        return final
    return [(Step.FIRST_ANSWER, inquiry.promise.first_answer_due_at), *final]


def back_from(passed: Sequence[Passed]) -> Passed | None:
    """The level from which it was offered to the present one; none if nobody offered it."""
    stack: list[Passed] = []
    for each in passed:
        if each.why == "returned" and stack:
            stack.pop()
        else:
            stack.append(each)
    return stack[-2] if len(stack) > 1 and stack[-1].why == "transferred" else None


def _before(inquiry: Inquiry, passed: Sequence[Passed]) -> Holder:
    origin = back_from(passed)
    if origin is None:
        raise Conflict("nothing-to-return", number=inquiry.number)
    return origin.holder


def _held(inquiry: Inquiry, by: Worker) -> Holder:
    return replace(inquiry.holder, account=by.account, name=by.name)


def _answered_first(case: Case, regulation: Regulation, now: datetime) -> Case:
    inquiry, times = case.inquiry, case.inquiry.times
    accepted = case.without(Step.FIRST_ANSWER, Step.TRANSFER)
    if times.first_answered_at is not None:
        return accepted
    late = times.first_answer_late or now >= inquiry.promise.first_answer_due_at
    minutes = _worked(inquiry, times.opened_at, regulation, now)
    first = replace(times, first_answered_at=now, first_answer_minutes=minutes, first_answer_late=late)
    return replace(accepted, inquiry=replace(inquiry, times=first))


def _resumed(case: Case, regulation: Regulation, now: datetime) -> Case:
    """Whoever waited goes on, and the promise moves by the time waited, unless it had passed."""
    inquiry, since = case.inquiry, case.inquiry.times.waiting_since
    if since is None:
        return case
    schedule = _promised_by(inquiry, regulation)
    due_at = inquiry.promise.answer_due_at
    if due_at > since:
        due_at = working_time.add(schedule, now, working_time.between(schedule, since, due_at))
    going = {step: clocks.resume(c, regulation.of(c), now) for step, c in case.clocks.items()}
    promise, times = (
        replace(inquiry.promise, answer_due_at=due_at),
        replace(inquiry.times, waiting_since=None),
    )
    return Case(replace(inquiry, promise=promise, times=times), going)


def _until(step: Step, due_at: datetime, inquiry: Inquiry, regulation: Regulation, now: datetime) -> Clock:
    """A clock that runs until what was promised already; nobody is warned of it once more."""
    promise = inquiry.promise
    minutes = working_time.between(_promised_by(inquiry, regulation), now, due_at)
    version = (promise.regulation_of, promise.regulation, promise.zone)
    return Clock(step, max(minutes, 1), now, due_at, due_at, *version, warned=True)


def _worked(inquiry: Inquiry, since: datetime, regulation: Regulation, now: datetime) -> int:
    return working_time.between(_promised_by(inquiry, regulation), since, now)


def _promised_by(inquiry: Inquiry, regulation: Regulation) -> working_time.Schedule:
    promise = inquiry.promise
    return regulation.schedule(promise.regulation_of, promise.regulation, promise.zone)


def _flagged(inquiry: Inquiry, step: Step) -> Times:
    times = inquiry.times
    if step is Step.FIRST_ANSWER:
        return replace(times, first_answer_late=True)
    return replace(times, answer_late=True) if step is Step.FINAL_ANSWER else times
