"""The figures of the work between the levels, one after the other: of the API, the file and the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.chassis.web.tables import Cell
from services.metrics.cases import worked
from services.metrics.cases.minutes import Quantile
from services.metrics.cases.worktally import WorkTally


@dataclass(frozen=True, slots=True)
class Column:
    """A figure: its name in the API, its head in the file, and how it is found."""

    key: str
    head: str
    of: Callable[[WorkTally], float | Quantile | None]


def _states(counter: str, prefix: str, heads: dict[str, str]) -> list[Column]:
    return [
        Column(f"{prefix}_{state}", head, lambda t, state=state: t.at(counter, state))  # type: ignore[misc]
        for state, head in heads.items()
    ]


def _punctual(counter: str, prefix: str, name: str) -> list[Column]:
    return [
        Column(f"{prefix}_in_time", f"{name}: в срок", lambda t: t.punctual(counter).in_time),
        Column(f"{prefix}_late", f"{name}: позже срока", lambda t: t.punctual(counter).late),
        Column(f"{prefix}_share", f"{name}: в срок, %", lambda t: t.punctual(counter).share),
    ]


TASKS, QUESTIONS, REPORTS = "Отчёты по поручениям", "Ответы на вопросы", "Сводки"

COLUMNS: Final = (
    Column("orders", "Поручений выдано", lambda t: t.all(worked.ORDERS)),
    Column("orders_closed", "Из них закрыто", lambda t: t.at(worked.ORDERS, "closed")),
    Column("order_tasks", "Поручений у исполнителей", lambda t: t.all(worked.TASKS)),
    *_states(
        worked.TASKS,
        "tasks",
        {
            "received": "Получено, не ознакомлены",
            "acknowledged": "В работе",
            "reported": "Отчёт ждёт проверки",
            "returned": "Возвращено на доработку",
            "accepted": "Принято",
        },
    ),
    *_punctual(worked.TASKS, "tasks", TASKS),
    Column("acknowledged_median", "До ознакомления: медиана, минут", lambda t: t.acknowledged_median),
    Column("acknowledged_ninety", "До ознакомления: 9 из 10, минут", lambda t: t.acknowledged_ninety),
    Column("reported_median", "До отчёта: медиана, минут", lambda t: t.reported_median),
    Column("reported_ninety", "До отчёта: 9 из 10, минут", lambda t: t.reported_ninety),
    Column("questions", "Вопросов вверх", lambda t: t.all(worked.QUESTIONS)),
    *_states(
        worked.QUESTIONS,
        "questions",
        {"asked": "Ждут ответа", "answered": "Есть ответ", "withdrawn": "Отозвано"},
    ),
    *_punctual(worked.QUESTIONS, "questions", QUESTIONS),
    Column("questions_escalated", "Перешли на уровень выше", lambda t: t.escalated),
    Column("answer_median", "До ответа: медиана, рабочих минут", lambda t: t.answer_median),
    Column("answer_ninety", "До ответа: 9 из 10, рабочих минут", lambda t: t.answer_ninety),
    Column("reports", "Сводок должно быть", lambda t: t.all(worked.REPORTS)),
    *_states(worked.REPORTS, "reports", {"due": "Не присланы", "sent": "Присланы"}),
    *_punctual(worked.REPORTS, "reports", REPORTS),
    Column("reports_declared", "С другим числом, чем посчитано", lambda t: t.declared),
    Column("breaches", "Сроки прошли, раз", lambda t: t.breaches),
)

BY_KEY: Final = {column.key: column for column in COLUMNS}


def cells(tally: WorkTally) -> tuple[Cell, ...]:
    """The figures of a line of the file; a median without an end is its last bound."""
    found = (column.of(tally) for column in COLUMNS)
    return tuple(value.minutes if isinstance(value, Quantile) else value for value in found)
