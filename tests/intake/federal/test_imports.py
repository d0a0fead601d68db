"""Importing the platform's tables: each row once, beside ours, never instead of what people wrote."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from services.chassis.errors import Unavailable
from services.intake.federal.commands.import_tables import Importer
from services.intake.federal.commands.remove_files import remove_old
from services.intake.federal.domain.imports import ATTEMPTS, FILE_KEPT, State
from services.intake.federal.store import imports
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, mirror_region
from tests.intake.federal.council import COLUMNS, HEAD, IMPORTS, Council, as_csv, as_xlsx, line
from tests.intake.federal.here import Here
from tests.intake.test_api import slug

COUNTED = ("state", "rows", "done", "added", "changed", "same", "bad", "linked")


def counted(state: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(state[name] for name in COUNTED)


async def test_a_table_is_imported_beside_ours(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    table = as_csv(line("F-1", title="Мост"), line("F-2", "Городской округ город Воленск", dated=""))

    state = await council.imported(importer, smo, table)

    assert counted(state) == ("done", 2, 2, 2, 0, 0, 0, 0)
    rows = await council.rows()
    told = [(r["municipality"], r["dated"], r["status"], r["title"]) for r in rows.values()]
    assert told == [
        (OKRUG, date(2026, 2, 14), "На рассмотрении", "Мост"),
        (OKRUG, None, "На рассмотрении", ""),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(as_csv(line("1", title="Мост")), id="semicolons"),
        pytest.param(as_csv(line("1", title="Мост"), between=","), id="commas"),
        pytest.param(b"\xef\xbb\xbf" + as_csv(line("1", title="Мост")), id="mark of UTF-8"),
        pytest.param(as_csv(line("1", title="Мост")).decode().encode("cp1251"), id="Windows-1251"),
        pytest.param(as_xlsx(line(1, str(int(OKRUG)), title="Мост")), id="XLSX with numbers"),
        pytest.param(
            as_xlsx(line(1, title="Мост") + ("x",) * 95, head=HEAD + tuple(f"c{n}" for n in range(95))),
            id="a hundred columns",
        ),
        pytest.param(as_csv(line("'=1", title="Мост")), id="guarded against formulas"),
    ],
)
async def test_a_table_is_read_as_spreadsheets_write_it(
    council: Council, importer: Importer, content: bytes
) -> None:
    state = await council.imported(importer, await council.operator(), content)

    assert (state["state"], state["added"], state["bad_rows"]) == ("done", 1, [])
    ((number, row),) = (await council.rows()).items()
    assert (number.removeprefix("="), row["municipality"], row["title"]) == ("1", OKRUG, "Мост")


async def test_a_table_that_comes_again_changes_what_is_new_alone(
    council: Council, importer: Importer
) -> None:
    smo = await council.operator()
    await council.imported(importer, smo, as_csv(line("1"), line("2"), line("3")))

    again = await council.imported(
        importer, smo, as_csv(line("1"), line("2", status="Поддержана"), line("4"))
    )

    assert counted(again) == ("done", 3, 3, 1, 1, 1, 0, 0)
    assert {n: r["status"] for n, r in (await council.rows()).items()} == {
        "1": "На рассмотрении",
        "2": "Поддержана",
        "3": "На рассмотрении",
        "4": "На рассмотрении",
    }


async def test_bad_rows_are_told_by_line_and_the_others_are_taken(
    council: Council, importer: Importer
) -> None:
    smo = await council.operator()
    table = as_csv(
        line(""),
        line("2", "Нигде"),
        line("3", dated="вчера"),
        line("4", own="пять"),
        line("5", status="#N/A"),
        line("6", title="д" * 1001),
        line("7"),
        line("7", title="ещё раз"),
        line("", "99999999", dated="31.02.2026"),
    )

    state = await council.imported(importer, smo, table)

    assert counted(state) == ("done", 9, 9, 1, 0, 0, 8, 0)
    assert [(row["line"], row["slug"]) for row in state["bad_rows"]] == [
        (2, "row-federal-number"),
        (3, "row-municipality-unknown"),
        (4, "row-date"),
        (5, "row-own-number"),
        (6, "row-cell-failed"),
        (7, "row-cell-long"),
        (9, "row-number-twice"),
        (10, "row-federal-number"),
        (10, "row-municipality-unknown"),
        (10, "row-date"),
    ]
    assert state["bad_rows"][6]["detail"] == "Номер 7 уже есть в строке 8 этой таблицы. Оставьте одну из них."
    assert list(await council.rows()) == ["7"]


async def test_an_smo_imports_for_its_own_municipalities_alone(council: Council, importer: Importer) -> None:
    await mirror_region(council.pool, [define_municipality(SETTLEMENT, "Чужое", DISTRICT, 2, "other")])
    council.refresh()
    smo, other = await council.operator(), await council.operator("other")
    await council.imported(importer, other, as_csv(line("7", SETTLEMENT)))

    state = await council.imported(
        importer, smo, as_csv(line("1", DISTRICT), line("2", SETTLEMENT), line("7", DISTRICT))
    )

    assert [(row["line"], row["slug"]) for row in state["bad_rows"]] == [
        (3, "row-municipality-foreign"),
        (4, "row-number-elsewhere"),
    ]
    assert {n: r["municipality"] for n, r in (await council.rows()).items()} == {
        "1": DISTRICT,
        "7": SETTLEMENT,
    }


async def test_a_row_is_linked_where_number_or_title_leave_no_doubt(
    council: Council, importer: Importer
) -> None:
    numbered = await council.submit(OKRUG, title="Иначе названа")
    titled = await council.submit(OKRUG, title="Ремонт моста «Новый».")
    for title in ("Лавка", "Лавка"):
        await council.submit(OKRUG, title=title)
    await council.submit(OKRUG, title="Отозвана", status=InitiativeStatus.WITHDRAWN)
    await council.submit(DISTRICT, title="В другом месте")
    table = as_csv(
        line("1", own=f"№ {numbered.number}"),
        line("2", title="ремонт моста новый"),
        line("3", title="Лавка"),
        line("4", title="Отозвана"),
        line("5", title="В другом месте"),
        line("6", own="77777"),
    )

    state = await council.imported(importer, await council.operator(), table)

    linked = {n: (r["initiative_id"], r["linked"]) for n, r in (await council.rows()).items()}
    assert state["linked"] == 2
    assert linked["1"] == (numbered.id, "number")
    assert linked["2"] == (titled.id, "title")
    assert {linked[number] for number in "3456"} == {(None, None)}


async def test_an_import_changes_no_initiative(council: Council, importer: Importer) -> None:
    await council.submit(OKRUG, title="Мост", status=InitiativeStatus.PUT_FORWARD)
    before = await council.pool.fetch("SELECT * FROM initiative")

    await council.imported(importer, await council.operator(), as_csv(line("1", title="Мост")))

    assert await council.pool.fetch("SELECT * FROM initiative") == before
    assert await council.told() == []


async def test_a_row_that_moves_loses_the_link_that_was_of_another_place(
    council: Council, importer: Importer
) -> None:
    smo, ours = await council.operator(), await council.submit(OKRUG, title="Мост")
    await council.imported(importer, smo, as_csv(line("1", title="Мост")))

    await council.imported(importer, smo, as_csv(line("1", DISTRICT, title="Мост")))

    row = (await council.rows())["1"]
    assert (row["municipality"], row["initiative_id"]) == (DISTRICT, None)
    assert ours.municipality == OKRUG


async def test_the_columns_are_kept_for_the_next_table(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await council.imported(importer, smo, as_csv(line("1")))

    again = await council.imported(importer, smo, as_xlsx(line("2")), columns=None)

    assert again["added"] == 1


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (None, "federal-column-missing"),
        ({}, "federal-column-missing"),
        ({"number": "ID"}, "federal-column-missing"),
        (COLUMNS | {"title": "Нет такого"}, "federal-column-unknown"),
        (COLUMNS | {"title": "ID"}, "federal-column-twice"),
        ([1], "federal-columns-unreadable"),
        ({"number": 5}, "federal-columns-unreadable"),
    ],
)
async def test_columns_that_cannot_be_are_refused(council: Council, columns: object, expected: str) -> None:
    answer = await council.send(await council.operator(), as_csv(line("1")), columns=columns)

    assert (answer.status_code, slug(answer)) == (422, expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "federal-file-empty"),
        (as_csv(), "federal-file-empty"),
        (b"%PDF-1.7", "row-file-kind"),
        (b"PK\x03\x04broken", "row-spreadsheet"),
        (b"\x98\xff\x98", "row-encoding"),
    ],
)
async def test_what_is_no_table_is_refused(council: Council, content: bytes, expected: str) -> None:
    answer = await council.send(await council.operator(), content)

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert await council.pool.fetchval("SELECT count(*) FROM federal_import") == 0


@pytest.mark.parametrize("role", [Role.HEAD, Role.RESPONSIBLE, Role.COORDINATOR, Role.MEMBER])
async def test_nobody_else_imports(council: Council, role: Role) -> None:
    answer = await council.send(await council.grant(role, DISTRICT), as_csv(line("1")))

    assert (answer.status_code, slug(answer)) == (403, "not-yours-to-import")


async def test_anothers_table_is_not_there(council: Council) -> None:
    administrator, smo, other = [
        await council.administrator(),
        await council.operator(),
        await council.operator("other"),
    ]
    regions = (await council.send(administrator, as_csv(line("1")))).json()["id"]
    theirs = (await council.send(smo, as_csv(line("1")))).json()["id"]

    seen = {}
    for who, token in (("administrator", administrator), ("smo", smo), ("other", other)):
        async with council.at_desk(token) as desk:
            for id_ in (regions, theirs, str(uuid4())):
                seen[who, id_] = (await desk.get(f"{IMPORTS}/{id_}")).status_code

    assert [seen["administrator", regions], seen["administrator", theirs]] == [200, 200]
    assert [seen["smo", regions], seen["smo", theirs]] == [404, 200]
    assert [seen["other", regions], seen["other", theirs]] == [404, 404]
    assert {status for (_, id_), status in seen.items() if id_ not in (regions, theirs)} == {404}


async def test_a_repeated_upload_is_one(council: Council) -> None:
    smo, key = await council.operator(), uuid4().hex
    async with council.at_desk(smo) as desk:
        columns = '{"number": "ID", "municipality": "Муниципалитет"}'.encode()
        named = b"--b\r\nContent-Disposition: form-data; name="
        file = named + b'"file"; filename="t.csv"\r\n\r\n' + as_csv(line("1"))
        body = named + b'"columns"\r\n\r\n' + columns + b"\r\n" + file + b"\r\n--b--\r\n"
        headers = {"Idempotency-Key": key, "Content-Type": "multipart/form-data; boundary=b"}
        answers = [await desk.post(IMPORTS, content=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await council.pool.fetchval("SELECT count(*) FROM federal_import") == 1


def kept(importer: Importer) -> set[Path]:
    """The tables that were uploaded."""
    return set(Path(str(importer.files._store.prefix)).rglob("federal/*"))


async def test_a_table_that_was_not_kept_leaves_no_file(
    council: Council, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> object:
        raise Unavailable("files-unavailable")

    smo, before = await council.operator(), kept(importer)
    with monkeypatch.context() as patched:
        patched.setattr(imports, "add", lost)
        answer = await council.send(smo, as_csv(line("1")))

    assert (answer.status_code, kept(importer)) == (503, before)


async def test_two_workers_at_once_take_each_row_once(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    table = as_csv(*(line(number) for number in range(2500)))
    id_ = (await council.send(smo, table)).json()["id"]

    await asyncio.gather(importer.look(), importer.look())

    assert counted(await council.state(smo, id_)) == ("done", 2500, 2500, 2500, 0, 0, 0, 0)
    assert len(await council.rows()) == 2500


async def test_a_region_that_is_not_known_yet_decides_nothing(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    id_ = (await council.send(smo, as_csv(line("1")))).json()["id"]
    mirrored = await council.pool.fetch("DELETE FROM mirror RETURNING *")

    await importer.look()
    early = counted(await council.state(smo, id_))
    await council.pool.executemany(
        "INSERT INTO mirror SELECT (jsonb_populate_record(NULL::mirror, $1)).*",
        [(orjson.dumps(dict(row), default=str).decode(),) for row in mirrored],
    )
    importer.region._drawn_of = None
    await importer.look()

    assert early == ("waiting", 1, 0, 0, 0, 0, 0, 0)
    assert counted(await council.state(smo, id_)) == ("done", 1, 1, 1, 0, 0, 0, 0)


async def test_an_import_that_another_worker_ended_stays_ended(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    state = await council.imported(importer, smo, as_csv(line("1"), line("2", DISTRICT)))
    async with council.pool.acquire() as db:
        late = replace(await imports.one(db, UUID(state["id"]), None), state=State.LINKING, linked_up_to="")

    await importer._link(late)

    assert await council.state(smo, state["id"]) == state


async def test_links_are_sought_from_where_the_other_worker_is(council: Council, importer: Importer) -> None:
    smo, ours = await council.operator(), await council.submit(OKRUG)
    state = await council.imported(importer, smo, as_csv(line("1", own=ours.number), line("2", DISTRICT)))
    async with council.pool.acquire() as db:
        late = replace(await imports.one(db, UUID(state["id"]), None), state=State.LINKING, linked_up_to="")
    await council.pool.execute("UPDATE federal_row SET initiative_id = NULL, linked = NULL")
    await council.pool.execute("UPDATE federal_import SET state = 'linking'")

    await importer._link(late)

    assert await council.pool.fetchval("SELECT linked FROM federal_import") == 1
    assert await council.pool.fetchval("SELECT count(initiative_id) FROM federal_row") == 0


class Broken(Here):
    """Breaks off over the table that says so."""

    async def portions(self, content: bytes, columns: Sequence[int]) -> list[bytes]:
        if "Сломана".encode() in content:
            raise RuntimeError("broken")
        return await super().portions(content, columns)


async def test_an_import_that_breaks_off_holds_no_other_up_and_is_given_up(
    council: Council, importer: Importer
) -> None:
    smo = await council.operator()
    broken = (await council.send(smo, as_csv(line("1", title="Сломана")))).json()["id"]
    whole = (await council.send(smo, as_csv(line("2")))).json()["id"]
    importer = replace(importer, reader=Broken())

    await importer.look()
    first = [(await council.state(smo, id_))["state"] for id_ in (broken, whole)]
    waits = await council.pool.fetchval("SELECT not_before > now() FROM federal_import WHERE attempts = 1")
    for _ in range(ATTEMPTS):
        await council.pool.execute("UPDATE federal_import SET not_before = NULL")
        await importer.look()

    assert (first, waits) == (["waiting", "done"], True)
    state = await council.state(smo, broken)
    assert (state["state"], state["detail"].partition(".")[0]) == (
        "failed",
        "Внести таблицу до конца не удалось",
    )


async def test_a_storage_that_is_away_is_waited_for(
    council: Council, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: str) -> object:
        raise Unavailable("files-unavailable")

    smo = await council.operator()
    id_ = (await council.send(smo, as_csv(line("1")))).json()["id"]
    with monkeypatch.context() as patched:
        patched.setattr(importer.files, "read", away)
        for _ in range(ATTEMPTS + 2):
            await importer.look()
            await council.pool.execute("UPDATE federal_import SET not_before = NULL")
    before = (await council.state(smo, id_))["state"]

    await importer.look()

    assert (before, (await council.state(smo, id_))["state"]) == ("waiting", "done")


async def test_a_file_that_is_gone_is_told(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    id_ = (await council.send(smo, as_csv(line("1")))).json()["id"]
    await importer.files.remove(f"federal/{id_}")

    await importer.look()

    state = await council.state(smo, id_)
    assert (state["state"], state["detail"]) == (
        "failed",
        "Файл не сохранился. Загрузите таблицу ещё раз: внесённые строки не повторятся.",
    )


async def test_tables_are_removed_after_a_month(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    state = await council.imported(importer, smo, as_csv(line("1")))
    uploaded = datetime.fromisoformat(state["uploaded_at"])

    early = await remove_old(council.pool, importer.files, uploaded + FILE_KEPT)
    late = await remove_old(council.pool, importer.files, uploaded + FILE_KEPT + timedelta(seconds=1))

    assert (early, late) == (0, 1)
    with pytest.raises(FileNotFoundError):
        await importer.files.read(f"federal/{state['id']}")
    assert (await council.state(smo, state["id"]))["added"] == 1
    assert list(await council.rows()) == ["1"]


async def test_every_step_leaves_a_line(council: Council, importer: Importer) -> None:
    await council.imported(importer, await council.operator(), as_csv(line("1")))

    noted = await council.pool.fetch("SELECT municipality, action FROM audit")
    assert [tuple(row) for row in noted] == [("region", "federal-imported")]
