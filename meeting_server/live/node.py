"""What the media node says, into the meetings: tracks, voice, weak lines, the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import structlog

from meeting_server.live.sound import RoomSound
from meeting_server.live.speech_in import SpeechIn
from meeting_server.media.engine import (
    Back,
    Disk,
    Echo,
    Gone,
    Held,
    MediaEngine,
    MediaEvent,
    Microphones,
    NodeLost,
    NodeUp,
    Picture,
    TrackStarted,
    Voiced,
    Weak,
)
from meeting_server.meetings import Meetings
from meeting_server.room.refusal import Refused
from transcription.recording import JOURNAL, BadJournal, TrackStart, lines

log = structlog.get_logger(__name__)


class NodeEvents:
    """``await run()`` until cancelled. ``up``: whether the node is there; ``came``: set when it first was."""

    def __init__(
        self, engine: MediaEngine, meetings: Meetings, sound: RoomSound, speech: SpeechIn | None, recordings: Path
    ) -> None:
        self._engine, self._meetings, self._sound, self._speech = engine, meetings, sound, speech
        self._recordings = recordings
        self.up, self.came = False, asyncio.Event()
        self.disk: str = "ok"

    async def run(self) -> None:
        async for event in self._engine.events():
            try:
                await self._hear(event)
            except Refused as refusal:
                log.warning("media_event_refused", kind=type(event).__name__, code=refusal.code)

    async def _hear(self, event: MediaEvent) -> None:
        match event:
            case TrackStarted(room, session, track, rtp0, at):
                if self._speech is not None:
                    self._speech.track(track, room)
                await self._meetings.track_opened(room, track, session, rtp0, at)
            case Voiced(room, session, voiced, _):
                self._meetings.live(room, session, voiced=voiced)
            case Gone(room, session, _, _):
                self._meetings.live(room, session, voiced=False, weak=True)
            case Back(room, session, _, weak):
                self._meetings.live(room, session, weak=weak)
            case Weak(room, session, weak, loss, rtt_ms):
                told = (loss, rtt_ms) if weak else (0, 0)
                self._meetings.live(room, session, weak=weak, loss=told[0], rtt_ms=told[1])
            case Echo(room, session, echo):
                self._meetings.live(room, session, echo=echo)
            case Picture(room, session, place, on):
                self._meetings.picture(room, "hall" if place == "hall" else "shared", session, on)
            case Held(room, session, held, places):
                self._meetings.live(room, session, held=held, spared=places)
            case Microphones(room, heard, levels):
                self._meetings.microphones(room, heard, levels)
            case Disk(state):
                self._disk(state)
            case NodeUp(tracks):
                self.up = True
                self._sound.node_came(tracks)
                self.came.set()
                for room, lives in tracks.items():
                    await self._meetings.sound_again(room)
                    await self._missed(room, {live.track: live.session for live in lives})
            case NodeLost():
                self.up = False
                self._sound.node_went()

    async def _missed(self, room: str, lives: dict[str, str]) -> None:
        """Tracks that began while no server listened: their beginnings stand in the journal."""
        known = (await self._meetings.state(room)).tracks
        missing = lives.keys() - known.keys()
        journal = self._recordings / room / JOURNAL
        if not missing or not journal.exists():
            return
        for start in await asyncio.to_thread(_beginnings, journal, missing):
            await self._hear(TrackStarted(room, lives[start.track], start.track, start.rtp0, start.at))

    def _disk(self, state: str) -> None:
        if state != self.disk:
            log.error("disk_full") if state == "full" else log.info("disk_ok")
        self.disk = state
        self._meetings.health(disk="full" if state == "full" else "ok")


def _beginnings(journal: Path, tracks: Iterable[str]) -> list[TrackStart]:
    """None of a journal that is being mended or moved aside: the node tells what it does about it."""
    wanted = set(tracks)
    try:
        return [line for line in lines(journal) if isinstance(line, TrackStart) and line.track in wanted]
    except (BadJournal, OSError) as error:
        log.warning("journal_not_read", error=type(error).__name__)
        return []
