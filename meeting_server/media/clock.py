"""Time of the node: wall clock at start carried on by the monotonic one, so it never goes back."""

from __future__ import annotations

import time


class Clock:
    """``steady`` is milliseconds from an unknown origin; ``at`` turns such a time into ms since the epoch."""

    def __init__(self) -> None:
        self._offset = time.time_ns() // 1_000_000 - self.steady()

    @staticmethod
    def steady() -> int:
        return time.monotonic_ns() // 1_000_000

    def at(self, steady: int) -> int:
        return steady + self._offset

    def now(self) -> int:
        return self.steady() + self._offset
