"""HTTP: signing in as one of the staff, staying, leaving, and what one may do."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from contracts.appointments import Role, Scope
from services.chassis.web import tokens
from services.chassis.web.openapi import SIGNED_IN
from services.hierarchy.accounts.commands.choose_password import choose_password
from services.hierarchy.accounts.commands.sign_in import Attempt, end_session, renew_session, sign_in
from services.hierarchy.accounts.domain.accounts import SESSION_VALID
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.commands.change_address import Wanted, ask_for_address, change_address
from services.hierarchy.core.office import AnyRequest, Office, by_password, client_of, device_of, real_now


class Credentials(BaseModel):
    """Address and password."""

    email: str
    password: str


class NewPassword(BaseModel):
    """A password that somebody has thought of."""

    password: str


class NewAddress(BaseModel):
    """The address that somebody wants, and their password, if they have one."""

    email: str
    password: str = ""


class Address(BaseModel):
    """An address."""

    email: str


class Token(BaseModel):
    """A token and when it expires."""

    token: str
    expires_at: datetime


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
        self, request: AnyRequest, data: JSONBody[Credentials], office: NamedDependency[Office]
    ) -> Token:
        """A token for ten minutes."""
        attempt = Attempt(data.email, data.password, client_of(request), "", device_of(request))
        who = await sign_in(office.pool, office.passwords, office.secrets, attempt, real_now())
        token, expires_at = office.token(who)
        return Token(token=token, expires_at=expires_at)

    @post(
        "/sessions/renewal",
        summary="Renew a token while the session lives",
        status_code=200,
        security=SIGNED_IN,
    )
    async def renew(self, request: AnyRequest, office: NamedDependency[Office]) -> Token:
        """A fresh token for the presented one, which may have expired."""
        presented = tokens.presented(request, office.desk.cookie)
        principal = await office.verifier.verify(presented, expired_for=SESSION_VALID)
        staff = await office.desk.known(principal)
        token, expires_at = office.token(await renew_session(office.pool, staff.session, real_now()))
        return Token(token=token, expires_at=expires_at)

    @delete("/sessions/current", summary="Sign out", security=SIGNED_IN)
    async def end(self, request: AnyRequest, office: NamedDependency[Office]) -> None:
        """The session ends, in every service."""
        staff = await office.desk.of(request)
        await end_session(office.pool, staff.account, staff.session, real_now())

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
        office: NamedDependency[Office],
    ) -> Token:
        """A token for ten minutes; every other session of the account ends, the link is used up."""
        device = device_of(request)
        who = await choose_password(office.pool, office.passwords, word, data.password, device, real_now())
        token, expires_at = office.token(who)
        return Token(token=token, expires_at=expires_at)

    @post("/address", summary="Ask for another address; a letter there holds a link", status_code=202)
    async def ask_for_address(
        self, request: AnyRequest, data: JSONBody[NewAddress], office: NamedDependency[Office]
    ) -> Address:
        """The address as it is understood; it counts once the link is confirmed."""
        staff = await office.desk.of(request)
        wanted = Wanted(data.email, data.password, client_of(request))
        given = (office.pool, office.passwords, office.secrets, office.entrance)
        return Address(email=await ask_for_address(*given, staff.account, wanted))

    @post("/addresses/{word:str}", summary="Confirm another address by its link", status_code=200)
    async def change_address(self, word: FromPath[str], office: NamedDependency[Office]) -> Address:
        """The address, from now on."""
        return Address(email=await change_address(office.pool, word, real_now()))

    @get("/me", summary="Who is signed in, and what they may do now", security=SIGNED_IN)
    async def me(self, request: AnyRequest, office: NamedDependency[Office]) -> Myself:
        """Every grant that holds."""
        staff = await office.desk.of(request)
        async with office.pool.acquire() as db:
            account = await accounts.get(db, staff.account)
        grants = [Right.model_validate(grant, from_attributes=True) for grant in staff.grants]
        return Myself(id=account.id, name=account.name, grants=grants)
