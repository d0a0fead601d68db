"""Letters taken in per second: read in their own process, applied one by one, put away."""

import asyncio
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from services.chassis.db.pool import Pool, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.directory.refusals import sentences_of
from services.hotline.core.domain.entrance import Entrance
from services.hotline.core.region import Known, draw
from services.hotline.mailbox.fetching import Mailbox, Parts
from services.hotline.mailbox.reading import LetterReader
from services.hotline.mailbox.sources import Source
from services.hotline.mailbox.sources.maildir import Maildir
from tests import databases
from tests.databases import Database
from tests.factories import DISTRICT, mirror_region, region
from tests.hotline.staffed import plain_year

TEXT = "Здравствуйте! Как подать инициативу от нашей школы, и кто её потом рассмотрит?\n" * 5
QUOTED = "\n12.03.2026 10:00, Горячая линия пишет:\n" + "> Откройте страницу и войдите.\n" * 20


class Still:
    """What is known of the region, which does not change meanwhile."""

    def __init__(self, known: Known) -> None:
        self.known = known


def letter(nth: int) -> bytes:
    """A question as people send it: with a quote, every tenth with a picture."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"Пётр Иванов <petr{nth}@example.ru>", "liniya@example.ru"
    mail["Subject"], mail["Message-ID"] = f"Вопрос {nth}", f"<{nth}@example.ru>"
    mail.set_content(TEXT + QUOTED)
    if nth % 10 == 0:
        picture = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
        mail.add_attachment(picture, maintype="image", subtype="png", filename="фото.png")
    return mail.as_bytes()


async def per_second(database: Database, letters: int) -> float:
    """How many of so many letters of one line are taken in in a second, from a maildir."""
    everything = {"app.municipalities": "*"}
    with tempfile.TemporaryDirectory(prefix="dialogue-mail-") as folder:
        new = Path(folder) / "mail" / DISTRICT / "new"
        new.mkdir(parents=True)
        for nth in range(letters):
            (new / f"{nth:06}.mx").write_bytes(letter(nth))
        async with open_pool(database.settings("worker"), server_settings=everything) as pool:
            mailbox = await mailbox_of(pool, Path(folder))
            begun = time.perf_counter()
            while await mailbox.round():
                pass
            taken = time.perf_counter() - begun
            found = await pool.fetchval("SELECT count(*) FROM inquiry")
    if found != letters:
        raise RuntimeError(f"{found} inquiries of {letters} letters")
    return letters / taken


async def mailbox_of(pool: Pool, folder: Path, source: Source | None = None) -> Mailbox:
    """A worker's mailbox, whose letters lie in a folder if no other source is given."""
    year = datetime.now(UTC).year
    await mirror_region(pool, [*region(), *map(plain_year, (year, year + 1))])
    async with pool.acquire() as db:
        known = replace(await draw(db), entrance=Entrance.of("https://dialogue.example.ru", b"key"))
    source, files = source or Maildir(folder / "mail"), Files((folder / "files").as_uri())
    explain = sentences_of("services.hotline")
    still = Still(known)
    parts = Parts(pool, source, still, files, LetterReader(), Clock(), explain)  # type: ignore[arg-type]
    return Mailbox(parts, 1)


def main(letters: int = 2000) -> None:
    """On a server as an installation's."""
    with databases.server() as postgres, databases.cloned("hotline", postgres.superuser_dsn) as database:
        print(f"{asyncio.run(per_second(database, letters)):.0f} letters taken in per second")


if __name__ == "__main__":
    main()
