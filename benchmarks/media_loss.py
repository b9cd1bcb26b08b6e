"""Recognition over a bad line: Chromium speaks through a lossy relay, the journal is recognised, words are counted.

``python -m benchmarks.media_loss`` [seconds of speech]: once over a clean line and once with 10 % loss and 30 ms of
jitter each way; then what listeners hear on full and weak lines with the same loss on theirs (media_heard). Last line:
one JSON object. Needs Debian's chromium and a speech model.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any, cast

import numpy as np
import uvloop

from benchmarks.media_heard import figures, heard
from benchmarks.media_voice import speaking
from benchmarks.speech_sounds import clips, stream
from meeting_server.media.engine import ControlLink
from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings
from tests.meeting_server.media.test_browser import PAGE, carries_fec, voiced
from transcription import models
from transcription.hearing import Hearing
from transcription.opus import SOUND_RATE
from transcription.recogniser import Recogniser
from transcription.recording import TrackStart, lines, packets
from transcription.wer import word_errors
from transcription.wire import Packet

LOSS, JITTER_MS = 0.10, 30
MODELS = Path(__file__).parent.parent / "models"


class Relay(asyncio.DatagramProtocol):
    """Between one browser and the node: loses and delays each datagram by itself, both ways."""

    def __init__(self, node: tuple[str, int], loss: float, jitter_ms: int) -> None:
        self._node, self._loss, self._jitter = node, loss, jitter_ms / 1000
        self._dice = random.Random(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ways: dict[tuple[str, int], asyncio.DatagramTransport] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        task = asyncio.get_running_loop().create_task(self._up(data, (addr[0], addr[1])))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _up(self, data: bytes, browser: tuple[str, int]) -> None:
        if browser not in self._ways:
            back = self

            class Way(asyncio.DatagramProtocol):
                def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
                    if back._transport is not None:
                        back.later(back._transport, data, browser)

            loop = asyncio.get_running_loop()
            way, _ = await loop.create_datagram_endpoint(Way, local_addr=("127.0.0.1", 0))
            self._ways[browser] = way
        self.later(self._ways[browser], data, self._node)

    def later(self, transport: asyncio.DatagramTransport, data: bytes, to: tuple[str, int]) -> None:
        if self._dice.random() >= self._loss:
            delay = self._dice.uniform(0, 2 * self._jitter)
            asyncio.get_running_loop().call_later(delay, transport.sendto, data, to)


async def through(answer: str, loss: float, jitter_ms: int) -> str:
    """The answer with a relay in place of the node."""
    found = re.search(r"127\.0\.0\.1 (\d+) typ host", answer)
    assert found is not None
    loop = asyncio.get_running_loop()
    relay, _ = await loop.create_datagram_endpoint(
        lambda: Relay(("127.0.0.1", int(found[1])), loss, jitter_ms), local_addr=("127.0.0.1", 0)
    )
    port = relay.get_extra_info("sockname")[1]
    return answer.replace(f"127.0.0.1 {found[1]} typ host", f"127.0.0.1 {port} typ host")


async def recorded(sound: Path, seconds: float, loss: float, jitter_ms: int) -> list[Packet]:
    """What the journal holds after Chromium spoke the file."""
    from playwright.async_api import async_playwright

    base = Path(tempfile.mkdtemp(prefix="bench-loss-"))
    node = Node(NodeSettings(base / "run", base / "recordings", ("127.0.0.1",)))
    await node.start()
    link = ControlLink(base / "run")
    await link.start()
    await link.open("r")
    await link.gate("r", capture=True, remote_sound=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=speaking(sound))
        page = await browser.new_page()

        async def answer(sdp: str, speak: bool) -> str:
            told = await link.join("r", "s", "hall", sdp, speak=speak, hear=True)
            return await through(told, loss, jitter_ms) if loss else told

        await page.expose_function("answer", answer)
        await page.route("http://localhost/**", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        await page.goto("http://localhost/")
        await page.evaluate("join(true)")
        await asyncio.sleep(seconds + 2)
        print(await page.evaluate("figures()"), await link.stats("r"))
        await browser.close()
    await link.close("r")
    await link.stop()
    await node.stop()
    journal = base / "recordings" / "r" / "journal"
    (track,) = (line.track for line in lines(journal) if isinstance(line, TrackStart))
    found = list(packets(journal, track))
    shutil.rmtree(base)
    return found


def read(recogniser: Recogniser, sounds: list[Packet]) -> str:
    hearing = Hearing("t", "r")
    jobs = [*hearing.push(sounds), *hearing.starve()]
    finals = {job.start: job for job in jobs if job.final}
    return " ".join(recogniser.recognise(job).text for _, job in sorted(finals.items()))


async def main(seconds: float) -> None:
    sound, spoken = stream(clips(), seconds)
    sound = np.concatenate([np.zeros(SOUND_RATE, np.float32), sound, np.zeros(SOUND_RATE * 3, np.float32)])
    recogniser = Recogniser(models.find(MODELS))
    reference = " ".join(part.text for part in spoken)
    rates: dict[str, float] = {}
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "speech.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SOUND_RATE)
            file.writeframes((sound.clip(-1, 1) * 32_767).astype("<i2").tobytes())
        for name, loss, jitter in (("clean", 0.0, 0), ("lossy", LOSS, JITTER_MS)):
            kept = await recorded(path, len(sound) / SOUND_RATE, loss, jitter)
            with_voice = [packet.payload for packet in kept if voiced(packet.payload)][150:]
            rates[name] = word_errors(reference, read(recogniser, kept)).percent
            result |= {
                f"wer_{name}": round(rates[name], 1), f"packets_{name}": len(kept),
                f"fec_share_{name}": round(sum(map(carries_fec, with_voice)) / max(len(with_voice), 1), 3),
            }  # fmt: skip
            print(name, result, flush=True)
        played, counted = await heard(path, len(sound) / SOUND_RATE, lambda told: through(told, LOSS, JITTER_MS))
    listened = figures(played, counted, lambda kept: word_errors(reference, read(recogniser, kept)).percent)
    print(listened, flush=True)
    result |= listened
    print(json.dumps({**result, "loss10_wer_ratio": round(rates["lossy"] / max(rates["clean"], 0.1), 2)}))


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
