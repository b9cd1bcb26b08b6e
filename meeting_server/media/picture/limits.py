"""What keeps a picture modest: key frames asked for, bytes let in, what is sent again, patience with a weak line. Pure.

Times are milliseconds of one steady clock.
"""

from __future__ import annotations

from typing import Literal

Place = Literal["hall", "shared"]
PLACES: tuple[Place, ...] = ("shared", "hall")
"""In the order of a viewer's lines."""
BITRATE: dict[Place, int] = {"hall": 500_000, "shared": 800_000}  # bit/s that a sender is asked to keep to
OVER, BURST = 1.5, 256 * 1024  # so much more is let in, for key frames
KEY_EVERY_MS = 1000
KEY_AGAIN_MS = 700  # asked for and not come
OWN_EVERY_MS = 4000  # one viewer's own asking: a broken line must not make everybody's picture coarse


class KeyWish:
    """A key frame is wished for: when to ask the sender. At most every KEY_EVERY_MS, until one came."""

    def __init__(self) -> None:
        self._wished = False
        self._asked: int | None = None

    @property
    def open(self) -> bool:
        return self._wished

    def wish(self, now: int) -> None:
        self._wished = True

    def came(self) -> None:
        self._wished = False

    def due(self, now: int) -> bool:
        """Whether to ask now; then it counts as asked."""
        if not self._wished or (self._asked is not None and now - self._asked < KEY_EVERY_MS):
            return False
        self._asked = now
        return True


class Allowance:
    """So many units a second, ``burst`` at once; what is over is refused."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate / 1000, burst
        self._left = burst
        self._at: int | None = None

    def take(self, units: float, now: int) -> bool:
        if self._at is not None:
            self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if units > self._left:
            return False
        self._left -= units
        return True


FIRST_REST_MS, LONGEST_REST_MS, FORGET_MS = 15_000, 240_000, 120_000


class Patience:
    """When a weak line is to be sent pictures again: after a rest that doubles each time the line was weak again."""

    def __init__(self) -> None:
        self.resting = False
        self._rest = FIRST_REST_MS
        self._since = 0

    def judge(self, weak: bool, now: int) -> bool:
        """Once a second. True when ``resting`` changed."""
        if not self.resting:
            if weak:
                self.resting, self._since = True, now
                return True
            if self._since and now - self._since > FORGET_MS:
                self._rest = FIRST_REST_MS
            return False
        if weak:
            self._since = now
        if now - self._since < self._rest:
            return False
        self.resting, self._since = False, now
        self._rest = min(2 * self._rest, LONGEST_REST_MS)
        return True


class Estimate:
    """What the viewer's browser thinks its line bears (REMB), against what it is sent: ``tight`` when it has been less
    for TIGHT_S reports."""

    def __init__(self) -> None:
        self._told: int | None = None
        self._bytes = 0
        self.worse_for = 0

    TIGHT_S = 3

    def told(self, bitrate: int) -> None:
        self._told = bitrate

    def judge(self, octets: int) -> bool:
        """Once a second with all bytes sent so far."""
        rate, self._bytes = (octets - self._bytes) * 8, octets
        tight = self._told is not None and rate > 50_000 and self._told < rate * 8 // 10
        self.worse_for = self.worse_for + 1 if tight else 0
        self._told = None
        return self.worse_for >= self.TIGHT_S
