"""Which bodies are kept for good and which go: a dated table in retention.toml, a kind to a class."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from minutes.record.document import EDITS
from minutes.record.events import Entry
from minutes.record.meeting import Meeting

Retention = Literal["permanent", "short"]


@dataclass(frozen=True, slots=True)
class Table:
    """In force from ``since``. ``short_days`` counts from the first sealing, ``practice_days`` (a practice meeting goes
    whole) from the close, ``sent_files_days`` from when the level above was done with what was sent up."""

    since: date
    short_days: int
    practice_days: int
    sent_files_days: int
    kinds: Mapping[str, Retention]

    def of(self, kind: str) -> Retention:
        """An unknown kind is kept in the log and left out of packages: the careful choice for both."""
        return self.kinds.get(kind, "short")


@cache
def tables() -> tuple[Table, ...]:
    """All tables, oldest first."""
    data = tomllib.loads((files("minutes.record") / "retention.toml").read_text("utf-8"))
    return tuple(sorted((_table(row) for row in data["table"]), key=lambda table: table.since))


def _table(row: dict[str, Any]) -> Table:
    days = (row["short_days"], row["practice_days"], row["sent_files_days"])
    return Table(row["since"], *days, cast(dict[str, Retention], row["kinds"]))


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


DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be erased now: bodies of these entries (seq), the meeting's sound, or the meeting as a whole."""

    bodies: tuple[int, ...] = ()
    sound: bool = False
    everything: bool = False


def due(head: Meeting, entries: Iterable[Entry], now: int, table: Table, *, hold: bool = False) -> Due:
    """What the table says is over at ``now`` (ms). Nothing under a legal hold; nothing before the record is sealed.

    The term runs from the first sealing: a scan or a correction sealed later does not lengthen it. While a correction
    is being written its text is kept; the words spoken are not.
    """
    if hold:
        return Due()
    plan, closed = head.scheduled, head.closed_at
    if plan is not None and plan.kind == "practice":
        return Due(everything=closed is not None and now >= closed + table.practice_days * DAY_MS)
    if not head.seals or now < head.seals[0].at + table.short_days * DAY_MS:
        return Due()
    kept = frozenset() if head.state == "sealed" else EDITS
    short = (
        entry.seq for entry in entries
        if entry.body is not None and table.of(entry.kind) == "short" and entry.kind not in kept
    )  # fmt: skip
    return Due(tuple(short), sound=True)
