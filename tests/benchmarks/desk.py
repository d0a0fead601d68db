"""How long the desk of the hotline takes, with a season's cases behind it."""

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2

from contracts.appointments import AppointmentEvent, Role
from contracts.hotline import Channel, InquiryStatus
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
GOALS = {"page": 40, "search": 80, "ended": 25, "caller": 20}
"""Milliseconds, 95th percentile."""

FILL = """
INSERT INTO inquiry (municipality, id, number, campaign, theme, channel, status, level, holder, holder_name,
                     regulation_of, regulation, zone, first_answer_due_at, answer_due_at, opened_at,
                     answered_at, closed_at, subject, version, name, phone)
SELECT $1, gen_random_uuid(), n, 'spring', 'other', ($5::text[])[1 + n % cardinality($5)],
       CASE WHEN n <= $2 THEN ($6::text[])[1 + n % 3] ELSE 'closed' END,
       'hotline', CASE WHEN n > $2 OR n % 3 > 0 THEN $7::uuid END,
       CASE WHEN n > $2 OR n % 3 > 0 THEN 'Орлова' ELSE '' END,
       'region', 0, 'Europe/Moscow', $4::timestamptz + n * interval '1 second',
       $4::timestamptz + n * interval '2 seconds', $4::timestamptz - n * interval '1 minute',
       CASE WHEN n > $2 THEN $4::timestamptz - n * interval '30 seconds' END,
       CASE WHEN n > $2 THEN $4::timestamptz - n * interval '20 seconds' END,
       'Вопрос номер ' || n, 1, 'Заявитель ' || n % 5000, '+7920' || lpad((n % 5000)::text, 7, '0')
  FROM generate_series(1, $2::int + $3::int) AS n
"""
SAID = """
INSERT INTO inquiry_entry (municipality, inquiry_id, nth, id, kind, at, text)
SELECT i.municipality, i.id, nth, gen_random_uuid(), (ARRAY['asked', 'answered'])[nth], i.opened_at,
       i.subject || repeat(': как подать инициативу от школы, и кто её рассмотрит?', 4)
  FROM inquiry AS i
 CROSS JOIN LATERAL generate_series(1, CASE WHEN i.closed_at IS NULL THEN 1 ELSE 2 END) AS nth
"""
PASSED = """
INSERT INTO inquiry_level (municipality, inquiry_id, nth, level, since, why)
SELECT municipality, id, 1, level, opened_at, 'opened' FROM inquiry
"""
CLOCKS = """
INSERT INTO inquiry_clock (municipality, inquiry_id, step, minutes, began_at, warns_at, due_at, next_at,
                           regulation_of, regulation, zone)
SELECT i.municipality, i.id, c.step, 60, i.opened_at, c.due_at, c.due_at, c.due_at, 'region', 0, i.zone
  FROM inquiry AS i
 CROSS JOIN LATERAL (VALUES ('first-answer', i.first_answer_due_at),
                            ('final-answer', i.answer_due_at)) AS c (step, due_at)
 WHERE i.closed_at IS NULL
"""


async def measured(whole: Installation) -> dict[str, float]:
    """Milliseconds of the desk's pages, 95th percentile, by what is looked at."""
    session = {"app.municipalities": "*"}
    settings = whole.settings("hotline").model_copy(update={"statement_timeout": 900})
    async with open_pool(settings, server_settings=session) as pool:
        await mirror_region(pool)
        async with pool.acquire() as db, db.transaction():
            token, account = await _operator(db)
            await _fill(db, account)
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
                "ended": await _p95(http, f"{url}/hotline?state=ended"),
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


async def _fill(db: Db, account: UUID) -> None:
    """A season's cases with what was said in them; what is open has its clocks."""
    words = list(Channel), [InquiryStatus.NEW, InquiryStatus.TAKEN, InquiryStatus.WAITING]
    await db.execute(FILL, DISTRICT, OPEN, CLOSED, datetime.now(UTC), *words, account)
    for more in (SAID, PASSED, CLOCKS):
        await db.execute(more)


async def _operator(db: Db) -> tuple[str, UUID]:
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
    return token, account
