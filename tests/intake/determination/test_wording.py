"""What an author changed, as those read it who decide."""

import time
from random import Random
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.intake.determination.reading.wording import Change, changes
from tests.intake.determination.office import ROADS, Office
from tests.intake.determination.test_pages import page

WORDS = ("мост", "мост ", "дорога ", "\n", "  ", "в ", "Лесном ")


def said(before: str, after: str) -> str:
    """Removed words in brackets, added ones in braces."""
    signs = {Change.REMOVED: "[]", Change.ADDED: "{}", Change.KEPT: ("", "")}
    return "".join(
        f"{signs[part.change][0]}{part.words}{signs[part.change][1]}" for part in changes(before, after)
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Нужен мост", "Нужен мост", "Нужен мост"),
        ("Нужен мост в Лесном", "Нужен пешеходный мост в Лесном", "Нужен {пешеходный }мост в Лесном"),
        ("Нужен мост", "Нужен мост в Лесном", "Нужен мост{ в Лесном}"),
        ("Нужен мост", "Нужна дорога", "[Нужен мост]{Нужна дорога}"),
        ("Нужен очень мост", "Нужен мост", "Нужен [очень ]мост"),
        ("мост мост", "мост", "мост[ мост]"),
        ("", "мост", "{мост}"),
        ("мост", "", "[мост]"),
    ],
)
def test_what_was_removed_and_added_is_told_apart(before: str, after: str, expected: str) -> None:
    assert said(before, after) == expected


@pytest.mark.parametrize("seed", range(20))
def test_no_word_of_either_text_is_lost(seed: int) -> None:
    random = Random(seed)
    before, after = ("".join(random.choices(WORDS, k=random.randint(0, 40))) for _ in range(2))

    parts = changes(before, after)

    assert "".join(part.words for part in parts if part.change is not Change.ADDED) == before
    assert "".join(part.words for part in parts if part.change is not Change.REMOVED) == after


def test_two_long_texts_are_compared_at_once() -> None:
    random = Random(1)
    short, long = ([" ".join(random.choices("абвгд", k=k)) for _ in range(2)] for k in (300, 20_000))

    began = time.process_time()
    changes(*short)
    changes(*long)

    assert time.process_time() - began < 1


async def test_who_decides_sees_what_the_author_changed(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    one = await office.submit(title="Мост <b>здесь", text="Нужен мост в Лесном.")
    none = await office.submit(title="Без правок")
    await office.pool.execute(
        """INSERT INTO wording (municipality, initiative_id, version, title, text, replaced_at)
           VALUES ($1, $2, 2, 'Мост', 'Нужен мост.', now())""",
        one.municipality,
        one.id,
    )

    async with office.at_desk(leader, pages=True) as desk:
        shown = await desk.get(f"/determination/{one.id}")
        other = await page(desk, f"/determination/{none.id}")
        foreign = await desk.get(f"/determination/{uuid4()}")

    assert "Мост<ins> &lt;b&gt;здесь</ins>" in shown.text
    assert "Нужен <del>мост.</del><ins>мост в Лесном.</ins>" in shown.text
    assert ("Что изменил автор" in other, foreign.status_code) == (False, 404)
