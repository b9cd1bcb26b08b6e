"""The listener: hears every track of a media node and offers its utterances; one process beside the node.

Sound comes from the node's feed (a Unix socket) and, for what was missed, from the recording's journal. It keeps
what is not accepted in a bounded outbox; when that is full a track stalls and is read from the journal later. So
nothing here needs to survive: killed, it is told the cursors by the server and cuts the same utterances again.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import structlog

from transcription.hearing import Hearing
from transcription.journal import JournalReader, tracks_of
from transcription.link import (
    Accepted,
    Connected,
    Forget,
    Hints,
    Order,
    Producer,
    Resume,
    Span,
    Survey,
    Voiced,
)
from transcription.outbox import Outbox
from transcription.recording import BadJournal
from transcription.rehearing import Rehearing, Stretch
from transcription.track import Track
from transcription.wire import MAX_FRAME, RATE, Job, Packet, WireError, unpack, unpack_packets

_STARVED = 0.7
"""Seconds without a packet (DTX sends one each 0.4 s) after which what is open ends."""
_TICK = 0.1
_INTERIM_EVERY = 1.0
_INTERIM_STRETCH = 0.1  # a longer utterance costs more a pass, so it is read less often
_JOURNAL_LAG = 10.0
_SETTLED = 3.0
"""Seconds without anything new in the journal of a track that the feed is silent about; the feed is back before."""
_LOOK_BACK = 600 * RATE
"""A survey compares this much before the cursor."""
_MOST_TRACKS = 1000
_log = structlog.get_logger(__name__)


class Listener:
    """``run()`` until cancelled. ``feed`` may come and go; so may the link."""

    def __init__(self, feed: Path, producer: Producer, *, outbox: int = 256, interims: bool = True) -> None:
        self._feed, self._producer, self._interims = feed, producer, interims
        self._outbox = Outbox(outbox)
        self._tracks: dict[str, Track] = {}
        self._journals: dict[str, Path] = {}
        self._hints: dict[str, Hints] = {}
        self._said: dict[str, int] = {}
        self._line = asyncio.Lock()  # jobs reach the link in the order of their track
        self._rehearing = Rehearing(self._found_again)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_feed())
            group.create_task(self._rehearing.run())
            group.create_task(self._follow_orders())
            group.create_task(self._tick())

    def done(self, tracks: int) -> bool:
        """That many tracks were heard to their end and every utterance is accepted."""
        closed = [track for track in self._tracks.values() if track.closed and not track.held]
        return len(closed) >= tracks and not self._outbox.jobs()

    # --- the feed

    async def _follow_feed(self) -> None:
        delay = 0.1
        while True:
            with contextlib.suppress(OSError, WireError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_unix_connection(str(self._feed))
                _log.info("feed_connected")
                delay = 0.1
                try:
                    async for head, payload in frames(reader):
                        await self._fed(head, payload)
                finally:
                    writer.close()
            self._without_feed()
            await asyncio.sleep(delay)
            delay = min(2.0, delay * 2)

    def _without_feed(self) -> None:
        """What is missed from now on is read from the journal, and with it what waits."""
        for track in self._tracks.values():
            lost, track.live = track.live, False
            track.waiting.clear()
            if lost and not track.held and track.room in self._journals:
                self._read_on(track, track.hearing.cut_at)

    async def _fed(self, head: dict[str, Any], payload: bytes) -> None:
        """Raises WireError on a frame that is none of the feed's."""
        try:
            await self._take(head, payload)
            await asyncio.sleep(0)  # a feed that never pauses leaves the link its turn
        except (KeyError, TypeError, ValueError) as error:
            raise WireError(f"a bad field of the feed: {error}") from error

    async def _take(self, head: dict[str, Any], payload: bytes) -> None:
        match head.get("type"):
            case "packets":
                await self._packets(str(head["room"]), str(head["track"]), unpack_packets(payload))
            case "open":
                if not head.get("known"):  # else it was open before this listener came: its first packets tell
                    self._track(str(head["room"]), str(head["track"]))
            case "close":
                if (track := self._tracks.get(str(head["track"]))) is not None:
                    await self._close(track)
            case "shut":
                self._shut(str(head["room"]))
            case "purge":
                spans = [Span(str(s["track"]), int(s["start"]), int(s["end"])) for s in head["spans"]]
                self._forget(str(head["room"]), spans)

    def _track(self, room: str, name: str, cursor: int = 0) -> Track:
        track = self._tracks.get(name)
        if track is None:
            track = self._tracks[name] = Track(room, Hearing(name, room, cursor), cut_from=cursor)
            self._hint(track)
        return track

    async def _packets(self, room: str, name: str, packets: tuple[Packet, ...]) -> None:
        if not packets:
            return
        known = name in self._tracks
        track = self._track(room, name)
        if not known or (not track.live and not track.held and track.missed(packets[0])):
            if room in self._journals:
                self._read_on(track, track.hearing.cut_at)
            else:
                track.unplaced = True
        track.live, track.closed, track.heard_at = True, False, time.monotonic()
        track.reaches = max(track.reaches, packets[-1].position)
        if track.held:
            track.hold(packets)
        else:
            await self._offer(track, track.hearing.push(packets))

    async def _close(self, track: Track) -> None:
        track.closed, track.live = True, False
        if not track.held:
            await self._offer(track, track.hearing.starve())
        self._prune()

    def _prune(self) -> None:
        """Closed tracks are remembered (their cuts need not be found again), but not without end."""
        closed = [name for name, track in self._tracks.items() if track.closed]
        for name in closed[: max(0, len(self._tracks) - _MOST_TRACKS)]:
            del self._tracks[name]

    def _shut(self, room: str) -> None:
        """Off record: what is not yet an utterance is forgotten."""
        for track in self._tracks.values():
            if track.room == room:
                track.waiting.clear()
                if not track.catching_up:  # the journal holds nothing of what came after the shutting
                    track.hearing.skip_to(track.hearing.position)

    def _forget(self, room: str, spans: list[Span]) -> None:
        """Erased: no job comes of these spans. The journal was rewritten, so who reads it begins again."""
        self._outbox.forget(spans)
        self._rehearing.begin_again(room)
        for track in self._tracks.values():
            mine = track.forget(spans)
            since = track.hearing.speaking_since
            if track.catching_up and track.room == room:
                self._read_on(track, track.hearing.cut_at)
            elif since is not None and any(since < span.end for span in mine):
                track.hearing.skip_to(max(track.hearing.position, *(span.end for span in mine)))

    # --- the server's orders

    async def _follow_orders(self) -> None:
        async for order in self._producer.orders():
            await self._obey(order)

    async def _obey(self, order: Order) -> None:
        match order:
            case Connected():
                self._said.clear()
                async with self._line:
                    for job in self._outbox.jobs():
                        await self._producer.offer(job)
            case Accepted(id):
                if self._outbox.accept(id):
                    self._unstall()
            case Resume(room, name, cursor, journal, until):
                self._journals[room] = journal
                if until:
                    self._hear_hole(room, name, cursor, until)
                else:
                    self._resume(room, name, cursor)
            case Survey(room, journal, cursors, whole):
                self._journals[room] = journal
                await self._survey(room, journal, dict(cursors), whole)
            case Hints(room):
                self._hints[room] = order
                for track in self._tracks.values():
                    self._hint(track)
            case Forget(room, spans):
                self._forget(room, list(spans))

    def _hint(self, track: Track) -> None:
        if (hints := self._hints.get(track.room)) is not None:
            track.hearing.hot_words, track.hearing.prompt = hints.hot_words, hints.prompt

    def _resume(self, room: str, name: str, cursor: int) -> None:
        """Hear the track from the cursor, unless that is what was done all along."""
        track = self._track(room, name, cursor)
        self._outbox.drop_track(name, before=cursor)
        followed = track.live or track.closed or track.catching_up is not None
        if track.cut_from <= cursor and followed and not track.unplaced:
            return
        self._catch_up(track, cursor)

    async def _survey(self, room: str, journal: Path, cursors: dict[str, int], whole: bool) -> None:
        try:
            reaches = await asyncio.to_thread(tracks_of, journal)
        except (OSError, BadJournal) as error:
            _log.warning("journal_unreadable", room=room, error=type(error).__name__)
            return
        unplaced = [name for name, track in self._tracks.items() if track.unplaced and track.room == room]
        self._said.setdefault(room, -1)  # it is asked for: said even when nothing is owed
        for name in dict.fromkeys([*reaches, *cursors, *unplaced]):
            cursor = cursors.get(name, 0)
            self._resume(room, name, cursor)
            track = self._tracks[name]
            track.reaches = max(track.reaches, reaches.get(name, 0))
            track.told_from = 0 if whole else max(0, cursor - _LOOK_BACK)
            if whole and track.cut_from > 0:
                self._rehearing.add(Stretch(room, name, journal, 0, 0, track.cut_from, listed=True))
            if not track.held:
                await self._tell_voiced(track)

    async def _tell_voiced(self, track: Track) -> None:
        since = max(track.told_from, track.cut_from)
        spans = tuple(span for span in track.voiced() if span[1] > since)
        await self._producer.voiced(Voiced(track.room, track.hearing.track, spans, since))

    def _hear_hole(self, room: str, name: str, start: int, until: int) -> None:
        """Unless what is missing there is on its way."""
        track = self._tracks.get(name)
        under_way = any(job.start < until and start < job.end for job in self._outbox.jobs(name))
        if track is not None and not under_way and start < track.hearing.cut_at:
            self._rehearing.add(Stretch(room, name, self._journals[room], track.before(start), start, until))

    async def _found_again(self, stretch: Stretch, job: Job | None) -> None:
        track = self._tracks.get(stretch.track)
        if track is None:
            return
        if job is not None and not stretch.listed:
            while self._outbox.full:  # noqa: ASYNC110 - freed by many: accepted, forgotten, begun again
                await asyncio.sleep(_TICK)
            async with self._line:
                self._outbox.add(job)
                await self._producer.offer(job)
        elif job is not None:
            track.found.append((job.start, job.end))
        elif stretch.listed:
            track.learn()
            await self._tell_voiced(track)

    # --- reading what was missed

    def _catch_up(self, track: Track, cursor: int) -> None:
        """Cut everything again from the server's cursor on."""
        self._outbox.drop_track(track.hearing.track)
        track.cut_from = cursor
        self._read_on(track, cursor)

    def _read_on(self, track: Track, cut: int) -> None:
        """Hear the journal from a cut on; what was cut before stays as it is."""
        if track.catching_up:
            track.catching_up.cancel()
        track.begin_again(cut)
        self._hint(track)
        track.catching_up = asyncio.create_task(self._read_journal(track, self._journals[track.room], cut))

    async def _read_journal(self, track: Track, journal: Path, cut: int) -> None:
        reader = JournalReader(journal, track.hearing.track, cut - RATE)
        ended = False
        try:
            ended = await self._read_until_live(track, reader)
        except (OSError, BadJournal) as error:
            _log.warning("journal_unreadable", track=track.hearing.track, error=type(error).__name__)
        except Exception as error:  # the top of a task: the next survey tries again
            _log.error("catching_up_failed", track=track.hearing.track, error=type(error).__name__)
            track.catching_up, track.unplaced = None, True
            return
        if track.stalled_at is None:
            await self._join_live(track, ended)
            await self._tell_voiced(track)

    async def _read_until_live(self, track: Track, reader: JournalReader) -> bool:
        """Whether the track is over: closed, or silent in both feed and journal for longer than a reconnection."""
        read_at = time.monotonic()
        while track.stalled_at is None:
            packets, ended = await asyncio.to_thread(reader.more)
            for start in range(0, len(packets), 250):
                await self._offer(track, await asyncio.to_thread(track.hearing.push, packets[start : start + 250]))
                if track.stalled_at is not None:
                    return False
            if track.waiting and reader.reached >= track.waiting[0].position:
                return False
            if packets:
                read_at = time.monotonic()
            elif ended or time.monotonic() - read_at > (_JOURNAL_LAG if track.live else _SETTLED):
                return not track.live
            else:
                await asyncio.sleep(_TICK)
        return False

    async def _join_live(self, track: Track, ended: bool) -> None:
        track.catching_up = None
        packets = list(track.waiting)
        track.waiting.clear()
        await self._offer(track, track.hearing.push(packets))
        if ended or track.closed:
            await self._offer(track, track.hearing.starve())
            track.closed = True

    def _unstall(self) -> None:
        for track in self._tracks.values():
            if track.stalled_at is not None and track.room in self._journals and not self._outbox.full:
                self._read_on(track, track.stalled_at)

    # --- offering

    async def _offer(self, track: Track, jobs: list[Job]) -> None:
        if not jobs:
            return
        async with self._line:
            for job in jobs:
                if not job.speculative:
                    if self._outbox.full:
                        self._stall(track, job.start)
                        return
                    self._outbox.add(job)
                    track.cut(job)
                track.interim_at = time.monotonic()  # a speculative pass is shown too
                await self._producer.offer(job)

    def _stall(self, track: Track, start: int) -> None:
        """No room for this utterance: cut it again, from the journal, when there is."""
        _log.warning("outbox_full", track=track.hearing.track)
        track.waiting.clear()
        track.hearing.skip_to(start)
        track.stalled_at, track.catching_up = start, None

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            for track in list(self._tracks.values()):
                await self._tick_track(track, now)
            await self._tell_progress()

    async def _tick_track(self, track: Track, now: float) -> None:
        hearing = track.hearing
        if track.held or hearing.speaking_since is None:
            return
        if now - track.heard_at > (_STARVED if track.live else _SETTLED):
            await self._offer(track, hearing.starve())
        elif self._interims and now - track.interim_at >= interval(hearing) and (job := hearing.interim()):
            track.interim_at = now
            await self._producer.offer(job)

    async def _tell_progress(self) -> None:
        unread: dict[str, int] = {}
        for track in self._tracks.values():
            if track.unread:
                unread[track.room] = unread.get(track.room, 0) + track.unread
        for room in self._outbox.rooms() | set(unread) | {r for r, owed in self._said.items() if owed}:
            owed = self._outbox.owed(room) + unread.get(room, 0) * 1000 // RATE
            if self._said.get(room) != owed:
                self._said[room] = owed
                await self._producer.progress(room, owed)


def interval(hearing: Hearing) -> float:
    """Seconds between two interims."""
    return _INTERIM_EVERY + _INTERIM_STRETCH * hearing.open_length / RATE


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[dict[str, Any], bytes]]:
    """Length-prefixed frames. Raises WireError; ends with the stream."""
    while True:
        try:
            (size,) = struct.unpack(">I", await reader.readexactly(4))
        except asyncio.IncompleteReadError:
            return
        if size > MAX_FRAME:
            raise WireError("the frame is too large")
        yield unpack(await reader.readexactly(size))
