"""Letterheads: what the acts of a municipality are printed on (бланк)."""

from dataclasses import dataclass

from services.chassis import text
from services.chassis.errors import Checks, Invalid

LONGEST_ISSUER, LONGEST_PLACE, LONGEST_PREAMBLE, LONGEST_CONTROL = 300, 100, 1000, 500
"""Characters: what fills a page is no letterhead."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues the acts (in one line or several), where, with which words before the points, and the last
    point, which says who controls (контроль); empty: without."""

    issuer: str = ""
    place: str = ""
    preamble: str = ""
    control: str = ""


PLAIN = Letterhead()
"""Where none is set."""


def check_letterhead(given: Letterhead) -> Letterhead:
    """A letterhead as it is stored. Raises Invalid with everything wrong."""
    checks = Checks()
    issuer = text.several_lines(given.issuer)
    checks.take(
        lambda: text.check_length(
            issuer, LONGEST_ISSUER, "letterhead-issuer", "letterhead-issuer", field="issuer"
        )
    )
    place, preamble = text.one_line(given.place), text.several_lines(given.preamble)
    control = text.one_line(given.control)
    checks.take(lambda: _check_longest(place, LONGEST_PLACE, "letterhead-place", "place"))
    checks.take(lambda: _check_longest(preamble, LONGEST_PREAMBLE, "letterhead-preamble", "preamble"))
    checks.take(lambda: _check_longest(control, LONGEST_CONTROL, "letterhead-control", "control"))
    checks.settle()
    return Letterhead(issuer, place, preamble, control)


def _check_longest(given: str, most: int, slug: str, field: str) -> None:
    if len(given) > most:
        raise Invalid(slug, field, limit=most, length=len(given))
