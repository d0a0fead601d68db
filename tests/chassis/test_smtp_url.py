"""How a mail server is named, and that its login and password arrive as they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncpg import Pool
from pydantic import ValidationError

from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.sending import Sender, send_bundle
from services.chassis.mail.settings import IssuerSettings
from services.chassis.mail.smtp import Session
from services.chassis.mail.smtp_url import server_of
from tests.chassis.post_office import PostOffice


@pytest.mark.parametrize(
    ("credentials", "login", "password"),
    [
        ("noreply%40region.ru:p%40ss", "noreply@region.ru", "p@ss"),
        ("noreply@region.ru:p@ss", "noreply@region.ru", "p@ss"),
        ("noreply@region.ru:100%", "noreply@region.ru", "100%"),
        ("noreply@region.ru:a#b/c+d?e:f", "noreply@region.ru", "a#b/c+d?e:f"),
        ("noreply@region.ru:a%23b%2Fc%2Bd", "noreply@region.ru", "a#b/c+d"),
        ("noreply@region.ru:пароль", "noreply@region.ru", "пароль"),
        ("noreply@region.ru:%D0%BF%D0%B0", "noreply@region.ru", "па"),
    ],
)
async def test_login_and_password_reach_the_server_as_they_are(
    intake: Pool, credentials: str, login: str, password: str
) -> None:
    office = PostOffice()
    async with intake.acquire() as db:
        await letters.write(db, Letter("a@mail.ru", "Код", "1"), datetime.now(UTC))

    async with office.open(auth_exclude_mechanism=["LOGIN"]):
        session = Session(server_of(f"smtp://{credentials}@127.0.0.1:{office.port}"))
        await send_bundle(intake, session, Sender("noreply@region.ru"))

    assert office.logins == [(login, password)]
    assert office.recipients == [["a@mail.ru"]]


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.region.ru", 25, False),
        ("smtps://mail.region.ru", 465, True),
        ("smtp+starttls://mail.region.ru", 587, False),
        ("smtp://user:secret@mail.region.ru:2525/", 2525, False),
        ("smtp://[::1]:2525", 2525, False),
    ],
)
def test_a_server_without_a_port_is_at_that_of_its_scheme(url: str, port: int, tls: bool) -> None:
    assert (server_of(url).port, server_of(url).tls) == (port, tls)


@pytest.mark.parametrize(
    "url",
    [
        "mail.region.ru",
        "https://mail.region.ru",
        "smtp://",
        "smtp://user:secret@",
        "smtp://:secret@mail.region.ru",
        "smtp://user:secret@mail.region.ru:99999",
        "smtp://user:secret@mail region.ru",
        "smtp://user:secret@mail.region.ru/path",
    ],
)
def test_a_wrong_url_stops_the_process_at_start_and_keeps_the_password_to_itself(
    url: str, tmp_path: Path
) -> None:
    given = {"database_url": "postgresql://u:p@h/d", "kafka_brokers": "h:1", "signing_key_file": tmp_path}

    with pytest.raises(ValidationError) as error:
        IssuerSettings.model_validate(given | {"smtp_url": url})

    assert "a mail server's URL" in str(error.value)
    assert "secret" not in str(error.value)
