"""An author, whose initiatives bodies decide on, as they use intake over HTTP."""

from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from contracts.appointments import Role
from tests.factories import DISTRICT
from tests.intake.conftest import join
from tests.intake.determination.office import CULTURE, ROADS, Office
from tests.intake.test_api import WISH, Api


@dataclass
class Told:
    """The author `client`, and the tokens of those who decide: of both working groups, and the Head."""

    office: Office
    client: Api
    id: UUID = field(default_factory=uuid4)
    tokens: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> None:
        """Register the author and appoint those who decide."""
        self.id = UUID(await join(self.client, self.office.pool, municipality=DISTRICT))
        await self.office.pool.execute("DELETE FROM letter")
        for name, (role, of) in {
            "roads": (Role.LEADER, str(ROADS)),
            "culture": (Role.LEADER, str(CULTURE)),
            "head": (Role.HEAD, DISTRICT),
        }.items():
            self.tokens[name] = await self.office.grant(role, of, name=f"Тайный-{name}")

    async def submitted(self, **changes: object) -> str:
        """The id of an initiative of the author's."""
        answer = await self.client.post("/api/v1/initiatives", json=WISH | changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def decided(self, kind: str, *ids: str, by: str = "roads", old: bool = True, **more: object) -> str:
        """Let a body decide, so long ago that it can no longer be taken back; the decision's id."""
        async with self.office.at_desk(self.tokens[by]) as desk:
            answer = await desk.post("/api/v1/decisions", json={"ids": list(ids), "decision": kind, **more})
        assert answer.status_code == 201, answer.text
        assert answer.json()["decided"] == len(ids), answer.text
        if old:
            await self.pass_time()
        return str(answer.json()["id"])

    async def joined(self, another: Api, *ids: str, email: str, wants: str = "all") -> str:
        """Let another participant be a co-author of these; the participant's id."""
        found = await join(another, self.office.pool, municipality=DISTRICT, email=email)
        for id_ in ids:
            named = await self.client.post(
                f"/api/v1/initiatives/{id_}/co-authors", json={"addresses": [email]}
            )
            (invitation,) = [one["id"] for one in named.json()["items"] if one["email"] == email]
            accepted = await another.post(f"/api/v1/initiatives/invitations/{invitation}/acceptance")
            assert accepted.status_code == 200, accepted.text
        await another.put("/api/v1/me/letters", json={"letters": wants})
        return found

    async def undone(self, decision: str, by: str = "roads") -> None:
        """Let a body take a decision back."""
        async with self.office.at_desk(self.tokens[by]) as desk:
            answer = await desk.delete(f"/api/v1/decisions/{decision}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["decided"], answer.text

    async def pass_time(self, minutes: int = 11) -> None:
        """Let what was decided be older."""
        await self.office.pool.execute(
            "UPDATE decision SET decided_at = decided_at - make_interval(mins => $1)", minutes
        )

    async def seen(self, id_: str) -> dict[str, Any]:
        """The initiative as its author sees it."""
        answer = await self.client.get(f"/api/v1/initiatives/{id_}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def page(self, path: str) -> str:
        """The words of a page."""
        answer = await self.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    async def send(self, path: str, **fields: str) -> Any:
        """Send a page's form."""
        form = {"form_key": uuid4().hex} | fields
        return await self.client.post(path, data=form, headers={"Accept": "text/html"})
