"""A web application of ours, or a page of somebody else's site, as a browser reaches them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx2
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from tests.databases import free_port


@asynccontextmanager
async def served(app: Litestar, port: int | None = None) -> AsyncIterator[str]:
    """An application behind an address of its own, within this process; on this port if it has to know it."""
    port = port or free_port()
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    running, origin = asyncio.create_task(server.serve()), f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(10), httpx2.AsyncClient() as http:
            while not await _answers(http, origin):
                await asyncio.sleep(0.05)
        yield origin
    finally:
        server.stop()
        await running


async def _answers(http: httpx2.AsyncClient, origin: str) -> bool:
    try:
        return (await http.get(f"{origin}/health/live")).status_code == 200
    except httpx2.TransportError:
        return False


@contextmanager
def another_site(*links: str) -> Iterator[str]:
    """A page of another site (`localhost` and `127.0.0.1` are two), such as a mail program in the browser."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
