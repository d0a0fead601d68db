"""A hint before an initiative is submitted: of what is nearly the same, once, and never a refusal."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.intake.initiatives import hints
from services.intake.initiatives.hints import SHOWN, Hints
from services.intake.initiatives.likeness import Index, Words, letters
from services.intake.initiatives.store import hints as store
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.intake.conftest import join
from tests.intake.course.told import Told
from tests.intake.test_api import WISH

CROSSING = {
    "title": "Приподнятый пешеходный переход у школы на Лесной",
    "text": "Дети переходят улицу Лесную в темноте, машины не тормозят. Нужен переход с освещением.",
}
SAME_IN_OTHER_WORDS = {
    "title": "Сделать приподнятые пешеходные переходы возле школы на Лесной",
    "text": "Дети переходят Лесную улицу в темноте, машина не тормозит. Нужны переход и освещение.",
}
FORM = {"direction": "roads", "form": "personal"}
HINT = "Похожие инициативы уже поданы"


async def sent(told: Told, **fields: str) -> Any:
    return await told.send("/initiatives/new", **(FORM | CROSSING | fields))


async def by_another(told: Told, municipality: str = DISTRICT, **changes: object) -> int:
    """The number of another author's."""
    async with told.office.web.browser() as another:
        await join(another, told.office.pool, municipality=municipality, email="boris@example.org")
        answer = await another.post("/api/v1/initiatives", json=WISH | CROSSING | changes)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


async def stored(told: Told) -> int:
    return int(await told.office.pool.fetchval("SELECT count(*) FROM initiative"))


async def test_ones_own_earlier_one_is_named_and_submitted_all_the_same_by_a_button(told: Told) -> None:
    earlier = await told.submitted(**CROSSING)

    asked = await sent(told, **SAME_IN_OTHER_WORDS)
    again = await sent(told, **SAME_IN_OTHER_WORDS, alike_seen="1")

    assert (asked.status_code, HINT in asked.text) == (200, True)
    assert f'href="/initiatives/{earlier}"' in asked.text
    assert CROSSING["title"] in asked.text
    assert (SAME_IN_OTHER_WORDS["text"] in asked.text, "Всё равно подать" in asked.text) == (True, True)
    assert 'name="alike_seen" value="1"' in asked.text
    assert (again.status_code, await stored(told)) == (303, 2)


async def test_of_anothers_only_number_and_direction_are_said(told: Told) -> None:
    number = await by_another(told, title="Приподнятый переход у школы на Лесной, дом Ивановых")

    page = await sent(told)

    id_ = await told.office.pool.fetchval("SELECT id FROM initiative")
    assert f"№ {number}, направление «Дороги»" in page.text
    assert f'href="/initiatives/{id_}/support"' in page.text
    assert "Ивановых" not in page.text
    assert 'class="alike"' in page.text


@pytest.mark.parametrize("municipality", [OKRUG, SETTLEMENT])
async def test_another_municipality_is_not_looked_at(told: Told, municipality: str) -> None:
    await by_another(told, municipality)

    assert (await sent(told)).status_code == 303


async def test_what_is_not_alike_is_submitted_at_once(told: Told) -> None:
    await told.submitted(**CROSSING)

    answer = await sent(told, title="Кружок шахмат в библиотеке", text="Дети ждут автобус, пусть играют.")

    assert answer.status_code == 303


async def test_the_api_never_asks(told: Told) -> None:
    for _ in range(3):
        await told.submitted(**CROSSING)

    assert await stored(told) == 3


async def test_what_was_withdrawn_is_no_hint(told: Told) -> None:
    id_ = await told.submitted(**CROSSING)
    await told.client.post(f"/api/v1/initiatives/{id_}/withdrawal", json={})

    assert (await sent(told)).status_code == 303


async def test_what_lost_its_text_is_no_hint_even_if_it_is_remembered(told: Told) -> None:
    await by_another(told)
    first = await sent(told)
    await told.office.pool.execute("UPDATE initiative SET title = '', text = '', participant_id = NULL")

    assert (HINT in first.text, (await sent(told)).status_code) == (True, 303)


async def test_a_form_that_is_wrong_says_so_first_and_keeps_that_it_was_asked(told: Told) -> None:
    await told.submitted(**CROSSING)

    wrong = await sent(told, direction="")
    later = await sent(told, direction="", alike_seen="1")

    assert (wrong.status_code, HINT in wrong.text) == (422, False)
    assert 'name="alike_seen" value="1"' in later.text


async def test_five_are_shown_at_most(told: Told) -> None:
    for _ in range(SHOWN + 3):
        await told.submitted(**CROSSING)

    page = await sent(told)

    assert page.text.count("Ваша № ") == SHOWN


async def test_a_form_whose_answer_was_lost_is_not_asked_about_itself(told: Told) -> None:
    key = uuid4().hex

    first, again = await sent(told, form_key=key), await sent(told, form_key=key)

    assert first.headers["location"] == again.headers["location"]
    assert await stored(told) == 1


async def test_what_comes_while_the_index_is_known_is_in_it(told: Told) -> None:
    nothing = await sent(told, title="Кружок шахмат", text="Пусть играют.")
    await by_another(told)

    page = await sent(told)

    assert (nothing.status_code, HINT in page.text) == (303, True)


async def test_an_initiative_is_submitted_when_the_hint_takes_too_long(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told.submitted(**CROSSING)
    waits = asyncio.Event()

    async def slow(*_: object) -> None:
        await waits.wait()

    monkeypatch.setattr(store, "newest", slow)
    monkeypatch.setattr(hints, "LONGEST", 0.05)

    assert (await sent(told)).status_code == 303
    told.office.web.portal.call(told.office.web.app.state.hints.aclose)


async def test_an_initiative_is_submitted_when_the_hint_fails(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told.submitted(**CROSSING)

    async def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(store, "words_of", fails)

    assert (await sent(told)).status_code == 303


@pytest.mark.parametrize("title", ["\u202e😀<b>'\"%s{}", "и в на", "1234567890 " * 18, "ъ" * 200])
async def test_any_title_may_be_asked_about(told: Told, title: str) -> None:
    await told.submitted(title=title)

    answer = await sent(told, title=title, text=str(WISH["text"]))

    assert answer.status_code in (200, 303)


async def test_no_more_municipalities_than_some_are_remembered(told: Told) -> None:
    remembered = Hints(told.office.pool)

    for nth in range(hints.MUNICIPALITIES + 3):
        await remembered._fresh(f"1360{nth:04}")

    assert len(remembered._read) == hints.MUNICIPALITIES


async def test_more_than_are_read_at_once_are_all_known(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "TOGETHER", 3)
    monkeypatch.setattr(hints, "REMEMBERED", 12)
    for nth in range(8):
        await told.submitted(title=f"Дело {nth}")
    remembered = Hints(told.office.pool)

    first = len(await remembered._fresh(DISTRICT))
    await told.submitted(title="Дело 8")

    assert (first, len(await remembered._fresh(DISTRICT))) == (8, 9)


def words(title: str, *stems: str) -> Words:
    return Words(uuid4(), title, stems, stems)


def test_rare_words_weigh_more_than_those_that_all_have() -> None:
    index = Index()
    for nth in range(50):
        index.add(words(f"Школа {nth}", "школ", "дет", f"слово{nth}"))
    rare, common = words("Мост", "школ", "сад", "слово7"), words("Парк", "школ", "дет", "сад")

    likest = index.alike(rare, 5), index.alike(common, 5)

    one = next(iter(index._known.values()))
    assert index.likeness(words("Я", "школ", "слово0"), one) > index.likeness(words("Я", "школ", "дет"), one)
    assert likest[1] == []


def test_another_number_in_the_title_is_another_school() -> None:
    index = Index()
    three, seven = words("Школа № 3", "площадк", "школ", "3"), words("Школа № 7", "площадк", "школ", "7")
    none = words("Школа", "площадк", "школ")
    index.add(three)

    found = [index.likeness(one, three) for one in (three, none, seven)]

    assert found == sorted(found, reverse=True)
    assert index.alike(seven, 5) == []


def test_the_same_is_quite_alike_and_nothing_is_alike_to_nothing() -> None:
    index, one = Index(), words("Переход у школы", "переход", "школ")
    index.add(one)

    assert index.alike(words("Переход у школы", "переход", "школ"), 5) == [one.id]
    assert index.likeness(one, one) == pytest.approx(1)
    assert index.alike(words(""), 5) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Ёлка", "елка", True), ("Переход", "Переходы", True), ("Переход", "Школа", False), ("", "", False)],
)
def test_titles_are_alike_by_their_letters(one: str, other: str, alike: bool) -> None:
    assert (letters(one, other) > 0.5) is alike
