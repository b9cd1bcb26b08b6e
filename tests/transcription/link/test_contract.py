"""What every link holds: each job answered once, in the order of its track, whoever dies or hangs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.transcription.ends import Scripted, first, running
from transcription.link import (
    Accepted,
    Arrived,
    Connected,
    Departed,
    Forget,
    Hints,
    Hub,
    LinkClosed,
    Order,
    Producer,
    Progress,
    Resume,
    Span,
    Survey,
    Taker,
    Voiced,
)
from transcription.link.redis import RedisHub
from transcription.link.redis_producer import RedisProducer
from transcription.link.redis_taker import RedisTaker
from transcription.link.websocket import WebSocketHub, WebSocketProducer, WebSocketTaker
from transcription.scheduler import ATTEMPTS
from transcription.wire import Job, Packet, Result
from transcription.worker import work

TOKEN = "a-token-for-the-tests"
LEASE = 0.4


@dataclass
class Link:
    """A hub and how its other ends are made."""

    hub: Hub
    producer: Callable[[], Producer]
    taker: Callable[[str], Awaitable[Taker]]


@pytest.fixture(params=["websocket", "redis"])
async def link(request: pytest.FixtureRequest) -> AsyncIterator[Link]:
    if request.param == "redis":
        async with _redis_link(request.getfixturevalue("redis_url")) as made:
            yield made
        return
    hub = WebSocketHub("127.0.0.1", 0, TOKEN, lease=LEASE)
    await hub.start()
    yield Link(
        hub,
        lambda: WebSocketProducer(hub.url, TOKEN),
        lambda name: WebSocketTaker.connect(hub.url, TOKEN, name),
    )
    await hub.stop()


@contextlib.asynccontextmanager
async def _redis_link(url: str) -> AsyncIterator[Link]:
    client = Redis.from_url(url)
    await client.flushdb()
    await client.aclose()
    hub = RedisHub(url, lease=LEASE)
    await hub.start()
    yield Link(hub, lambda: RedisProducer(url), lambda name: RedisTaker.connect(url, name, lease=LEASE))
    await hub.stop()


@pytest.fixture
async def producer(link: Link) -> AsyncIterator[Producer]:
    """A connected producer that reads its orders aside."""
    producer = link.producer()
    orders: asyncio.Queue[Order] = asyncio.Queue()

    async def read() -> None:
        async for order in producer.orders():
            await orders.put(order)

    async with running(read()):
        assert await asyncio.wait_for(orders.get(), 10) == Connected()
        producer.heard = orders  # type: ignore[attr-defined]
        yield producer
        await producer.close()


def job(number: int, track: str = "t-1", **changes: Any) -> Job:
    start = number * 48_000
    made = Job(f"{track}:{start}", track, start, start + 4_800, (Packet(start, b"opus"),), f"room-{track}")
    return replace(made, **changes)


def result(of: Job, text: str = "xin chào") -> Result:
    return Result(of.id, of.track, of.start, of.end, text, text, 900, "test", of.final)


async def take(taker: Taker) -> Job:
    return await asyncio.wait_for(taker.take(), 10)


async def results(link: Link, count: int) -> list[Result]:
    found = []
    async with asyncio.timeout(10):
        async for one in link.hub.results():
            found.append(one)
            await link.hub.accept(one.id)
            if len(found) == count:
                break
    return found


async def nothing_more(link: Link) -> None:
    more: list[Result] = []
    with contextlib.suppress(TimeoutError):
        more += await first(link.hub.results(), 1, 0.2)
    assert more == []


async def test_a_job_goes_round_and_its_producer_hears_of_it(link: Link, producer: Producer) -> None:
    taker = await link.taker("w")
    await producer.offer(job(1))
    taken = await take(taker)
    assert taken == job(1)
    await taker.give(result(taken))
    assert await results(link, 1) == [result(job(1))]
    assert await asyncio.wait_for(producer.heard.get(), 10) == Accepted("t-1:48000")  # type: ignore[attr-defined]
    await nothing_more(link)
    await taker.close()


async def test_a_job_of_a_killed_worker_goes_to_another_and_is_answered_once(link: Link, producer: Producer) -> None:
    one, other = await link.taker("one"), await link.taker("other")
    await producer.offer(job(1))
    taken = await take(one)
    await one.close()
    again = await take(other)
    assert again == taken
    await other.give(result(again))
    assert len(await results(link, 1)) == 1
    await nothing_more(link)
    await other.close()


async def test_a_worker_that_hangs_is_cut_off_and_its_late_answer_is_dropped(link: Link, producer: Producer) -> None:
    one, other = await link.taker("one"), await link.taker("other")
    await producer.offer(job(1))
    taken = await take(one)
    again = await take(other)
    await other.give(result(again, "của người kia"))
    assert [r.text for r in await results(link, 1)] == ["của người kia"]
    with contextlib.suppress(LinkClosed):
        await one.give(result(taken, "muộn"))
    await nothing_more(link)
    await one.close()
    await other.close()


async def test_results_keep_the_order_of_their_track(link: Link, producer: Producer) -> None:
    one, other = await link.taker("one"), await link.taker("other")
    await producer.offer(job(1))
    await producer.offer(job(2))
    first_job, second_job = await take(one), await take(other)
    await other.give(result(second_job))
    await nothing_more(link)
    await one.give(result(first_job))
    assert [r.start for r in await results(link, 2)] == sorted([first_job.start, second_job.start])
    await one.close()
    await other.close()


async def test_a_job_offered_again_is_done_once(link: Link, producer: Producer) -> None:
    reader = Scripted()
    async with running(work(reader, link.taker)):
        for _ in range(3):
            await producer.offer(job(1))
        assert len(await results(link, 1)) == 1
        await producer.offer(job(1))
        await nothing_more(link)
    assert reader.read == [job(1).id]


async def test_a_job_that_kills_every_worker_is_answered_as_inaudible(link: Link, producer: Producer) -> None:
    await producer.offer(job(1))
    await producer.offer(job(2))
    for number in range(ATTEMPTS):
        taker = await link.taker(f"w{number}")
        while (await take(taker)).id != job(1).id:
            pass
        await taker.close()
    reader = Scripted()
    async with running(work(reader, link.taker)):
        found = await results(link, 2)
    assert [r.inaudible for r in found] == [True, False]
    assert found[0].text == "[không nghe rõ, 1 giây]"


async def test_a_speculative_result_waits_until_the_pause_held(link: Link, producer: Producer) -> None:
    reader = Scripted()
    async with running(work(reader, link.taker)):
        await producer.offer(job(1, speculative=True))
        await nothing_more(link)
        await producer.offer(job(1))
        assert len(await results(link, 1)) == 1
    assert reader.read == [job(1).id]


async def test_a_speculative_pass_whose_pause_did_not_hold_is_done_again(link: Link, producer: Producer) -> None:
    async with running(work(Scripted(), link.taker)):
        await producer.offer(job(1, speculative=True))
        await producer.offer(job(1, end=job(1).end + 4800))
        assert [r.end for r in await results(link, 1)] == [job(1).end + 4800]


async def test_interims_come_apart_and_finals_first(link: Link, producer: Producer) -> None:
    async with running(work(Scripted(), link.taker)):
        await producer.offer(job(1, final=False))
        (interim,) = await first(link.hub.interims(), 1)
        assert (interim.final, interim.id) == (False, job(1).id)
        await nothing_more(link)
        await producer.offer(job(1))
        assert [r.final for r in await results(link, 1)] == [True]


async def test_a_loud_room_does_not_starve_a_quiet_one(link: Link, producer: Producer) -> None:
    for number in range(8):
        await producer.offer(job(number, "t-loud"))
    await producer.offer(job(0, "t-quiet"))
    reader = Scripted()
    async with running(work(reader, link.taker)):
        await results(link, 9)
    assert reader.read.index("t-quiet:0") <= 2


async def test_forgotten_jobs_and_results_are_gone(link: Link, producer: Producer) -> None:
    taker = await link.taker("w")
    await producer.offer(job(1))
    taken = await take(taker)
    await link.hub.forget("room-t-1", [Span("t-1", taken.start, taken.end)])
    await taker.give(result(taken))
    await nothing_more(link)
    heard = await asyncio.wait_for(producer.heard.get(), 10)  # type: ignore[attr-defined]
    assert heard == Forget("room-t-1", (Span("t-1", taken.start, taken.end),))
    await taker.close()


async def test_orders_reach_the_listener_in_order(link: Link, producer: Producer, tmp_path: Path) -> None:
    await link.hub.hints("room", ["Nguyễn Thị Hòa"], "đại hội chi bộ")
    await link.hub.resume("room", "t-1", 480, tmp_path)
    await link.hub.survey("room", tmp_path, {"t-1": 480})
    heard = [await asyncio.wait_for(producer.heard.get(), 10) for _ in range(3)]  # type: ignore[attr-defined]
    assert heard == [
        Hints("room", ("Nguyễn Thị Hòa",), "đại hội chi bộ"),
        Resume("room", "t-1", 480, tmp_path),
        Survey("room", tmp_path, {"t-1": 480}),
    ]


async def test_the_server_hears_who_comes_and_what_is_owed(link: Link, producer: Producer) -> None:
    voiced = Voiced("room", "t-1", ((0, 480), (960, 1440)))
    assert await first(link.hub.news(), 1) == [Arrived("listener", "listener")]
    await producer.progress("room", 1200)
    await producer.voiced(voiced)
    assert await first(link.hub.news(), 2) == [Progress("room", 1200), voiced]
    assert link.hub.workforce().listeners == 1
    await producer.close()
    assert await first(link.hub.news(), 1) == [Departed("listener", "listener")]


async def test_what_comes_faster_than_it_is_read_waits_and_none_is_lost(
    link: Link, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcription.link.desk.MOST_JOBS", 10)
    monkeypatch.setattr("transcription.link.redis_producer.MOST_WAITING", 10)
    long = (Packet(0, b"\x00" * 1200),) * 50

    async def offer() -> None:
        for number in range(80):
            await producer.offer(job(number, packets=long))

    async with running(offer(), work(Scripted(), link.taker)):
        assert [r.start for r in await results(link, 80)] == [job(n).start for n in range(80)]
    await nothing_more(link)


async def test_a_message_of_another_time_with_fields_we_do_not_know_is_understood(
    link: Link, producer: Producer
) -> None:
    await link.hub.tell_listener({"type": "weather", "v": 1, "sky": "blue"})
    await link.hub.tell_listener({"type": "accepted", "id": "t-1:0", "since": 3})
    assert await asyncio.wait_for(producer.heard.get(), 10) == Accepted("t-1:0")  # type: ignore[attr-defined]
