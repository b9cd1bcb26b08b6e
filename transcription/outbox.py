"""Utterances that were cut and are not accepted yet. Pure and bounded: what does not fit is cut again later."""

from __future__ import annotations

from collections.abc import Iterable

from transcription.link import Span
from transcription.scheduler import touches
from transcription.wire import RATE, Job


class Outbox:
    """Final jobs in the order they were cut, by id."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._jobs: dict[str, Job] = {}

    @property
    def full(self) -> bool:
        return len(self._jobs) >= self._size

    def add(self, job: Job) -> None:
        self._jobs[job.id] = job

    def accept(self, id: str) -> Job | None:
        return self._jobs.pop(id, None)

    def jobs(self, track: str = "") -> list[Job]:
        return [job for job in self._jobs.values() if not track or job.track == track]

    def drop_track(self, track: str, before: int | None = None) -> None:
        """Forget a track's jobs, or those that start before a position (the server has them)."""
        for job in self.jobs(track):
            if before is None or job.start < before:
                del self._jobs[job.id]

    def forget(self, spans: Iterable[Span]) -> None:
        spans = list(spans)
        self._jobs = {id: job for id, job in self._jobs.items() if not any(touches(job, s) for s in spans)}

    def owed(self, room: str) -> int:
        """Milliseconds of a room's speech that wait to be accepted."""
        return sum(job.end - job.start for job in self._jobs.values() if job.room == room) * 1000 // RATE

    def rooms(self) -> set[str]:
        return {job.room for job in self._jobs.values()}
