"""Set up a council of municipal formations (СМО) and who belongs to it, from the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, Invalid, NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import SMO_SET
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.store import audit, locks
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.territory.commands.apply_changes import Plan, carry_out
from services.hierarchy.territory.domain.changes import compare
from services.hierarchy.territory.domain.smos import check_smo_name, next_id
from services.hierarchy.territory.domain.structure import Municipality, Smo
from services.hierarchy.territory.store import municipalities, smos


@dataclass(frozen=True, slots=True)
class WantedSmo:
    """An SMO as it shall be: a new one without `id`; `members` are the codes of districts and okrugs, whose
    settlements come along; `covers_all`: whoever has no SMO, now or later, belongs to it too."""

    id: str
    name: str
    covers_all: bool
    members: frozenset[str]


async def set_smo(pool: Pool, by: Staff, wanted: WantedSmo, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with its id. A municipality that is chosen leaves the SMO it was in.

    Raises NotFound for anybody but an administrator and for an unknown SMO or municipality, Invalid for a
    name, Conflict if another SMO covers all already.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        who = authority(by, Deed.SET_REGION, THE_REGION)
        await tenancy.see(db, EVERYBODY)
        await locks.structure(db)
        councils, known = await smos.all_by_id(db), await municipalities.all_by_code(db)
        council = _council(wanted, councils)
        if missing := wanted.members - known.keys():
            raise NotFound("municipality-unknown", code=min(missing))
        moved = _moved(council, wanted.members, known)
        changes = compare(councils, councils | {council.id: council})
        moves = compare(known, moved)
        await carry_out(
            db,
            [
                Plan("smos", changes, smos.save, lambda smo: smo.name),
                Plan("municipalities", moves, municipalities.save, lambda m: m.name),
            ],
        )
        if changes.saved or moves.saved:
            await audit.note(db, REGION, who, now, SMO_SET, f"smo:{council.id}")
        answer = Answer(200, orjson.dumps({"smo": council.id}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


def _council(wanted: WantedSmo, councils: Mapping[str, Smo]) -> Smo:
    name = check_smo_name(wanted.name)
    if wanted.id and wanted.id not in councils:
        raise NotFound("smo-unknown", field="of")
    for other in councils.values():
        if other.id != wanted.id and other.name.casefold() == name.casefold():
            raise Invalid("smo-name-taken", field="name")
        if other.id != wanted.id and other.covers_all and wanted.covers_all:
            raise Conflict("smo-of-the-rest", field="all", name=other.name)
    return Smo(wanted.id or next_id(councils), name, wanted.covers_all)


def _moved(
    council: Smo, members: frozenset[str], known: Mapping[str, Municipality]
) -> dict[str, Municipality]:
    """Everybody under the SMO they belong to from now on; a settlement goes with its district."""
    moved = {}
    for code, municipality in known.items():
        left = None if municipality.smo == council.id else municipality.smo
        chosen = (municipality.parent or code) in members
        rest = council.covers_all and left is None
        moved[code] = replace(municipality, smo=council.id if chosen or rest else left)
    return moved
