"""Rules by kind of meeting, from the dated table kinds.toml: nothing about kinds is written in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

VIETNAM = timedelta(hours=7)


def day_of(at: int) -> date:
    """The day in Việt Nam (UTC+7, no summer time) of a moment in ms."""
    return (datetime.fromtimestamp(at / 1000, UTC) + VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Kind:
    """``passed``/``failed``: how a result is worded. ``sentence`` and ``form``: why it is refused, what to use."""

    key: str
    name: str
    online: bool = True
    threshold: str = "majority"
    passed: str = "thông qua"
    failed: str = "không thông qua"
    minutes: int = 0
    agenda: tuple[str, ...] = ()
    kept_days: int = 0
    form: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``without_word``: who takes part from elsewhere without the chair's word: online | roster."""

    since: date
    kinds: Mapping[str, Kind]
    without_word: frozenset[str]


@cache
def _tables() -> tuple[Table, ...]:
    data = tomllib.loads((files("meeting_server.room") / "kinds.toml").read_text("utf-8"))
    return tuple(sorted((_table(row) for row in data["table"]), key=lambda table: table.since))


def _table(row: Mapping[str, Any]) -> Table:
    kinds = {key: _kind(key, kind) for key, kind in row["kinds"].items()}
    return Table(row["since"], kinds, frozenset(row.get("remote_without_word", ())))


def _kind(key: str, row: Mapping[str, Any]) -> Kind:
    return Kind(key=key, **{**row, "agenda": tuple(row.get("agenda", ()))})


def kinds_on(day: date) -> Mapping[str, Kind]:
    """The kinds and their rules in force on a day; the first table for days before all."""
    return _table_on(day).kinds


def without_word(day: date) -> frozenset[str]:
    """Who takes part from elsewhere without the chair's word for the meeting: "online", "roster"."""
    return _table_on(day).without_word


def _table_on(day: date) -> Table:
    in_force = [table for table in _tables() if table.since <= day]
    return in_force[-1] if in_force else _tables()[0]


def kind_of(key: str, day: date) -> Kind:
    """An unknown kind gets the rules of a regular meeting under its own name."""
    return kinds_on(day).get(key) or Kind(key, key)
