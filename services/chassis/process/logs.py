"""Structured logs: an event name and ids, one JSON object a line, nothing that is not allowed."""

import logging
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import orjson
import structlog

ALLOWED = frozenset(
    """event level timestamp correlation_id logger exception
    service process reader topic partition epoch sequence mark chain offset type count seconds
    path method status slug error errors address channel reason version name instance
    event_id initiative_id participant_id inquiry_id letter_id account campaign municipality organization
    kid lost added changed unchanged missing batch attempt lag stopped signal day size outcome""".split()
)
"""The only keys a log line may have: no bodies, no names of people, no contacts."""

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
"""The request (or record) that the present task works for."""


def only_allowed(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what is not on the list by the names of the keys that were left out."""
    dropped = sorted(key for key in line if key not in ALLOWED)
    for key in dropped:
        del line[key]
    if dropped:
        line["errors"] = f"keys not allowed in logs: {', '.join(dropped)}"
    return line


def with_correlation(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the correlation id, where there is one."""
    if current := correlation_id.get():
        line["correlation_id"] = current
    return line


def configure(level: str, service: str, process: str) -> None:
    """Set logging up for this process, the standard library's included."""
    shared: list[Any] = [
        with_correlation,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, only_allowed, structlog.processors.JSONRenderer(_dump)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                only_allowed,
                structlog.processors.JSONRenderer(_dump),
            ],
        )
    )
    logging.basicConfig(
        handlers=[handler], level=max(logging.WARNING, logging.getLevelName(level)), force=True
    )
    structlog.get_logger().info("process_started", service=service, process=process)


def _dump(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
