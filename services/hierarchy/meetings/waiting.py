"""What meetings contribute to «Сегодня»."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.appointments import Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.web.pages import moment
from services.hierarchy.core.addresses import MEETINGS
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.meetings.commands.look_at_meeting import whose
from services.hierarchy.meetings.domain.invitations import DESERTED, Answer
from services.hierarchy.meetings.store import agreements, invitations, meetings
from services.hierarchy.meetings.store.invitations import Coming

INVITATIONS = ("приглашение", "приглашения", "приглашений")
OPEN, OVERDUE = "/cabinet/agreements?state=open", "/cabinet/agreements?state=overdue"


async def lines(db: Db, looked: Looked) -> list[Line]:
    """Invitations without an answer, the next meeting, agreements; of an SMO also who has not answered."""
    if looked.campaign is None:
        return []
    smos, codes = await whose(db, looked.staff)
    run = [of for of in smos if may(looked.staff, Deed.RUN_MEETINGS, Place(Scope.SMO, of, REGION))]
    return [
        *await _invited(db, looked, looked.campaign, codes),
        *await _called(db, looked, looked.campaign, run),
        *await _agreed(db, looked, looked.campaign, run),
    ]


async def _invited(db: Db, looked: Looked, campaign: CampaignDefined, codes: Collection[str]) -> list[Line]:
    """Of whoever is invited: what is to be answered, and where they go next, until it is over."""
    people = await invitations.people(db, codes)
    mine = [
        each
        for each in await invitations.coming(db, codes, looked.now)
        if each.municipality in people and people[each.municipality].account == looked.staff.account
    ]
    asked = [each for each in mine if each.answer is Answer.NONE and each.begins_at > looked.now]
    going = [each for each in mine if each.answer in (Answer.ACCEPTED, Answer.NONE) and each not in asked]
    # Of several municipalities of theirs one line is enough: they go once.
    following = [_next(each.title, each.begins_at, campaign, each.id) for each in going[:1]]
    return [*map(_asked, asked), *following]


def _asked(each: Coming) -> Line:
    """One click accepts; whoever cannot come says so on the page."""
    href = f"{MEETINGS}/{each.id}"
    query = urlencode({"answer": Answer.ACCEPTED, "municipality": each.municipality})
    step = Step("Буду", f"{href}/answer?{query}", sends=True)
    rest = f"Ответьте СМО, будете ли вы на встрече «{each.title}»."
    return Line("invitation", rest, href, step=step, own=True, due=each.begins_at)


def _next(title: str, begins_at: datetime, campaign: CampaignDefined, id_: object) -> Line:
    rest = f"Встреча СМО «{title}» – {moment(begins_at, campaign.time_zone)}"
    return Line("meeting", rest, f"{MEETINGS}/{id_}", own=True)


async def _called(db: Db, looked: Looked, campaign: CampaignDefined, smos: Collection[str]) -> list[Line]:
    """Of an SMO: its next meeting, who has not answered, and of which nobody has said who was there."""
    found = [_unmarked(over) for smo in smos if (over := await meetings.unmarked(db, smo, looked.now))]
    for smo in smos:
        coming = await meetings.next_of_smo(db, smo, looked.now)
        if coming is None:
            continue
        found.append(_next(coming.planned.title, coming.begins_at, campaign, coming.id))
        invited = await invitations.of_meeting(db, coming.id)
        deserted = sum(each.is_deserted for each in invited)
        unanswered = sum(each.answer is Answer.NONE and not each.is_deserted for each in invited)
        for kind, n, said in (("unanswered", unanswered, "без ответа"), ("deserted", deserted, DESERTED)):
            if n:
                rest = f"{said}: встреча «{coming.planned.title}»"
                found.append(Line(kind, rest, f"{MEETINGS}/{coming.id}", n, INVITATIONS))
    return found


def _unmarked(over: Sequence[UUID]) -> Line:
    """The first leads to where it is marked."""
    href = f"{MEETINGS}/{over[0]}/attendance"
    noun = ("встреча закончилась", "встречи закончились", "встреч закончилось")
    rest = "– отметьте, кто был"
    return Line("unmarked", rest, MEETINGS, len(over), noun, step=Step("Отметить", href), own=True)


async def _agreed(db: Db, looked: Looked, campaign: CampaignDefined, smos: Collection[str]) -> list[Line]:
    """What one's municipality has promised, and what an SMO's have not kept."""
    answering = [
        place.of for place in looked.of(Scope.MUNICIPALITY) if may(looked.staff, Deed.ANSWER_SMO, place)
    ]
    if not (answering or smos):
        return []
    counted = await agreements.count(db, smos, answering, region_day(campaign, looked.now))
    noun = ("договорённость", "договорённости", "договорённостей")
    found = []
    if counted.overdue:
        rest, step = "со встреч СМО – срок прошёл", Step("Отметить", OVERDUE) if answering else None
        line = Line("agreement-overdue", rest, OVERDUE, counted.overdue, noun, step, own=bool(answering))
        found.append(line)
    if answering and counted.open > counted.overdue and counted.due:
        ends = datetime.combine(counted.due + timedelta(days=1), time(), ZoneInfo(campaign.time_zone))
        rest, step = "со встреч СМО в работе", Step("Отметить", OPEN)
        found.append(Line("agreement", rest, OPEN, counted.open, noun, step, own=True, due=ends))
    return found
