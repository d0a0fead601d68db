"""Who takes part: people of the region's organizations, and some who come on their own."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from deploy.demonstration.stopped import Stopped

QUIET = 0.1
"""The share of rural settlements from which nobody comes."""

ALONE = 0.004
"""The share of the inhabitants who would come without an organization."""

SERVANTS = ("администрация", "управление образования")
"""Kinds of organization where municipal servants work."""

AT_WORK = {True: {"servant": 0.96, "deputy": 0.04}, False: {"budget": 0.97, "deputy": 0.03}}
ON_THEIR_OWN = {
    True: {"elder": 0.35, "deputy": 0.2, "council": 0.15, "resident": 0.3},
    False: {"deputy": 0.15, "council": 0.3, "resident": 0.55},
}
"""Positions by whether it is an office of servants, and by whether it is a settlement."""

ZEAL = {1.0: 0.92, 4.0: 0.06, 15.0: 0.02}
"""How much somebody writes, and the share of those who do."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where people come from: an organization, or a municipality's own people; and how many."""

    municipality: str
    organization: str | None
    kind: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class Person:
    """A participant to be. `zeal` is how much this person writes compared with others."""

    email: str
    municipality: str
    organization: str | None
    kind: str | None
    position: str
    zeal: float


def origins(folder: Path, ids: Mapping[tuple[str, str], str]) -> list[Origin]:
    """Every origin of the region; `ids` are the register's, by founder and name.

    Raises Stopped if the register is not the demonstration's.
    """
    found = [*_organizations(folder, ids), *_inhabitants(folder)]
    if not any(origin.organization for origin in found):
        raise Stopped("The organizations here are not the demonstration's: load its region first.")
    return [origin for origin in found if origin.weight > 0]


def _organizations(folder: Path, ids: Mapping[tuple[str, str], str]) -> Iterator[Origin]:
    for row in _rows(folder / "organizations.csv"):
        founder = row["founder"]
        if id_ := ids.get((founder, row["name"])):
            yield Origin(founder, id_, row["kind"], int(row["headcount"]) * activity(founder))


def _inhabitants(folder: Path) -> Iterator[Origin]:
    rows = _rows(folder / "population.csv")
    # A district's line is the total with its settlements: its inhabitants come from these.
    districts = {f"{row['code'][:5]}000" for row in rows if is_settlement(row["code"])}
    for row in rows:
        if (code := row["code"]) not in districts:
            yield Origin(code, None, None, int(row["population"]) * ALONE * activity(code))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def is_settlement(code: str) -> bool:
    """Whether a municipality belongs to a district."""
    return not code.endswith("000")


def is_rural(code: str) -> bool:
    """Whether it is a rural settlement; ОКТМО numbers those of a district from 400."""
    return int(code[5:]) >= 400


def activity(code: str) -> float:
    """How lively a municipality is, about 1; some rural settlements stay at 0. The same in every run."""
    rng = Random(f"zest of {code}")
    if is_rural(code) and rng.random() < QUIET:
        return 0.0
    return rng.lognormvariate(0, 0.35)


def gather(n: int, places: Sequence[Origin], names: Mapping[str, Any], run: int, rng: Random) -> list[Person]:
    """`n` people with addresses that no other run gives."""
    weights = [origin.weight for origin in places]
    addresses = _addresses(names, run, rng)
    return [_person(origin, next(addresses), rng) for origin in rng.choices(places, weights, k=n)]


def people_of(folder: Path) -> dict[str, Any]:
    """The names of which addresses are made."""
    names: dict[str, Any] = yaml.safe_load((folder / "people.yaml").read_text("utf-8"))
    return names


def _person(origin: Origin, email: str, rng: Random) -> Person:
    if origin.organization:
        positions = AT_WORK[origin.kind in SERVANTS]
    else:
        positions = ON_THEIR_OWN[is_settlement(origin.municipality)]
    position, zeal = _one_of(positions, rng), _one_of(ZEAL, rng)
    return Person(email, origin.municipality, origin.organization, origin.kind, position, zeal)


def _one_of(shares: Mapping[Any, float], rng: Random) -> Any:
    return rng.choices(list(shares), list(shares.values()))[0]


def _addresses(names: Mapping[str, Any], run: int, rng: Random) -> Iterator[str]:
    """`smirnova.e.p@…`, the next of that name `smirnova.e.p2@…`; a later run puts its number behind."""
    used: Counter[str] = Counter()
    of_run = f"-{run}" if run > 1 else ""
    while True:
        half = names[rng.choice(("women", "men"))]
        surname, first, patronymic = (
            rng.choice(half[part]) for part in ("surnames", "first_names", "patronymics")
        )
        name = f"{surname}.{first[0]}.{patronymic[0]}"
        used[name] += 1
        again = used[name] if used[name] > 1 else ""
        yield f"{name}{again}{of_run}@{names['domain']}"
