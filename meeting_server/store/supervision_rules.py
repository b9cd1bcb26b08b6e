"""The dated rule file of supervision, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("supervision-rules.toml")


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers as the file says them. ``points``: per criterion ((from, points), …), the first that holds."""

    since: date
    due_day: int
    remind_from_day: int
    thematic_a_quarter: int
    least_minutes: int
    documents_hours: int
    minutes_days: int
    attendance: int
    spoke: int
    concluded: int
    tasks: int
    computed_max: int
    good_points: int
    points: Mapping[str, tuple[tuple[int, int], ...]]
    reasons: Mapping[str, str]

    def scored(self, criterion: str, value: int) -> int:
        return next((points for limit, points in self.points[criterion] if value >= limit), 0)


@cache
def read(file: Path = FILE) -> tuple[Rules, ...]:
    """The oldest first. Raises ValueError when a table lacks a number."""
    tables: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8")).get("rules", [])
    if not tables:
        raise ValueError(f"{file.name}: no rules")
    try:
        return tuple(sorted((_rules(table) for table in tables), key=lambda rules: rules.since))
    except TypeError as error:
        raise ValueError(f"{file.name}: {error}") from error


def _rules(table: dict[str, Any]) -> Rules:
    points = {name: tuple((low, given) for low, given in rows) for name, rows in table.pop("points", {}).items()}
    return Rules(**table, points=points)


def on(day: date, file: Path = FILE) -> Rules:
    """The rules in force on a day; the oldest for days before them."""
    every = read(file)
    return next((rules for rules in reversed(every) if rules.since <= day), every[0])
