"""What is heard and kept, with the media node in this process: likeness, losses, joins again and again, memory."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.media_load import memory
from benchmarks.media_peer import LOUD, QUIET, LightPeer
from benchmarks.media_voice import FRAME, RATE, packets, voice
from meeting_server.media.engine import ControlLink
from meeting_server.media.rtp import payload_of, read_header
from transcription.recording import Sound, lines

ADDRESS = "127.0.0.1"


class Hearing:
    """What a listener gets: (RTP time, payload) by slot."""

    def __init__(self) -> None:
        self.got: dict[int, list[tuple[int, bytes]]] = {}

    def take(self, packet: bytes) -> None:
        read = read_header(packet, 0)
        if read is not None:
            self.got.setdefault(read[3], []).append((read[2], payload_of(packet, read[6])))


def sound_of(heard: list[tuple[int, bytes]]) -> NDArray[np.int16]:
    """What one slot said, laid out by its RTP time."""
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", RATE
    first = heard[0][0]
    out = np.zeros(((heard[-1][0] - first) & 0xFFFFFFFF) + 2 * FRAME, np.int16)
    for timestamp, payload in heard:
        for frame in decoder.decode(av.Packet(payload)):
            at = (timestamp - first) & 0xFFFFFFFF
            block = frame.to_ndarray().reshape(-1)[: len(out) - at]
            out[at : at + len(block)] = block
    return out


def envelope(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    return np.sqrt((samples[: len(samples) // FRAME * FRAME].astype(float).reshape(-1, FRAME) ** 2).mean(axis=1))


def likeness(spoken: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """Best correlation of the envelopes where this slot was in use (it is silent while others speak)."""
    a, b = envelope(spoken), envelope(heard)
    best = 0.0
    for shift in range(len(a)):
        size = min(len(a) - shift, len(b))
        used = b[:size] > 0
        if size < len(b) * 0.9 or used.sum() < 50:
            continue
        x, y = a[shift : shift + size][used], b[:size][used]
        if x.std() > 0 and y.std() > 0:
            best = max(best, float(np.corrcoef(x, y)[0, 1]))
    return best


async def joined(link: ControlLink, room: str, session: str, hearing: Hearing | None = None) -> LightPeer:
    peer = LightPeer(ADDRESS, 1 if hearing else 0, hearing.take if hearing else None)
    answer = await link.join(room, session, "remote", await peer.offer(3), speak=True, hear=True)
    async with asyncio.timeout(20):
        await peer.accept(answer)
    return peer


async def paced(count: int, step: Any) -> None:
    """Call ``step(number)`` every 20 ms."""
    loop, begun = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number * 0.02 - loop.time()))
        step(number)


async def across_slots(link: ControlLink) -> float:
    """Two speakers in turn, each turn after the other's place was let go: the listener hears one sound go on."""
    await link.open("q")
    hearing = Hearing()
    one, other = await joined(link, "q", "one"), await joined(link, "q", "other")
    await joined(link, "q", "hears", hearing)
    payloads, turn = packets(voice(12)), 200  # four seconds each
    spoken = sound_of([(number * FRAME, payload) for number, payload in enumerate(payloads)])

    def step(number: int) -> None:
        speaker, quiet = (one, other) if number // turn % 2 == 0 else (other, one)
        if number < len(payloads):
            speaker.speak(payloads[number], LOUD)
            quiet.speak(b"\xf8\xff\xfe", QUIET)

    await paced(len(payloads) + 10, step)
    await link.close("q")
    return min(likeness(spoken, sound_of(heard)) for heard in hearing.got.values())


def best_part(spoken: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """Likeness where this slot was in use: silence between the turns is left out."""
    a, b = envelope(spoken), envelope(heard)
    best = 0.0
    for shift in range(len(a)):
        size = min(len(a) - shift, len(b))
        used = b[:size] > 0
        if size < len(b) * 0.9 or used.sum() < 50:
            continue
        x, y = a[shift : shift + size][used], b[:size][used]
        if x.std() > 0 and y.std() > 0:
            best = max(best, float(np.corrcoef(x, y)[0, 1]))
    return best


async def kept_at_loss(link: ControlLink, recordings: Path) -> tuple[float, float]:
    """(share of the packets that arrived which are recorded, drift in ms) at 20 % loss."""
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
    return len(set(kept) & set(sent)) / len(sent), abs(kept[-1] - sent[-1]) * 20.0


async def rejoin(link: ControlLink) -> float:
    """Seconds from a new connection's offer to its first sound at another, the worst of ten."""
    await link.open("j")
    payload, worst = packets(voice(1))[10], 0.0
    hears = await joined(link, "j", "hears")
    for _ in range(10):
        before, begun = hears.received, time.monotonic()
        peer = await joined(link, "j", "comes")
        while hears.received == before and time.monotonic() - begun < 10:
            peer.speak(payload, LOUD)
            await asyncio.sleep(0.02)
        worst = max(worst, time.monotonic() - begun)
    await link.close("j")
    return worst


async def comings_and_goings(link: ControlLink, pid: int, count: int) -> float:
    """Growth of the node's memory in % from the 200th to the last of so many joins and leaves."""
    await link.open("g")
    at_200 = 0.0
    for number in range(count):
        peer = await joined(link, "g", f"s{number}")
        peer.speak(b"\xf8\xff\xfe", LOUD)
        await link.leave("g", f"s{number}")
        await peer.close()
        if number == 199:
            gc.collect()
            at_200 = memory(pid)
    await link.close("g")
    return (memory(pid) / at_200 - 1) * 100 if at_200 else 0.0


async def measured(run: Path, recordings: Path, pid: int, joins: int) -> dict[str, float]:
    link = ControlLink(run)
    await link.start()
    try:
        kept, drift = await kept_at_loss(link, recordings)
        return {
            "envelope_correlation": round(await across_slots(link), 3),
            "kept_at_20_loss": round(kept, 4), "drift_ms": drift,
            "rejoin_s": round(await rejoin(link), 2),
            "join_leave_growth_pct": round(await comings_and_goings(link, pid, joins), 1),
        }  # fmt: skip
    finally:
        await link.stop()


if __name__ == "__main__":
    import json

    import uvloop

    where, kept_in, process, many = sys.argv[1:5]
    print(json.dumps(uvloop.run(measured(Path(where), Path(kept_in), int(process), int(many)))))
