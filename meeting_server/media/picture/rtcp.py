"""RTCP of pictures (RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb): NACK, PLI and FIR, REMB. Pure; never raises."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_RTPFB, _PSFB = 205, 206
_NACK, _PLI, _FIR, _ALFB = 1, 1, 4, 15
MAX_PACKETS, MAX_NACKS = 32, 128
_REMB = struct.Struct("!4sBBH")


@dataclass(frozen=True, slots=True)
class Nack:
    """Packets of one of our streams that did not come."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyAsked:
    ssrc: int


@dataclass(frozen=True, slots=True)
class Remb:
    """Bit/s that the whole line bears."""

    bitrate: int


def read(data: bytes) -> list[Nack | KeyAsked | Remb]:
    """What a compound packet (in clear) tells of pictures; whatever cannot be read ends the reading."""
    found: list[Nack | KeyAsked | Remb] = []
    at = 0
    for _ in range(MAX_PACKETS):
        if at + 12 > len(data):
            at = _skip(data, at)
            if at < 0:
                break
            continue
        first, kind, words = struct.unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            break
        if kind in (_RTPFB, _PSFB) and end - at >= 12:
            told = _feedback(first & 31, kind, data[at + 4 : end])
            if told is not None:
                found.append(told)
        at = end
    return found


def _skip(data: bytes, at: int) -> int:
    """Past a packet of 4 or 8 bytes, e.g. a BYE; -1 = there is none."""
    if at + 4 > len(data) or data[at] >> 6 != 2:
        return -1
    end = at + 4 + 4 * (data[at + 2] << 8 | data[at + 3])
    return end if end <= len(data) else -1


def _feedback(form: int, kind: int, body: bytes) -> Nack | KeyAsked | Remb | None:
    (ssrc,) = struct.unpack_from("!I", body, 4)
    if kind == _RTPFB:
        return Nack(ssrc, _sequences(body[8:])) if form == _NACK and len(body) > 8 else None
    if form == _PLI:
        return KeyAsked(ssrc)
    if form == _FIR and len(body) >= 16:
        return KeyAsked(struct.unpack_from("!I", body, 8)[0])
    if form == _ALFB and len(body) >= 16:
        name, _, exponent, mantissa = _REMB.unpack_from(body, 8)
        if name == b"REMB":
            return Remb(min(((exponent & 3) << 16 | mantissa) << (exponent >> 2), 1 << 40))
    return None


def _sequences(items: bytes) -> tuple[int, ...]:
    found: list[int] = []
    for at in range(0, len(items) - 3, 4):
        first, more = struct.unpack_from("!HH", items, at)
        found.append(first)
        found += [(first + 1 + bit) & 0xFFFF for bit in range(16) if more >> bit & 1]
        if len(found) >= MAX_NACKS:
            break
    return tuple(found[:MAX_NACKS])


def nack(own: int, ssrc: int, sequences: tuple[int, ...]) -> bytes:
    """Asks for these packets again. ``sequences`` in the order in which they were sent."""
    items: list[tuple[int, int]] = []
    for sequence in sequences[:MAX_NACKS]:
        if items and 0 < (after := (sequence - items[-1][0]) & 0xFFFF) <= 16:
            items[-1] = items[-1][0], items[-1][1] | 1 << (after - 1)
        else:
            items.append((sequence, 0))
    body = b"".join(struct.pack("!HH", *item) for item in items)
    return _packet(_NACK, _RTPFB, struct.pack("!II", own, ssrc) + body)


def pli(own: int, ssrc: int) -> bytes:
    """Asks for a key frame."""
    return _packet(_PLI, _PSFB, struct.pack("!II", own, ssrc))


def remb(own: int, ssrc: int, bitrate: int) -> bytes:
    """Tells the sender to keep to so many bit/s."""
    exponent = max(0, bitrate.bit_length() - 18)
    mantissa = bitrate >> exponent
    told = _REMB.pack(b"REMB", 1, exponent << 2 | mantissa >> 16, mantissa & 0xFFFF)
    return _packet(_ALFB, _PSFB, struct.pack("!II", own, 0) + told + struct.pack("!I", ssrc))


def _packet(form: int, kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | form, kind, len(body) // 4) + body
