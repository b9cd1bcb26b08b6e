"""Nothing said is lost or doubled, whoever dies: listener, link, worker or feed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.sound import murmur, quiet
from tests.transcription.ends import Feed, Scripted, running
from transcription.hearing import Hearing
from transcription.journal import JournalReader
from transcription.link import Arrived, Progress, Span, Voiced
from transcription.link.websocket import WebSocketHub, WebSocketProducer, WebSocketTaker
from transcription.listener import Listener
from transcription.opus import encode
from transcription.wire import Packet, Result
from transcription.worker import work

TOKEN = "a-token-for-the-tests"
SPEECH = encode(np.concatenate([quiet(0.5)] + [np.concatenate([murmur(1.5, seed=s), quiet(0.9)]) for s in range(6)]))


def expected() -> list[tuple[int, int]]:
    hearing = Hearing("t-1", "room")
    jobs = hearing.push(SPEECH) + hearing.starve()
    return [(j.start, j.end) for j in jobs if not j.speculative]


def spans(results: list[Result]) -> list[tuple[int, int]]:
    return [(r.start, r.end) for r in results]


@pytest.fixture
async def feed(tmp_path: Path) -> AsyncIterator[Feed]:
    feed = Feed(tmp_path)
    await feed.start()
    yield feed
    await feed.stop()


@pytest.fixture
async def hub() -> AsyncIterator[WebSocketHub]:
    hub = WebSocketHub("127.0.0.1", 0, TOKEN)
    await hub.start()
    yield hub
    await hub.stop()


def listener(feed: Feed, hub: WebSocketHub, outbox: int = 256) -> Listener:
    return Listener(feed.path, WebSocketProducer(hub.url, TOKEN), outbox=outbox, interims=False)


def workers(reader: Scripted, hub: WebSocketHub, count: int = 1) -> object:
    return work(reader, lambda name: WebSocketTaker.connect(hub.url, TOKEN, name), count)


async def collect(hub: WebSocketHub, count: int, *, accept: bool = True, limit: float = 20) -> list[Result]:
    results: list[Result] = []
    try:
        async with asyncio.timeout(limit):
            async for result in hub.results():
                results.append(result)
                if accept:
                    await hub.accept(result.id)
                if len(results) == count:
                    break
    except TimeoutError:
        owed = [(e.job.id, e.state.name, e.worker, e.attempts) for e in hub._schedule.entries.values()]
        pytest.fail(f"{len(results)} of {count} results in {limit} s; {hub.workforce()}; still scheduled: {owed}")
    return results


async def listening(hub: WebSocketHub, limit: float = 20) -> None:
    async with asyncio.timeout(limit):
        async for news in hub.news():
            if isinstance(news, Arrived) and news.role == "listener":
                return


async def say(feed: Feed, packets: list[Packet], *, open: bool = True, close: bool = True, track: str = "t-1") -> None:
    await feed.connected()
    if open:
        await feed.open("room", track)
    await feed.packets("room", track, packets)
    if close:
        await feed.close("room", track)


async def test_speech_becomes_results_in_order_and_nothing_is_owed(feed: Feed, hub: WebSocketHub) -> None:
    async with running(listener(feed, hub).run(), workers(Scripted(), hub, 2)):
        await listening(hub)
        await say(feed, SPEECH)
        assert spans(await collect(hub, len(expected()))) == expected()
        async with asyncio.timeout(10):
            async for news in hub.news():
                if isinstance(news, Progress) and news.owed_ms == 0:
                    break


async def test_a_killed_listener_cuts_the_same_utterances_from_the_journal(feed: Feed, hub: WebSocketHub) -> None:
    async with running(workers(Scripted(), hub)):
        async with running(listener(feed, hub).run()):
            await listening(hub)
            await say(feed, SPEECH[:300], close=False)
            done = await collect(hub, 2)
        async with running(listener(feed, hub).run()):
            await listening(hub)
            await hub.survey("room", feed.journal, {"t-1": done[-1].end})
            await say(feed, SPEECH[300:], open=False)
            rest = await collect(hub, len(expected()) - len(done))
    assert spans(done + rest) == expected()


async def test_a_broken_feed_is_bridged_from_the_journal(feed: Feed, hub: WebSocketHub) -> None:
    async with running(listener(feed, hub).run(), workers(Scripted(), hub)):
        await listening(hub)
        await hub.survey("room", feed.journal, {})
        await say(feed, SPEECH[:150], close=False)
        feed.cut()
        await feed.packets("room", "t-1", SPEECH[150:400])
        await say(feed, SPEECH[400:], open=False)
        assert spans(await collect(hub, len(expected()))) == expected()


@pytest.mark.parametrize("early", [True, False])
async def test_a_survey_may_come_before_or_after_the_track_begins(feed: Feed, hub: WebSocketHub, early: bool) -> None:
    async with running(listener(feed, hub).run(), workers(Scripted(), hub)):
        await listening(hub)
        if early:
            await hub.survey("room", feed.journal, {})
        await say(feed, SPEECH[:150], close=False)
        if not early:
            await hub.survey("room", feed.journal, {})
        feed.cut()
        await feed.packets("room", "t-1", SPEECH[150:400])
        await say(feed, SPEECH[400:], open=False)
        assert spans(await collect(hub, len(expected()))) == expected()


async def test_a_feed_cut_while_the_journal_is_read_loses_nothing(
    feed: Feed, hub: WebSocketHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is read slowly: packets from before and after the cut wait, with a hole between them."""
    go = threading.Event()
    more = JournalReader.more

    def slow(self: JournalReader) -> tuple[list[Packet], bool]:
        assert go.wait(20)
        return more(self)

    monkeypatch.setattr(JournalReader, "more", slow)
    async with running(workers(Scripted(), hub), listener(feed, hub).run()):
        await listening(hub)
        await feed.connected()
        await feed.open("room", "t-1")
        feed.cut()
        await feed.packets("room", "t-1", SPEECH[:100])
        await feed.connected()
        await hub.survey("room", feed.journal, {"t-1": 0})
        await feed.packets("room", "t-1", SPEECH[100:200])
        feed.cut()
        await feed.packets("room", "t-1", SPEECH[200:400])
        await say(feed, SPEECH[400:], open=False)
        go.set()
        assert spans(await collect(hub, len(expected()))) == expected()


async def test_a_listener_that_comes_late_waits_to_be_told_from_where(feed: Feed, hub: WebSocketHub) -> None:
    """The node names the tracks that are open; they are not new, so nothing is offered before the survey."""
    await feed.open("room", "t-1")
    await feed.packets("room", "t-1", SPEECH[:300])
    async with running(workers(Scripted(), hub), listener(feed, hub).run()):
        await listening(hub)
        await feed.connected()
        await feed.known("room", "t-1")
        await say(feed, SPEECH[300:], open=False)
        await hub.survey("room", feed.journal, {"t-1": 0})
        assert spans(await collect(hub, len(expected()))) == expected()


async def test_a_hole_is_heard_again_with_the_same_cuts(feed: Feed, hub: WebSocketHub) -> None:
    async with running(listener(feed, hub).run(), workers(Scripted(), hub)):
        await listening(hub)
        await say(feed, SPEECH)
        await collect(hub, len(expected()))
        await hub.resume("room", "t-1", expected()[2][0], feed.journal, expected()[3][1])
        assert spans(await collect(hub, 2)) == expected()[2:4]


async def test_a_whole_survey_tells_what_was_cut_before_the_listener_came(feed: Feed, hub: WebSocketHub) -> None:
    await feed.open("room", "t-1")
    await feed.packets("room", "t-1", SPEECH)
    await feed.close("room", "t-1")
    cursor = expected()[3][1]
    async with running(listener(feed, hub).run(), workers(Scripted(), hub)):
        await listening(hub)
        await hub.survey("room", feed.journal, {"t-1": cursor}, whole=True)
        assert spans(await collect(hub, len(expected()) - 4)) == expected()[4:]
        async with asyncio.timeout(20):
            async for news in hub.news():
                if isinstance(news, Voiced) and news.since == 0:
                    assert list(news.spans) == expected()
                    break


async def test_a_full_outbox_waits_in_the_journal(feed: Feed, hub: WebSocketHub) -> None:
    reader = Scripted()
    reader.go.clear()
    async with running(listener(feed, hub, outbox=2).run(), workers(reader, hub)):
        await listening(hub)
        await hub.survey("room", feed.journal, {})
        await say(feed, SPEECH)
        reader.go.set()
        assert spans(await collect(hub, len(expected()))) == expected()


async def test_a_restarted_hub_gets_the_unaccepted_jobs_again(feed: Feed, hub: WebSocketHub) -> None:
    port = int(hub.url.rsplit(":", 1)[1])
    async with running(listener(feed, hub).run(), workers(Scripted(), hub)):
        await listening(hub)
        await say(feed, SPEECH)
        assert spans(await collect(hub, 2, accept=False)) == expected()[:2]
        await hub.stop()
        again = WebSocketHub("127.0.0.1", port, TOKEN)
        await again.start()
        try:
            assert spans(await collect(again, len(expected()))) == expected()
        finally:
            await again.stop()


async def test_shutting_the_gate_forgets_the_open_utterance(feed: Feed, hub: WebSocketHub) -> None:
    async with running(listener(feed, hub).run(), workers(Scripted(), hub)):
        await listening(hub)
        inside = expected()[1][0] + 24_000
        cut = next(i for i, p in enumerate(SPEECH) if p.position > inside)
        await say(feed, SPEECH[:cut], close=False)
        await feed.shut("room")
        await say(feed, SPEECH[400:], open=False)
        found = spans(await collect(hub, 3))
    assert found[0] == expected()[0]
    assert found[1][0] >= SPEECH[400].position - 24_000


async def test_forgotten_spans_give_no_result(feed: Feed, hub: WebSocketHub) -> None:
    reader = Scripted()
    reader.go.clear()
    async with running(listener(feed, hub).run()):
        await listening(hub)
        await say(feed, SPEECH)
        async with asyncio.timeout(20):
            while hub.workforce().waiting < len(expected()):  # noqa: ASYNC110 - another end's state
                await asyncio.sleep(0.02)
        start, end = expected()[1]
        await hub.forget("room", [Span("t-1", start, end)])
        reader.go.set()
        async with running(workers(reader, hub)):
            found = spans(await collect(hub, len(expected()) - 1))
    assert found == [span for span in expected() if span != (start, end)]
