"""The first bytes of a video payload: where a key frame begins, and VP8's picture numbers (RFC 7741, RFC 6184). Pure.

A packet of a picture goes on as it came. Only VP8's PictureID and TL0PICIDX are numbers of the sender's that must not
leap where another sender takes over; H.264 has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Codec = Literal["VP8", "H264"]
CODECS: tuple[Codec, ...] = ("VP8", "H264")  # VP8 first: every browser has it
_SPS, _IDR, _STAP_A, _FU_A = 7, 5, 24, 28


@dataclass(frozen=True, slots=True)
class Start:
    """``key``: a key frame begins with this packet. VP8 only: where its numbers stand in the payload, 0 = nowhere
    (no number can stand at the first byte), ``bits`` of the picture number (7 or 15), and the numbers."""

    key: bool
    picture_at: int = 0
    bits: int = 0
    picture: int = 0
    layer_at: int = 0
    layer: int = 0


NOTHING = Start(False)


def read_start(codec: Codec, payload: bytes) -> Start | None:
    """None for what is no payload of this codec. An empty one (padding only) is one."""
    if not payload:
        return NOTHING
    return _vp8(payload) if codec == "VP8" else _h264(payload)


def _vp8(payload: bytes) -> Start | None:
    size, first, at = len(payload), payload[0], 1
    picture_at = bits = picture = layer_at = layer = 0
    if first & 0x80:
        if size < 2:
            return None
        second, at = payload[1], 2
        if second & 0x80:
            picture_at, bits = at, 7
            if at >= size:
                return None
            picture = payload[at] & 0x7F
            if payload[at] & 0x80:
                if at + 1 >= size:
                    return None
                bits, picture = 15, picture << 8 | payload[at + 1]
            at += 2 if bits == 15 else 1
        if second & 0x40:
            if at >= size:
                return None
            layer_at, layer = at, payload[at]
            at += 1
        at += bool(second & 0x30)
    if at >= size:
        return None
    begins = bool(first & 0x10) and not first & 0x07
    return Start(begins and not payload[at] & 1, picture_at, bits, picture, layer_at, layer)


def _h264(payload: bytes) -> Start | None:
    kind = payload[0] & 0x1F
    if kind == _STAP_A:
        kinds = _aggregated(payload)
        return None if kinds is None else Start(_SPS in kinds or _IDR in kinds)
    if kind == _FU_A:
        return None if len(payload) < 2 else Start(payload[1] & 0x80 != 0 and payload[1] & 0x1F == _IDR)
    return Start(kind in (_SPS, _IDR))


def _aggregated(payload: bytes) -> set[int] | None:
    found, at = set[int](), 1
    while at + 2 < len(payload):
        size = payload[at] << 8 | payload[at + 1]
        if not size:
            return None
        found.add(payload[at + 2] & 0x1F)
        at += 2 + size
    return found or None


def renumbered(payload: bytes, start: Start, picture: int, layer: int) -> bytes:
    """The payload with ``picture`` and ``layer`` added to its numbers, which wrap in the size they have."""
    if not start.picture_at and not start.layer_at:
        return payload
    out = bytearray(payload)
    if start.bits == 15:
        number = (start.picture + picture) & 0x7FFF
        out[start.picture_at], out[start.picture_at + 1] = 0x80 | number >> 8, number & 0xFF
    elif start.bits == 7:
        out[start.picture_at] = (start.picture + picture) & 0x7F
    if start.layer_at:
        out[start.layer_at] = (start.layer + layer) & 0xFF
    return bytes(out)
