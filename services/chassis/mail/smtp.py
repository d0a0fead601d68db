"""A session with a mail server, in which letters are handed over."""

import asyncio
from email.message import EmailMessage

import aiosmtplib

from services.chassis.mail.smtp_url import Server

TIMEOUT = 20.0


class Session:
    """One connection for many letters, opened when it is needed, and anew once it is broken."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None

    async def open(self) -> None:
        """Be connected. Raises OSError or SMTPException if the server is away or refuses us."""
        if self._client is not None:
            try:
                # Nothing is on its way yet, so a session that the server has ended costs no letter.
                await self._client.rset()
            except (OSError, aiosmtplib.SMTPException):
                await self.close()
            else:
                return
        self._client = await _connected(self._server)

    async def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Hand a letter over for one recipient, whatever its head says."""
        if self._client is None:
            raise ConnectionError("not connected")
        await self._client.send_message(mail, sender=sender, recipients=[recipient])

    async def close(self) -> None:
        """Say goodbye if anybody still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(2):
                await client.quit()
        except (OSError, aiosmtplib.SMTPException):
            client.close()


async def _connected(server: Server) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.tls,
        start_tls=server.starttls,
        timeout=TIMEOUT,
    )
    try:
        await client.connect()
    except BaseException:
        client.close()
        raise
    return client
