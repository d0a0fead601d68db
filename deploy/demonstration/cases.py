"""Cases of the fictional hotline: which there are, when they were asked, what became of each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HALF_HOUR = 30 * MINUTE

OFFICE = (*(range(18, 26)), *range(28, 36))
"""The half-hours of a day in which somebody asks, lunch apart."""
FRIDAY, FRIDAY_ENDS = 4, 33

RECENT = 3
"""Half-hours of work that may have passed without an answer, before anybody is warned."""

AGES = {"waiting": (40, 6), "answered": (70, 8), "closed": (0, 40), "reopened": (60, 45), "spam": (50, 49)}
"""State → between how many half-hours of work ago such cases were asked; 0: since the campaign began."""
BREACHED = (34, 110)
"""Ages that are past the first answer's time, and the final answer's."""

STEPS: Mapping[str, Sequence[tuple[str, timedelta]]] = {
    "new": (),
    "taken": (("take", 5 * MINUTE),),
    "waiting": (("take", 10 * MINUTE), ("ask", 25 * MINUTE)),
    "transferred": (("transfer", 10 * MINUTE),),
    "accepted": (("transfer", 8 * MINUTE), ("accept", 20 * MINUTE)),
    "answered": (("take", 10 * MINUTE), ("answer", 50 * MINUTE)),
    "closed": (("take", 12 * MINUTE), ("answer", 45 * MINUTE), ("close", DAY)),
    "asked-back": (
        ("take", 12 * MINUTE),
        ("ask", 20 * MINUTE),
        ("reply", 65 * MINUTE),
        ("answer", 90 * MINUTE),
        ("close", DAY),
    ),
    "reopened": (("take", 10 * MINUTE), ("answer", 45 * MINUTE), ("again", 4 * DAY)),
    "merged": (("merge", 15 * MINUTE),),
    "spam": (("spam", 6 * MINUTE),),
    "breached": (),
}
"""State → what is done, and how long after the question."""

SPOKEN = frozenset({"taken", "answered", "closed"})
"""States of cases that somebody may have told by telephone or in person: whoever writes it down has it."""

OWN = frozenset({"new", "transferred", "accepted", "merged", "breached"})
"""States that need the municipality's own groups, or another case of it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, where and when it was asked, and the state it reaches."""

    nth: int
    state: str
    municipality: str
    asked_at: datetime
    question: Mapping[str, str]
    name: str
    organization: str | None = None

    @property
    def reply_to(self) -> dict[str, str] | None:
        """An address, a telephone or nothing, by turns; nobody has them."""
        if self.nth % 5 == 4:
            return None
        if self.nth % 3 == 2:
            return {"phone": f"8 800 004-{self.nth // 100:02}-{self.nth % 100:02}"}
        return {"email": f"zayavitel.{self.nth}@example.org"}

    @property
    def channel(self) -> str:
        """The form, the telephone or in person; whoever replies by a link asked by the form."""
        if self.state not in SPOKEN or self.talked:
            return "web"
        return ("web", "phone", "phone", "in-person")[self.nth % 4]

    @property
    def talked(self) -> bool:
        """Whether the initiator was asked back, and has replied."""
        return self.state == "closed" and "ask" in self.question

    def acts(self) -> "Iterator[Act]":
        """What happens to it, in order, the question first."""
        yield Act(self.asked_at, self.nth, "open", self)
        for word, after in STEPS["asked-back" if self.talked else self.state]:
            yield Act(self.asked_at + after, self.nth, word, self)


class Act(NamedTuple):
    """Something that happens to a case at a moment."""

    at: datetime
    nth: int
    word: str
    case: Case


def half_hours(first_day: date, now: datetime) -> list[datetime]:
    """When people ask: the working half-hours from a day until now, in the zone of `now`."""
    days = ((first_day + nth * DAY) for nth in range((now.date() - first_day).days + 1))
    found = [
        datetime.combine(day, time(), now.tzinfo) + nth * HALF_HOUR
        for day in days
        if day.weekday() <= FRIDAY
        for nth in OFFICE
        if day.weekday() < FRIDAY or nth < FRIDAY_ENDS
    ]
    return [moment for moment in found if moment <= now]


def cases(
    wanted: Mapping[str, int],
    asked: Mapping[str, Any],
    places: Sequence[str],
    organizations: Sequence[str],
    moments: Sequence[datetime],
    begins: int = 0,
) -> list[Case]:
    """So many cases of each state, their numbers from `begins` on; the first place is the one whose groups
    answer, and has the organizations."""
    made: list[Case] = []
    for state, count in wanted.items():
        for turn, moment in enumerate(islice(_moments(state, count, moments), count)):
            nth = begins + len(made)
            served = state not in OWN and nth % asked["served_every"] == asked["served_every"] - 1
            place = places[nth // asked["served_every"] % len(places)] if served else places[0]
            own = organizations and place == places[0] and (state in OWN or turn % 2)
            made.append(
                Case(
                    nth=nth,
                    state=state,
                    municipality=place,
                    asked_at=moment,
                    question=_question(state, asked, nth),
                    name=asked["names"][nth % len(asked["names"])],
                    organization=organizations[nth % len(organizations)] if own else None,
                )
            )
    return made


def _moments(state: str, count: int, moments: Sequence[datetime]) -> Iterator[datetime]:
    if state == "breached":
        yield from (moments[-min(age, len(moments))] for age in BREACHED)
    elif state not in AGES:
        # What somebody looks at beside another case was asked last.
        latest = moments[-1:] if state == "merged" else moments[-RECENT:]
        yield from (latest[nth % len(latest)] for nth in range(count))
    else:
        oldest, newest = AGES[state]
        span = moments[-oldest or None : -newest] or moments[:1]
        yield from (span[nth * len(span) // count] for nth in range(count))


def _question(state: str, asked: Mapping[str, Any], nth: int) -> Mapping[str, str]:
    """By turns; where the initiator is asked back, one that has something to ask."""
    if state == "spam":
        return {"theme": "other", "text": asked["spam"]}
    questions: list[Mapping[str, str]] = asked["questions"]
    if state == "waiting":
        questions = [each for each in questions if "ask" in each]
    return questions[nth % len(questions)]
