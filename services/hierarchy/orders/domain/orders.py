"""Orders (поручения): what is ordered, in which form it is reported, and what becomes of the whole."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from contracts.appointments import Level
from contracts.structure import CampaignDefined
from contracts.work import OrderDefined, OrderKind, OrderState
from services.chassis import text
from services.chassis.days import in_words, today
from services.chassis.errors import Conflict, Invalid, NotFound

Word = TypeVar("Word", bound=StrEnum)

LONGEST, LONGEST_REASON = 10_000, 1_000
MOST_OF_SERIES = 20


class State(StrEnum):
    """What became of an order."""

    PREPARED = "prepared"
    ISSUED = "issued"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class DoneBy(StrEnum):
    """What counts as done."""

    TEXT = "text"
    NUMBER = "number"
    FILE = "file"


STATES: dict[State, str] = {
    State.PREPARED: "ждёт подписи главы",
    State.ISSUED: "в работе",
    State.CLOSED: "закрыто",
    State.WITHDRAWN: "снято",
}
KINDS: dict[OrderKind, str] = {
    OrderKind.DO: "Сделать",
    OrderKind.INFORM: "Проинформировать людей",
}
REPORTS: dict[DoneBy, str] = {
    DoneBy.TEXT: "Коротко написать, что сделано",
    DoneBy.NUMBER: "Назвать число",
    DoneBy.FILE: "Приложить файл",
}


class Step(StrEnum):
    """What is done with an order, as its history has it."""

    PREPARED = "prepared"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    POSTPONED = "postponed"
    HANDED_OVER = "handed-over"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STEPS: dict[Step, str] = {
    Step.PREPARED: "Подготовлено",
    Step.ISSUED: "Дано",
    Step.ACKNOWLEDGED: "Ознакомление",
    Step.REPORTED: "Отчёт",
    Step.ACCEPTED: "Отчёт принят",
    Step.RETURNED: "Отчёт возвращён",
    Step.POSTPONED: "Срок перенесён",
    Step.HANDED_OVER: "Перешло другому",
    Step.CLOSED: "Закрыто",
    Step.WITHDRAWN: "Снято",
}


@dataclass(frozen=True, slots=True)
class Act:
    """The paper of the Head by which an order is given; an empty number: the order is its own paper."""

    number: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a Head, or of a working group's leader. `on_behalf_of`: the Head, if a clerk enters it."""

    municipality: str
    id: UUID
    campaign: str
    working_group: UUID | None
    kind: OrderKind
    body: str
    done_by: DoneBy
    due_at: datetime
    addressed: tuple[str, ...]
    made_by: UUID
    made_at: datetime
    series: UUID | None = None
    agreement: UUID | None = None
    act: Act = Act()
    state: State = State.PREPARED
    year: int | None = None
    number: int | None = None
    issued_by: UUID | None = None
    on_behalf_of: UUID | None = None
    issued_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 1

    @property
    def giver(self) -> Level:
        """From which level it comes."""
        return Level.GROUP if self.working_group else Level.HEAD

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"order:{self.id}"

    @property
    def title(self) -> str:
        """Its beginning, for lists."""
        return title_of(self.body)

    def check_issued(self) -> None:
        """Raises Conflict unless it is being worked on."""
        if self.state is not State.ISSUED:
            raise Conflict("order-over", state=STATES[self.state])

    def check_open(self) -> None:
        """Raises Conflict if it is closed or withdrawn."""
        if self.state not in (State.PREPARED, State.ISSUED):
            raise Conflict("order-over", state=STATES[self.state])

    def check_prepared(self) -> None:
        """Raises Conflict unless it waits for the Head."""
        if self.state is not State.PREPARED:
            raise Conflict("order-decided", state=STATES[self.state])

    def issue(
        self, number: tuple[int, int], who: tuple[UUID, UUID | None], act: Act, at: datetime
    ) -> "Order":
        """In force: `number`, the year and the number in it; `who`, and on whose behalf. Raises Conflict if
        it was decided on before."""
        self.check_prepared()
        return replace(
            self,
            state=State.ISSUED,
            year=number[0],
            number=number[1],
            issued_by=who[0],
            on_behalf_of=who[1],
            act=act,
            issued_at=max(at, self.made_at),
        )

    def postpone(self, due_at: datetime) -> "Order":
        """With another deadline. Raises Conflict unless it is being worked on, or for the same one."""
        self.check_issued()
        if due_at == self.due_at:
            raise Conflict("deadline-same", field="deadline")
        return replace(self, due_at=due_at, version=self.version + 1)

    def close(self, at: datetime) -> "Order":
        """Over: nothing is reported any more; one that was only prepared is withdrawn. Raises Conflict if it
        is over."""
        self.check_open()
        over = State.WITHDRAWN if self.state is State.PREPARED else State.CLOSED
        return replace(self, state=over, closed_at=max(at, self.made_at), version=self.version + 1)

    def defined(self, tasks: int) -> OrderDefined:
        """The event of its present state, once it is issued."""
        if self.issued_at is None:
            raise ValueError("what is only prepared is announced to nobody")
        return OrderDefined(
            version=self.version,
            municipality=self.municipality,
            campaign=self.campaign,
            giver=self.giver,
            due_at=self.due_at.astimezone(UTC),
            id=self.id,
            group=self.working_group,
            kind=self.kind,
            state=OrderState(self.state),
            issued_at=self.issued_at,
            tasks=tasks,
        )


def title_of(body: str) -> str:
    """The beginning of an order, for lists and letters."""
    return text.shortened(text.first_sentence(body).replace("\n", " "), 120)


def check_giving(campaign: CampaignDefined | None, now: datetime) -> CampaignDefined:
    """The campaign, on the days on which new orders are given (rule 4). Raises NotFound, Conflict."""
    if campaign is None:
        raise NotFound("orders-without-campaign")
    if not campaign.first_day <= today(campaign.time_zone, now) <= campaign.last_day:
        days = {"first": in_words(campaign.first_day), "last": in_words(campaign.last_day)}
        raise Conflict("no-new-orders-now", **days)
    return campaign


def check_answering(campaign: CampaignDefined, now: datetime) -> None:
    """Orders are answered, judged and postponed until the campaign closes (rule 4). Raises Conflict."""
    if today(campaign.time_zone, now) > campaign.close_until:
        raise Conflict("orders-closed", last=in_words(campaign.close_until))


def check_body(given: str) -> str:
    """The text as it is stored. Raises Invalid."""
    return text.check_length(text.several_lines(given), LONGEST, "order-text", "order-text", field="text")


def check_reason(given: str) -> str:
    """Why a report is returned or a deadline moved. Raises Invalid."""
    reason = text.several_lines(given)
    return text.check_length(reason, LONGEST_REASON, "order-reason", "order-reason", field="reason")


def check_kind(given: str) -> OrderKind:
    """Raises Invalid."""
    return _one_of(OrderKind, given, "order-kind", "kind")


def check_done_by(given: str) -> DoneBy:
    """Raises Invalid."""
    return _one_of(DoneBy, given, "order-done-by", "done_by")


def check_times(given: int) -> int:
    """How many weeks it is repeated. Raises Invalid."""
    if not 1 <= given <= MOST_OF_SERIES:
        raise Invalid("order-times", field="times", most=MOST_OF_SERIES)
    return given


def _one_of(words: Callable[[str], Word], given: str, slug: str, field: str) -> Word:
    try:
        return words(given)
    except ValueError as error:
        raise Invalid(slug, field=field) from error
