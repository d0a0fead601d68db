"""The region's summary on one sheet of paper: what has come, who leads, who lags, what is not ready."""

from collections.abc import Collection, Sequence
from pathlib import Path

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency

from contracts.appointments import CoverageStated
from contracts.structure import CampaignDefined
from services.chassis.errors import NotFound
from services.chassis.process.press import Press
from services.chassis.streams import mirror
from services.chassis.text import plural
from services.chassis.web.downloads import as_attachment
from services.chassis.web.pages import moment, number
from services.chassis.web.requests import AnyRequest
from services.directory.staff import RENEWAL
from services.metrics.domain import COUNTERS, REGISTERED, SUBMITTED
from services.metrics.picture.coverage import gaps_of
from services.metrics.picture.figures import Figures
from services.metrics.web import helpline
from services.metrics.web.choice import ALL, PER_HUNDRED, Choice
from services.metrics.web.curve import region_curve
from services.metrics.web.measure import Measure
from services.metrics.web.picture import NAMED, Days, days_of
from services.metrics.web.plan import columns
from services.metrics.web.plan.beside import Beside, due_of
from services.metrics.web.rights import Rights

TEMPLATE = Path(__file__).with_name("summary.typ")
SILENT_NAMED = 12
"""Of more silent ones the sheet says how many there are."""

LONGEST = 60
"""Characters of a name: the sheet is one."""

NAMES = {REGISTERED: "Зарегистрировано", SUBMITTED: "Подано инициатив"}


@get("/region/summary.pdf", include_in_schema=False, exception_handlers=RENEWAL)
async def summary(
    request: AnyRequest,
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
    press: NamedDependency[Press],
) -> Response[bytes]:
    """What is one's own, on one page to be printed."""
    figures, viewer = await rights.of_own(request), await rights.viewer(request)
    campaign = figures.structure.campaign
    if campaign is None:
        raise NotFound("campaign-not-open")
    stated = await _coverage(pool, campaign, viewer.sees)
    body = await press.printed(sheet(figures, campaign, stated, Beside(figures, viewer.sees)))
    at = figures.as_of.astimezone(figures.zone)
    headers = as_attachment(f"{campaign.name}, справка, {at:%Y-%m-%d %H-%M}.pdf")
    return Response(body, media_type="application/pdf", headers=headers)


async def _coverage(pool: Pool, campaign: CampaignDefined, codes: Collection[str]) -> list[CoverageStated]:
    async with pool.acquire() as db:
        states = await mirror.all_of(db, CoverageStated.topic, [CoverageStated])
    stated = (state for state in states if isinstance(state, CoverageStated))
    return [state for state in stated if state.campaign == campaign.id and state.municipality in codes]


def sheet(
    figures: Figures, campaign: CampaignDefined, stated: Sequence[CoverageStated], beside: Beside
) -> dict[str, object]:
    """What the template shows, in words."""
    today, zone = figures.today(), str(figures.zone)
    best, lagging = standings(figures)
    return {
        "title": f"Справка на {moment(figures.as_of, zone, 'd MMMM y, HH:mm')}",
        "campaign": campaign.name,
        "as_of": f"Показатели на {moment(figures.as_of, zone, 'HH:mm:ss')}",
        "days": _days(days_of(campaign, figures.day)),
        "part": figures.codes is not None,
        "figures": [
            {
                "name": NAMES[counter],
                "total": number(figures.sums.region[counter]),
                "today": f"+{number(today[counter])}" if today[counter] else "0",
                "plan": _plan(beside, counter, due_of(figures, counter)),
            }
            for counter in COUNTERS
        ],
        "planned": _planned(figures, beside),
        "curve": _curve(figures, campaign, beside),
        "best": best,
        "lagging": lagging,
        "silent": _silent(figures),
        "ready": _ready(figures, stated),
        "hotline": _hotline(figures),
        "definitions": [
            {"name": NAMES[counter], "text": getattr(campaign.definitions, counter)} for counter in COUNTERS
        ],
    }


def _days(days: Days) -> str:
    if not (days.day and days.left):
        return ""
    left = f"{plural(days.left, ('остался', 'осталось', 'осталось'))} {number(days.left)}"
    return f"день {number(days.day)} из {number(days.all)}, {left}"


def standings(figures: Figures) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The five best and the five that lag, by what comes from a hundred workers; nobody is both."""
    names = figures.structure.short_names
    share, all_of = (Measure(figures, SUBMITTED, rank) for rank in (PER_HUNDRED, ALL))
    rows = [
        {
            "name": names[m.code][:LONGEST],
            "share": number(value),
            "submitted": number(all_of.whole(m) or 0),
        }
        for m, value in sorted(share.ranked(figures.structure.upper_tier), key=lambda pair: -pair[1])
    ]
    best = rows[:NAMED] if len(rows) >= 2 * NAMED else rows[: (len(rows) + 1) // 2]
    return best, rows[len(best) :][-NAMED:][::-1]


def _plan(beside: Beside, counter: str, due: float | None) -> list[str]:
    """The plan beside a figure, line by line; nothing without a target."""
    standing = beside.together(counter)
    if (progress := standing.progress) is None:
        return []
    share = f"{number(progress.share)} % индикатора {number(progress.target)}"
    expected = "" if due is None else f", ожидалось {number(due)} %"
    pace = "" if progress.pace is None else f"; темп {number(progress.pace)} %"
    likely = standing.forecast
    foretold = f"прогноз: {number(likely.low)} – {number(likely.high)}" if likely else ""
    lines = (share + expected, columns.ahead(progress) + pace, foretold)
    return [line for line in lines if line]


def _planned(figures: Figures, beside: Beside) -> str:
    """Who has targets, and how expectation is counted."""
    if not beside.exists:
        return ""
    with_target, among = beside.counts
    by_letter = beside.together(SUBMITTED).letters
    letters = f", из них по письму {number(by_letter)}" if by_letter else ""
    way = f"; ожидание – {figures.plan.way_name}" if figures.plan.way_name else ""
    return f"Индикаторы есть у {number(with_target)} из {number(among)}{letters}{way}."


def _curve(figures: Figures, campaign: CampaignDefined, beside: Beside) -> dict[str, object]:
    shown = region_curve(figures, campaign, Choice(), beside)
    steps = max(shown.slots - 1, 1)
    points = [[nth / steps, point.value / shown.whole] for nth, point in enumerate(shown.sums)]
    return {
        "name": "Подано с начала марафона",
        "points": points,
        "plan": [[nth / steps, n / shown.whole] for nth, n in enumerate(shown.plan)],
        "first": shown.sums[0].label,
        "last": shown.last,
    }


def _silent(figures: Figures) -> dict[str, str]:
    s, silent, names = figures.structure, figures.silent(), figures.structure.short_names
    upper = [names[m.code][:LONGEST] for m in s.upper_tier if m.code in silent]
    more, settlements = len(upper) - SILENT_NAMED, len(silent) - len(upper)
    said = ", ".join(upper[:SILENT_NAMED]) + (f" и ещё {number(more)}" if more > 0 else "")
    below = f"поселений – {number(settlements)}" if settlements else ""
    if figures.silent_since is None:
        return {"title": "Три дня ни одной инициативы", "said": ""}
    title = f"Три дня ни одной инициативы у {number(len(silent))} из {number(len(s.municipalities))}"
    return {"title": title, "said": "; ".join(filter(None, (said, below))) or "таких нет"}


def _hotline(figures: Figures) -> str:
    """What was asked and how it was answered, in a line; empty while nothing was."""
    whole = figures.hotline.whole
    if not (whole.inquiries or whole.consultations):
        return ""
    share, median = whole.first.share, helpline.spoken(whole.first_median)
    said = [
        f"обращений {number(whole.inquiries)}, без окончательного ответа {number(whole.open)}",
        "" if share is None else f"первый ответ в срок {number(share)} %",
        f"половина первых ответов – за {median} рабочего времени" if median else "",
        f"консультаций {number(whole.consultations)}",
    ]
    return "; ".join(filter(None, said))


def _ready(figures: Figures, stated: Sequence[CoverageStated]) -> list[dict[str, str]]:
    if not stated:
        return []
    among = len(figures.structure.municipalities)
    counted = {
        "Всё готово": f"у {number(sum(not gaps_of(s) for s in stated))} из {number(among)}",
        "Не назначен глава": number(sum(not s.head for s in stated)),
        "Не назначен ответственный": number(sum(not s.responsible for s in stated)),
        "Нет рабочих групп": number(sum(not (s.groups or s.served_by) for s in stated)),
        "Организаций без координатора": number(sum(s.coordinators_missing for s in stated)),
        "Не прошли инструктаж": number(sum(s.unbriefed for s in stated)),
        "Не ответили на приглашение": number(sum(s.unanswered for s in stated)),
        "Нет горячей линии": number(sum(not s.line for s in stated)),
        "Нет данных": number(among - len(stated)),
    }
    return [{"name": name, "value": value} for name, value in counted.items()]
