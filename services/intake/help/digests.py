"""The executor's link, which opens one request to whoever has it."""

from hashlib import sha256

from services.chassis import links
from services.chassis.errors import NotFound
from services.chassis.links import Link
from services.intake.help.domain.requests import Executor, Request


class Links:
    """Signs and opens the links of executors; nobody can guess one."""

    def __init__(self, site: str, secret: bytes) -> None:
        self.site = site
        self._key = sha256(b"intake help\0" + secret).digest()

    def url(self, request: Request, executor: Executor) -> str:
        """The page on which the executor helps."""
        link = Link(request.municipality, request.id, executor.link)
        return f"{self.site}/help/by-link/{links.sealed(self._key, link)}"

    def opened(self, given: str) -> Link:
        """What a link opens. Raises NotFound for one that is not ours."""
        if found := links.opened(self._key, given):
            return found
        raise NotFound("help-link-unknown")
