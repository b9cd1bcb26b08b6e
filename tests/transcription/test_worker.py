"""A pass that never ends does not keep its worker for ever, nor its utterance."""

from __future__ import annotations

import asyncio

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
