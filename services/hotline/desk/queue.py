"""The queue as a page shows it: what is asked for by the address, and a portion of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryStatus
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.text import one_line
from services.chassis.web.forms import Option, uuid_of
from services.directory import due
from services.directory.due import Told, group_name
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.domain.themes import Theme
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.desk.showing import CHANNELS, KINDS, LEVELS, STATUSES
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import lists
from services.hotline.inquiries.store.lists import STATES, Counts, Listed, Wanted, WhoHolds, has_ended

FILTERS = ("state", "holder", "overdue", "theme", "channel", "q")
"""What of an address chooses cases; a link to a case carries it on."""

HERE = "/hotline"

PORTION = 50
"""Cases at once."""

LONGEST = 200
"""Characters of a filter."""

OF_GROUP, OF_LEVEL = "group:", "level:"
"""Before the id of a working group, or before a level: whose cases are wanted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the queue."""

    id: UUID
    number: int
    subject: str
    who: str
    place: str
    theme: str
    channel: str
    status: str
    status_kind: str
    level: str
    holder: str
    clock: Told | None
    href: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A portion of the cases within somebody's reach, how many there are, and where it goes on. `ignored`: a
    filter of the address means nothing for what has ended."""

    rows: Sequence[Row]
    counts: Counts
    chosen: Mapping[str, str]
    next: str
    themes: Sequence[Theme]
    ignored: bool = False

    @property
    def of_open(self) -> bool:
        """Whether these are open: what has ended is not overdue, and waits for nobody."""
        return not has_ended(self.chosen.get("state", "open"))

    @property
    def query(self) -> str:
        """The filters as an address has them, with a question mark; nothing if nothing is filtered."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""


async def read(
    pool: Pool, known: Known, who: Staff, query: Mapping[str, str], now: datetime, limit: int = PORTION
) -> Queue:
    """What somebody sees of what an address asks for. Raises Invalid for a state that there is not."""
    given = {name: value for name in FILTERS if (value := one_line(query.get(name, ""))[:LONGEST])}
    chosen = _of_state(given)
    wanted = replace(_wanted(chosen, query.get("after", "")), limit=limit)
    viewer = Viewer.of(who)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        every = await themes.every(db)
        found = await lists.queue(db, viewer, wanted, now)
        counts = await lists.counts(db, viewer, now)
    names = {theme.code: theme.name for theme in every}
    onward = urlencode({**chosen, "after": str(found[-1].id)}) if len(found) == wanted.limit else ""
    rows = [_row(known, names, chosen, each, now) for each in found]
    ignored = chosen != given
    return Queue(rows, counts, chosen, f"{HERE}?{onward}" if onward else "", every, ignored)


def _of_state(given: Mapping[str, str]) -> dict[str, str]:
    """The filters that mean something for a state."""
    if not has_ended(given.get("state", "open")):
        return dict(given)
    meaningless = {"overdue": given.get("overdue"), "holder": WhoHolds.NOBODY}
    return {name: value for name, value in given.items() if value != meaningless.get(name)}


def _wanted(chosen: Mapping[str, str], after: str) -> Wanted:
    state, holder, channel = chosen.get("state", "open"), chosen.get("holder", ""), chosen.get("channel", "")
    group, level = holder.removeprefix(OF_GROUP), holder.removeprefix(OF_LEVEL)
    return Wanted(
        state=state if state in STATES else "open",
        holder=WhoHolds(holder) if holder in set(WhoHolds) else WhoHolds.ANYBODY,
        account=uuid_of(holder),
        group=uuid_of(group) if group != holder else None,
        level=Level(level) if level != holder and level in set(Level) else None,
        overdue=bool(chosen.get("overdue")),
        theme=chosen.get("theme", ""),
        channel=Channel(channel) if channel in set(Channel) else None,
        q=chosen.get("q", ""),
        after=uuid_of(after),
    )


def _row(
    known: Known, names: Mapping[str, str], chosen: Mapping[str, str], each: Listed, now: datetime
) -> Row:
    query = f"?{urlencode(chosen)}" if chosen else ""
    return Row(
        id=each.id,
        number=each.number,
        subject=each.subject,
        who=each.name,
        place=known.picture.name_of(each.municipality),
        theme=names.get(each.theme, each.theme),
        channel=CHANNELS[each.channel],
        status=STATUSES[each.status],
        status_kind=KINDS[each.status],
        level=LEVELS[each.level],
        holder=each.holder_name,
        clock=clock_of(known, each, now),
        href=f"{HERE}/cases/{each.id}{query}",
    )


def clock_of(known: Known, each: Listed, now: datetime) -> Told | None:
    """The clock that runs for whoever holds it; none while the initiator is asked, and none at the end."""
    if each.status in (InquiryStatus.NEW, InquiryStatus.TAKEN, InquiryStatus.TRANSFERRED):
        schedule = known.schedule_of(each.regulation_of, each.regulation, each.zone)
        return due.clock(schedule, each.due_at, now, warned=each.warned)
    return None


def choices(known: Known, who: Staff, queue: Queue) -> dict[str, Sequence[Option]]:
    """What each filter offers."""
    states = [Option("open", "Открытые"), Option("ended", "С ответом и закрытые")]
    own = (known.groups[id_] for id_ in sorted(Viewer.of(who).groups) if id_ in known.groups)
    holders = [
        Option("mine", "Мои"),
        *([Option("nobody", "Ничьи")] if queue.of_open else []),
        *(Option(f"{OF_GROUP}{group.id}", group_name(known.picture, group)) for group in own),
        *(Option(f"{OF_LEVEL}{level.value}", name) for level, name in LEVELS.items()),
    ]
    return {
        "states": [*states, *(Option(status.value, name) for status, name in STATUSES.items())],
        "holders": holders,
        "themes": [Option(theme.code, theme.name) for theme in queue.themes],
        "channels": [Option(channel.value, name) for channel, name in CHANNELS.items()],
    }
