"""Ask those above a question."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Level
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Forbidden
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import QUESTION_ASKED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.groups.store import groups
from services.hierarchy.orders.domain.addressees import Reach
from services.hierarchy.questions.commands.count_time import due_from, known_years, promised_now
from services.hierarchy.questions.commands.look_at_question import Deeds, note_deed
from services.hierarchy.questions.commands.write_letters import write_held
from services.hierarchy.questions.domain.questions import (
    COORDINATION,
    About,
    Keeper,
    Question,
    Step,
    first_keeper,
)
from services.hierarchy.questions.domain.typed import (
    check_asking,
    check_body,
    check_capacity,
    check_direction,
    check_initiative,
)
from services.hierarchy.questions.store import people, questions
from services.hierarchy.questions.store.people import Capacity


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question as it is typed. `direction`: the code of one; `initiative`: its number, id or address;
    `capacity`: the appointment in which it is asked, for who has several."""

    body: str
    direction: str = ""
    initiative: str = ""
    capacity: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who has it, and by when they are to answer."""

    id: UUID
    holder: Level
    group: UUID | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """In which capacities somebody may ask now, in which campaign."""

    campaign: CampaignDefined
    own: list[Capacity]


async def ask_question(pool: Pool, entrance: Entrance, by: Staff, given: NewQuestion, at: Moment) -> Asked:
    """Whoever holds it has a letter; who asks has nobody's line but their own.

    Raises NotFound without a campaign, Forbidden, Conflict outside its days, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Asked):
            return done
        asking = await look_at_asking(db, by, at.now)
        capacity, body, about = _checked(asking, given)
        promise = await promised_now(db, capacity.municipality, at.now)
        await tenancy.see(db, *around(by), REGION)
        keeper = await _keeper(db, capacity, about, asking.campaign)
        with known_years():
            due_at = await due_from(db, promise, asking.campaign.id, at.now)
        question = Question(
            municipality=capacity.municipality,
            id=uuid_utils.compat.uuid7(),
            campaign=asking.campaign.id,
            asker=capacity.holder,
            body=body,
            about=about,
            promise=promise,
            keeper=keeper,
            groups=frozenset({keeper.group}) if keeper.group else frozenset(),
            asked_at=at.now,
            due_at=due_at,
        )
        await questions.add(db, question)
        await note_deed(db, question, Deeds(Acting(by.account), at.now, Step.ASKED, QUESTION_ASKED))
        await write_held(db, entrance, question, asking.campaign.time_zone, at.now)
        asked = Asked(question.id, keeper.level, keeper.group, question.due_at)
        return await idempotency.keep(db, at, asked)


async def look_at_asking(db: Db, by: Staff, now: datetime) -> Asking:
    """The transaction sees their rows from then on. Raises NotFound, Conflict, Forbidden."""
    await tenancy.see(db, *around(by))
    campaign = check_asking(await campaigns.now_open(db), now)
    own = await people.capacities(db, by.account, campaign.id)
    if not own:
        raise Forbidden("not-yours-to-ask")
    return Asking(campaign, own)


def _checked(asking: Asking, given: NewQuestion) -> tuple[Capacity, str, About]:
    checks, by_appointment = Checks(), {each.holder.appointment: each for each in asking.own}
    holders = [each.holder for each in asking.own]
    holder = checks.take(lambda: check_capacity(holders, given.capacity))
    body = checks.take(lambda: check_body(given.body))
    direction = checks.take(lambda: check_direction(given.direction, asking.campaign))
    initiative = checks.take(lambda: check_initiative(given.initiative))
    checks.settle()
    about = About(direction, initiative.initiative, initiative.initiative_number)
    return by_appointment[holder.appointment], body, about


async def _keeper(db: Db, capacity: Capacity, about: About, campaign: CampaignDefined) -> Keeper:
    """Where a group has nobody who answers, the coordination group does."""
    code = capacity.municipality
    standing = Reach([], await groups.present(db, code, campaign.id))
    covering = standing.covering(about.direction) if about.direction else frozenset()
    keeper = first_keeper(capacity.holder, min(covering, default=None))
    answering = await people.answering(db, code, keeper)
    others = [person for person in answering if person.account != capacity.holder.account]
    return keeper if others or keeper.group is None else COORDINATION
