"""Inquiries accepted over HTTP by one web process of the hotline, beside pgbench running the same inserts."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import orjson

from tests.benchmarks import http, submission
from tests.installation import Installation

TEXT = "Не приходит письмо с кодом, жду второй час. В папке «Спам» тоже ничего нет. " * 3

SCRIPT = Path(__file__).with_name("inquiries.sql")


def requests(url: str, n: int) -> Iterator[bytes]:
    """`n` inquiries, each with a key and an address of its own: nobody asks so much that they are slowed."""
    for _ in range(n):
        question = {
            "municipality": "13603000",
            "theme": "other",
            "text": TEXT,
            "name": "Анна Зимина",
            "reply_to": {"email": f"{uuid4().hex}@example.org"},
        }
        yield http.post(f"{url}/api/v1/inquiries", orjson.dumps(question), Idempotency_Key=uuid4().hex)


async def over_http(whole: Installation, n: int, clients: int = 64) -> float:
    """Inquiries accepted per second."""
    url = whole.url("hotline")
    load = await http.send(url, iter(list(requests(url, n))), clients)
    assert not load.others, load.others[:3]
    return load.per_second


def by_pgbench(dsn: str, seconds: int) -> float:
    """Transactions of the same inserts per second."""
    return submission.by_pgbench(dsn, seconds, text=SCRIPT.read_text("utf-8"))
