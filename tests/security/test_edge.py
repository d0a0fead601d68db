"""The edge of every service: what cannot be read is the sender's mistake, all answers carry our headers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.chassis.web.edge import SECURITY
from tests.security.walls import STAFF, STRANGERS, Walls

ADMINISTRATOR, PARTICIPANT = STAFF[0], STRANGERS[1]

BODIES = {
    "windows-1251": '{"email": "иванов@example.ru"}'.encode("cp1251"),
    "utf-16": '{"email": "a@example.ru"}'.encode("utf-16"),
    "utf-16 without a mark": '{"email": "a@example.ru"}'.encode("utf-16-le"),
    "deep": b"[" * 60_000,
    "deep and right": b"[" * 900 + b"]" * 900,
    "half": b'{"email": "a',
    "nothing": b"",
    "half a pair": b'{"email": "\\ud800"}',
}
JSON_OF: Mapping[str, Sequence[str]] = {
    "intake": ("/api/v1/participants", "/api/v1/sessions", "/api/v1/initiatives", "/api/v1/drafts"),
    "hierarchy": ("/api/v1/staff/sessions", "/api/v1/appointments", "/api/v1/working-groups"),
    "hotline": ("/api/v1/inquiries", "/api/v1/inquiries/replies", "/api/v1/lines", "/api/v1/consultations"),
}

FORM_TYPE = {"Content-Type": "multipart/form-data; boundary=x"}
FORMS_OF: Mapping[str, Sequence[str]] = {
    "intake": ("/sign-in", "/participants/new", "/initiatives/new", "/initiatives/drafts", "/me/correction"),
    "hierarchy": ("/staff/sign-in", "/staff/forgotten", "/cabinet/annex"),
    "hotline": ("/hotline/new", "/hotline/inquiries/x/replies", "/hotline/inquiries/x/helped"),
}

LONG = "9" * 5000
ADDRESSES: Mapping[str, Sequence[str]] = {
    "intake": (
        *(f"/api/v1/initiatives?before={n}" for n in ("x", "-1", "", "%00", "9" * 30, LONG)),
        *(f"/initiatives?before={n}" for n in ("x", "-1", "", "%00", "9" * 30, LONG)),
    ),
    "hierarchy": (
        *(
            f"/api/v1/organizations?{query}"
            for query in ("after=%00", "limit=99999999999999999999", "limit=x")
        ),
        *(f"/api/v1/municipalities?{query}" for query in (f"q={LONG}", f"limit={LONG}", "after=%D9%A1")),
        *("/cabinet?after=%00", "/cabinet/municipalities/%00", "/contacts?municipality=%00"),
    ),
}
ODD: Mapping[str, Sequence[str]] = {
    "intake": (
        *("/participants/new?organization_q=%00&municipality=%ff", "/sign-in?next=%ff%00"),
        *("/initiatives/new?draft=%00&direction=%ff", f"/initiatives/new?draft={LONG}"),
    ),
    "hierarchy": (
        *("/cabinet?q=%00", "/cabinet?after=%ff", f"/cabinet?after={LONG}", "/cabinet/municipalities/%ff%fe"),
        *(f"/cabinet/municipalities/{'x' * 20_000}", "/staff/links/%00", f"/staff/links/{'я' * 3000}"),
        *(f"/cabinet/calendar?year={LONG}", f"/cabinet/audit?before={'9' * 30}", "/cabinet/structure/%00"),
        *("/contacts?organization=%00", "/api/v1/organizations?q=%00", "/staff/openid/back?state=%00"),
    ),
    "hotline": (
        *("/hotline?q=%00&state=%ff&after=%00", f"/hotline?q={LONG}", f"/hotline/inquiries/{LONG}"),
        *(f"/hotline/inquiries/{'я' * 3000}", "/hotline/inquiries/%00", "/hotline/inquiries/%ff%fe"),
        *(
            "/hotline/new?organization=%00&municipality=%ff",
            f"/hotline/new?municipality=13603000&theme={LONG}",
        ),
        *("/hotline/new?where=%ff&q=%00", "/hotline/contacts?municipality=%00&organization=%ff"),
        *("/hotline/about?municipality=%00", f"/hotline/about?municipality={LONG}", "/hotline/answers?q=%00"),
        *(f"/hotline/answers?q={LONG}&theme=%ff", "/hotline/answers/drafts?q=%ff", "/hotline/lines/%00"),
        *(f"/hotline/audit?before={'9' * 30}&place=%00", "/hotline/audit?from=0001-01-01&to=9999-12-31"),
        *(
            "/hotline/consultations?from=9999-12-31&to=0001-01-01",
            "/hotline/consultations?after=%00&level=%ff",
        ),
        *("/hotline/cases/%00", f"/hotline/cases/{LONG}", "/hotline/retention?done=%00%ff"),
        *("/api/v1/inquiries?q=%00&state=%ff", "/api/v1/inquiries?after=%ff", f"/api/v1/inquiries?q={LONG}"),
        *("/api/v1/answers?municipality=%00&q=%ff", f"/api/v1/lines?municipality={LONG}"),
    ),
    "metrics": (
        *("/api/v1/counters?level=%00", "/api/v1/counters?within=%ff", "/region?q=%00&sort=%ff"),
        *("/api/v1/counters?level=municipality&after=%00", "/region/municipalities/%00"),
    ),
}
HEADERS: Sequence[Mapping[str, bytes]] = (
    {"Cookie": b"staff=\xff\xfe; participant=\xff"},
    {"Cookie": b"staff=%00; participant=%00; browser=%ff; accessible=%ff"},
    {"Authorization": b"Bearer \xff\xd8"},
    {"Idempotency-Key": b"\xff\xd8"},
    {"X-Request-Id": b"\xe9" * 10},
    {"X-Forwarded-For": b"\xff" * 100},
    {"Accept": b"\xff"},
    {"Content-Type": b"\xff;charset=\xff"},
    {"X-Demo-Time": b"\xff"},
    {"User-Agent": b"\xff\x01"},
    {"Host": b"\xff"},
)
ASKED = {
    "intake": (("GET", "/"), ("GET", "/initiatives"), ("POST", "/api/v1/participants"), ("POST", "/sign-in")),
    "hierarchy": (("GET", "/cabinet"), ("POST", "/api/v1/staff/sessions"), ("POST", "/staff/sign-in")),
    "hotline": (("GET", "/hotline/new"), ("GET", "/hotline/about"), ("POST", "/api/v1/inquiries")),
    "metrics": (("GET", "/region"), ("GET", "/api/v1/counters")),
}
REFUSED = (
    ("GET", "/nowhere", 404),
    ("GET", "/static/none.css", 404),
    ("PUT", "/health/live", 405),
    ("TRACE", "/health/live", 405),
    ("HEAD", "/nowhere", 404),
    ("OPTIONS", "/nowhere", 404),
)


def part(value: bytes, head: bytes = b"", name: bytes = b"email") -> bytes:
    begins = b'--x\r\nContent-Disposition: form-data; name="' + name + b'"\r\n'
    return begins + head + b"\r\n" + value + b"\r\n--x--\r\n"


FORMS = {
    "windows-1251": part("иванов".encode("cp1251")),
    "an unknown charset": part(b"a", b"Content-Type: text/plain; charset=klingon\r\n"),
    "a name in windows-1251": part(b"a", name="имя".encode("cp1251")),
    "half": part(b"a")[:50],
}


@pytest.fixture
def bugs() -> Iterator[list[Any]]:
    """What was logged as an error."""
    found: list[Any] = []
    with capture_logs() as lines:
        yield found
        found += [line for line in lines if line["log_level"] in ("error", "critical")]
    assert not found


def signed_in(walls: Walls, service: str) -> dict[str, str]:
    return walls.headers[PARTICIPANT if service == "intake" else ADMINISTRATOR]


@pytest.mark.usefixtures("bugs")
async def test_what_cannot_be_read_is_a_bad_request_and_no_bug(walls: Walls) -> None:
    outcomes: dict[str, Any] = {}

    for service, paths in JSON_OF.items():
        headers = {"Content-Type": "application/json", **signed_in(walls, service)}
        for path, name in product(paths, BODIES):
            answer = await walls.webs[service].post(path, content=BODIES[name], headers=headers)
            outcomes[f"{path} {name}"] = answer
    for service, paths in FORMS_OF.items():
        for path, name, who in product(paths, FORMS, ({}, signed_in(walls, service))):
            answer = await walls.webs[service].post(path, content=FORMS[name], headers=FORM_TYPE | who)
            outcomes[f"{path} {name} {len(who)}"] = answer
    for service, paths in ADDRESSES.items():
        for path in paths:
            outcomes[path[:60]] = await walls.webs[service].get(path, headers=signed_in(walls, service))

    told = {key: (answer.status_code, answer.json()["type"]) for key, answer in outcomes.items()}
    assert {kind for _, kind in told.values()} == {"/problems/bad-request"}
    # A zero byte is of the right form: what the database is asked for by one is told to be no text of ours.
    assert {
        key: it for key, (it, _) in told.items() if it not in ((400, 422) if "%00" in key else (400,))
    } == {}
    assert {answer.headers["content-type"] for answer in outcomes.values()} == {"application/problem+json"}


@pytest.mark.usefixtures("bugs")
async def test_a_browser_is_told_so_by_a_page(walls: Walls) -> None:
    for service, paths in FORMS_OF.items():
        for path in paths:
            headers = FORM_TYPE | {"Accept": "text/html"}
            answer = await walls.webs[service].post(path, content=FORMS["windows-1251"], headers=headers)

            assert (answer.status_code, answer.headers["content-type"][:9]) == (400, "text/html"), path


@pytest.mark.usefixtures("bugs")
async def test_odd_addresses_and_headers_are_answered(walls: Walls) -> None:
    outcomes = {}

    for service, paths in ODD.items():
        for path in paths:
            headers = signed_in(walls, service)
            answer = await walls.webs[service].get(path, headers=headers, follow_redirects=False)
            outcomes[path[:60]] = answer.status_code
    for service, asked in ASKED.items():
        for (method, path), odd in product(asked, HEADERS):
            given = {"Content-Type": b"application/json"} | dict(odd)
            answer = await walls.webs[service].request(
                method,
                path,
                headers=[(name.encode(), value) for name, value in given.items()],
                content=b'{"email": "a@example.org", "password": "x"}' if method == "POST" else None,
                follow_redirects=False,
            )
            outcomes[f"{method} {path} {odd}"] = answer.status_code

    assert {key: status for key, status in outcomes.items() if status >= 500} == {}


async def test_answers_of_the_framework_itself_carry_our_headers(walls: Walls) -> None:
    for web in walls.webs.values():
        for method, path, status in REFUSED:
            answer = await web.request(method, path)

            assert answer.status_code == status, path
            assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
            assert len(answer.headers["x-request-id"]) == 32
            assert ("allow" in answer.headers) == (status == 405)
    wrong = await walls.webs["intake"].put("/api/v1/initiatives", headers={"Accept": "text/html"})
    asked = await walls.webs["intake"].options("/api/v1/initiatives")
    assert wrong.headers["allow"] == asked.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_methods_that_strangers_invent_have_no_figure_of_their_own(walls: Walls) -> None:
    web = walls.webs["intake"]
    for method in ("AAA", "BBB", "PROPFIND"):
        await web.request(method, "/api/v1/initiatives")

    figures = (await web.get("/metrics")).text

    assert not [line for line in figures.splitlines() if "AAA" in line or "BBB" in line or "PROPFIND" in line]
    assert 'method="-"' in figures


async def test_head_works_wherever_get_does(walls: Walls) -> None:
    for service, path in (
        ("intake", "/"),
        ("hierarchy", "/cabinet"),
        ("hierarchy", "/api/v1/municipalities"),
        ("hotline", "/hotline/new"),
        ("metrics", "/region"),
        ("metrics", "/api/v1/live"),
        ("metrics", "/health/ready"),
    ):
        answer = await walls.webs[service].head(path, headers=signed_in(walls, service))

        assert (answer.status_code, answer.content) == (200, b""), path
    assert (await walls.webs["intake"].head("/api/v1/sessions")).status_code == 405
