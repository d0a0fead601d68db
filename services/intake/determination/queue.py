"""The list as a page shows it: what the address asks for, a portion of it, how many there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.initiatives import InitiativeStatus
from services.chassis.days import day_of, end_of
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import Option, number_of, uuid_of
from services.directory.region import alphabet
from services.intake.determination.domain.decisions import AT_ONCE
from services.intake.determination.reading import listing
from services.intake.determination.reading.listing import Listing, Looking
from services.intake.determination.showing import STATUSES, Row, row
from services.intake.determination.store import issues
from services.intake.determination.store.lists import Counted, Wanted
from services.intake.initiatives.domain import UNDECIDED

FILTERS = (
    *("status", "direction", "organization", "group", "municipality", "issue"),
    *("first", "last", "overdue", "q"),
)
"""What of an address chooses initiatives; a link to one carries it on."""

HERE = "/determination"

PORTION = 50
"""Initiatives at once."""

LONGEST = 200
"""Characters of a filter."""

WAITING, EVERY = "waiting", "all"
"""What waits for a decision, which is shown where no state is asked for; and everything."""

NOTHING = Counted(0, 0)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are within somebody's sight."""

    waiting: int
    overdue: int
    returned: int
    determined: int
    put_forward: int
    every: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A portion of the list, how many there are, and where it goes on."""

    rows: Sequence[Row]
    counts: Counts
    chosen: Mapping[str, str]
    next: str
    alike: bool
    issues: Sequence[issues.Issue]

    @property
    def query(self) -> str:
        """The filters as an address has them, with a question mark; nothing if nothing is filtered."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""


def chosen_of(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address, or of a form that carries them on."""
    return {name: value for name in FILTERS if (value := one_line(query.get(name, ""))[:LONGEST])}


def carried(query: Mapping[str, str]) -> str:
    """The filters of an address, as another carries them on: with a question mark, or nothing."""
    chosen = chosen_of(query)
    return f"?{urlencode(chosen)}" if chosen else ""


def wanted_of(looking: Looking, chosen: Mapping[str, str], before: str = "") -> Wanted:
    """What an address asks for; what it says of no state that there is, shows what waits."""
    status = chosen.get("status", WAITING)
    known, zone = set(InitiativeStatus), ZoneInfo(looking.campaign.time_zone)
    first, last = day_of(chosen.get("first", "")), day_of(chosen.get("last", ""))
    statuses = looking.statuses(InitiativeStatus(status)) if status in known else UNDECIDED
    return Wanted(
        statuses=None if status == EVERY or "overdue" in chosen else statuses,
        direction=chosen.get("direction", ""),
        organizations=organizations_of(looking, chosen),
        overdue="overdue" in chosen,
        issue=uuid_of(chosen.get("issue", "")),
        since=datetime.combine(first, time(), zone) if first else None,
        until=end_of(last, zone) if last else None,
        q=chosen.get("q", ""),
        before=number_of(before, longest=18),
    )


def organizations_of(looking: Looking, chosen: Mapping[str, str]) -> Collection[UUID] | None:
    """Those that an address asks for: one, or all that a working group supervises; none: of any, and of
    nobody's."""
    if "group" in chosen:
        group = uuid_of(chosen["group"])
        return looking.of_group(group) if group else ()
    organization = uuid_of(chosen.get("organization", ""))
    return [organization] if organization else None


async def titles(pool: Pool, looking: Looking, query: Mapping[str, str]) -> tuple[Sequence[Row], str]:
    """What of an organization or a group an address asks for, in any state, and where the list of all of it
    is if there is more. Raises NotFound for an organization of which nothing is theirs to see."""
    chosen = chosen_of(query) | {"status": EVERY}
    organizations = organizations_of(looking, chosen) or ()
    if not any(looking.covers(each) for each in organizations):
        raise NotFound("not-found")
    found = await listing.page(pool, looking, wanted_of(looking, chosen), "", PORTION)
    rows = [row(looking, each, f"?{urlencode(chosen)}") for each in found.items]
    return rows, f"{HERE}?{urlencode(chosen)}" if found.more else ""


async def read(pool: Pool, looking: Looking, query: Mapping[str, str], limit: int = PORTION) -> Queue:
    """What somebody sees of what an address asks for."""
    chosen = chosen_of(query)
    wanted = wanted_of(looking, chosen, query.get("before", ""))
    found = await listing.page(pool, looking, wanted, chosen.get("municipality", ""), limit)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *looking.places)
        counted = await listing.counts(db, looking)
        named = await issues.every(db, _whole(looking), looking.campaign.id)
    onward = urlencode({**chosen, "before": str(found.items[-1].initiative.number)}) if found.more else ""
    return Queue(
        rows=[row(looking, each, carried(query)) for each in found.items],
        counts=_counts(counted),
        chosen=chosen,
        next=f"{HERE}?{onward}" if onward else "",
        alike=found.alike,
        issues=named,
    )


async def every(pool: Pool, looking: Looking, query: Mapping[str, str], limit: int = AT_ONCE) -> Listing:
    """All that an address asks for, so many at most: to be decided on together, or taken along."""
    chosen = chosen_of(query)
    wanted = replace(wanted_of(looking, chosen), before=None)
    return await listing.page(pool, looking, wanted, chosen.get("municipality", ""), limit)


def _counts(counted: Mapping[InitiativeStatus, Counted]) -> Counts:
    def of(*statuses: InitiativeStatus) -> int:
        return sum(counted.get(status, NOTHING).n for status in statuses)

    return Counts(
        waiting=of(*UNDECIDED),
        overdue=sum(each.late for each in counted.values()),
        returned=of(InitiativeStatus.RETURNED),
        determined=of(InitiativeStatus.DETERMINED),
        put_forward=of(InitiativeStatus.PUT_FORWARD),
        every=of(*counted),
    )


def choices(looking: Looking, queue: Queue) -> dict[str, Sequence[Option]]:
    """What each filter offers."""
    picture = looking.known.picture
    shown = [each for each in STATUSES if looking.statuses(each)]
    statuses = [Option(WAITING, "Ждут решения"), Option(EVERY, "Все")]
    organizations = _organizations(looking)
    places = [Option(code, picture.name_of(code)) for code in looking.places]
    return {
        "statuses": [*statuses, *(Option(each.value, STATUSES[each]) for each in shown)],
        "directions": [Option(d.code, d.name) for d in looking.campaign.directions],
        "organizations": organizations,
        "municipalities": places if len(places) > 1 else [],
        "issues": [Option(str(each.id), each.name) for each in queue.issues],
    }


def _organizations(looking: Looking) -> list[Option]:
    """Those of which somebody sees initiatives: of the whole of a municipality all that it has founded."""
    picture = looking.known.picture
    whole = {sight.municipality for sight in looking.sights if sight.whole}
    own = {id_ for sight in looking.sights for id_ in sight.organizations}
    found = [o for o in picture.organizations.values() if o.id in own or picture.home_of(o) in whole]
    return [Option(str(o.id), o.name) for o in sorted(found, key=lambda o: alphabet(o.name))]


def _whole(looking: Looking) -> list[str]:
    return [sight.municipality for sight in looking.sights if sight.whole or sight.directions]


def ids_of(listing_: Listing) -> list[UUID]:
    """The ids of a portion."""
    return [each.initiative.id for each in listing_.items]
