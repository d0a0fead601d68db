"""The texts of letters: plain templates in the rooms' `letters/`, the subject in the first line."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import minijinja

from services.chassis.text import plural, whole_number

ENVIRONMENT = minijinja.Environment(
    undefined_behavior="strict",
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    filters={"number": whole_number, "plural": plural},
)


class Text(NamedTuple):
    """A letter's subject and body."""

    subject: str
    body: str


def text(room: str, name: str, **values: object) -> Text:
    """The letter `letters/{name}.txt` of a room (its package), with these values filled in."""
    subject, _, body = ENVIRONMENT.render_str(_template(room, name), **values).partition("\n\n")
    return Text(subject.strip(), body)


@cache
def _template(room: str, name: str) -> str:
    return files(room).joinpath("letters", f"{name}.txt").read_text("utf-8")
