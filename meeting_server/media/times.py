"""Stretches of time and what may be said of a moment: when something was recorded, when a gate was open. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Times:
    """Stretches [since, until) in ms, in order. Those that are not more than ``near`` apart are one."""

    def __init__(self, near: int = 0) -> None:
        self._near = near
        self._begins: list[int] = []
        self._ends: list[int] = []

    def __iter__(self) -> zip[tuple[int, int]]:
        return zip(self._begins, self._ends, strict=True)

    def __bool__(self) -> bool:
        return bool(self._begins)

    def add(self, since: int, until: int) -> None:
        if until <= since:
            return
        if self._begins and self._begins[-1] <= since <= self._ends[-1] + self._near:  # mostly
            self._ends[-1] = max(self._ends[-1], until)
            return
        first = bisect_left(self._ends, since - self._near)
        last = bisect_right(self._begins, until + self._near)
        if first < last:
            since, until = min(since, self._begins[first]), max(until, self._ends[last - 1])
        self._begins[first:last], self._ends[first:last] = [since], [until]

    def remove(self, since: int, until: int) -> None:
        parts = [part for begin, end in self for part in ((begin, min(end, since)), (max(begin, until), end))]
        if since < until:
            kept = sorted({(begin, end) for begin, end in parts if begin < end})
            self._begins, self._ends = [begin for begin, _ in kept], [end for _, end in kept]

    def has(self, since: int, until: int | None = None) -> bool:
        """Whether this moment, or all of this stretch, is within."""
        place = bisect_right(self._begins, since) - 1
        return place >= 0 and (since if until is None else until - 1) < self._ends[place]

    def meets(self, since: int, until: int) -> bool:
        """Whether any of this stretch is within."""
        place = bisect_right(self._ends, since)
        return place < len(self._begins) and self._begins[place] < until
