"""A mail server for tests, on a free port of this process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from services.chassis.mail.smtp import Session
from services.chassis.mail.smtp_url import Server


class PostOffice:
    """A mail server that keeps what it gets, and answers recipients as it is told."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.logins: list[tuple[str, str]] = []
        self.answers: dict[str, str] = {}
        self.tried: list[str] = []
        self.sessions = 0
        self.during: Callable[[], Awaitable[None]] | None = None
        self.break_at = 0
        self.port = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _: Any, envelope: Envelope, address: str, __: Any
    ) -> str:
        self.tried.append(address)
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _: Any, envelope: Envelope
    ) -> str:
        if self.during:
            await self.during()
        self.got.append(envelope)
        if len(self.got) == self.break_at:
            assert server.transport is not None
            asyncio.get_running_loop().call_later(0.001, server.transport.close)
        return "250 OK"

    def authenticate(self, *given: Any) -> AuthResult:
        assert isinstance(given[-1], LoginPassword)
        self.logins.append((given[-1].login.decode(), given[-1].password.decode()))
        return AuthResult(success=True)

    @property
    def recipients(self) -> list[list[str]]:
        return [envelope.rcpt_tos for envelope in self.got]

    @asynccontextmanager
    async def open(self, **options: Any) -> AsyncIterator[Session]:
        """The server listens; a session with it."""

        def connected() -> SMTP:
            self.sessions += 1
            return SMTP(
                self,
                authenticator=self.authenticate,
                auth_require_tls=False,
                **{"enable_SMTPUTF8": True} | options,
            )

        server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield Session(Server("127.0.0.1", self.port))
        finally:
            server.close()
