"""What a verification judges by, and what it gathers on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from minutes.sealing.heads import Series
from minutes.sealing.verdict import Fault


@dataclass(frozen=True, slots=True)
class Against:
    """What to judge by besides the file: ``trust`` authorities (None: not asked), ``heads`` a directory of bulletins
    kept by somebody else or the ``series`` they come to, ``moment`` the time at which certificates are judged (None:
    now)."""

    trust: Sequence[x509.Certificate] | None = None
    heads: Path | None = None
    moment: datetime | None = None
    series: Series | None = None


NOTHING = Against()


@dataclass(slots=True)
class Findings:
    """``where``: the bytes [start, end) of the file in which each part stands."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    where: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, code: str, part: str, sentence: str, place: str = "") -> None:
        self.faults.append(Fault(code, part, sentence, place))

    def within(self, part: str, start: int = 0, end: int | None = None) -> str:
        """Bytes [start, end) of a part as bytes of the file, in words; "" when the part has no place."""
        if part not in self.where:
            return ""
        first, last = self.where[part]
        return bytes_from(first + start, last if end is None else min(last, first + end))


def bytes_from(start: int, end: int) -> str:
    """[start, end) in words, both ends counted from 0 and included."""
    return f"byte {start}–{end - 1}" if end > start + 1 else f"byte {start}"


def rows(facts: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects in the manifest, whatever a forger wrote there."""
    found = facts.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def number(value: object) -> int:
    return value if type(value) is int else -1
