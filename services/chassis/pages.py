"""Pages: server-rendered templates, Russian numbers and dates, static files under hashed names."""

import gettext
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo

import minijinja
import uuid_utils.compat
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.plural import to_python
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

CHASSIS = "services.chassis"
LOCALE = "ru"
ACCESSIBLE_COOKIE = "accessible"
FOREVER = "public, max-age=31536000, immutable"

russian_form = to_python(
    {"one": "n % 10 = 1 and n % 100 != 11", "few": "n % 10 = 2..4 and n % 100 != 12..14"}
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served: its content and media type."""

    body: bytes
    media_type: str


class Pages:
    """Renders a service's templates (those of the chassis behind them) and serves its static files."""

    def __init__(self, service: str, package: str) -> None:
        self._sources = [files(package) / "templates", files(CHASSIS) / "templates"]
        self._hashed: dict[str, str] = {}
        self._files: dict[str, StaticFile] = {}
        self._collect("chassis", files(CHASSIS) / "static")
        self._collect(service, files(package) / "static")
        self._translate = _translations(package)
        self._templates = minijinja.Environment(
            loader=self._source,
            filters={"number": number, "day": day, "moment": moment, "plural": plural},
            globals={"_": self._translate.gettext, "static": self.static},
        )

    def _source(self, name: str) -> str | None:
        for folder in self._sources:
            if (file := folder.joinpath(name)).is_file():
                return file.read_text("utf-8")
        return None

    def _collect(self, owner: str, folder: Traversable, prefix: str = "") -> None:
        if not folder.is_dir():
            return
        for file in folder.iterdir():
            name = f"{prefix}{file.name}"
            if file.is_dir():
                self._collect(owner, file, f"{name}/")
            else:
                self._add(owner, name, file.read_bytes())

    def _add(self, owner: str, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        path = f"{owner}/{stem}.{sha256(body).hexdigest()[:12]}{dot}{ending}"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._hashed[f"{owner}/{name}"] = path
        self._files[path] = StaticFile(body, media_type)

    def static(self, name: str) -> str:
        """The address of a static file, `chassis/base.css` → `/static/chassis/base.0123….css`."""
        return f"/static/{self._hashed[name]}"

    def render(
        self, request: Request[Any, Any, Any], template: str, status: int = 200, **values: object
    ) -> Response[str]:
        """A page. `request` decides on the version for the visually impaired."""
        html = self._templates.render_template(
            template,
            lang=LOCALE,
            accessible=request.cookies.get(ACCESSIBLE_COOKIE) == "1",
            path=request.url.path,
            form_key=uuid_utils.compat.uuid7().hex,
            **values,
        )
        headers = {"Cache-Control": "no-store"}
        return Response(html, status_code=status, media_type="text/html", headers=headers)

    def refusal(self, request: Request[Any, Any, Any], status: int, sentence: str) -> Response[str]:
        """A refusal as a page."""
        return self.render(request, "error.html", status, sentence=sentence, code=status)

    @property
    def static_handler(self) -> Any:
        """The route handler that serves the static files."""

        @get("/static/{file:path}", include_in_schema=False, sync_to_thread=False)
        def serve(file: str) -> Response[bytes]:
            found = self._files.get(str(file).lstrip("/"))
            if found is None:
                raise NotFoundException
            headers = {"Cache-Control": FOREVER}
            return Response(found.body, media_type=found.media_type, headers=headers)

        return serve


def _translations(package: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(files(package).joinpath("locale")), [LOCALE], fallback=True)


def number(value: int | float) -> str:
    """12480 → «12 480», with non-breaking spaces."""
    return format_decimal(value, locale=LOCALE)


def day(value: date) -> str:
    """«14 февраля»."""
    return format_date(value, "d MMMM", locale=LOCALE)


def moment(value: datetime, zone: str, form: str = "d MMMM, HH:mm") -> str:
    """«14 февраля, 15:32» in the region's zone."""
    return format_datetime(value, form, tzinfo=ZoneInfo(zone), locale=LOCALE)


def plural(count: int, forms: Sequence[str]) -> str:
    """The noun's form after a number: (инициатива, инициативы, инициатив)."""
    return forms[{"one": 0, "few": 1}.get(russian_form(count), 2)]


def typed(form: Mapping[str, Any]) -> dict[str, str]:
    """What somebody typed into a form, trimmed."""
    return {name: str(value).strip() for name, value in form.items()}
