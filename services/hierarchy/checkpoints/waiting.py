"""What checkpoints contribute to «Сегодня»."""

from datetime import date

from contracts.appointments import Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.text import plural
from services.chassis.web.pages import day as in_short
from services.hierarchy.checkpoints.domain.days import Standing
from services.hierarchy.checkpoints.store import results, schedules
from services.hierarchy.core.addresses import CHECKPOINTS, address_of_checkpoints
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.waiting import MUNICIPALITIES, Line, Looked, Step
from services.hierarchy.core.tenants import overseen, tenants_of
from services.hierarchy.territory.store import municipalities

DAYS = ("день", "дня", "дней")


async def lines(db: Db, looked: Looked) -> list[Line]:
    """What a Head is to do about the own results, and what an overseer looks at; while the campaign's days
    last."""
    campaign = looked.campaign
    if campaign is None:
        return []
    today = region_day(campaign, looked.now)
    if not campaign.prepare_from <= today <= campaign.close_until:
        return []
    await tenancy.see(db, *tenants_of(looked.staff), REGION)
    return [*await _of_heads(db, looked, campaign, today), *await _of_overseer(db, looked, campaign, today)]


async def _of_heads(db: Db, looked: Looked, campaign: CampaignDefined, today: date) -> list[Line]:
    led = [
        place
        for place in looked.of(Scope.MUNICIPALITY)
        if may(looked.staff, Deed.SET_CHECKPOINTS, place) and not place.transformed
    ]
    if not led:
        return []
    codes = [place.of for place in led]
    known, waiting = await municipalities.some(db, codes), await results.unconcluded(db, campaign.id, codes)
    own, councils = (
        await schedules.own_of(db, campaign.id, codes),
        await schedules.recommended(db, campaign.id),
    )
    found = []
    for place in led:
        standing = Standing(own.get(place.of), councils.get(known[place.of].smo or ""))
        found += _of_place(looked, place, standing, today)
        found += _to_conclude(looked, place, [day for code, day in waiting if code == place.of])
    return found


def _of_place(looked: Looked, place: Place, standing: Standing, today: date) -> list[Line]:
    href, where = address_of_checkpoints(place.of), looked.where(place)
    if not standing.days:
        step = Step("Назначить даты", f"{href}#set")
        rest = "Назначьте даты промежуточных итогов: в конце каждой показатели фиксируются."
        return [Line("checkpoints", rest, href, step=step, own=True, where=where)]
    if coming := standing.coming(today):
        return [Line("checkpoint", _next(coming[0], today), f"{href}/{coming[0]}", where=where)]
    return []


def _to_conclude(looked: Looked, place: Place, days: list[date]) -> list[Line]:
    """The results without a conclusion, with the latest of them to begin with."""
    if not days:
        return []
    noun = ("итог ждёт", "итога ждут", "итогов ждут")
    step = Step("Написать вывод", f"{address_of_checkpoints(place.of)}/{days[-1]}#conclusion")
    where = looked.where(place)
    return [
        Line(
            "conclusion",
            "вашего вывода",
            address_of_checkpoints(place.of),
            len(days),
            noun,
            step,
            own=True,
            where=where,
        )
    ]


async def _of_overseer(db: Db, looked: Looked, campaign: CampaignDefined, today: date) -> list[Line]:
    whole = overseen(looked.staff)
    if whole is None:
        return []
    await tenancy.see(db, *await municipalities.of_smos(db, whole.smos), REGION)
    recommended = await schedules.recommended(db, campaign.id)
    own = {smo: known for smo, known in recommended.items() if whole.smos is None or smo in whole.smos}
    found = []
    if not own:
        step = Step("Рекомендовать", f"{CHECKPOINTS}#recommend")
        found.append(Line("recommend", "Даты промежуточных итогов не рекомендованы.", CHECKPOINTS, step=step))
    elif coming := sorted(day for known in own.values() for day in known.days if day > today):
        found.append(Line("checkpoint", _next(coming[0], today), f"{CHECKPOINTS}?day={coming[0]}"))
    if n := await schedules.count_of_day(db, campaign.id, today, whole.smos):
        verb = plural(n, ("подводит", "подводят", "подводят"))
        rest = f"сегодня {verb} промежуточные итоги"
        found.append(Line("checkpoints-today", rest, f"{CHECKPOINTS}?day={today}", n, MUNICIPALITIES))
    last = await results.unconcluded_of_last(db, campaign.id)
    if last and last.count:
        noun = ("итог", "итога", "итогов")
        href = f"{CHECKPOINTS}?day={last.day}&state=unconcluded"
        found.append(Line("unconcluded", f"на {in_short(last.day)} без вывода главы", href, last.count, noun))
    return found


def _next(day: date, today: date) -> str:
    left = (day - today).days
    when = f"через {left}\N{NO-BREAK SPACE}{plural(left, DAYS)}" if left else "сегодня в полночь"
    return f"Итоги на {in_short(day)} – {when}"
