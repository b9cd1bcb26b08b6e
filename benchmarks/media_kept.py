"""What the record keeps: packets on a bad line, the time of day over an hour of a wrong clock, the end before a kill.

``python -m benchmarks.media_kept drift`` needs nothing; the others are given a media node (``benchmarks.media``).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.media_peer import LOUD, joined, paced
from benchmarks.media_voice import FRAME, RATE, packets, voice
from meeting_server.media.capture import Capture
from meeting_server.media.engine import ControlLink
from meeting_server.media.feed import Feed
from meeting_server.media.recorder import SEGMENT_S, RoomJournal
from meeting_server.media.rtp import extensions, header
from meeting_server.media.sound import index
from meeting_server.media.source import Source
from tests.meeting_server.media.test_source import Hand, Heard
from transcription.recording import Anchor, Sound, TrackStart, heard_at, lines

HOUR_S = 3600
PPM, JITTER_MS = 100, 30
STEP_S = FRAME / RATE


async def kept_at_loss(link: ControlLink, recordings: Path) -> float:
    """Share of the packets that arrived which are recorded, at 20 % loss."""
    await link.open("l")
    await link.gate("l", capture=True, remote_sound=True)
    peer, payloads, lost = await joined(link, "l", "one"), packets(voice(10)), random.Random(1)
    sent: list[int] = []

    def step(number: int) -> None:
        if lost.random() < 0.2 and number:
            peer.skip()
        else:
            sent.append(number)
            peer.speak(payloads[number], LOUD)

    await paced(len(payloads), step)
    await asyncio.sleep(0.2)
    await link.close("l")
    kept = [x.packet.position // FRAME for x in lines(recordings / "l" / "journal") if isinstance(x, Sound)]
    return len(set(kept) & set(sent)) / len(sent)


async def killed(link: ControlLink, recordings: Path, pid: int) -> float:
    """Seconds of sound that are lost when the node is killed (-9) just before the next segment is due."""
    await link.open("k")
    await link.gate("k", capture=True, remote_sound=True)
    peer, payloads = await joined(link, "k", "one"), packets(voice(1))
    journal = recordings / "k" / "journal"
    loop, size, grown, worst = asyncio.get_running_loop(), 0, 0.0, SEGMENT_S - STEP_S
    begun = loop.time()
    while True:
        await asyncio.sleep(max(0.0, begun + peer.sent * STEP_S - loop.time()))
        peer.speak(payloads[peer.sent % len(payloads)], LOUD)
        if (now_has := journal.stat().st_size if journal.exists() else 0) > size:
            size, grown = now_has, loop.time()
        if loop.time() - begun > 3 and worst <= loop.time() - grown:
            break
        if loop.time() - begun > 30:
            raise TimeoutError("the node writes no journal")
    os.kill(pid, signal.SIGKILL)
    stored = max(line.packet.position for line in lines(journal) if isinstance(line, Sound)) // FRAME
    return (peer.sent - 1 - stored) * STEP_S


def drift(ppm: float, jitter_ms: float, seconds: int = HOUR_S) -> tuple[float, float]:
    """A microphone whose clock runs so wrong speaks for an hour, by a clock of our hand. Both in ms:

    (the most by which the record's time of day leaves the time at which it was said, reckoned from the first minute's;
    difference of the record's length from what was spoken).
    """
    with tempfile.TemporaryDirectory() as made:
        folder, clock, count = Path(made), Hand(), round(seconds / STEP_S)
        journal = RoomJournal(folder / "r")
        journal.open()
        capture = Capture("r", journal, Feed(folder / "feed.sock", list))
        capture.open(clock.now())
        source = Source("one", 111, 1, lambda data: data, Heard(), capture, clock)
        said = clock.now_ms + np.arange(count) * (STEP_S * 1000 * (1 + ppm / 1e6))
        came = said + np.random.default_rng(1).uniform(0, jitter_ms, count)
        came[0] = said[0]  # position 0 is the first that comes
        _speak(source, clock, journal, came)
        anchors = [line for line in lines(journal.path) if isinstance(line, Anchor)]
        (track,) = (line.track for line in lines(journal.path) if isinstance(line, TrackStart))
        wall = clock.at(0)
        errors = [
            heard_at(anchors, number * FRAME) - wall - float(said[number]) for number in range(0, count, 25)
        ]  # fmt: skip
        at_first = statistics.median(errors[: max(1, min(120, len(errors) // 4))])
        length = index(journal.path, track).pages.length
        return max(abs(error - at_first) for error in errors), abs(length - count * FRAME) * 1000 / RATE


def _speak(source: Source, clock: Hand, journal: RoomJournal, came: NDArray[np.float64]) -> None:
    payload, extension = b"\xf8" + bytes(40), extensions(0, "", 1, LOUD)
    ticked = clock.now_ms
    for turn, number in enumerate(map(int, np.argsort(came, kind="stable"))):
        clock.now_ms = int(came[number])
        while clock.now_ms - ticked >= 100:
            ticked += 100
            source.expire(ticked)
        time = number * FRAME & 0xFFFFFFFF
        source.received(header(111, False, number & 0xFFFF, time, 7, extension) + payload)
        if turn % 5000 == 0:
            journal.write()
    source.end()
    journal.write()


def drifts(seconds: int = HOUR_S) -> dict[str, float]:
    """Of clocks that are too fast and too slow, on a still line and on one that jitters."""
    found = {(ppm, jitter): drift(ppm, jitter, seconds) for ppm in (-PPM, PPM) for jitter in (0, JITTER_MS)}
    return {
        "drift_60min_ms": round(max(found[ppm, 0][0] for ppm in (-PPM, PPM)), 1),
        "drift_60min_jitter_ms": round(max(found[ppm, JITTER_MS][0] for ppm in (-PPM, PPM)), 1),
        "length_off_60min_ms": round(max(off for _, off in found.values()), 1),
    }  # fmt: skip


async def kill(run: Path, recordings: Path, pid: int) -> dict[str, float]:
    link = ControlLink(run)
    await link.start()
    try:
        return {"kill_lost_s": round(await killed(link, recordings, pid), 2)}
    finally:
        await link.stop()


if __name__ == "__main__":
    if sys.argv[1] == "drift":
        print(json.dumps(drifts()))
    else:
        where, kept_in, process = sys.argv[2:5]
        print(json.dumps(asyncio.run(kill(Path(where), Path(kept_in), int(process)))))
