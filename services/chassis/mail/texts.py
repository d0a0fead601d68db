"""The texts of letters: plain templates in the rooms' `letters/`, the subject in the first line."""

from importlib.resources import files
from typing import NamedTuple

import minijinja

from services.chassis.text import plural, whole_number


def _source(name: str) -> str:
    room, _, file = name.partition("/")
    return files(room).joinpath("letters", file).read_text("utf-8")


ENVIRONMENT = minijinja.Environment(
    loader=_source,
    undefined_behavior="strict",
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    filters={"number": whole_number, "plural": plural},
)
"""A letter includes what it has in common with others by room and file: `services.intake.portal/end.txt`."""


class Text(NamedTuple):
    """A letter's subject and body."""

    subject: str
    body: str


def text(room: str, name: str, **values: object) -> Text:
    """The letter `letters/{name}.txt` of a room (its package), with these values filled in."""
    subject, _, body = ENVIRONMENT.render_template(f"{room}/{name}.txt", **values).partition("\n\n")
    return Text(subject.strip(), body)
