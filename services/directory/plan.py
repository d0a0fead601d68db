"""The plan of the municipalities: whose targets a sum takes, and whose figures fulfil them. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from contracts.appointments import TargetScope

Parents: TypeAlias = Mapping[str, str | None]
"""Municipality → the one it is a part of, if any: a settlement's district, a transformed one's successor."""

Parts: TypeAlias = Mapping[str, frozenset[str]]
"""What `parts_of` finds, once for all municipalities."""

Scopes: TypeAlias = Mapping[str, TargetScope]
"""Municipality → whom its target is about; those without a target are not there."""


def above(code: str, parents: Parents) -> Iterator[str]:
    """What a municipality is a part of, the nearest first."""
    seen = {code}
    while (upper := parents.get(code)) and upper not in seen:
        seen.add(upper)
        yield upper
        code = upper


def lasting(scopes: Scopes, parents: Parents, gone: Collection[str]) -> dict[str, TargetScope]:
    """The targets that stand: a transformed one's (`gone`) ends with the first of its successor, of whatever
    scope, which is of the same people."""
    return {code: scope for code, scope in scopes.items() if not _is_replaced(code, scopes, parents, gone)}


def added(scopes: Scopes, parents: Parents) -> frozenset[str]:
    """Whose targets a sum takes, so that it takes each person once: those of which no part of the way up has
    a target with settlements. The others are shown beside."""
    return frozenset(code for code in scopes if not _is_within(code, scopes, parents))


def taken(codes: Iterable[str], of_all: frozenset[str]) -> frozenset[str]:
    """Whose targets the sum over a part takes: of its own those that the sum over all takes (`added`), so
    that parts add up to the whole. A settlement that is in another part than its district, another SMO's,
    is shown beside in that part as well."""
    return of_all & frozenset(codes)


def asked(codes: Iterable[str], taken: Collection[str], gone: Collection[str]) -> frozenset[str]:
    """Of whom of them a target is asked: a transformed one counts as long as a sum takes (`taken`) its."""
    return frozenset(code for code in codes if code not in gone or code in taken)


def covered(codes: Iterable[str], scopes: Scopes, parents: Parents) -> frozenset[str]:
    """Who of them has a target: their own, or one with settlements above them. The others miss theirs."""
    return frozenset(code for code in codes if code in scopes or _is_within(code, scopes, parents))


def parts_of(parents: Parents) -> dict[str, frozenset[str]]:
    """Municipality → all that is a part of it; those without parts are not there."""
    found: dict[str, set[str]] = {}
    for part in parents:
        for upper in above(part, parents):
            found.setdefault(upper, set()).add(part)
    return {code: frozenset(parts) for code, parts in found.items()}


def counted(code: str, scope: TargetScope, parts: Parts) -> frozenset[str]:
    """Whose figures fulfil a target: its municipality's alone, or with all that is a part of it."""
    own = frozenset({code})
    return own if scope is TargetScope.OWN else own | parts.get(code, frozenset())


def _is_replaced(code: str, scopes: Scopes, parents: Parents, gone: Collection[str]) -> bool:
    for upper in above(code, parents):
        if code not in gone:
            return False
        if upper in scopes:
            return True
        # The successor was transformed in its turn.
        code = upper
    return False


def _is_within(code: str, scopes: Scopes, parents: Parents) -> bool:
    return any(scopes.get(upper) is TargetScope.WITH_SETTLEMENTS for upper in above(code, parents))
