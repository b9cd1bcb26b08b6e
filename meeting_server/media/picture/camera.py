"""Who shows: one connection that sends one video stream. Its losses are asked for again, its key frames when wished."""

from __future__ import annotations

import itertools
from typing import Protocol

from meeting_server.media import feedback
from meeting_server.media.clock import Clock
from meeting_server.media.feedback import Reception
from meeting_server.media.peer import Peer
from meeting_server.media.picture import rtcp
from meeting_server.media.picture.limits import BITRATE, BURST, OVER, Allowance, KeyWish, Place
from meeting_server.media.picture.payload import Codec, read_start
from meeting_server.media.picture.store import Kept, Missing
from meeting_server.media.picture.writer import RATE_MS, Shown
from meeting_server.media.rtp import payload_of, read_header

STILL_MS = 5000  # nothing came for so long; a still document comes once a second
LEAP, LEAP_MS = 2000, 10_000  # packets; a stream that leaps further is another one
MAX_RUNS = 256
MAX_PAYLOAD = 1400
MOST_REPORTS = 100  # RTCP packets between two reports of ours
UNSEEN = 60_000  # bit/s asked for while nobody looks

_runs = itertools.count(1)


class Hearer(Protocol):
    """What a camera tells its room."""

    def shown(self, camera: Camera, shown: Shown, now: int) -> None: ...

    def flows(self, camera: Camera, on: bool) -> None: ...


class Camera:
    """``run`` names what belongs together; it changes when the stream begins anew."""

    def __init__(
        self, session: str, place: Place, codec: Codec, payload_type: int, own_ssrc: int, room: Hearer, clock: Clock
    ) -> None:
        self.session, self.place, self.codec = session, place, codec
        self._payload_type, self._own, self._room, self._clock = payload_type, own_ssrc, room, clock
        self.peer: Peer | None = None
        self.kept, self._missing, self.key = Kept(), Missing(), KeyWish()
        self.run = next(_runs)
        self._runs = 0
        self._allowance = Allowance(BITRATE[place] / 8 * OVER, BURST)
        self._reception: Reception | None = None
        self._sender: feedback.SenderTime | None = None
        self._sender_at = self._reports = 0
        self._last = self._timestamp = 0
        self.flowing = self.seen = False

    def received(self, data: bytes) -> None:
        read = read_header(data, 0)
        now = self._clock.steady()
        if read is None or read[0] != self._payload_type or not self._allowance.take(len(data), now):
            return
        clear = self.peer.unprotect(data) if self.peer is not None else None
        if clear is None:
            return
        _, sequence, timestamp, ssrc, _, marker, head = read
        payload = payload_of(clear, head)
        start = read_start(self.codec, payload)
        if start is None or len(payload) > MAX_PAYLOAD:
            return
        if not self._belongs(ssrc, sequence, timestamp, now):
            return
        self._count(sequence, timestamp, now)
        shown = Shown(self.run, self.codec, sequence, timestamp, marker, payload, start)
        self.kept.put(shown, now)
        if start.key:
            self.key.came()
        self._ask(now)
        if not self.flowing:
            self.flowing = True
            self._room.flows(self, True)
        self._room.shown(self, shown, now)

    def _belongs(self, ssrc: int, sequence: int, timestamp: int, now: int) -> bool:
        """Whether the packet is taken: of the stream that runs, or of a new one that begins with it."""
        known = self._reception
        if known is not None and known.ssrc == ssrc:
            step = (sequence - known.top + 0x8000 & 0xFFFF) - 0x8000
            drift = ((timestamp - self._timestamp + (1 << 31)) % (1 << 32) - (1 << 31)) // RATE_MS - (now - self._last)
            if abs(step) <= LEAP and abs(drift) <= LEAP_MS:
                return True
        if self._runs >= MAX_RUNS:
            return False
        self._runs += 1
        self.run = next(_runs)
        self._reception = Reception(ssrc, sequence, RATE_MS)
        self._missing.clear()
        self.kept.clear()
        self.key.wish(now)
        return True

    def _count(self, sequence: int, timestamp: int, now: int) -> None:
        assert self._reception is not None, "a packet belongs to a stream"
        self._reception.count(sequence, timestamp, now)
        self._missing.came(sequence, now)
        self._last, self._timestamp = now, timestamp

    def rtcp(self, data: bytes) -> None:
        self._reports += 1
        if self._reports > MOST_REPORTS:
            return
        for told in feedback.read(data):
            if isinstance(told, feedback.SenderTime):
                self._sender, self._sender_at = told, self._clock.steady()

    def tick(self, now: int) -> None:
        """Every 100 ms."""
        self._ask(now)
        if self.flowing and now - self._last > STILL_MS:
            self.flowing = False
            self._room.flows(self, False)

    def _ask(self, now: int) -> None:
        """For what is missing, and for a key frame where one is wished for."""
        if self._reception is None or self.peer is None:
            return
        if self._missing.lost(now) and self.seen:
            self.key.wish(now)
        if len(self._missing):
            due = self._missing.due(now)
            if due and self.seen:
                self.peer.send_rtcp(rtcp.nack(self._own, self._reception.ssrc, due))
        if self.key.due(now):
            self.peer.send_rtcp(rtcp.pli(self._own, self._reception.ssrc))

    def report(self) -> None:
        """Every second: what was lost, and how much may be sent."""
        self._reports = 0
        if self._reception is None or self.peer is None:
            return
        self.peer.refresh()
        now = self._clock.steady()
        lsr, since = (self._sender.lsr, now - self._sender_at) if self._sender is not None else (0, 0)
        block = self._reception.report(self._reception.loss(), lsr, since * 65_536 // 1000)
        self.peer.send_rtcp(feedback.compound(self._own, (), (block,), self._clock.at(now)))
        bitrate = BITRATE[self.place] if self.seen else UNSEEN
        self.peer.send_rtcp(rtcp.remb(self._own, self._reception.ssrc, bitrate))
