"""The journal of a room's sound: what was received, in segments of about a second, each fsynced whole.

``<recordings>/<room>/journal`` = MAGIC, then segments: ``SEG2``, length and CRC-32 of what follows (big endian,
4 bytes each), the body enciphered by the room's sound key (transcription.keyring; about = the room). ``SEG1`` is the
same in the clear, as older journals have it. A body is records, each one kind byte and:
  O (open)    track number u16, rtp0 u32, at i64 ms, length u16, track id in UTF-8
  P (packet)  track number u16, position u64, length u16, Opus bytes
  A (anchor)  track number u16, position u64, at i64 ms: this sample was heard at that time (≤ 60 s apart)
  C (close)   track number u16, at i64 ms
A torn last segment (power cut, kill) is ignored and cut off by the next writer. Only the media node writes;
listener and server read while it grows.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from transcription import keyring
from transcription.wire import RATE, Packet

MAGIC = b"HCBJ0001"
JOURNAL = "journal"
MICROPHONES = "microphones"  # of the same form: each of a hall's several microphones by itself; not recognised
_SEGMENT = struct.Struct(">4sII")
_OPEN, _PACKET = struct.Struct(">cHIqH"), struct.Struct(">cHQH")
_ANCHOR, _CLOSE = struct.Struct(">cHQq"), struct.Struct(">cHq")
MAX_SEGMENT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TrackStart:
    number: int
    track: str
    rtp0: int
    at: int


@dataclass(frozen=True, slots=True)
class Sound:
    number: int
    packet: Packet


@dataclass(frozen=True, slots=True)
class Anchor:
    number: int
    position: int
    at: int


@dataclass(frozen=True, slots=True)
class TrackEnd:
    number: int
    at: int


Line = TrackStart | Sound | Anchor | TrackEnd


class BadJournal(Exception):
    """A file that is no journal, or one whose key is gone."""


def line_bytes(line: Line) -> bytes:
    match line:
        case TrackStart(number, track, rtp0, at):
            name = track.encode()
            return _OPEN.pack(b"O", number, rtp0, at, len(name)) + name
        case Sound(number, packet):
            return _PACKET.pack(b"P", number, packet.position, len(packet.payload)) + packet.payload
        case Anchor(number, position, at):
            return _ANCHOR.pack(b"A", number, position, at)
        case TrackEnd(number, at):
            return _CLOSE.pack(b"C", number, at)


def segment_bytes(body: bytes) -> bytes:
    """In the clear."""
    return _SEGMENT.pack(b"SEG1", len(body), zlib.crc32(body)) + body


def sealed_segment(path: Path, body: bytes) -> bytes:
    """For the journal at ``path``, whose key is made when there is none. Raises OSError."""
    keys, room = keyring.beside(path)
    text = keyring.enciphered(keys.made(room, "sound"), body, room.encode())
    return _SEGMENT.pack(b"SEG2", len(text), zlib.crc32(text)) + text


def lines_of(body: bytes) -> Iterator[Line]:
    at = 0
    while at < len(body):
        kind = body[at : at + 1]
        if kind == b"P":
            _, number, position, size = _PACKET.unpack_from(body, at)
            at += _PACKET.size
            yield Sound(number, Packet(position, body[at : at + size]))
            at += size
        elif kind == b"O":
            _, number, rtp0, opened, size = _OPEN.unpack_from(body, at)
            at += _OPEN.size
            yield TrackStart(number, body[at : at + size].decode(), rtp0, opened)
            at += size
        elif kind == b"A":
            _, number, position, heard = _ANCHOR.unpack_from(body, at)
            at += _ANCHOR.size
            yield Anchor(number, position, heard)
        elif kind == b"C":
            _, number, closed = _CLOSE.unpack_from(body, at)
            at += _CLOSE.size
            yield TrackEnd(number, closed)
        else:
            raise BadJournal(f"an unknown record {kind!r}")


def segments(path: Path, start: int = len(MAGIC)) -> Iterator[tuple[int, bytes]]:
    """(offset after the segment, body) of each whole segment from byte ``start``; stops at the first torn one.

    Raises OSError, BadJournal."""
    key = b""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BadJournal(f"{path.name} is no journal")
        file.seek(start)
        while len(head := file.read(_SEGMENT.size)) == _SEGMENT.size:
            mark, size, crc = _SEGMENT.unpack(head)
            if mark not in (b"SEG1", b"SEG2") or size > MAX_SEGMENT:
                return
            body = file.read(size)
            if len(body) < size or zlib.crc32(body) != crc:
                return
            if mark == b"SEG2":
                key = key or _key(path)
                body = _clear(path, key, body)
            yield file.tell(), body


def _key(path: Path) -> bytes:
    keys, room = keyring.beside(path)
    try:
        return keys.key(room, "sound")
    except keyring.Unreadable as error:
        raise BadJournal("the key of this recording is gone") from error


def _clear(path: Path, key: bytes, text: bytes) -> bytes:
    try:
        return keyring.deciphered(key, text, path.absolute().parent.name.encode())
    except keyring.Unreadable as error:
        raise BadJournal("the recording was enciphered by another key") from error


def lines(path: Path) -> Iterator[Line]:
    for _, body in segments(path):
        yield from lines_of(body)


def mend(path: Path) -> int:
    """Cut a torn tail off; create the file if it is absent. Returns the length in bytes."""
    if not path.exists() or path.stat().st_size < len(MAGIC):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(MAGIC)
            file.flush()
            os.fsync(file.fileno())
        return len(MAGIC)
    end = len(MAGIC)
    for after, _ in segments(path):
        end = after
    if path.stat().st_size > end:
        os.truncate(path, end)
    return end


def packets(path: Path, track: str, since: int = 0) -> Iterator[Packet]:
    """The packets of a track whose position is at least ``since``, in the order they were written."""
    number = None
    for line in lines(path):
        match line:
            case TrackStart(n, name, _, _) if name == track:
                number = n
            case Sound(n, packet) if n == number and packet.position >= since:
                yield packet


def heard_at(anchors: list[Anchor], position: int) -> int:
    """Time of day (ms) of a sample by the nearest anchor at or before it. ``anchors`` is in order, not empty."""
    before = anchors[0]
    for anchor in anchors:
        if anchor.position > position:
            break
        before = anchor
    return before.at + (position - before.position) * 1000 // RATE
