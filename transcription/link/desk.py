"""What every hub does alike: schedule jobs, order results, keep the stable words of interims; carriers add the wire."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from transcription.agreement import Agreement
from transcription.link import Accepted, Forget, Hints, News, Order, Resume, Span, Survey
from transcription.link.outflow import Outflow
from transcription.scheduler import Schedule
from transcription.wire import Job, Result

MOST_JOBS = 1000
"""Jobs not accepted yet; beyond it listeners wait."""
_BACKLOG = 256


class Desk(ABC):
    """The carrier-free half of a transcription.link.Hub."""

    def __init__(self) -> None:
        self._schedule, self._agreement = Schedule(), Agreement()
        self._fresh = asyncio.Event()
        self._room = asyncio.Condition()
        self._stopped = False
        self._interims: Outflow[Result] = Outflow(_BACKLOG)
        self._news: Outflow[News] = Outflow(4 * _BACKLOG)

    @abstractmethod
    async def _order(self, order: Order) -> None:
        """Send to every listener."""

    @abstractmethod
    async def _dispatch(self) -> None:
        """Hand out what can be handed out."""

    async def results(self) -> AsyncIterator[Result]:
        self._schedule.redeliver()
        while not self._stopped:
            while (result := self._schedule.deliverable()) is not None:
                yield result
            self._fresh.clear()
            await self._fresh.wait()

    def interims(self) -> AsyncIterator[Result]:
        return aiter(self._interims)

    def news(self) -> AsyncIterator[News]:
        return aiter(self._news)

    async def accept(self, id: str) -> None:
        self._schedule.accept(id)
        await self._free()
        await self._order(Accepted(id))

    async def resume(self, room: str, track: str, cursor: int, journal: Path, until: int = 0) -> None:
        self._schedule.reopen(track, cursor, until)
        await self._order(Resume(room, track, cursor, journal, until))

    async def survey(self, room: str, journal: Path, cursors: Mapping[str, int], *, whole: bool = False) -> None:
        await self._order(Survey(room, journal, dict(cursors), whole))

    async def hints(self, room: str, hot_words: Sequence[str], prompt: str) -> None:
        await self._order(Hints(room, tuple(hot_words), prompt))

    async def forget(self, room: str, spans: Sequence[Span]) -> None:
        self._schedule.drop(spans)
        await self._free()
        await self._order(Forget(room, tuple(spans)))

    async def _offered(self, job: Job, *, wait: bool = True) -> None:
        if job.final and wait:
            async with self._room:
                await self._room.wait_for(lambda: len(self._schedule.entries) < MOST_JOBS)
        if not self._schedule.offer(job) and job.final and not job.speculative:
            await self._order(Accepted(job.id))
        await self._stir()

    async def _given(self, worker: str, result: Result) -> None:
        interim = self._schedule.give(worker, result)
        if interim is not None:
            self._interims.put(self._agreement.mark(interim))
        elif result.final:
            self._agreement.forget(result.track)
        await self._stir()

    async def _stir(self) -> None:
        """Something changed: jobs may go out, results may come."""
        await self._dispatch()
        self._fresh.set()

    async def _free(self) -> None:
        async with self._room:
            self._room.notify_all()

    def _end(self) -> None:
        self._stopped = True
        self._fresh.set()
        self._interims.close()
        self._news.close()
