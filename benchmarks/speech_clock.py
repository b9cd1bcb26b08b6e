"""The live chain by a virtual clock: what a viewer would see on cores that nothing else uses.

Hearing, schedule, agreement and recogniser are the real ones; only time is reckoned: a packet comes when its sound is
over, a pass takes the CPU time that it really took. On a loaded machine this is the fair figure, on an idle one it
agrees with the clock on the wall. Hearing takes its time from the same cores and so delays the passes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from transcription.agreement import Agreement
from transcription.hearing import Hearing
from transcription.listener import interval
from transcription.live import Event
from transcription.opus import Sound, encode
from transcription.recogniser import Recogniser
from transcription.scheduler import Schedule
from transcription.wire import RATE, Job, Packet, Result

_TICK = 0.1
_END = 0.7  # the listener's wait for packets that do not come


@dataclass
class Clock:
    """Some tracks on some workers; ``run`` gives the events, ``cpu`` is what everything took."""

    reader: Recogniser
    workers: int
    interims: bool = True
    cpu: float = 0.0
    events: list[Event] = field(default_factory=list)
    _schedule: Schedule = field(default_factory=Schedule)
    _agreement: Agreement = field(default_factory=Agreement)
    _busy: dict[str, tuple[float, Result]] = field(default_factory=dict)
    _said: dict[str, float] = field(default_factory=dict)

    def run(self, sounds: dict[str, Sound]) -> list[Event]:
        hearings = {track: Hearing(track, track) for track in sounds}
        arrivals = sorted(((p.position + 960) / RATE, t, p) for t, s in sounds.items() for p in encode(s))
        tick = _TICK
        for at, track, packet in arrivals:
            while tick <= at:
                self._advance(tick)
                self._tick(hearings, tick)
                tick += _TICK
            self._advance(at)
            self._offer(self._hear(hearings[track], packet), at)
        end = arrivals[-1][0] + _END
        self._advance(end)
        for hearing in hearings.values():
            self._offer(hearing.starve(), end)
        self._advance(float("inf"))
        return self.events

    def _hear(self, hearing: Hearing, packet: Packet) -> list[Job]:
        began = time.process_time()
        jobs = hearing.push([packet])
        took = time.process_time() - began
        self.cpu += took
        # The listener takes its time from the same cores: passes that run meanwhile end later.
        self._busy = {name: (at + took / self.workers, result) for name, (at, result) in self._busy.items()}
        return jobs

    def _tick(self, hearings: dict[str, Hearing], now: float) -> None:
        for track, hearing in hearings.items() if self.interims else ():
            if now - self._said.get(track, 0.0) >= interval(hearing) and (job := hearing.interim()) is not None:
                self._offer([job], now)

    def _offer(self, jobs: list[Job], now: float) -> None:
        for job in jobs:
            self._said[job.track] = now
            self._schedule.offer(job)
        self._dispatch(now)

    def _dispatch(self, now: float) -> None:
        while len(self._busy) < self.workers:
            name = next(f"w{n}" for n in range(self.workers) if f"w{n}" not in self._busy)
            spare = self.workers - len(self._busy) > 1 or self.workers == 1
            job = self._schedule.take(name, now, interims=spare)
            if job is None:
                break
            began = time.process_time()
            result = self.reader.recognise(job)
            took = time.process_time() - began
            self.cpu += took
            self._busy[name] = (now + took, result)
        self._deliver(now)

    def _advance(self, to: float) -> None:
        while self._busy:
            name, (at, result) = min(self._busy.items(), key=lambda item: item[1][0])
            if at > to:
                return
            del self._busy[name]
            shown = self._schedule.give(name, result)
            if shown is not None:
                self._show(self._agreement.mark(shown), at)
            elif result.final:
                self._agreement.forget(result.track)
            self._dispatch(at)

    def _show(self, result: Result, at: float) -> None:
        self._event(result, "partial", result.text, at)
        if result.stable:
            self._event(result, "stable", result.text[: result.stable], at)

    def _deliver(self, now: float) -> None:
        while (result := self._schedule.deliverable()) is not None:
            self._event(result, "final", result.text, now)
            self._schedule.accept(result.id)

    def _event(self, result: Result, kind: str, text: str, at: float) -> None:
        self.events.append(
            Event(result.track, kind, result.start / RATE, result.end / RATE, text, result.spoken, at)  # type: ignore[arg-type]
        )
