"""The image's start: `python -m deploy.compose SERVICE COMMAND…` with secrets taken from files.

`/run/secrets/<service>_<role>_password` becomes part of APP_DATABASE_URL, `/run/secrets/smtp_url`, unless it
is empty, APP_SMTP_URL, and `/run/secrets/s3_credentials` (`id:secret`) AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY. An AWS_… variable that is empty is taken for one that is not set. The process becomes
the service, so that signals reach it. Outside of containers SECRETS names another folder, DATABASE another
`host:port` than `postgres:5432`.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from deploy.roles import role_of

SECRETS = Path("/run/secrets")


def environment(service: str, words: list[str], secrets: Path, database: str) -> dict[str, str]:
    """What the service's settings need beside the container's own environment.

    `database` is the server's host and port. Raises FileNotFoundError for a missing secret.
    """
    user = f"{service}_{role_of(words)}"
    password = quote(_secret(secrets / f"{user}_password"), safe="")
    smtp = secrets / "smtp_url"
    url = _secret(smtp) if smtp.exists() else ""
    return {
        "APP_DATABASE_URL": f"postgresql://{user}:{password}@{database}/{service}",
        **({"APP_SMTP_URL": url} if url else {}),
        **_of_bucket(secrets / "s3_credentials"),
    }


def _of_bucket(file: Path) -> dict[str, str]:
    id_, _, secret = (_secret(file) if file.exists() else "").partition(":")
    return {"AWS_ACCESS_KEY_ID": id_, "AWS_SECRET_ACCESS_KEY": secret} if secret else {}


def inherited(given: Mapping[str, str]) -> dict[str, str]:
    """The container's own environment without the bucket's variables that are not filled in."""
    return {name: value for name, value in given.items() if value or not name.startswith("AWS_")}


def _secret(file: Path) -> str:
    return file.read_text("utf-8").strip()


def main() -> None:
    """Become the service's process."""
    service, *words = sys.argv[1:]
    secrets = Path(os.environ.get("SECRETS", SECRETS))
    settings = environment(service, words, secrets, os.environ.get("DATABASE", "postgres:5432"))
    os.execve(
        sys.executable,
        [sys.executable, "-m", f"services.{service}", *words],
        inherited(os.environ) | settings,
    )


if __name__ == "__main__":
    main()
