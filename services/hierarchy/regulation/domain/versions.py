"""Versions of the regulation (регламент): the region's, and those that Heads adapt by their acts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts.appointments import RegulationDefined, Step, WorkingDay
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.text import plural, whole_number
from services.directory.regulation import DEFAULT_MINUTES, DEFAULT_WEEK, HOUR, WORKING_DAY
from services.hierarchy.appointments.domain.appointments import Act

STEPS: Mapping[Step, str] = {
    Step.FIRST_ANSWER: "Первый ответ на обращение",
    Step.TRANSFER: "Переданное обращение принято",
    Step.FINAL_ANSWER: "Окончательный ответ",
    Step.DECISION: "Решение по инициативе",
    Step.HELP: "Помощь с текстом инициативы",
    Step.QUESTION: "Ответ на вопрос снизу",
}
"""What people call them, in the order in which they come."""

WEEKDAYS: Mapping[str, str] = {
    "mon": "понедельник",
    "tue": "вторник",
    "wed": "среда",
    "thu": "четверг",
    "fri": "пятница",
    "sat": "суббота",
    "sun": "воскресенье",
}

Week = Sequence[WorkingDay | None]


@dataclass(frozen=True, slots=True)
class Version:
    """A version, which never changes. `municipality`: `region` for the region's; `act`: of the Head, none for
    the region; `set_by`: nobody where the program itself has set it."""

    municipality: str
    number: int
    from_day: date
    time_zone: str
    week: Week
    minutes: Mapping[str, int]
    act: Act | None
    set_by: UUID | None
    on_behalf_of: UUID | None
    set_at: datetime

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"regulation:{self.municipality}:{self.number}"

    def event(self) -> RegulationDefined:
        """The event of this version."""
        return RegulationDefined(
            version=1,
            municipality=None if self.municipality == REGION else self.municipality,
            number=self.number,
            from_day=self.from_day,
            time_zone=self.time_zone,
            week=list(self.week),
            minutes=dict(self.minutes),
        )


def by_default(campaign: CampaignDefined, now: datetime) -> Version:
    """The region's first version: from the beginning of its campaign, or from today if that is earlier."""
    return Version(
        municipality=REGION,
        number=1,
        from_day=min(campaign.prepare_from, today(campaign.time_zone, now)),
        time_zone=campaign.time_zone,
        week=DEFAULT_WEEK,
        minutes={step.value: minutes for step, minutes in DEFAULT_MINUTES.items()},
        act=None,
        set_by=None,
        on_behalf_of=None,
        set_at=now,
    )


def last(versions: Iterable[Version], of: str) -> Version | None:
    """A place's version with the highest number."""
    return max((each for each in versions if each.municipality == of), key=_number, default=None)


def standing(versions: Iterable[Version], of: str, day: date) -> list[Version]:
    """A place's version that is in force on a day, and after it those that are to come, each until the
    next."""
    theirs = sorted((each for each in versions if each.municipality == of), key=_number, reverse=True)
    found: list[Version] = []
    for each in theirs:
        # What a higher number replaces from the same day on, or before, never comes.
        if found and each.from_day >= found[0].from_day:
            continue
        found.insert(0, each)
        if each.from_day <= day:
            break
    return found


def rezoned(versions: Sequence[Version], campaign: CampaignDefined, now: datetime) -> Iterator[Version]:
    """What stands of each place again in the campaign's time zone, where it is in another."""
    day = today(campaign.time_zone, now)
    for of in sorted({each.municipality for each in versions}):
        stands = standing(versions, of, day)
        if all(each.time_zone == campaign.time_zone for each in stands):
            continue
        newest = last(versions, of)
        for number, each in enumerate(stands, (newest.number if newest else 0) + 1):
            yield replace(
                each,
                number=number,
                from_day=max(each.from_day, day),
                time_zone=campaign.time_zone,
                set_by=None,
                on_behalf_of=None,
                set_at=now,
            )


def spoken(minutes: int) -> str:
    """«4 часа», «1 час 30 минут», «24 часа – 3 рабочих дня»."""
    hours, rest = divmod(minutes, HOUR)
    parts = [
        f"{whole_number(count)} {plural(count, forms)}"
        for count, forms in ((hours, ("час", "часа", "часов")), (rest, ("минута", "минуты", "минут")))
        if count
    ]
    days, over = divmod(minutes, WORKING_DAY)
    in_days = f" – {days} {plural(days, ('рабочий день', 'рабочих дня', 'рабочих дней'))}"
    return " ".join(parts) + (in_days if days and not over else "")


def _number(version: Version) -> int:
    return version.number
