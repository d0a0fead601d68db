"""Problem details (RFC 9457): every refusal as a status, a slug and a Russian sentence."""

from collections.abc import Mapping
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import asyncpg
import orjson
import structlog
import yaml
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from services.chassis import errors
from services.chassis.db.away import PASSING
from services.chassis.db.sealed import NotOpened
from services.chassis.errors import Refused
from services.chassis.text import whole_number
from services.chassis.web.requests import AnyRequest

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[Refused], HTTPStatus] = {
    errors.Malformed: HTTPStatus.BAD_REQUEST,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Gone: HTTPStatus.GONE,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Unauthorized: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NotYet: HTTPStatus.PRECONDITION_REQUIRED,
    errors.SlowDown: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

TITLES = {
    400: "Запрос не прочитан",
    401: "Нужно войти",
    403: "Нет права",
    404: "Не найдено",
    405: "Так нельзя",
    409: "Уже сделано или изменилось",
    410: "Больше не доступно",
    413: "Слишком много",
    422: "Проверьте данные",
    428: "Нужно немного подождать",
    429: "Слишком часто",
    500: "Ошибка на нашей стороне",
    503: "Временно недоступно",
}

BY_STATUS = {
    401: "token-invalid",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    503: "temporarily-unavailable",
}


def _written(fact: object) -> object:
    return whole_number(fact) if isinstance(fact, int) else fact


class Sentences:
    """A service's catalogue of refusals, gathered from its rooms, before those of what it stands on.

    Raises ValueError for a slug that two rooms explain.
    """

    def __init__(self, package: str | None = None, beneath: str | None = None) -> None:
        self._by_slug = _load(files("services.chassis.web"))
        own: dict[str, str] = {}
        for room in _rooms(package) if package else ():
            sentences = _load(room)
            if twice := (self._by_slug | own).keys() & sentences.keys():
                raise ValueError(f"{package}: two rooms explain {', '.join(sorted(twice))}")
            own |= sentences
        self._by_slug |= (_load(files(beneath)) if beneath else {}) | own

    def __call__(self, slug: str, facts: Mapping[str, object]) -> str:
        """The sentence of a slug, with the facts filled in."""
        return self._by_slug[slug].format(**{name: _written(fact) for name, fact in facts.items()})

    def of(self, refusal: Refused) -> str:
        """All that is wrong, one sentence after another."""
        return " ".join(self(each.slug, each.facts) for each in refusal.every())

    def __iter__(self) -> Any:
        return iter(self._by_slug)


def _rooms(package: str) -> list[Traversable]:
    root = files(package)
    return [root, *(room for room in root.iterdir() if room.is_dir())]


def _load(room: Traversable) -> dict[str, str]:
    catalogue = room.joinpath("sentences.yaml")
    sentences: dict[str, str] = yaml.safe_load(catalogue.read_text("utf-8")) if catalogue.is_file() else {}
    return sentences


def to_refusal(error: Exception) -> tuple[int, Refused]:
    """Any exception as a status and a refusal; what we do not know is a 500."""
    if isinstance(error, Refused):
        return int(STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)), error
    if isinstance(error, ValidationException):
        return 400, Refused("bad-request", fields=_fields(error))
    if isinstance(error, HTTPException):
        slug = BY_STATUS.get(error.status_code)
        if slug is None and error.status_code < 500:
            return error.status_code, Refused("bad-request", fields="–")
        return error.status_code, Refused(slug or "internal-error")
    return _of_database(error)


def _of_database(error: Exception) -> tuple[int, Refused]:
    if _is_no_value(error):
        return 422, Refused("bad-request", fields="есть недопустимые символы")
    # What no key opens is said in the log by its name; it opens once the key is back.
    if isinstance(error, (*PASSING, NotOpened)):
        log.warning("temporarily_unavailable", error=type(error).__name__)
        return 503, Refused("temporarily-unavailable")
    log.error("bug", exc_info=error)
    return 500, Refused("internal-error")


def _is_no_value(error: Exception) -> bool:
    """What is of the right form for JSON and for an address, and holds in no column: a zero byte, a moment of
    the year 10000."""
    too_far = isinstance(error, asyncpg.DataError) and isinstance(error.__cause__, OverflowError)
    return too_far or isinstance(error, asyncpg.CharacterNotInRepertoireError)


def _fields(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    keys = {str(item.get("key") or "") for item in extra if isinstance(item, dict)}
    return ", ".join(sorted(keys - {""})) or "тело запроса"


def problem(status: int, refusal: Refused, sentences: Sentences) -> Response[bytes]:
    """A refusal as `application/problem+json`."""
    body: dict[str, object] = {
        "type": f"/problems/{refusal.slug}",
        "title": TITLES.get(status, TITLES[400]),
        "status": status,
        "detail": sentences(refusal.slug, refusal.facts),
    }
    if refusal.field or refusal.others:
        body["errors"] = [{"field": e.field, "detail": sentences(e.slug, e.facts)} for e in refusal.every()]
    if refusal.rows:
        rows = sorted(refusal.rows.items())
        body["rows"] = [{"row": nth, "detail": sentences.of(r)} for nth, r in rows]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Response(orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def wants_page(request: AnyRequest) -> bool:
    """Whether the one who asks is a browser looking at a page."""
    return not request.url.path.startswith("/api") and "text/html" in request.headers.get("accept", "")
