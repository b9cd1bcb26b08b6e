"""The log: events with fields, one JSON line each. Never speech, names or secrets.

Values come through only as numbers, booleans and short machine words; everything else is written as its type. An
exception is written as its type and the places it passed, because its message may hold what people said.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_WORD = re.compile(r"^[\w.:/@+\[\]-]{0,120}$", re.ASCII)
_SECRET = frozenset({"token", "password", "cookie", "sdp", "text", "code_shown", "authorization", "url_token"})
_OWN = frozenset({"event", "level", "timestamp", "logger", "exception"})


def configure(level: str, process: str, stream: TextIO | None = None) -> None:
    """Route structlog and the standard library's logging through the same rules, to stderr."""
    stream = stream or sys.stderr
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places,
            _harmless,
            structlog.processors.JSONRenderer(sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(handlers=[_Bridge()], level=max(least, logging.WARNING), force=True)


def _places(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """``exc_info`` as type and places, without message and values."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        event["exception"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _harmless(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key not in _OWN:
            event[key] = _shown(key, value)
    return event


def _shown(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if key in _SECRET:
        return "(kept back)"
    if isinstance(value, str) and (key in ("why", "process") or _WORD.match(value)):
        return value[:200]
    return f"({type(value).__name__})"


class _Bridge(logging.Handler):
    """Libraries' warnings: their logger, level and place; their words may quote what people sent, so they stay out."""

    def emit(self, record: logging.LogRecord) -> None:
        emit = structlog.get_logger().error if record.levelno >= logging.ERROR else structlog.get_logger().warning
        place = f"{record.filename}:{record.lineno}"
        emit("library", source=record.name, place=place, exc_info=record.exc_info)
