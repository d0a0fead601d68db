"""What initiators and operators write, as it is stored."""

from services.chassis import text as texts
from services.chassis.errors import Invalid

QUESTION_LONGEST, ANSWER_LONGEST, NOTE_LONGEST, SUBJECT_LONGEST = 5_000, 10_000, 2_000, 120

NAME_LONGEST = 100


def check_question(given: str) -> str:
    """A question or a reply as it is stored. Raises Invalid."""
    stored = texts.several_lines(given)
    return texts.check_length(stored, QUESTION_LONGEST, "question-empty", "question-too-long", "text")


def check_answer(given: str) -> str:
    """An answer as it is stored. Raises Invalid."""
    stored = texts.several_lines(given)
    return texts.check_length(stored, ANSWER_LONGEST, "answer-empty", "answer-too-long", "text")


def subject_of(text: str) -> str:
    """What an inquiry is about, in one line of a list."""
    line = texts.one_line(text)
    return line if len(line) <= SUBJECT_LONGEST else f"{line[: SUBJECT_LONGEST - 1].rstrip()}…"


def check_note(given: str) -> str:
    """A note for colleagues, as it is stored; none is no refusal. Raises Invalid."""
    stored = texts.several_lines(given)
    if len(stored) > NOTE_LONGEST:
        raise Invalid("note-too-long", "note", limit=NOTE_LONGEST, length=len(stored))
    return stored


def check_reason(given: str) -> str:
    """Why something is done, as it is stored. Raises Invalid."""
    stored = texts.several_lines(given)
    return texts.check_length(stored, NOTE_LONGEST, "reason-empty", "note-too-long", "reason")


def check_name(given: str) -> str:
    """How somebody wants to be called, as it is stored; nothing is no refusal. Raises Invalid."""
    stored = texts.one_line(given)
    if len(stored) > NAME_LONGEST:
        raise Invalid("name-too-long", "name", limit=NAME_LONGEST, length=len(stored))
    return stored
