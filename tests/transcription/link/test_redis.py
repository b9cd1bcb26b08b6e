"""Redis may go and come back; nothing that was offered is lost, and the server does not fall with it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.transcription.ends import Scripted, first, running
from transcription.link import Arrived, Connected, Departed, Hints, LinkClosed, LinkRefused, Order, Span
from transcription.link.connect import hub, producer, taker
from transcription.link.redis import RedisHub
from transcription.link.redis_producer import RedisProducer
from transcription.link.redis_taker import RedisTaker
from transcription.link.streams import GROUP, JOBS, PREFIX, WORKERS
from transcription.link.websocket import WebSocketHub
from transcription.wire import VERSION, Job, Packet, Result, job_frame, pack
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


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Looks at the tests' own redis-server from outside; empty at first."""
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@contextlib.asynccontextmanager
async def served(url: str, lease: float = 0.5) -> AsyncIterator[tuple[RedisHub, RedisProducer, asyncio.Queue[Order]]]:
    """A hub and a listener that know each other, and what the listener is told from now on."""
    client = Redis.from_url(url)
    await client.flushdb()
    await client.aclose()
    hub, end = RedisHub(url, lease=lease), RedisProducer(url)
    orders: asyncio.Queue[Order] = asyncio.Queue()

    async def read() -> None:
        async for order in end.orders():
            await orders.put(order)

    await hub.start()
    async with running(read()):
        assert await asyncio.wait_for(orders.get(), 10) == Connected()
        yield hub, end, orders
        await end.close()
    await hub.stop()


async def until(true: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(15):
        while not await true():  # noqa: ASYNC110 - another process's state
            await asyncio.sleep(0.02)


async def until_not(true: Callable[[], Awaitable[object]]) -> None:
    async def other() -> bool:
        return not await true()

    await until(other)


async def _is(value: Awaitable[int], wanted: int) -> bool:
    return await value == wanted


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


async def test_a_redis_that_lost_what_was_handed_out_is_noticed_at_once(redis: Redis, redis_url: str) -> None:
    """Long before the lease is over."""
    async with served(redis_url, lease=20.0) as (hub, end, orders):
        await end.offer(JOB)
        await until(lambda: redis.xlen(JOBS))
        await redis.flushdb()
        async with running(work(Scripted(), lambda name: RedisTaker.connect(redis_url, name))):
            assert [result.id for result in await first(hub.results(), 1)] == [JOB.id]
        assert await asyncio.wait_for(orders.get(), 10) == Connected()  # offer again what was on its way


async def test_a_server_that_starts_anew_finds_the_listeners_that_are_there(redis_url: str) -> None:
    async with served(redis_url) as (hub, end, orders):
        await first(hub.news(), 1)
        await hub.stop()
        again = RedisHub(redis_url, lease=0.5)
        await again.start()
        assert await first(again.news(), 1) == [Arrived("listener", "listener")]
        assert again.workforce().listeners == 1
        assert await asyncio.wait_for(orders.get(), 10) == Connected()
        await end.close()
        assert await first(again.news(), 1) == [Departed("listener", "listener")]
        await again.stop()


async def test_orders_given_while_redis_was_away_from_a_listener_are_read_afterwards(redis_url: str) -> None:
    async with served(redis_url) as (hub, end, orders):
        await end._redis.connection_pool.disconnect()
        await hub.hints("room", ["Hòa"], "")
        heard = [await asyncio.wait_for(orders.get(), 10)]
        while heard[-1] == Connected():
            heard.append(await asyncio.wait_for(orders.get(), 10))
        assert heard[-1] == Hints("room", ("Hòa",), "")


async def test_sounds_that_were_forgotten_leave_redis_too(redis: Redis, redis_url: str) -> None:
    async with served(redis_url) as (hub, end, _):
        await end.offer(JOB)
        await until(lambda: redis.xlen(JOBS))
        await hub.forget("room", [Span("t", 0, 4_800)])
        assert await redis.xlen(JOBS) == 0
        assert hub.workforce().waiting == 0


async def test_nothing_stays_in_redis_of_what_is_done(redis: Redis, redis_url: str) -> None:
    async with served(redis_url) as (hub, end, _):
        async with running(work(Scripted(), lambda name: RedisTaker.connect(redis_url, name, lease=0.5), 3)):
            for number in range(30):
                await end.offer(replace(JOB, id=f"t:{number}", start=number, end=number + 1))
            for result in await first(hub.results(), 30):
                await hub.accept(result.id)
            await until_not(lambda: redis.xlen(JOBS))
        await until_not(lambda: redis.xlen(f"{PREFIX}server:in"))
        await until_not(lambda: redis.zcard(WORKERS))
        assert await redis.xinfo_consumers(JOBS, GROUP) == []
    assert await redis.zcard(f"{PREFIX}server:alive") == 0
    assert await redis.memory_usage(JOBS) < 2_000


async def test_a_listener_waits_while_no_server_reads(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcription.link.redis_producer.MOST_WAITING", 5)
    async with served(redis_url) as (hub, end, _):
        await hub.stop()

        async def offer() -> None:
            for number in range(20):
                await end.offer(replace(JOB, id=f"t:{number}", start=number, end=number + 1))

        async with running(offer()):
            await until(lambda: _is(redis.xlen(f"{PREFIX}server:in"), 5))
            interim = replace(JOB, final=False)
            await asyncio.wait_for(end.offer(interim), 5)  # what may be dropped does not wait
            assert await redis.xlen(f"{PREFIX}server:in") == 5


async def test_an_end_of_another_version_is_not_let_in(redis: Redis, redis_url: str) -> None:
    assert f":{VERSION}:" in PREFIX  # so it does not even read our streams
    async with served(redis_url) as (hub, _, _):
        hello = {"type": "hello", "v": VERSION + 1, "role": "listener", "name": "new", "id": "new/1"}
        await redis.xadd(f"{PREFIX}server:in", {"f": pack(hello)})
        await redis.xadd(f"{PREFIX}server:in", {"f": b"\x00\x00"})
        await redis.xadd(f"{PREFIX}server:in", {"nothing": b"at all"})
        await until_not(lambda: redis.xlen(f"{PREFIX}server:in"))
        assert hub.workforce().listeners == 1


async def test_a_job_that_no_server_of_ours_wrote_is_thrown_away(redis: Redis, redis_url: str) -> None:
    async with served(redis_url) as (hub, end, _):
        await redis.xadd(JOBS, {"f": b"rubbish", "reply": "elsewhere"})
        await redis.xadd(JOBS, {"f": job_frame(JOB), "reply": "another:place"})
        async with running(work(Scripted(), lambda name: RedisTaker.connect(redis_url, name, lease=0.5))):
            await end.offer(JOB)
            assert [result.id for result in await first(hub.results(), 1)] == [JOB.id]
        assert await redis.xlen(JOBS) == 0
        assert await redis.exists("another:place") == 0


async def test_a_wrong_password_is_said_as_such(redis: Redis, redis_url: str) -> None:
    await redis.acl_setuser("speech", enabled=True, passwords=["+right"], keys=["*"], commands=["+@all"])
    wrong = redis_url.replace("redis://", "redis://speech:wrong@")
    with pytest.raises(LinkRefused):
        await RedisTaker.connect(wrong, "w")
    hub = RedisHub(wrong)
    with pytest.raises(LinkRefused):
        await hub.start()
    await hub.stop()
    end = RedisProducer(wrong)
    with pytest.raises(LinkRefused):
        await anext(end.orders())
    await end.close()
    taker = await RedisTaker.connect(redis_url.replace("redis://", "redis://speech:right@"), "w")
    await taker.close()


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
