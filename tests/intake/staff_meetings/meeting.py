"""A coordinator with a staff meeting, as its pages are used over HTTP."""

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from contracts.appointments import Role
from tests.factories import today
from tests.intake.determination.office import SCHOOL, Office

ADDRESS = "/staff-meetings"
SHEET = """Иванова Мария Петровна; ivanova@example.org
Петров Иван Сергеевич; ; депутат; 12-с
Ёлкина Анна Олеговна"""


class Meetings(Office):
    """The office in which staff meetings are entered."""

    async def coordinator(self) -> str:
        """A coordinator of the school: the token."""
        return await self.grant(Role.COORDINATOR, str(SCHOOL), name="Петрова Анна Ивановна")

    async def send(self, token: str, path: str, **fields: Any) -> Any:
        """Send a form of a page; that of a grid as browsers send a form that may have files."""
        files, given = None, {"form_key": uuid4().hex, **fields}
        if "file" in given:
            files = {"file": given.pop("file")}
        elif "people" not in path and path:
            files, given = {name: (None, value) for name, value in given.items()}, {}
        async with self.at_desk(token, pages=True) as client:
            return await client.post(f"{ADDRESS}{path}", data=given, files=files)

    async def look(self, token: str, path: str = "") -> Any:
        """A page."""
        async with self.at_desk(token, pages=True) as client:
            return await client.get(f"{ADDRESS}{path}")

    async def begun(self, token: str, people: str = SHEET, **changes: str) -> str:
        """A meeting of today with people on its sheet: its address after the list's."""
        day = today().isoformat()
        answer = await self.send(token, "", **({"organization": str(SCHOOL), "day": day} | changes))
        assert answer.status_code == 303, words(answer)
        path = answer.headers["location"].removeprefix(ADDRESS).removesuffix("/people")
        if people:
            added = await self.send(token, f"{path}/people", people=people, position="budget")
            assert added.status_code == 303, words(added)
        return str(path)

    async def grid(self, path: str) -> list[dict[str, Any]]:
        """The rows of its grid that are kept, in their order."""
        order = "initiative_id IS NULL, number, nth"
        query = f"SELECT * FROM staff_meeting_grid WHERE meeting_id = $1 ORDER BY {order}"
        return [dict(row) for row in await self.pool.fetch(query, UUID(path.strip("/")))]


def row(key: UUID, authors: str = "1", title: str = "Свет на улице", **more: str) -> dict[str, str]:
    """The fields of one row of the grid."""
    typed = {"authors": authors, "direction": "roads", "form": "personal", "title": title, "text": "Темно."}
    return {f"{name}-{key}": value for name, value in (typed | more).items()}


def rows(*fields: dict[str, str]) -> dict[str, str]:
    """The fields of several."""
    return {name: value for each in fields for name, value in each.items()}


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).replace("\xa0", " ").split())
