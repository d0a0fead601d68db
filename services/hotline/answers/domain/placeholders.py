"""Placeholders of answers: what is filled in when an answer is sent. A closed list."""

import re
from collections.abc import Mapping
from enum import StrEnum

from services.chassis.errors import Invalid


class Placeholder(StrEnum):
    """What can be filled in; the value is how it is written, between braces."""

    NAME = "имя"
    NUMBER = "номер"
    THEME = "тема"
    DUE = "срок"
    LINE = "линия"
    STAFF = "сотрудник"
    ORGANIZATION = "организация"
    MUNICIPALITY = "муниципалитет"


MEANINGS: Mapping[Placeholder, str] = {
    Placeholder.NAME: "как зовут того, кто обратился",
    Placeholder.NUMBER: "номер обращения",
    Placeholder.THEME: "тема обращения",
    Placeholder.DUE: "к какому времени ответим",
    Placeholder.LINE: "телефон горячей линии",
    Placeholder.STAFF: "кто отвечает",
    Placeholder.ORGANIZATION: "организация, о которой обращение",
    Placeholder.MUNICIPALITY: "муниципальное образование",
}
"""What each stands for, as the form explains it."""

OPEN_TO_ALL = frozenset({Placeholder.MUNICIPALITY, Placeholder.LINE})
"""What is known without an inquiry; nothing else may stand in an answer that everybody reads."""

IN_BRACES = re.compile(r"\{([^{}]*)\}")


def check(text: str) -> str:
    """The text with its placeholders written alike. Raises Invalid for one that there is not."""
    known = {placeholder.value for placeholder in Placeholder}

    def alike(found: re.Match[str]) -> str:
        name = " ".join(found[1].lower().split())
        if name not in known:
            listed = ", ".join(f"{{{each}}}" for each in Placeholder)
            raise Invalid("placeholder-unknown", field="text", name=found[0][:60], known=listed)
        return f"{{{name}}}"

    return IN_BRACES.sub(alike, text)


def used_in(text: str) -> list[Placeholder]:
    """The placeholders of a text, each once, in their order."""
    names = dict.fromkeys(IN_BRACES.findall(text))
    return [Placeholder(name) for name in names if name in set(Placeholder)]


def fill(text: str, facts: Mapping[Placeholder, str]) -> str:
    """The text with what is known filled in; what is not stays as it is, for whoever sends it to see."""
    given = {placeholder.value: fact for placeholder, fact in facts.items() if fact}
    return IN_BRACES.sub(lambda found: given.get(found[1], found[0]), text)


def check_filled(text: str) -> str:
    """The text, if nothing in it is left to fill in. Raises Invalid."""
    if left := used_in(text):
        names = ", ".join(f"{{{each}}}" for each in left)
        raise Invalid("placeholder-left", field="text", names=names)
    return text


def check_open_to_all(text: str) -> None:
    """Refuse to show everybody what is filled in from an inquiry. Raises Invalid."""
    if personal := [each for each in used_in(text) if each not in OPEN_TO_ALL]:
        raise Invalid("answer-personal", names=", ".join(f"{{{each}}}" for each in personal))
