"""Letters over TLS: from a server whose certificate is trusted, and from no other; none is lost by that."""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from structlog.testing import capture_logs

from services.chassis.process.selfcheck import SelfCheckFailed
from services.hotline.mailbox import fetching
from services.hotline.mailbox.sources import Away, Source
from services.hotline.mailbox.sources.chosen import source_of
from services.hotline.settings import HotlineSettings
from tests.certificates import Authority, Certificate
from tests.factories import DISTRICT
from tests.hotline.mailbox.cases import sent
from tests.hotline.mailbox.conftest import Post
from tests.hotline.mailbox.dovecot import LOGIN, PASSWORD, Dovecot, dovecot

OURS, ANOTHER = Authority("Ours"), Authority("Another")
OURS_OF_SERVER = OURS.sign()
SCHEMES = ("imaps", "imap+starttls")


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot(certificate=OURS_OF_SERVER) as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """The module's server, empty, with a certificate of our authority."""
    if running.certificate is not OURS_OF_SERVER:
        running.present(OURS_OF_SERVER)
    running.empty()
    return running


def source(
    server: Dovecot, folder: Path, trusted: str = OURS.certificate.decode(), scheme: str = "imaps"
) -> Source:
    """The source of an installation that trusts these authorities beside the system's."""
    (folder / "password").write_text(PASSWORD, "utf-8")
    (folder / "ca").write_text(trusted, "utf-8")
    port = server.secure_port if scheme == "imaps" else server.port
    settings = HotlineSettings.model_validate(
        {
            "database_url": "postgresql://u:p@127.0.0.1:1/d",
            "kafka_brokers": "k:1",
            "signing_key_file": "/none",
            "files_url": "file:///none",
            "mailbox_url": f"{scheme}://{LOGIN}@127.0.0.1:{port}",
            "mailbox_password_file": folder / "password",
            "mailbox_ca_file": folder / "ca",
        }
    )
    found = source_of(settings)
    assert found is not None
    return found


async def drain(post: Post, source: Source) -> None:
    mailbox = post.with_source(source)
    while await mailbox.round():
        pass
    await source.close()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_letters_come_over_tls_from_a_server_of_an_authority_that_is_named(
    post: Post, server: Dovecot, tmp_path: Path, scheme: str
) -> None:
    server.deliver(DISTRICT, sent())

    await drain(post, source(server, tmp_path, scheme=scheme))

    assert (len(await post.inquiries()), server.count(DISTRICT)) == (1, 0)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("presented", "why"),
    [
        (ANOTHER.sign(), "unable to get local issuer certificate"),
        (OURS.sign(x509.DNSName("mail.example.ru")), "IP address mismatch"),
        (OURS.sign(until=-timedelta(hours=1)), "certificate has expired"),
    ],
    ids=["of another authority", "of another place", "expired"],
)
async def test_an_untrusted_server_is_refused_aloud_and_nothing_is_lost(
    post: Post, server: Dovecot, tmp_path: Path, scheme: str, presented: Certificate, why: str
) -> None:
    server.deliver(DISTRICT, sent())
    server.present(presented)
    given = source(server, tmp_path, scheme=scheme)
    mailbox = post.with_source(given)

    for _ in range(2):
        with pytest.raises(Away, match=why):
            await mailbox.round()
        post.later(timedelta(minutes=20))
    with pytest.raises(Away, match=why):
        await mailbox.round()

    assert fetching.STALLED._value.get() == 40 * 60
    assert (await post.inquiries(), server.count(DISTRICT)) == ([], 1)
    server.present(OURS_OF_SERVER)
    await drain(post, given)
    assert (len(await post.inquiries()), server.count(DISTRICT)) == (1, 0)


async def test_the_log_says_that_a_certificate_is_not_trusted(
    post: Post, server: Dovecot, tmp_path: Path
) -> None:
    given = source(server, tmp_path, trusted="")
    mailbox = post.with_source(given)

    with capture_logs() as logs:
        working = asyncio.create_task(mailbox.run())
        async with asyncio.timeout(20):
            while not logs:
                await asyncio.sleep(0.02)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    assert logs[0]["event"] == "mailbox_away"
    assert logs[0]["error"] == "SSLCertVerificationError: unable to get local issuer certificate"


async def test_where_no_tls_is_offered_the_password_is_not_sent(server: Dovecot, tmp_path: Path) -> None:
    heard = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + line.split()[0] + b" OK done\r\n")
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as bare:
        server = replace(server, port=bare.sockets[0].getsockname()[1])
        with pytest.raises(Away, match="CapabilityError"):
            await source(server, tmp_path, scheme="imap+starttls").folders()

    assert [line.split()[1] for line in heard] == [b"CAPABILITY"]


@pytest.mark.parametrize(
    "written", ["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_a_file_of_authorities_that_has_none_stops_the_worker_at_its_start(
    server: Dovecot, tmp_path: Path, written: str
) -> None:
    with pytest.raises(SelfCheckFailed, match="APP_MAILBOX_CA_FILE"):
        source(server, tmp_path, trusted=written)


def test_the_authorities_of_the_system_stay_trusted(server: Dovecot, tmp_path: Path) -> None:
    of_system = ssl.create_default_context().cert_store_stats()["x509_ca"]

    given = source(server, tmp_path)

    assert given._trusting.cert_store_stats()["x509_ca"] == of_system + 1  # type: ignore[attr-defined]
