"""Roles in words, as every service says them. Pure."""

from contracts.appointments import Role

TITLES: dict[Role, str] = {
    Role.ADMINISTRATOR: "администратор региона",
    Role.SMO_OPERATOR: "оператор СМО",
    Role.HEAD: "глава",
    Role.RESPONSIBLE: "ответственный за реализацию проекта",
    Role.CLERK: "доверенное лицо главы",
    Role.DEPUTY: "заместитель главы",
    Role.LEADER: "руководитель рабочей группы",
    Role.MEMBER: "член рабочей группы",
    Role.COORDINATOR: "координатор",
    Role.STAND_IN: "замещающий координатора",
    Role.HOTLINE_OPERATOR: "оператор горячей линии",
}
