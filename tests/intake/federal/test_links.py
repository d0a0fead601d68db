"""Links beside what happens at the same moment: what leaves, two hands, transformations."""

import asyncio
import re
import threading
from collections.abc import Awaitable
from typing import Any

import asyncpg

from contracts.initiatives import InitiativeStatus
from services.intake.federal.commands.import_tables import Importer
from services.intake.federal.domain.linking import How, Link
from services.intake.federal.store import rows
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, define_municipality
from tests.intake.federal.council import Council, as_csv, line
from tests.intake.federal.test_import_pages import look, post
from tests.intake.federal.test_reconciliation import PAGE, compared, two_lists

HEIR = "13799000"
PATIENCE = 1.5
TABLE = re.compile(r"<td[^>]*>\s*([^<]*?)\s*</td>")


async def hold(dsn: str, begun: threading.Event, statement: str, of: tuple[object, ...]) -> None:
    db = await asyncpg.connect(dsn, server_settings={"app.municipalities": "*"})
    try:
        async with db.transaction():
            await db.execute(statement, *of)
            begun.set()
            await asyncio.sleep(PATIENCE)
    finally:
        await db.close()


async def beside(database: Database, asked: Awaitable[Any], statement: str, *of: object) -> Any:
    """What is answered to what is asked while this is done, and committed a moment later."""
    begun = threading.Event()
    # In a thread: the client of the pages does not let this loop go on while it waits.
    held = asyncio.create_task(
        asyncio.to_thread(asyncio.run, hold(database.dsn("worker"), begun, statement, of))
    )
    await asyncio.to_thread(begun.wait, 10)
    answer = await asked
    await held
    return answer


async def test_no_link_leads_to_an_initiative_that_leaves(
    council: Council, intake_database: Database, importer: Importer
) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)
    asked = post(council, smo, f"{PAGE}/{OKRUG}", number="F-3", ours="3")

    answer = await beside(intake_database, asked, "DELETE FROM initiative WHERE number = 3")

    assert (answer.status_code, "Инициативы № 3" in answer.text) == (422, True)
    assert (await council.rows())["F-3"]["initiative_id"] is None


async def test_no_import_links_an_initiative_that_leaves(council: Council, intake_database: Database) -> None:
    ours = await council.submit(OKRUG)
    link = Link("F-1", ours.id, How.NUMBER)

    async def held() -> list[Link]:
        async with council.pool.acquire() as db, db.transaction():
            return await rows.held(db, [OKRUG], [link])

    assert await held() == [link]
    assert await beside(intake_database, held(), "DELETE FROM initiative WHERE id = $1", ours.id) == []


async def test_a_row_whose_initiative_has_left_is_free_again(council: Council, importer: Importer) -> None:
    smo, gone = await council.operator(), await council.submit(OKRUG, title="Мост")
    table = as_csv(line("F-1", title="Мост"), line("F-2"))
    await council.imported(importer, smo, table)
    await council.pool.execute("DELETE FROM initiative WHERE id = $1", gone.id)
    ours = await council.submit(OKRUG, title="Мост")

    state = await council.imported(importer, smo, table)

    assert state["linked"] == 1
    assert (await council.rows())["F-1"]["initiative_id"] == ours.id


async def test_of_two_links_at_once_one_is_told_of_the_other(
    council: Council, intake_database: Database, importer: Importer
) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)
    asked = post(council, smo, f"{PAGE}/{OKRUG}", number="F-4", ours="3")
    linking = """UPDATE federal_row SET linked = 'hand', initiative_id = i.id FROM initiative AS i
                  WHERE federal_row.number = 'F-3' AND i.number = 3"""

    answer = await beside(intake_database, asked, linking)

    assert (answer.status_code, "уже связана со строкой «F-3»" in answer.text) == (409, True)


async def succeed(council: Council, importer: Importer) -> None:
    """The okrug becomes another municipality."""
    heir = define_municipality(HEIR, "Новый округ")
    await council.learn(heir.model_copy(update={"successor_of": [OKRUG]}))
    importer.region._drawn_of = None


async def test_the_lists_of_a_transformed_municipality_are_its_successors(
    council: Council, importer: Importer
) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)
    before = await compared(council, smo, OKRUG)
    page = await look(council, smo, f"{PAGE}/{OKRUG}")

    await succeed(council, importer)

    items = {each.pop("municipality"): each for each in (await compared(council, smo))["items"]}
    after = await compared(council, smo, HEIR)
    lists = ("only_here", "only_there")
    assert OKRUG not in items
    assert (items[HEIR]["submitted"], items[HEIR]["put_forward"], items[HEIR]["matched"]) == (4, 3, 2)
    assert [after[name] for name in lists] == [before[name] for name in lists]
    now = await look(council, smo, f"{PAGE}/{HEIR}")
    assert [TABLE.findall(each.text) for each in (now, page)] != [[], []]
    assert TABLE.findall(now.text) == TABLE.findall(page.text)


async def test_rows_of_a_transformed_municipality_keep_their_links_and_find_others(
    council: Council, importer: Importer
) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)
    links = {number: row["initiative_id"] for number, row in (await council.rows()).items()}
    await succeed(council, importer)
    school = await council.submit(HEIR, title="Стадион", status=InitiativeStatus.PUT_FORWARD)

    table = as_csv(
        line("F-1", HEIR, title="Мост"),
        line("F-2", title="Каток"),
        line("F-6", HEIR, own=2),
        line("F-7", HEIR, title="Стадион"),
    )
    state = await council.imported(importer, smo, table)
    answer = await post(council, smo, f"{PAGE}/{HEIR}", number="F-3", ours="3")

    now = await council.rows()
    assert (state["bad"], state["linked"], answer.status_code) == (0, 2, 303)
    assert [now[number]["initiative_id"] for number in ("F-1", "F-2")] == [links["F-1"], links["F-2"]]
    assert {now[number]["municipality"] for number in ("F-1", "F-2", "F-6")} == {HEIR}
    assert now["F-7"]["initiative_id"] == school.id
    assert (await compared(council, smo, HEIR))["only_here"] == []


async def test_a_municipality_that_became_of_two_counts_both(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)
    heir = define_municipality(HEIR, "Новый округ")
    await council.learn(heir.model_copy(update={"successor_of": [OKRUG, DISTRICT]}))

    items = {each.pop("municipality"): each for each in (await compared(council, smo))["items"]}

    assert (items[HEIR]["submitted"], items[HEIR]["theirs"], items[HEIR]["only_there"]) == (4, 5, 3)
