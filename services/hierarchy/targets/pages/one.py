"""Pages: the targets of a municipality: set, prepared, entered from a letter, and how they came to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role, Scope, TargetScope
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.forming import region_zone
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns
from services.hierarchy.targets.commands.prepare_target import NewDraft, prepare_target
from services.hierarchy.targets.commands.set_target import NewTarget, set_target
from services.hierarchy.targets.domain.listing import ABOUT, LETTER
from services.hierarchy.targets.domain.proposals import Known, Proposal, has_parts, named_settlements, propose
from services.hierarchy.targets.domain.targets import Draft, Typed, TypedPaper, Version, is_setting
from services.hierarchy.targets.store import targets
from services.hierarchy.targets.store.targets import Entry
from services.hierarchy.territory.domain.structure import Municipality
from services.hierarchy.territory.store import municipalities

DEEDS = {"sets": Deed.SET_TARGETS, "prepares": Deed.PREPARE_TARGETS, "enters": Deed.ENTER_TARGETS}


class TargetPages(Controller):
    """The targets of a municipality."""

    path = "/cabinet/municipalities/{code:str}/targets"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def read(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """What stands, how it came to be, and the form for whoever sets, prepares or enters it."""
        return await _page(visit, code)

    @post()
    async def set_(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """A new version, by act or by letter."""
        form = await visit.sent()
        paper = TypedPaper(form.of("number"), form.of("day"))
        act, letter = (None, paper) if form.of("by") == LETTER else (paper, None)
        async with visit.refusing():
            seen = number_of(form.of("seen"), longest=8) or 0
            sure, prepared_at = form.of("sure") == "1", form.of("prepared_at")
            given = NewTarget(code, _typed(form), act, letter, sure, seen, prepared_at)
            await set_target(visit.pool, visit.who, given, await visit.moment())
            return visit.go(_address(code), done="set")
        return await _page(visit, code)

    @post("/draft")
    async def prepare(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """What waits for the Head."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewDraft(code, _typed(form), form.of("sure") == "1")
            await prepare_target(visit.pool, visit.who, given, await visit.moment())
            return visit.go(_address(code), done="prepared")
        return await _page(visit, code)


@dataclass(frozen=True, slots=True)
class Looked:
    """A municipality's targets, as the database has them."""

    place: Place
    known: Known
    campaign: CampaignDefined | None = None
    entries: Sequence[Entry] = ()
    draft: Draft | None = None

    def settlements(self, staff: Staff) -> list[Municipality]:
        """Its settlements whose targets are theirs to see."""
        found = named_settlements(self.known, self.place.of)
        return [each for each in found if may(staff, Deed.SEE_FIGURES, each.place)]

    def above(self) -> Option:
        """The targets of the district, whose people see no more of a settlement."""
        district = self.known[self.place.parent or self.place.of]
        return Option(_address(district.code), district.name)


async def _page(visit: Visit[Staff], code: str) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        looked = await _look(db, visit, code)
    inside = may(visit.who, Deed.READ_CONCLUSIONS, looked.place)
    back = looked.above() if not inside else Option(address_of(Scope.MUNICIPALITY, code), looked.place.name)
    deeds = {name: may(visit.who, deed, looked.place) for name, deed in DEEDS.items()}
    own = deeds["sets"] or deeds["prepares"]
    last = looked.entries[0].version if looked.entries else None
    draft, proposals = (looked.draft if own else None), _proposals(looked)
    standing = _filled(draft or last or proposals.get(TargetScope.OWN), last, draft)
    visit.form.values = standing | visit.form.values
    return await visit.page(
        "targets/one.html",
        place=looked.place,
        # An SMO calls Head and responsible person alone: it learns no other name.
        named=visit.who.oversees(code) or visit.who.holds(Role.ADMINISTRATOR),
        inside=inside,
        last=last,
        changes=list(zip_longest(looked.entries, looked.entries[1:])),
        draft=draft,
        **deeds,
        open_now=is_setting(looked.campaign, visit.now) and not looked.place.transformed,
        proposals=proposals if any(deeds.values()) else {},
        rules=looked.campaign.plan if looked.campaign else None,
        has_settlements=has_parts(looked.known, code),
        scope_words=ABOUT,
        address=_address(code),
        back=back,
        settlements=[Option(_address(each.code), each.name) for each in looked.settlements(visit.who)],
        done=visit.query.get("done", ""),
        of_campaign=looked.campaign,
        zone=region_zone(looked.campaign).key,
    )


async def _look(db: Db, visit: Visit[Staff], code: str) -> Looked:
    """Raises NotFound for a foreign municipality."""
    place, campaign = await targets.look_at(db, visit.who, code), await campaigns.current(db)
    known = await municipalities.all_by_code(db)
    if campaign is None:
        return Looked(place, known)
    entries = await targets.history(db, code, campaign)
    return Looked(place, known, campaign, entries, await targets.draft(db, code, campaign))


def _proposals(looked: Looked) -> Mapping[TargetScope, Proposal]:
    """What the empty form proposes, by scope."""
    if looked.campaign is None or looked.entries or looked.draft:
        return {}
    code, rules = looked.place.of, looked.campaign.plan
    scopes = TargetScope if has_parts(looked.known, code) else (TargetScope.OWN,)
    found = {scope: propose(rules, looked.known, code, scope) for scope in scopes}
    return {scope: proposal for scope, proposal in found.items() if proposal}


def _filled(
    given: Draft | Version | Proposal | None, last: Version | None, draft: Draft | None
) -> dict[str, str]:
    """What stands in the form: what was prepared, what is in force, or the proposal."""
    prepared_at = draft.prepared_at.isoformat() if draft else ""
    seen = {"seen": str(last.number if last else 0), "prepared_at": prepared_at}
    if given is None:
        return seen | {"scope": TargetScope.OWN.value}
    f = given.figures
    return seen | {"registered": str(f.registered), "submitted": str(f.submitted), "scope": f.scope.value}


def _typed(form: Form) -> Typed:
    return Typed(form.of("registered"), form.of("submitted"), form.of("scope"))


def _address(code: str) -> str:
    return f"{address_of(Scope.MUNICIPALITY, code)}/targets"
