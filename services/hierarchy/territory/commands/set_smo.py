"""Set up a council of municipal formations (СМО) and who belongs to it, on the screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Conflict, Invalid, NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import administrator
from services.hierarchy.core.domain.audit import SMO_SET
from services.hierarchy.core.store import audit, locks
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.territory.commands.apply_changes import Plan, apply_changes
from services.hierarchy.territory.domain.changes import compare
from services.hierarchy.territory.domain.smos import check_smo_name, next_id
from services.hierarchy.territory.domain.structure import Municipality, Smo
from services.hierarchy.territory.store import municipalities, smos


@dataclass(frozen=True, slots=True)
class SmoSettings:
    """An SMO as it shall be: a new one without `id`; `members` are the codes of districts and okrugs, whose
    settlements go with them; `covers_all`: it is the catch-all, to which every municipality without an SMO
    belongs, now or later."""

    id: str
    name: str
    covers_all: bool
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class SmoSet:
    """The id of the SMO that is set."""

    smo: str


async def set_smo(pool: Pool, by: Staff, given: SmoSettings, at: Moment) -> SmoSet:
    """A municipality that is chosen leaves the SMO it was in.

    Raises NotFound for anybody but an administrator and for an unknown SMO or municipality, Invalid for a
    name, Conflict if another SMO is the catch-all already.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, SmoSet):
            return done
        who = administrator(by)
        await tenancy.see(db, EVERYBODY)
        await locks.structure(db)
        councils, known = await smos.all_by_id(db), await municipalities.all_by_code(db)
        council = _council(given, councils)
        if missing := given.members - known.keys():
            raise NotFound("municipality-unknown", code=min(missing))
        changes = compare(councils, councils | {council.id: council})
        moves = compare(known, _moved(council, given.members, known))
        await apply_changes(
            db,
            [
                Plan("smos", changes, smos.save, lambda smo: smo.name),
                Plan("municipalities", moves, municipalities.save, lambda m: m.name),
            ],
        )
        if changes.saved or moves.saved:
            await audit.note(db, REGION, who, at.now, SMO_SET, f"smo:{council.id}")
        return await idempotency.keep(db, at, SmoSet(council.id))


def _council(given: SmoSettings, councils: Mapping[str, Smo]) -> Smo:
    if given.id and given.id not in councils:
        raise NotFound("smo-unknown", field="of")
    others = [other for other in councils.values() if other.id != given.id]
    checks = Checks()
    name = checks.take(lambda: _name(given.name, others))
    checks.take(lambda: _check_catch_all(given, others))
    checks.settle()
    return Smo(given.id or next_id(councils), name, given.covers_all)


def _name(given: str, others: Iterable[Smo]) -> str:
    name = check_smo_name(given)
    if any(other.name.casefold() == name.casefold() for other in others):
        raise Invalid("smo-name-taken", field="name")
    return name


def _check_catch_all(given: SmoSettings, others: Iterable[Smo]) -> None:
    for other in others:
        if other.covers_all and given.covers_all:
            raise Conflict("smo-of-the-rest", field="all", name=other.name)


def _moved(
    council: Smo, members: frozenset[str], known: Mapping[str, Municipality]
) -> dict[str, Municipality]:
    """Every municipality under the SMO it belongs to from now on; a settlement goes with its district."""
    moved = {}
    for code, municipality in known.items():
        left = None if municipality.smo == council.id else municipality.smo
        chosen = (municipality.parent or code) in members
        rest = council.covers_all and left is None
        moved[code] = replace(municipality, smo=council.id if chosen or rest else left)
    return moved
