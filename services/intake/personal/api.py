"""HTTP: what is stored about oneself, corrected and erased."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream
from pydantic import BaseModel, Field

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.core.identity import Identity
from services.intake.corrections.commands.correct_participant import (
    Corrected,
    Correction,
    correct_participant,
)
from services.intake.participants.commands.choose_letters import Chosen, choose_letters
from services.intake.participants.domain import Letters
from services.intake.personal.commands.erase_participant import Erased, erase_participant
from services.intake.personal.domain import Texts
from services.intake.personal.reading import AllOwnData, as_json, own_data


class OwnWorkplace(BaseModel):
    """Where one works, and who one is; both replace what was said before."""

    organization: UUID | None = None
    position: str
    municipality: str | None = Field(
        None, description="Into which one moves, with all that is open; none: the one before."
    )


class WantedLetters(BaseModel):
    """Of every step, when one is returned and what becomes of it, or none."""

    letters: Letters


class Personal(Controller):
    """The participant's own data."""

    path = "/api/v1/me"
    tags = ["me"]
    security = SIGNED_IN

    @get(
        "/data",
        summary="Everything that is stored about oneself",
        responses={200: ResponseSpec(AllOwnData, generate_examples=False)},
    )
    async def data(
        self,
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Stream:
        """200 with all of it; 404 once it was erased."""
        found, _ = await own_data(pool, picture, who)
        content = as_json(pool, picture, who, found, at.now)
        return Stream(content, media_type="application/json", headers={"Cache-Control": "no-store"})

    @put(
        summary="Correct one's municipality, organization and position",
        status_code=200,
        operation_class=Repeatable,
    )
    async def correct(
        self,
        data: JSONBody[OwnWorkplace],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        identity: NamedDependency[Identity],
        at: NamedDependency[Moment],
    ) -> Corrected:
        """200 with what is counted from now on. The token stays good."""
        corrected = await correct_participant(pool, picture, who, Correction(**dict(data)), at)
        if corrected.municipality != who.municipality:
            identity.note_move(who.participant_id)
        return corrected

    @put(
        "/letters",
        summary="Choose which letters about one's initiatives one gets",
        status_code=200,
        operation_class=Repeatable,
    )
    async def choose(
        self,
        data: JSONBody[WantedLetters],
        pool: NamedDependency[Pool],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Chosen:
        """200 with what is written from now on; codes for signing in come always."""
        return await choose_letters(pool, who, data.letters, at)

    @delete(summary="Withdraw the consent: everything personal is erased", status_code=200)
    async def erase(
        self,
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
        texts: Annotated[Texts, QueryParameter()] = Texts.KEPT,
    ) -> Erased:
        """200, also when repeated. `texts` of initiatives: keep (without an author) or remove."""
        return await erase_participant(pool, picture, who, texts, at.now)
