"""Pages: one interim result, what the Head concludes from it, what was agreed on then, and its print."""

from dataclasses import dataclass

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.structure import CampaignDefined
from services.chassis.days import end_of
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.checkpoints.commands.list_checkpoints import day_of_path, list_checkpoints, the_one
from services.hierarchy.checkpoints.commands.look_at_results import Seen, look_at_results
from services.hierarchy.checkpoints.commands.write_conclusion import NewConclusion, write_conclusion
from services.hierarchy.checkpoints.domain.results import LONGEST_CONCLUSION, Checkpoint, Conclusion, State
from services.hierarchy.checkpoints.printing import Printout, ResultPress
from services.hierarchy.checkpoints.store import conclusions
from services.hierarchy.core.addresses import address_of_checkpoints
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.forming import region_day, region_zone
from services.hierarchy.meetings.domain.agreements import Agreement
from services.hierarchy.meetings.domain.agreements import State as Agreed
from services.hierarchy.meetings.store import agreements
from services.hierarchy.meetings.store.agreements import Wanted

MOST = 1_000
"""Agreements of one municipality that are looked at."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A checkpoint in its campaign; `versions` of the conclusion, and what was `agreed` on and open then,
    for whom they are."""

    seen: Seen
    campaign: CampaignDefined
    checkpoint: Checkpoint
    versions: list[Conclusion]
    agreed: list[Agreement]


class ResultPages(Controller):
    """One checkpoint of a municipality."""

    path = "/cabinet/municipalities/{code:str}/checkpoints/{day:str}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def read(
        self, visit: NamedDependency[Visit[Staff]], code: FromPath[str], day: FromPath[str]
    ) -> Response[str]:
        """The frozen figures beside the plan, and the conclusion."""
        return await _page(visit, code, day)

    @post()
    async def conclude(
        self, visit: NamedDependency[Visit[Staff]], code: FromPath[str], day: FromPath[str]
    ) -> Answer:
        """Another version of the conclusion."""
        form, of_day = await visit.sent(), day_of_path(day)
        async with visit.refusing():
            given = NewConclusion(code, of_day, form.of("text"), number_of(form.of("seen")) or 0)
            written = await write_conclusion(visit.pool, visit.who, given, await visit.moment())
            return visit.go(_address(code, day), done="written" if written.is_new else "unchanged")
        return await _page(visit, code, day)

    @get("/result.pdf")
    async def print_(
        self,
        visit: NamedDependency[Visit[Staff]],
        code: FromPath[str],
        day: FromPath[str],
        result_press: NamedDependency[ResultPress],
    ) -> Response[bytes]:
        """A frozen result with its conclusion, to be printed."""
        shown = await _shown(visit, code, day)
        name = shown.seen.place.name
        agreed = [(each.body, each.due, each.title) for each in shown.agreed]
        printout = Printout(name, shown.campaign, shown.checkpoint, shown.seen.texts, agreed)
        body = await result_press.printed(printout, visit.now)
        headers = as_attachment(f"Итоги на {shown.checkpoint.day} – {name}.pdf")
        return Response(body, media_type="application/pdf", headers=headers)


def _address(code: str, day: str) -> str:
    return f"{address_of_checkpoints(code)}/{day}"


async def _shown(visit: Visit[Staff], code: str, day: str) -> Shown:
    async with visit.pool.acquire() as db, db.transaction():
        seen = await look_at_results(db, visit.who, code)
        if seen.campaign is None:
            raise NotFound("checkpoint-unknown")
        checkpoint = the_one(await list_checkpoints(db, seen, visit.now), day_of_path(day))
        inside = may(visit.who, Deed.SEE_PEOPLE, seen.place)
        of = (code, seen.campaign.id, checkpoint.day)
        versions = await conclusions.versions(db, of) if inside else []
        return Shown(seen, seen.campaign, checkpoint, versions, await _agreed(db, visit, seen, checkpoint))


async def _agreed(db: Db, visit: Visit[Staff], seen: Seen, checkpoint: Checkpoint) -> list[Agreement]:
    """What the municipality had promised and not done by the end of the day, the earliest due first."""
    if checkpoint.state is State.COMING or not may(visit.who, Deed.SEE_AGREEMENTS, seen.place):
        return []
    moment = end_of(checkpoint.day, region_zone(seen.campaign))
    every = await agreements.listed(db, Wanted((), (seen.place.of,)), MOST)
    return [
        each
        for each in every
        if each.made_at < moment and (each.state is Agreed.OPEN or each.settled_at >= moment)
    ]


async def _page(visit: Visit[Staff], code: str, day: str) -> Response[str]:
    shown = await _shown(visit, code, day)
    checkpoint, campaign = shown.checkpoint, shown.campaign
    said, today = checkpoint.conclusion, region_day(campaign, visit.now)
    standing = {"text": said.body, "seen": str(said.number)} if said else {"seen": "0"}
    visit.form.values = standing | visit.form.values
    concludes = may(visit.who, Deed.CONCLUDE, shown.seen.place) and checkpoint.state is State.FROZEN
    return await visit.page(
        "cabinet/result.html",
        place=shown.seen.place,
        address=_address(code, day),
        back=address_of_checkpoints(code),
        checkpoint=checkpoint,
        r=checkpoint.result,
        left=(checkpoint.day - today).days,
        since={counter: checkpoint.since(counter) for counter in ("registered", "submitted")},
        versions=shown.versions,
        agreed=[(each, each.due < checkpoint.day) for each in shown.agreed],
        agreements=may(visit.who, Deed.SEE_AGREEMENTS, shown.seen.place),
        reads=shown.seen.texts,
        concludes=concludes and campaign.open and today <= campaign.close_until,
        last=campaign.close_until,
        limit=LONGEST_CONCLUSION,
        done=visit.query.get("done", ""),
        zone=campaign.time_zone,
    )
