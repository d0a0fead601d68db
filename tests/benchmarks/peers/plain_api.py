"""The submission endpoint written plainly: FastAPI, SQLAlchemy asyncio, asyncpg, one uvicorn process.

`python -m tests.benchmarks.peers.plain_api --dsn postgresql://… --port P --participants N --tokens FILE`
makes its tables in an empty database, enters N participants, writes their tokens as JSON and serves until
it is ended.
"""

import argparse
import asyncio
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID, uuid4

import orjson
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    SmallInteger,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from contracts.initiatives import InitiativeStatus, InitiativeSubmitted

PATH = "/api/v1/initiatives"
POOL = 20
CAMPAIGN = "marafon-demo"
REGION = timezone(timedelta(hours=3))
CLASSIFIERS = {"position": "budget"}
DIRECTIONS = frozenset(
    (
        *("amenities", "housing", "roads", "education", "health", "culture", "sport"),
        *("youth", "social", "economy", "ecology", "safety", "governance"),
    )
)

tables = MetaData()
number = Sequence("initiative_number", metadata=tables)
participant = Table(
    "participant",
    tables,
    Column("token_digest", LargeBinary, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("municipality", Text, nullable=False),
    Column("classifiers", JSONB, nullable=False),
)
organization = Table(
    "organization",
    tables,
    Column("id", Uuid, primary_key=True),
    Column("municipality", Text, nullable=False),
)
idempotency_key = Table(
    "idempotency_key",
    tables,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
initiative = Table(
    "initiative",
    tables,
    Column("municipality", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("participant_id", Uuid, nullable=False, index=True),
    Column("organization", Uuid),
    Column("direction", Text, nullable=False),
    Column("classifiers", JSONB, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
)
initiative_history = Table(
    "initiative_history",
    tables,
    Column("municipality", Text, primary_key=True),
    Column("initiative_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
)
outbox = Table(
    "outbox",
    tables,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", SmallInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text),
    Column("partition_key", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("data", Text, nullable=False),
)

# Built once: SQLAlchemy then finds their compiled form without looking at them again.
FIND_AUTHOR = select(
    participant.c.id, participant.c.municipality, participant.c.classifiers, number.next_value()
).where(participant.c.token_digest == bindparam("digest"))
TAKE_KEY = upsert(idempotency_key).on_conflict_do_nothing()
FIND_ANSWER = select(idempotency_key.c.fingerprint, idempotency_key.c.body).where(
    idempotency_key.c.scope == bindparam("of_scope"), idempotency_key.c.key == bindparam("of_key")
)
ADD_INITIATIVE = insert(initiative)
ADD_STEP = insert(initiative_history)
ADD_EVENT = insert(outbox).inline()


def _clean(value: str) -> str:
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if not value:
        raise ValueError("is empty")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in value):
        raise ValueError("has control characters")
    return value


def _direction(code: str) -> str:
    if code not in DIRECTIONS:
        raise ValueError("is not one of the campaign's directions")
    return code


class NewInitiative(BaseModel):
    """An initiative to submit."""

    model_config = ConfigDict(frozen=True)

    direction: Annotated[str, AfterValidator(_direction)]
    organization: UUID | None = None
    form: Literal["personal", "collective"]
    title: Annotated[str, Field(max_length=200), AfterValidator(_clean)]
    text: Annotated[str, Field(max_length=4000), AfterValidator(_clean)]


class Author(NamedTuple):
    """Who asks, and the number that their initiative gets."""

    id: UUID
    municipality: str
    classifiers: dict[str, str]
    number: int


class Repeat(NamedTuple):
    """What makes two requests the same."""

    scope: str
    key: str
    fingerprint: bytes


class Api:
    """The endpoint, on an engine that it opens and closes with the process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._organizations: dict[UUID, str] = {}

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Keep the organizations at hand; close the pool at the end."""
        async with self._engine.connect() as db:
            rows = await db.execute(select(organization.c.id, organization.c.municipality))
            self._organizations = dict(rows.all())
        yield
        await self._engine.dispose()

    async def submit(
        self,
        request: Request,
        new: NewInitiative,
        authorization: Annotated[str, Header()] = "",
        key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=128)] = None,
    ) -> Response:
        """Submit an initiative: 201 once it is stored durably."""
        body = await request.body()
        async with self._engine.begin() as db:
            author = await _author(db, authorization)
            self._check_organization(author, new.organization)
            event = _event(author, new)
            answer = orjson.dumps(
                {
                    "id": event.id,
                    "number": event.number,
                    "status": event.status,
                    "submitted_at": event.submitted_at,
                }
            )
            if key:
                repeat = Repeat(str(author.id), key, _fingerprint(request, body))
                if not await _take(db, repeat, answer):
                    return _created(await _earlier(db, repeat))
            await _store(db, new, event)
        return _created(answer)

    def _check_organization(self, author: Author, asked: UUID | None) -> None:
        if asked is not None and self._organizations.get(asked) != author.municipality:
            raise HTTPException(422, "organization-unknown")


async def _author(db: AsyncConnection, authorization: str) -> Author:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, "token-invalid")
    row = (await db.execute(FIND_AUTHOR, {"digest": _digest(token)})).one_or_none()
    if row is None:
        raise HTTPException(401, "token-invalid")
    return Author(*row)


async def _take(db: AsyncConnection, repeat: Repeat, answer: bytes) -> bool:
    """Whether the key is new; a concurrent repeat waits here until the first is over."""
    row = dict(zip(Repeat._fields, repeat, strict=True)) | {"status": 201, "body": answer.decode()}
    taken = await db.execute(TAKE_KEY, row)
    return bool(taken.rowcount)


async def _earlier(db: AsyncConnection, repeat: Repeat) -> bytes:
    """The answer given before. 422 if the key was used for something else."""
    found = await db.execute(FIND_ANSWER, {"of_scope": repeat.scope, "of_key": repeat.key})
    fingerprint, body = found.one()
    if fingerprint != repeat.fingerprint:
        raise HTTPException(422, "idempotency-key-reused")
    return str(body).encode()


async def _store(db: AsyncConnection, new: NewInitiative, event: InitiativeSubmitted) -> None:
    await db.execute(
        ADD_INITIATIVE,
        {
            "municipality": event.municipality,
            "id": event.id,
            "number": event.number,
            "campaign": event.campaign,
            "participant_id": event.participant,
            "organization": event.organization,
            "direction": event.direction,
            "classifiers": event.classifiers,
            "title": new.title,
            "text": new.text,
            "status": event.status.value,
            "submitted_at": event.submitted_at,
            "version": event.version,
        },
    )
    await db.execute(
        ADD_STEP,
        {
            "municipality": event.municipality,
            "initiative_id": event.id,
            "version": event.version,
            "status": event.status.value,
            "happened_at": event.submitted_at,
        },
    )
    await db.execute(
        ADD_EVENT,
        {
            "event_id": uuid4(),
            "topic": event.topic,
            "partition": event.partition,
            "type": event.type,
            "subject": event.subject,
            "partition_key": event.partition_key,
            "happened_at": event.submitted_at,
            "data": event.model_dump_json(),
        },
    )


def _event(author: Author, new: NewInitiative) -> InitiativeSubmitted:
    return InitiativeSubmitted.model_construct(
        version=1,
        id=uuid4(),
        number=author.number,
        campaign=CAMPAIGN,
        municipality=author.municipality,
        organization=new.organization,
        direction=new.direction,
        classifiers=author.classifiers | {"form": new.form},
        participant=author.id,
        status=InitiativeStatus.SUBMITTED,
        submitted_at=datetime.now(UTC).astimezone(REGION),
    )


def _fingerprint(request: Request, body: bytes) -> bytes:
    return sha256(b"\0".join((request.method.encode(), request.url.path.encode(), body))).digest()


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _created(body: bytes) -> Response:
    return Response(body, 201, media_type="application/json")


def application(dsn: str) -> FastAPI:
    """The endpoint as an ASGI application; one engine, its pool full from the first wave of requests on."""
    engine = create_async_engine(
        dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=POOL,
        max_overflow=0,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )
    api = Api(engine)
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] = api.lifespan
    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.add_api_route(PATH, api.submit, methods=["POST"], status_code=201, response_model=None)
    return app


async def seed(dsn: str, n: int, municipalities: tuple[str, ...]) -> list[str]:
    """Make the tables and enter `n` participants, the municipalities in turn; their tokens."""
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    tokens = [secrets.token_urlsafe(32) for _ in range(n)]
    people: list[dict[str, Any]] = [
        {
            "token_digest": _digest(token),
            "id": uuid4(),
            "municipality": municipalities[i % len(municipalities)],
            "classifiers": CLASSIFIERS,
        }
        for i, token in enumerate(tokens)
    ]
    async with engine.begin() as db:
        await db.run_sync(tables.create_all)
        if people:
            await db.execute(insert(participant), people)
            homes = [{"id": uuid4(), "municipality": code} for code in municipalities]
            await db.execute(insert(organization), homes)
    await engine.dispose()
    return tokens


def main() -> None:
    """Seed, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers.plain_api", description=__doc__)
    parser.add_argument("--dsn", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--participants", type=int, default=0)
    parser.add_argument("--municipalities", nargs="+", default=[f"{13_603_000 + 137 * i}" for i in range(60)])
    parser.add_argument("--tokens", type=Path)
    given = parser.parse_args()
    tokens = asyncio.run(seed(given.dsn, given.participants, tuple(given.municipalities)))
    if given.tokens:
        given.tokens.write_bytes(orjson.dumps(tokens))
    uvicorn.run(
        application(given.dsn),
        host="127.0.0.1",
        port=given.port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
