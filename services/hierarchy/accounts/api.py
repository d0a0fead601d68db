"""HTTP: signing in as one of the staff, staying signed in, signing out, and what one may do."""

from datetime import datetime
from uuid import UUID

from asyncpg import Pool
from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from contracts.appointments import Role, Scope
from services.chassis.web.openapi import SIGNED_IN
from services.chassis.web.requests import AnyRequest
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.change_address import AddressChanged, change_address
from services.hierarchy.accounts.commands.choose_password import ChosenPassword, choose_password
from services.hierarchy.accounts.commands.end_session import end_session
from services.hierarchy.accounts.commands.renew_session import renew_session
from services.hierarchy.accounts.commands.request_address import (
    AddressRequest,
    AddressRequested,
    request_address,
)
from services.hierarchy.accounts.commands.sign_in import Attempt, sign_in
from services.hierarchy.accounts.domain.accounts import SESSION_VALID
from services.hierarchy.accounts.doors import Doors, by_password, client_of, device_of
from services.hierarchy.accounts.kit import StaffKit, Token, real_now
from services.hierarchy.accounts.store import accounts


class Credentials(BaseModel):
    """Address and password."""

    email: str
    password: str


class NewPassword(BaseModel):
    """The password that is chosen."""

    password: str


class NewAddress(BaseModel):
    """The address that is requested, and the password, if the account has one."""

    email: str
    password: str = ""


class Right(BaseModel):
    """A role over the region, an SMO or a municipality."""

    role: Role
    scope: Scope
    of: str
    from_at: datetime
    until_at: datetime | None


class Myself(BaseModel):
    """Who is signed in, and what they may do now."""

    id: UUID
    name: str
    grants: list[Right]


class StaffSessions(Controller):
    """Sessions of the staff."""

    path = "/api/v1/staff"
    tags = ("staff",)

    @post("/sessions", summary="Sign in by address and password", status_code=201, guards=[by_password])
    async def begin(
        self,
        request: AnyRequest,
        data: JSONBody[Credentials],
        pool: NamedDependency[Pool],
        doors: NamedDependency[Doors],
        kit: NamedDependency[StaffKit],
    ) -> Token:
        """A token for ten minutes."""
        attempt = Attempt(data.email, data.password, client_of(request), "", device_of(request))
        return kit.token(await sign_in(pool, doors.passwords, doors.secrets, attempt, real_now()))

    @post(
        "/sessions/renewal",
        summary="Renew a token while the session lives",
        status_code=200,
        security=SIGNED_IN,
    )
    async def renew(self, request: AnyRequest, kit: NamedDependency[StaffKit]) -> Token:
        """A fresh token for the presented one, which may have expired."""
        by = await kit.desk.of(request, lasting=SESSION_VALID)
        return kit.token(await renew_session(kit.pool, by.session, real_now()))

    @delete("/sessions/current", summary="Sign out", security=SIGNED_IN)
    async def end(self, pool: NamedDependency[Pool], by: NamedDependency[Staff]) -> None:
        """The session ends, in every service."""
        await end_session(pool, by, by.session, real_now())

    @post(
        "/links/{word:str}",
        summary="Choose a password by the link of a letter",
        status_code=201,
        guards=[by_password],
    )
    async def choose(
        self,
        request: AnyRequest,
        word: FromPath[str],
        data: JSONBody[NewPassword],
        pool: NamedDependency[Pool],
        doors: NamedDependency[Doors],
        kit: NamedDependency[StaffKit],
    ) -> Token:
        """A token for ten minutes; every other session of the account ends, the link is used up."""
        given = ChosenPassword(word, data.password, device_of(request))
        return kit.token(await choose_password(pool, doors.passwords, given, real_now()))

    @post(
        "/address",
        summary="Request another address; a letter there holds a link",
        status_code=202,
        security=SIGNED_IN,
    )
    async def request_address(
        self,
        request: AnyRequest,
        data: JSONBody[NewAddress],
        pool: NamedDependency[Pool],
        doors: NamedDependency[Doors],
        by: NamedDependency[Staff],
    ) -> AddressRequested:
        """The address as it is understood; it counts once the link is confirmed."""
        given = AddressRequest(data.email, data.password, client_of(request))
        door = (doors.passwords, doors.secrets, doors.entrance)
        return await request_address(pool, *door, by, given, real_now())

    @post("/addresses/{word:str}", summary="Confirm another address by its link", status_code=200)
    async def change_address(self, word: FromPath[str], pool: NamedDependency[Pool]) -> AddressChanged:
        """The address, from now on."""
        return await change_address(pool, word, real_now())

    @get("/me", summary="Who is signed in, and what they may do now", security=SIGNED_IN)
    async def me(self, pool: NamedDependency[Pool], by: NamedDependency[Staff]) -> Myself:
        """Every grant that holds."""
        async with pool.acquire() as db:
            account = await accounts.get(db, by.account)
        grants = [Right.model_validate(grant, from_attributes=True) for grant in by.grants]
        return Myself(id=account.id, name=account.name, grants=grants)
