"""Long and broken speech: does a worker's memory grow, and do words keep their time over DTX and lost packets?"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import os
import random
import sys
import tempfile
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from benchmarks.speech_sounds import Clip, stream
from tests.transcription.ends import Feed
from tests.voices import MODELS
from transcription.hearing import Hearing
from transcription.link.websocket import WebSocketHub
from transcription.opus import SOUND_RATE, STEP, encode
from transcription.recogniser import Recogniser
from transcription.wer import plain
from transcription.wire import RATE, Job, Packet

_TOKEN = "a-token-for-the-benchmark"
_ROUND_S = 120.0
_NEAR_S = 0.3


class Report(Protocol):
    def say(self, line: str) -> None: ...
    def note(self, **figures: float | str) -> None: ...


# --- memory


def memory(report: Report, parts: list[Clip], seconds: float) -> None:
    """Speech as fast as one worker reads it; growth of VmRSS after the first sixth (ten minutes of an hour)."""
    used = asyncio.run(_memory(parts, seconds))
    warm = max(1, len(used["worker"]) // 6)
    growth = {name: 100 * (sizes[-1] / sizes[warm - 1] - 1) for name, sizes in used.items()}
    for name, sizes in used.items():
        report.say(
            f"memory of the {name}: {sizes[warm - 1]:.0f} MB after {seconds / 360:.0f} min of speech,"
            f" {sizes[-1]:.0f} MB after {seconds / 60:.0f} min: {growth[name]:+.1f} %"
        )
    report.note(
        memory_minutes=seconds / 60, memory_worker_mb=used["worker"][-1], memory_growth_percent=growth["worker"],
        memory_growth_listener_percent=growth["listener"],
    )  # fmt: skip


async def _memory(parts: list[Clip], seconds: float) -> dict[str, list[float]]:
    """MB of worker and listener after each portion of speech that was written down."""
    hub, used = WebSocketHub("127.0.0.1", 0, _TOKEN), {"worker": [0.0][:0], "listener": [0.0][:0]}
    await hub.start()
    with tempfile.TemporaryDirectory() as folder:
        feed = Feed(Path(folder))
        await feed.start()
        processes = {"listener": await _process(hub, feed, "listen"), "worker": await _process(hub, feed, "work")}
        taking = asyncio.ensure_future(_take_in(hub))
        try:
            await feed.connected(120)
            await feed.open("room", "t-1")
            for portion in _speech(parts, seconds):
                await feed.packets("room", "t-1", portion)
                await asyncio.sleep(1)
                while hub.workforce().waiting or not hub.workforce().workers:  # noqa: ASYNC110 - others' state
                    await asyncio.sleep(0.1)
                for name, process in processes.items():
                    used[name].append(_resident(process.pid))
        finally:
            taking.cancel()
            for process in processes.values():
                process.terminate()
                await process.wait()
            await feed.stop()
            await hub.stop()
    return used


async def _process(hub: WebSocketHub, feed: Feed, what: str) -> Process:
    environment = {
        **os.environ, "SPEECH_LINK": hub.url, "SPEECH_TOKEN": _TOKEN, "SPEECH_FEED": str(feed.path),
        "SPEECH_MODELS": str(MODELS), "SPEECH_WORKERS": "1",
    }  # fmt: skip
    return await create_subprocess_exec(
        sys.executable, "-m", "transcription", what, env=environment, stderr=asyncio.subprocess.DEVNULL
    )


async def _take_in(hub: WebSocketHub) -> None:
    async for result in hub.results():
        await hub.accept(result.id)


def _speech(parts: list[Clip], seconds: float) -> Iterator[list[Packet]]:
    """Portions of half a minute; the clips in ever another order."""
    start, number = 0, 0
    while start < seconds * RATE:
        packets = encode(stream(parts, min(_ROUND_S, seconds), seed=number)[0], start)
        for at in range(0, len(packets), 1500):
            yield packets[at : at + 1500]
        start, number = packets[-1].position + RATE // 50, number + 1


def _resident(pid: int) -> float:
    """MB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


# --- times of words


def words_in_time(report: Report, reader: Recogniser, parts: list[Clip], seconds: float) -> None:
    """Each clip's words as read from the clean sound are the truth; the same stream with DTX and a tenth of its packets
    lost must put the words that were read alike within 0.3 s of it."""
    sound, spoken = stream(parts, seconds, seed=3)
    dice = random.Random(3)
    packets = [p for p in encode(sound, dtx=True, loss=10) if dice.random() >= 0.1]
    hearing = Hearing("t-1", "room")
    jobs = [job for job in hearing.push(packets) + hearing.starve() if not job.speculative]
    heard = [(w.start / RATE, text) for job in jobs for w in reader.recognise(job).words for text in plain(w.text)[:1]]
    true: list[tuple[float, str]] = []
    for clip in spoken:
        clean = sound[round(clip.start * SOUND_RATE) : round(clip.end * SOUND_RATE)]
        job = Job("t:0", "t", 0, len(clean) * STEP, tuple(encode(clean)))
        true += [(clip.start + w.start / RATE, t) for w in reader.recognise(job).words for t in plain(w.text)[:1]]
    apart = _apart(true, heard)
    near = sum(d <= _NEAR_S for d in apart) / max(1, len(apart))
    worst = sorted(apart)[len(apart) * 95 // 100] if apart else float("nan")
    report.say(
        f"words: {len(apart)} of {len(true)} read alike after DTX and 10 % loss; {100 * near:.1f} % within 0.3 s,"
        f" p95 {worst:.2f} s"
    )
    report.note(words_compared=len(apart), words_within_300ms=near, words_apart_p95_s=worst)


def _apart(true: list[tuple[float, str]], heard: list[tuple[float, str]]) -> list[float]:
    """Seconds between the same words of both, in order."""
    match = difflib.SequenceMatcher(None, [w for _, w in true], [w for _, w in heard], autojunk=False)
    return [abs(true[a + n][0] - heard[b + n][0]) for a, b, size in match.get_matching_blocks() for n in range(size)]
