"""Those who work with the federal platform, and its tables."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import xlsxwriter

from contracts.appointments import Role
from contracts.event import REGION
from services.intake.federal.commands.import_tables import Importer
from tests.factories import OKRUG
from tests.intake.determination.office import Office

IMPORTS = "/api/v1/federal/imports"
HEAD = ("ID", "Муниципалитет", "Дата", "Состояние", "Тема", "Наш номер")
COLUMNS = {
    "number": "ID",
    "municipality": "Муниципалитет",
    "dated": "Дата",
    "status": "Состояние",
    "title": "Тема",
    "own": "Наш номер",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def line(number: object, municipality: str = OKRUG, **more: object) -> tuple[object, ...]:
    """A row of the platform's table."""
    given = {"dated": "14.02.2026", "status": "На рассмотрении", "title": "", "own": ""} | more
    return (number, municipality, given["dated"], given["status"], given["title"], given["own"])


def as_csv(*rows: Sequence[object], head: Sequence[str] = HEAD, between: str = ";") -> bytes:
    """A table as CSV."""
    return "\r\n".join(between.join(map(str, row)) for row in (head, *rows)).encode()


def as_xlsx(*rows: Sequence[object], head: Sequence[str] = HEAD) -> bytes:
    """A table as XLSX."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for nth, row in enumerate((head, *rows)):
            sheet.write_row(nth, 0, row)
    return content.getvalue()


@dataclass
class Council(Office):
    """An SMO and the administrator, who import the platform's tables."""

    async def operator(self, smo: str = "smo") -> str:
        """An operator of an SMO: the token."""
        return await self.grant(Role.SMO_OPERATOR, smo, REGION)

    async def administrator(self) -> str:
        """The regional administrator: the token."""
        return await self.grant(Role.ADMINISTRATOR, REGION, REGION)

    async def send(
        self, token: str, content: bytes, name: str = "t.csv", columns: object = COLUMNS, **headers: str
    ) -> Any:
        """Send a table to the API; what it answers."""
        form = {} if columns is None else {"columns": orjson.dumps(columns).decode()}
        async with self.at_desk(token) as desk:
            files = {"file": (name, content, "application/octet-stream")}
            return await desk.post(IMPORTS, files=files, data=form, headers=headers)

    async def state(self, token: str, id_: str) -> dict[str, Any]:
        """How far an import is."""
        async with self.at_desk(token) as desk:
            answer = await desk.get(f"{IMPORTS}/{id_}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def imported(self, importer: Importer, token: str, content: bytes, **more: Any) -> dict[str, Any]:
        """Import a table; how it ended."""
        sent = await self.send(token, content, **more)
        assert sent.status_code == 202, sent.text
        await importer.look()
        return await self.state(token, sent.json()["id"])

    async def rows(self) -> dict[str, dict[str, Any]]:
        """What is stored of the platform, by number."""
        return {row["number"]: dict(row) for row in await self.pool.fetch("SELECT * FROM federal_row")}
