"""The arguments of commands: what each kind may hold, and the strict reading of outside data.

Every string has a length limit and is NFC without control characters; wrongly typed values are refused (Malformed).
"""

from __future__ import annotations

import re
import typing
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from meeting_server.room.refusal import Malformed


@dataclass(frozen=True)
class Limit:
    """Most characters of a string, or of each string of a list with at most ``items`` of them."""

    chars: int
    items: int = 50
    least: int = 0


@dataclass(frozen=True)
class Between:
    low: int
    high: int


Id = Annotated[str, Limit(120, least=1)]
AnyId = Annotated[str, Limit(120)]
Name = Annotated[str, Limit(200, least=1)]
Short = Annotated[str, Limit(500)]
Text = Annotated[str, Limit(20_000)]
Said = Annotated[str, Limit(8_000, least=1)]
Ids = Annotated[tuple[str, ...], Limit(120, items=200)]
Names = Annotated[tuple[str, ...], Limit(200, items=100)]
Count = Annotated[int, Between(0, 100_000)]
Version = Annotated[int, Between(0, 1_000_000_000)]
Moment = Annotated[int, Between(0, 4_102_444_800_000)]  # ms since the epoch, up to the year 2100; 0 = not told


def malformed(command: str, argument: str) -> Malformed:
    """The refusal of an argument that is missing, wrongly typed or too long."""
    return Malformed("malformed", f"Dữ liệu gửi lên không hợp lệ ở mục “{argument}”.", command=command)


def read(command: str, argument: str, hint: Any, value: object) -> object:
    """One argument as its hint has it. Raises Malformed with the argument's name."""
    rule: object = None
    if typing.get_origin(hint) is Annotated:
        hint, rule = typing.get_args(hint)
    if typing.get_origin(hint) is Literal:
        if isinstance(value, str) and value in typing.get_args(hint):
            return value
    elif hint is bool:
        if isinstance(value, bool):
            return value
    elif hint is int:
        assert isinstance(rule, Between)
        if type(value) is int and rule.low <= value <= rule.high:
            return value
    elif hint is str:
        assert isinstance(rule, Limit)
        if isinstance(value, str):
            return _string(command, argument, rule, value)
    else:
        assert isinstance(rule, Limit)
        if isinstance(value, list) and len(value) <= rule.items and all(isinstance(v, str) for v in value):
            return tuple(_string(command, argument, rule, v) for v in value)
    raise malformed(command, argument)


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _string(command: str, argument: str, rule: Limit, value: str) -> str:
    """NFC, without control and direction-changing characters, trimmed; refused when too long or too short."""
    if len(value) > 4 * rule.chars:
        raise malformed(command, argument)
    text = unicodedata.normalize("NFC", _CONTROL.sub("", value)).strip()
    if not rule.least <= len(text) <= rule.chars:
        raise malformed(command, argument)
    return text
