"""A pass that never ends does not keep its worker for ever, nor its utterance."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.transcription.ends import Scripted, first, running
from transcription.link import Arrived
from transcription.link.websocket import WebSocketHub, WebSocketProducer, WebSocketTaker
from transcription.wire import Job, Packet
from transcription.worker import work

TOKEN = "a-token-for-the-tests"
JOB = Job("t:0", "t", 0, 4_800, (Packet(0, b"opus"),), "room")


async def test_a_pass_that_does_not_end_ends_its_process_and_the_job_goes_to_another() -> None:
    hub = WebSocketHub("127.0.0.1", 0, TOKEN, lease=60)
    await hub.start()
    ended = asyncio.Event()
    stuck, fresh = Scripted(), Scripted()
    stuck.go.clear()
    end = WebSocketProducer(hub.url, TOKEN)

    async def offer() -> None:
        async for _ in end.orders():
            await end.offer(JOB)

    def connect(name: str) -> object:
        return WebSocketTaker.connect(hub.url, TOKEN, name)

    try:
        async with running(offer(), work(stuck, connect, lease=0.2, hung=ended.set)):
            await asyncio.wait_for(ended.wait(), 20)
            async with running(work(fresh, connect, name="fresh")):
                while not any(isinstance(n, Arrived) and n.name == "fresh-1" for n in await first(hub.news(), 1)):
                    pass
                (result,) = await first(hub.results(), 1)
        assert result.id == JOB.id
        assert fresh.read == [JOB.id]
    finally:
        stuck.go.set()
        await end.close()
        await hub.stop()


async def test_jobs_that_come_together_are_read_together_and_answered_each() -> None:
    hub = WebSocketHub("127.0.0.1", 0, TOKEN)
    await hub.start()
    end, reader = WebSocketProducer(hub.url, TOKEN), Scripted()
    jobs = [replace(JOB, id=f"t-{n}:0", track=f"t-{n}") for n in range(8)]

    async def offer() -> None:
        async for _ in end.orders():
            for job in jobs:
                await end.offer(job)

    async with running(offer()):
        async with asyncio.timeout(20):
            while hub.workforce().waiting < len(jobs):  # noqa: ASYNC110 - another end's state
                await asyncio.sleep(0.02)
        async with running(work(reader, lambda name: WebSocketTaker.connect(hub.url, TOKEN, name), batch=4)):
            results = await first(hub.results(), len(jobs))
        await end.close()
    await hub.stop()
    assert {result.id for result in results} == {job.id for job in jobs}
    assert 1 < max(reader.together) <= 4
    assert sum(reader.together) == len(jobs)
