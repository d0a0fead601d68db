"""Settings that contradict each other stop the process at its start, with a sentence."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.hierarchy.main import provider_of
from services.hierarchy.settings import HierarchySettings

GIVEN = {
    "database_url": "postgresql://u:p@127.0.0.1:1/d",
    "kafka_brokers": "k:1",
    "signing_key_file": "/none",
}
PROVIDER = {"openid_issuer": "https://provider.example", "openid_client": "dialogue"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"openid_issuer": "https://provider.example"}, "APP_OPENID_CLIENT must be"),
        ({"openid_client": "dialogue"}, "APP_OPENID_ISSUER must be"),
        ({"openid_emails_verified": True}, "APP_OPENID_ISSUER must be"),
        ({"passwords": False}, "nobody could sign in"),
        (
            PROVIDER | {"openid_issuer": "http://provider.example", "public_url": "https://dialogue.example"},
            "must begin with https://",
        ),
    ],
)
def test_a_contradiction_is_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        HierarchySettings.model_validate(GIVEN | more)


def test_what_the_operator_left_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(f"APP_{name.upper()}", value)
    for name in ("ISSUER", "CLIENT", "NAME", "EMAILS_VERIFIED"):
        monkeypatch.setenv(f"APP_OPENID_{name}", "")
    monkeypatch.setenv("APP_PASSWORDS", "")

    settings = HierarchySettings()

    assert provider_of(settings) is None
    assert (settings.passwords, settings.entrance.provider) == (True, "")
    assert settings.openid_name == "Войти через единый вход"


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n", "utf-8")
    settings = HierarchySettings.model_validate(
        GIVEN | PROVIDER | {"openid_secret_file": tmp_path / "secret"}
    )

    with pytest.raises(ValueError, match="must hold the secret"):
        provider_of(settings)


def test_the_secret_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret\n", "utf-8")
    settings = HierarchySettings.model_validate(
        GIVEN | PROVIDER | {"openid_secret_file": tmp_path / "secret"}
    )

    provider = provider_of(settings)

    assert provider
    assert provider.registered.secret == "a secret"
    assert provider.registered.vouches is False


def test_the_operator_says_that_the_provider_verifies_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (GIVEN | PROVIDER | {"openid_emails_verified": "true"}).items():
        monkeypatch.setenv(f"APP_{name.upper()}", value)

    provider = provider_of(HierarchySettings())

    assert provider
    assert provider.registered.vouches is True
