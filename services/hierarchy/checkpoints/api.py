"""HTTP: the days of interim results, the results, and what Heads conclude from them."""

from datetime import date, datetime
from typing import Annotated

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hierarchy.checkpoints.commands.list_checkpoints import day_of_path, list_checkpoints
from services.hierarchy.checkpoints.commands.look_at_results import look_at_results
from services.hierarchy.checkpoints.commands.recommend_checkpoints import (
    NewRecommendation,
    recommend_checkpoints,
)
from services.hierarchy.checkpoints.commands.set_checkpoints import (
    CheckpointsSet,
    NewCheckpoints,
    set_checkpoints,
)
from services.hierarchy.checkpoints.commands.write_conclusion import (
    ConclusionWritten,
    NewConclusion,
    write_conclusion,
)
from services.hierarchy.checkpoints.domain.days import MOST, Wanted
from services.hierarchy.checkpoints.domain.results import Checkpoint

FIGURES = (
    *("frozen_at", "registered", "submitted", "target_registered", "target_submitted"),
    *("share_registered", "share_submitted", "pace_registered", "pace_submitted", "place", "among"),
    *("gaps", "digest", "correction_registered", "correction_submitted"),
)
"""What an item has of a frozen result."""


class SettingAct(BaseModel):
    """The act of the Head."""

    number: str
    day: str


class NewDays(BaseModel):
    """Days one by one, or a rule (`weekly:fri`, `monthly:1,15`): of a municipality by an act, or recommended
    by an SMO without one. `seen`: the version that is changed, 0 for none; without it, whatever stands."""

    municipality: str | None = None
    smo: str | None = None
    days: list[str] = Field([], max_length=10 * MOST)
    rule: str = Field("", max_length=1000)
    act: SettingAct | None = None
    seen: int | None = None


class Concluded(BaseModel):
    """What a Head concludes, and in which version."""

    version: int
    text: str
    written_at: datetime


class CheckpointItem(BaseModel):
    """A day, and what was frozen at its end; null until then. Corrections are beside the figures, which never
    change."""

    day: date
    recommended: bool
    frozen_at: datetime | None = None
    registered: int | None = None
    submitted: int | None = None
    target_registered: int | None = None
    target_submitted: int | None = None
    share_registered: float | None = None
    share_submitted: float | None = None
    pace_registered: float | None = None
    pace_submitted: float | None = None
    place: int | None = None
    among: int | None = None
    gaps: int | None = None
    digest: str | None = None
    correction_registered: int | None = None
    correction_submitted: int | None = None
    conclusion: Concluded | None = None


class CheckpointPage(BaseModel):
    """The days of a municipality, in order."""

    items: list[CheckpointItem]
    next: None = None


class ConclusionText(BaseModel):
    """The text; `seen`: the version that is changed, 0 for none; without it, whatever stands."""

    text: str
    seen: int | None = None


class Checkpoints(Controller):
    """The days of interim results, and the results."""

    path = "/api/v1/checkpoints"
    tags = ("checkpoints",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="The days of a municipality with what was frozen at their ends")
    async def find(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        municipality: Annotated[str, QueryParameter(pattern="^[0-9]{8}$")],
        first: Annotated[date | None, QueryParameter(name="from", description="No day before it.")] = None,
        last: Annotated[date | None, QueryParameter(name="to", description="No day after it.")] = None,
    ) -> CheckpointPage:
        """Of the open campaign, or else of the last one. A foreign municipality is answered 404."""
        async with pool.acquire() as db, db.transaction():
            seen = await look_at_results(db, by, municipality)
            found = await list_checkpoints(db, seen, at.now)
        wanted = (each for each in found if (first or each.day) <= each.day <= (last or each.day))
        return CheckpointPage(items=[_item(each) for each in wanted])

    @post(
        summary="Set a municipality's days by an act, or recommend an SMO's",
        operation_class=Repeatable,
    )
    async def set_days(
        self,
        data: JSONBody[NewDays],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> CheckpointsSet:
        """201 with the version and all of its days. Those that have passed stay whatever is asked for."""
        wanted = Wanted(data.days, data.rule, "rule" if data.rule else "days")
        if data.smo is not None and data.municipality is None:
            return await recommend_checkpoints(pool, by, NewRecommendation(data.smo, wanted, data.seen), at)
        if data.municipality is None or data.smo is not None:
            raise Invalid("checkpoint-of", "municipality")
        act = data.act or SettingAct(number="", day="")
        new = NewCheckpoints(data.municipality, wanted, act.number, act.day, data.seen)
        return await set_checkpoints(pool, by, new, at)

    @put(
        "/{code:str}/{day:str}/conclusion",
        summary="Write what the Head concludes from a day's result",
        status_code=200,
        operation_class=Repeatable,
    )
    async def conclude(
        self,
        code: FromPath[str],
        day: FromPath[str],
        data: JSONBody[ConclusionText],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> ConclusionWritten:
        """200 with the version, and whether it is new: the same text again is none."""
        new = NewConclusion(code, day_of_path(day), data.text, data.seen)
        return await write_conclusion(pool, by, new, at)


def _item(each: Checkpoint) -> CheckpointItem:
    figures = {name: getattr(each.result, name) for name in FIGURES} if each.result else {}
    said = each.conclusion
    concluded = Concluded(version=said.number, text=said.body, written_at=said.written_at) if said else None
    return CheckpointItem(day=each.day, recommended=each.recommended, conclusion=concluded, **figures)
