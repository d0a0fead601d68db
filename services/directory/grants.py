"""Rights: who holds which role over what, as an appointment gives it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, Scope


@dataclass(frozen=True, slots=True)
class Grant:
    """A right that an appointment gives: a role over the region, an SMO or something of a municipality.

    `serves`: the municipalities for which that one acts by agreement; `served_by`: the one that acts for it.
    """

    id: UUID
    role: Role
    scope: Scope
    of: str
    from_at: datetime
    until_at: datetime | None = None
    municipality: str | None = None
    serves: Sequence[str] = ()
    served_by: str | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of the staff, in which session, every grant that holds now, and the name in their token."""

    account: UUID
    session: UUID
    grants: tuple[Grant, ...]
    name: str = ""

    def holds(self, role: Role, of: str | None = None) -> bool:
        """Whether they act in this role; over this SMO or municipality, if one is given."""
        return any(grant.role is role and of in (None, grant.of) for grant in self.grants)

    def reach(self, scope: Scope) -> set[str]:
        """Everything of this kind over which they hold any role: ids or codes."""
        return {grant.of for grant in self.grants if grant.scope is scope}

    @property
    def municipalities(self) -> set[str]:
        """Every municipality in which they act, over the whole of it or a part, also by agreement."""
        return {code for g in self.grants if g.municipality for code in (g.municipality, *g.serves)}

    def oversees(self, municipality: str) -> bool:
        """Whether they act over the whole of a municipality, or of the one that serves it."""
        whole = (grant for grant in self.grants if grant.scope is Scope.MUNICIPALITY)
        return any(municipality in (grant.of, *grant.serves) for grant in whole)
