"""Pages: server-rendered templates, Russian numbers and dates, static files under hashed names."""

import gettext
import mimetypes
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import minijinja
import uuid_utils.compat
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from services.chassis.phones import spoken_phone
from services.chassis.process.logs import correlation_id
from services.chassis.process.settings import Support
from services.chassis.text import plural, several_lines, whole_number
from services.chassis.web.problems import TITLES
from services.chassis.web.requests import AnyRequest

CHASSIS = "services.chassis.web"
LOCALE = "ru"
INSTALLATION = "Муниципальный диалог"
ACCESSIBLE_COOKIE = "accessible"
YEAR = 31_536_000
FOREVER = f"public, max-age={YEAR}, immutable"
RELATIVE = re.compile(r'url\("(?!data:)([^"]+)"\)')

ACCESSIBLE = re.compile(r"\.accessible\b")
IN_ACCESSIBLE = ":root:is(:has(#version:checked), .accessible:not(:is(:has(#version))))"
"""What `.accessible` of a sheet stands for: the box of the header is ticked; where a browser does not know
`:has()` (which `:is()` forgives), or a page has no box, the class that the server gave."""
PASSWORDS = ("password", "again")
"""Fields whose every sign counts, seen or not."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served: its content and media type."""

    body: bytes
    media_type: str


class Pages:
    """Renders a service's templates and serves its static files.

    `groups/area.html` is the template of a room, a name without a room one of the service or of the chassis.
    """

    def __init__(self, service: str, package: str, support: Support) -> None:
        self._package = files(package)
        self._hashed: dict[str, str] = {}
        self._files: dict[str, StaticFile] = {}
        self._collect("chassis", files(CHASSIS) / "static")
        self._collect(service, files(package) / "static")
        self._translate = _translations(package)
        self._templates = minijinja.Environment(
            loader=self._source,
            filters={
                "number": number,
                "day": day,
                "moment": moment,
                "until": until,
                "plural": plural,
                "phone": spoken_phone,
            },
            globals={
                "_": self._translate.gettext,
                "static": self.static,
                "installation": self._translate.gettext(INSTALLATION),
                "support": support,
            },
        )

    def _source(self, name: str) -> str | None:
        room, _, file_name = name.rpartition("/")
        home = self._package / room if room else self._package
        for folder in (home / "templates", files(CHASSIS) / "templates"):
            if (file := folder.joinpath(file_name)).is_file():
                return file.read_text("utf-8")
        return None

    def _collect(self, owner: str, folder: Traversable) -> None:
        # Sheets last: they name fonts and pictures by addresses that must be known by then.
        for name, body in sorted(_walk(folder), key=lambda file: file[0].endswith(".css")):
            self._add(owner, name, self._addressed(owner, name, body) if name.endswith(".css") else body)

    def _addressed(self, owner: str, sheet: str, body: bytes) -> bytes:
        def address(match: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(owner, posixpath.dirname(sheet), match[1]))
            return f'url("{self.static(target)}")'

        return RELATIVE.sub(address, ACCESSIBLE.sub(IN_ACCESSIBLE, body.decode())).encode()

    def _add(self, owner: str, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        path = f"{owner}/{stem}.{sha256(body).hexdigest()[:12]}{dot}{ending}"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._hashed[f"{owner}/{name}"] = path
        self._files[path] = StaticFile(body, media_type)

    def static(self, name: str) -> str:
        """The address of a static file, `metrics/a.css` → `/static/metrics/a.0123….css`.

        Files of the chassis may be named without `chassis/`.
        """
        return f"/static/{self._hashed.get(name) or self._hashed[f'chassis/{name}']}"

    def render(
        self, request: AnyRequest, template: str, status: int = 200, **values: object
    ) -> Response[str]:
        """A page. `request` decides on the version for the visually impaired; its `accessible=1` or `0`
        in the address is remembered."""
        chosen = request.query_params.get(ACCESSIBLE_COOKIE)
        accessible = (chosen or request.cookies.get(ACCESSIBLE_COOKIE)) == "1"
        common = {
            "lang": LOCALE,
            "accessible": accessible,
            "accessible_url": _other_version(request, accessible),
            "path": request.url.path,
            "form_key": uuid_utils.compat.uuid7().hex,
        }
        html = self._templates.render_template(template, **(common | values))
        headers = {"Cache-Control": "no-store"}
        response = Response(html, status_code=status, media_type="text/html", headers=headers)
        if chosen in ("0", "1"):
            response.set_cookie(remembered(chosen))
        return response

    def go_on(self, request: AnyRequest, url: str) -> Response[str]:
        """On to another page, or another site, by a page that goes on by itself: where a redirect would be
        followed without our cookies, or not at all."""
        return self.render(request, "go_on.html", url=url)

    def part(self, template: str, **values: object) -> minijinja.Markup:
        """A part of a page that is the same for everybody, to be put into one."""
        return minijinja.Markup(self._templates.render_template(template, **values))

    def refusal(self, request: AnyRequest, status: int, sentence: str) -> Response[str]:
        """A refusal as a page."""
        problem = {
            "title": TITLES.get(status, TITLES[400]),
            "detail": sentence,
            "trace": correlation_id.get(),
        }
        return self.render(request, "error.html", status, problem=problem)

    @property
    def static_handler(self) -> Any:
        """The route handler that serves the static files."""

        @get("/static/{file:path}", include_in_schema=False, sync_to_thread=False)
        def serve(file: FromPath[str]) -> Response[bytes]:
            found = self._files.get(str(file).lstrip("/"))
            if found is None:
                raise NotFoundException
            headers = {"Cache-Control": FOREVER}
            return Response(found.body, media_type=found.media_type, headers=headers)

        return serve


@get("/static/chassis/version", include_in_schema=False, sync_to_thread=False)
def remember_version(request: AnyRequest) -> Response[None]:
    """Remembers the version that was chosen on a page which stays as it is, with all that is typed there."""
    chosen = "1" if request.query_params.get(ACCESSIBLE_COOKIE) == "1" else "0"
    headers = {"Cache-Control": "no-store"}
    return Response(None, status_code=204, headers=headers, cookies=[remembered(chosen)])


def remembered(chosen: str) -> Cookie:
    """The cookie of the version that somebody has chosen: 1 or 0."""
    return Cookie(key=ACCESSIBLE_COOKIE, value=chosen, path="/", max_age=YEAR, httponly=True, samesite="lax")


def hidden_cookie(name: str, value: str, max_age: int, secure: bool) -> Cookie:
    """A cookie that no script and no other site sees; without a value it is cleared."""
    return Cookie(
        key=name,
        value=value,
        max_age=max_age if value else 0,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for file in folder.iterdir() if folder.is_dir() else ():
        name = f"{prefix}{file.name}"
        if file.is_dir():
            yield from _walk(file, f"{name}/")
        else:
            yield name, file.read_bytes()


def _other_version(request: AnyRequest, accessible: bool) -> str:
    query = dict(request.query_params.items()) | {ACCESSIBLE_COOKIE: "0" if accessible else "1"}
    return f"?{urlencode(query)}"


def local_path(path: str, otherwise: str = "/") -> str:
    """The path if it leads to a page of this site, else `otherwise`."""
    local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if local else otherwise


def _translations(package: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(files(package).joinpath("locale")), [LOCALE], fallback=True)


def number(value: int | float) -> str:
    """12480 → «12 480», with non-breaking spaces."""
    if isinstance(value, int):
        # A page has thousands of them, and babel takes its time.
        return whole_number(value)
    return format_decimal(value, locale=LOCALE)


def day(value: date) -> str:
    """«14 февраля»."""
    return format_date(value, "d MMMM", locale=LOCALE)


def moment(value: datetime, zone: str, form: str = "d MMMM, HH:mm") -> str:
    """«14 февраля, 15:32» in the region's zone."""
    return format_datetime(value, form, tzinfo=ZoneInfo(zone), locale=LOCALE)


def until(value: datetime, zone: str) -> str:
    """«14 февраля, 15:32»; where a whole day is left, that day: «13 февраля» until midnight."""
    local = value.astimezone(ZoneInfo(zone))
    return moment(value, zone) if local.time() != time() else day(local.date() - timedelta(days=1))


def typed(form: Mapping[str, Any]) -> dict[str, str]:
    """What somebody typed into a form, by the rule for text; a password stays as it is."""
    return {
        name: str(value).replace("\0", "").strip() if name in PASSWORDS else several_lines(str(value))
        for name, value in form.items()
    }
