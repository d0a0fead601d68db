"""Results as rows of files, with what each column means."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from contracts.appointments import TargetScope
from contracts.results import CheckpointEvent
from services.chassis.web.tables import Cell
from services.hierarchy.checkpoints.domain.results import State

FIGURES = (
    *("Зарегистрировано", "План: зарегистрировано", "Доля, %", "Темп, %"),
    *("Подано инициатив", "План: подано", "Доля поданных, %", "Темп поданных, %"),
    *("Место", "Среди скольких", "Не хватало", "Поправка: зарегистрировано", "Поправка: подано"),
    *("О ком план", "Подведены", "Контрольная сумма"),
)
MEANING: Mapping[str, str] = {
    "Доля, %": "Сколько процентов плана выполнено к концу этого дня.",
    "Темп, %": "Сколько процентов того, что должно было быть к этому дню.",
    "Место": "По доле поданных инициатив, среди равных: того же СМО и уровня, у кого есть план.",
    "Не хватало": "Чего не было в тот день: глав, ответственных, групп, координаторов.",
    "Поправка: зарегистрировано": "Что пришло или отозвано позже. Сами итоги не меняются.",
    "Контрольная сумма": "SHA-256 замороженного содержания: по ней видно, что итоги не менялись.",
}
WORDS = {
    State.COMING: "впереди",
    State.WAITING: "ждём данных",
    State.NONE: "итогов не будет",
    State.FROZEN: "подведены",
}
SCOPES = {
    TargetScope.OWN: "только само",
    TargetScope.WITH_SETTLEMENTS: "с поселениями",
    None: "плана нет, только само",
}


def figures_of(result: CheckpointEvent | None, zone: str) -> tuple[Cell, ...]:
    """The figures of a result; empty cells if there is none."""
    if result is None:
        return (None,) * len(FIGURES)
    r = result
    return (
        *(r.registered, r.target_registered, r.share_registered, r.pace_registered),
        *(r.submitted, r.target_submitted, r.share_submitted, r.pace_submitted),
        *(r.place, r.among, r.gaps, r.correction_registered, r.correction_submitted),
        *(SCOPES[r.scope], f"{r.frozen_at.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M}", r.digest),
    )


def named(columns: Iterable[str]) -> tuple[str, ...]:
    """These columns, and those of the figures."""
    return (*columns, *FIGURES)
