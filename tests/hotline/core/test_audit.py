"""The hotline's audit, as the administrator reads it."""

from contracts.appointments import Role
from services.chassis.db import tenancy
from services.directory.grants import Staff
from services.hotline.core.domain.audit import DEEDS, INQUIRIES_EXPIRED, LINE_SET, SHIFT_SET
from services.hotline.core.pages.audit import AT_ONCE
from services.hotline.core.store import audit
from tests.factories import DISTRICT, HERE, OKRUG
from tests.hotline.staffed import Staffed

AUDIT = "/hotline/audit"


async def administrator(line: Staffed) -> str:
    return await line.grant(Role.ADMINISTRATOR, "region", name="Админова")


async def done(
    line: Staffed, word: str, municipality: str = DISTRICT, by: Staff | None = None, what: object = "x"
) -> None:
    """Somebody has done something."""
    async with line.pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await audit.note(db, municipality, by, line.now, word, what)


async def test_the_administrator_reads_who_did_what_where(line: Staffed) -> None:
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Главина")
    async with line.browser(head) as browser:
        await browser.get("/hotline/consultations/new")
        recorded = await browser.post(
            "/api/v1/consultations",
            json={"municipality": DISTRICT, "mode": "remote", "theme": "wording", "note": "Канарейка"},
        )
    assert recorded.status_code == 201
    await done(line, INQUIRIES_EXPIRED, OKRUG, what=12)

    async with line.browser(await administrator(line)) as browser:
        page = (await browser.get(AUDIT)).text

    expired, consulted = page.index(DEEDS[INQUIRIES_EXPIRED] + ": 12"), page.index("Главина")
    assert expired < consulted < page.index("Записана консультация", consulted)
    assert "Канарейка" not in page


async def test_it_is_filtered_by_place_deed_and_day_and_read_in_portions(line: Staffed) -> None:
    for _ in range(AT_ONCE + 1):
        await done(line, LINE_SET)
    await done(line, SHIFT_SET, OKRUG)
    day = line.now.astimezone(HERE).date().isoformat()

    async with line.browser(await administrator(line)) as browser:

        async def rows(query: str) -> int:
            return (await browser.get(f"{AUDIT}?{query}")).text.count("<tr><td")

        first = (await browser.get(f"{AUDIT}?place={DISTRICT}")).text
        before = first.partition("before=")[2].partition('"')[0]
        counts = [
            await rows(query)
            for query in (
                "",
                f"place={DISTRICT}&before={before}",
                f"place={OKRUG}",
                "deed=shift-set",
                "deed=nothing&before=x",
                "from=2000-01-01&to=2000-01-02",
                f"deed=shift-set&from=2000-01-01&to={day}",
                "place=%00%ff",
            )
        ]

    assert counts == [AT_ONCE, 1, 1, 1, AT_ONCE, 0, 1, 0]


async def test_it_is_nobody_elses(line: Staffed) -> None:
    async with line.browser(await line.grant(Role.HEAD, DISTRICT, DISTRICT)) as browser:
        refused = await browser.get(AUDIT)
    async with line.browser() as browser:
        stranger = await browser.get(AUDIT)

    assert (refused.status_code, stranger.status_code) == (404, 303)
