"""How cases are shown: their clocks in words, what their states and levels are called."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.appointments import Level, Step
from contracts.hotline import Channel, InquiryStatus
from services.chassis.text import plural
from services.chassis.web.pages import moment as spoken
from services.directory import working_time
from services.directory.working_time import Schedule, UnknownYear
from services.hotline.core.region import Known

STATUSES = {
    InquiryStatus.NEW: "Новое",
    InquiryStatus.TAKEN: "В работе",
    InquiryStatus.WAITING: "Ждём заявителя",
    InquiryStatus.TRANSFERRED: "Передано, не принято",
    InquiryStatus.ANSWERED: "Есть ответ",
    InquiryStatus.CLOSED: "Закрыто",
    InquiryStatus.MERGED: "Объединено",
    InquiryStatus.SPAM: "Спам",
}
KINDS = {
    InquiryStatus.NEW: "info",
    InquiryStatus.TAKEN: "info",
    InquiryStatus.WAITING: "quiet",
    InquiryStatus.TRANSFERRED: "wait",
    InquiryStatus.ANSWERED: "good",
    InquiryStatus.CLOSED: "quiet",
    InquiryStatus.MERGED: "quiet",
    InquiryStatus.SPAM: "quiet",
}
"""The colour beside the word of a state."""
CHANNELS = {
    Channel.PHONE: "Телефон",
    Channel.WEB: "Сайт",
    Channel.EMAIL: "Почта",
    Channel.IN_PERSON: "Лично",
}
LEVELS = {
    Level.HOTLINE: "Горячая линия",
    Level.COORDINATOR: "Координатор",
    Level.GROUP: "Рабочая группа",
    Level.COORDINATION: "Координационная группа",
    Level.HEAD: "Глава",
}
STEPS = {
    Step.FIRST_ANSWER: "Первый ответ",
    Step.TRANSFER: "Принять переданное",
    Step.FINAL_ANSWER: "Окончательный ответ",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A clock in words, and which colour stands beside them: good, wait, bad or quiet."""

    words: str
    kind: str
    due: str = ""


def clock(schedule: Schedule, due_at: datetime, now: datetime, *, warned: bool) -> Told:
    """How much working time is left until a moment, or since when it is over, by the hours it began
    under; `warned`: three quarters of it have passed."""
    due = spoken(due_at, str(schedule.zone))
    try:
        if now >= due_at:
            over = max(working_time.between(schedule, due_at, now), 1)
            return Told(f"просрочено на {duration(over)}", "bad", due)
        left = working_time.between(schedule, now, due_at)
    except UnknownYear:
        return Told("срок неизвестен: нет календаря", "wait", due)
    return Told(f"осталось {duration(left)}", "wait" if warned else "good", due)


def duration(minutes: int) -> str:
    """Working time as people say it: «1 ч 20 мин», «3 рабочих дня»."""
    hours, rest = divmod(minutes, 60)
    if hours >= 16:
        days = hours // 8
        return f"{days} {plural(days, ['рабочий день', 'рабочих дня', 'рабочих дней'])}"
    parts = [f"{hours} ч" if hours else "", f"{rest} мин" if rest or not hours else ""]
    return " ".join(filter(None, parts))


def local(known: Known, at: datetime) -> datetime:
    """A moment by the region's clocks."""
    return at.astimezone(ZoneInfo(known.zone))
