"""What the live view's shades and columns mean, in words."""

from services.metrics.domain import REGISTERED, SUBMITTED
from services.metrics.web.choice import ALL, PER_HUNDRED, TARGET, TODAY, Choice

WITHOUT_TARGET, COVERED, BY_LETTER = "без индикатора", "в индикаторе района", "по письму"
"""What a tile says of a target that is not there, is the district's, or was entered by the SMO."""
TRANSFORMED = "преобразовано"
"""What it says where none is asked."""

TITLES = {
    (SUBMITTED, ALL): "Подано инициатив с начала марафона",
    (SUBMITTED, TARGET): "Подано: доля индикатора",
    (SUBMITTED, TODAY): "Подано инициатив сегодня",
    (SUBMITTED, PER_HUNDRED): "Подано инициатив на 100 работников бюджетной сферы",
    (REGISTERED, ALL): "Зарегистрировано с начала марафона",
    (REGISTERED, TARGET): "Зарегистрировано: доля индикатора",
    (REGISTERED, TODAY): "Зарегистрировано сегодня",
    (REGISTERED, PER_HUNDRED): "Зарегистрировано на 100 работников бюджетной сферы",
}
"""What a tile's figure counts, and so what its shade means: how much of it, by share of the largest."""

CAPTIONS = {
    SUBMITTED: "Показатели муниципальных образований; «за сегодня» и «на 100 работников» – поданные "
    "инициативы. У районов – вместе с поселениями",
    REGISTERED: "Показатели муниципальных образований; «за сегодня» и «на 100 работников» – "
    "зарегистрированные. У районов – вместе с поселениями",
}
BESIDE = {
    SUBMITTED: "Показатели муниципальных образований; индикатор, доля и прогноз – по поданным инициативам. У "
    "районов – вместе с поселениями",
    REGISTERED: "Показатели муниципальных образований; индикатор, доля и прогноз – по зарегистрированным. У "
    "районов – вместе с поселениями",
}


def caption(choice: Choice) -> str:
    """What stands in the table."""
    return (BESIDE if choice.rank == TARGET else CAPTIONS)[choice.show]
