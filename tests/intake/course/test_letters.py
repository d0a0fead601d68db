"""Letters of what was decided: each once, to whoever wants them, once it can no longer be taken back."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.mail.letters import Letter
from services.chassis.mail.sending import Sender, message, recipient_of
from services.intake.determination.commands import write_decisions
from services.intake.determination.commands.write_decisions import NAMED, SETTLED, write_bundle
from services.intake.determination.store import reports
from services.intake.participants.digests import Stops
from tests.intake.conftest import join
from tests.intake.course.told import Told
from tests.intake.test_acceptances import STOPS
from tests.intake.test_api import WISH

DECLINED: dict[str, Any] = {"reason": "not-ours", "text": "Это дорога области."}
OTHER = "boris@example.org"


async def letters(told: Told, wait: bool = True) -> list[tuple[str, str, str]]:
    """Recipient, subject and body of what is written of decisions once they have waited."""
    if wait:
        await told.pass_time(14)
    await write_bundle(told.office.pool, STOPS, datetime.now(UTC))
    rows = await told.office.pool.fetch(
        "SELECT recipient, subject, body FROM letter WHERE kind = 'decided' ORDER BY id"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "more", "subject", "said"),
    [
        ("determine", {}, "определена", "Определена"),
        ("return", {"text": "Какая улица?"}, "нужно уточнить", "Какая улица?"),
        ("decline", DECLINED, "отклонена", "Это дорога области."),
        ("transfer", {"direction": "culture"}, "передана в другое направление", "направление «Культура»"),
    ],
)
async def test_an_author_is_told_each_step(
    told: Told, kind: str, more: dict[str, Any], subject: str, said: str
) -> None:
    id_ = await told.submitted()
    number = (await told.seen(id_))["number"]
    await told.decided(kind, id_, **more)

    [(_, head, body)] = await letters(told)

    assert head == f"Инициатива № {number}: {subject}"
    assert f"№ {number}. Переход\n" in body
    assert said in body
    assert "Решение: рабочая группа направления «Дороги»\n" in body
    assert f"{STOPS.site}/initiatives/{id_}\n" in body
    assert "Тайный" not in body
    assert await letters(told) == [(*(await letters(told))[0],)]


async def test_acceptance_by_a_group_and_putting_forward_are_told(told: Told) -> None:
    await told.office.redefine(life={"acceptance": "by-group"})
    id_ = await told.submitted()
    await told.decided("accept", id_)
    first = await letters(told)
    await told.decided("determine", id_)
    await told.decided("put-forward", id_, by="head")
    both = await letters(told)

    assert [subject.rpartition(": ")[2] for _, subject, _ in first] == ["принята"]
    assert both[1][1].endswith("выдвинута")
    assert both[1][2].index("Определена") < both[1][2].index("Выдвинута")
    assert "Решение: координационная группа" in both[1][2]


async def test_of_a_merge_both_authors_are_told_and_neither_reads_the_others_title(told: Told) -> None:
    mine = await told.submitted(title="Моё название")
    async with told.office.web.browser() as another:
        await join(another, told.office.pool, municipality="13603000", email=OTHER)
        wish = WISH | {"title": "Чужое название"}
        theirs = (await another.post("/api/v1/initiatives", json=wish)).json()
    number = (await told.seen(mine))["number"]
    await told.decided("merge", mine, into=theirs["id"])

    found = {recipient: (subject, body) for recipient, subject, body in await letters(told)}

    assert set(found) == {"anna@example.org", OTHER}
    own, other = found["anna@example.org"], found[OTHER]
    assert f"Объединена с инициативой № {theirs['number']}" in own[1]
    assert other[0] == f"Инициатива № {theirs['number']}: с ней объединили другую"
    assert f"инициативу № {number}:" in other[1]
    assert ("Чужое" in own[1], "Моё" in other[1]) == (False, False)


async def test_a_co_author_is_told_in_words_of_their_own(told: Told) -> None:
    steps, returned = await told.submitted(title="Шаг"), await told.submitted(title="Вопрос")
    number = (await told.seen(steps))["number"]
    async with told.office.web.browser() as another:
        id_ = await told.joined(another, steps, returned, email=OTHER)
    await told.decided("determine", steps)
    (first,) = [(subject, body) for to, subject, body in await letters(told) if to == OTHER]
    await told.decided("return", returned, text="Какая улица?")
    await told.decided("put-forward", steps, by="head")

    found = await letters(told)

    assert first[0] == f"Инициатива № {number}, в которой вы соавтор: определена"
    assert f"№ {number}. Шаг\nИнициатива, в которой вы соавтор.\nОпределена" in first[1]
    assert STOPS.url(UUID(id_)) in first[1]
    ((_, subject, body),) = [each for each in found[2:] if each[0] == OTHER]
    assert subject == "Решения по 2 инициативам, в которых вы соавтор"
    assert ("Возвращена автору" in body, "Какая улица?" in body) == (True, True)
    own = [body for to, _, body in found if to != OTHER]
    assert ("Возвращена вам" in own[1], "соавтор" in "".join(own)) == (True, False)


async def test_of_a_merge_who_wrote_both_is_told_once(told: Told) -> None:
    one, other = await told.submitted(title="Первое"), await told.submitted(title="Второе")
    async with told.office.web.browser() as both, told.office.web.browser() as second:
        await told.joined(both, one, other, email=OTHER)
        await told.joined(second, other, email="clara@example.org")
    await told.decided("merge", one, into=other)

    found = {recipient: body for recipient, _, body in await letters(told)}

    assert set(found) == {"anna@example.org", OTHER, "clara@example.org"}
    assert "С ней объединили" not in found["anna@example.org"] + found[OTHER]
    assert "С ней объединили" in found["clara@example.org"]
    assert "Первое" not in found["clara@example.org"]


async def test_co_authors_get_the_letters_they_want_while_they_are_some(told: Told) -> None:
    wanted = {"none": 0, "results": 0, "all": 1, "left": 0, "erased": 0}
    id_ = await told.submitted()
    async with told.office.web.browser() as another:
        for choice in wanted:
            wants = choice if choice in ("none", "results") else "all"
            await told.joined(another, id_, email=f"{choice}@example.org", wants=wants)
            if choice == "left":
                await another.delete(f"/api/v1/initiatives/{id_}/co-authorship")
            if choice == "erased":
                await another.delete("/api/v1/me?texts=keep")
    await told.decided("determine", id_)

    recipients = [recipient for recipient, *_ in await letters(told)]

    assert sorted(recipients) == ["all@example.org", "anna@example.org"]


async def test_co_authors_are_told_when_the_author_is_erased(told: Told) -> None:
    id_ = await told.submitted()
    async with told.office.web.browser() as another:
        await told.joined(another, id_, email=OTHER)
    await told.client.delete("/api/v1/me?texts=keep")
    await told.decided("determine", id_)

    assert [recipient for recipient, *_ in await letters(told)] == [OTHER]
    assert await untold(told) == 0


async def test_one_who_merges_their_own_two_is_told_once(told: Told) -> None:
    one, other = await told.submitted(), await told.submitted()
    await told.decided("merge", one, into=other)

    [(_, subject, body)] = await letters(told)

    assert subject.endswith("объединена с другой")
    assert "С ней объединили" not in body


async def test_nothing_is_told_before_it_can_no_longer_be_taken_back(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_, old=False)
    await told.pass_time(10)

    assert await letters(told, wait=False) == []
    assert len(await letters(told)) == 1


async def test_what_was_taken_back_is_never_told(told: Told) -> None:
    id_ = await told.submitted()
    await told.undone(await told.decided("decline", id_, old=False, **DECLINED))
    await told.pass_time(60)

    assert await letters(told) == []
    assert await untold(told) == 0


async def test_what_its_author_withdrew_meanwhile_is_not_told(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_, old=False)
    await told.client.post(f"/api/v1/initiatives/{id_}/withdrawal", json={})

    assert (await letters(told), await untold(told)) == ([], 0)


async def test_all_of_some_minutes_are_told_in_one_letter(told: Told) -> None:
    ids = [await told.submitted(title=f"Переход {nth}") for nth in range(3)]
    await told.decided("determine", *ids[:2])
    await told.decided("decline", ids[2], **DECLINED)

    [(_, subject, body)] = await letters(told)

    assert subject == "Решения по 3 вашим инициативам"
    assert [f"Переход {nth}\n" in body for nth in range(3)] == [True] * 3
    assert body.count("Причина: ") == 1


async def test_of_hundreds_the_numbers_are_told(told: Told) -> None:
    ids = await asyncio.gather(*(told.submitted() for _ in range(NAMED + 20)))
    await told.decided("determine", *ids)

    [(_, subject, body)] = await letters(told)

    assert subject == f"Решения по {NAMED + 20} вашим инициативам"
    assert body.count("Определена: ") == NAMED
    assert "И ещё решения по инициативам с номерами:" in body
    assert max(map(len, body.splitlines())) < 200


async def test_several_workers_write_each_letter_once(told: Told) -> None:
    ids = [await told.submitted() for _ in range(5)]
    await told.decided("determine", *ids)
    await told.pass_time()

    await asyncio.gather(*(write_bundle(told.office.pool, STOPS, datetime.now(UTC)) for _ in range(5)))

    [(_, _, body)] = await letters(told)
    assert body.count("Определена: ") == 5


async def test_a_worker_that_dies_in_between_has_told_nothing_and_the_next_tells_it(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_)
    await told.pass_time()

    async def dies(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as during:
        during.setattr(reports, "report", dies)
        with pytest.raises(ConnectionResetError):
            await write_bundle(told.office.pool, STOPS, datetime.now(UTC))

    assert await told.office.pool.fetchval("SELECT count(*) FROM letter WHERE kind = 'decided'") == 0
    assert len(await letters(told)) == len(await letters(told)) == 1


async def test_more_authors_than_a_bundle_holds_are_all_told(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_decisions, "AUTHORS", 1)
    mine = await told.submitted()
    async with told.office.web.browser() as another:
        await join(another, told.office.pool, municipality="13603000", email=OTHER)
        theirs = (await another.post("/api/v1/initiatives", json=WISH)).json()["id"]
    await told.decided("determine", mine, theirs)
    await told.pass_time()

    bundles = [await write_bundle(told.office.pool, STOPS, datetime.now(UTC)) for _ in range(3)]

    assert bundles == [1, 1, 0]
    assert len(await letters(told)) == 2


async def test_the_past_of_a_demonstration_is_no_news(told: Told) -> None:
    id_ = await told.submitted()
    long_ago = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    async with told.office.at_desk(told.tokens["roads"]) as desk:
        desk.headers["X-Demo-Time"] = long_ago
        done = await desk.post("/api/v1/decisions", json={"ids": [id_], "decision": "determine"})
    assert done.json()["decided"] == 1

    assert (await letters(told), await untold(told)) == ([], 0)
    assert (await told.seen(id_))["status"] == "determined"


async def test_what_waited_for_a_worker_for_days_is_still_told(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_)
    in_three_days = datetime.now(UTC) + timedelta(days=3)

    await write_bundle(told.office.pool, STOPS, in_three_days)

    assert await told.office.pool.fetchval("SELECT count(*) FROM letter WHERE kind = 'decided'") == 1


async def test_who_was_erased_is_told_nothing(told: Told) -> None:
    id_, later = await told.submitted(), await told.submitted()
    await told.decided("determine", id_)
    await letters(told)
    await told.decided("determine", later)
    await told.client.delete("/api/v1/me")

    assert (await letters(told), await untold(told)) == ([], 0)


async def test_only_what_matters_is_told_to_who_wants_that_alone(told: Told) -> None:
    answer = await told.client.put("/api/v1/me/letters", json={"letters": "results"})
    steps, declined = await told.submitted(title="Шаг"), await told.submitted(title="Итог")
    await told.decided("determine", steps)
    nothing = await letters(told)
    await told.decided("decline", declined, **DECLINED)
    await told.decided("return", steps, text="Какая?")

    [(_, _, body)] = await letters(told)

    assert (answer.status_code, nothing) == (200, [])
    assert ("Отклонена." in body, "Возвращена вам" in body, "Определена" in body) == (True, True, False)


async def test_who_wants_none_gets_none_and_is_not_told_later(told: Told) -> None:
    await told.client.put("/api/v1/me/letters", json={"letters": "none"})
    id_ = await told.submitted()
    await told.decided("determine", id_)
    silent = await letters(told)
    await told.client.put("/api/v1/me/letters", json={"letters": "all"})

    assert (silent, await letters(told)) == ([], [])


@pytest.mark.parametrize("given", ["", "some", None, 1, "all\0", ["all"]])
async def test_letters_of_no_kind_are_refused(told: Told, given: object) -> None:
    answer = await told.client.put("/api/v1/me/letters", json={"letters": given})

    assert answer.status_code in (400, 422)
    assert await wanted(told) == "all"


async def test_letters_are_chosen_on_the_page_of_ones_data(told: Told) -> None:
    before = await told.page("/me")
    form = await told.page("/me/letters")
    refused = await told.send("/me/letters")
    chosen = await told.send("/me/letters", letters="results")

    assert ('href="/me/letters"' in before, "о каждом шаге" in before) == (True, True)
    assert re.search(r'value="all"[^>]* checked', form)
    assert (refused.status_code, "Отметьте, какие письма" in refused.text) == (422, True)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/me?letters=1")
    assert "только о важном" in await told.page("/me?letters=1")
    assert (await told.client.get("/api/v1/me/data")).json()["participant"]["letters"] == "results"


async def test_a_page_promises_a_letter_only_to_who_gets_one(told: Told) -> None:
    id_ = await told.submitted()
    promised = await told.page(f"/initiatives/{id_}?submitted=1")
    await told.client.put("/api/v1/me/letters", json={"letters": "results"})

    assert "придёт письмо" in promised
    assert "придёт письмо" not in await told.page(f"/initiatives/{id_}?submitted=1")


async def test_a_letters_link_stops_all_at_one_click_and_without_a_sign_in(told: Told) -> None:
    link = path_of(told)
    async with told.office.web.browser() as nobody:
        looked = await nobody.get(link)
        after_a_look = await wanted(told)
        one_click = {"List-Unsubscribe": "One-Click"}
        stopped = [await nobody.post(link, data=one_click) for _ in range(2)]

    assert (looked.status_code, after_a_look) == (200, "all")
    assert [answer.status_code for answer in stopped] == [200, 200]
    assert "Писем об инициативах больше не будет" in stopped[0].text
    assert "anna@example.org" not in looked.text + stopped[0].text
    assert await wanted(told) == "none"


async def test_a_mail_program_of_another_site_may_use_the_link(told: Told) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with told.office.web.browser() as nobody:
        answer = await nobody.post(path_of(told), data={"List-Unsubscribe": "One-Click"}, headers=headers)

    assert (answer.status_code, await wanted(told)) == (200, "none")


async def test_a_link_cannot_be_guessed_nor_used_for_another(told: Told) -> None:
    good = path_of(told).rpartition("/")[2]
    other = Stops("", b"another secret").url(told.id).rpartition("/")[2]
    theirs = path_of(told, uuid4()).rpartition("/")[2]
    guessed = [
        theirs[:22] + good[22:],
        good[:-4] + "AAAA",
        good[:20],
        good + "A",
        other,
        "%00",
        "я" * 43,
        "A" * 5000,
    ]

    async with told.office.web.browser() as nobody:
        for token in guessed:
            for method in (nobody.get, nobody.post):
                answer = await method(f"/me/letters/stop/{token}")
                assert answer.status_code in (404, 414), token

    assert await wanted(told) == "all"


async def test_the_link_of_who_was_erased_says_the_same(told: Told) -> None:
    link = path_of(told)
    await told.client.delete("/api/v1/me")

    async with told.office.web.browser() as nobody:
        answer = await nobody.post(link)

    assert (answer.status_code, "больше не будет" in answer.text) == (200, True)


async def test_a_letter_has_what_mail_programs_show_a_button_by(told: Told) -> None:
    id_ = await told.submitted()
    await told.decided("determine", id_)
    await letters(told)
    row = await told.office.pool.fetchrow("SELECT * FROM letter WHERE kind = 'decided'")
    assert row is not None
    headers = STOPS.headers(told.id)
    letter = Letter(row["recipient"], row["subject"], row["body"], headers=headers, id=row["id"])

    sent = message(letter, recipient_of(letter), Sender("a@example.org"), datetime.now(UTC)).as_bytes()

    read = message_from_bytes(sent)
    assert read["List-Unsubscribe"].strip() == f"<{STOPS.url(told.id)}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert STOPS.url(told.id) in row["body"]
    assert "List-Unsubscribe-Post" in row["headers"]
    assert row["about"] == told.id


def test_a_decision_is_taken_back_no_later_than_it_is_told() -> None:
    assert timedelta(minutes=10, seconds=59) < SETTLED


def path_of(told: Told, participant: UUID | None = None) -> str:
    """The path of the link that the application itself would write."""
    stops: Stops = told.office.web.app.state.stops
    return stops.url(participant or told.id).removeprefix(stops.site)


async def wanted(told: Told) -> str:
    return str(await told.office.pool.fetchval("SELECT letters FROM participant WHERE id = $1", told.id))


async def untold(told: Told) -> int:
    return int(await told.office.pool.fetchval("SELECT count(*) FROM decision WHERE reported_at IS NULL"))
