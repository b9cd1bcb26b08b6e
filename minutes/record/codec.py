"""Events to canonical JSON and back.

Canonical form (a subset of RFC 8785): UTF-8 in NFC, keys sorted by code point, no white space, integers only.
Unknown fields of a known kind are ignored on reading and live on in the bytes, which are kept as they are;
an unknown kind raises NewerThanThisSoftware, and only reading the event fails: the chain still verifies.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
import unicodedata
from functools import cache
from typing import Any

from minutes.record import events

VERSION = 1
KINDS: dict[str, type] = {kind.__name__: kind for kind in typing.get_args(events.Event)}


class RecordError(Exception):
    """Base of what can be wrong with a record. ``status`` is the HTTP hint."""

    status = 422


class NewerThanThisSoftware(RecordError):
    """The log holds a kind or version that this software does not know."""

    def __init__(self, kind: str, version: int) -> None:
        super().__init__(f"{kind} v{version} is newer than this software")


class MalformedEvent(RecordError):
    """The bytes are not an event of the kind they claim to be."""


def canonical(value: object) -> bytes:
    """The one byte form of a JSON value. Floats are refused: they have no canonical form here."""
    _refuse_floats(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise MalformedEvent("canonical JSON holds integers only")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def kind_of(event: events.Event) -> str:
    return type(event).__name__


def encode(event: events.Event) -> bytes:
    return canonical(dataclasses.asdict(event))


def decode(kind: str, version: int, body: bytes) -> events.Event:
    """Read an event. Raises NewerThanThisSoftware or MalformedEvent."""
    cls = KINDS.get(kind)
    if cls is None or version > VERSION:
        raise NewerThanThisSoftware(kind, version)
    try:
        return typing.cast(events.Event, _build(cls, json.loads(body)))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise MalformedEvent(f"{kind}: {error}") from error


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(cls: type, data: dict[str, Any]) -> Any:
    hints = _hints(cls)
    return cls(**{name: _value(hints[name], data[name]) for name in hints if name in data})


def _value(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple:
        (inner, *_) = typing.get_args(hint)
        if not isinstance(value, list):
            raise TypeError("a list was expected")
        return tuple(_value(inner, item) for item in value)
    if origin is typing.Literal:
        if value not in typing.get_args(hint):
            raise ValueError(f"{value!r} is none of {typing.get_args(hint)}")
        return value
    if origin is types.UnionType:
        raise AssertionError("events hold no unions")
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast(type, hint), value)
    if type(value) is not hint:
        raise TypeError(f"{hint.__name__} was expected, not {type(value).__name__}")
    return value
