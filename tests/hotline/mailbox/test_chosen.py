"""Which source of letters an installation has, by its settings."""

from pathlib import Path

import pytest

from services.chassis.process.selfcheck import SelfCheckFailed
from services.hotline.mailbox.sources.chosen import source_of
from services.hotline.mailbox.sources.imap import Imap
from services.hotline.mailbox.sources.maildir import Maildir
from services.hotline.settings import HotlineSettings

GIVEN = {
    "database_url": "postgresql://u:p@127.0.0.1:1/d",
    "kafka_brokers": "k:1",
    "signing_key_file": "/none",
    "files_url": "file:///none",
}


def settings(monkeypatch: pytest.MonkeyPatch, **more: object) -> HotlineSettings:
    for name, value in (GIVEN | more).items():
        monkeypatch.setenv(f"APP_{name.upper()}", str(value))
    return HotlineSettings()


def test_letters_come_from_the_folder_where_the_operator_left_the_server_empty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("", "utf-8")

    given = settings(
        monkeypatch,
        mailbox_url="",
        mailbox_password_file=tmp_path / "password",
        mailbox_dir=tmp_path / "lines",
        inquiries_kept_days="",
    )

    assert given.mailbox_url is None
    assert isinstance(source_of(given), Maildir)


@pytest.mark.parametrize("written", ["", "\n"])
def test_a_server_needs_a_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str) -> None:
    (tmp_path / "password").write_text(written, "utf-8")
    given = settings(
        monkeypatch,
        mailbox_url="imaps://lines@mail.example.ru",
        mailbox_password_file=tmp_path / "password",
    )

    with pytest.raises(SelfCheckFailed, match="needs a password"):
        source_of(given)


def test_letters_come_from_a_server_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a secret\n", "utf-8")
    given = settings(
        monkeypatch,
        mailbox_url="imaps://lines@mail.example.ru",
        mailbox_password_file=tmp_path / "password",
        mailbox_dir=tmp_path / "lines",
    )

    assert isinstance(source_of(given), Imap)
