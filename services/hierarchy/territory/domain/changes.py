"""What an import changes: only what differs from what is known is written and announced."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from services.hierarchy.territory.domain.structure import Municipality, Organization, Smo

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing", Municipality, Organization, Smo)


@dataclass(frozen=True, slots=True)
class Changes(Generic[Thing]):
    """The difference between a file and what is known. `before`: what the changed were until now, in their
    order; `missing` is known and not in the file."""

    added: tuple[Thing, ...]
    changed: tuple[Thing, ...]
    before: tuple[Thing, ...]
    unchanged: tuple[Thing, ...]
    missing: tuple[Thing, ...]

    @property
    def saved(self) -> tuple[Thing, ...]:
        """What is to be stored and announced."""
        return self.added + self.changed


def compare(known: Mapping[Key, Thing], wanted: Mapping[Key, Thing]) -> Changes[Thing]:
    """Compare by key. What is wanted and differs gets the next version; missing things stay."""
    both = [(known[key], thing) for key, thing in wanted.items() if key in known]
    different = [(old, new) for old, new in both if not is_same(old, new)]
    return Changes(
        added=tuple(thing for key, thing in wanted.items() if key not in known),
        changed=tuple(next_version(old, new) for old, new in different),
        before=tuple(old for old, _ in different),
        unchanged=tuple(old for old, new in both if is_same(old, new)),
        missing=tuple(thing for key, thing in known.items() if key not in wanted),
    )


def is_same(old: Thing, new: Thing) -> bool:
    """Whether nothing but the version differs."""
    return replace(new, version=old.version) == old


def next_version(old: Thing, new: Thing) -> Thing:
    """The new state under the number after the old one's."""
    return replace(new, version=old.version + 1)
