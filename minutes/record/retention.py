"""Which bodies are kept for good and which go: a dated table in retention.toml, a kind to a class."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from minutes.record.events import Entry

Retention = Literal["permanent", "short"]


@dataclass(frozen=True, slots=True)
class Table:
    """In force from ``since``; ``short_days`` counts from the sealing."""

    since: date
    short_days: int
    kinds: Mapping[str, Retention]

    def of(self, kind: str) -> Retention:
        """An unknown kind is kept in the log and left out of packages: the careful choice for both."""
        return self.kinds.get(kind, "short")


@cache
def tables() -> tuple[Table, ...]:
    """All tables, oldest first."""
    data = tomllib.loads((files("minutes.record") / "retention.toml").read_text("utf-8"))
    read = [Table(row["since"], row["short_days"], cast(dict[str, Retention], row["kinds"])) for row in data["table"]]
    return tuple(sorted(read, key=lambda table: table.since))


def table_on(day: date) -> Table:
    """The table in force on a day; the first one for days before all tables."""
    in_force = [table for table in tables() if table.since <= day]
    return in_force[-1] if in_force else tables()[0]


def erased(entry: Entry) -> Entry:
    """The entry with body and salt gone: nothing of it can be guessed, every hash still stands."""
    return replace(entry, body=None, salt=None, event=None)


def permanent_only(entries: Iterable[Entry], table: Table) -> list[Entry]:
    """The log as a package carries it: all leaves, bodies of permanent kinds only."""
    return [entry if table.of(entry.kind) == "permanent" else erased(entry) for entry in entries]
