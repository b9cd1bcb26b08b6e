"""Workers: each takes one job at a time over the link, recognises it in a thread, gives the result. Stateless.

A thread cannot be stopped: when a pass does not end within its limit the process ends itself (code 3), and the
supervisor starts a fresh one; the jobs it had go to others.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import structlog

from transcription.link import LinkClosed, LinkRefused, Taker
from transcription.link.patience import Patience
from transcription.opus import OpusError
from transcription.scheduler import LEASE, patience, unheard
from transcription.wire import Job, Result

BATCH_S = 0.03
_log = structlog.get_logger(__name__)

Connect = Callable[[str], Awaitable[Taker]]
"""Makes a connection for a worker of this name."""


class Reader(Protocol):
    """What recognises: transcription.recogniser.Recogniser."""

    def recognise(self, job: Job) -> Result: ...

    def recognise_many(self, jobs: Sequence[Job]) -> list[Result]: ...


def end_process() -> None:
    os._exit(3)


async def work(
    reader: Reader, connect: Connect, count: int = 1, name: str = "worker", *, lease: float = LEASE,
    hung: Callable[[], None] = end_process, batch: int = 1,
) -> None:  # fmt: skip
    """Run ``count`` workers until cancelled; ``hung`` is called when a pass does not end. With ``batch`` > 1 each takes
    so many jobs at once and reads them together. Raises LinkRefused."""
    with ThreadPoolExecutor(count, thread_name_prefix="recognise") as pool:
        async with asyncio.TaskGroup() as group:
            together = Batch(reader, pool, batch) if batch > 1 else None
            passes = _Passes(reader, pool, lease, hung, together)
            if together is not None:
                group.create_task(together.run())
            for number in range(count * batch):
                group.create_task(_worker(passes, connect, f"{name}-{number + 1}"))


async def _worker(passes: _Passes, connect: Connect, name: str) -> None:
    patience = Patience(name=name)
    while True:
        try:
            taker = await connect(name)
            patience.met()
            await _serve(passes, taker)
        except LinkRefused:
            raise
        except LinkClosed as error:
            await patience.wait(type(error).__name__)


async def _serve(passes: _Passes, taker: Taker) -> None:
    try:
        while True:
            job = await taker.take()
            began = time.monotonic()
            result = await passes.read(job)
            await taker.give(result)
            _log.debug(
                "utterance_read", id=job.id, final=job.final, ms=round((time.monotonic() - began) * 1000),
                length_ms=(job.end - job.start) // 48,
            )  # fmt: skip
    finally:
        await taker.close()


@dataclass(frozen=True, slots=True)
class _Passes:
    """Recognition in threads, with a limit."""

    reader: Reader
    pool: ThreadPoolExecutor
    lease: float
    hung: Callable[[], None]
    batch: Batch | None = None

    async def read(self, job: Job) -> Result:
        try:
            return await asyncio.wait_for(self.ask(job), patience(job, self.lease))
        except TimeoutError:
            _log.error("recogniser_hangs", id=job.id)
            self.hung()
            raise LinkClosed("the recogniser hangs") from None

    def ask(self, job: Job) -> Awaitable[Result]:
        if self.batch is not None:
            return self.batch.read(job)
        return asyncio.get_running_loop().run_in_executor(self.pool, _read, self.reader, job)


class Batch:
    """Jobs of several takers read together: as many as come within BATCH_S, at most ``size``."""

    def __init__(self, reader: Reader, pool: ThreadPoolExecutor, size: int) -> None:
        self._reader, self._pool, self._size = reader, pool, size
        self._asked: asyncio.Queue[tuple[Job, asyncio.Future[Result]]] = asyncio.Queue()

    def read(self, job: Job) -> asyncio.Future[Result]:
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._asked.put_nowait((job, answer))
        return answer

    async def run(self) -> None:
        """Until cancelled; one batch after the other."""
        loop = asyncio.get_running_loop()
        while True:
            asked = [await self._asked.get()]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BATCH_S):
                    while len(asked) < self._size:
                        asked.append(await self._asked.get())
            jobs = [job for job, _ in asked]
            results = await loop.run_in_executor(self._pool, _read_many, self._reader, jobs)
            for (_, answer), result in zip(asked, results, strict=True):
                if not answer.done():
                    answer.set_result(result)


def _read_many(reader: Reader, jobs: list[Job]) -> list[Result]:
    """Where one job spoils the pass, each is read alone."""
    try:
        return reader.recognise_many(jobs)
    except (OpusError, RuntimeError, ValueError):
        return [_read(reader, job) for job in jobs]


def _read(reader: Reader, job: Job) -> Result:
    """A job that cannot be read (broken sound, a failing model) is answered as inaudible, not tried for ever."""
    try:
        return reader.recognise(job)
    except (OpusError, RuntimeError, ValueError) as error:
        _log.error("utterance_failed", id=job.id, error=type(error).__name__)
        return unheard(job)
