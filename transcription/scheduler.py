"""Who gets which job next, and in which order results go on. Pure: time is given, nothing waits.

Finals first, then speculative passes, then interims; fair across rooms by the length of speech already served; a job
whose worker died or hung goes to another; after ``ATTEMPTS`` it is answered as inaudible, so that one broken
utterance cannot block its track. Results leave in the order of their track, each once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from transcription.link import Span
from transcription.text import inaudible
from transcription.wire import RATE, Job, Result

ATTEMPTS = 3
LEASE = 20.0
"""Seconds after which a worker that gives no result is held to hang (a pass takes about one)."""
_PATIENCE = 8.0
MOST_ACCEPTED = 20_000


class State(Enum):
    WAITING = 1
    TAKEN = 2
    DONE = 3
    DELIVERED = 4


@dataclass(slots=True)
class Entry:
    job: Job
    state: State = State.WAITING
    worker: str = ""
    since: float = 0.0
    attempts: int = 0
    result: Result | None = None


@dataclass(slots=True)
class Schedule:
    """The jobs of all rooms that are not accepted yet, and the newest interim of each track."""

    entries: dict[str, Entry] = field(default_factory=dict)
    interims: dict[str, Entry] = field(default_factory=dict)  # by track
    served: dict[str, int] = field(default_factory=dict)  # samples by room
    accepted: dict[str, tuple[str, int]] = field(default_factory=dict)  # by id: track, start

    def offer(self, job: Job) -> bool:
        """New, known (kept), or known with another end or confirmed (replaced, its result kept if it is the same).

        A guess never takes the place of what is certain. False: it was accepted already (a listener that was killed
        cuts it again, or the last interim of an utterance comes late).
        """
        if job.id in self.accepted:
            return False
        if not job.final:
            if (before := self.interims.get(job.track)) is None or before.state is not State.TAKEN:
                self.interims[job.track] = Entry(job)
            return True
        self._outlive(job)
        self._enter(job.room)
        old = self.entries.get(job.id)
        if old is not None and job.speculative and not old.job.speculative:
            return True
        if old is None or (old.job.end != job.end and old.state is not State.DELIVERED):
            self.entries[job.id] = Entry(job)
        elif not job.speculative and old.state is not State.DELIVERED:
            old.job = job
        self.interims.pop(job.track, None)
        return True

    def _outlive(self, job: Job) -> None:
        """A speculative pass that was not confirmed when its track went on never will be."""
        for entry in [e for e in self.entries.values() if e.job.speculative]:
            if entry.job.track == job.track and entry.job.id != job.id:
                del self.entries[entry.job.id]

    def take(self, worker: str, now: float, *, interims: bool = True) -> Job | None:
        """The next job for this worker."""
        waiting = [e for e in self.entries.values() if e.state is State.WAITING]
        firm = [e for e in waiting if not e.job.speculative]
        guesses = [e for e in self.interims.values() if e.state is State.WAITING] if interims else []
        entry = self._fairest(firm or [e for e in waiting if e.job.speculative] or guesses)
        if entry is None:
            return None
        entry.state, entry.worker, entry.since = State.TAKEN, worker, now
        entry.attempts += 1
        room = entry.job.room
        self.served[room] = self.served.get(room, 0) + entry.job.end - entry.job.start
        return entry.job

    def _enter(self, room: str) -> None:
        """A room that had nothing to do begins level with the others: silence saves up no monopoly."""
        if room not in self.served:
            self.served[room] = min(self.served.values(), default=0)

    def _fairest(self, entries: list[Entry]) -> Entry | None:
        return min(entries, key=lambda e: self.served.get(e.job.room, 0), default=None)  # stable: the oldest of a room

    def give(self, worker: str, result: Result) -> Result | None:
        """Take a worker's result in; returns what may be shown as interim. One that nobody waits for is dropped."""
        if not result.final:
            entry = self.interims.get(result.track)
            if entry is None or entry.worker != worker:
                return None
            del self.interims[result.track]
            return result
        entry = self.entries.get(result.id)
        if entry is not None and entry.job.end == result.end and entry.state in (State.WAITING, State.TAKEN):
            entry.state, entry.result = State.DONE, result
            if entry.job.speculative:  # meanwhile the best interim there is
                return replace(result, final=False)
        return None

    def deliverable(self) -> Result | None:
        """A result whose track owes nothing earlier; each is returned once."""
        for track in {e.job.track: None for e in self.entries.values() if e.state is State.DONE}:
            for entry in sorted((e for e in self.entries.values() if e.job.track == track), key=_start):
                if entry.state is State.DELIVERED:
                    continue
                if entry.state is not State.DONE or entry.job.speculative or entry.result is None:
                    break
                entry.state = State.DELIVERED
                return entry.result
        return None

    def accept(self, id: str) -> str | None:
        """Forget a committed job; returns its room."""
        entry = self.entries.pop(id, None)
        if entry is not None:
            self.accepted[id] = entry.job.track, entry.job.start
            while len(self.accepted) > MOST_ACCEPTED:
                del self.accepted[next(iter(self.accepted))]
        if entry and not any(e.job.room == entry.job.room for e in self.entries.values()):
            self.served.pop(entry.job.room, None)
        return entry.job.room if entry else None

    def reopen(self, track: str, start: int, until: int = 0) -> None:
        """What was accepted there is not written down after all; ``until`` 0 = and everything later."""
        gone = [id for id, (name, at) in self.accepted.items() if name == track and start <= at]
        for id in gone:
            if not until or self.accepted[id][1] < until:
                del self.accepted[id]

    def lost(self, worker: str, *, tried: bool = True) -> None:
        """The worker is gone: its jobs wait for another. Not ``tried``: they never reached it."""
        for entry in [*self.entries.values(), *self.interims.values()]:
            if entry.state is State.TAKEN and entry.worker == worker:
                entry.attempts -= not tried
                self._again(entry)

    def _again(self, entry: Entry) -> None:
        if not entry.job.final:
            self.interims.pop(entry.job.track, None)
        elif entry.attempts < ATTEMPTS:
            entry.state, entry.worker = State.WAITING, ""
        else:
            entry.state, entry.result = State.DONE, unheard(entry.job)

    def redeliver(self) -> None:
        """The consumer of results is a new one: what was not accepted goes out again."""
        for entry in self.entries.values():
            if entry.state is State.DELIVERED:
                entry.state = State.DONE

    def drop(self, spans: Iterable[Span]) -> list[str]:
        """Cancel the jobs that touch these spans; returns their ids."""
        spans = list(spans)
        gone = [e.job.id for e in self.entries.values() if any(touches(e.job, span) for span in spans)]
        for id in gone:
            del self.entries[id]
        for track in {span.track for span in spans}:
            self.interims.pop(track, None)
        return gone

    @property
    def waiting(self) -> int:
        return sum(e.state in (State.WAITING, State.TAKEN) and not e.job.speculative for e in self.entries.values())

    def owed_ms(self, room: str) -> int:
        spans = (e.job.end - e.job.start for e in self.entries.values() if e.job.room == room)
        return sum(spans) * 1000 // RATE


def patience(job: Job, lease: float) -> float:
    """Seconds that a worker may take over this job: a slow machine reads a long utterance slowly."""
    return lease + _PATIENCE * (job.end - job.start) / RATE


def touches(job: Job, span: Span) -> bool:
    return job.track == span.track and job.start < span.end and span.start < job.end


def unheard(job: Job) -> Result:
    """The honest answer where recognition failed."""
    text = inaudible((job.end - job.start) / RATE)
    return Result(job.id, job.track, job.start, job.end, text, text, 0, "", job.final, inaudible=True)


def _start(entry: Entry) -> int:
    return entry.job.start
