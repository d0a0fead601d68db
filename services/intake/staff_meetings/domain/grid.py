"""The grid of a staff meeting's ideas: what is typed in each row, and the row that it means. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from contracts.structure import CampaignDefined, Term
from services.chassis.errors import Checks, Invalid, Refused
from services.chassis.text import several_lines
from services.intake.assisted.domain import AUTHORS_MOST, Known, NewPerson, Row
from services.intake.core.domain import check_classifier
from services.intake.initiatives.domain import DRAFT_TEXT_LONGEST, DRAFT_TITLE_LONGEST, check_text
from services.intake.participants.domain import Consent, ConsentKind
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import Person
from services.intake.staff_meetings.domain.terms import begins_words, choice_of, folded, words_of

FIELDS = ("authors", "direction", "form", "title", "text")
"""The columns of the grid, in their order."""

LONGEST = {
    "authors": 2_000,
    "direction": 300,
    "form": 300,
    "title": DRAFT_TITLE_LONGEST,
    "text": DRAFT_TEXT_LONGEST,
}
"""Characters that are kept of what is typed: what is still to be shortened is kept as well."""

APART = re.compile(r"[,;\n]")
NUMBERED = re.compile(r"№?\s*([0-9]{1,4})\b[\s.)]*(.*)")


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row as it is typed; with its initiative once it is sent."""

    key: UUID
    authors: str = ""
    direction: str = ""
    form: str = ""
    title: str = ""
    text: str = ""
    initiative: UUID | None = None
    number: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed that is not taken over from above."""
        return not (self.authors or self.title or self.text)

    @property
    def is_sent(self) -> bool:
        """Whether it is an initiative already."""
        return self.initiative is not None


def kept_of(rows: Sequence[GridRow]) -> list[GridRow]:
    """What is kept of rows that are typed: all but the blank ones, and these as long as they may be."""
    kept = (row for row in rows if not row.is_blank)
    return [
        replace(row, **{name: getattr(row, name)[:most] for name, most in LONGEST.items()}) for row in kept
    ]


def completed(rows: Sequence[GridRow], above: Sequence[GridRow], people: Sequence[Person]) -> list[GridRow]:
    """The rows with the direction and the form of the row above where they say none, and with their authors
    as the grid shows them."""
    direction, form = (above[-1].direction, above[-1].form) if above else ("", "")
    found: list[GridRow] = []
    for row in rows:
        direction, form = row.direction or direction, row.form or form
        found.append(replace(row, authors=briefly(row.authors, people), direction=direction, form=form))
    return found


def check_row(
    meeting: StaffMeeting, campaign: CampaignDefined, people: Sequence[Person], given: GridRow
) -> Row:
    """The initiative that a row means. Raises Invalid, with everything that is wrong."""
    checks, forms = Checks(), forms_of(campaign)
    authors = checks.take(lambda: _here(authors_of(given.authors, people)))
    direction = checks.take(lambda: _direction(campaign, given.direction))
    form = choice_of(forms, given.form) or given.form
    checks.take(lambda: check_classifier(campaign, "initiative", {"form": form}))
    title = checks.take(lambda: check_text("title", given.title, campaign.limits.title))
    text = checks.take(lambda: check_text("text", given.text, campaign.limits.text))
    checks.settle()
    return Row(given.key, tuple(_author(meeting, person) for person in authors), direction, form, title, text)


def authors_of(given: str, people: Sequence[Person]) -> list[Person]:
    """Those of the sheet who are named by number, or by letters of their names. Raises Invalid."""
    tokens = _tokens(given)
    if not tokens:
        raise Invalid("authors-none", field="authors")
    found = list(dict.fromkeys(_named(token, people) for token in tokens))
    if len(found) > AUTHORS_MOST:
        raise Invalid("authors-too-many", field="authors", limit=AUTHORS_MOST, count=len(found))
    return found


def briefly(given: str, people: Sequence[Person]) -> str:
    """Authors as the grid shows them, each by number and name; as they were typed where that is not clear."""
    try:
        return ", ".join(person.brief for person in authors_of(given, people))
    except Refused:
        return given


def unnamed(given: str, whom: Person, people: Sequence[Person]) -> str:
    """Authors with a number alone where somebody of the sheet is named, or may be."""
    tokens = _tokens(given)
    told = [str(whom.nth) if _may_mean(token, whom, people) else token for token in tokens]
    return given if told == tokens else ", ".join(told)


def forms_of(campaign: CampaignDefined) -> list[Term]:
    """The forms of an initiative in a campaign; it may ask for none."""
    return _terms(campaign, "initiative", "form")


def positions_of(campaign: CampaignDefined) -> list[Term]:
    """Who a participant may be in a campaign; it may ask for nothing of the kind."""
    return _terms(campaign, "participant", "position")


def key_of(meeting: UUID, nth: int) -> UUID:
    """By what a person of a sheet is known while rows are entered."""
    return uuid5(meeting, str(nth))


def _terms(campaign: CampaignDefined, of: str, code: str) -> list[Term]:
    return [term for c in campaign.classifiers if (c.of, c.code) == (of, code) for term in c.values]


def _direction(campaign: CampaignDefined, given: str) -> str:
    if found := choice_of(campaign.directions, given):
        return found
    raise Invalid("grid-direction-unknown" if given else "grid-direction-missing", "direction", given=given)


def _tokens(given: str) -> list[str]:
    return [token for part in APART.split(several_lines(given)) if (token := part.strip())]


def _here(authors: list[Person]) -> list[Person]:
    for person in authors:
        if person.erased:
            raise Invalid("authors-withdrawn", field="authors", nth=person.nth)
        if person.moved and not person.email:
            raise Invalid("authors-moved", field="authors", nth=person.nth)
    return authors


def _may_mean(token: str, person: Person, people: Sequence[Person]) -> bool:
    try:
        return _named(token, people) == person
    except Invalid:
        numbered = NUMBERED.fullmatch(token)
        typed = words_of(numbered[2] if numbered else token)
        return bool(typed) and begins_words(person.name, typed)


def _named(token: str, people: Sequence[Person]) -> Person:
    if numbered := NUMBERED.fullmatch(token):
        return _numbered(int(numbered[1]), numbered[2], people)
    typed = words_of(token)
    found = [person for person in people if typed and begins_words(person.name, typed)]
    exact = [person for person in found if folded(person.name) == folded(token)]
    by_family = [person for person in found if words_of(person.name)[0].startswith(typed[0])]
    for narrowed in (exact, by_family, found):
        if len(narrowed) == 1:
            return narrowed[0]
    if found:
        whom = ", ".join(person.brief for person in (by_family or found)[:5])
        raise Invalid("authors-ambiguous", field="authors", given=token, whom=whom)
    raise Invalid("authors-unknown", field="authors", given=token)


def _numbered(nth: int, name: str, people: Sequence[Person]) -> Person:
    person = next((each for each in people if each.nth == nth), None)
    if person is None:
        raise Invalid("authors-unknown", field="authors", given=f"№ {nth}")
    if not person.erased and not begins_words(person.name, words_of(name)):
        raise Invalid("authors-mismatch", field="authors", nth=nth, name=person.name)
    return person


def _author(meeting: StaffMeeting, person: Person) -> NewPerson | Known:
    # Who has an address is known by it, wherever they are registered.
    if person.participant and not person.email:
        return Known(person.participant)
    number = person.consent or f"лист регистрации, № {person.nth}"
    return NewPerson(
        name=person.name,
        email=person.email,
        position=person.position,
        consent=Consent(ConsentKind.PAPER, meeting.day, number),
        new=person.another,
        key=key_of(meeting.id, person.nth),
    )
