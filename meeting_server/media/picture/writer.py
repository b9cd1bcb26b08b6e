"""One viewer's stream of one place: whoever is shown there, the browser sees one contiguous stream. Pure.

Within a run (one camera, nothing left out) sequence, time and picture numbers follow the camera's, so that its losses
stay visible and what is sent again is the same packet, bit by bit. A run begins at a key frame only, goes on with the
next sequence and picture number, and with the time that has passed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from meeting_server.media.picture.payload import Codec, Start, renumbered
from meeting_server.media.rtp import extensions, header

RATE_MS = 90
FRAME = 3000


@dataclass(frozen=True, slots=True)
class Shown:
    """A packet of a camera, in clear, without padding."""

    camera: int
    codec: Codec
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    start: Start


@dataclass(slots=True)
class PictureWriter:
    """``types``: the viewer's payload types; a codec it has none of is not sent to it."""

    ssrc: int
    types: dict[Codec, int]
    mid: str
    mid_id: int
    sequence: int
    timestamp: int
    packets: int = 0
    octets: int = 0
    _camera: int | None = None
    _first: int = 0
    _sequence_offset: int = 0
    _time_offset: int = 0
    _picture: int = 0  # the last picture number that was sent, and what is added to the camera's
    _picture_offset: int = 0
    _layer: int = 0
    _layer_offset: int = 0
    _last_at: int = -1
    _extension: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self.sequence &= 0xFFFF
        self.timestamp &= 0xFFFFFFFF
        self._extension = extensions(self.mid_id, self.mid, 0, 0)

    @property
    def camera(self) -> int | None:
        """Whose run is on; None = a key frame is waited for."""
        return self._camera

    def release(self) -> None:
        """Something is left out, or another camera is shown: the next run begins at a key frame."""
        self._camera = None

    def time_at(self, now: int) -> int:
        """The RTP time of now, for a sender report."""
        return self.timestamp + max(now - self._last_at, 0) * RATE_MS

    def takes(self, shown: Shown) -> bool:
        """Whether this packet can be sent: it belongs to the run, or begins one."""
        if shown.codec not in self.types:
            return False
        if shown.camera == self._camera:
            return (shown.sequence - self._first) & 0xFFFF < 0x8000
        return shown.start.key

    def write(self, shown: Shown, now: int) -> bytes | None:
        """The packet to send; None for one that cannot be."""
        if not self.takes(shown):
            return None
        if shown.camera != self._camera:
            self._begin(shown, now)
        packet = self._written(shown)
        sequence = (shown.sequence + self._sequence_offset) & 0xFFFF
        if (sequence - self.sequence) & 0xFFFF < 0x8000:
            self.sequence = sequence
            self.timestamp = (shown.timestamp + self._time_offset) & 0xFFFFFFFF
            self._picture = self._shifted(shown.start.picture, self._picture_offset, shown.start.bits, self._picture)
            self._layer = (shown.start.layer + self._layer_offset) & 0xFF if shown.start.layer_at else self._layer
            self._last_at = now
            if (shown.sequence - self._first) & 0xFFFF > 0x4000:
                self._first = (shown.sequence - 0x2000) & 0xFFFF  # the beginning must not come round again
        self.packets += 1
        self.octets += len(shown.payload)
        return packet

    def camera_sequence(self, sequence: int) -> int | None:
        """The camera's number of a packet that was sent in this run; None = of none."""
        asked = (sequence - self._sequence_offset) & 0xFFFF
        sent = (self.sequence - sequence) & 0xFFFF < 0x4000
        return asked if self._camera is not None and sent and (asked - self._first) & 0xFFFF < 0x8000 else None

    def again(self, shown: Shown) -> bytes | None:
        """The same packet once more; it changes nothing."""
        return self._written(shown) if shown.camera == self._camera else None

    def _written(self, shown: Shown) -> bytes:
        head = header(
            self.types[shown.codec], shown.marker, (shown.sequence + self._sequence_offset) & 0xFFFF,
            (shown.timestamp + self._time_offset) & 0xFFFFFFFF, self.ssrc, self._extension,
        )  # fmt: skip
        return head + renumbered(shown.payload, shown.start, self._picture_offset, self._layer_offset)

    def _begin(self, shown: Shown, now: int) -> None:
        gap = FRAME if self._last_at < 0 else max(FRAME, (now - self._last_at) * RATE_MS)
        self._camera, self._first = shown.camera, shown.sequence
        self._sequence_offset = self.sequence + 1 - shown.sequence
        self._time_offset = self.timestamp + gap - shown.timestamp
        self._picture_offset = self._picture + 1 - shown.start.picture
        self._layer_offset = self._layer + 1 - shown.start.layer

    @staticmethod
    def _shifted(number: int, offset: int, bits: int, last: int) -> int:
        return (number + offset) & ((1 << bits) - 1) if bits else last
