"""What is made of a room's journal: an Ogg Opus file and a table of its pages per track, grown as the journal grows.

``<recordings>/<room>/made/sound/``: ``state`` (how far the journal was read), and per track ``<track>.ogg`` and
``<track>.pages`` (rows of first sample and byte offset, 8 bytes each, big endian). Sound and peaks are enciphered
(meeting_server.media.veiled). Everything here can be made anew; the recorder removes the directory when it purges.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meeting_server.media.ogg import Track, heads
from meeting_server.media.recorder import JournalTrack
from meeting_server.media.veiled import VeiledFile, key_of
from transcription.recording import MAGIC, Anchor, Sound, TrackEnd, TrackStart, lines_of, segments
from transcription.wire import Packet

MADE = "made"
_ROW = struct.Struct(">QQ")
TRIES = 3


class NoSound(Exception):
    """The track has no recorded sound (never had, or it was purged)."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where samples stand in the file: first samples and byte offsets of its pages, in order; samples in all."""

    samples: tuple[int, ...]
    offsets: tuple[int, ...]
    length: int
    size: int

    def byte_at(self, sample: int) -> int:
        """The offset of the page that holds this sample."""
        return self.offsets[max(bisect_right(self.samples, sample) - 1, 0)]

    def sample_at(self, offset: int) -> int:
        """The first sample of the page that holds this byte."""
        return self.samples[max(bisect_right(self.offsets, offset) - 1, 0)]


@dataclass(slots=True)
class _Growing:
    """One track's part of the state."""

    name: str
    ogg: Track
    size: int
    rows: int
    times: JournalTrack
    ended: bool = False

    def told(self) -> dict[str, Any]:
        anchors = [[a.position, a.at] for a in self.times.anchors]
        return {
            "name": self.name, "number": self.ogg.number, "samples": self.ogg.samples, "size": self.size,
            "rows": self.rows, "rtp0": self.times.rtp0, "at": self.times.at, "anchors": anchors, "ended": self.ended,
        }  # fmt: skip


def _read_growing(number: int, told: dict[str, Any]) -> _Growing:
    anchors = [Anchor(number, position, at) for position, at in told["anchors"]]
    times = JournalTrack(told["name"], told["rtp0"], told["at"], anchors)
    ogg = Track(_serial(told["name"]), told["number"], told["samples"], begun_at=told["samples"])
    return _Growing(told["name"], ogg, told["size"], told["rows"], times, told["ended"])


def _serial(track: str) -> int:
    return zlib.crc32(track.encode())


class Made:
    """What is made of one journal, brought up to it by ``grow``. Safe between threads and processes."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._directory = journal.parent / MADE / "sound"
        self.tracks: dict[str, _Growing] = {}

    def grow(self) -> None:
        """Take in what the journal holds now. Raises FileNotFoundError (no journal), BadJournal, OSError."""
        for _ in range(TRIES):
            inode = self._journal.stat().st_ino
            with self._alone():
                self._grow(inode)
            if self._journal.stat().st_ino == inode:
                return
            shutil.rmtree(self._directory, ignore_errors=True)  # it was purged meanwhile
        raise OSError("the journal is being rewritten again and again")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _grow(self, inode: int) -> None:
        offset, numbers = self._read_state(inode)
        begun = offset
        waiting: dict[int, list[Packet]] = {}
        for after, body in segments(self._journal, offset):
            self._sort_in(body, numbers, waiting)
            offset = after
        for number, packets in waiting.items():
            if number in numbers:
                self._write(numbers[number], packets)
        self.tracks = {growing.name: growing for growing in numbers.values()}
        if offset != begun:
            self._write_state(inode, offset, numbers)

    def _sort_in(self, body: bytes, numbers: dict[int, _Growing], waiting: dict[int, list[Packet]]) -> None:
        for line in lines_of(body):
            match line:
                case Sound(number, packet):
                    waiting.setdefault(number, []).append(packet)
                case TrackStart(number, name, rtp0, at):
                    numbers[number] = _Growing(name, Track(_serial(name)), 0, 0, JournalTrack(name, rtp0, at, []))
                case Anchor(number) if number in numbers:
                    numbers[number].times.anchors.append(line)
                case TrackEnd(number) if number in numbers:
                    numbers[number].ended = True

    def _write(self, growing: _Growing, packets: list[Packet]) -> None:
        """Append to the track's file; what an interrupted run left behind the known size is overwritten."""
        packets.sort(key=lambda packet: packet.position)
        data, rows = bytearray(), bytearray()
        if not growing.size:
            data += heads(growing.ogg.serial)
        pages = (page for packet in packets for page in growing.ogg.add(packet))
        for sample, page in self._with_rest(growing, pages):
            rows += _ROW.pack(sample, growing.size + len(data))
            data += page
        self.ogg(growing.name).write(growing.size, bytes(data))
        _overwrite(self._pages(growing.name), growing.rows * _ROW.size, bytes(rows))
        growing.size += len(data)
        growing.rows += len(rows) // _ROW.size

    @staticmethod
    def _with_rest(growing: _Growing, pages: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        yield from pages
        yield from growing.ogg.flush()

    def _read_state(self, inode: int) -> tuple[int, dict[int, _Growing]]:
        try:
            told = json.loads((self._directory / "state").read_bytes())
            if told["inode"] == inode and told["offset"] <= self._journal.stat().st_size:
                return told["offset"], {int(n): _read_growing(int(n), t) for n, t in told["tracks"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            pass  # none yet, or not readable: begin anew
        return len(MAGIC), {}

    def _write_state(self, inode: int, offset: int, numbers: dict[int, _Growing]) -> None:
        tracks = {number: growing.told() for number, growing in numbers.items()}
        fresh = self._directory / "state.new"
        fresh.write_text(json.dumps({"inode": inode, "offset": offset, "tracks": tracks}))
        fresh.replace(self._directory / "state")

    # -- reading -----------------------------------------------------------------------------------------------------

    def ogg(self, track: str) -> VeiledFile:
        return VeiledFile(self._directory / f"{_checked(track)}.ogg", key_of(self._journal))

    def peaks(self, track: str) -> VeiledFile:
        return VeiledFile(self._directory / f"{_checked(track)}.peaks", key_of(self._journal))

    def _pages(self, track: str) -> Path:
        return self._directory / f"{_checked(track)}.pages"

    def growing(self, track: str) -> _Growing:
        """Raises NoSound."""
        growing = self.tracks.get(track)
        if growing is None or not growing.rows:
            raise NoSound("nothing was recorded of this track")
        return growing

    def pages(self, track: str) -> Pages:
        """Raises NoSound."""
        growing = self.growing(track)
        rows = list(_ROW.iter_unpack(self._pages(track).read_bytes()[: growing.rows * _ROW.size]))
        return Pages(tuple(r[0] for r in rows), tuple(r[1] for r in rows), growing.ogg.samples, growing.size)


def _checked(track: str) -> str:
    if not track or not all(c.isalnum() or c in "-_" for c in track) or not track.isascii() or len(track) > 64:
        raise NoSound("no track has such a name")
    return track


def _overwrite(path: Path, size: int, data: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, size)
        view = memoryview(data)
        while view:
            written = os.pwrite(descriptor, view, size)
            size, view = size + written, view[written:]
    finally:
        os.close(descriptor)
