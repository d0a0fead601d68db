"""Roles in words, and those that one person at a time holds."""

from enum import StrEnum

from contracts.appointments import Role
from services.directory import roles

TITLES = roles.TITLES


FIRST_STEPS: dict[Role, str] = {
    Role.ADMINISTRATOR: "проверьте состав региона и дни марафона",
    Role.SMO_OPERATOR: "посмотрите, где ещё нет главы и ответственного",
    Role.HEAD: "назначьте ответственного за реализацию проекта и заместителей",
    Role.RESPONSIBLE: "посмотрите, чего ещё не хватает в муниципальном образовании",
    Role.CLERK: "посмотрите, чего ещё не хватает в муниципальном образовании",
    Role.DEPUTY: "сформируйте свою рабочую группу",
    Role.LEADER: "назначьте координаторов в организации своей группы",
    Role.MEMBER: "посмотрите, за какие организации отвечает ваша группа",
    Role.COORDINATOR: "прочитайте инструктаж: это две минуты",
    Role.STAND_IN: "прочитайте инструктаж: это две минуты",
    Role.HOTLINE_OPERATOR: "посмотрите, к кому направлять людей",
}
"""What whoever was appointed does first, as their letter says it."""


class Category(StrEnum):
    """Which of the source's three kinds a member of a working group is (`product.md`, «working group»)."""

    SERVANT = "servant"
    MANAGER = "manager"
    REPRESENTATIVE = "representative"


CATEGORIES: dict[Category, str] = {
    Category.SERVANT: "муниципальный служащий",
    Category.MANAGER: "руководитель организации бюджетной сферы",
    Category.REPRESENTATIVE: "депутат",
}

PUBLISHED = (Role.COORDINATOR, Role.STAND_IN, Role.LEADER, Role.RESPONSIBLE)
"""Whom participants contact, the nearest first."""

CALLED_BY_PHONE = frozenset({*PUBLISHED, Role.HEAD})
"""Who is asked for a telephone number: participants call some, the SMO the others."""

MEETING = frozenset(
    {Role.ADMINISTRATOR, Role.SMO_OPERATOR, Role.HEAD, Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY}
)
"""Who calls meetings, is invited to them, sees that their municipality is, or sees all of them."""

REPORTING = frozenset(Role) - {Role.ADMINISTRATOR, Role.SMO_OPERATOR, Role.HOTLINE_OPERATOR}
"""Who sends summaries up the line, or reads those of others."""

CHAIRS = frozenset({Role.HEAD, Role.RESPONSIBLE, Role.LEADER, Role.COORDINATOR})
"""Roles that one person at a time holds in a municipality, a working group or an organization."""
