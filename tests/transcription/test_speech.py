"""The real chain: recorded voices → feed → listener → link → worker with the embedded model → text."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process, create_subprocess_exec
from pathlib import Path

import numpy as np
import pytest

from tests.sound import quiet
from tests.transcription.ends import Feed
from tests.transcription.test_listener import TOKEN, collect, listening, say
from tests.voices import MODELS, load, voice_samples
from transcription import models
from transcription.hearing import Hearing
from transcription.link.websocket import WebSocketHub
from transcription.opus import encode
from transcription.text import similarity
from transcription.wire import Packet

pytestmark = pytest.mark.speech


async def process(hub: WebSocketHub, feed: Feed, *arguments: str) -> Process:
    environment = {
        **os.environ,
        "SPEECH_LINK": hub.url,
        "SPEECH_TOKEN": TOKEN,
        "SPEECH_FEED": str(feed.path),
        "SPEECH_MODELS": str(MODELS),
    }
    return await create_subprocess_exec(sys.executable, "-m", "transcription", *arguments, env=environment)


async def working(hub: WebSocketHub) -> None:
    """The model is loaded and the worker is there."""
    async with asyncio.timeout(120):
        while not hub.workforce().workers:  # noqa: ASYNC110 - another process's state
            await asyncio.sleep(0.1)


def cuts(packets: list[Packet]) -> int:
    hearing = Hearing("t-1", "room")
    return sum(not job.speculative for job in hearing.push(packets) + hearing.starve())


async def test_recorded_voices_become_their_text(tmp_path: Path) -> None:
    models.get_embedded(MODELS)
    samples = voice_samples()[:3]
    parts = [quiet(0.5)] + [part for path, _ in samples for part in (load(path), quiet(1.2))]
    packets = encode(np.concatenate(parts))
    hub, feed = WebSocketHub("127.0.0.1", 0, TOKEN), Feed(tmp_path)
    await hub.start()
    await feed.start()
    started = [await process(hub, feed, "listen"), await process(hub, feed, "work", "--workers", "1")]
    try:
        await listening(hub, limit=120)
        await working(hub)
        await say(feed, packets)
        results = await collect(hub, cuts(packets), limit=180)
    finally:
        for one in started:
            one.terminate()
        codes = [await one.wait() for one in started]
        await feed.stop()
        await hub.stop()
    assert codes == [0, 0]
    said = " ".join(text for _, text in samples)
    heard = " ".join(result.text for result in results)
    assert similarity(said, heard) > 0.7
    assert all(result.words and result.model == models.EMBEDDED for result in results)
