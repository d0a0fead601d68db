"""Key issues: a municipality's own list, by which it marks initiatives. Pure."""

from services.chassis import text as texts

NAME_LONGEST = 200


def check_name(given: str) -> str:
    """A key issue's name as it is stored. Raises Invalid."""
    return texts.check_length(
        texts.one_line(given), NAME_LONGEST, "issue-name-empty", "issue-name-too-long", "name"
    )
