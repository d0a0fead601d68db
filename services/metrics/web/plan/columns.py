"""The plan beside the fact in files: columns, cells, and what they mean."""

from contracts.appointments import TargetScope, TargetSet
from services.chassis.text import plural
from services.chassis.web.pages import number
from services.chassis.web.tables import Cell
from services.metrics.domain import REGISTERED, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.plan.forecast import Forecast
from services.metrics.plan.progress import SLOW, Progress

WORDS = {REGISTERED: "зарегистрировано", SUBMITTED: "подано"}
SCOPES = {TargetScope.OWN: "без поселений", TargetScope.WITH_SETTLEMENTS: "с поселениями", None: ""}


def head(word: str) -> tuple[str, ...]:
    """The columns of a counter beside its target."""
    return (
        *(f"Индикатор: {word}", f"В счёт индикатора: {word}", f"Доля: {word}, %", f"Ожидалось: {word}"),
        *(f"Отставание: {word}", f"Отставание в днях: {word}", f"Темп: {word}, %"),
    )


def cells(progress: Progress | None) -> tuple[Cell, ...]:
    """The same of a place; empty without a target."""
    if progress is None:
        return (None,) * 7
    expected = None if progress.expected is None else round(progress.expected)
    return (
        *(progress.target, progress.fact, progress.share, expected),
        *(progress.lag, progress.lag_days, progress.pace),
    )


def whole_head(word: str) -> tuple[str, ...]:
    """The same, and the forecast."""
    return (*head(word), f"Прогноз: {word}", f"Прогноз не меньше: {word}", f"Прогноз не больше: {word}")


def forecast_cells(forecast: Forecast | None) -> tuple[Cell, ...]:
    """The same of a place; empty without a forecast."""
    return (forecast.likely, forecast.low, forecast.high) if forecast else (None,) * 3


def about(target: TargetSet | None) -> tuple[Cell, ...]:
    """Whom a municipality's target is about, and whether the SMO entered it."""
    return (SCOPES[target.scope], "" if target.confirmed else "да") if target else ("", "")


def notes(figures: Figures, by: str, *, foretold: bool = False) -> dict[str, str]:
    """What these columns mean. `by`: when the expected was due; `foretold`: whether there is a forecast."""
    way = figures.plan.way_name or "не рассчитано: неизвестен производственный календарь"
    forecast = {
        "Прогноз": "Сколько будет к концу последнего дня у тех, о ком индикатор: скорее всего, и границы, "
        "между которыми итог окажется в четырёх случаях из пяти.",
    }
    return {
        "Индикатор": "Сколько нужно к последнему дню марафона, по решению главы: без поселений или вместе с "
        "ними. Пусто: индикатора нет.",
        "По письму": "Индикатор внёс СМО по письму; глава его ещё не подтвердил.",
        "В счёт индикатора": "Показатель тех, о ком индикатор: каждый человек учтён один раз.",
        "Доля": "Сколько процентов индикатора уже есть.",
        "Ожидалось": f"Сколько должно было быть {by}, {way}.",
        "Отставание": "Ожидалось минус показатель; с минусом – опережение. В днях: на сколько дней.",
        **(forecast if foretold else {}),
        "Темп": f"Сколько процентов есть от того, что ожидалось. Меньше {SLOW:.0f} % – медленно.",
    }


def ahead(progress: Progress) -> str:
    """How far it is from what was expected, in pieces and in days; nothing while that is not known."""
    lag, days = progress.lag, progress.lag_days or 0
    if not lag:
        return "" if lag is None else "идём по плану"
    said = f"{'отстаём' if lag > 0 else 'опережаем'} на {number(abs(lag))}"
    if days * lag <= 0:
        return said
    return f"{said}, это {number(abs(days))}\N{NO-BREAK SPACE}{plural(abs(days), ('день', 'дня', 'дней'))}"
