"""What the live view's shades and columns mean, in words."""

from services.metrics.domain import REGISTERED, SUBMITTED
from services.metrics.web.choice import ALL, PER_HUNDRED, TODAY

TITLES = {
    (SUBMITTED, ALL): "Подано инициатив с начала марафона",
    (SUBMITTED, TODAY): "Подано инициатив сегодня",
    (SUBMITTED, PER_HUNDRED): "Подано инициатив на 100 работников бюджетной сферы",
    (REGISTERED, ALL): "Зарегистрировано с начала марафона",
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
