"""The pages of the platform's tables: a file, its columns, how far it is, what became of it."""

import re
from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.intake.federal.commands.import_tables import Importer
from tests.factories import DISTRICT, OKRUG
from tests.intake.federal.council import COLUMNS, Council, as_csv, line


async def upload(council: Council, token: str, content: bytes) -> Any:
    async with council.at_desk(token, pages=True) as desk:
        form = {"form_key": uuid4().hex}
        return await desk.post("/federal/imports", data=form, files={"file": ("t.csv", content)})


async def post(council: Council, token: str, address: str, **fields: str) -> Any:
    async with council.at_desk(token, pages=True) as desk:
        return await desk.post(address, data={"form_key": uuid4().hex} | fields)


async def look(council: Council, token: str, address: str) -> Any:
    async with council.at_desk(token, pages=True) as desk:
        return await desk.get(address)


async def test_a_table_goes_from_the_file_to_what_became_of_it(council: Council, importer: Importer) -> None:
    smo = await council.operator()

    uploaded = await upload(council, smo, as_csv(line("1", title="Мост"), line("", title="<b>")))
    address = uploaded.headers["location"]
    asked = await look(council, smo, address)
    begun = await post(council, smo, address, **COLUMNS)
    waiting = await look(council, smo, address)
    await importer.look()
    done = await look(council, smo, address)

    assert uploaded.status_code == 303
    assert '<option value="ID" selected>' in asked.text
    assert "Мост" in asked.text
    assert "<b>" not in asked.text
    assert begun.headers["location"] == address
    assert "Список в очереди" in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    assert "Список внесён" in done.text
    assert "Нет номера на федеральной платформе. Впишите его." in done.text


async def test_columns_are_offered_as_they_were_named(council: Council, importer: Importer) -> None:
    smo, head = await council.operator(), ("A", "B", "C")
    first = (await upload(council, smo, as_csv(("x", OKRUG, "y"), head=head))).headers["location"]
    before = await look(council, smo, first)
    await post(council, smo, first, number="C", municipality="B")

    second = (await upload(council, smo, as_csv(("x", OKRUG, "y"), head=head))).headers["location"]
    offered = await look(council, smo, second)

    assert "selected" not in before.text
    assert re.findall(r'<option value="(\w)" selected', offered.text) == ["C", "B"]
    assert "Столбцы выбраны так же, как в прошлый раз." in offered.text


async def test_what_is_missing_is_told_at_the_field(council: Council) -> None:
    smo = await council.operator()
    address = (await upload(council, smo, as_csv(line("1")))).headers["location"]

    answer = await post(council, smo, address, number="", municipality="нет", title="Тема")

    assert answer.status_code == 422
    assert "Укажите, в каком столбце «Номер на федеральной платформе»" in answer.text
    assert "Столбца «нет» в этой таблице нет." in answer.text
    assert '<option value="Тема" selected>' in answer.text


async def test_a_table_is_begun_once(council: Council) -> None:
    smo = await council.operator()
    address = (await upload(council, smo, as_csv(line("1")))).headers["location"]
    await post(council, smo, address, **COLUMNS)

    again = await post(council, smo, address, **COLUMNS)

    assert again.status_code == 409


async def test_no_table_is_told_at_the_file(council: Council) -> None:
    answer = await upload(council, await council.operator(), b"%PDF-1.7")

    assert answer.status_code == 422
    assert "Это PDF. Загрузите таблицу CSV или XLSX." in answer.text


async def test_bad_rows_are_a_file(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    state = await council.imported(importer, smo, as_csv(line(""), line("2", "Нигде")))

    answer = await look(council, smo, f"/federal/imports/{state['id']}?format=csv")

    assert answer.content.decode("utf-8-sig").splitlines() == [
        '"Строка";"Что не так"',
        '2;"Нет номера на федеральной платформе. Впишите его."',
        '3;"Муниципального образования «Нигде» в регионе нет. Укажите код ОКТМО или полное название."',
    ]


async def test_the_list_names_ones_own_tables(council: Council, importer: Importer) -> None:
    smo, other = await council.operator(), await council.operator("other")
    state = await council.imported(importer, smo, as_csv(line("1")))

    assert state["id"] in (await look(council, smo, "/federal")).text
    assert state["id"] not in (await look(council, other, "/federal")).text
    assert state["id"] in (await look(council, await council.administrator(), "/federal")).text


@pytest.mark.parametrize("role", [Role.HEAD, Role.COORDINATOR])
async def test_the_pages_are_of_overseers_alone(council: Council, role: Role) -> None:
    head = await council.grant(role, DISTRICT)

    answers = [
        await look(council, head, "/federal"),
        await upload(council, head, as_csv(line("1"))),
        await look(council, head, f"/federal/imports/{uuid4()}"),
        await post(council, head, f"/federal/imports/{uuid4()}", **COLUMNS),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
