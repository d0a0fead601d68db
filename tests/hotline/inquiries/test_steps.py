"""Any sequence of steps, by any clock, keeps what is always true of an inquiry."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.appointments import Level, Step
from contracts.hotline import Channel, InquiryStatus
from services.chassis.errors import Refused
from services.directory.regulation import DEFAULT_WEEK, Rule
from services.directory.working_time import Schedule
from services.hotline.inquiries.domain import clocks, steps
from services.hotline.inquiries.domain.clocks import Regulation
from services.hotline.inquiries.domain.inquiries import Holder, Inquiry, Promised, Times, above
from services.hotline.inquiries.domain.steps import Case, Passed, Worker
from tests.factories import OKRUG
from tests.hotline.inquiries.world import GROUP, RUSSIA, at

SCHEDULE = Schedule.of(DEFAULT_WEEK, "Europe/Moscow", RUSSIA)
MINUTES = {Step.FIRST_ANSWER: 240, Step.TRANSFER: 120, Step.FINAL_ANSWER: 1440}
REGULATION = Regulation(lambda step: Rule(MINUTES[step], SCHEDULE), lambda whose, number, zone: SCHEDULE)
PEOPLE = [Worker(uuid4(), name) for name in ("Анна", "Борис")]
LEVELS = [Level.HOTLINE, Level.COORDINATOR, Level.GROUP, Level.COORDINATION, Level.HEAD]
ENDED = (InquiryStatus.ANSWERED, InquiryStatus.CLOSED, InquiryStatus.MERGED, InquiryStatus.SPAM)


def opened(now: datetime) -> Case:
    begun = {
        step: clocks.begin(step, REGULATION.rule(step), now)
        for step in (Step.FIRST_ANSWER, Step.FINAL_ANSWER)
    }
    due = (begun[Step.FIRST_ANSWER].due_at, begun[Step.FINAL_ANSWER].due_at)
    promise = Promised("region", 0, "Europe/Moscow", *due)
    holder, times = Holder(Level.HOTLINE), Times(now)
    return Case(Inquiry(uuid4(), 1, OKRUG, "spring", "other", Channel.WEB, holder, promise, times), begun)


@dataclass
class Life:
    """An inquiry, and what has happened of it."""

    case: Case
    now: datetime
    passed: list[Passed] = field(default_factory=list)
    events: int = 1
    first_was_late: bool = False
    final_was_late: bool = False

    def step(self, what: str, who: Worker, to: Holder) -> None:
        """Do something, or be refused; the promise that is passed is noted before."""
        before = self.case
        try:
            self.case = self._done(what, who, to)
        except Refused:
            self.case = before
            return
        if self.case.inquiry.version > before.inquiry.version:
            self.events += 1
        if what in ("transfer", "give_back"):
            holder = self.case.inquiry.holder
            why = "transferred" if what == "transfer" else "returned"
            self.passed.append(Passed(holder.level, holder.group, holder.organization, self.now, why))

    def _done(self, what: str, who: Worker, to: Holder) -> Case:
        case, now = self.case, self.now
        done: dict[str, Callable[[], Case]] = {
            "take": lambda: steps.take(case, who),
            "transfer": lambda: steps.transfer(case, to, REGULATION, now),
            "give_back": lambda: steps.give_back(case, self.passed, REGULATION, now),
            "answer": lambda: steps.answer(case, who, final=True, regulation=REGULATION, now=now),
            "ask": lambda: steps.answer(case, who, final=False, regulation=REGULATION, now=now),
            "reply": lambda: steps.reply(case, keeps_holder=True, regulation=REGULATION, now=now),
            "close": lambda: steps.close(case, None, now),
            "spam": lambda: steps.end(case, InquiryStatus.SPAM, None, now),
            "restore": lambda: steps.restore(case, REGULATION, now),
            "withdraw": lambda: steps.withdraw(case, now),
        }
        return done[what]()

    def look(self) -> None:
        """The worker looks, as often as there is something: it warns, or lets it climb."""
        for _ in range(20):
            due = [c for c in self.case.clocks.values() if c.next_at and c.next_at <= self.now]
            if not due:
                return
            for clock in due:
                self._moved(clock)
        raise AssertionError("it never rests")

    def _moved(self, clock: clocks.Clock) -> None:
        if clock.due_at > self.now:
            self.case = steps.warn(self.case, clock.step)
            return
        before = self.case.inquiry
        to = above(before.holder, GROUP)
        self.case = steps.breach(self.case, clock.step, to, REGULATION, self.now)
        after = self.case.inquiry
        self.events += after.version - before.version
        if to:
            self.passed.append(Passed(to.level, to.group, to.organization, self.now, "escalated"))
            assert LEVELS.index(after.holder.level) > LEVELS.index(before.holder.level)
            assert after.escalations == before.escalations + 1
        else:
            assert before.holder.level is after.holder.level is Level.HEAD
            assert after.escalations == before.escalations

    def check(self) -> None:
        """What is always true."""
        inquiry, running = self.case.inquiry, self.case.clocks
        assert inquiry.version == self.events
        assert all(step is clock.step for step, clock in running.items())
        assert inquiry.is_open == (inquiry.status not in ENDED)
        if not inquiry.is_open:
            assert running == {}
        if inquiry.status is InquiryStatus.WAITING:
            assert inquiry.times.waiting_since is not None
            assert not any(clock.runs for clock in running.values())
        else:
            assert inquiry.times.waiting_since is None
        if inquiry.times.first_answered_at is not None:
            assert Step.FIRST_ANSWER not in running
        if inquiry.is_open:
            assert Step.FINAL_ANSWER in running
        assert (Step.TRANSFER in running) <= (
            inquiry.status in (InquiryStatus.TRANSFERRED, InquiryStatus.NEW)
        )
        self._check_lateness()

    def _check_lateness(self) -> None:
        """A flag says that a promise has passed before it was kept, and nothing else."""
        inquiry, times = self.case.inquiry, self.case.inquiry.times
        first = times.first_answered_at or (self.now if inquiry.is_open else None)
        if first is not None:
            assert times.first_answer_late == (first >= inquiry.promise.first_answer_due_at)
        waits = inquiry.is_open and inquiry.status is not InquiryStatus.WAITING
        if waits and self.now >= inquiry.promise.answer_due_at:
            assert times.answer_late
        if times.answer_late and not self.final_was_late:
            said = times.answered_at if inquiry.status is InquiryStatus.ANSWERED else self.now
            assert said is not None
            assert said >= inquiry.promise.answer_due_at
            self.final_was_late = True
        if not times.answer_late:
            self.final_was_late = False


STEP = st.tuples(
    st.sampled_from(
        ["take", "transfer", "give_back", "answer", "ask", "reply", "close", "spam", "restore", "withdraw"]
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from([Holder(Level.GROUP, GROUP), Holder(Level.COORDINATION)]),
    st.one_of(
        st.timedeltas(timedelta(0), timedelta(minutes=10)),
        st.timedeltas(timedelta(0), timedelta(hours=30)),
        st.timedeltas(timedelta(0), timedelta(days=6)),
    ),
)


@settings(max_examples=300)
@given(
    begins=st.timedeltas(timedelta(0), timedelta(days=200)).map(lambda after: at(1, month=2) + after),
    done=st.lists(STEP, max_size=12),
)
def test_any_sequence_of_steps_keeps_what_is_always_true(
    begins: datetime, done: list[tuple[str, Worker, Holder, timedelta]]
) -> None:
    life = Life(opened(begins), begins, [Passed(Level.HOTLINE, None, None, begins, "opened")])
    life.check()
    for what, who, to, after in done:
        life.now += after
        life.look()
        life.check()
        life.step(what, who, to)
        life.look()
        life.check()


@given(minutes=st.integers(0, 1440), waits=st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_clock_that_stood_still_has_what_was_left(minutes: int, waits: timedelta) -> None:
    begins = at(14)
    clock = clocks.begin(Step.FINAL_ANSWER, REGULATION.rule(Step.FINAL_ANSWER), begins)
    asked = begins + timedelta(minutes=minutes)

    paused = clocks.pause(clock, SCHEDULE, asked)
    resumed = clocks.resume(paused, SCHEDULE, asked + waits)

    assert paused.next_at is None
    assert clocks.pause(resumed, SCHEDULE, asked + waits).left == paused.left
    assert resumed.due_at >= clock.due_at
    assert resumed.warns_at <= resumed.due_at


def test_what_a_supervisor_restores_is_due_when_it_was_promised() -> None:
    case = opened(at(14))
    promise = case.inquiry.promise
    spam = steps.end(case, InquiryStatus.SPAM, None, at(15))

    back = steps.restore(spam, REGULATION, at(16))

    assert back.inquiry.promise == promise
    assert back.clocks[Step.FIRST_ANSWER].due_at == promise.first_answer_due_at
    assert back.clocks[Step.FIRST_ANSWER].next_at == promise.first_answer_due_at


def test_of_what_was_taken_up_again_the_last_answer_counts_with_its_own_time() -> None:
    late = steps.breach(opened(at(2)), Step.FINAL_ANSWER, None, REGULATION, at(10))
    said = steps.answer(late, PEOPLE[0], final=True, regulation=REGULATION, now=at(10))
    assert said.inquiry.times.answer_late

    again = steps.reply(said, keeps_holder=True, regulation=REGULATION, now=at(13, 10))
    last = steps.answer(again, PEOPLE[0], final=True, regulation=REGULATION, now=at(13, 11))

    assert not again.inquiry.times.answer_late
    assert (last.inquiry.times.answer_late, last.inquiry.times.answer_minutes) == (False, 60)
    assert last.inquiry.times.first_answer_minutes == said.inquiry.times.first_answer_minutes
