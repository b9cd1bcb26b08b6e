"""Redis may go and come back; nothing that was offered is lost, and the server does not fall with it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.transcription.ends import Scripted, first, running
from transcription.link import Connected, LinkClosed, LinkRefused
from transcription.link.connect import hub, producer, taker
from transcription.link.redis import RedisHub, RedisProducer, RedisTaker
from transcription.link.websocket import WebSocketHub
from transcription.wire import Job, Packet, Result
from transcription.worker import work

JOB = Job("t:0", "t", 0, 4_800, (Packet(0, b"opus"),), "room")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """url, start, stop"""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (Debian: apt install redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running_now: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
        running_now.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))

    def stop() -> None:
        if running_now:
            process = running_now.pop()
            process.kill()
            process.wait(10)

    yield f"redis://127.0.0.1:{port}/0", start, stop
    stop()


async def _until(url: str) -> RedisHub:
    async with asyncio.timeout(15):
        while True:
            hub = RedisHub(url, lease=0.5)
            try:
                await hub.start()
            except LinkClosed:
                await hub.stop()
                await asyncio.sleep(0.05)
            else:
                return hub


async def test_without_redis_the_hub_says_so() -> None:
    hub = RedisHub("redis://127.0.0.1:9/0")
    with pytest.raises(LinkClosed):
        await hub.start()
    await hub.stop()
    with pytest.raises(LinkClosed):
        await RedisTaker.connect("redis://127.0.0.1:9/0", "w")


async def test_a_redis_that_forgot_everything_is_told_again(
    server: tuple[str, Callable[[], None], Callable[[], None]],
) -> None:
    url, start, stop = server
    start()
    hub = await _until(url)
    end = RedisProducer(url)
    found: asyncio.Queue[Result] = asyncio.Queue()

    async def offer() -> None:
        async for order in end.orders():
            if isinstance(order, Connected):
                await end.offer(JOB)

    async def take_in() -> None:
        async for result in hub.results():
            await hub.accept(result.id)
            await found.put(result)

    async with running(offer(), take_in()):
        async with asyncio.timeout(15):
            while not hub.workforce().waiting:  # noqa: ASYNC110 - another process's state
                await asyncio.sleep(0.02)
        stop()
        start()
        async with running(work(Scripted(), lambda name: RedisTaker.connect(url, name, lease=0.5))):
            result = await asyncio.wait_for(found.get(), 30)
        assert result.id == JOB.id
        assert found.empty()
        await end.close()
    await hub.stop()


async def test_the_server_takes_the_link_that_its_settings_name(
    server: tuple[str, Callable[[], None], Callable[[], None]],
) -> None:
    url, start, _ = server
    assert isinstance(hub("websocket", 0, "a-token-for-the-tests"), WebSocketHub)
    with pytest.raises(LinkRefused):
        hub("http://127.0.0.1", 0, "")
    start()
    await (await _until(url)).stop()
    made = hub(url, 0, "", lease=0.5)
    await made.start()
    end = producer(made.url, "")

    async def offer() -> None:
        async for order in end.orders():
            if isinstance(order, Connected):
                await end.offer(JOB)

    async with running(offer(), work(Scripted(), taker(made.url, "", 0.5))):
        assert [result.id for result in await first(made.results(), 1)] == [JOB.id]
        await end.close()
    await made.stop()


def test_an_address_of_no_known_kind_is_refused() -> None:
    with pytest.raises(LinkRefused):
        producer("http://127.0.0.1", "token")
    with pytest.raises(LinkRefused):
        taker("", "token")
