"""What the OpenAPI document of every service says alike: refusals, who may ask, repeats."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from litestar.openapi.spec import (
    Components,
    OpenAPI,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    PathItem,
    Reference,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIType
from litestar.plugins import OpenAPISchemaPlugin
from litestar.plugins.pydantic import PydanticSchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import BaseModel

from services.chassis.web.problems import MEDIA_TYPE, TITLES
from services.chassis.web.repeats import LONGEST

SIGNED_IN: list[dict[str, list[str]]] = [{"token": []}, {"cookie": []}]
"""The security of operations for those alone who are signed in: a token in the header or in a cookie."""

PERHAPS_SIGNED_IN: list[dict[str, list[str]]] = [{}, *SIGNED_IN]
"""The same for what is open to everybody unless a campaign says otherwise."""

ALWAYS = (400, 404, 503)
WRITING = (409, 413, 422, 429)
OF_QUERY = (422,)
OF_STAFF = (401, 403)

TEXT = Schema(type=OpenAPIType.STRING)


@dataclass
class Repeatable(Operation):
    """An operation that a client may repeat: with the same key it gets the first answer again."""

    def __post_init__(self) -> None:
        """Add the header."""
        header = Parameter(
            name="Idempotency-Key",
            param_in="header",
            required=False,
            description="The same request with the same key happens once and is answered alike.",
            schema=Schema(type=OpenAPIType.STRING, max_length=LONGEST),
        )
        self.parameters = [*(self.parameters or []), header]


class ClosedModels(OpenAPISchemaPlugin):
    """Says of a body that takes no unknown field that it takes none: Litestar's own schema does not."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether this is such a body."""
        return (
            isinstance(value, type)
            and issubclass(value, BaseModel)
            and value.model_config.get("extra") == "forbid"
        )

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        """Litestar's schema, closed."""
        schema = PydanticSchemaPlugin().to_openapi_schema(field_definition, schema_creator)
        schema.additional_properties = False
        return schema


def components(cookie: str) -> Components:
    """What all documents refer to. `cookie` holds the token of whoever is signed in by a browser."""
    return Components(
        schemas={"Problem": problem_schema()},
        responses={f"Problem{status}": _response(status) for status in sorted(_statuses())},
        security_schemes={
            "token": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
            "cookie": SecurityScheme(type="apiKey", name=cookie, security_scheme_in="cookie"),
        },
    )


def describe(document: OpenAPI) -> None:
    """Add to each operation how it is refused."""
    document.components.schemas = {**(document.components.schemas or {}), "Problem": problem_schema()}
    for item in (document.paths or {}).values():
        for method, operation in _operations(item):
            refusals = {str(status): _reference(status) for status in _refusals(method, operation)}
            operation.responses = {**(operation.responses or {}), **refusals}


def problem_schema() -> Schema:
    """Problem details (RFC 9457) as we write them."""
    row = Schema(
        type=OpenAPIType.OBJECT,
        properties={"row": Schema(type=OpenAPIType.INTEGER), "detail": TEXT},
        required=["row", "detail"],
    )
    return Schema(
        type=OpenAPIType.OBJECT,
        title="Problem",
        description="Why a request was refused (RFC 9457): `type` is stable, `detail` says what to do.",
        properties={
            "type": Schema(type=OpenAPIType.STRING, pattern="^/problems/[a-z0-9-]+$"),
            "title": TEXT,
            "status": Schema(type=OpenAPIType.INTEGER),
            "detail": TEXT,
            "rows": Schema(type=OpenAPIType.ARRAY, items=row),
        },
        required=["type", "title", "status", "detail"],
    )


def _operations(item: PathItem) -> Iterator[tuple[str, Operation]]:
    for method in ("get", "post", "put", "patch", "delete"):
        if (operation := getattr(item, method)) is not None:
            yield method, operation


def _refusals(method: str, operation: Operation) -> Iterator[int]:
    yield from ALWAYS
    yield from OF_QUERY if method == "get" else WRITING
    if operation.security:
        yield from OF_STAFF


def _statuses() -> set[int]:
    return {*ALWAYS, *WRITING, *OF_QUERY, *OF_STAFF}


def _reference(status: int) -> Reference:
    return Reference(ref=f"#/components/responses/Problem{status}")


def _response(status: int) -> OpenAPIResponse:
    problem = OpenAPIMediaType(schema=Reference(ref="#/components/schemas/Problem"))
    asked: dict[str, OpenAPIHeader | Reference] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        asked = {"WWW-Authenticate": OpenAPIHeader(schema=TEXT)}
    return OpenAPIResponse(description=TITLES[status], content={MEDIA_TYPE: problem}, headers=asked or None)
