"""Web applications that serve a whole module: each starts once, and every test has browsers of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from anyio.from_thread import BlockingPortal
from litestar import Litestar
from litestar.testing import AsyncTestClient, TestClient

ADDRESS = "http://testserver.local"


@dataclass(frozen=True)
class Web:
    """An application that has started, and the thread in which it serves."""

    app: Litestar
    portal: BlockingPortal

    @asynccontextmanager
    async def browser(self, address: str = ADDRESS) -> AsyncIterator[AsyncTestClient[Litestar]]:
        """A browser that knows nothing yet."""
        browser = AsyncTestClient(self.app, base_url=address)
        # Entered as a context, it would start the application once more.
        browser.blocking_portal = self.portal
        yield browser


@contextmanager
def serving(app: Litestar) -> Iterator[Web]:
    """Start an application; it ends with the block."""
    with TestClient(app) as client:
        yield Web(app, client.blocking_portal)
