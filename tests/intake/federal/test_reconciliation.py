"""Our list beside the platform's: counts to the last row, numbers and no texts, links by hand."""

import re
from typing import Any

import pytest

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from services.intake.federal.commands.import_tables import Importer
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, mirror_region
from tests.intake.federal.council import Council, as_csv, as_xlsx, line
from tests.intake.federal.test_import_pages import look, post
from tests.intake.test_api import slug

ADDRESS = "/api/v1/federal/reconciliation"
PAGE = "/federal/reconciliation"


async def compared(council: Council, token: str, municipality: str = "") -> dict[str, Any]:
    async with council.at_desk(token) as desk:
        answer = await desk.get(f"{ADDRESS}?municipality={municipality}" if municipality else ADDRESS)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def two_lists(council: Council, importer: Importer, token: str) -> None:
    """Of the okrug: two the same, two only here, one of them submitted alone, two only there."""
    for title in ("Мост", "Лавка", "Школа"):
        await council.submit(OKRUG, title=title, status=InitiativeStatus.PUT_FORWARD)
    await council.submit(OKRUG, title="Каток")
    await council.imported(
        importer,
        token,
        as_csv(
            line("F-1", title="Мост"),
            line("F-2", title="Каток"),
            line("F-3", title="Секретный текст"),
            line("F-4", dated="", own="999"),
            line("F-5", DISTRICT),
        ),
    )


async def test_counts_agree_to_the_last_row(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    items = {each.pop("municipality"): each for each in (await compared(council, smo))["items"]}

    names = ("submitted", "put_forward", "theirs", "matched", "only_here", "only_there")
    assert {code: tuple(each[name] for name in names) for code, each in items.items()} == {
        OKRUG: (4, 3, 4, 2, 2, 2),
        DISTRICT: (0, 0, 1, 0, 0, 1),
        SETTLEMENT: (0, 0, 0, 0, 0, 0),
    }


async def test_the_lists_name_numbers_and_no_texts(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    told = await compared(council, smo, OKRUG)
    pages = [await look(council, smo, address) for address in (PAGE, f"{PAGE}/{OKRUG}")]
    files = [await look(council, smo, f"{address}?format=csv") for address in (PAGE, "/federal/export")]

    assert [each["number"] for each in told["only_here"]] == [2, 3]
    assert [(each["number"], each["dated"], each["own"]) for each in told["only_there"]] == [
        ("F-3", "2026-02-14", None),
        ("F-4", None, 999),
    ]
    for answer in (*pages, *files):
        assert answer.status_code == 200
        for text in ("Мост", "Лавка", "Секретный"):
            assert text not in answer.content.decode("utf-8-sig")


async def test_an_smo_sees_its_own_municipalities_alone(council: Council, importer: Importer) -> None:
    await mirror_region(council.pool, [define_municipality(DISTRICT, "Чужой", None, 2, "other")])
    council.refresh()
    smo, other, administrator = (
        await council.operator(),
        await council.operator("other"),
        await council.administrator(),
    )
    await two_lists(council, importer, administrator)

    seen = {
        token: {each["municipality"] for each in (await compared(council, token))["items"]}
        for token in (smo, other, administrator)
    }
    async with council.at_desk(other) as desk:
        foreign = await desk.get(f"{ADDRESS}?municipality={OKRUG}")

    assert seen == {
        smo: {OKRUG, SETTLEMENT},
        other: {DISTRICT},
        administrator: {OKRUG, SETTLEMENT, DISTRICT},
    }
    assert (foreign.status_code, slug(foreign)) == (404, "municipality-unknown")
    assert (await look(council, other, f"{PAGE}/{OKRUG}")).status_code == 404
    assert OKRUG not in (await look(council, other, f"{PAGE}?format=csv")).text


@pytest.mark.parametrize("code", ["1", "99999999", "\x00", "%E2%80%AE", "x" * 500])
async def test_an_unknown_municipality_is_not_there(council: Council, code: str) -> None:
    async with council.at_desk(await council.operator()) as desk:
        answer = await desk.get(ADDRESS, params={"municipality": code})

    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.HEAD, Role.COORDINATOR])
async def test_nobody_else_compares(council: Council, role: Role) -> None:
    async with council.at_desk(await council.grant(role, DISTRICT)) as desk:
        answer = await desk.get(ADDRESS)

    assert (answer.status_code, slug(answer)) == (403, "not-yours-to-import")


async def test_a_row_is_linked_and_unlinked_by_the_api(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    async def link(number: str, ours: object, token: str = smo, place: str = OKRUG) -> Any:
        async with council.at_desk(token) as desk:
            given = {"municipality": place, "number": number, "ours": ours}
            return await desk.post(
                "/api/v1/federal/links", json=given, headers={"Idempotency-Key": number.encode().hex()}
            )

    linked, again, unlinked = await link("F-3", 2), await link("F-3", 2), await link("F-1", None)
    refused = [
        await link(" F-4", 2),
        await link("F-4 ", 999),
        await link("F-9\x00", 2),
        await link("\u202eF-5", 2, place="99999999"),
        await link("F-6", 2, await council.grant(Role.HEAD, OKRUG)),
        await link("F-7", 0),
        await link("F-8", 2**63),
    ]

    told = await compared(council, smo, OKRUG)
    assert (linked.status_code, linked.json()) == (200, {"municipality": OKRUG, "number": "F-3", "ours": 2})
    assert (again.json(), unlinked.json()["ours"]) == (linked.json(), None)
    assert [(each["number"], each["ours"], each["linked"]) for each in told["matched"]] == [
        ("F-2", 4, "title"),
        ("F-3", 2, "hand"),
    ]
    assert [(each.status_code, slug(each)) for each in refused] == [
        (409, "federal-linked-already"),
        (422, "federal-initiative-unknown"),
        (404, "federal-row-unknown"),
        (404, "municipality-unknown"),
        (403, "not-yours-to-import"),
        (400, "bad-request"),
        (400, "bad-request"),
    ]
    noted = await council.pool.fetch("SELECT action FROM audit WHERE subject = 'F-3'")
    assert [row["action"] for row in noted] == ["federal-linked"]


async def test_a_row_is_linked_by_hand_and_stays_so(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    linked = await post(council, smo, f"{PAGE}/{OKRUG}", number="F-3", ours="№ 2")
    unlinked = await post(council, smo, f"{PAGE}/{OKRUG}", number="F-1", unlink="1")
    await council.imported(importer, smo, as_csv(line("F-1", title="Мост"), line("F-3", own="3")))

    rows = await council.rows()
    assert [each.headers["location"] for each in (linked, unlinked)] == [
        f"{PAGE}/{OKRUG}?done=linked",
        f"{PAGE}/{OKRUG}?done=unlinked",
    ]
    assert [each["number"] for each in (await compared(council, smo, OKRUG))["only_here"]] == [1, 3]
    assert (rows["F-3"]["linked"], rows["F-1"]["linked"], rows["F-1"]["initiative_id"]) == (
        "hand",
        "hand",
        None,
    )
    noted = await council.pool.fetch("SELECT municipality, action, subject FROM audit ORDER BY id")
    assert [tuple(row) for row in noted][1:3] == [
        (OKRUG, "federal-linked", "F-3"),
        (OKRUG, "federal-unlinked", "F-1"),
    ]


@pytest.mark.parametrize(
    ("number", "ours", "status", "said"),
    [
        ("F-9", "2", 404, "Строки с таким номером"),
        ("F-3", "77", 422, "Инициативы № 77 в этом муниципальном образовании нет"),
        ("F-3", "1", 409, "уже связана со строкой «F-1»"),
        ("F-3", "", 422, "Укажите номер нашей инициативы"),
        ("F-3", "два", 422, "Укажите номер нашей инициативы"),
        ("F-3", "9" * 40, 422, "Укажите номер нашей инициативы"),
        ("\x00", "1", 404, "Строки с таким номером"),
    ],
)
async def test_a_link_that_cannot_be_is_refused(
    council: Council, importer: Importer, number: str, ours: str, status: int, said: str
) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    answer = await post(council, smo, f"{PAGE}/{OKRUG}", number=number, ours=ours)

    assert (answer.status_code, said in answer.text) == (status, True)


async def test_our_list_leaves_in_the_form_of_theirs(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    by_code = await look(council, smo, "/federal/export?format=csv")
    name = "Городской округ город Воленск"
    await council.imported(importer, smo, as_xlsx(line("F-1", name, title="Мост")))
    by_name = await look(council, smo, "/federal/export?format=csv")

    lines = by_code.content.decode("utf-8-sig").splitlines()
    assert lines == [
        '"ID";"Муниципалитет";"Дата";"Состояние";"Тема";"Наш номер"',
        f'"F-1";"{OKRUG}";"14.02.2026";"На рассмотрении";"";1',
        f'"";"{OKRUG}";"";"";"";2',
        f'"";"{OKRUG}";"";"";"";3',
        f'"F-2";"{OKRUG}";"14.02.2026";"На рассмотрении";"";4',
    ]
    assert by_name.content.decode("utf-8-sig").count(name) == 4


async def test_what_differs_is_a_file(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    await two_lists(council, importer, smo)

    answer = await look(council, smo, f"{PAGE}?format=csv")

    kinds = re.findall(r"только у нас|только на платформе", answer.content.decode("utf-8-sig"))
    assert sorted(kinds) == ["только на платформе"] * 3 + ["только у нас"] * 2


async def test_a_withdrawn_initiative_is_found_by_its_number(council: Council, importer: Importer) -> None:
    smo = await council.operator()
    ours = await council.submit(OKRUG, title="Мост", status=InitiativeStatus.WITHDRAWN)
    await council.imported(importer, smo, as_csv(line("F-1", own=ours.number)))

    told = await compared(council, smo, OKRUG)

    assert (told["items"][0]["matched"], told["only_here"], told["only_there"]) == (1, [], [])
