"""A request of whatever route, user and state: who looks is told by a kit, not by the framework."""

from typing import Any, TypeAlias

from litestar import Request

AnyRequest: TypeAlias = Request[Any, Any, Any]
