"""Targets: set by the Head, prepared for the Head, entered from a letter, by version."""

import asyncio
from datetime import timedelta
from html import unescape
from typing import Any

import asyncpg
import pytest

from contracts.appointments import TargetSet
from services.chassis.days import in_words
from services.chassis.streams.tail import Stream
from services.hierarchy.restate import restate
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    Office,
    appoint,
    appointment,
    everything,
    hidden,
    slug,
)
from tests.hierarchy.targets.people import (
    ACT,
    ADDRESS,
    FOREIGN,
    LETTER,
    LIST,
    PAGE,
    People,
    by_letter,
    page,
    people_live_here,
    put,
    rows_of,
    targets,
    told,
)

CAMPAIGN_DAYS = "UPDATE campaign SET prepare_from = $1, first_day = $1, last_day = $2, close_until = $2"


async def test_a_head_sets_both_targets_and_everybody_is_told(office: Office, people: People) -> None:
    answer = await put(people.head)

    assert (answer.status_code, answer.json()) == (201, {"version": 1, "waits": None})
    assert await told(office) == [{"number": "1", "registered": "200", "confirmed": "true"}]
    assert "Распоряжение № 7-р" in await page(people.head)


async def test_a_new_version_stands_beside_the_old_one_and_says_who_entered_it(
    office: Office, people: People
) -> None:
    await put(people.head)

    answer = await put(people.clerk, registered=300, act={**ACT, "number": "8-р"}, seen=1)

    shown = await page(people.head)
    assert answer.json() == {"version": 2, "waits": None}
    assert "200 пользователей, 100 инициатив" in shown
    assert "300 пользователей, 100 инициатив, без поселений" in shown
    assert shown.index("<del>200") < shown.index("<ins>300"), "old → new"
    assert "за главу: Петров Пётр Петрович" in shown
    rows = await rows_of(office, "SELECT number, registered FROM target ORDER BY number")
    assert [tuple(row) for row in rows] == [(1, 200), (2, 300)]
    (line,) = await rows_of(
        office, "SELECT account, on_behalf_of FROM audit WHERE action = 'target-set' ORDER BY id DESC LIMIT 1"
    )
    assert line["on_behalf_of"] not in (None, line["account"]), "the clerk, for the Head"


async def test_no_version_is_changed_or_removed(office: Office, people: People) -> None:
    await put(people.head)

    for statement in ("UPDATE target SET registered = 1", "DELETE FROM target"):
        with pytest.raises(asyncpg.PostgresError, match="only ever added"):
            await rows_of(office, statement)


async def test_the_same_request_sets_one_version(office: Office, people: People) -> None:
    key = {"Idempotency-Key": "once"}

    first, second = [await people.head.post(ADDRESS, json=targets(act=ACT), headers=key) for _ in range(2)]

    assert first.json() == second.json() == {"version": 1, "waits": None}
    assert len(await told(office)) == 1


async def test_of_two_at_once_one_is_refused(office: Office, people: People) -> None:
    answers = await asyncio.gather(
        put(people.head, registered=201, seen=0), put(people.clerk, registered=202, seen=0)
    )

    refused = next(answer for answer in answers if answer.status_code != 201)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert slug(refused) == "target-changed"
    assert refused.json()["errors"][0]["field"] == "seen"
    assert len(await told(office)) == 1


async def test_without_a_word_of_what_was_seen_whatever_stands_is_changed_and_confirmed(
    office: Office, people: People
) -> None:
    letter, confirmed = await by_letter(people.operator), await put(people.head)
    answers = [letter, confirmed, await put(people.head, registered=300)]

    assert [answer.json() for answer in answers] == [{"version": n, "waits": None} for n in (1, 2, 3)]


async def test_what_was_prepared_meanwhile_is_not_dropped_unread(office: Office, people: People) -> None:
    draft = {"registered": 1, "submitted": 1, "scope": "own"}
    await people.responsible.post(f"{ADDRESS}/{PLACE}/draft", json=draft)
    form = hidden(await page(people.head)) | {"registered": "1", "submitted": "1", "scope": "own", **ACT}
    office.now += timedelta(minutes=1)
    await people.responsible.post(f"{ADDRESS}/{PLACE}/draft", json=draft | {"registered": 77})

    late = await people.head.post(PAGE, data=form, follow_redirects=False)
    stands = await page(people.head)
    again = hidden(stands) | {"registered": "77", "submitted": "1", "scope": "own", **ACT}
    now = await people.head.post(PAGE, data=again, follow_redirects=False)

    assert late.status_code == 409
    assert "ответственный подготовил другие индикаторы" in unescape(late.text)
    assert 'value="77"' in stands
    assert now.status_code == 303
    assert await told(office) == [{"number": "1", "registered": "77", "confirmed": "true"}]


async def test_a_form_that_saw_an_older_version_is_refused(office: Office, people: People) -> None:
    form = hidden(await page(people.clerk)) | {"registered": "10", "submitted": "5", "scope": "own", **ACT}
    await put(people.head)

    late = await people.clerk.post(PAGE, data=form, follow_redirects=False)

    assert late.status_code == 409
    assert "индикаторы установил кто-то ещё" in unescape(late.text)
    assert 'href="#seen"' in late.text
    assert 'id="seen"' in late.text
    assert len(await told(office)) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "expected"),
    [
        ({"registered": 0}, "registered", "target-registered"),
        ({"registered": -5}, "registered", "target-registered"),
        ({"registered": "много"}, "registered", "target-registered"),
        ({"registered": "1.5"}, "registered", "target-registered"),
        ({"registered": ""}, "registered", "target-registered"),
        ({"registered": "٣"}, "registered", "target-registered"),
        ({"registered": "\u202e12"}, "registered", "target-registered"),
        ({"registered": "1\x002"}, "registered", "target-registered"),
        ({"registered": "9" * 5000}, "registered", "target-too-large"),
        ({"submitted": 10_000_001}, "submitted", "target-too-large"),
        ({"submitted": "0000"}, "submitted", "target-submitted"),
        ({"scope": "region"}, "scope", "target-scope"),
        ({"act": {"number": "", "day": TODAY.isoformat()}}, "number", "act-number"),
        ({"act": {"number": "1", "day": "вчера"}}, "day", "act-day"),
        ({"act": {"number": "1", "day": (TODAY + timedelta(1)).isoformat()}}, "day", "act-day-ahead"),
        ({"act": None}, "act", "target-by-act"),
        ({"act": None, "letter": LETTER}, "act", "target-by-act"),
        ({"seen": -1}, "seen", "target-changed"),
        ({"seen": 10**30}, "seen", "target-changed"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    office: Office, people: People, wrong: dict[str, Any], field: str, expected: str
) -> None:
    answer = await put(people.head, **wrong)

    assert answer.status_code in (409, 422), answer.text
    assert slug(answer) == expected
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert await told(office) == []


@pytest.mark.parametrize("registered", [1.5, None, True, [], {}])
async def test_what_is_neither_number_nor_text_is_a_bad_request(people: People, registered: object) -> None:
    answer = await put(people.head, registered=registered)

    assert answer.status_code in (400, 422)


async def test_everything_wrong_is_told_at_once(people: People) -> None:
    answer = await put(people.head, registered=0, submitted="x", act={"number": "", "day": ""})

    assert {each["field"] for each in answer.json()["errors"]} == {"registered", "submitted", "number", "day"}


async def test_a_number_with_spaces_is_a_number(office: Office, people: People) -> None:
    answer = await put(people.head, registered=" 12\u00a0480 ")

    assert answer.status_code == 201
    assert (await told(office))[0]["registered"] == "12480"


async def test_more_than_there_are_people_is_asked_once(office: Office, people: People) -> None:
    await people_live_here(office, PLACE, 1500, 100)

    asked = await put(people.head, registered=1501)
    form = hidden(await page(people.head)) | {"registered": "1501", "submitted": "1", "scope": "own", **ACT}
    shown = await people.head.post(PAGE, data=form, follow_redirects=False)
    sure = await people.head.post(PAGE, data=form | {"sure": "1"}, follow_redirects=False)

    question = unescape(shown.text).replace("\u00a0", " ")
    assert (asked.status_code, slug(asked)) == (409, "target-above-population")
    assert asked.json()["errors"][0]["field"] == "sure"
    assert "Вы указали 1 501, а население – 1 500" in question
    assert 'name="sure"' in question
    assert 'name="sure"' not in await page(people.head)
    assert sure.status_code == 303, sure.text
    assert (await put(people.head, registered=1500, seen=1)).status_code == 201


async def test_with_settlements_their_people_count(office: Office, people: People) -> None:
    await people_live_here(office, PLACE, 1000, None)
    await people_live_here(office, ELSEWHERE, 900, None)
    await people_live_here(office, "13605155", 800, None)

    own = await put(people.head, registered=1600)
    whole = await put(people.head, registered=1600, scope="with-settlements")

    assert slug(own) == "target-above-population"
    assert whole.status_code == 201


async def test_only_a_district_has_settlements(office: Office, people: People) -> None:
    await appoint(people.administrator, appointment("head", ELSEWHERE, "town@example.org"))
    await office.come(people.stranger, "town@example.org")

    refused = await put(people.stranger, municipality=ELSEWHERE, scope="with-settlements")
    done = await put(people.stranger, municipality=ELSEWHERE)

    assert slug(refused) == "target-without-settlements"
    assert done.status_code == 201


async def test_targets_are_set_from_the_preparation_to_the_last_day(office: Office, people: People) -> None:
    answers = []
    for first, last in ((1, 5), (0, 5), (-5, 0), (-5, -1)):
        days = (TODAY + timedelta(first), TODAY + timedelta(last))
        await office.pool.execute(CAMPAIGN_DAYS, *days)
        answers.append(await put(people.head, seen=len(await told(office))))

    assert [answer.status_code for answer in answers] == [409, 201, 201, 409]
    assert slug(answers[0]) == slug(answers[3]) == "targets-not-now"
    assert f"с {in_words(days[0])} по {in_words(days[1])}" in answers[3].json()["detail"]
    assert '<form method="post" action="/cabinet/municipalities' not in await page(people.head)


async def test_without_a_campaign_nothing_is_set(office: Office, people: People) -> None:
    await office.pool.execute("UPDATE campaign SET open = false")

    answer = await put(people.head)

    assert (answer.status_code, slug(answer)) == (404, "targets-without-campaign")
    await office.pool.execute("DELETE FROM campaign")
    assert "Марафон ещё не открыт" in await page(people.head)


async def test_after_a_campaign_its_targets_are_read_on(office: Office, people: People) -> None:
    await put(people.head)
    await office.pool.execute("UPDATE campaign SET open = false")

    shown, every = await page(people.head), await page(people.operator, LIST)
    read = (await people.head.get(ADDRESS)).json()
    place = await page(people.head, f"/cabinet/municipalities/{PLACE}")

    assert "200 пользователей, 100 инициатив" in shown
    assert "Установлены у 1" in every.replace("<b>", "").replace("</b>", "")
    assert "Марафон ещё не открыт" not in shown + every
    assert [item["registered"] for item in read["items"]] == [200]
    for link in ("targets", "checkpoints"):
        assert f'href="/cabinet/municipalities/{PLACE}/{link}"' in place
    assert "Утвердить индикаторы" not in shown
    assert "Напомнить" not in every


async def test_a_district_sees_its_settlements_targets_and_a_coordinator_none(
    office: Office, people: People
) -> None:
    theirs = f"/cabinet/municipalities/{ELSEWHERE}/targets"
    await appoint(people.administrator, appointment("head", ELSEWHERE, "town@example.org"))
    async with office.browser() as town:
        town.headers["Accept"] = "text/html"
        await office.come(town, "town@example.org")
        await put(town, municipality=ELSEWHERE, registered=40, submitted=20)
        assert f'href="{theirs}"' not in await page(town, theirs)
        assert f'href="/cabinet/municipalities/{ELSEWHERE}"' in await page(town, theirs)

    shown = await page(people.head, theirs)

    assert "40 пользователей, 20 инициатив" in shown
    assert f'href="/cabinet/municipalities/{ELSEWHERE}"' not in shown, "they may not go there"
    assert f'href="{PAGE}"' in shown
    assert "внёс глава" not in shown
    assert f'href="{theirs}"' in await page(people.head)
    assert (await people.stranger.get(theirs)).status_code == 404


async def test_the_responsible_person_prepares_and_the_head_decides(office: Office, people: People) -> None:
    given = {"registered": 150, "submitted": 70, "scope": "with-settlements"}

    first = await people.responsible.post(f"{ADDRESS}/{PLACE}/draft", json=given)
    second = await people.responsible.post(f"{ADDRESS}/{PLACE}/draft", json=given | {"registered": 160})
    announced, shown = await told(office), await page(people.head)
    form = hidden(shown) | {"registered": "160", "submitted": "70", "scope": "with-settlements", **ACT}
    done = await people.head.post(PAGE, data=form, follow_redirects=False)

    assert (first.status_code, second.json()["registered"]) == (200, 160)
    assert announced == [], "nothing is in force yet"
    assert "Подготовил ответственный" in shown
    assert 'value="160"' in shown
    assert done.headers["location"] == f"{PAGE}?done=set"
    assert [each["registered"] for each in await told(office)] == ["160"]
    assert await rows_of(office, "SELECT FROM target_draft") == []
    assert "Подготовил ответственный" not in await page(people.head)


async def prepare(people: People, registered: int) -> dict[str, Any]:
    given = {"registered": registered, "submitted": 70, "scope": "own"}
    answer = await people.responsible.post(f"{ADDRESS}/{PLACE}/draft", json=given)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_act_over_the_api_drops_no_draft_unread(office: Office, people: People) -> None:
    draft = await prepare(people, 150)

    other = await put(people.head, registered=120, submitted=60)

    assert other.json() == {"version": 1, "waits": draft}
    assert 'value="150"' in await page(people.head)
    assert "которые подготовил ответственный" in await page(people.head, "/cabinet")


async def test_the_same_figures_decide_about_a_draft(office: Office, people: People) -> None:
    await prepare(people, 150)

    same = await put(people.head, registered=150, submitted=70)

    assert same.json() == {"version": 1, "waits": None}
    assert await rows_of(office, "SELECT FROM target_draft") == []


async def test_an_act_decides_about_the_draft_that_it_names(office: Office, people: People) -> None:
    first = await prepare(people, 150)
    office.now += timedelta(minutes=1)
    second = await prepare(people, 160)

    late = await put(people.head, registered=120, prepared_at=first["prepared_at"])
    none = await put(people.head, registered=120, prepared_at="")
    now = await put(people.head, registered=120, prepared_at=second["prepared_at"])

    assert [(each.status_code, slug(each)) for each in (late, none)] == [(409, "target-draft-changed")] * 2
    assert now.json() == {"version": 1, "waits": None}
    assert await rows_of(office, "SELECT FROM target_draft") == []


@pytest.mark.parametrize("given", ["вчера", "2026-02-14", "2026-02-14T10:00:00", True, 10**400, "\x00", []])
async def test_what_is_no_moment_names_no_draft(people: People, given: object) -> None:
    assert (await put(people.head, prepared_at=given)).status_code == 400


async def test_a_letter_leaves_what_is_prepared(office: Office, people: People) -> None:
    await prepare(people, 150)

    entered = await by_letter(people.operator)

    assert entered.json() == {"version": 1, "waits": None}
    assert len(await rows_of(office, "SELECT FROM target_draft")) == 1


async def test_a_draft_is_checked_as_targets_are(office: Office, people: People) -> None:
    await people_live_here(office, PLACE, 100, None)
    given = {"registered": 0, "submitted": "x", "scope": "own"}

    wrong = await people.responsible.post(f"{ADDRESS}/{PLACE}/draft", json=given)
    above = await people.responsible.post(
        f"{ADDRESS}/{PLACE}/draft", json={"registered": 101, "submitted": 1, "scope": "own"}
    )

    assert [each["field"] for each in wrong.json()["errors"]] == ["registered", "submitted"]
    assert slug(above) == "target-above-population"


async def test_an_smo_enters_a_letter_which_is_marked_until_the_head_confirms(
    office: Office, people: People
) -> None:
    entered = await by_letter(people.operator)
    mark = f"По письму № 15/исх от {TODAY.day}"
    marked = [await page(people.head), await page(people.operator), await page(people.operator, LIST)]
    again = await by_letter(people.operator, registered=210, seen=1)

    confirmed = await put(people.head, registered=210, seen=2)

    assert (entered.status_code, again.json(), confirmed.json()) == (
        201,
        {"version": 2, "waits": None},
        {"version": 3, "waits": None},
    )
    assert all(mark in shown and "глава не подтвердил" in shown for shown in marked)
    assert [each["confirmed"] for each in await told(office)] == ["false", "false", "true"]
    assert "Не установлены" not in (await page(people.head)).partition("<h1>")[2]
    assert "внёс СМО: СМО" in await page(people.head)
    row = next(row for row in (await page(people.operator, LIST)).split("<tr>") if PLACE in row)
    assert "глава не подтвердил" not in row
    assert "Распоряжение № 7-р" in row


async def test_an_smo_enters_nothing_over_what_the_head_has_set(office: Office, people: People) -> None:
    await put(people.head)

    answer = await by_letter(people.operator, seen=1)

    assert (answer.status_code, slug(answer)) == (409, "target-confirmed")
    assert "№ 7-р от" in answer.json()["detail"]
    assert "изменить их может только он" in await page(people.operator)
    assert len(await told(office)) == 1


async def test_an_smo_enters_nothing_but_letters(people: People) -> None:
    by_act = await put(people.operator)
    draft = await people.operator.post(f"{ADDRESS}/{PLACE}/draft", json=targets())
    late = await by_letter(people.operator, letter={"number": "", "day": (TODAY + timedelta(1)).isoformat()})

    assert (by_act.status_code, slug(by_act)) == (422, "target-by-letter")
    assert draft.status_code == 404
    assert [each["field"] for each in late.json()["errors"]] == ["number", "day"]


async def test_an_smo_enters_nothing_for_the_municipalities_of_another(
    office: Office, people: People
) -> None:
    await office.pool.execute(
        "INSERT INTO smo (id, name, covers_all, version) VALUES ('other', 'Другой', false, 1)"
    )
    await office.pool.execute("UPDATE municipality SET smo = 'other' WHERE code = $1", PLACE)

    answers = [
        await by_letter(people.operator),
        await people.operator.get(PAGE),
        await people.operator.get(f"{ADDRESS}?within={PLACE}"),
        await people.operator.post(f"{ADDRESS}/reminders", json={"municipality": PLACE}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert PLACE not in (await people.operator.get(LIST)).text


async def test_a_served_settlement_sets_its_own(office: Office, people: People) -> None:
    await appoint(people.administrator, appointment("head", ELSEWHERE, "town@example.org"))
    await office.come(people.stranger, "town@example.org")
    served = await people.stranger.post(
        f"/api/v1/municipalities/{ELSEWHERE}/serving", json={"number": "1", "day": TODAY.isoformat()}
    )

    by_district = await put(people.head, municipality=ELSEWHERE)
    prepared = await people.responsible.post(f"{ADDRESS}/{ELSEWHERE}/draft", json=targets())
    own = await put(people.stranger, municipality=ELSEWHERE)

    assert served.status_code < 300, served.text
    assert (by_district.status_code, prepared.status_code) == (403, 403)
    assert "устанавливает его глава" in by_district.json()["detail"]
    assert own.status_code == 201
    assert "200 пользователей" in await page(people.head, f"/cabinet/municipalities/{ELSEWHERE}/targets")


async def test_others_set_nothing(office: Office, people: People) -> None:
    answers = [
        await put(people.administrator),
        await put(people.deputy),
        await put(people.responsible),
        await put(people.stranger),
        await put(people.head, municipality="99999999"),
        await put(people.head, municipality="\x00"),
        await put(people.head, municipality="region"),
        await people.head.post(f"{ADDRESS}/{PLACE}/draft", json=targets()),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 404, 404, 422, 404, 403]
    assert (await people.stranger.get(PAGE)).status_code == 404
    assert '<form method="post" action="/cabinet/municipalities' not in await page(people.deputy)
    assert await told(office) == []


async def test_what_was_transformed_sets_nothing(office: Office, people: People) -> None:
    await office.pool.execute(
        "UPDATE municipality SET successor_of = ARRAY[$1] WHERE code = $2", PLACE, FOREIGN
    )

    answer = await put(people.head)

    assert (answer.status_code, slug(answer)) == (409, "municipality-transformed")


async def test_a_successor_sets_targets_with_those_from_whom_it_took_over(
    office: Office, people: People
) -> None:
    await office.pool.execute("UPDATE municipality SET parent = NULL WHERE parent = $1", FOREIGN)
    alone = await put(people.stranger, municipality=FOREIGN, scope="with-settlements")
    await office.pool.execute(
        "UPDATE municipality SET successor_of = ARRAY[$1] WHERE code = $2", ELSEWHERE, FOREIGN
    )

    shown = await page(people.stranger, f"/cabinet/municipalities/{FOREIGN}/targets")
    answer = await put(people.stranger, municipality=FOREIGN, scope="with-settlements")

    assert "Вместе с преобразованными" in shown
    assert answer.status_code == 201, answer.text
    assert slug(alone) == "target-without-settlements"


async def test_the_empty_form_shows_a_proposal_and_says_so(office: Office, people: People) -> None:
    unknown = await page(people.head)
    await office.pool.execute("UPDATE municipality SET audience = 10 WHERE parent = $1", PLACE)
    await people_live_here(office, PLACE, None, 950)
    settlements = await office.pool.fetchval("SELECT count(*) FROM municipality WHERE parent = $1", PLACE)

    shown = await page(people.head)

    own = 950 - 10 * settlements
    registered = int(own * 0.2 + 0.5)
    assert "Предложение" not in unknown
    assert (
        f"Предложение: {registered} – 20 % от {own}".replace(f"{own}", f"{own:,}".replace(",", " ")) in shown
    )
    assert "Предложение с поселениями: 190 – 20 % от 950" in shown
    assert f'value="{registered}"' in shown
    await put(people.head)
    assert "Предложение" not in await page(people.head)


async def test_the_rule_of_the_proposal_is_the_campaigns(office: Office, people: People) -> None:
    await office.pool.execute(
        'UPDATE campaign SET plan = \'{"registered_percent": 50, "submitted_per_registered": 1.5}\''
    )
    await people_live_here(office, FOREIGN, None, 10)
    await office.pool.execute("UPDATE municipality SET audience = 0 WHERE parent = $1", FOREIGN)

    shown = await page(people.stranger, f"/cabinet/municipalities/{FOREIGN}/targets")

    assert "Предложение: 5 – 50 % от 10" in shown
    assert "инициатив – 8, по 1,5 на каждого" in shown


async def test_an_smo_learns_no_name_but_of_the_head(office: Office, people: People) -> None:
    await office.pool.execute("UPDATE account SET name = 'Писарева Анна' WHERE email = 'clerk@example.org'")
    await put(people.clerk)

    assert "Писарева" in await page(people.head)
    shown = await page(people.operator)
    assert "Писарева" not in shown
    assert "внесено за главу: Петров Пётр Петрович" in shown


async def test_every_version_is_told_in_a_new_epoch(office: Office, people: People) -> None:
    await by_letter(people.operator)
    await put(people.head, seen=1)
    signer: Any = None

    async with everything(office.pool) as db:
        stream = Stream("dialogue.appointments.v1", 0)
        again = [event async for event in restate(signer)(db, stream) if isinstance(event, TargetSet)]

    assert [(event.number, event.confirmed) for event in again] == [(1, False), (2, True)]
    assert await told(office) == [
        {"number": str(e.number), "registered": str(e.registered), "confirmed": str(e.confirmed).lower()}
        for e in again
    ]
