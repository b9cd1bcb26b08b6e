"""Ogg Opus (RFC 3533, RFC 7845) from packets that have positions, without transcoding. Pure but for the bytes.

Holes are filled with silent Opus packets: a hole left to granule positions vanishes in ffmpeg and in Chromium's
decodeAudioData (measured), so every player would disagree on the length. Sample 0 of the file is position 0 of the
track.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from transcription.wire import RATE, Packet

PRE_SKIP = 312  # libopus' look-ahead at 48 kHz (6.5 ms): what the decoder gives before the first sample
MAX_HOLE = 24 * 3600 * RATE
PAGE_SAMPLES = RATE
MAX_LACES = 200
_PAGE = struct.Struct("<4sBBqIIIB")
_SILENCE = ((960, b"\xf8\xff\xfe"), (480, b"\xf0\xff\xfe"), (240, b"\xe8\xff\xfe"), (120, b"\xe0\xff\xfe"))
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_SILK_MS, _HYBRID_MS, _CELT_TENTHS = (10, 20, 40, 60), (10, 20), (25, 50, 100, 200)
BEGIN = 2


class BadOgg(Exception):
    """Bytes that are no page of ours."""


def duration(payload: bytes) -> int:
    """Samples at 48 kHz of an Opus packet (RFC 6716 §3.1); 0 for one that cannot be."""
    if not payload:
        return 0
    config, code = payload[0] >> 3, payload[0] & 3
    if config < 12:
        frame = _SILK_MS[config & 3] * 48
    elif config < 16:
        frame = _HYBRID_MS[config & 1] * 48
    else:
        frame = _CELT_TENTHS[config & 3] * 48 // 10
    frames = (1, 2, 2, payload[1] & 63 if len(payload) > 1 else 0)[code]
    samples = frame * frames
    return samples if samples <= 5760 else 0


def checksum(data: bytes) -> int:
    """Ogg's CRC-32 (0x04c11db7, not reflected, no inversion) by way of zlib's reflected one."""
    mirrored = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def page(serial: int, number: int, granule: int, packets: list[bytes], flags: int = 0) -> bytes:
    """One page of whole packets."""
    laces = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    if len(laces) > 255:
        raise AssertionError("a page holds at most 255 laces")
    head = _PAGE.pack(b"OggS", 0, flags, granule, serial, number, 0, len(laces)) + laces
    data = head + b"".join(packets)
    return data[:22] + struct.pack("<I", checksum(data)) + data[26:]


def heads(serial: int) -> bytes:
    """The two pages every file begins with."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, PRE_SKIP, RATE, 0, 0)
    vendor = b"hopchibo"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    return page(serial, 0, 0, [head], BEGIN) + page(serial, 1, 0, [tags])


def silence(samples: int) -> Iterator[tuple[int, bytes]]:
    """Silent packets for that many samples, less what is under 2.5 ms."""
    for length, packet in _SILENCE:
        count, samples = divmod(samples, length)
        for _ in range(count):
            yield length, packet


@dataclass(slots=True)
class Track:
    """A file that grows: the next page's number, samples written, and the packets of the page begun."""

    serial: int
    number: int = 2
    samples: int = 0
    begun_at: int = 0
    _packets: list[bytes] = field(default_factory=list)
    _laces: int = 0

    def add(self, packet: Packet) -> Iterator[tuple[int, bytes]]:
        """Pages that became full: (first sample, bytes). Late and impossible packets are left out."""
        length = duration(packet.payload)
        hole = packet.position - self.samples
        if not length or hole < -length // 2 or hole > MAX_HOLE or len(packet.payload) > 1275:
            return
        for samples, silent in silence(max(hole, 0)):
            yield from self._put(silent, samples)
        yield from self._put(packet.payload, length)

    def _put(self, payload: bytes, samples: int) -> Iterator[tuple[int, bytes]]:
        self._packets.append(payload)
        self._laces += len(payload) // 255 + 1
        self.samples += samples
        if self.samples - self.begun_at >= PAGE_SAMPLES or self._laces >= MAX_LACES:
            yield from self.flush()

    def flush(self) -> Iterator[tuple[int, bytes]]:
        """The page begun, if there is one. A file that may grow never says that it ends; players do not mind."""
        if self._packets:
            yield self.begun_at, page(self.serial, self.number, self.samples, self._packets)
            self.number += 1
            self.begun_at, self._packets, self._laces = self.samples, [], 0


def packets_of(data: bytes, at: int = 0) -> Iterator[bytes]:
    """The packets of whole pages from byte ``at`` on; ends where no whole page is left. Raises BadOgg."""
    while at + _PAGE.size <= len(data):
        mark, _, _, _, _, _, _, laces = _PAGE.unpack_from(data, at)
        if mark != b"OggS":
            raise BadOgg("no page begins here")
        lengths = data[at + _PAGE.size : at + _PAGE.size + laces]
        body = at + _PAGE.size + laces
        if body + sum(lengths) > len(data):
            return
        size = 0
        for lace in lengths:
            size += lace
            if lace < 255:
                yield data[body : body + size]
                body, size = body + size, 0
        at = body
