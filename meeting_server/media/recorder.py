"""The recorder: each room's journal, one fsynced segment a second, written by a thread of its own.

What is captured is handed over as lines (transcription.recording); the loop never waits for the disk. A full disk
is told once and again when it is over; meanwhile the newest MAX_PENDING bytes of each room are kept. The rooms' disks
are waited for side by side (hundreds of rooms, one after another, would take longer than a second), and whatever goes
wrong with one journal stops neither the others nor the thread.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from meeting_server.media.gates import GATE, Gates
from meeting_server.media.times import Times
from meeting_server.whole_file import sync_directory
from transcription.recording import (
    JOURNAL,
    MAGIC,
    Anchor,
    BadJournal,
    Line,
    Sound,
    TrackStart,
    heard_at,
    line_bytes,
    lines,
    lines_of,
    mend,
    sealed_segment,
    segments,
)  # fmt: skip
from transcription.wire import RATE

log = structlog.get_logger(__name__)

SEGMENT_S = 0.8  # with its fsync well within the second that may be lost when the power goes
WRITERS = 16  # a file system commits what waits at the same time together
MAX_PENDING = 2 * 1024 * 1024  # ten minutes of one voice
FRAME_MS, NEAR_MS = 20, 600  # a packet lasts so long at least; what is that near was said without a pause (DTX: 0.4 s)
DiskState = Literal["full", "ok"]


@dataclass(frozen=True, slots=True)
class Span:
    """Samples [start, end) of a track."""

    track: str
    start: int
    end: int


class RoomJournal:
    """One room's journal file. ``add`` is for the loop; ``write``, ``purge`` and ``close`` are for threads.

    ``kept``: by track when something of it was recorded (ms); ``gates``: when it might be.
    """

    def __init__(self, directory: Path, name: str = JOURNAL) -> None:
        self.path = directory / name
        self._lock = threading.Lock()  # of _pending and _size; held for moments only
        self._writing = threading.Lock()  # of the file
        self._pending: deque[tuple[bool, bytes]] = deque()
        self._size = 0
        self._end = -1
        self.next_number = 1
        self.overflowed = False
        self.kept: dict[str, Times] = {}
        self.gates = Gates(directory / GATE)

    def open(self) -> None:
        """Mend what a crash left and find the next free track number. Raises OSError.

        A file that is damaged beyond that is moved aside and a new one begun: the meeting goes on being recorded.
        """
        with self._writing:
            try:
                self._take_up()
            except (BadJournal, struct.error, UnicodeDecodeError) as error:
                aside = self.path.with_name(f"{self.path.name}.bad-{time.time_ns() // 1_000_000}")
                self.path.replace(aside)
                forget_made(self.path)
                log.error("journal_damaged", room=self.path.parent.name, kept=aside.name, error=type(error).__name__)
                self._take_up()

    def _take_up(self) -> None:
        self._end = mend(self.path)
        self.read()

    def read(self) -> None:
        """What the files say now. Raises OSError, BadJournal."""
        self.gates.load()
        self.kept = {}
        tracks: dict[int, JournalTrack] = {}
        for line in lines(self.path):
            match line:
                case TrackStart(number, track, rtp0, at):
                    tracks[number] = JournalTrack(track, rtp0, at, [Anchor(number, 0, at)])
                case Anchor(number) if number in tracks:
                    tracks[number].anchors = [line]
                case Sound(number, packet) if number in tracks:
                    self.recorded(tracks[number].track, tracks[number].heard_at(packet.position))
        self.next_number = max(tracks, default=0) + 1

    def recorded(self, track: str, at: int) -> None:
        """A packet of this track that was said at this time (ms)."""
        times = self.kept.get(track)
        if times is None:
            times = self.kept[track] = Times(NEAR_MS)
        times.add(at, at + FRAME_MS)

    @property
    def waiting(self) -> bool:
        """Something is to be written."""
        return bool(self._pending)

    def add(self, line: Line, *, lasting: bool = False) -> None:
        """Hand a line over; it is on disk within about a second. Too many waiting: the oldest sounds are dropped, as
        they are by ``drop_sounds``, unless they are ``lasting``."""
        data = line_bytes(line)
        with self._lock:
            self._pending.append((isinstance(line, Sound) and not lasting, data))
            self._size += len(data)
            if self._size > MAX_PENDING:
                self._shorten()

    def _shorten(self) -> None:
        if not self.overflowed:
            self.overflowed = True
            log.error("recording_lost", why="the disk took nothing for too long")
        kept = [entry for entry in self._pending if not entry[0]]
        sounds = [entry for entry in self._pending if entry[0]]
        self._pending = deque([*kept, *sounds[len(sounds) // 4 :]])
        self._size = sum(len(data) for _, data in self._pending)

    def drop_sounds(self) -> None:
        """Forget what is not yet written (the gate shut); starts, ends and anchors of tracks stay."""
        with self._lock:
            self._pending = deque(entry for entry in self._pending if not entry[0])
            self._size = sum(len(data) for _, data in self._pending)

    def settle(self) -> None:
        """Return when no write is under way."""
        with self._writing:
            return

    def write(self) -> bool:
        """One segment of everything pending, fsynced; False = nothing to write. When it raises, nothing is lost."""
        with self._writing:
            with self._lock:
                taken, self._pending = self._pending, deque()
                size, self._size = self._size, 0
            if not taken:
                return False
            try:
                self._append(sealed_segment(self.path, b"".join(data for _, data in taken)))
            except Exception:
                with self._lock:
                    self._pending.extendleft(reversed(taken))
                    self._size += size
                raise
            self.overflowed = False
            return True

    def _append(self, segment: bytes) -> None:
        if self._end < 0:
            self._end = mend(self.path)
        descriptor = os.open(self.path, os.O_WRONLY)
        try:
            try:
                written = os.pwrite(descriptor, segment, self._end)
                if written < len(segment):
                    raise OSError("a segment was written in part")
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, self._end)
                raise
        finally:
            os.close(descriptor)
        self._end += len(segment)

    def purge(self, since: int, until: int) -> list[Span]:
        """Rewrite the journal without the sounds heard in [since, until) ms; the spans taken out. Raises OSError.

        A damaged journal that was still written to since then goes whole: nobody can say what it holds.
        """
        self.gates.purged(since, until)
        self.gates.save()
        self.write()
        with self._writing:
            for damaged in self.path.parent.glob(f"{self.path.name}.bad-*"):
                if damaged.stat().st_mtime * 1000 >= since:
                    damaged.unlink()
            tracks = index(self.path)
            spans = {n: span for n, track in tracks.items() if (span := track.between(since, until)) is not None}
            forget_made(self.path)
            rewrite(self.path, spans)
            forget_made(self.path)  # what somebody began to make meanwhile
            self._end = self.path.stat().st_size
        return list(spans.values())


@dataclass(slots=True)
class JournalTrack:
    """Where a track's samples stand in time: its start and its anchors, as the journal has them."""

    track: str
    rtp0: int
    at: int
    anchors: list[Anchor]

    def heard_at(self, position: int) -> int:
        return heard_at(self.anchors, position) if self.anchors else self.at + position * 1000 // RATE

    def position_at(self, at: int) -> int:
        """The sample heard at this time of day (ms)."""
        return _position(self.anchors or [Anchor(0, 0, self.at)], at)

    def between(self, since: int, until: int) -> Span | None:
        """The samples heard in [since, until) ms; None when there can be none."""
        anchors = self.anchors or [Anchor(0, 0, self.at)]
        start, end = _position(anchors, since), _position(anchors, until)
        return Span(self.track, max(0, start), end) if end > 0 and end > start else None


def _position(anchors: list[Anchor], at: int) -> int:
    before = anchors[0]
    for anchor in anchors:
        if anchor.at > at:
            break
        before = anchor
    return before.position + (at - before.at) * RATE // 1000


def index(path: Path) -> dict[int, JournalTrack]:
    """The tracks of a journal by number."""
    tracks: dict[int, JournalTrack] = {}
    for line in lines(path):
        match line:
            case TrackStart(number, track, rtp0, at):
                tracks[number] = JournalTrack(track, rtp0, at, [])
            case Anchor(number) if number in tracks:
                tracks[number].anchors.append(line)
    return tracks


def rewrite(path: Path, without: dict[int, Span]) -> None:
    """Write the journal anew without sounds in these spans (by track number), and put it in the old one's place."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(MAGIC)
        for _, body in segments(path):
            kept = b"".join(line_bytes(line) for line in lines_of(body) if not _within(line, without))
            if kept:
                file.write(sealed_segment(path, kept))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_directory(path.parent)


def _within(line: Line, without: dict[int, Span]) -> bool:
    if not isinstance(line, Sound) or line.number not in without:
        return False
    span = without[line.number]
    return span.start - RATE // 10 < line.packet.position < span.end  # a packet lasts at most 60 ms


def forget_made(path: Path) -> None:
    """Remove what was made of this journal (Ogg files, peaks): they hold the same sounds."""
    shutil.rmtree(path.parent / "made", ignore_errors=True)


class Recorder:
    """All journals of a node. ``tell_disk`` is called in the loop when the disk's state changes."""

    def __init__(self, root: Path, tell_disk: Callable[[DiskState], None], reserve: int = 0) -> None:
        self._root, self._tell_disk, self._reserve = root, tell_disk, reserve
        root.mkdir(parents=True, exist_ok=True)
        self._journals: dict[tuple[str, str], RoomJournal] = {}
        self._loop = asyncio.get_running_loop()
        self._wake, self._stop = threading.Event(), False
        self._state: DiskState = "ok"
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    async def open(self, room: str, name: str = JOURNAL) -> RoomJournal:
        """The room's journal, mended. A disk that cannot be written is told, and tried again later."""
        journal = RoomJournal(self._root / room, name)
        try:
            await asyncio.to_thread(journal.open)
        except OSError as error:
            log.error("journal_not_opened", error=error.strerror)
        self._journals[room, name] = journal
        return journal

    async def close(self, room: str) -> None:
        """Write what is pending; the room's journals are not written to any more."""
        for key in [key for key in self._journals if key[0] == room]:
            journal = self._journals.pop(key)
            try:
                await asyncio.to_thread(journal.write)
            except OSError as error:
                log.error("journal_not_flushed", error=error.strerror)

    async def stop(self) -> None:
        for room, _ in list(self._journals):
            await self.close(room)
        self._stop = True
        self._wake.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        due = time.monotonic()
        with ThreadPoolExecutor(WRITERS, "recorder") as pool:
            while not self._stop:
                due = max(due + SEGMENT_S, time.monotonic())
                self._wake.wait(max(due - time.monotonic(), 0))
                try:
                    well = self._write_all(pool)
                except Exception as error:  # the top of this thread: it goes on, for every other room's sake
                    self._failed("all", error)
                    well = False
                self._note("ok" if well else "full")

    def _write_all(self, pool: ThreadPoolExecutor) -> bool:
        """One segment of each room that has something to write; whether all went well."""
        rooms = list(self._journals.items())
        if rooms and self._nearly_full():
            self._failed("all", OSError("the disk is nearly full"))
            return False
        return all(list(pool.map(lambda named: self._write(*named), [one for one in rooms if one[1].waiting])))

    def _write(self, named: tuple[str, str], journal: RoomJournal) -> bool:
        try:
            journal.write()
        except Exception as error:  # the top of this writer: the room's next turn comes
            self._failed(named[0], error)
            return False
        return True

    def _failed(self, room: str, error: Exception) -> None:
        """Said once; the state that is told says when it is over."""
        if self._state == "ok":
            known = isinstance(error, OSError)
            text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            log.error("recording_stopped", room=room, error=text, exc_info=None if known else error)

    def _nearly_full(self) -> bool:
        """Leave the database its last bytes: without it no meeting could go on."""
        return bool(self._reserve) and shutil.disk_usage(self._root).free < self._reserve

    def _note(self, state: DiskState) -> None:
        if state != self._state:
            self._state = state
            log.warning("disk_state", state=state)
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._tell_disk, state)

    @property
    def state(self) -> DiskState:
        return self._state
