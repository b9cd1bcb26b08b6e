"""A hall with several microphones, its own device's and phones: one voice for the slots, one track for recognition.

Every microphone's own sound is kept aside (``<room>/microphones``, a journal that is not recognised); of the nearest
one (media.nearest) at each moment one track is laid, HOLD_MS late, so that a change can count from before a word.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.nearest import LOOK_BACK_MS, Nearest
from meeting_server.media.ogg import duration
from meeting_server.media.rtp import SILENT
from transcription.wire import RATE

HOLD_MS = LOOK_BACK_MS + 50
LOUD_FAR = 45  # -dBov: so loud a voice from far away comes out of the loudspeaker and is heard by every phone
SHORT = 20  # bytes: an Opus frame of silence, where a browser tells no level
MOST_HELD = 100 * 16  # packets: a second of sixteen microphones in frames of 10 ms
SAMPLES_A_MS = RATE // 1000


@dataclass(frozen=True, slots=True)
class _Held:
    at: int  # when it was heard (ms)
    session: str
    track: CapturedTrack
    position: int
    payload: bytes


class HallSound:
    """``aside``: where each microphone is kept by itself; ``capture``: where the one track goes. Times in ms since the
    epoch. ``started`` is told of the track, each time a new one begins."""

    def __init__(self, capture: Capture, aside: Capture, started: Callable[[CapturedTrack], None]) -> None:
        self._capture, self.aside, self._started = capture, aside, started
        self._nearest = Nearest()
        self._held: deque[_Held] = deque(maxlen=MOST_HELD)
        self.track: CapturedTrack | None = None
        self._run = ""
        self._shift = self._reached = self._begun = 0

    @property
    def heard(self) -> str:
        """The microphone that is heard now, "" = none."""
        return self._nearest.heard

    def __len__(self) -> int:
        return len(self._nearest)

    def __contains__(self, session: str) -> bool:
        return session in self._nearest

    def add(self, session: str, *, cancels: bool) -> None:
        self._nearest.add(session, cancels=cancels)

    def remove(self, session: str, now: int) -> None:
        """What it said is laid down still; without any microphone the track ends."""
        self.lay(now)
        self._nearest.remove(session)
        if not len(self._nearest):
            self.end(now)

    def packet(self, session: str, level: int, size: int, now: int) -> bool:
        """One of the microphones sent a packet; ``level`` -1: not told. True when another is heard now."""
        told = level if level >= 0 else SILENT if size <= SHORT else LOUD_FAR
        return self._nearest.packet(session, told, now)

    def far_voice(self, level: int, now: int) -> bool:
        """Somebody who is not in the hall speaks. True when another microphone is heard now."""
        return level < LOUD_FAR and self._nearest.far_voice(now)

    def levels(self, now: int) -> dict[str, int]:
        return self._nearest.levels(now)

    def keep(self, session: str, track: CapturedTrack, position: int, payload: bytes, at: int) -> None:
        """A packet of a microphone's own ``track``: kept aside, and here until it is known whether it is laid down."""
        if len(self._nearest) > 1:
            self.aside.sound(track, position, payload, at)
        self._held.append(_Held(at, session, track, position, payload))

    def hush(self) -> None:
        """The gate shut, or something is to be erased: what waits is forgotten."""
        self._held.clear()
        self._run = ""

    def lay(self, until: int) -> None:
        """Lay down what was heard before ``until``."""
        while self._held and self._held[0].at < until:
            held = self._held.popleft()
            if self._nearest.at(held.at) == held.session:
                self._lay(held)

    def tick(self, now: int) -> None:
        self.lay(now - HOLD_MS)

    def _lay(self, held: _Held) -> None:
        length = duration(held.payload)
        said = held.track.said_at(held.position, held.at)
        if self.track is None:
            self._begin(said)
        assert self.track is not None
        if self._run != held.track.track:
            wanted = (said - self.track.at) * SAMPLES_A_MS
            if wanted < self._reached - length // 2:
                return  # the one before has that moment already
            self._run, self._begun = held.track.track, held.position
            self._shift = max(wanted, self._reached) - held.position
        if held.position < self._begun:
            return
        position = held.position + self._shift
        self._reached = max(self._reached, position + length)
        self._capture.sound(self.track, position, held.payload, held.at)

    def _begin(self, at: int) -> None:
        self.track, self._reached, self._run = CapturedTrack("t-" + secrets.token_hex(8), 0, at), 0, ""
        self._capture.started(self.track)
        self._started(self.track)

    def end(self, now: int) -> None:
        self.lay(now)
        if self.track is not None:
            self._capture.ended(self.track, now)
            self.track = None


class Tap:
    """Where a hall's microphone gives its sound: to the gate like anybody's, or, once there are several, to ``hall``.
    A phone that is no hall's device waits for that."""

    def __init__(self, session: str, capture: Capture, *, alone: bool) -> None:
        self._session, self._capture, self._alone = session, capture, alone
        self.hall: HallSound | None = None

    @property
    def is_open(self) -> bool:
        return self._capture.is_open

    def started(self, track: CapturedTrack) -> None:
        if self.hall is not None:
            self.hall.aside.started(track)
        elif self._alone:
            self._capture.started(track)

    def sound(self, track: CapturedTrack, position: int, payload: bytes, at: int) -> None:
        if self.hall is not None:
            self.hall.keep(self._session, track, position, payload, at)
        elif self._alone:
            self._capture.sound(track, position, payload, at)

    def ended(self, track: CapturedTrack, at: int) -> None:
        """Its track ends where it began: ``hall`` changes between two tracks only."""
        if self.hall is not None:
            self.hall.aside.ended(track, at)
        elif self._alone:
            self._capture.ended(track, at)
