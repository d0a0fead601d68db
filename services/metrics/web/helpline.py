"""The hotline's figures in words: shared by pages, files, the sheet of paper and the API."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.structure import CampaignDefined
from services.chassis.web.pages import number
from services.metrics.cases import told
from services.metrics.cases.minutes import BOUNDS, KEYS, Quantile
from services.metrics.cases.tally import Tally
from services.metrics.picture.themes import Theme, named

CHANNELS: Final = {"phone": "Телефон", "web": "Сайт", "e-mail": "Почта", "in-person": "Лично"}
LEVELS: Final = {
    "hotline": "Горячая линия",
    "coordinator": "Координатор",
    "group": "Рабочая группа",
    "coordination": "Координационная группа",
    "head": "Глава",
}
MODES: Final = {"in-person": "Очно", "remote": "Заочно"}
STATUSES: Final = {
    "new": "Новое",
    "taken": "В работе",
    "waiting": "Ждём заявителя",
    "transferred": "Передано, не принято",
    "answered": "Есть ответ",
    "closed": "Закрыто",
}
HOUR_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a breakdown."""

    code: str
    name: str
    n: int
    share: float


def themes_of(
    campaign: CampaignDefined, themes: Mapping[str, Theme], counted: Collection[str]
) -> dict[str, str]:
    """What themes are called: those of the hotline, also one that was removed if it is counted; a theme that
    is a direction has its name."""
    directions = {direction.code: direction.name for direction in campaign.directions}
    return {code: directions[code] for code in counted if code in directions} | named(themes, counted)


def bars(counted: Mapping[str, int], names: Mapping[str, str]) -> list[Bar]:
    """Each of the names in their order, of which nothing was counted too; then what has no name."""
    codes = [*names, *sorted(counted.keys() - names.keys())]
    whole = sum(counted.values()) or 1
    return [Bar(c, names.get(c, c), n := counted.get(c, 0), round(n * 100 / whole, 1)) for c in codes]


def histogram(tally: Tally, family: str = told.FIRST_MINUTES) -> list[Bar]:
    """How many answers came within which working time: every bucket."""
    return bars(tally.by(family), dict(zip(KEYS, BUCKETS, strict=True)))


def duration(minutes: int) -> str:
    """«35 мин», «2 ч 05 мин», «16 ч»: working time."""
    hours, rest = divmod(minutes, HOUR_MINUTES)
    if not hours:
        return f"{rest} мин"
    return f"{number(hours)} ч {rest:02} мин" if rest else f"{number(hours)} ч"


def spoken(quantile: Quantile | None) -> str:
    """A median in words; empty while there is none."""
    if quantile is None:
        return ""
    return f"больше {duration(quantile.minutes)}" if quantile.more else duration(quantile.minutes)


BUCKETS: Final = (*(f"до {duration(bound)}" for bound in BOUNDS), f"больше {duration(BOUNDS[-1])}")
