"""What initiatives came to, in memory: how many are in which status, by which level and whether in time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple, TypeAlias

from contracts.initiatives import InitiativeStatus
from services.chassis.db.pool import Db
from services.metrics.domain import IN_TIME, LEVEL, NO, ORIGIN, STATUS, YES
from services.metrics.store import figures
from services.metrics.store.figures import LifeTotal

Cells: TypeAlias = "Counter[tuple[str, str]]"
"""(Family, key) → n."""


class Funnel(NamedTuple):
    """How many initiatives reached a stage: they are in it or beyond; and how many are aside. All of them are
    counted as submitted."""

    accepted: int
    determined: int
    put_forward: int
    returned: int
    merged: int
    declined: int
    withdrawn: int


class Life:
    """What the initiatives of some municipalities came to."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def funnel(self, at_once: bool) -> Funnel:
        """`at_once`: whether the campaign accepts at once; then whatever was submitted is accepted."""
        n = self._in
        put_forward = n(InitiativeStatus.PUT_FORWARD)
        determined = n(InitiativeStatus.DETERMINED) + put_forward
        accepted = n(InitiativeStatus.ACCEPTED) + (n(InitiativeStatus.SUBMITTED) if at_once else 0)
        return Funnel(
            accepted=accepted + determined,
            determined=determined,
            put_forward=put_forward,
            returned=n(InitiativeStatus.RETURNED),
            merged=n(InitiativeStatus.MERGED),
            declined=n(InitiativeStatus.DECLINED),
            withdrawn=n(InitiativeStatus.WITHDRAWN),
        )

    def _in(self, status: InitiativeStatus) -> int:
        return self._cells[STATUS, status]

    @property
    def submitted(self) -> int:
        """How many there are: each is in one status."""
        return sum(n for (family, _), n in self._cells.items() if family == STATUS)

    @property
    def in_time(self) -> int:
        """How many were decided in time, by their last decision."""
        return self._cells[IN_TIME, YES]

    @property
    def late(self) -> int:
        """How many were not."""
        return self._cells[IN_TIME, NO]

    @property
    def levels(self) -> dict[str, int]:
        """Which level decided last."""
        return self._by(LEVEL)

    @property
    def origins(self) -> dict[str, int]:
        """Which level wrote it, of those that a body wrote."""
        return self._by(ORIGIN)

    def _by(self, family: str) -> dict[str, int]:
        return {key: n for (of, key), n in sorted(self._cells.items()) if of == family and n}


def by_direction(counted: Iterable[tuple[str, str, int]]) -> dict[str, Life]:
    """What the initiatives of each direction came to, of (direction, status, n)."""
    cells: defaultdict[str, Cells] = defaultdict(Counter)
    for direction, status, n in counted:
        cells[direction][STATUS, status] += n
    return {direction: Life(own) for direction, own in cells.items()}


class LifeSums:
    """What is counted of initiatives' lives, by municipality, with their sums kept beside."""

    def __init__(self) -> None:
        self.own: dict[str, Cells] = {}
        self._whole: Cells = Counter()

    async def read(self, db: Db, campaign: str, codes: Collection[str] | None = None) -> set[str]:
        """Read what is counted in some municipalities, or in all; those in which anything changed."""
        if codes is not None:
            return self.put(codes, await figures.lives_of(db, campaign, codes))
        totals = await figures.lives(db, campaign)
        return self.put({total.municipality for total in totals} | self.own.keys(), totals)

    def put(self, codes: Iterable[str], totals: Iterable[LifeTotal]) -> set[str]:
        """Set what is counted in some municipalities to these; those in which anything changed."""
        cells: dict[str, Cells] = {code: Counter() for code in codes}
        for total in totals:
            if total.municipality in cells:
                cells[total.municipality][total.family, total.key] = total.n
        return {code for code, own in cells.items() if self._put(code, own)}

    def change(self, totals: Iterable[LifeTotal]) -> set[str]:
        """Set these cells alone; the municipalities in which anything changed."""
        cells: dict[str, Cells] = {}
        for total in totals:
            own = cells.setdefault(total.municipality, self.own.get(total.municipality, Counter()).copy())
            own[total.family, total.key] = total.n
        return {code for code, changed in cells.items() if self._put(code, changed)}

    def _put(self, code: str, cells: Cells) -> bool:
        before = self.own.get(code, Counter())
        if before == cells:
            return False
        self._whole.subtract(before)
        self._whole.update(cells)
        self.own[code] = cells
        return True

    def take(self, codes: Iterable[str], other: "LifeSums") -> set[str]:
        """Take over from another picture what it has of some municipalities; those in which it is new."""
        return {code for code in codes if self._put(code, other.own.get(code, Counter()))}

    def only(self, codes: Collection[str]) -> "LifeSums":
        """The same of some municipalities alone."""
        part = LifeSums()
        part.take(codes, self)
        return part

    @property
    def whole(self) -> Life:
        """What all have together."""
        return Life(self._whole)

    def of(self, codes: Iterable[str]) -> Life:
        """What some municipalities have together."""
        cells: Cells = Counter()
        for code in codes:
            if code in self.own:
                cells.update(self.own[code])
        return Life(cells)
