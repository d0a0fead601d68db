"""Staff meetings over HTTP, without JavaScript: the sheet, rows that are sent, what comes back and stays."""

import io
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import xlsxwriter
from pypdf import PdfReader

from contracts.appointments import Role
from services.chassis.db import pruning
from services.chassis.db.pool import Pool
from services.intake.core.domain import Author
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts
from services.intake.staff_meetings.domain.meetings import KEPT_SENT, KEPT_UNSENT
from services.intake.staff_meetings.store.meetings import PRUNED
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.intake.conftest import Hall
from tests.intake.determination.office import SCHOOL
from tests.intake.staff_meetings.meeting import ADDRESS, Meetings, row, rows, words
from tests.intake.test_personal import everything_in

SECRET = "Свет на улице Тайной"


def table(*lines: tuple[str | int, ...]) -> bytes:
    """A table as a spreadsheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for nth, cells in enumerate(lines):
            sheet.write_row(nth, 0, cells)
    return file.getvalue()


async def test_a_meeting_is_of_an_organization_of_ones_own_and_of_a_day_that_has_been(
    meetings: Meetings,
) -> None:
    token = await meetings.coordinator()
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    refused = await meetings.send(token, "", organization=str(uuid4()), day=tomorrow)
    early = await meetings.send(token, "", organization=str(SCHOOL), day="1999-01-01")

    assert refused.status_code == early.status_code == 422
    assert "Выберите организацию из списка." in words(refused)
    assert "будущим днём собрание не внести" in words(refused)
    assert "День собрания – с" in words(early)
    assert "Ваши собрания" not in words(await meetings.look(token))


async def test_a_meeting_is_seen_by_whoever_began_it_alone(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)
    others = [
        await meetings.coordinator(),
        await meetings.grant(Role.HEAD, DISTRICT),
        await meetings.grant(Role.HEAD, OKRUG, OKRUG),
    ]

    assert "Школа № 1" in words(await meetings.look(token))
    for other in others:
        assert (await meetings.look(other, path)).status_code == 404
        assert (await meetings.look(other, f"{path}/people")).status_code == 404
        assert (await meetings.look(other, f"{path}/papers/sheet.pdf")).status_code == 404
        assert (await meetings.send(other, path, do="send", **row(uuid4()))).status_code == 404
        assert (await meetings.send(other, f"{path}/people", people="Ли Анна")).status_code == 404
        assert (await meetings.send(other, f"{path}/people/1/removal")).status_code == 404
    assert await meetings.grid(path) == []


async def test_whoever_enters_nothing_has_no_meetings(meetings: Meetings) -> None:
    operator = await meetings.grant(Role.SMO_OPERATOR, "smo")

    assert (await meetings.look(operator)).status_code == 404


async def test_a_table_puts_people_on_the_sheet_once(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token, "Ёлкина Анна")
    content = table(
        ("ФИО", "Эл. почта", "Должность", "Номер согласия"),
        ("Петров Иван", "petrov@example.org", "Депутат", 7),
        ("Елкина Анна", "", "", ""),
    )

    answers = [
        await meetings.send(
            token, f"{path}/people", file=("list.xlsx", content), people="", position="budget"
        )
        for _ in range(2)
    ]

    assert [answer.headers["location"].partition("?")[2] for answer in answers] == [
        "added=1&before=1",
        "added=0&before=2",
    ]
    page = words(await meetings.look(token, f"{path}/people"))
    assert "Петров Иван petrov@example.org Депутат, согласие 7" in page


async def test_bad_lines_come_back_with_what_was_typed(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token, "")

    answer = await meetings.send(
        token, f"{path}/people", people="Ли Анна\n; a@example.org", position="budget"
    )
    no_table = await meetings.send(token, f"{path}/people", file=("a.pdf", b"%PDF-1.7"), people="")

    assert (answer.status_code, no_table.status_code) == (422, 422)
    assert "Строка 2: Введите фамилию, имя и отчество." in words(answer)
    assert "Ли Анна ; a@example.org" in words(answer)
    assert "PDF" in words(no_table)
    assert "В листе пока никого" in words(await meetings.look(token, f"{path}/people"))


async def test_somebody_on_the_sheet_is_corrected_or_taken_off_until_they_are_an_author(
    meetings: Meetings,
) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)
    said = {"name": "Ёлкина Анна Ольговна", "email": "", "position": "deputy", "consent": "5"}

    changed = await meetings.send(token, f"{path}/people/3", **said)
    twice = await meetings.send(token, f"{path}/people/3", **(said | {"name": "Петров Иван Сергеевич"}))
    removed = await meetings.send(token, f"{path}/people/2/removal")
    await meetings.send(token, path, do="send", **row(uuid4(), "3"))
    late = [
        await meetings.send(token, f"{path}/people/3", **said),
        await meetings.send(token, f"{path}/people/3/removal"),
    ]

    assert (changed.status_code, twice.status_code, removed.status_code) == (303, 422, 303)
    assert [answer.status_code for answer in late] == [409, 409]
    page = words(await meetings.look(token, f"{path}/people"))
    assert "Ёлкина Анна Ольговна Депутат, согласие 5" in page
    assert "Петров Иван" not in page


async def test_good_rows_are_stored_and_the_others_come_back_with_what_is_wrong(meetings: Meetings) -> None:
    token, good, bad = await meetings.coordinator(), uuid4(), uuid4()
    path = await meetings.begun(token)
    grid = rows(row(good, "1, ёлк"), row(bad, "9", title="", direction="Космос"))

    answer = await meetings.send(token, path, do="send", **grid)

    assert answer.status_code == 422
    page = words(answer)
    assert "Не отправлено строк: 1" in page
    assert "Остальные поданы: 1" in page
    assert "В листе регистрации нет «№ 9»." in page
    assert "Направления «Космос» в марафоне нет." in page
    assert "Укажите название" in page
    sent, waiting = await meetings.grid(path)
    assert (sent["key"], sent["authors"]) == (good, "1 Иванова М. П., 3 Ёлкина А. О.")
    assert (waiting["key"], waiting["direction"], waiting["title"]) == (bad, "Космос", None)
    assert f'id="title-{good}"' not in answer.text, "what is stored can only be read"
    assert (
        f'id="authors-{bad}" name="authors-{bad}" value="9" data-cell="authors" autocomplete="off" autofocus'
        in (" ".join(answer.text.split()))
    )


async def test_a_corrected_grid_is_sent_again_and_stores_nothing_twice(meetings: Meetings) -> None:
    token, first, second = await meetings.coordinator(), uuid4(), uuid4()
    path = await meetings.begun(token)
    await meetings.send(token, path, do="send", **rows(row(first), row(second, "9")))

    grid = rows(row(first, title="Другое"), row(second, "1,2", "Мост"))
    answers = [await meetings.send(token, path, do="send", **grid) for _ in range(2)]

    assert answers[0].headers["location"] == f"{ADDRESS}{path}?sent=1"
    assert "Отправлять пока нечего." in words(answers[1])
    assert [each["title"] for each in await meetings.grid(path)] == ["Свет на улице", "Мост"]
    submitted = [data["number"] for kind, data in await meetings.told() if "submitted" in kind]
    assert submitted == [each["number"] for each in await meetings.grid(path)]


async def test_an_answer_that_was_lost_is_given_again(meetings: Meetings) -> None:
    token, key = await meetings.coordinator(), uuid4()
    path = await meetings.begun(token)
    await meetings.send(token, path, do="send", **row(key))
    number = (await meetings.grid(path))[0]["number"]
    await meetings.pool.execute("UPDATE staff_meeting_grid SET initiative_id = NULL, number = NULL")

    again = await meetings.send(token, path, do=f"send:{key}", **row(key))

    assert again.headers["location"].endswith("?sent=1")
    assert [each["number"] for each in await meetings.grid(path)] == [number]
    assert len(await meetings.told()) == 1


async def test_one_row_is_sent_alone(meetings: Meetings) -> None:
    token, first, second = await meetings.coordinator(), uuid4(), uuid4()
    path = await meetings.begun(token)

    answer = await meetings.send(
        token, path, do=f"send:{second}", **rows(row(first), row(second, "2", "Мост"))
    )

    assert answer.headers["location"] == f"{ADDRESS}{path}?sent=1"
    assert "Ещё не отправлено: 1." in words(await meetings.look(token, f"{path}?sent=1"))
    assert [(each["title"], bool(each["number"])) for each in await meetings.grid(path)] == [
        ("Мост", True),
        ("Свет на улице", False),
    ]
    assert "не отправлено: 1" in words(await meetings.look(token))


async def test_the_same_person_is_one_participant_however_often_they_are_an_author(
    meetings: Meetings,
) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)

    for title in ("Мост", "Лавка"):
        grid = rows(row(uuid4(), "1,2,3", title), row(uuid4(), "3,2", f"{title} вторая"))
        assert (await meetings.send(token, path, do="send", **grid)).status_code == 303

    count = await meetings.pool.fetchval("SELECT count(*) FROM participant")
    known = await meetings.pool.fetchval("SELECT count(DISTINCT participant_id) FROM staff_meeting_person")
    assert (count, known) == (3, 3)


async def test_somebody_of_the_same_name_is_asked_about_once(meetings: Meetings) -> None:
    token, key = await meetings.coordinator(), uuid4()
    before, path = await meetings.begun(token), await meetings.begun(token)
    await meetings.send(token, before, do="send", **row(uuid4(), "2,3"))

    asked = await meetings.send(token, path, do="send", **row(key, "2,3"))
    assert "уже зарегистрирован человек с таким именем. Это он?" in words(asked)
    people = await meetings.pool.fetch("SELECT id, name FROM participant")
    (participant,) = [each["id"] for each in people if each["name"] == "Петров Иван Сергеевич"]
    same = await meetings.send(token, path, do=f"same:2:{participant}:{key}", **row(key, "2,3"))
    another = await meetings.send(token, path, do=f"another:3:{key}", **row(key, "2,3"))

    assert (asked.status_code, same.status_code, another.status_code) == (422, 422, 303)
    names = sorted(each["name"] for each in await meetings.pool.fetch("SELECT name FROM participant"))
    assert names == [*["Ёлкина Анна Олеговна"] * 2, "Петров Иван Сергеевич"]


async def test_whoever_withdraws_the_consent_is_no_author_of_the_rows_that_wait(
    meetings: Meetings, intake: Pool, hall: Hall, intake_database: Database
) -> None:
    token, waiting = await meetings.coordinator(), uuid4()
    path = await meetings.begun(token)
    await meetings.send(token, path, do="send", **row(uuid4(), "1, 3"))
    await meetings.send(token, path, **row(waiting, "иванова, 2"))
    (who,) = [
        Author(each["id"], DISTRICT, "spring", "")
        for each in await meetings.pool.fetch("SELECT id, email FROM participant")
        if each["email"] == "ivanova@example.org"
    ]
    await meetings.pool.execute("DELETE FROM letter")

    picture = hall.web.app.state.region.picture
    await erase_participant(intake, picture, who, Texts.KEPT, datetime.now(UTC))
    left = await everything_in(intake_database)
    refused = await meetings.send(token, path, do="send", **row(waiting, "1 Иванова М. П., 2"))
    without = await meetings.send(token, path, do="send", **row(waiting, "2"))

    assert not any(word in left for word in ("Иванова", "ivanova@"))
    assert "Человек под № 1 отозвал согласие на обработку данных. Уберите его из авторов." in words(refused)
    assert (refused.status_code, without.status_code) == (422, 303)
    assert [each["authors"] for each in await meetings.grid(path)] == ["1, 3 Ёлкина А. О.", "2 Петров И. С."]
    assert await meetings.pool.fetchval("SELECT count(*) FROM participant") == 3
    assert "Согласие отозвано" in words(await meetings.look(token, f"{path}/people"))
    assert "Иванова" not in (await meetings.look(token, path)).text


async def test_whoever_has_moved_is_known_by_the_address(meetings: Meetings) -> None:
    token, key = await meetings.coordinator(), uuid4()
    path = await meetings.begun(token)
    await meetings.send(token, path, do="send", **row(uuid4(), "2"))
    await meetings.pool.execute("UPDATE participant_directory SET tenant = $1", OKRUG)
    await meetings.pool.execute("UPDATE participant SET municipality = $1", OKRUG)
    said = {"name": "Петров Иван Сергеевич", "position": "deputy", "consent": "12-с"}

    refused = await meetings.send(token, path, do="send", **row(key, "2"))
    page = await meetings.look(token, f"{path}/people")
    changed = await meetings.send(token, f"{path}/people/2", email="petrov@example.org", **said)
    sent = await meetings.send(token, path, do="send", **row(key, "2"))

    assert "Человек под № 2 теперь участвует в другом муниципальном образовании." in words(refused)
    assert "/people/2/removal" in page.text
    assert (refused.status_code, changed.status_code, sent.status_code) == (422, 303, 303)


async def test_what_is_typed_is_kept_by_itself_and_stays_when_it_is_blank_elsewhere(
    meetings: Meetings,
) -> None:
    token, first, second = await meetings.coordinator(), uuid4(), uuid4()
    path = await meetings.begun(token)

    kept = await meetings.send(token, f"{path}/grid", **rows(row(first, "ёлк", SECRET), row(second, form="")))
    other_tab = await meetings.send(token, f"{path}/grid", **row(uuid4(), "", "", text=""))
    emptied = await meetings.send(token, f"{path}/grid", **row(second, "", "", text=""))

    assert kept.text.startswith("Сохранено в ")
    assert (other_tab.status_code, emptied.status_code) == (200, 200)
    assert [each["title"] for each in await meetings.grid(path)] == [SECRET]
    page = await meetings.look(token, path)
    assert f'value="{SECRET}"' in page.text
    assert 'value="3 Ёлкина А. О."' in page.text
    assert words(await meetings.look(token, f"{path}?rows=10")).count("Отправить строку") == 1 + 10 + 1


async def test_a_grid_has_an_end_and_what_was_typed_comes_back(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)

    answer = await meetings.send(token, path, do="send", **rows(*(row(uuid4()) for _ in range(101))))

    assert "За один раз можно внести 100 строк." in words(answer)
    assert answer.text.count('value="Свет на улице"') == 101
    assert await meetings.grid(path) == []


async def test_strange_text_is_stored_as_texts_are_or_refused_in_its_row(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)
    strange = "Свет\u200b \u202e«на»\xad улице\0 👩\u200d🏫"

    answer = await meetings.send(
        token, path, do="send", **rows(row(uuid4(), title=strange), row(uuid4(), text="я" * 9000))
    )

    assert "В тексте 9000 знаков. Сократите его до 4000." in words(answer).replace("9 000", "9000").replace(
        "4 000", "4000"
    )
    assert [each["title"] for each in await meetings.grid(path)] == [
        "Свет «на» улице 👩\u200d🏫",
        "Свет на улице",
    ]


async def test_names_and_rows_go_some_days_after_everything_is_sent(meetings: Meetings) -> None:
    token, now = await meetings.coordinator(), datetime.now(UTC)
    done, waiting = await meetings.begun(token), await meetings.begun(token)
    await meetings.send(token, done, do="send", **row(uuid4()))
    await meetings.send(token, waiting, **row(uuid4()))

    async def left(after: timedelta) -> dict[str, int]:
        for rule in PRUNED:
            await pruning.apply(meetings.pool, rule, now + after)
        people = await meetings.pool.fetch(
            "SELECT meeting_id, count(*)::int FROM staff_meeting_person GROUP BY 1"
        )
        return {f"/{meeting}": count for meeting, count in people}

    assert await left(KEPT_SENT - timedelta(hours=1)) == {done: 3, waiting: 3}
    assert await left(KEPT_SENT + timedelta(hours=1)) == {waiting: 3}
    assert await left(KEPT_UNSENT + timedelta(hours=1)) == {}
    assert await meetings.grid(done) == []
    assert "Это собрание закрыто" in words(await meetings.look(token, done))
    assert (await meetings.send(token, done, do="send", **row(uuid4()))).status_code == 409
    assert (await meetings.send(token, f"{done}/people", people="Ли Анна")).status_code == 409
    assert "подано 1 Закрыто" in words(await meetings.look(token))


async def test_every_change_but_typing_leaves_an_audit_line(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)
    await meetings.send(token, path, **row(uuid4()))

    lines = await meetings.pool.fetch("SELECT action, subject FROM audit ORDER BY id")

    assert [tuple(line) for line in lines] == [
        ("staff-meeting-begun", path[1:]),
        ("sheet-changed", path[1:]),
    ]


async def test_papers_are_printed(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    path = await meetings.begun(token)

    said = {}
    for paper in ("idea", "sheet", "leaflet"):
        answer = await meetings.look(token, f"{path}/papers/{paper}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        said[paper] = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)

    assert "1. Дороги" in said["idea"]
    assert "Ёлкина Анна Олеговна" in said["sheet"]
    assert f"/register?organization={SCHOOL}" in said["leaflet"].replace("\n", "")
    assert (await meetings.look(token, f"{path}/papers/other.pdf")).status_code == 404
    assert UUID(path[1:])
