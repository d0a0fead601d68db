"""Who may see which figures: everybody where the campaign says so, else the staff by grants (rule 5)."""

from collections.abc import AsyncIterator, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from contracts.appointments import Role, Scope
from contracts.structure import OrganizationDefined
from services.chassis.db.away import UNREACHABLE
from services.chassis.errors import Forbidden, NotFound, Unauthorized
from services.chassis.web import sse
from services.chassis.web.requests import AnyRequest
from services.directory.grants import Staff
from services.directory.staff import LONGEST_STREAM, StaffDesk
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.web.picture import Gaps

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page: whether one of the staff, the municipalities whose coverage is theirs, and those
    over the whole of which they stand in the line of subordination."""

    staff: bool
    sees: AbstractSet[str] = frozenset()
    leads: AbstractSet[str] = frozenset()
    opens: AbstractSet[str] = frozenset()
    """Whose plan is theirs in the cabinet: of the whole municipality, of its SMO, and the administrator's."""
    calls: AbstractSet[str] = frozenset()
    """Whom they may call to a meeting, as an SMO."""

    def is_inside(self, codes: Collection[str]) -> bool:
        """Whether nothing of these municipalities lies outside their line."""
        return self.leads >= set(codes)


NOBODY = Viewer(False)


class Rights:
    """Lets people see figures, or says why not."""

    def __init__(self, desk: StaffDesk, figures: LiveFigures) -> None:
        self._desk, self._figures = desk, figures

    @property
    def totals_are_public(self) -> bool:
        """Whether both totals of every municipality are open to everybody."""
        return self._figures.structure.totals_are_public

    async def of_region(self, request: AnyRequest, open_page: bool = False) -> Figures:
        """The picture that somebody sees: the whole one, or that of their own municipalities. A page that is
        open already asks on with the token that it began with. Raises Unauthorized or Forbidden."""
        if self.totals_are_public:
            return self._figures
        staff = await self._staff(request, LONGEST_STREAM if open_page else timedelta(0))
        seen = seen_by(staff, self._figures)
        if not seen & self._figures.structure.municipalities.keys():
            raise Forbidden("figures-not-yours")
        return await self._figures.part(seen)

    async def check_totals(self, request: AnyRequest, codes: Collection[str]) -> None:
        """The totals of some municipalities. Raises Unauthorized, and NotFound if one of them is foreign."""
        if not self.totals_are_public:
            await self.check_staff(request, codes)

    async def check_staff(self, request: AnyRequest, codes: Collection[str]) -> None:
        """What is the staff's in every campaign. Raises Unauthorized, and NotFound if one is foreign."""
        if not seen_by(await self._staff(request), self._figures).issuperset(codes):
            raise NotFound("within-unknown")

    async def own(self, request: AnyRequest) -> set[str]:
        """The municipalities whose figures are somebody's of the staff, in every campaign. Raises
        Unauthorized, and Forbidden for those who have none."""
        own = seen_by(await self._staff(request), self._figures)
        if not own & self._figures.structure.municipalities.keys():
            raise Forbidden("figures-not-yours")
        return own

    async def of_own(self, request: AnyRequest) -> Figures:
        """The picture of what is somebody's of the staff, in every campaign; the whole one, if all of it is.
        Raises as `own` does."""
        return await self._figures.part(await self.own(request))

    async def check_organization(self, request: AnyRequest, organization: OrganizationDefined) -> None:
        """One organization's figures: its coordinator's, and theirs who see its founder's for another
        reason than a school of their own. Raises Unauthorized, and NotFound if it is foreign."""
        own = await self.organizations(request, {organization.founder})
        if own is not None and str(organization.id) not in own:
            raise NotFound("within-unknown")

    async def organizations(self, request: AnyRequest, codes: Collection[str]) -> set[str] | None:
        """Those of some municipalities whose figures are somebody's: their own schools', or all (None) for
        who sees a municipality for another reason."""
        staff = await self._staff(request)
        wider = replace(staff, grants=tuple(g for g in staff.grants if g.scope is not Scope.ORGANIZATION))
        return None if seen_by(wider, self._figures).issuperset(codes) else staff.reach(Scope.ORGANIZATION)

    async def viewer(self, request: AnyRequest) -> Viewer:
        """Who looks, and whose coverage they see, for as long as their session. While the database is away
        nobody's is seen, and whoever comes with a token of the staff keeps the staff's menu."""
        try:
            staff = await self._staff(request, LONGEST_STREAM)
        except Unauthorized:
            return NOBODY
        except UNREACHABLE:
            return Viewer(self._desk.cookie in request.cookies)
        sees, leads = seen_by(staff, self._figures), set(filter(staff.oversees, staff.municipalities))
        smos = {grant.of for grant in staff.grants if grant.role is Role.SMO_OPERATOR}
        known = self._figures.structure.municipalities
        councils = {code for code, municipality in known.items() if municipality.smo in smos}
        opens = set(known) if staff.holds(Role.ADMINISTRATOR) else leads | councils
        return Viewer(True, sees, leads, opens, councils - self._figures.structure.gone)

    def gaps(self, viewer: Viewer, figures: Figures) -> Gaps:
        """The gaps in a picture that somebody sees."""
        known, gaps = figures.structure.municipalities, self._figures.gaps
        return {code: gaps.get(code) for code in viewer.sees if code in known}

    def while_allowed(
        self, request: AnyRequest, seen: Figures, frames: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        """The frames of a stream, for as long as whoever opened it may see that, and nothing else."""
        return sse.while_allowed(lambda: self._still(request, seen), frames)

    async def _staff(self, request: AnyRequest, lasting: timedelta = timedelta(0)) -> Staff:
        try:
            return await self._desk.of(request, lasting)
        except Unauthorized as error:
            raise Unauthorized("figures-for-staff") from error

    async def _still(self, request: AnyRequest, seen: Figures) -> bool:
        try:
            return await self.of_region(request, open_page=True) is seen
        except (Unauthorized, Forbidden):
            return False
        except UNREACHABLE:
            log.debug("rights_unknown")
        return True


def seen_by(staff: Staff, figures: LiveFigures) -> set[str]:
    """The municipalities whose figures are for them: all, an SMO's, or their own with its settlements."""
    s = figures.structure
    if staff.holds(Role.ADMINISTRATOR):
        return set(s.municipalities)
    own = {code for place in staff.municipalities for code in s.with_settlements(place)}
    smos = staff.reach(Scope.SMO)
    return own | {code for code, municipality in s.municipalities.items() if municipality.smo in smos}
