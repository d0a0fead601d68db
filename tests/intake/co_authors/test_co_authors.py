"""Co-authors: named or asking, each confirmed by the other side; who is registered is told to nobody."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict
from services.chassis.mail.letters import Letter, write
from services.intake.co_authors.commands.answer_invitation import Answering, accept_invitation
from services.intake.co_authors.store import co_authors
from services.intake.co_authors.store.co_authors import Named
from services.intake.core.domain import Author
from services.intake.determination.store import decisions
from services.intake.initiatives.store import authorship
from services.intake.initiatives.store.authorship import Elsewhere
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts
from services.intake.pruning import RULES
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, today
from tests.intake.conftest import Hall, join
from tests.intake.corrections.test_correcting import corrected, decide, read, submitted
from tests.intake.corrections.test_moving import move
from tests.intake.determination.office import ROADS, Office
from tests.intake.test_api import Api, slug
from tests.intake.test_pages import send, words
from tests.intake.test_personal import everything_in

BORIS = "boris@example.org"
WAITED_FOR = """SELECT count(*) FROM pg_locks
                 WHERE NOT granted AND transactionid = pg_current_xact_id()::xid"""
CO_AUTHOR = authorship.Role.CO_AUTHOR


@asynccontextmanager
async def another(hall: Hall, office: Office, email: str = BORIS, place: str = OKRUG) -> AsyncIterator[Api]:
    """Another participant's API."""
    async with hall.web.browser() as client:
        client.headers["Accept"] = "application/json"
        await join(client, office.pool, municipality=place, email=email)
        yield client


async def name(author: Api, one: dict[str, Any], *addresses: str) -> list[dict[str, Any]]:
    answer = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": addresses})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def named(author: Api, one: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await author.get(f"/api/v1/initiatives/{one['id']}/co-authors")).json()["items"])


async def letters(office: Office, kind: str = "co-author") -> list[tuple[str, str]]:
    rows = await office.pool.fetch("SELECT recipient, body FROM letter WHERE kind = $1 ORDER BY id", kind)
    return [(row["recipient"], row["body"]) for row in rows]


async def invitation(office: Office) -> str:
    """The id in the latest letter."""
    _, body = (await letters(office))[-1]
    found = re.search(r"/initiatives/invitations/([0-9a-f-]{36})", body)
    assert found
    return found[1]


async def accept(api: Api, id_: str) -> Any:
    return await api.post(f"/api/v1/initiatives/invitations/{id_}/acceptance")


async def support(api: Api, one: dict[str, Any]) -> Any:
    return await api.post(f"/api/v1/initiatives/{one['id']}/support")


async def test_who_was_named_confirms_and_follows(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    (before,) = await name(author, one, " Boris@Example.org ")
    async with another(hall, office) as boris:
        unseen = await boris.get(f"/api/v1/initiatives/{one['id']}")
        answer = await accept(boris, await invitation(office))
        seen = await read(boris, one)
        listed = (await boris.get("/api/v1/initiatives")).json()["items"]

    assert (before["email"], before["state"], unseen.status_code) == (BORIS, "named", 404)
    assert answer.status_code == 200, answer.text
    assert (seen["role"], seen["title"], seen["municipality"]) == ("co-author", "Переход", DISTRICT)
    assert [item["id"] for item in listed] == [one["id"]]
    assert [item["state"] for item in await named(author, one)] == ["confirmed"]
    # It is counted once, and nobody else is told of.
    assert len(await office.told()) == 1


async def test_a_co_author_does_only_what_is_theirs(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    path = f"/api/v1/initiatives/{one['id']}"
    async with another(hall, office) as boris:
        await accept(boris, await invitation(office))

        for answer in (
            await boris.post(f"{path}/withdrawal", json={}),
            await boris.post(f"{path}/correction", json={"direction": "culture"}),
            await boris.post(f"{path}/co-authors", json={"addresses": ["x@example.org"]}),
            await boris.get(f"{path}/co-authors"),
        ):
            assert (answer.status_code, slug(answer)) == (403, "author-alone")
        await author.post(f"{path}/withdrawal", json={"reason": "Личная причина"})
        history = (await read(boris, one))["history"]
        left = [await boris.delete(f"{path}/co-authorship") for _ in range(2)]
        gone = await boris.get(path)

    # Why it was withdrawn is its author's alone.
    assert (history[-1]["status"], history[-1]["reason"]) == ("withdrawn", None)
    assert [answer.status_code for answer in left] == [204, 404]
    assert gone.status_code == 404
    (row,) = await named(author, one)
    assert (row["state"], row["email"]) == ("declined", "")


async def test_nobody_learns_who_is_registered(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    async with another(hall, office):
        items = await name(author, one, BORIS, "nobody@example.org")

    assert {item["state"] for item in items} == {"named"}
    bodies = {re.sub("[0-9a-f-]{36}", "", body) for _, body in await letters(office)}
    assert len(await letters(office)) == 2
    assert len(bodies) == 1


async def test_who_is_unknown_registers_first(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    path = f"/initiatives/invitations/{await invitation(office)}"
    async with hall.web.browser() as boris:
        boris.headers["Accept"] = "text/html"
        page = await boris.get(path)
        sent = await send(boris, path, answer="accept")
        await join(boris, office.pool, municipality=OKRUG, email=BORIS)
        joined = await send(boris, path, answer="accept")
        after = await boris.get(joined.headers["location"])

    assert "Переход" in words(page)
    assert f"/participants/new?next={path}" in page.text
    assert (sent.status_code, sent.headers["location"].startswith("/sign-in?next=")) == (303, True)
    assert joined.headers["location"] == f"/initiatives/{one['id']}?joined=1"
    assert "Вы соавтор этой инициативы" in words(after)
    assert "Отозвать инициативу" not in words(after)


async def test_who_declines_needs_no_sign_in_and_leaves_no_address(
    office: Office, author: Api, hall: Hall, intake_database: Database
) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    id_ = await invitation(office)
    async with hall.web.browser() as anybody:
        anybody.headers["Accept"] = "text/html"
        declined = await send(anybody, f"/initiatives/invitations/{id_}", answer="decline")
        said = await anybody.get(declined.headers["location"])
        again = await anybody.get(f"/initiatives/invitations/{id_}")

    assert "Мы удалили ваш адрес" in words(said)
    assert again.status_code == 404
    assert BORIS not in await everything_in(intake_database)
    # Nobody writes to them of it again.
    assert [item["state"] for item in await name(author, one, BORIS)] == ["declined"]
    assert await letters(office) == []


async def test_the_author_removes_and_may_name_again(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    (item,) = await name(author, one, BORIS)
    path = f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}"
    async with another(hall, office) as boris:
        await accept(boris, await invitation(office))

        removed = [await author.delete(path) for _ in range(2)]
        gone = await boris.get(f"/api/v1/initiatives/{one['id']}")

    assert [answer.status_code for answer in removed] == [204, 204]
    assert gone.status_code == 404
    assert [each["state"] for each in await name(author, one, BORIS)] == ["named"]


async def test_who_supports_is_a_co_author_once_the_author_agrees(
    office: Office, author: Api, hall: Hall
) -> None:
    one = await submitted(author)
    async with another(hall, office, place=DISTRICT) as boris:
        asked = [await support(boris, one) for _ in range(2)]
        before = await boris.get(f"/api/v1/initiatives/{one['id']}")
        (item,) = await named(author, one)
        path = f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}/confirmation"
        agreed = [await author.post(path) for _ in range(2)]
        after = await boris.get(f"/api/v1/initiatives/{one['id']}")

    assert [answer.json()["state"] for answer in asked] == ["asking", "asking"]
    assert (before.status_code, after.status_code) == (404, 200)
    assert (item["email"], item["state"]) == (BORIS, "asking")
    assert [answer.status_code for answer in agreed] == [200, 200]
    ((recipient, body),) = await letters(office, "co-author-asks")
    assert recipient == "anna@example.org"
    assert f"/initiatives/{one['id']}/co-authors" in body


async def test_who_is_refused_is_not_told(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    async with another(hall, office, place=DISTRICT) as boris:
        await support(boris, one)
        (item,) = await named(author, one)
        await author.delete(f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}")
        again = await support(boris, one)

    assert again.json()["state"] == "asking"
    assert [(each["state"], each["email"]) for each in await named(author, one)] == [("refused", "")]
    assert len(await letters(office, "co-author-asks")) == 1


async def test_who_was_named_and_supports_is_one_at_once(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    async with another(hall, office, place=DISTRICT) as boris:
        answer = await support(boris, one)

    assert answer.json()["state"] == "confirmed"
    assert await letters(office, "co-author-asks") == []


async def test_nobody_supports_what_is_elsewhere_their_own_or_over(
    office: Office, author: Api, hall: Hall
) -> None:
    one = await submitted(author)
    async with another(hall, office) as of_elsewhere:
        refused = await support(of_elsewhere, one)
    own = await support(author, one)
    await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={})
    async with another(hall, office, "clara@example.org", DISTRICT) as clara:
        late = await support(clara, one)
        unknown = await support(clara, {"id": str(uuid4())})

    assert (refused.status_code, slug(refused)) == (404, "initiative-unknown")
    assert (own.status_code, slug(own)) == (409, "co-author-oneself")
    assert (late.status_code, slug(late)) == (409, "co-authors-closed")
    assert (unknown.status_code, slug(unknown)) == (404, "initiative-unknown")


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ([], "co-authors-none"),
        (["boris"], "co-author-address"),
        (["a b@example.org"], "co-author-address"),
        (["\u202ebo\x00ris"], "co-author-address"),
        (["x" * 30_000], "co-author-address"),
        (["anna@example.org"], "co-author-oneself"),
        ([f"p{nth}@example.org" for nth in range(21)], "co-authors-too-many"),
        ([f"p{nth}@example.org" for nth in range(2_000)], "co-authors-too-many"),
    ],
)
async def test_wrong_addresses_are_refused(
    office: Office, author: Api, addresses: list[str], expected: str
) -> None:
    one = await submitted(author)

    answer = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": addresses})

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert await letters(office) == []


async def test_twenty_are_enough(office: Office, author: Api) -> None:
    one = await submitted(author)
    await name(author, one, *(f"p{nth}@example.org" for nth in range(20)))

    more = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": [BORIS]})
    again = await name(author, one, "p1@example.org", "P1@example.org")

    assert (more.status_code, slug(more)) == (422, "co-authors-too-many")
    assert len(again) == len(await letters(office)) == 20


async def test_an_address_gets_no_flood(office: Office, author: Api) -> None:
    several = [await submitted(author, title=f"Переход {nth}") for nth in range(11)]
    for one in several[:10]:
        await name(author, one, BORIS)

    late = await author.post(
        f"/api/v1/initiatives/{several[10]['id']}/co-authors", json={"addresses": [BORIS]}
    )

    assert (late.status_code, slug(late)) == (429, "co-author-many-letters")
    assert len(await letters(office)) == 10


async def test_an_unanswered_address_is_erased(
    office: Office, author: Api, intake_database: Database
) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    await office.pool.execute("DELETE FROM letter")
    (rule,) = [rule for rule in RULES if rule.name == "co_author"]
    id_ = await office.pool.fetchval("SELECT id FROM co_author")

    await office.pool.execute(rule.statement, datetime.now(UTC) - timedelta(days=1), 10)
    kept = BORIS in await everything_in(intake_database)
    await office.pool.execute(rule.statement, datetime.now(UTC), 10)

    assert (rule.kept, kept) == (timedelta(days=30), True)
    assert BORIS not in await everything_in(intake_database)
    assert await office.pool.fetchval("SELECT count(*) FROM co_author_directory") == 0
    answer = await author.post(f"/api/v1/initiatives/invitations/{id_}/refusal")
    assert (answer.status_code, slug(answer)) == (404, "invitation-unknown")


async def test_an_invitation_finds_what_has_moved(office: Office, author: Api, hall: Hall) -> None:
    one, other = await submitted(author), await submitted(author, title="Другой")
    await name(author, one, BORIS)
    id_ = await invitation(office)
    await name(author, other, BORIS)
    async with another(hall, office) as boris:
        await accept(boris, await invitation(office))
        await corrected(author, one, municipality=OKRUG)
        await corrected(author, other, municipality=OKRUG)

        answer = await accept(boris, id_)
        roles = {
            item["id"]: item["role"] for item in (await boris.get("/api/v1/initiatives")).json()["items"]
        }

    assert answer.status_code == 200, answer.text
    assert roles == {one["id"]: "co-author", other["id"]: "co-author"}


async def test_a_co_author_who_moves_stays_one(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    async with another(hall, office) as boris:
        await accept(boris, await invitation(office))
        for place in (DISTRICT, OKRUG):
            await move(boris, place)
            assert (await read(boris, one))["role"] == "co-author"


async def test_who_accepts_while_it_moves_finds_it(office: Office, author: Api, hall: Hall) -> None:
    async with another(hall, office) as boris:
        for _ in range(4):
            one = await submitted(author)
            await name(author, one, BORIS)

            answer, _ = await asyncio.gather(
                accept(boris, await invitation(office)), corrected(author, one, municipality=OKRUG)
            )

            assert answer.status_code == 200, answer.text
            assert (await read(boris, one))["municipality"] == OKRUG


async def test_an_erased_co_author_leaves_nothing(
    office: Office, author: Api, hall: Hall, intake_database: Database
) -> None:
    one, other = await submitted(author), await submitted(author)
    await name(author, one, BORIS)
    async with another(hall, office, place=DISTRICT) as boris:
        await accept(boris, await invitation(office))
        await name(author, other, BORIS)
        third = await submitted(author)
        await support(boris, third)
        await corrected(author, third, municipality=OKRUG)

        erased = await boris.delete("/api/v1/me?texts=keep")

    assert erased.status_code == 200, erased.text
    assert BORIS not in await everything_in(intake_database)
    assert await office.pool.fetchval("SELECT count(*) FROM co_author") == 0
    rows = await office.pool.fetch("SELECT DISTINCT participant_id IS NULL AS gone FROM initiative")
    assert [row["gone"] for row in rows] == [False]


async def test_an_erased_author_leaves_no_unanswered_address(
    office: Office, author: Api, hall: Hall, intake_database: Database
) -> None:
    one = await submitted(author)
    await name(author, one, BORIS, "clara@example.org")
    async with another(hall, office) as boris:
        rows = await office.pool.fetch("SELECT id, email FROM co_author")
        ids = [row for row in rows if row["email"] == BORIS]
        await accept(boris, str(ids[0]["id"]))
        await author.delete("/api/v1/me?texts=keep")
        seen = await read(boris, one)

    assert seen["role"] == "co-author"
    assert "clara@example.org" not in await everything_in(intake_database)


@pytest.mark.parametrize("foreign", [True, False])
async def test_foreign_ids_are_nobodys(office: Office, author: Api, hall: Hall, foreign: bool) -> None:
    one = await submitted(author)
    (item,) = await name(author, one, BORIS)
    id_ = item["id"] if foreign else str(uuid4())
    async with another(hall, office, "clara@example.org", DISTRICT) as clara:
        theirs = await submitted(clara)
        path = f"/api/v1/initiatives/{theirs['id']}/co-authors/{id_}"
        confirmed = await clara.post(f"{path}/confirmation")
        removed = await clara.delete(path)
        of_others = await clara.post(
            f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": ["x@example.org"]}
        )

    assert (confirmed.status_code, slug(confirmed)) == (404, "co-author-unknown")
    assert (removed.status_code, of_others.status_code) == (204, 404)
    assert [each["state"] for each in await named(author, one)] == ["named"]


async def test_nobody_joins_what_is_over(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    leader = await office.grant(Role.LEADER, str(ROADS))
    await decide(office, leader, "decline", one, reason="not-ours", text="Дорога области.")
    async with another(hall, office) as boris:
        just_now = await accept(boris, await invitation(office))
        await office.pool.execute("UPDATE decision SET decided_at = decided_at - interval '11 minutes'")
        late = await accept(boris, await invitation(office))
    more = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": ["x@e.org"]})

    assert (just_now.status_code, slug(just_now)) == (409, "initiative-being-decided")
    assert (late.status_code, slug(late)) == (409, "co-authors-closed")
    assert (more.status_code, slug(more)) == (409, "co-authors-closed")


async def test_after_the_close_nobody_is_confirmed(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    async with another(hall, office, place=DISTRICT) as boris:
        await support(boris, one)
    (item,) = await named(author, one)
    await office.redefine(last_day=today() - timedelta(days=9), close_until=today() - timedelta(days=5))

    late = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}/confirmation")

    assert (late.status_code, slug(late)) == (409, "campaign-over")


async def test_two_at_once_name_and_accept_once(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)

    await asyncio.gather(*(name(author, one, BORIS) for _ in range(4)))
    id_ = await invitation(office)
    async with another(hall, office) as boris, another(hall, office, "clara@example.org") as clara:
        answers = await asyncio.gather(*(accept(api, id_) for api in (boris, clara, boris, clara)))

    assert len(await letters(office)) == 1
    assert sorted(answer.status_code for answer in answers) == [200, 200, 404, 404]


async def test_the_pages_of_co_authors_need_no_javascript(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    path = f"/initiatives/{one['id']}/co-authors"
    author.headers["Accept"] = "text/html"
    async with another(hall, office, "clara@example.org", DISTRICT) as clara:
        clara.headers["Accept"] = "text/html"
        form = await clara.get(f"/initiatives/{one['id']}/support")
        await send(clara, f"/initiatives/{one['id']}/support")
        done = await clara.get(f"/initiatives/{one['id']}/support?done=1")

    wrong = await send(author, path, addresses="boris@example.org\nclara")
    sent = await send(author, path, addresses="boris@example.org,\n eva@example.org;")
    after = await author.get(sent.headers["location"])
    asking = await office.pool.fetchval("SELECT id FROM co_author WHERE state = 'asking'")
    agreed = await send(author, path, confirm=str(asking))
    one_named = await office.pool.fetchval("SELECT id FROM co_author WHERE state = 'named' LIMIT 1")
    removed = await send(author, path, remove=str(one_named))
    nonsense = await send(author, path, confirm="\x00x")

    assert "Автор увидит адрес вашей почты" in words(form)
    assert "Автор получит письмо" in words(done)
    assert (wrong.status_code, "«clara» – не адрес" in words(wrong)) == (422, True)
    assert "boris@example.org" in wrong.text
    assert "Ждём ответа" in words(after)
    assert "Просит добавить" in words(after)
    assert (agreed.status_code, removed.status_code, nonsense.status_code) == (303, 303, 404)
    states = await office.pool.fetch("SELECT state FROM co_author ORDER BY state")
    assert [row["state"] for row in states] == ["confirmed", "named"]


async def test_the_form_is_collective_by_the_authors_choice_alone(
    office: Office, author: Api, hall: Hall
) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    async with another(hall, office) as boris:
        await accept(boris, await invitation(office))
    before = (await read(author, one))["form"]

    await corrected(author, one, form="collective")

    assert (before, (await read(author, one))["form"]) == ("personal", "collective")


async def test_who_said_no_is_not_written_to_again(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    (item,) = await name(author, one, BORIS)
    async with hall.web.browser() as anybody:
        await anybody.post(f"/api/v1/initiatives/invitations/{await invitation(office)}/refusal")

    removed = await author.delete(f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}")

    assert removed.status_code == 204
    assert [each["state"] for each in await name(author, one, BORIS)] == ["declined"]
    assert await letters(office) == []


async def test_who_was_removed_and_named_again_gets_no_flood(
    office: Office, author: Api, intake_database: Database
) -> None:
    one = await submitted(author)
    for _ in range(10):
        (item,) = await name(author, one, BORIS)
        await author.delete(f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}")
    found = BORIS in await everything_in(intake_database)

    late = await author.post(f"/api/v1/initiatives/{one['id']}/co-authors", json={"addresses": [BORIS]})
    old = await author.post(f"/api/v1/initiatives/invitations/{item['id']}/refusal")

    assert (late.status_code, slug(late), found) == (429, "co-author-many-letters", False)
    assert (old.status_code, slug(old)) == (404, "invitation-unknown")
    (rule,) = [rule for rule in RULES if rule.name == "co_author_directory"]
    await office.pool.execute(rule.statement, datetime.now(UTC), 100)
    assert await office.pool.fetchval("SELECT count(*) FROM co_author_directory") == 0


async def test_who_is_erased_while_an_initiative_moves_leaves_nothing(
    office: Office, author: Api, hall: Hall, intake: Pool, intake_database: Database
) -> None:
    one = await submitted(author)
    await name(author, one, BORIS)
    async with another(hall, office), office.pool.acquire() as db:
        who = Author(await id_of(db, BORIS), OKRUG, "spring", str(uuid4()))
        async with db.transaction():
            # What a move does, a moment before its end.
            await db.execute("UPDATE co_author SET municipality = $1", OKRUG)
            await db.execute("UPDATE co_author_directory SET tenant = $1", OKRUG)
            erasing = asyncio.create_task(erase(hall, intake, who))
            await until_somebody_waits(db)
        await erasing

    assert BORIS not in await everything_in(intake_database)
    assert await office.pool.fetchval("SELECT count(*) FROM co_author_directory") == 0


async def test_who_was_removed_and_is_erased_leaves_no_digest(
    office: Office, author: Api, hall: Hall
) -> None:
    one = await submitted(author)
    (item,) = await name(author, one, BORIS)
    async with another(hall, office) as boris:
        await accept(boris, await invitation(office))
        await author.delete(f"/api/v1/initiatives/{one['id']}/co-authors/{item['id']}")

        await boris.delete("/api/v1/me?texts=keep")

    assert await office.pool.fetchval("SELECT count(*) FROM co_author_directory") == 0


async def test_who_asks_while_the_author_is_erased_leaves_no_letter(
    office: Office, author: Api, hall: Hall, intake: Pool, intake_database: Database
) -> None:
    one = await submitted(author)
    async with another(hall, office, place=DISTRICT), office.pool.acquire() as db:
        who = Author(await id_of(db, "anna@example.org"), DISTRICT, "spring", str(uuid4()))
        boris = await id_of(db, BORIS)
        async with db.transaction():
            held = await co_authors.hold_initiative(db, DISTRICT, UUID(one["id"]))
            erasing = asyncio.create_task(erase(hall, intake, who))
            await until_somebody_waits(db)
            # Support, which holds the initiative, goes on meanwhile.
            await co_authors.add(db, held, [Named(BORIS, b"digest")], boris, datetime.now(UTC))
            letter = Letter("anna@example.org", "Просьба", "…", about=who.participant_id)
            await write(db, letter, datetime.now(UTC))
        await erasing

    assert await office.pool.fetchval("SELECT count(*) FROM co_author") == 0
    assert "anna@example.org" not in await everything_in(intake_database)


async def test_an_erasure_locks_in_the_order_of_decisions_on_many(
    office: Office, author: Api, hall: Hall, intake: Pool
) -> None:
    several = sorted([UUID((await submitted(author, title=f"Переход {nth}"))["id"]) for nth in range(2)])
    async with office.pool.acquire() as db:
        who = Author(await id_of(db, "anna@example.org"), DISTRICT, "spring", str(uuid4()))
        # So that the rows lie in the other order.
        await db.execute("UPDATE initiative SET title = title || '!' WHERE id = $1", several[0])
        async with db.transaction():
            await decisions.lock(db, [DISTRICT], several[:1])
            erasing = asyncio.create_task(erase(hall, intake, who))
            await until_somebody_waits(db)
            found = await decisions.lock(db, [DISTRICT], several)
        await erasing

    assert len(found) == 2


async def test_what_was_said_to_an_erased_author_goes(
    office: Office, author: Api, hall: Hall, intake_database: Database
) -> None:
    one, other = await submitted(author), await submitted(author)
    leader = await office.grant(Role.LEADER, str(ROADS))
    said = "Анна Ивановна, назовите улицу."
    await decide(office, leader, "return", one, text=said)
    await decide(office, leader, "return", other, text=said)
    await corrected(author, other, municipality=OKRUG)

    erased = await author.delete("/api/v1/me?texts=keep")

    assert erased.status_code == 200, erased.text
    assert said not in await everything_in(intake_database)


async def test_who_has_two_addresses_is_a_co_author_once(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    first, second = await name(author, one, BORIS, "boris.work@example.org")
    path = f"/api/v1/initiatives/{one['id']}/co-authors"
    async with another(hall, office, place=DISTRICT) as boris:
        accepted = await accept(boris, second["id"])
        refused, supported = await accept(boris, first["id"]), await support(boris, one)
        states = [each["state"] for each in await named(author, one)]
        await author.delete(f"{path}/{first['id']}")
        kept = await boris.get(f"/api/v1/initiatives/{one['id']}")
        await author.delete(f"{path}/{second['id']}")
        gone = await boris.get(f"/api/v1/initiatives/{one['id']}")

    assert (accepted.status_code, kept.status_code, gone.status_code) == (200, 200, 404)
    assert (refused.status_code, slug(refused)) == (409, "co-author-already")
    assert supported.json()["state"] == "confirmed"
    assert sorted(states) == ["confirmed", "named"]


async def test_who_asks_and_accepts_is_confirmed_once(office: Office, author: Api, hall: Hall) -> None:
    one = await submitted(author)
    async with another(hall, office, place=DISTRICT) as boris:
        await support(boris, one)
        (asking,) = await named(author, one)
        await name(author, one, "boris.work@example.org")
        await accept(boris, await invitation(office))
        path = f"/api/v1/initiatives/{one['id']}/co-authors/{asking['id']}"

        refused = await author.post(f"{path}/confirmation")
        await author.delete(path)
        seen = await read(boris, one)

    assert (refused.status_code, slug(refused)) == (409, "co-author-already")
    assert seen["role"] == "co-author"


async def test_who_accepts_twice_at_once_is_confirmed_once(
    office: Office, author: Api, hall: Hall, intake: Pool
) -> None:
    one = await submitted(author)
    invitations = [UUID(each["id"]) for each in await name(author, one, BORIS, "boris.work@example.org")]
    picture = hall.web.app.state.region.picture
    async with another(hall, office), office.pool.acquire() as db:
        who = Author(await id_of(db, BORIS), OKRUG, "spring", str(uuid4()))
        async with db.transaction():
            # Whoever is to find the initiative waits until both are here.
            await authorship.keep(
                db, who.participant_id, Elsewhere(UUID(one["id"]), DISTRICT, CO_AUTHOR), datetime.now(UTC)
            )
            both = [
                asyncio.create_task(
                    accept_invitation(intake, picture, who, Answering(id_), Moment(datetime.now(UTC)))
                )
                for id_ in invitations
            ]
            await until_somebody_waits(db, 2)
        answers = await asyncio.gather(*both, return_exceptions=True)

    refusals = [answer.slug for answer in answers if isinstance(answer, Conflict)]
    assert refusals == ["co-author-already"]
    assert sorted(each["state"] for each in await named(author, one)) == ["confirmed", "named"]


async def test_who_was_confirmed_twice_before_loses_one_and_keeps_the_other(
    office: Office, author: Api, hall: Hall
) -> None:
    one = await submitted(author)
    first, second = await name(author, one, BORIS, "boris.work@example.org")
    path = f"/api/v1/initiatives/{one['id']}/co-authors"
    async with another(hall, office) as boris:
        await accept(boris, first["id"])
        async with office.pool.acquire() as db:
            whose = await id_of(db, BORIS)
            await db.execute("UPDATE co_author SET state = 'confirmed', participant_id = $1", whose)
        statuses = []
        for each in (first, second):
            await author.delete(f"{path}/{each['id']}")
            statuses.append((await boris.get(f"/api/v1/initiatives/{one['id']}")).status_code)

    assert statuses == [200, 404]


async def id_of(db: Db, email: str) -> UUID:
    (found,) = [
        row["id"] for row in await db.fetch("SELECT id, email FROM participant") if row["email"] == email
    ]
    return UUID(str(found))


async def erase(hall: Hall, pool: Pool, who: Author) -> None:
    """As the application does, which would not let the test go on meanwhile."""
    picture = hall.web.app.state.region.picture
    await erase_participant(pool, picture, who, Texts.KEPT, datetime.now(UTC))


async def until_somebody_waits(db: Db, count: int = 1) -> None:
    """Returns once so many other transactions wait for this one."""
    for _ in range(500):
        if await db.fetchval(WAITED_FOR) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")
