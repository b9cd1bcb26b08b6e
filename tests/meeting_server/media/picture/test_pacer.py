"""Pictures are sent in slices with the loop between them; they are given up before the sound is held up."""

from __future__ import annotations

import asyncio

from meeting_server.media.picture.pacer import HOLD_MS, LATE_BEATS, LATE_MS, MOST, OLD_MS, SLICE, Pacer
from meeting_server.media.picture.payload import NOTHING
from meeting_server.media.picture.writer import Shown

PICTURE = Shown(1, "VP8", 1, 0, True, b"x", NOTHING)


class Stream:
    def __init__(self) -> None:
        self.sent = self.skipped = 0

    def send(self, shown: Shown, now: int) -> None:
        self.sent += 1

    def skip(self) -> None:
        self.skipped += 1


def now() -> int:
    return int(asyncio.get_running_loop().time() * 1000)


async def drained(pacer: Pacer) -> int:
    """How often the loop came round meanwhile."""
    turns = 0
    while pacer.waiting:
        await asyncio.sleep(0)
        turns += 1
    return turns


async def test_few_are_sent_at_once_and_many_in_slices() -> None:
    pacer, few, many = Pacer(), [Stream() for _ in range(3)], [Stream() for _ in range(5 * SLICE)]
    pacer.put(PICTURE, few, now())
    assert all(stream.sent == 1 for stream in few)
    pacer.put(PICTURE, many, now())
    assert sum(stream.sent for stream in many) == SLICE
    assert await drained(pacer) >= 4
    assert all(stream.sent == 1 for stream in many)
    assert pacer.left_out == 0


async def test_every_stream_gets_packets_in_their_order() -> None:
    seen: list[int] = []

    class Watching(Stream):
        def send(self, shown: Shown, now: int) -> None:
            seen.append(shown.sequence)

    pacer, streams = Pacer(), [Watching(), *(Stream() for _ in range(2 * SLICE))]
    for sequence in range(5):
        pacer.put(Shown(1, "VP8", sequence, 0, True, b"x", NOTHING), streams, now())
    await drained(pacer)
    assert seen == [0, 1, 2, 3, 4]


async def test_what_waits_is_bounded_and_the_rest_left_out() -> None:
    pacer, streams = Pacer(), [Stream() for _ in range(1000)]
    for _ in range(10):
        pacer.put(PICTURE, streams, now())
        assert pacer.waiting <= MOST
    assert all(stream.skipped >= 4 for stream in streams)


async def test_what_waited_too_long_is_left_out() -> None:
    pacer, streams = Pacer(), [Stream() for _ in range(3 * SLICE)]
    pacer.put(PICTURE, streams, now() - OLD_MS - 50)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert pacer.waiting == 0
    assert pacer.left_out == 2 * SLICE


async def test_a_node_that_is_late_sends_no_picture_for_a_while() -> None:
    pacer, stream = Pacer(), Stream()
    for _ in range(LATE_BEATS - 1):
        pacer.beat(LATE_MS, 1000)
    pacer.put(PICTURE, [stream], 1000)
    assert stream.sent == 1
    pacer.beat(LATE_MS, 1000)
    pacer.put(PICTURE, [stream], 1000 + HOLD_MS - 1)
    assert (stream.sent, stream.skipped) == (1, 1)
    pacer.put(PICTURE, [stream], 1000 + HOLD_MS)
    assert stream.sent == 2


async def test_a_stream_that_fails_does_not_stop_the_others() -> None:
    class Failing(Stream):
        def send(self, shown: Shown, now: int) -> None:
            raise ValueError("closed")

    pacer, good = Pacer(), Stream()
    pacer.put(PICTURE, [Failing(), good], now())
    for _ in range(5):
        await asyncio.sleep(0)
    assert good.sent == 1
    assert pacer.waiting == 0
