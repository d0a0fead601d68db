"""How cases are shown: what their states, steps and levels are called."""

from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.appointments import Level, Step
from contracts.hotline import Channel, InquiryStatus
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


def local(known: Known, at: datetime) -> datetime:
    """A moment by the region's clocks."""
    return at.astimezone(ZoneInfo(known.zone))
