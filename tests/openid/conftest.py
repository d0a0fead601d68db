"""A region whose staff may come in by a provider."""

from collections.abc import Iterator

import pytest

from tests.openid import keycloak as server
from tests.openid.keycloak import Keycloak


@pytest.fixture(scope="session")
def keycloak() -> Iterator[Keycloak]:
    """Asked for by one module alone, so that it is started once."""
    with server.keycloak() as running:
        yield running
