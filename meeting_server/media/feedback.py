"""RTCP (RFC 3550 §6): what is told to browsers each second and what they tell. Pure but for what is handed in.

Chromium puts in-band FEC into its Opus only when receiver reports tell of loss (measured with Chromium 156 at
24 kbit/s: none told, none sent; 5 % told, 54 % of the voiced packets carry it; 10 % told, 95 %), so the loss told is at
least LEAST_LOSS, and as much as the worst listener of the room loses, up to MOST_LOSS: past it no more would be gained,
and one broken line must not make everybody's browser send less.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

LEAST_LOSS, MOST_LOSS = 100, 250  # per mille
_REPORT = struct.Struct("!IIIIII")
_SR, _RR, _SDES = 200, 201, 202
_NTP = 2_208_988_800
MAX_PACKETS = 32


class Reception:
    """Counts one source's packets (RFC 3550 A.3, A.8). Times are milliseconds."""

    __slots__ = (
        "_base", "_cycles", "_expected", "_jitter", "_rate", "_received", "_top", "_transit", "received", "ssrc",
    )  # fmt: skip

    def __init__(self, ssrc: int, sequence: int, rate_ms: int = 48) -> None:
        """``rate_ms``: RTP time units a millisecond."""
        self.ssrc, self._rate = ssrc, rate_ms
        self._base = self._top = sequence
        self._cycles = self._expected = self._received = self.received = 0
        self._jitter, self._transit = 0.0, 0

    def count(self, sequence: int, timestamp: int, now: int) -> None:
        """A packet came, forwarded or gated."""
        self.received += 1
        step = (sequence - self._top) & 0xFFFF
        if step < 0x8000:
            if sequence < self._top:
                self._cycles += 0x10000
            self._top = sequence
        transit = (now * self._rate - timestamp) & 0xFFFFFFFF
        change = (transit - self._transit) & 0xFFFFFFFF
        self._transit = transit
        if change > 0x80000000:
            change = 0x100000000 - change
        if change < 10_000 * self._rate:
            self._jitter += (change - self._jitter) / 16

    @property
    def top(self) -> int:
        """The highest sequence number so far."""
        return self._top

    @property
    def expected(self) -> int:
        return self._cycles + self._top - self._base + 1

    def loss(self) -> int:
        """Per mille lost since the last call."""
        expected, received = self.expected - self._expected, self.received - self._received
        self._expected, self._received = self.expected, self.received
        return max(0, (expected - received) * 1000 // expected) if expected > 0 else 0

    def report(self, loss: int, lsr: int, dlsr: int) -> bytes:
        """A report block telling ``loss`` (per mille) as the fraction lost."""
        lost = min(max(self.expected - self.received, 0), 0x7FFFFF)
        fraction = min(loss * 256 // 1000, 255)
        return _REPORT.pack(
            self.ssrc, fraction << 24 | lost, (self._cycles + self._top) & 0xFFFFFFFF, int(self._jitter), lsr, dlsr
        )


@dataclass(frozen=True, slots=True)
class Sending:
    """A slot that has sent: for its sender report. ``timestamp`` is the RTP time of now."""

    ssrc: int
    timestamp: int
    packets: int
    octets: int


def ntp(at: int) -> int:
    """64-bit NTP time of milliseconds since the epoch."""
    return ((at // 1000 + _NTP) << 32) | ((at % 1000) << 32) // 1000


def compound(own: int, sendings: tuple[Sending, ...], reports: tuple[bytes, ...], at: int) -> bytes:
    """One compound packet: sender reports (a receiver report when nothing was sent) and the canonical name."""
    if not sendings:
        parts = [_packet(_RR, len(reports), struct.pack("!I", own) + b"".join(reports))]
        return b"".join([*parts, _names([own])])
    parts = []
    for number, sending in enumerate(sendings):
        blocks = reports if number == 0 else ()
        body = struct.pack(
            "!IQIII", sending.ssrc, ntp(at), sending.timestamp & 0xFFFFFFFF,
            sending.packets & 0xFFFFFFFF, sending.octets & 0xFFFFFFFF,
        )  # fmt: skip
        parts.append(_packet(_SR, len(blocks), body + b"".join(blocks)))
    return b"".join([*parts, _names([sending.ssrc for sending in sendings])])


def _names(ssrcs: list[int]) -> bytes:
    body = b""
    for ssrc in ssrcs:
        chunk = struct.pack("!I", ssrc) + b"\x01\x04room\x00"
        body += chunk + bytes(-len(chunk) % 4)
    return _packet(_SDES, len(ssrcs), body)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


@dataclass(frozen=True, slots=True)
class SenderTime:
    """From a sender report: RTP time and the middle 32 bits of NTP time (to be given back as LSR)."""

    ssrc: int
    timestamp: int
    lsr: int


@dataclass(frozen=True, slots=True)
class Told:
    """A report block about one of our SSRCs: ``loss`` per mille; ``lsr``/``dlsr`` give the round trip."""

    ssrc: int
    loss: int
    lsr: int
    dlsr: int

    def round_trip(self, at: int) -> int | None:
        """Milliseconds; None when our report had not reached the browser yet or the figures are impossible."""
        if not self.lsr:
            return None
        units = ((ntp(at) >> 16) - self.lsr - self.dlsr) & 0xFFFFFFFF
        return units * 1000 >> 16 if units < 60 << 16 else None


def read(data: bytes) -> list[SenderTime | Told]:
    """What a compound packet (in clear) tells; whatever cannot be read ends the reading. Never raises."""
    found: list[SenderTime | Told] = []
    at = 0
    for _ in range(MAX_PACKETS):
        if at + 8 > len(data):
            break
        first, kind, words = struct.unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            break
        blocks = at + 8
        if kind == _SR and at + 28 <= end:
            ssrc, time, timestamp = struct.unpack_from("!IQI", data, at + 4)
            found.append(SenderTime(ssrc, timestamp, time >> 16 & 0xFFFFFFFF))
            blocks = at + 28
        if kind in (_SR, _RR):
            for _ in range(first & 31):
                if blocks + 24 > end:
                    break
                ssrc, lost, _, _, lsr, dlsr = _REPORT.unpack_from(data, blocks)
                found.append(Told(ssrc, (lost >> 24) * 1000 >> 8, lsr, dlsr))
                blocks += 24
        at = end
    return found
