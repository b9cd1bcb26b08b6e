"""What the speech processes say, into the meetings: hub → ``meetings.hear`` → acceptance after the commit.

A result is acknowledged only once it is committed (or was known, or may not be kept). What the recording holds and
nobody answered is asked for again by a survey: when a listener arrives and every minute.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal

import structlog

from meeting_server.meetings import Heard, Meetings
from meeting_server.room.hints import Hints, hints
from meeting_server.room.refusal import Refused
from meeting_server.room.state import Room
from minutes.record.events import Word
from transcription.link import Arrived, Departed, Hub, News, Progress, Voiced
from transcription.recording import JOURNAL
from transcription.wire import Result

log = structlog.get_logger(__name__)

SURVEY_S, HEALTH_S, AGAIN_S = 60.0, 2.0, 1.0
TRIES = 60  # of one result that cannot be written; then the next survey finds its sound again
BEHIND_JOBS = 8
HINTS_S = 2.0
OWING = frozenset({"open", "paused", "secret", "closed", "submitted"})
OVER_MS = 30_000
MOST_HOLES = 100  # ordered of a track at once; the next survey names the rest
CARED_FOR = 3 * 24 * 3_600_000  # ms after the close in which a recording is still compared with what is written


class SpeechIn:
    """One a process. ``owing()``: ids of meetings whose speech may not be all written down."""

    def __init__(
        self, hub: Hub, meetings: Meetings, recordings: Path, owing: Callable[[], Coroutine[Any, Any, list[str]]],
        now: Callable[[], int], known_names: Callable[[str], Coroutine[Any, Any, tuple[str, ...]]] | None = None,
    ) -> None:  # fmt: skip
        self._hub, self._meetings, self._recordings, self._owing = hub, meetings, recordings, owing
        self._now = now
        self._meeting_of: dict[str, str] = {}
        self._owed: dict[str, int] = {}
        self._compared: dict[str, set[str]] = {}  # by meeting that is over: tracks of which nothing is owed
        self._known_names = known_names
        self._hinted: dict[str, Hints] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._trying: set[asyncio.Task[None]] = set()

    def track(self, track: str, meeting: str) -> None:
        """A track of a meeting was opened: its results go there."""
        self._meeting_of[track] = meeting

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for work in (
                self._results(),
                self._interims(),
                self._news(),
                self._survey(),
                self._health(),
                self._follow(),
            ):
                tasks.create_task(work)

    async def _results(self) -> None:
        """In the hub's order; what cannot be written now is tried again beside the others (the hub bounds them)."""
        async for result in self._hub.results():
            if not await self._heard(result):
                again = asyncio.create_task(self._again(result))
                self._trying.add(again)
                again.add_done_callback(self._trying.discard)

    async def _again(self, result: Result) -> None:
        for _ in range(TRIES):
            await asyncio.sleep(AGAIN_S)
            if await self._heard(result):
                return
        log.error("result_given_up", track=result.track, start=result.start)
        await self._hub.accept(result.id)

    async def _heard(self, result: Result) -> bool:
        """Whether the result is done with."""
        meeting = await self._find(result.track)
        if meeting is None:
            log.warning("result_of_unknown_track", track=result.track)
            await self._hub.accept(result.id)
            return True
        words = tuple(Word(word.start, word.end, word.text, word.probability) for word in result.words)
        heard = Heard(
            result.track, result.start, result.end, result.text, result.spoken, result.confidence, result.model, words,
            result.inaudible, result.level,
        )  # fmt: skip
        try:
            taken = await self._meetings.hear(meeting, heard)
        except Refused as refusal:
            log.warning("result_not_written", meeting=meeting, track=result.track, code=refusal.code)
            return False
        log.info("heard", meeting=meeting, track=result.track, start=result.start, taken=taken)
        await self._hub.accept(result.id)
        return True

    async def _find(self, track: str) -> str | None:
        if track not in self._meeting_of:
            for meeting in await self._owing():
                for known in (await self._meetings.state(meeting)).tracks:
                    self._meeting_of[known] = meeting
        return self._meeting_of.get(track)

    async def _interims(self) -> None:
        async for result in self._hub.interims():
            meeting = self._meeting_of.get(result.track)
            if meeting is not None:
                self._meetings.interim(
                    meeting, result.track, result.start, result.end, result.text, result.stable, result.level
                )  # fmt: skip

    async def _news(self) -> None:
        async for news in self._hub.news():
            try:
                await self._hear_news(news)
            except Refused as refusal:
                log.warning("survey_failed", code=refusal.code)

    async def _hear_news(self, news: News) -> None:
        match news:
            case Arrived(role="listener"):
                self._hinted.clear()
                await self.survey()
            case Progress(room, owed_ms):
                self._owed[room] = owed_ms
                self._meetings.owed(room, owed_ms)
            case Voiced():
                await self._compare(news)
            case Departed(role="listener") if not self._hub.workforce().listeners:
                # What it told holds no longer, unless another has come already; what is shown stays till one knows.
                self._owed.clear()
                self._compared.clear()
                self._tell_health()
            case Arrived() | Departed():
                self._tell_health()

    async def _compare(self, voiced: Voiced) -> None:
        """Order again what was recorded and not written down: a result that was refused, a job that was lost."""
        meeting = voiced.room
        room = await self._meetings.state(meeting)
        holes = await self._meetings.unheard(meeting, voiced.track, voiced.spans)
        journal = self._recordings / meeting / JOURNAL
        for start, until in holes[:MOST_HOLES]:
            log.info("speech_owed", meeting=meeting, track=voiced.track, start=start, until=until)
            await self._hub.resume(meeting, voiced.track, start, journal, until)
        compared = self._compared.setdefault(meeting, set())
        if not holes and voiced.since == 0 and self._over(room):
            compared.add(voiced.track)
        else:
            compared.discard(voiced.track)

    def _over(self, room: Room) -> bool:
        """Closed so long ago that every track has ended."""
        closed = room.meeting.closed_at
        return room.phase in ("closed", "submitted") and closed is not None and self._now() - closed >= OVER_MS

    def _settled(self, meeting: str, room: Room) -> bool:
        """The whole recording was compared with what is written down, and nothing is owed."""
        return (
            self._over(room)
            and self._owed.get(meeting) == 0
            and room.tracks.keys() <= self._compared.get(meeting, set())
        )

    async def _survey(self) -> None:
        while True:
            await asyncio.sleep(SURVEY_S)
            try:
                await self.survey()
            except Refused as refusal:
                log.warning("survey_failed", code=refusal.code)

    async def survey(self) -> None:
        """Ask the listener to compare each owing meeting's recording with what is written down."""
        for meeting in await self._owing():
            room = await self._meetings.state(meeting)
            decided = room.meeting.recording
            if decided is None or not decided.transcribe or not self._cared_for(room):
                continue
            await self._hints(meeting, room)
            journal = self._recordings / meeting / JOURNAL
            if not journal.exists():
                continue
            if not self._settled(meeting, room):
                cursors = await self._meetings.cursors(meeting)
                await self._hub.survey(meeting, journal, cursors, whole=self._over(room))
            elif not decided.record:
                await self._forget_recording(meeting)

    def _cared_for(self, room: Room) -> bool:
        closed = room.meeting.closed_at
        return room.phase in OWING and (closed is None or self._now() - closed < CARED_FOR)

    async def _forget_recording(self, meeting: str) -> None:
        """Words without a recording were decided: once all is written down, the sound goes."""
        await asyncio.to_thread(shutil.rmtree, self._recordings / meeting, True)
        log.info("recording_removed", meeting=meeting, why="not decided")

    async def _hints(self, meeting: str, room: Room) -> None:
        """Told anew when they changed: another item, a name mended by hand, a guest."""
        if meeting not in self._names:
            self._names[meeting] = await self._known_names(meeting) if self._known_names else ()
        now = hints(room, self._names[meeting])
        if self._hinted.get(meeting) != now:
            self._hinted[meeting] = now
            await self._hub.hints(meeting, now.words, now.prompt)

    async def _follow(self) -> None:
        """Hints of the open meetings follow what happens in them."""
        while True:
            await asyncio.sleep(HINTS_S)
            for meeting in set(self._meeting_of.values()):
                try:
                    room = await self._meetings.state(meeting)
                    if room.phase == "open":
                        await self._hints(meeting, room)
                except Refused as refusal:
                    log.warning("hints_failed", meeting=meeting, code=refusal.code)

    async def _health(self) -> None:
        while True:
            self._tell_health()
            await asyncio.sleep(HEALTH_S)

    def _tell_health(self) -> None:
        self._meetings.health(speech=self.state())

    def state(self) -> Literal["ok", "down", "behind"]:
        force = self._hub.workforce()
        if not force.workers or not force.listeners:
            return "down"
        return "behind" if force.waiting > BEHIND_JOBS * force.workers else "ok"
