"""What one participant sends: the way of a packet from the socket to the slots and to the capture gate.

Packets of those who are silent stay encrypted (RFC 6464's level stands in the clear header): they are dropped, only
the last RING_MS are kept in a ring, so that the beginning of a word is recorded too. The hall, the holder of the
floor and whoever was loud in the last VOICE_MS are never gated.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from typing import Protocol

from meeting_server.media.capture import CapturedTrack
from meeting_server.media.clock import Clock
from meeting_server.media.feedback import Reception
from meeting_server.media.rtp import SILENT, Unwrapper, payload_of, read_header
from meeting_server.media.slots import VOICE_MS

RING_MS = 400
RING_PACKETS = 40  # 400 ms in the shortest frames browsers send (10 ms)
LOUD, LOUD_NEAR = 55, 65  # -dBov: louder is voice; the second for the hall and the holder of the floor
KEEP_COUNTER = 50  # one gated packet in so many is decrypted, for the roll-over counter
SHORT = 28  # payload and tag of Opus' silence frames, for browsers that tell no level
LEAP_MS = 10_000
MAX_OPUS = 1275
MOST_PACKETS = 60  # in 100 ms: frames of 2.5 ms and a burst after a stall; what comes faster is a flood, and is dropped
MOST_FORGED = 500  # packets in 100 ms that may turn out forged; decrypting more would take the others' time
MOST_STRANGE = 10  # of them, with the number of another source than the microphone's
MAX_TRACKS = 64  # of one connection: a browser has one; one whose clock leaps again and again is not kept


class Hearer(Protocol):
    """What a source tells its room."""

    def track_started(self, session: str, track: CapturedTrack) -> None: ...

    def voice_changed(self, session: str, voiced: bool, now: int) -> None: ...

    def loud(self, session: str, level: int, now: int) -> None: ...

    def forward(
        self, session: str, payload: bytes, sequence: int, timestamp: int, level: int, marker: bool, now: int
    ) -> None: ...


class Kept(Protocol):
    """Where a source's sound is kept: the room's gate (Capture), or what stands before it."""

    @property
    def is_open(self) -> bool: ...
    def started(self, track: CapturedTrack) -> None: ...
    def sound(self, track: CapturedTrack, position: int, payload: bytes, at: int) -> None: ...
    def ended(self, track: CapturedTrack, at: int) -> None: ...


class Source:
    """One participant's microphone. ``near``: the hall or the holder of the floor."""

    def __init__(
        self, session: str, payload_type: int, level_id: int, unprotect: Callable[[bytes], bytes | None],
        room: Hearer, capture: Kept, clock: Clock,
    ) -> None:  # fmt: skip
        self._session, self._payload_type, self._level_id = session, payload_type, level_id
        self._unprotect, self._room, self._capture, self._clock = unprotect, room, capture, clock
        self._ring: deque[tuple[int, bytes]] = deque(maxlen=RING_PACKETS)  # when it came, still encrypted
        self._unwrapper = Unwrapper(0, 32)
        self._gated = self._tracks = 0
        self._budget, self._forged, self._strange = MOST_PACKETS, 0, 0
        self._last = self._last_position = 0
        self._voiced_until = 0
        self._anew = False
        self.reception: Reception | None = None
        self.track: CapturedTrack | None = None
        self.near = self.muted = self.voiced = False
        self.level = SILENT

    def received(self, data: bytes) -> bool:
        """A datagram that may be RTP of this microphone. True = it was; anything else is dropped and uses up nothing
        of what the microphone may send."""
        read = read_header(data, self._level_id)
        if read is None or read[0] != self._payload_type or self._budget <= 0:
            return False
        _, sequence, timestamp, ssrc, level, marker, head = read
        now = self._clock.steady()
        loud = level < (LOUD_NEAR if self.near else LOUD) if level >= 0 else len(data) - head > SHORT
        known = self.reception is not None and ssrc == self.reception.ssrc
        if known and (self.muted or not (loud or self.near or now < self._voiced_until)):
            self._budget -= 1
            self._gate(data, sequence, timestamp, now)
            return True
        if not known and self._tracks >= MAX_TRACKS:
            return False
        clear = self._genuine(data, known)
        if clear is None:
            return False
        self._budget -= 1
        if loud and known and not self.voiced:
            self._empty_ring(now)
        if not known or self._anew:
            self._begin(ssrc, sequence, timestamp, now)
        self._count(sequence, timestamp, now)
        self.level = level if level >= 0 else LOUD
        if not self.muted:
            self._pass_on(payload_of(clear, head), sequence, timestamp, level, marker, loud, now)
        return True

    def _genuine(self, data: bytes, known: bool) -> bytes | None:
        """In clear; None for a forgery, and for anything once there were too many."""
        if self._forged >= MOST_FORGED or (not known and self._strange >= MOST_STRANGE):
            return None
        clear = self._unprotect(data)
        if clear is None:
            self._forged += 1
            self._strange += not known
        return clear

    def _pass_on(
        self, payload: bytes, sequence: int, timestamp: int, level: int, marker: bool, loud: bool, now: int
    ) -> None:  # fmt: skip
        if not 0 < len(payload) <= MAX_OPUS:
            return
        if loud:
            self._voice(now)
        self._keep(payload, timestamp, now)
        self._room.forward(self._session, payload, sequence, timestamp, level, marker, now)

    def _gate(self, data: bytes, sequence: int, timestamp: int, now: int) -> None:
        """Kept encrypted for a while. Now and then one that will not be kept any longer is decrypted."""
        self._count(sequence, timestamp, now)
        self.level = SILENT
        self._gated += 1
        over: bytes | None = data
        if self._capture.is_open and not self.muted:
            over = self._ring[0][1] if len(self._ring) == RING_PACKETS else None
            self._ring.append((now, data))
        if over is not None and self._gated % KEEP_COUNTER == 0:
            self._unprotect(over)

    def _count(self, sequence: int, timestamp: int, now: int) -> None:
        if self.reception is not None:
            self.reception.count(sequence, timestamp, now)

    def _begin(self, ssrc: int, sequence: int, timestamp: int, now: int) -> None:
        """The first packet of a microphone, or of a new one on the same connection: a new track."""
        self.end()
        self._anew = False
        self.reception = Reception(ssrc, sequence)
        self._unwrapper = Unwrapper(timestamp, 32)
        self._last, self._last_position = now, 0
        if self._tracks >= MAX_TRACKS:
            return
        self._tracks += 1
        self.track = CapturedTrack("t-" + secrets.token_hex(8), timestamp, self._clock.at(now))
        self._capture.started(self.track)
        self._room.track_started(self._session, self.track)

    def end(self) -> None:
        """The track is over."""
        self._ring.clear()
        if self.track is not None:
            self._capture.ended(self.track, self._clock.now())
            self.track = None
        if self.voiced:
            self.voiced = False
            self._room.voice_changed(self._session, False, self._clock.steady())

    def renew(self) -> None:
        """What comes from now on is a track of its own."""
        self.end()
        self._anew = True

    def pauses(self, now: int, ms: int) -> bool:
        """Nothing loud came for so long."""
        return now >= self._voiced_until - VOICE_MS + ms

    def _voice(self, now: int) -> None:
        self._voiced_until = now + VOICE_MS
        if not self.voiced:
            self.voiced = True
            self._room.voice_changed(self._session, True, now)
        self._room.loud(self._session, self.level, now)

    def expire(self, now: int) -> None:
        """Let the window of voice shut. Called every 100 ms; then the next MOST_PACKETS may come."""
        self._budget, self._forged, self._strange = MOST_PACKETS, 0, 0
        if self.voiced and now >= self._voiced_until:
            self.voiced = False
            self._room.voice_changed(self._session, False, now)

    def hush(self) -> None:
        """Forget what is kept (the gate shut, or the participant was muted)."""
        self._ring.clear()

    def _empty_ring(self, now: int) -> None:
        for heard, data in self._ring:
            read = read_header(data, 0)
            if now - heard <= RING_MS and read is not None and (clear := self._unprotect(data)) is not None:
                payload = payload_of(clear, read[6])
                if 0 < len(payload) <= MAX_OPUS:
                    self._keep(payload, read[2], heard)
        self._ring.clear()

    def _keep(self, payload: bytes, timestamp: int, now: int) -> None:
        """Place the packet on the track's samples and give it to the capture gate."""
        if self.track is None:
            return
        position = self._unwrapper.unwrap(timestamp) - self.track.rtp0
        if position < 0:
            return
        leap = (position - self._last_position) // 48 - (now - self._last)
        if abs(leap) > LEAP_MS and self.reception is not None:
            self._begin(self.reception.ssrc, self.reception.top, timestamp, now)
            position = 0
        if position > self._last_position:
            self._last, self._last_position = now, position
        if self.track is not None:
            self._capture.sound(self.track, position, payload, self._clock.at(now))
