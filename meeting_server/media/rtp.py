"""RTP headers as bytes (RFC 3550, RFC 8285, RFC 6464): read what the node needs, write what a listener gets. Pure."""

from __future__ import annotations

import struct
from functools import lru_cache

_FIXED = struct.Struct("!BBHII")
MAX_DATAGRAM = 2048
SILENT = 127  # -dBov; the quietest an RFC 6464 level can say

Read = tuple[int, int, int, int, int, bool, int]
"""payload type, sequence, timestamp, ssrc, level (-dBov, -1 = not told), marker, length of the whole header"""


def is_rtcp(data: bytes) -> bool:
    """RFC 5761 §4: payload types 64–95 with the marker bit are RTCP's 192–223."""
    return len(data) >= 8 and 192 <= data[1] <= 223


def read_header(data: bytes, level_id: int) -> Read | None:
    """None for bytes that are no RTP packet. The header is clear in SRTP too. ``level_id`` 0 = no level asked."""
    size = len(data)
    if size < 12 or size > MAX_DATAGRAM:
        return None
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(data)
    if first >> 6 != 2:
        return None
    end = 12 + 4 * (first & 15)
    level = -1
    if first & 16:
        if end + 4 > size:
            return None
        start = end + 4
        end = start + 4 * (data[end + 2] << 8 | data[end + 3])
        if end > size:
            return None
        if level_id and data[start - 4] == 0xBE and data[start - 3] == 0xDE:
            level = _level(data, start, end, level_id)
    if end > size:
        return None
    return second & 127, sequence, timestamp, ssrc, level, second > 127, end


def _level(data: bytes, at: int, end: int, wanted: int) -> int:
    while at < end:
        head = data[at]
        if head == 0:  # padding
            at += 1
            continue
        if head >> 4 == 15:  # RFC 8285 §4.2: stop here
            return -1
        if head >> 4 == wanted:
            return data[at + 1] & 127 if at + 1 < end else -1
        at += 2 + (head & 15)
    return -1


@lru_cache(maxsize=8192)
def extensions(mid_id: int, mid: str, level_id: int, level: int) -> bytes:
    """A one-byte-header extension block with only the ids that are not 0; b"" when there are none."""
    body = b""
    if mid_id and mid:
        body += bytes([mid_id << 4 | len(mid) - 1]) + mid.encode()
    if level_id:
        body += bytes([level_id << 4, level & 127])
    if not body:
        return b""
    body += bytes(-len(body) % 4)
    return b"\xbe\xde" + struct.pack("!H", len(body) // 4) + body


def header(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, extension: bytes) -> bytes:
    first = 0x90 if extension else 0x80
    return _FIXED.pack(first, payload_type | (0x80 if marker else 0), sequence, timestamp, ssrc) + extension


def payload_of(packet: bytes, head: int) -> bytes:
    """The payload of a decrypted packet whose header is ``head`` bytes long, padding taken off (RFC 3550 §5.1)."""
    if packet[0] & 0x20:
        pad = packet[-1]
        return packet[head : max(head, len(packet) - pad)]
    return packet[head:]


class Unwrapper:
    """Counts a 32-bit (or 16-bit) wrapping number on without an end."""

    __slots__ = ("_half", "_modulus", "last")

    def __init__(self, first: int, bits: int) -> None:
        self._modulus = 1 << bits
        self._half = self._modulus >> 1
        self.last = first

    def unwrap(self, value: int) -> int:
        """The number nearest to the last one; may be lower than the first (a late packet)."""
        step = (value - self.last) % self._modulus
        if step >= self._half:
            return self.last + step - self._modulus
        self.last += step
        return self.last
