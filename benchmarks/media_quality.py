"""What is heard in the rooms of a media node: likeness, one loss, joins again and again, hours of silence.

``python -m benchmarks.media_quality RUN RECORDINGS PID JOINS SILENCE_S`` drives a node that runs as a process of its
own (``benchmarks.media`` starts it). ``python -m benchmarks.media_quality silence SECONDS`` starts a node for the
silent room alone, which can go on beside other work. Last line: one JSON object.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np
import uvloop
from numpy.typing import NDArray

from benchmarks.media_kept import kept_at_loss
from benchmarks.media_load import memory
from benchmarks.media_peer import (
    CHROMIUM,
    FAR_OFF,
    FIREFOX,
    LOUD,
    PLAIN,
    QUIET,
    Kind,
    delay_ms,
    joined,
    paced,
    stamped,
)
from benchmarks.media_place import Place, node
from benchmarks.media_voice import FRAME, RATE, packets, voice
from meeting_server.media.engine import ControlLink
from meeting_server.media.rtp import extensions, payload_of, read_header

SILENCE = b"\xf8\xff\xfe"
KINDS = (CHROMIUM, FIREFOX, FAR_OFF)
SPEAKERS = (CHROMIUM, FIREFOX) * 3  # twice as many as there are slots
TURN = 35  # packets; short enough that slots are taken from those who have just been silent
SPOKEN_S = 14
QUIET_ROOM = 16
SETTLED_S = 15
PHASES, MOST_SHIFT = 8, 100  # of a frame of 20 ms; in frames


class Hearing:
    """What a listener gets, by slot and run of one speaker: (when, RTP time, payload). ``strange``: packets in the
    parameters of another's offer."""

    def __init__(self, kind: Kind = PLAIN) -> None:
        self.got: dict[int, list[list[tuple[float, int, bytes]]]] = {}
        self.strange = 0
        self._kind = kind

    def take(self, packet: bytes) -> None:
        read = read_header(packet, self._kind.level_id)
        if read is None:
            return
        payload_type, _, timestamp, ssrc, level, marker, head = read
        runs = self.got.setdefault(ssrc, [])
        if marker or not runs:
            runs.append([])
        runs[-1].append((time.monotonic(), timestamp, payload_of(packet, head)))
        told = {
            extensions(self._kind.mid_id, f"{self._kind.mids}{slot}", self._kind.level_id, level) for slot in range(3)
        }
        self.strange += payload_type != self._kind.payload_type or packet[12:head] not in told

    @property
    def stolen(self) -> int:
        """How often a slot went over to another speaker."""
        return sum(len(runs) - 1 for runs in self.got.values())

    def mix(self) -> NDArray[np.int16]:
        """All slots as a person hears them together. Each run is laid out by the promptest of its packets."""
        first = min(runs[0][0][0] for runs in self.got.values())
        last = max(runs[-1][-1][0] for runs in self.got.values())
        out = np.zeros(round((last - first + 1) * RATE), np.int32)
        for runs in self.got.values():
            decoder = opus()
            for run in runs:
                began = min(came - ((at - run[0][1]) & 0xFFFFFFFF) / RATE for came, at, _ in run) - first
                for _, at, payload in run:
                    place(out, decoder, payload, max(0, round(began * RATE)) + ((at - run[0][1]) & 0xFFFFFFFF))
        return out.clip(-32_768, 32_767).astype(np.int16)


def opus() -> av.CodecContext:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", RATE
    return decoder


def place(out: NDArray[np.int32], decoder: av.CodecContext, payload: bytes, at: int) -> None:
    for frame in decoder.decode(av.Packet(payload)):
        block = frame.to_ndarray().reshape(-1)[: max(0, len(out) - at)]
        out[at : at + len(block)] += block


def sound_of(heard: list[bytes]) -> NDArray[np.int32]:
    """What one encoder said, whole."""
    decoder, out = opus(), np.zeros((len(heard) + 1) * FRAME, np.int32)
    for number, payload in enumerate(heard):
        place(out, decoder, payload, number * FRAME)
    return out


def envelope(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    return np.sqrt((samples[: len(samples) // FRAME * FRAME].astype(float).reshape(-1, FRAME) ** 2).mean(axis=1))


def likeness(sent: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """Best correlation of the envelopes, where anything was heard; frames need not begin at the same sample."""
    a, best = envelope(sent), 0.0
    for phase in range(0, FRAME, FRAME // PHASES):
        b = envelope(heard[phase:])
        for shift in range(min(len(a), MOST_SHIFT)):
            size = min(len(a) - shift, len(b))
            used = b[:size] > 0
            if size < len(b) * 0.9 or used.sum() < 50:
                continue
            x, y = a[shift : shift + size][used], b[:size][used]
            if x.std() > 0 and y.std() > 0:
                best = max(best, float(np.corrcoef(x, y)[0, 1]))
    return best


def turns(spoken: NDArray[np.int16]) -> list[list[bytes]]:
    """Each speaker's packets: its own turns of what is spoken, encoded by itself, silence while others have theirs."""
    frames = np.arange(len(spoken) // FRAME)
    whose = np.repeat(frames // TURN % len(SPEAKERS), FRAME)
    spoken = spoken[: len(whose)]
    return [packets(np.where(whose == number, spoken, 0).astype(np.int16)) for number in range(len(SPEAKERS))]


async def across_slots(link: ControlLink) -> dict[str, float]:
    """Six speakers take turns so short that slots are stolen all the time; listeners of three kinds hear one sound go
    on, each in the parameters of its own offer."""
    await link.open("q")
    said = turns(voice(SPOKEN_S))
    speakers = [await joined(link, "q", f"s{number}", kind=kind) for number, kind in enumerate(SPEAKERS)]
    ears = {kind: Hearing(kind) for kind in KINDS}
    for number, (kind, ear) in enumerate(ears.items()):
        await joined(link, "q", f"l{number}", ear.take, kind)

    def step(number: int) -> None:
        for who, speaker in enumerate(speakers):
            speaker.speak(said[who][number], LOUD if number // TURN % len(SPEAKERS) == who else QUIET)

    await paced(len(said[0]), step)
    await asyncio.sleep(0.2)
    await link.close("q")
    whole = np.sum([sound_of(own) for own in said], axis=0).clip(-32_768, 32_767).astype(np.int16)
    found = {kind: likeness(whole, ear.mix()) for kind, ear in ears.items()}
    return {
        "envelope_correlation": round(min(found.values()), 3),
        "slots_stolen": min(ear.stolen for ear in ears.values()),
        "strange_packets": sum(ear.strange for ear in ears.values()),
    }


async def after_one_loss(link: ControlLink) -> dict[str, float]:
    """Median delay (ms) before one packet is lost on its way to the node, and in the second after."""
    await link.open("o")
    payload, delays, lost = packets(voice(1))[10], list[float](), 150

    def take(packet: bytes) -> None:
        if (delay := delay_ms(packet)) is not None:
            delays.append(delay)

    speaker = await joined(link, "o", "speaks")
    await joined(link, "o", "hears", take)

    def step(number: int) -> None:
        if number == lost:
            speaker.skip()
        else:
            speaker.speak(stamped(payload), LOUD)

    await paced(lost + 50, step)
    await asyncio.sleep(0.2)
    await link.close("o")
    after = delays[-49:]
    return {
        "delay_before_loss_ms": round(statistics.median(delays[50:-49]), 2),
        "delay_after_loss_ms": round(statistics.median(after), 2), "delay_after_loss_max_ms": round(max(after), 2),
    }  # fmt: skip


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
        peer.speak(SILENCE, LOUD)
        await link.leave("g", f"s{number}")
        await peer.close()
        if number == 199:
            gc.collect()
            at_200 = memory(pid)
    await link.close("g")
    return (memory(pid) / at_200 - 1) * 100 if at_200 else 0.0


async def silence(link: ControlLink, pid: int, seconds: float) -> float:
    """Growth (MB) of the node's memory while a room is silent and recorded, from when it has settled."""
    await link.open("z")
    await link.gate("z", capture=True, remote_sound=True)
    peers = [await joined(link, "z", f"s{number}") for number in range(QUIET_ROOM)]
    settled = min(SETTLED_S, seconds / 2)
    at_first, loop = 0.0, asyncio.get_running_loop()
    begun, count = loop.time(), 0
    while (passed := loop.time() - begun) < seconds:
        for number, peer in enumerate(peers):
            peer.speak(SILENCE, QUIET, 19_200)  # as browsers do in DTX
            if (count + number) % 12 == 0:
                peer.report()
        count += 1
        if not at_first and passed >= settled:
            at_first = memory(pid)
        await asyncio.sleep(max(0.0, begun + count * 0.4 - loop.time()))
    grown = memory(pid) - at_first
    await link.close("z")
    return grown


async def measured(run: Path, recordings: Path, pid: int, joins: int, silent_s: float) -> dict[str, float]:
    link = ControlLink(run)
    await link.start()
    try:
        return {
            **await across_slots(link),
            **await after_one_loss(link),
            "kept_at_20_loss": round(await kept_at_loss(link, recordings), 4),
            "rejoin_s": round(await rejoin(link), 2),
            "join_leave_growth_pct": round(await comings_and_goings(link, pid, joins), 1),
            "silence_growth_mb": round(await silence(link, pid, silent_s), 1), "silence_s": silent_s,
        }  # fmt: skip
    finally:
        await link.stop()


async def only_silence(run: Path, pid: int, seconds: float) -> dict[str, float]:
    link = ControlLink(run)
    await link.start()
    try:
        return {"silence_growth_mb": round(await silence(link, pid, seconds), 1), "silence_s": seconds}
    finally:
        await link.stop()


def main() -> None:
    if sys.argv[1] == "silence":
        with (
            tempfile.TemporaryDirectory() as made,
            node(Place(Path(made), own_space=False), first=False) as (pid, run, _),
        ):
            result = uvloop.run(only_silence(run, pid, float(sys.argv[2])))
    else:
        where, kept_in, process, many, silent = sys.argv[1:6]
        result = uvloop.run(measured(Path(where), Path(kept_in), int(process), int(many), float(silent)))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
