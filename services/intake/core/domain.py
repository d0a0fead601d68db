"""The rules that every room of intake shares: authors, days, classifiers. Pure: no I/O, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.errors import Conflict, Invalid

SESSION_VALID = timedelta(days=30)

REPEATED_WITHIN = timedelta(minutes=1)
"""How long a confirmation may be repeated: for an answer that was lost on the way, not for another day."""


INITIATIVES_DECIDED, DECISION_UNDONE = "initiatives-decided", "decision-undone"
FEDERAL_UPLOADED, FEDERAL_IMPORTED = "federal-uploaded", "federal-imported"
FEDERAL_LINKED, FEDERAL_UNLINKED = "federal-linked", "federal-unlinked"
BODY_SUBMITTED = "body-submitted"
ISSUE_ADDED, ISSUE_RENAMED, ISSUE_CLOSED = "issue-added", "issue-renamed", "issue-closed"
INITIATIVE_MARKED, INITIATIVE_UNMARKED = "initiative-marked", "initiative-unmarked"
FIGURES_REPORTED = "figures-reported"
PERSON_SEEN = "person-seen"
STAFF_MEETING_BEGUN, SHEET_CHANGED = "staff-meeting-begun", "sheet-changed"
PERSON_REGISTERED, PERSONS_MERGED = "person-registered", "persons-merged"
INITIATIVE_ENTERED = "initiative-entered"
HELP_ASKED, HELP_TAKEN, HELP_FINISHED = "help-asked", "help-taken", "help-finished"
WORDING_SUGGESTED = "wording-suggested"
EXECUTOR_NAMED, EXECUTOR_REVOKED = "executor-named", "executor-revoked"

DEEDS = {
    INITIATIVES_DECIDED: "Принято решение по инициативам",
    DECISION_UNDONE: "Отменено решение по инициативам",
    FEDERAL_UPLOADED: "Загружена таблица федеральной платформы",
    FEDERAL_IMPORTED: "Внесена таблица федеральной платформы",
    FEDERAL_LINKED: "Инициатива связана с федеральной платформой",
    FEDERAL_UNLINKED: "Связь с федеральной платформой снята",
    BODY_SUBMITTED: "Внесена инициатива от имени органа",
    ISSUE_ADDED: "Добавлен ключевой вопрос",
    ISSUE_RENAMED: "Переименован ключевой вопрос",
    ISSUE_CLOSED: "Закрыт ключевой вопрос",
    INITIATIVE_MARKED: "Инициатива отнесена к ключевому вопросу",
    INITIATIVE_UNMARKED: "Инициатива больше не относится к ключевому вопросу",
    FIGURES_REPORTED: "Записаны сведения со слов",
    PERSON_SEEN: "Просмотрены данные участника",
    STAFF_MEETING_BEGUN: "Начато собрание коллектива",
    SHEET_CHANGED: "Изменён лист регистрации собрания",
    PERSON_REGISTERED: "Участник зарегистрирован лично",
    PERSONS_MERGED: "Двое участников объединены: это один человек",
    INITIATIVE_ENTERED: "Внесена инициатива за человека",
    HELP_ASKED: "Просьба о помощи открыта за автора",
    HELP_TAKEN: "Просьба о помощи взята в работу",
    HELP_FINISHED: "Помощь завершена",
    WORDING_SUGGESTED: "Автору предложен текст",
    EXECUTOR_NAMED: "Назван исполнитель просьбы о помощи",
    EXECUTOR_REVOKED: "Ссылка исполнителя отозвана",
}
"""The words of intake's audit: what is done. Ids alone stand beside them, no text and no name."""


@dataclass(frozen=True, slots=True)
class Author:
    """A participant who is signed in, and in which session."""

    participant_id: UUID
    municipality: str
    campaign: str
    session: str


def local(moment: datetime, campaign: CampaignDefined) -> datetime:
    """The moment with the region's offset."""
    return moment.astimezone(ZoneInfo(campaign.time_zone))


def phase(campaign: CampaignDefined, now: datetime) -> Literal["before", "during", "after"]:
    """Whether the campaign accepts initiatives at a moment."""
    today = local(now, campaign).date()
    if today < campaign.first_day:
        return "before"
    return "during" if today <= campaign.last_day else "after"


def check_days(campaign: CampaignDefined, at: datetime, last: date) -> None:
    """Refuse what happens before the campaign's first day or after `last` (rule 4)."""
    today = local(at, campaign).date()
    if today < campaign.first_day:
        raise Conflict("campaign-not-started", first_day=in_words(campaign.first_day))
    if today > last:
        raise Conflict("campaign-over", first_day=in_words(campaign.first_day), last_day=in_words(last))


def grace_of(campaign: CampaignDefined, grace: timedelta) -> tuple[datetime, datetime]:
    """From the midnight at which the last day ends where the region is: until when a draft is still taken."""
    over = datetime.combine(campaign.last_day + timedelta(days=1), time(), ZoneInfo(campaign.time_zone))
    return over, (over.astimezone(UTC) + grace).astimezone(over.tzinfo)


def is_in_grace(campaign: CampaignDefined, at: datetime, grace: timedelta) -> bool:
    """Whether a moment is so shortly after the last day that a draft of those days is still taken."""
    begins, ends = grace_of(campaign, grace)
    return begins <= at.astimezone(UTC) < ends


def is_of_the_days(campaign: CampaignDefined, begun_at: datetime | None) -> bool:
    """Whether a draft was begun in the campaign's days."""
    return begun_at is not None and phase(campaign, begun_at) == "during"


def check_classifier(
    campaign: CampaignDefined,
    of: Literal["participant", "initiative"],
    given: Mapping[str, str | None],
) -> dict[str, str]:
    """Classifier values of a participant or an initiative, each from the campaign's list. Raises Invalid."""
    values = {}
    for classifier in campaign.classifiers:
        if classifier.of != of:
            continue
        value = given.get(classifier.code)
        if value not in {term.code for term in classifier.values}:
            raise Invalid("classifier-unknown", field=classifier.code, name=classifier.name)
        values[classifier.code] = str(value)
    return values
