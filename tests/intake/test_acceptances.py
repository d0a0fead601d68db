"""Letters that initiatives were accepted: one for all of some minutes, and nothing is told twice."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.chassis.db.pool import Pool
from services.intake.initiatives.commands.write_acceptances import (
    AUTHORS,
    GATHERED,
    NAMED,
    recount,
    write_bundle,
)
from services.intake.initiatives.domain import runs
from services.intake.participants.digests import Stops
from services.intake.portal.reading import Submitted
from tests.factories import OKRUG, define_organization
from tests.intake.test_api import PERSON, WISH, Api

SITE = "https://dialogue.example.ru"
STOPS = Stops(SITE, b"secret")
SPACE = "\N{NO-BREAK SPACE}"


async def told(worker: Pool, after: timedelta = GATHERED) -> list[tuple[str, str]]:
    """Subject and body of each letter of acceptance that is written so long from now."""
    await write_bundle(worker, STOPS, datetime.now(UTC) + after)
    found = await worker.fetch("SELECT subject, body FROM letter WHERE kind = 'accepted' ORDER BY id")
    return [(row["subject"], row["body"]) for row in found]


async def submitted(author: Api, **changes: object) -> dict[str, object]:
    answer = await author.post("/api/v1/initiatives", json=WISH | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_an_author_is_told_number_title_address_and_whom_to_ask(author: Api, worker: Pool) -> None:
    school = define_organization("2", OKRUG).id
    one = await submitted(author, organization=str(school))

    [(subject, body)] = await told(worker)

    assert subject == f"Инициатива принята, № {one['number']}"
    assert f"её номер – {one['number']}." in body
    assert f"\nПереход\n{SITE}/initiatives/{one['id']}\n" in body
    assert f"{SITE}/contacts?organization={school}" in body
    assert await worker.fetchval("SELECT about FROM letter WHERE kind = 'accepted'") is not None
    assert await worker.fetchval("SELECT recipient FROM letter WHERE kind = 'accepted'") == PERSON["email"]


async def test_a_letter_promises_no_decision_and_no_reader(author: Api, worker: Pool) -> None:
    await submitted(author)
    await submitted(author)

    [(_, body)] = await told(worker)

    assert not re.search("рассмотрит|решени|ответ", body)


async def test_nothing_is_written_before_two_minutes_are_over(author: Api, worker: Pool) -> None:
    await submitted(author)

    assert await told(worker, GATHERED - timedelta(seconds=10)) == []
    assert len(await told(worker)) == 1


async def test_all_of_some_minutes_are_told_in_one_letter(author: Api, worker: Pool) -> None:
    several = [await submitted(author, title=f"Переход {nth}") for nth in range(3)]

    [(subject, body)] = await told(worker)

    numbers = [int(str(one["number"])) for one in several]
    assert subject == f"Приняты 3 инициативы: № {numbers[0]}–{numbers[2]}"
    for one in several:
        assert f"№ {one['number']}. Переход" in body
        assert f"{SITE}/initiatives/{one['id']}" in body


async def test_hundreds_from_one_author_are_one_letter_that_names_every_number(
    author: Api, worker: Pool
) -> None:
    answers = await asyncio.gather(*(submitted(author) for _ in range(230)))

    [(subject, body)] = await told(worker)

    numbers = sorted(int(str(one["number"])) for one in answers)
    assert subject == "Принято 230 инициатив"
    assert body.count(f"{SITE}/initiatives/") == NAMED
    rest = body.partition("И ещё номера:\n")[2].partition("\n\n")[0]
    assert rest.replace("\n", " ").split(", ") == runs(numbers[NAMED:])
    assert max(map(len, body.splitlines())) < 200
    assert await worker.fetchval("SELECT count(*) FROM acceptance") == 0


async def test_what_is_submitted_after_a_letter_is_told_by_the_next(author: Api, worker: Pool) -> None:
    await submitted(author)
    await told(worker)
    later = await submitted(author)

    letters = await told(worker)

    assert [subject for subject, _ in letters][1:] == [f"Инициатива принята, № {later['number']}"]


async def test_a_repeated_request_is_told_once(author: Api, worker: Pool) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    for _ in range(3):
        answer = await author.post("/api/v1/initiatives", json=WISH, headers=headers)
        assert answer.status_code == 201

    [(subject, _)] = await told(worker)

    assert subject.startswith("Инициатива принята")


async def test_who_takes_it_back_at_once_is_not_told_that_it_was_accepted(author: Api, worker: Pool) -> None:
    one = await submitted(author)
    await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={})

    assert await told(worker) == []
    assert await worker.fetchval("SELECT count(*) FROM acceptance") == 0


async def test_the_past_of_a_demonstration_is_no_news(author: Api, worker: Pool) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    answer = await author.post("/api/v1/initiatives", json=WISH, headers={"X-Demo-Time": long_ago})

    assert answer.status_code == 201
    assert await told(worker) == []
    assert await counted_by(worker) == {"roads": 1}


async def test_a_refused_initiative_is_told_of_to_nobody(author: Api, worker: Pool) -> None:
    answer = await author.post("/api/v1/initiatives", json=WISH | {"text": ""})

    assert answer.status_code == 422
    assert await told(worker) == []


async def test_two_workers_write_one_letter(author: Api, worker: Pool) -> None:
    await submitted(author)

    await asyncio.gather(*(told(worker) for _ in range(4)))

    assert await worker.fetchval("SELECT count(*) FROM letter WHERE kind = 'accepted'") == 1


async def test_a_title_stands_in_one_line_and_is_cut(author: Api, worker: Pool) -> None:
    await submitted(author, title="Дорога \u202e<b>в</b>\x0b" + "город " * 25)

    [(subject, body)] = await told(worker)

    [line] = [line for line in body.splitlines() if line.startswith("Дорога")]
    assert line.startswith("Дорога <b>в</b> город")
    assert (len(line) <= 100, line[-1]) == (True, "…")
    assert "Дорога" not in subject


async def test_more_authors_than_a_bundle_holds_are_all_told(author: Api, worker: Pool) -> None:
    await submitted(author)
    await worker.execute(
        """INSERT INTO acceptance SELECT municipality, gen_random_uuid(), id, now() - interval '1 hour'
             FROM initiative, generate_series(1, $1)""",
        AUTHORS,
    )

    assert await write_bundle(worker, STOPS, datetime.now(UTC) + GATHERED) == AUTHORS
    assert len(await told(worker)) == 1


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([7], ["7"]),
        ([1, 2], ["1", "2"]),
        ([1, 2, 3, 9], ["1–3", "9"]),
        ([15330, 15332, 15333, 15334], [f"15{SPACE}330", f"15{SPACE}332–15{SPACE}334"]),
        ([], []),
    ],
)
def test_numbers_in_a_row_are_told_by_their_ends(numbers: list[int], expected: list[str]) -> None:
    assert runs(numbers) == expected


async def test_the_first_page_counts_what_is_stored_at_every_moment(author: Api, worker: Pool) -> None:
    one = await submitted(author)
    await submitted(author, direction="culture")
    at_once = await counted_by(worker)
    await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={})
    await told(worker)
    after_the_letter = await counted_by(worker)
    await submitted(author)
    await author.delete("/api/v1/me?texts=remove")
    erased = await counted_by(worker)
    await recount(worker)

    assert at_once == after_the_letter == {"roads": 1, "culture": 1}
    assert erased == await counted_by(worker) == {"roads": 2, "culture": 1}


async def test_what_another_version_has_stored_is_counted_by_the_recount(author: Api, worker: Pool) -> None:
    await submitted(author)
    await submitted(author)
    await worker.execute("DELETE FROM acceptance WHERE ctid = (SELECT min(ctid) FROM acceptance)")
    before = await counted_by(worker)

    await recount(worker)

    assert (before, await counted_by(worker)) == ({"roads": 1}, {"roads": 2})


async def counted_by(pool: Pool) -> dict[str, int]:
    """By direction, as the first page says it to whoever opens it first."""
    return await Submitted(pool).of("spring") or {}
