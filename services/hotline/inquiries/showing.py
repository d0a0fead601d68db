"""An inquiry as its initiator reads of it."""

from collections.abc import Mapping

from contracts.appointments import Level
from contracts.hotline import InquiryStatus
from services.hotline.inquiries.domain.inquiries import Inquiry

STATUSES = {
    InquiryStatus.NEW: ("Ждёт, когда его возьмут в работу", "wait"),
    InquiryStatus.TAKEN: ("В работе", "info"),
    InquiryStatus.WAITING: ("Ждём вашего ответа", "wait"),
    InquiryStatus.TRANSFERRED: ("Передано тем, кто ответит", "wait"),
    InquiryStatus.ANSWERED: ("Ответ дан", "good"),
    InquiryStatus.CLOSED: ("Закрыто", "quiet"),
}

LEVELS = {
    Level.HOTLINE: "операторы горячей линии",
    Level.COORDINATOR: "координатор организации",
    Level.GROUP: "рабочая группа",
    Level.COORDINATION: "координационная группа муниципального образования",
    Level.HEAD: "глава муниципального образования",
}


def state_of(inquiry: Inquiry) -> Mapping[str, str]:
    """Its state in words, and of which kind that is."""
    word, kind = STATUSES.get(inquiry.told_status, STATUSES[InquiryStatus.TAKEN])
    return {"word": word, "kind": kind}
