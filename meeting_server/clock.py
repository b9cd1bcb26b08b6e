"""The time of day that never runs backwards: the wall once at the start, then the monotonic clock."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Ms since the epoch, never less than before."""
        ...


class SystemClock:
    def __init__(self) -> None:
        self._wall = time.time_ns() // 1_000_000
        self._start = time.monotonic_ns() // 1_000_000

    def now(self) -> int:
        return self._wall + time.monotonic_ns() // 1_000_000 - self._start
