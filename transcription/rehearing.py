"""Recorded stretches heard again beside the live sound, one at a time: holes in what is written down, and the time
before a listener came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from transcription.hearing import Hearing
from transcription.journal import hear_again
from transcription.recording import BadJournal
from transcription.wire import Job

MOST_STRETCHES = 500
"""Waiting; what does not fit is asked for again by the next survey."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, until) of a track, heard from the cut ``origin`` on; ``listed``: its cuts are only told, not offered."""

    room: str
    track: str
    journal: Path
    origin: int
    start: int
    until: int
    listed: bool = False


class Rehearing:
    """``found(stretch, job)`` for each utterance, then ``found(stretch, None)``."""

    def __init__(self, found: Callable[[Stretch, Job | None], Awaitable[None]]) -> None:
        self._found = found
        self._waiting: deque[Stretch] = deque()
        self._fresh = asyncio.Event()
        self._now: Stretch | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        return self._now is None and not self._waiting

    def add(self, stretch: Stretch) -> None:
        if stretch != self._now and stretch not in self._waiting and len(self._waiting) < MOST_STRETCHES:
            self._waiting.append(stretch)
            self._fresh.set()

    def begin_again(self, room: str) -> None:
        """The room's journal was rewritten."""
        if self._now is not None and self._now.room == room and self._task is not None:
            self._waiting.appendleft(self._now)
            self._task.cancel()

    async def run(self) -> None:
        while True:
            await self._fresh.wait()
            while self._waiting:
                self._now = self._waiting.popleft()
                self._task = asyncio.create_task(self._hear(self._now))
                try:
                    await asyncio.wait([self._task])
                finally:
                    self._task.cancel()
                self._now = None
            self._fresh.clear()

    async def _hear(self, stretch: Stretch) -> None:
        try:
            jobs = hear_again(stretch.journal, Hearing(stretch.track, stretch.room, stretch.origin), stretch.until)
            while (job := await asyncio.to_thread(_next, jobs)) is not None:
                if job.end > stretch.start and job.start < stretch.until:
                    await self._found(stretch, job)
            await self._found(stretch, None)
        except (OSError, BadJournal) as error:
            _log.warning("journal_unreadable", track=stretch.track, error=type(error).__name__)
        except Exception as error:  # the top of a task: the next survey asks again
            _log.error("rehearing_failed", track=stretch.track, error=type(error).__name__)


def _next(jobs: Iterator[Job]) -> Job | None:
    return next(jobs, None)
