"""What far listeners hear of one who speaks: Chromium plays it and its own output is kept, over good and bad lines.

Four at once hear the same words: on a full and on a weak line (one voice, three packets of 20 ms in each), without loss
and with the benchmark's loss and jitter on the listener's own line. Who speaks has a good line.
"""

from __future__ import annotations

import asyncio
import base64
import io
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import AudioResampler
from numpy.typing import NDArray

from benchmarks.media_voice import RATE, packets, speaking
from meeting_server.media.engine import ControlLink
from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings
from tests.meeting_server.media.clients import likeness
from tests.meeting_server.media.test_browser import PAGE
from transcription.wire import Packet

LINES = {"full": False, "weak": True}  # the line's name: whether three packets are put into one
LOUD = 1000  # the first sample so loud is the first word, by which the lines are laid side by side
FRAME, CLEAR = 960, 96_000  # bit/s at which what was heard is put down: nothing is lost by it
BETWEEN = Callable[[str], Coroutine[Any, Any, str]]
KEEP = """() => {
  const context = window.context = new AudioContext(), sink = context.createMediaStreamDestination();
  for (const one of pc.getReceivers()) context.createMediaStreamSource(new MediaStream([one.track])).connect(sink);
  window.chunks = [];
  window.recorder = new MediaRecorder(sink.stream, {mimeType: 'audio/webm;codecs=opus', audioBitsPerSecond: 128000});
  recorder.ondataavailable = (event) => chunks.push(event.data);
  recorder.start(1000);
}"""
KEPT = """async () => {
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer()); let text = '';
  for (let n = 0; n < bytes.length; n += 8192) text += String.fromCharCode(...bytes.subarray(n, n + 8192));
  return btoa(text);
}"""


async def heard(spoken: Path, seconds: float, bad: BETWEEN) -> tuple[dict[str, NDArray[np.int16]], dict[str, Any]]:
    """By line ("full", "weak", "full_lossy", "weak_lossy") what its listener played, and what its browser counted.
    ``bad`` puts a relay into the answer of a lossy line's connection."""
    from playwright.async_api import async_playwright

    base = Path(tempfile.mkdtemp(prefix="bench-heard-"))
    node = Node(NodeSettings(base / "run", base / "recordings", ("127.0.0.1",)))
    await node.start()
    link = ControlLink(base / "run")
    await link.start()
    await link.open("r")
    rows = [f"{name}{loss}" for name in LINES for loss in ("", "_lossy")]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=speaking(spoken))
        pages = {}
        for session in [*rows, "speaks"]:
            page = pages[session] = await (await browser.new_context()).new_page()

            async def answer(sdp: str, speak: bool, session: str = session) -> str:
                weak = LINES.get(session.removesuffix("_lossy"), False)
                told = await link.join("r", session, "remote", sdp, speak=speak, hear=not speak, weak=weak)
                return await bad(told) if session.endswith("_lossy") else told

            await page.expose_function("answer", answer)
            await page.route("http://localhost/**", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
            await page.goto("http://localhost/")
            await page.evaluate(f"join({str(session == 'speaks').lower()})")
            if session != "speaks":
                await page.evaluate(KEEP)
        await asyncio.sleep(seconds + 2)
        counted = {row: await pages[row].evaluate("figures()") for row in rows}
        played = {row: _samples(base64.b64decode(await pages[row].evaluate(KEPT))) for row in rows}
        await browser.close()
    await link.stop()
    await node.stop()
    shutil.rmtree(base)
    return played, counted


def _samples(webm: bytes) -> NDArray[np.int16]:
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(io.BytesIO(webm)) as file:
        blocks = [part.to_ndarray()[0] for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    sound = np.concatenate(blocks).astype(np.int16)
    loud = np.flatnonzero(np.abs(sound) > LOUD)
    return sound[max(0, int(loud[0]) - RATE) :] if len(loud) else sound


def as_packets(sound: NDArray[np.int16]) -> list[Packet]:
    return [Packet(number * FRAME, payload) for number, payload in enumerate(packets(sound, CLEAR))]


def figures(
    played: dict[str, NDArray[np.int16]], counted: dict[str, Any], wrong: Callable[[list[Packet]], float]
) -> dict[str, float]:
    """``wrong``: syllables misheard in %. The envelope of each line is held against the full line's without loss."""
    result: dict[str, float] = {}
    for row, sound in played.items():
        concealed = counted[row]["concealed"] / max(counted[row]["samples"], 1)
        result |= {
            f"heard_wer_{row}": round(wrong(as_packets(sound)), 1), f"heard_packets_{row}": counted[row]["packets"],
            f"heard_concealed_{row}": round(concealed, 3),
            f"heard_envelope_{row}": round(likeness(sound, played["full"]), 3),
        }  # fmt: skip
    for name in LINES:
        ratio = result[f"heard_wer_{name}_lossy"] / max(result["heard_wer_full"], 0.1)
        result[f"heard_loss10_wer_ratio_{name}"] = round(ratio, 2)
    return result
