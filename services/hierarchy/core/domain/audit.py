"""The audit: who did what, and the chain by which nobody changes a line unseen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

APPOINTED, ENDED, REMINDED = "appointed", "appointment-ended", "reminded"
PASSWORD_CHOSEN, IDENTITY_BOUND = "password-chosen", "identity-bound"
CONTACT_SET, RECEPTION_SET = "contact-set", "reception-set"
ADDRESS_CORRECTED, ADDRESS_CHANGED = "address-corrected", "address-changed"
GROUP_FORMED, GROUP_CHANGED, GROUP_DISSOLVED = "group-formed", "group-changed", "group-dissolved"
ORGANIZATION_CLOSED = "organization-closed"
MUNICIPALITY_TRANSFORMED = "municipality-transformed"
SERVING_AGREED, SERVING_ENDED = "serving-agreed", "serving-ended"
IMPORTED, SMO_SET = "imported-{what}", "smo-set"
CAMPAIGN_SET, CAMPAIGN_CLOSED = "campaign-set", "campaign-closed"
CALENDAR_SET = "calendar-set"
TARGET_SET, TARGET_PREPARED, TARGETS_REMINDED = "target-set", "target-prepared", "targets-reminded"
REGULATION_SET = "regulation-set"
MATERIAL_PUBLISHED, BRIEFING_HELD = "material-published", "briefing-held"
SCAN_ATTACHED, LETTERHEAD_SET = "scan-attached", "letterhead-set"
BRIEFING_CONFIRMED, BRIEFING_REMINDED = "briefing-confirmed", "briefing-reminded"
CHECKPOINTS_SET, CHECKPOINTS_RECOMMENDED = "checkpoints-set", "checkpoints-recommended"
CONCLUSION_WRITTEN = "conclusion-written"
MEETING_CALLED, MEETING_CHANGED, MEETING_CANCELLED = "meeting-called", "meeting-changed", "meeting-cancelled"
MEETING_HELD, MINUTES_WRITTEN = "meeting-held", "minutes-written"
FIGURES_ASKED, INVITATION_ANSWERED = "figures-asked", "invitation-answered"
AGREEMENT_MADE, AGREEMENT_SETTLED = "agreement-made", "agreement-settled"
ORDER_PREPARED, ORDER_ISSUED = "order-prepared", "order-issued"
ORDER_POSTPONED, ORDER_CLOSED, ORDER_WITHDRAWN = "order-postponed", "order-closed", "order-withdrawn"
ORDER_ACKNOWLEDGED, ORDER_REPORTED = "order-acknowledged", "order-reported"
REPORT_ACCEPTED, REPORT_RETURNED = "report-accepted", "report-returned"
ORDER_HANDED_OVER, ORDER_FILE_ATTACHED = "order-handed-over", "order-file-attached"
QUESTION_ASKED, QUESTION_ANSWERED = "question-asked", "question-answered"
QUESTION_ESCALATED, QUESTION_TRANSFERRED = "question-escalated", "question-transferred"
QUESTION_WITHDRAWN, QUESTION_HANDED_OVER = "question-withdrawn", "question-handed-over"
QUESTION_PUBLISHED = "question-published"
SUMMARY_WRITTEN, SUMMARY_SENT, SUMMARY_COUNTED = "summary-written", "summary-sent", "summary-counted"
SUMMARY_MOVED, SUMMARIES_REMINDED, CADENCE_SET = "summary-moved", "summaries-reminded", "cadence-set"
"""What is done."""

DEEDS = {
    APPOINTED: "Назначение",
    ENDED: "Прекращение полномочий",
    ADDRESS_CORRECTED: "Исправлен адрес",
    CONTACT_SET: "Указано, как связаться",
    RECEPTION_SET: "Указан телефон администрации",
    ADDRESS_CHANGED: "Изменён свой адрес",
    PASSWORD_CHOSEN: "Задан пароль",
    IDENTITY_BOUND: "Первый вход через единый вход",
    REMINDED: "Напоминание о приглашении",
    GROUP_FORMED: "Сформирована рабочая группа",
    GROUP_CHANGED: "Изменена рабочая группа",
    GROUP_DISSOLVED: "Расформирована рабочая группа",
    BRIEFING_HELD: "Проведён инструктаж",
    BRIEFING_CONFIRMED: "Прочитан материал инструктажа",
    BRIEFING_REMINDED: "Напоминание об инструктаже",
    MATERIAL_PUBLISHED: "Опубликован материал инструктажа",
    CHECKPOINTS_SET: "Назначены даты промежуточных итогов",
    CHECKPOINTS_RECOMMENDED: "Рекомендованы даты промежуточных итогов",
    CONCLUSION_WRITTEN: "Написан вывод по промежуточным итогам",
    MEETING_CALLED: "Созвана встреча",
    MEETING_CHANGED: "Изменена встреча",
    MEETING_CANCELLED: "Отменена встреча",
    FIGURES_ASKED: "Приложены показатели к повестке",
    INVITATION_ANSWERED: "Ответ на приглашение на встречу",
    MEETING_HELD: "Отмечено, кто был на встрече",
    MINUTES_WRITTEN: "Записан протокол встречи",
    AGREEMENT_MADE: "Записана договорённость",
    AGREEMENT_SETTLED: "Изменено состояние договорённости",
    ORDER_PREPARED: "Подготовлено поручение",
    ORDER_ISSUED: "Дано поручение",
    ORDER_POSTPONED: "Перенесён срок поручения",
    ORDER_CLOSED: "Закрыто поручение",
    ORDER_WITHDRAWN: "Снято подготовленное поручение",
    ORDER_ACKNOWLEDGED: "Ознакомление с поручением",
    ORDER_REPORTED: "Отчёт о поручении",
    REPORT_ACCEPTED: "Принят отчёт о поручении",
    REPORT_RETURNED: "Возвращён отчёт о поручении",
    ORDER_HANDED_OVER: "Поручение перешло другому",
    ORDER_FILE_ATTACHED: "Приложен файл к поручению",
    QUESTION_ASKED: "Задан вопрос",
    QUESTION_ANSWERED: "Дан ответ на вопрос",
    QUESTION_ESCALATED: "Вопрос без ответа поднят выше",
    QUESTION_TRANSFERRED: "Вопрос передан другим",
    QUESTION_WITHDRAWN: "Вопрос отозван",
    QUESTION_HANDED_OVER: "Вопрос перешёл преемнику",
    QUESTION_PUBLISHED: "Опубликован ответ на вопрос",
    SUMMARY_WRITTEN: "Сохранён черновик сводки",
    SUMMARY_COUNTED: "Запрошены показатели сводки",
    SUMMARY_SENT: "Отправлена сводка",
    SUMMARY_MOVED: "Сводка перешла другой рабочей группе",
    SUMMARIES_REMINDED: "Напоминание о сводках",
    CADENCE_SET: "Установлены сроки сводок",
    SCAN_ATTACHED: "Приложена подписанная копия распоряжения",
    LETTERHEAD_SET: "Изменён бланк распоряжений",
    ORGANIZATION_CLOSED: "Закрыта организация",
    IMPORTED.format(what="organizations"): "Загружены организации",
    IMPORTED.format(what="municipalities"): "Загружены муниципальные образования",
    IMPORTED.format(what="population"): "Загружено население",
    SERVING_AGREED: "Передано обслуживание району",
    SERVING_ENDED: "Прекращено обслуживание районом",
    MUNICIPALITY_TRANSFORMED: "Преобразовано муниципальное образование",
    SMO_SET: "Изменён состав СМО",
    CAMPAIGN_SET: "Настроен марафон",
    CAMPAIGN_CLOSED: "Завершён марафон",
    CALENDAR_SET: "Внесён производственный календарь",
    REGULATION_SET: "Установлены сроки ответов",
    TARGET_SET: "Установлены целевые индикаторы",
    TARGET_PREPARED: "Подготовлены целевые индикаторы",
    TARGETS_REMINDED: "Напоминание о целевых индикаторах",
}
"""Each deed in words, in the order in which a list offers them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One deed: ids, no personal text. `id` is 0 until it is stored."""

    municipality: str
    at: datetime
    account: UUID | None
    on_behalf_of: UUID | None
    action: str
    subject: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A stored line in the chain; the line is None if somebody has removed it."""

    n: int
    digest: bytes
    line: Line | None


SUM = 32
"""Hexadecimal digits of a digest that people write down: enough to know it again."""


@dataclass(frozen=True, slots=True)
class Verified:
    """How many links there are, the digest of the last, and the first that is not as it should be; `found`:
    the link whose digest somebody has written down, if there still is one."""

    links: int
    head: bytes
    broken: int | None = None
    found: int | None = None

    @property
    def sum(self) -> str:
        """What people write down."""
        return self.head.hex()[:SUM]


def link(before: bytes, line: Line) -> bytes:
    """The digest of a line, over the digest of the one before (32 bytes; none before the first)."""
    who = (str(line.account or ""), str(line.on_behalf_of or ""))
    at = line.at.astimezone(UTC).isoformat()
    content = "\0".join((str(line.id), line.municipality, at, *who, line.action, line.subject))
    return sha256(before + content.encode()).digest()


def chain(n: int, before: bytes, lines: Iterable[Line]) -> Iterator[tuple[int, int, bytes]]:
    """The links of lines behind number `n`: number, line's id, digest."""
    for nth, line in enumerate(lines, n + 1):
        before = link(before, line)
        yield nth, line.id, before


def verify(links: Iterable[Link], written: str = "") -> Verified:
    """Recompute the chain from its beginning; `written`: a sum of before, to be found again."""
    n, head, known = 0, b"", None
    for found in links:
        expected = link(head, found.line) if found.line else b""
        if found.n != n + 1 or found.digest != expected:
            return Verified(n, head, n + 1, known)
        n, head = found.n, found.digest
        if written and head.hex()[:SUM] == written:
            known = n
    return Verified(n, head, found=known)
