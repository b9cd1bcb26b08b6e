"""Workers: each takes one job at a time over the link, recognises it in a thread, gives the result. Stateless."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog

from transcription.link import LinkClosed, LinkRefused, Taker
from transcription.opus import OpusError
from transcription.scheduler import unheard
from transcription.wire import Job, Result

_log = structlog.get_logger(__name__)

Connect = Callable[[str], Awaitable[Taker]]
"""Makes a connection for a worker of this name."""


class Reader(Protocol):
    """What recognises: transcription.recogniser.Recogniser."""

    def recognise(self, job: Job) -> Result: ...


async def work(reader: Reader, connect: Connect, count: int = 1, name: str = "worker") -> None:
    """Run ``count`` workers until cancelled. Raises LinkRefused."""
    with ThreadPoolExecutor(count, thread_name_prefix="recognise") as pool:
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(_worker(reader, connect, f"{name}-{number + 1}", pool))


async def _worker(reader: Reader, connect: Connect, name: str, pool: ThreadPoolExecutor) -> None:
    delay = 0.1
    while True:
        try:
            taker = await connect(name)
            delay = 0.1
            await _serve(reader, taker, pool)
        except LinkRefused:
            raise
        except LinkClosed as error:
            _log.info("worker_without_link", name=name, why=str(error))
        await asyncio.sleep(delay)
        delay = min(2.0, delay * 2)


async def _serve(reader: Reader, taker: Taker, pool: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    try:
        while True:
            job = await taker.take()
            began = time.monotonic()
            result = await loop.run_in_executor(pool, _read, reader, job)
            await taker.give(result)
            _log.debug(
                "utterance_read", id=job.id, final=job.final, ms=round((time.monotonic() - began) * 1000),
                length_ms=(job.end - job.start) // 48,
            )  # fmt: skip
    finally:
        await taker.close()


def _read(reader: Reader, job: Job) -> Result:
    """A job that cannot be read (broken sound, a failing model) is answered as inaudible, not tried for ever."""
    try:
        return reader.recognise(job)
    except (OpusError, RuntimeError, ValueError) as error:
        _log.error("utterance_failed", id=job.id, error=type(error).__name__)
        return unheard(job)
