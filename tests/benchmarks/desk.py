"""How long the desk of the hotline takes, with a season's cases behind it."""

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

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

WEB = Process("hotline", "web")
OPEN, CLOSED = 2_000, 200_000
LOOKS = 100

FILL = """
INSERT INTO inquiry (municipality, id, number, campaign, theme, channel, status, level, regulation_of,
                     regulation, zone, first_answer_due_at, answer_due_at, opened_at, answered_at, closed_at,
                     subject, version, name, phone)
SELECT $1, gen_random_uuid(), n, 'spring', 'other', (ARRAY['phone', 'web', 'email'])[1 + n % 3],
       CASE WHEN n <= $2 THEN (ARRAY['new', 'taken', 'waiting'])[1 + n % 3] ELSE 'closed' END,
       'hotline', 'region', 0, 'Europe/Moscow', $4::timestamptz + n * interval '1 second',
       $4::timestamptz + n * interval '2 seconds', $4::timestamptz - n * interval '1 minute',
       CASE WHEN n > $2 THEN $4::timestamptz - n * interval '30 seconds' END,
       CASE WHEN n > $2 THEN $4::timestamptz - n * interval '20 seconds' END,
       'Вопрос номер ' || n, 1, 'Заявитель ' || n % 5000, '+7920' || lpad((n % 5000)::text, 7, '0')
  FROM generate_series(1, $2::int + $3::int) AS n
"""


async def measured(whole: Installation) -> dict[str, float]:
    """Milliseconds of the desk's pages, 95th percentile, by what is looked at."""
    session = {"app.municipalities": "*"}
    settings = whole.settings("hotline").model_copy(update={"statement_timeout": 900})
    async with open_pool(settings, server_settings=session) as pool:
        await mirror_region(pool)
        async with pool.acquire() as db, db.transaction():
            token = await _operator(db)
            await db.execute(FILL, DISTRICT, OPEN, CLOSED, datetime.now(UTC))
        async with pool.acquire() as db:
            await db.execute("ANALYZE")
    await asyncio.to_thread(whole.start, WEB)
    try:
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
        async with httpx2.AsyncClient(timeout=60, headers=headers) as http:
            url = whole.url("hotline")
            return {
                "page": await _p95(http, f"{url}/hotline"),
                "search": await _p95(http, f"{url}/hotline?q=номер 17"),
                "caller": await _p95(http, f"{url}/hotline/cases/new/callers?phone=89200000017"),
            }
    finally:
        whole.kill(*WEB)


async def _p95(http: httpx2.AsyncClient, url: str) -> float:
    taken = list[float]()
    for _ in range(LOOKS):
        began = time.perf_counter()
        answer = await http.get(url)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
    return statistics.quantiles(taken, n=20)[18]


async def _operator(db: Db) -> str:
    """An operator of the hotline, with a token whose key the service has learned."""
    now, account = datetime.now(UTC), uuid4()
    began = now - timedelta(days=1)
    appointment = Appointment(
        DISTRICT, uuid4(), Role.HOTLINE_OPERATOR, DISTRICT, account, "Орлова", uuid4(), began
    )
    stream, signer = Stream(AppointmentEvent.topic, 0), Signer("hierarchy", new_signing_key())
    await staff.keep(db, stream, [appointment.event()])
    years = [plain_year(year) for year in (now.year, now.year + 1)]
    await mirror.keep(db, Stream("dialogue.structure.v1", 0), years)
    await tokens.learn(db, Stream("dialogue.keys.v1", 0), [signer.published()])
    token, _ = signer.issue(str(account), str(uuid4()), name="Орлова")
    return token
