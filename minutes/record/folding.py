"""How a projection walks a log: ``fold`` is ``step`` over the entries, so fold(a + b) = fold b onto fold a."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import TypeVar

from minutes.record.events import Entry

Value = TypeVar("Value")


def folded(step: Callable[[Value, Entry], Value], empty: Value, entries: Iterable[Entry]) -> Value:
    """The value after all entries. Entries whose body is erased (event None) are the step's to skip."""
    return reduce(step, entries, empty)


def upto(entries: Iterable[Entry], seq: int) -> list[Entry]:
    """The entries as they stood when entry ``seq`` had been appended."""
    return [entry for entry in entries if entry.seq <= seq]
