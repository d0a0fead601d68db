"""The gateway as compose fills it: real nginx, TLS, one stand-in for each service's web process."""

import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from litestar import Litestar

from deploy.local.home import ROOT, SERVICES, is_free
from deploy.local.nginx import executable
from deploy.local.template import fill
from deploy.local.waiting import until
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.hierarchy.main import create_web as create_hierarchy
from services.hierarchy.settings import OfficeSettings
from services.hotline.main import create_web as create_hotline
from services.hotline.settings import HotlineSettings
from services.intake.main import create_web as create_intake
from services.intake.settings import IntakeSettings
from services.metrics.main import create_web as create_metrics
from tests.databases import free_port

FILES = ROOT / "deploy" / "gateway"
SOME = "01890000-0000-7000-8000-000000000000"
ACT = f"/cabinet/acts/{SOME}"
OWN = ("/health", "/metrics", "/api/schema")
"""Routes of a web process that are nobody's business outside."""


@dataclass(frozen=True)
class Gateway:
    """Its two ports, and a client that trusts its certificate."""

    https: int
    http: int
    client: httpx2.Client

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(f"https://localhost:{self.https}{path}")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    https, http = free_port(), free_port()
    make_certificate(folder)
    with ExitStack() as stack:
        webs = {service: stack.enter_context(stand_in(service)) for service in SERVICES}
        configure(folder, https, http, webs)
        stack.enter_context(nginx(folder, https))
        trusting = ssl.create_default_context(cafile=str(folder / "tls_certificate"))
        yield Gateway(https, http, stack.enter_context(httpx2.Client(verify=trusting)))


def make_certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=localhost")
    now = datetime.now(UTC)
    unsigned = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tls_key").write_bytes(pem)
    (folder / "tls_certificate").write_bytes(unsigned.sign(key, SHA256()).public_bytes(Encoding.PEM))


@contextmanager
def stand_in(service: str) -> Iterator[int]:
    """A server that answers everything with the service's name; its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("X-Owner", service)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def configure(folder: Path, https: int, http: int, webs: dict[str, int]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    listen = compose["services"]["gateway"]["environment"]["GATEWAY_LISTEN"]
    values = {
        "GATEWAY_LISTEN": listen.replace("/run/secrets", str(folder)).replace("8443", str(https)),
        "GATEWAY_FILES": FILES,
        **{service.upper(): f"127.0.0.1:{port}" for service, port in webs.items()},
    }
    origin = (FILES / "templates/dialogue.conf.template").read_text("utf-8")
    redirect = (ROOT / "deploy/compose/redirect.conf.template").read_text("utf-8")
    (folder / "dialogue.conf").write_text(fill(origin, values) + redirect.replace("8080", str(http)), "utf-8")
    main = (ROOT / "deploy/compose/nginx.conf").read_text("utf-8")
    main = main.replace("/tmp/", f"{folder}/").replace("/etc/nginx/conf.d/*.conf", f"{folder}/dialogue.conf")
    (folder / "nginx.conf").write_text(main, "utf-8")


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    command = [executable(), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    server = subprocess.Popen([*command, "-g", "daemon off; master_process off;"], stderr=subprocess.DEVNULL)
    try:
        until(lambda: not is_free(port), 15, AssertionError("nginx does not listen"), every=0.05)
        yield
    finally:
        server.kill()
        server.wait()


def webs() -> dict[str, Litestar]:
    """Each service's web application, not started."""
    given = {"database_url": "postgresql://u:p@127.0.0.1:1/d", "kafka_brokers": "127.0.0.1:1"}
    of_issuer = OfficeSettings.model_validate(
        given | {"signing_key_file": "/nonexistent", "files_url": "file:///nonexistent"}
    )
    settings = Settings.model_validate(given)
    of_hotline = HotlineSettings.model_validate(
        given | {"signing_key_file": "/nonexistent", "files_url": "file:///nonexistent"}
    )
    nowhere = {"signing_key_file": "/nonexistent", "files_url": "file:///nonexistent"}
    of_intake = IntakeSettings.model_validate(given | nowhere | {"personal_keys_file": "/nonexistent"})
    return {
        "intake": create_intake(of_intake, Lifetime()),
        "hierarchy": create_hierarchy(of_issuer, Lifetime()),
        "hotline": create_hotline(of_hotline, Lifetime()),
        "metrics": create_metrics(settings, Lifetime()),
    }


def routes() -> list[tuple[str, str]]:
    """Service and path of everything that people and other systems may ask for, in a lasting order."""
    found = {(service, route.path_format) for service, app in webs().items() for route in app.routes}
    return sorted(
        (service, path.replace("/static/", f"/static/{service}/").replace("{", "").replace("}", ""))
        for service, path in found
        if not path.startswith(OWN)
    )


@pytest.mark.parametrize(("service", "path"), routes())
def test_every_route_of_a_service_is_reached_at_the_one_origin(
    gateway: Gateway, service: str, path: str
) -> None:
    answer = gateway.get(path)

    assert (answer.status_code, answer.headers.get("X-Owner")) == (200, service)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def allowed(robots: str, path: str) -> bool:
    """Whether a program that keeps to RFC 9309 may fetch a path: the longest rule that matches says so."""
    rules = re.findall(r"^(Allow|Disallow): (\S+)$", robots, re.MULTILINE)
    matching = [
        (len(rule), word == "Allow")
        for word, rule in rules
        if (path == rule[:-1] if rule.endswith("$") else path.startswith(rule))
    ]
    return max(matching, default=(0, True))[1]


def test_search_engines_may_show_what_is_open_and_nothing_else(gateway: Gateway) -> None:
    answer = gateway.get("/robots.txt")
    kept_out = {path: gateway.get(path).headers.get("X-Robots-Tag") == "noindex" for _, path in routes()}

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert {path: not allowed(answer.text, path) for path in kept_out} == kept_out
    assert not kept_out["/open/initiatives/which"]
    assert not kept_out["/municipalities/code"]
    for own in (
        "/me",
        "/initiatives",
        "/me/letters/stop/token",
        "/hotline/inquiries/link",
        "/cabinet",
    ):
        assert kept_out[own], own


@pytest.mark.parametrize("path", ["/health/ready", "/health/live", "/metrics", "/api/schema"])
def test_what_a_process_says_of_itself_stays_inside(gateway: Gateway, path: str) -> None:
    answer = gateway.get(path)

    assert answer.status_code == 404
    assert "X-Owner" not in answer.headers


@pytest.mark.parametrize("path", ["/asyncapi.json", *(f"/{service}.openapi.json" for service in SERVICES)])
def test_the_api_documents_are_served(gateway: Gateway, path: str) -> None:
    index, document = gateway.get("/api"), gateway.get(f"/api{path}")

    assert index.headers["Content-Type"].startswith("text/html")
    assert f'"/api{path}"' in index.text
    assert document.json().keys() & {"openapi", "asyncapi"}
    assert gateway.get("/api/index.css").headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("file", ["gateway/local.conf.template", "compose/nginx.conf"])
def test_the_gateway_passes_as_many_on_as_a_service_takes(file: str) -> None:
    found = re.search(r"worker_connections (\d+);", (ROOT / "deploy" / file).read_text("utf-8"))

    assert found
    assert int(found[1]) > 2 * Settings.model_fields["connections"].default


@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [
        (ACT + "/scans", 23, 200),
        (ACT + "/scans", 40, 303),
        (ACT + "/scan", 2, 413),
        ("/cabinet/annex", 2, 413),
        ("/participants", 2, 413),
        (f"/initiatives/{SOME}/files", 31, 200),
        (f"/initiatives/{SOME}/files", 33, 303),
        (f"/initiatives/drafts/{SOME}/files", 33, 303),
        (f"/initiatives/{SOME}", 2, 413),
    ],
)
def test_what_has_files_alone_may_be_large(gateway: Gateway, path: str, megabytes: int, status: int) -> None:
    answer = gateway.client.post(f"https://localhost:{gateway.https}{path}", content=bytes(megabytes * 2**20))

    back = f"{path.replace('/scans', '')}?refused=size"
    assert answer.status_code == status
    assert answer.headers.get("Location") == (back if status == 303 else None)
    assert ("Слишком много данных" in answer.text) == (status == 413)


@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [
        (f"/api/v1/drafts/{SOME}/attachments", 11, 200),
        (f"/api/v1/initiatives/{SOME}/attachments", 13, 413),
        (f"/api/v1/orders/{SOME}/files", 29, 200),
        (f"/api/v1/orders/{SOME}/files", 31, 413),
        (f"/api/v1/orders/{SOME}/report", 2, 413),
    ],
)
def test_a_client_is_told_in_its_form_what_is_too_large(
    gateway: Gateway, path: str, megabytes: int, status: int
) -> None:
    answer = gateway.client.post(f"https://localhost:{gateway.https}{path}", content=bytes(megabytes * 2**20))

    assert answer.status_code == status
    assert ("/problems/" in answer.text) == (status == 413)


@pytest.mark.parametrize(("megabytes", "status"), [(23, 200), (25, 413)])
def test_files_of_a_new_order_may_be_large_too(gateway: Gateway, megabytes: int, status: int) -> None:
    address = f"https://localhost:{gateway.https}/cabinet/orders/new"

    answer = gateway.client.post(address, content=bytes(megabytes * 2**20))

    assert answer.status_code == status
    assert ("Вместе они больше 20 МБ" in answer.text) == (status == 413)


def test_browsers_are_offered_http_2(gateway: Gateway) -> None:
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    anybody.set_alpn_protocols(["h2", "http/1.1"])

    with (
        socket.create_connection(("127.0.0.1", gateway.https)) as plain,
        anybody.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"


def test_plain_http_leads_to_https(gateway: Gateway) -> None:
    answer = gateway.client.get(f"http://localhost:{gateway.http}/region?level=smo")

    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://localhost/region?level=smo"
    assert gateway.client.get(f"http://localhost:{gateway.http}/gateway-lives").status_code == 204
