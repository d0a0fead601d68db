"""The aggregates of the region's structure, each with the event that announces it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.appointments import Scope
from contracts.structure import (
    MunicipalityDefined,
    MunicipalityKind,
    OrganizationDefined,
    SmoDefined,
)
from services.chassis.errors import Conflict, Invalid, NotFound
from services.hierarchy.core.domain.places import Place


@dataclass(frozen=True, slots=True)
class Smo:
    """A council of municipal formations. `covers_all`: whatever is imported later is its own too."""

    id: str
    name: str
    covers_all: bool
    version: int = 1

    def defined(self) -> SmoDefined:
        """The event of its present state."""
        return SmoDefined(id=self.id, version=self.version, name=self.name)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A tenant. `code` is its id for life; `parent` is the district of a settlement; `successor_of`: the
    transformed ones that it took over from."""

    code: str
    name: str
    kind: MunicipalityKind
    parent: str | None
    oktmo_now: str
    smo: str | None = None
    population: int | None = None
    audience: int | None = None
    successor_of: tuple[str, ...] = ()
    version: int = 1

    @property
    def place(self) -> Place:
        """Where somebody may have rights; without its Head and agreements, which the structure does not
        know."""
        return Place(Scope.MUNICIPALITY, self.code, self.code, self.name, smo=self.smo, parent=self.parent)

    def defined(self) -> MunicipalityDefined:
        """The event of its present state."""
        return MunicipalityDefined(
            code=self.code,
            version=self.version,
            name=self.name,
            kind=self.kind,
            parent=self.parent,
            smo=self.smo,
            oktmo_now=self.oktmo_now,
            population=self.population,
            audience=self.audience,
            successor_of=list(self.successor_of),
        )


def successors(known: Iterable[Municipality]) -> dict[str, str]:
    """Transformed municipality → the one that took over from it."""
    return {old: new.code for new in known for old in new.successor_of}


def check_transformed(known: Mapping[str, Municipality], code: str, successor: str, whole: bool) -> list[str]:
    """The codes that one takes over from: a municipality, with its settlements if `whole`.

    Raises NotFound for an unknown one, Conflict if it has a successor, Invalid for an unfit successor.
    """
    taken_over = successors(known.values())
    if code not in known:
        raise NotFound("municipality-unknown")
    if code in taken_over:
        raise Conflict("municipality-transformed", name=known[code].name)
    old = [code, *(m.code for m in known.values() if whole and m.parent == code and m.code not in taken_over)]
    if successor not in known or successor in taken_over or successor in old:
        raise Invalid("heir-unfit", field="successor")
    return old


@dataclass(frozen=True, slots=True)
class Organization:
    """A body of the budget sphere; known to its founder by `external_id`, to us by `id`."""

    id: UUID
    external_id: str
    founder: str
    place: str
    name: str
    kind: str
    headcount: int | None
    closed: bool = False
    successor: UUID | None = None
    version: int = 1

    @property
    def identity(self) -> tuple[str, str]:
        """What stays the same from import to import."""
        return self.founder, self.external_id

    def close(self, successor: "Organization | None") -> "Organization":
        """The same, closed, with its successor. Raises Conflict if it is closed, Invalid for a
        successor that is closed itself or is no other."""
        if self.closed:
            raise Conflict("organization-closed", name=self.name)
        if successor is not None and (successor.closed or successor.id == self.id):
            raise Invalid("successor-unfit", field="successor")
        whose = successor.id if successor else None
        return replace(self, closed=True, successor=whose, version=self.version + 1)

    def defined(self) -> OrganizationDefined:
        """The event of its present state."""
        return OrganizationDefined(
            id=self.id,
            version=self.version,
            external_id=self.external_id,
            founder=self.founder,
            place=self.place,
            name=self.name,
            kind=self.kind,
            headcount=self.headcount,
            closed=self.closed,
            successor=self.successor,
        )
