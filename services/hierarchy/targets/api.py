"""HTTP: targets: set, prepared, read by level; reminders of those that are missing."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import AwareDatetime, BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from contracts.appointments import TargetScope
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.reminding import Reminded
from services.hierarchy.core.store import campaigns
from services.hierarchy.targets.commands.prepare_target import NewDraft, prepare_target
from services.hierarchy.targets.commands.remind_missing import remind_missing
from services.hierarchy.targets.commands.set_target import NewTarget, TargetStored, set_target
from services.hierarchy.targets.domain.listing import items, within
from services.hierarchy.targets.domain.targets import Prepared, Typed, TypedPaper
from services.hierarchy.targets.store.views import view
from services.hierarchy.territory.store import smos


def _no_truth(given: object) -> object:
    """True is no number."""
    if isinstance(given, bool):
        raise PydanticCustomError("number", "A number is expected")
    return given


Number = Annotated[int | str, BeforeValidator(_no_truth)]
"""Also as it is typed: what is no number is refused at its field."""


class PaperText(BaseModel):
    """Number and day (2026-02-14) of an act of the Head, or of a letter to the SMO."""

    number: str
    day: str


class TargetText(BaseModel):
    """Both targets. An SMO gives a `letter` instead of the act. `seen`: the version that is replaced or
    confirmed, 0 for none; without it, whatever stands. `prepared_at`: of what the responsible person has
    prepared, which the act decides about, empty for nothing; without it, what is prepared waits on unless it
    is the same. `sure`: that they are above the population is meant."""

    municipality: str
    registered: Number
    submitted: Number
    scope: str = TargetScope.OWN.value
    act: PaperText | None = None
    letter: PaperText | None = None
    sure: bool = False
    seen: int | None = None
    prepared_at: AwareDatetime | Literal[""] | None = None


class DraftText(BaseModel):
    """Both targets, as the responsible person prepares them."""

    registered: Number
    submitted: Number
    scope: str = TargetScope.OWN.value
    sure: bool = False


class ReminderText(BaseModel):
    """Of which municipality; without one, all that have no targets."""

    municipality: str | None = None


class TargetItem(BaseModel):
    """A municipality's targets, or a sum of them, which has neither scope nor version: `with_target` of `of`
    municipalities have one. `added`: whether it is part of the sum above it, which takes each person once."""

    code: str
    name: str
    registered: int | None
    submitted: int | None
    scope: TargetScope | None
    version: int | None
    confirmed: bool | None
    added: bool
    with_target: int | None
    of: int | None


class TargetPage(BaseModel):
    """Targets by code; `missing`: the municipalities without one. `next` is a path or null."""

    items: list[TargetItem]
    missing: list[str]
    with_target: int
    of: int
    next: str | None


class MunicipalTargets(Controller):
    """Targets of the municipalities."""

    path = "/api/v1/targets"
    tags = ("targets",)
    security = SIGNED_IN

    @get(summary="Targets by level: region, smo, district or municipality")
    async def by_level(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        level: Annotated[str, QueryParameter(max_length=20)] = "municipality",
        within_: Annotated[str, QueryParameter(name="within", max_length=64)] = "",
        after: Annotated[str, QueryParameter(max_length=64)] = "",
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> TargetPage:
        """Of the open campaign, or else of the last one. `within` is an SMO's id or a municipality's code (a
        district's holds its settlements); without it, all that are theirs to see. What is not is answered
        404."""
        async with pool.acquire() as db, db.transaction():
            campaign = await campaigns.current(db)
            if campaign is None:
                raise NotFound("campaign-not-open")
            seen = await view(db, by, campaign)
            councils = {smo.id: smo.name for smo in (await smos.all_by_id(db)).values()}
        codes = within(seen.known, seen.standing, within_, seen.seen)
        found = items(level, seen.known, seen.standing, codes, councils)
        rest = [item for item in found if item.code > after][: limit + 1]
        asked: dict[str, str | int] = {"level": level, "within": within_, "limit": limit}
        page, next_ = cut(self.path, asked, rest, "code")
        total = seen.standing.together(codes)
        return TargetPage(
            items=[TargetItem.model_validate(item, from_attributes=True) for item in page],
            missing=sorted(seen.standing.missing(codes)),
            with_target=total.with_target,
            of=total.among,
            next=next_,
        )

    @post(summary="Set the targets of a municipality", operation_class=Repeatable)
    async def set(
        self,
        data: JSONBody[TargetText],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> TargetStored:
        """201 with the version, and with what is prepared and waits on. 409 `target-changed` if another one
        stands than was seen, 409 `target-draft-changed` if something else was prepared, 409
        `target-above-population` for more than there are people, unless it is `sure`."""
        act, letter = (
            TypedPaper(paper.number, paper.day) if paper else None for paper in (data.act, data.letter)
        )
        of_draft = data.prepared_at
        prepared_at = of_draft.astimezone(UTC).isoformat() if isinstance(of_draft, datetime) else of_draft
        given = NewTarget(data.municipality, _typed(data), act, letter, data.sure, data.seen, prepared_at)
        return await set_target(pool, by, given, at)

    @post(
        "/{code:str}/draft",
        summary="Prepare the targets of a municipality for its Head",
        status_code=200,
        operation_class=Repeatable,
    )
    async def prepare(
        self,
        code: FromPath[str],
        data: JSONBody[DraftText],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Prepared:
        """200 with what waits for the Head now, in the place of what was prepared before."""
        return await prepare_target(pool, by, NewDraft(code, _typed(data), data.sure), at)

    @post(
        "/reminders",
        summary="Write to the Heads and responsible persons where targets are missing",
        status_code=200,
        operation_class=Repeatable,
    )
    async def remind(
        self,
        data: JSONBody[ReminderText],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Reminded:
        """200 with how many municipalities were written to; none twice a day."""
        return await remind_missing(pool, entrance, by, data.municipality, at)


def _typed(data: TargetText | DraftText) -> Typed:
    return Typed(str(data.registered), str(data.submitted), data.scope)
