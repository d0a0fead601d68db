"""What the forms of meetings hold, and how they are read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from services.chassis.web.forms import Form
from services.hierarchy.meetings.domain.invitations import Replied, Substitute
from services.hierarchy.meetings.domain.meetings import Item, Meeting
from services.hierarchy.meetings.domain.planning import Typed

"""Where meetings are."""

INVITED = "municipality:"
"""Names of the fields that stand for a municipality that is invited begin like this."""

HOUR = "10:00"
DURATION = "60"


ANSWERED = ("reason", "name", "email", "phone")


def suffix_of(form: Form, code: str) -> str:
    """Behind the names of an answer's fields, where several municipalities answer on one page."""
    of = f":{code}"
    return of if any(f"{name}{of}" in form.values for name in ANSWERED) else ""


def replied_of(form: Form, word: str, code: str) -> Replied:
    """The answer as a form has it."""
    reason, *instead = (form.of(f"{name}{suffix_of(form, code)}") for name in ANSWERED)
    return Replied(word, reason, Substitute(*instead))


def blame_answer(form: Form, code: str) -> None:
    """Refusals of an answer stand at the fields that the page has for it."""
    of = suffix_of(form, code)
    places = {name: f"{name}{of}" for name in ANSWERED} | {"municipality": "answer"}
    form.errors = {places.get(name, name): said for name, said in form.errors.items()}


def typed_of(form: Form) -> Typed:
    """The meeting as a form has it: an item of the agenda each line, and those who are ticked."""
    plain = ("title", "format", "day", "hour", "duration", "place", "link")
    given = {name: form.of(name) for name in plain}
    invited = sorted(form.ticked(INVITED))
    return Typed(agenda=form.of("agenda").split("\n"), municipalities=invited, **given)


def empty(chosen: Sequence[str]) -> dict[str, str]:
    """A new meeting, to which these are invited."""
    ticked = {f"{INVITED}{code}": "1" for code in chosen}
    return {"hour": HOUR, "duration": DURATION, "times": "1"} | ticked


def filled(meeting: Meeting, agenda: Sequence[Item], zone: str) -> Mapping[str, str]:
    """A meeting as it stands, to be changed."""
    planned, begins_at = meeting.planned, _local(meeting.begins_at, zone)
    ticked = {f"{INVITED}{code}": "1" for code in meeting.municipalities}
    return {
        "title": planned.title,
        "format": planned.format,
        "place": planned.place,
        "link": planned.link,
        "day": begins_at.date().isoformat(),
        "hour": f"{begins_at:%H:%M}",
        "duration": str(planned.duration),
        "agenda": "\n".join(item.body for item in agenda),
        "seen": str(meeting.version),
        **ticked,
    }


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
