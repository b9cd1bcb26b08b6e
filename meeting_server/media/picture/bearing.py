"""What one viewer's line bears: all that is shown, the first of two pictures only, nothing. Pure.

The first is what the meeting speaks about: the screen, or whoever has the floor; the hall's is left out sooner, and
comes back later. A line whose sound is weak gets no picture at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from meeting_server.media.picture.limits import PLACES, Patience, Place

EARLY_S = 2  # pressed for so long: the lesser picture rests, before the sound's line is judged weak (3 s)
ANEW_MS = 6000  # then the line is judged anew; browsers tell of losses for some seconds


class Bearing:
    """``resting``: the places that nothing is sent of for now. Times in ms of a steady clock."""

    def __init__(self) -> None:
        self.resting: frozenset[Place] = frozenset()
        self._lesser, self._all = Patience(), Patience()
        self._pressed_for = 0
        self._relieved = -ANEW_MS

    @property
    def nothing(self) -> bool:
        """No picture at all is sent."""
        return self._all.resting

    def judge(self, standing: Sequence[Place], *, sound_weak: bool, weak: bool, pressed: bool, now: int) -> bool:
        """Once a second. ``standing``: whose pictures there are, the first to stay; ``pressed``: the pictures' line in
        this second, ``weak``: over some. True when ``resting`` changed."""
        several = len(standing) > 1
        self._pressed_for = self._pressed_for + 1 if pressed else 0
        if self._lesser.judge(several and self._pressed_for >= EARLY_S, now) and self._lesser.resting:
            self._relieved, self._pressed_for = now, 0
        own = weak and now - self._relieved >= ANEW_MS
        if self._all.judge(sound_weak or own, now) and not self._all.resting:
            self._lesser.judge(several, now)  # one after the other
        before, self.resting = self.resting, self._now(standing)
        return before != self.resting

    def _now(self, standing: Sequence[Place]) -> frozenset[Place]:
        if self._all.resting:
            return frozenset(PLACES)
        return frozenset(standing[1:]) if self._lesser.resting else frozenset()
