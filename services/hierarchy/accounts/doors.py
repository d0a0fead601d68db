"""By what the staff signs in: passwords, an external provider, and the browsers that are known."""

from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from services.chassis.errors import NotFound
from services.chassis.web.pages import local_path
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.accounts.openid.provider import Provider
from services.hierarchy.accounts.passwords import Passwords, Secrets
from services.hierarchy.core.domain.entrance import Entrance

AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, Any]

BROWSER = "browser"
"""The cookie by which a browser is known in which the owner of an account has signed in before."""

BROWSER_VALID = 365 * 86400


@dataclass(frozen=True, slots=True)
class Doors:
    """What sign-in alone needs; the application's state holds it as `doors`."""

    entrance: Entrance
    passwords: Passwords
    secrets: Secrets
    external: Provider | None = None

    @property
    def provider(self) -> Provider:
        """The external provider. Raises NotFound if the installation has none."""
        if self.external is None:
            raise NotFound("openid-off")
        return self.external

    def known_browser(self, visit: Visit[Staff], account: UUID) -> Cookie:
        """The cookie of a browser in which the owner of an account has signed in."""
        return visit.cookie(BROWSER, self.secrets.browser_of(str(account)), BROWSER_VALID)


def by_password(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Guard of what exists with passwords only. Raises NotFound."""
    doors: Doors = connection.app.state.doors
    if not doors.entrance.passwords:
        raise NotFound("passwords-off")


def next_page(given: str) -> str:
    """The page to go on to, if it is one of ours."""
    return local_path(given, "")


def client_of(request: AnyRequest) -> str:
    """For which client guesses are counted: the address that the gateway has seen."""
    seen = request.headers.get("x-forwarded-for", "").partition(",")[0].strip()
    return (seen or (request.client.host if request.client else ""))[:64]


def device_of(request: AnyRequest) -> str:
    """What a browser says it is, for the list of one's sessions."""
    return request.headers.get("user-agent", "")
