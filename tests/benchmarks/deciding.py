"""How long the list of initiatives takes and a decision on hundreds, with a whole campaign behind them."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2

from contracts.appointments import AppointmentEvent, Role
from deploy.local.home import new_signing_key
from services.chassis.db.pool import Db, open_pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.hierarchy.appointments.domain.appointments import Appointment
from tests.factories import DISTRICT, mirror_region
from tests.hotline.staffed import plain_year
from tests.installation import Installation, Process

WEB = Process("intake", "web")
HERE = 20_000
"""Initiatives of the municipality that is looked at."""

LOOKS, BULKS, AT_ONCE = 60, 6, 500

TEXT = (
    "Дети переходят дорогу в темноте, водители не видят их до последнего. Предлагаем поставить фонари. " * 7
)

FILL = """
INSERT INTO initiative (municipality, id, number, campaign, participant_id, direction, classifiers,
                        title, text, status, submitted_at, version)
SELECT CASE WHEN n <= $2 THEN $1 ELSE (10000000 + n % 900)::text END, gen_random_uuid(), n, 'spring',
       gen_random_uuid(), (ARRAY['roads', 'culture'])[1 + n % 2], '{"form": "personal"}',
       'Переход номер ' || n, $4 || CASE WHEN n % 5000 = 0 THEN 'Рядом виадук.' ELSE '' END,
       CASE WHEN n % 4 = 0 THEN 'declined' ELSE 'accepted' END,
       $5::timestamptz - n % 19 * interval '1 day', 1
  FROM generate_series(1, $2::int + $3::int) AS n
"""


async def measured(whole: Installation, elsewhere: int) -> dict[str, float]:
    """Milliseconds, 95th percentile, by what is looked at; of the decision the median of seconds."""
    session = {"app.municipalities": "*"}
    settings = whole.settings("intake").model_copy(update={"statement_timeout": 900})
    async with open_pool(settings, server_settings=session) as pool:
        await mirror_region(pool)
        async with pool.acquire() as db, db.transaction():
            token = await _head(db)
            await db.execute(FILL, DISTRICT, HERE, elsewhere, TEXT, datetime.now(UTC))
        async with pool.acquire() as db:
            await db.execute("ANALYZE")
            ids = await db.fetch(
                "SELECT id FROM initiative WHERE municipality = $1 AND status = 'accepted' LIMIT $2",
                *(DISTRICT, BULKS * AT_ONCE),
            )
    await asyncio.to_thread(whole.start, WEB)
    try:
        async with httpx2.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {token}"}) as http:
            return await _taken(http, whole.url("intake"), [row["id"] for row in ids])
    finally:
        whole.kill(*WEB)


async def _taken(http: httpx2.AsyncClient, url: str, ids: Sequence[UUID]) -> dict[str, float]:
    async def look(path: str, accept: str = "application/json") -> None:
        answer = await http.get(f"{url}{path}", headers={"Accept": accept})
        assert answer.status_code == 200, answer.text

    listed, page = "/api/v1/determination", "/determination"
    found = {
        "list": await _p95(lambda: look(listed)),
        "list.search": await _p95(lambda: look(f"{listed}?q=виадуки")),
        "list.unknown": await _p95(lambda: look(f"{listed}?q=небоскрёб")),
        "list.page": await _p95(lambda: look(page, "text/html")),
    }
    bulks = list[float]()
    for nth in range(BULKS):
        some = [str(id_) for id_ in ids[nth * AT_ONCE : (nth + 1) * AT_ONCE]]
        began = time.perf_counter()
        given = {"ids": some, "decision": "determine"}
        answer = await http.post(f"{url}/api/v1/decisions", json=given)
        bulks.append(time.perf_counter() - began)
        assert answer.json()["decided"] == AT_ONCE, answer.text
    return found | {"bulk": statistics.median(bulks)}


async def _p95(look: Callable[[], Awaitable[None]]) -> float:
    taken = list[float]()
    for _ in range(LOOKS):
        began = time.perf_counter()
        await look()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(taken, n=20)[18]


async def _head(db: Db) -> str:
    """The district's Head, with a token whose key the service has learned."""
    now, account = datetime.now(UTC), uuid4()
    appointment = Appointment(
        DISTRICT, uuid4(), Role.HEAD, DISTRICT, account, "Егоров", uuid4(), now - timedelta(days=1)
    )
    stream, signer = Stream(AppointmentEvent.topic, 0), Signer("hierarchy", new_signing_key())
    await staff.keep(db, stream, [appointment.event()])
    years = [plain_year(year) for year in (now.year - 1, now.year, now.year + 1)]
    await mirror.keep(db, Stream("dialogue.structure.v1", 0), years)
    await tokens.learn(db, Stream("dialogue.keys.v1", 0), [signer.published()])
    token, _ = signer.issue(str(account), str(uuid4()), name="Егоров")
    return token
