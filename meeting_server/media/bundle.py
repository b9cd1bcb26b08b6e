"""Three packets of 20 ms in one (RFC 6716 §3.2.5), for listeners on weak lines. Pure; nothing is decoded.

IP, UDP, RTP, its extensions and SRTP cost 23 kbit/s in packets of 20 ms and 8 in packets of 60 ms, so that a listener
on a weak line gets the voice as it was sent, whole, within 40 kbit/s, and nobody has to send worse sound to everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meeting_server.media.ogg import duration

FRAME = 960
MOST = 3  # packets in one: 60 ms
FEW = 2  # where much is lost: in-band FEC mends one packet of a bundle that did not come
LOSSY, CALM = 80, 30  # per mille lost: few from the first on, the most again from the second down
WAIT_MS = 60  # what waits for more goes after this long: the source fell silent
SILENCE = 2  # bytes at most of the packet by which an encoder says that it sends nothing for a while (RFC 7587 §3.1.3)


@dataclass(frozen=True, slots=True)
class Bundled:
    """``sequence`` counts bundles, one more where the source lost something; ``timestamp`` of the first frame."""

    source: str
    payload: bytes
    sequence: int
    timestamp: int
    level: int
    marker: bool
    length: int


class Bundler:
    """Of one slot. ``add`` gives what is to be sent now; ``expire`` what has waited for long enough.

    A packet of silence goes at once and by itself, after what waited: a browser knows by its length that a pause
    begins, and conceals the whole pause as if it were lost where it is told in a bundle, or late.
    """

    __slots__ = (
        "_at", "_frames", "_level", "_marker", "_most", "_next", "_sequence", "_source", "_timestamp", "_toc",
    )  # fmt: skip

    def __init__(self) -> None:
        self._source = ""
        self._sequence = self._next = self._timestamp = self._toc = self._at = 0
        self._level, self._marker = 127, False
        self._most = MOST
        self._frames: list[bytes] = []

    @property
    def due(self) -> int | None:
        """When ``expire`` gives something, if nothing comes before; None = nothing waits."""
        return self._at + WAIT_MS if self._frames else None

    def suit(self, loss: int) -> None:
        """To what the listener says that it loses of this slot, per mille."""
        self._most = FEW if loss >= LOSSY else MOST if loss <= CALM else self._most

    def add(
        self, source: str, payload: bytes, sequence: int, timestamp: int, level: int, marker: bool, now: int
    ) -> Iterator[Bundled]:
        if source != self._source:
            yield from self._flush()
            self._source, self._next = source, sequence
        ahead = (sequence - self._next) & 0xFFFF
        if ahead >= 0x8000:
            return  # late: its bundle is on its way
        alone = len(payload) <= SILENCE or payload[0] & 3 or duration(payload) != FRAME
        if self._frames and (ahead or alone or not self._fits(payload, timestamp)):
            yield from self._flush()
        self._sequence += bool(ahead)
        self._next = (sequence + 1) & 0xFFFF
        if alone:
            yield Bundled(source, payload, self._count(), timestamp, level, marker, duration(payload))
            return
        if not self._frames:
            self._toc, self._timestamp, self._at = payload[0], timestamp, now
            self._level, self._marker = level, marker
        self._level = min(self._level, level) if level >= 0 else self._level
        self._frames.append(payload[1:])
        if len(self._frames) >= self._most:
            yield from self._flush()

    def expire(self, now: int) -> Iterator[Bundled]:
        if self._frames and now - self._at >= WAIT_MS:
            yield from self._flush()

    def drop(self) -> None:
        """The slot was given to somebody else, or nothing may be heard any more."""
        self._frames.clear()
        self._source = ""

    def _fits(self, payload: bytes, timestamp: int) -> bool:
        contiguous = (timestamp - self._timestamp) & 0xFFFFFFFF == FRAME * len(self._frames)
        return contiguous and payload[0] == self._toc

    def _count(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFFFF
        return self._sequence

    def _flush(self) -> Iterator[Bundled]:
        if self._frames:
            payload, length = joined(self._toc, self._frames), FRAME * len(self._frames)
            self._frames = []
            yield Bundled(
                self._source, payload, self._count(), self._timestamp, self._level, self._marker, length
            )  # fmt: skip


def joined(toc: int, frames: list[bytes]) -> bytes:
    """One packet of these frames, which have one TOC byte (of a packet of a single frame)."""
    if len(frames) == 1:
        return bytes([toc]) + frames[0]
    lengths = b"".join(_length(len(frame)) for frame in frames[:-1])
    return bytes([toc | 3, 0x80 | len(frames)]) + lengths + b"".join(frames)


def _length(size: int) -> bytes:
    """RFC 6716 §3.2.1."""
    if size < 252:
        return bytes([size])
    first = 252 + (size & 3)
    return bytes([first, (size - first) >> 2])
