"""Speech through real processes that are killed (SIGKILL) and hung (SIGSTOP) on the way, over both links.

Ten worker kills, three hangs and two listener kills in ten minutes (in proportion when shorter). Nothing may be lost
or doubled, and the cuts must be those of a listener that was never killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Protocol

from benchmarks.speech_sounds import Clip, stream
from tests.transcription.ends import Feed
from tests.voices import MODELS
from transcription.hearing import Hearing
from transcription.link import Arrived, Hub
from transcription.link.redis import RedisHub
from transcription.link.websocket import WebSocketHub
from transcription.opus import encode
from transcription.wire import RATE, Packet

_TOKEN = "a-token-for-the-benchmark"
_LEASE = 8.0
_ROOM, _TRACK = "room", "t-1"
_PORTION = 25  # packets a frame: half a second


class Report(Protocol):
    def say(self, line: str) -> None: ...
    def note(self, **figures: float | str) -> None: ...


def faults(report: Report, parts: list[Clip], seconds: float) -> None:
    lost = doubled = moved = 0
    for link in ("websocket", "redis"):
        if link == "redis" and shutil.which("redis-server") is None:
            report.say("faults over redis: not run, redis-server is not installed")
            continue
        found = asyncio.run(_Trial(link, parts, seconds).run())
        report.say(
            f"faults over {link}: {found['utterances']} utterances, {found['kills']} worker kills,"
            f" {found['hangs']} hangs, {found['listener_kills']} listener kills:"
            f" {found['lost']} lost, {found['doubled']} doubled, {found['moved']} cut otherwise"
        )
        lost, doubled, moved = lost + found["lost"], doubled + found["doubled"], moved + found["moved"]
    report.note(lost=lost, doubled=doubled, cut_otherwise=moved)


class _Trial:
    """One run over one link."""

    def __init__(self, link: str, parts: list[Clip], seconds: float) -> None:
        self._link = link
        self._packets = encode(stream(parts, seconds, seed=5)[0])
        self._expected = _cuts(self._packets)
        self._accepted: list[tuple[int, int]] = []
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        share = seconds / 600
        self._plan = (
            ["worker"] * max(2, round(10 * share))
            + ["hang"] * max(1, round(3 * share))
            + ["listen"] * max(1, round(2 * share))
        )
        random.Random(3).shuffle(self._plan)

    async def run(self) -> dict[str, int]:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            hub, url = self._hub(stack, Path(folder))
            await hub.start()
            self._feed = Feed(Path(folder))
            await self._feed.start()
            self._environment = {
                **os.environ, "SPEECH_LINK": url or hub.url, "SPEECH_TOKEN": _TOKEN, "SPEECH_LEASE": str(_LEASE),
                "SPEECH_FEED": str(self._feed.path), "SPEECH_MODELS": str(MODELS), "SPEECH_INTERIMS": "0",
            }  # fmt: skip
            tasks = [asyncio.ensure_future(self._take_in(hub)), asyncio.ensure_future(self._survey(hub))]
            try:
                for name in ("listen", "work-1", "work-2"):
                    self._start(name)
                await self._play_and_break()
                await self._all_in()
            finally:
                for process in self._processes.values():
                    process.kill()
                    process.wait()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._feed.stop()
                await hub.stop()
        return self._verdict()

    def _hub(self, stack: contextlib.ExitStack, folder: Path) -> tuple[Hub, str]:
        if self._link == "websocket":
            return WebSocketHub("127.0.0.1", 0, _TOKEN, lease=_LEASE), ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        stack.callback(server.wait)
        stack.callback(server.terminate)
        time.sleep(0.5)
        url = f"redis://127.0.0.1:{port}/0"
        return RedisHub(url, lease=_LEASE), url

    def _start(self, name: str) -> None:
        arguments = ["listen"] if name == "listen" else ["work", "--workers", "1"]
        self._processes[name] = subprocess.Popen(
            [sys.executable, "-m", "transcription", *arguments], env=self._environment, stderr=subprocess.DEVNULL
        )

    async def _take_in(self, hub: Hub) -> None:
        async for result in hub.results():
            if not self._accepted or result.start >= self._accepted[-1][1]:
                self._accepted.append((result.start, result.end))
            await hub.accept(result.id)

    async def _survey(self, hub: Hub) -> None:
        async for news in hub.news():
            if isinstance(news, Arrived) and news.role == "listener":
                await hub.survey(_ROOM, self._feed.journal, {_TRACK: self._accepted[-1][1] if self._accepted else 0})

    async def _play_and_break(self) -> None:
        """Twice as fast as it was spoken, with the breakdowns spread evenly."""
        await self._feed.connected()
        await self._feed.open(_ROOM, _TRACK)
        began, length = time.monotonic(), self._packets[-1].position / RATE
        due = [(n + 1) * length / (len(self._plan) + 1) for n in range(len(self._plan))]
        for at in range(0, len(self._packets), _PORTION):
            portion = self._packets[at : at + _PORTION]
            await asyncio.sleep(max(0.0, portion[-1].position / RATE / 2 - (time.monotonic() - began)))
            await self._feed.packets(_ROOM, _TRACK, portion)
            while due and portion[-1].position / RATE >= due[0]:
                self._break(self._plan[len(self._plan) - len(due)])
                due.pop(0)
        await self._feed.close(_ROOM, _TRACK)

    def _break(self, what: str) -> None:
        name = "listen" if what == "listen" else random.Random(len(self._accepted)).choice(("work-1", "work-2"))
        process = self._processes[name]
        if what == "hang":
            process.send_signal(signal.SIGSTOP)  # it stays so; a fresh one takes its place
            self._processes[f"hung-{process.pid}"] = process
        else:
            process.kill()
            process.wait()
        self._start(name)

    async def _all_in(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60 + self._packets[-1].position / RATE):
                while not self._accepted or self._accepted[-1][0] < self._expected[-1][0]:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)

    def _verdict(self) -> dict[str, Any]:
        heard = set(self._accepted)
        starts = [start for start, _ in self._accepted]
        covered = [any(a < end and start < b for a, b in heard) for start, end in self._expected]
        return {
            "utterances": len(self._expected),
            "kills": self._plan.count("worker"),
            "hangs": self._plan.count("hang"),
            "listener_kills": self._plan.count("listen"),
            "lost": covered.count(False),
            "doubled": len(starts) - len(set(starts)),
            "moved": len(set(self._expected) - heard),
        }


def _cuts(packets: list[Packet]) -> list[tuple[int, int]]:
    hearing = Hearing(_TRACK, _ROOM)
    jobs = hearing.push(packets) + hearing.starve()
    return [(j.start, j.end) for j in jobs if not j.speculative]
