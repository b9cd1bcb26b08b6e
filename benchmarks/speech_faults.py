"""Speech through real processes that are killed (SIGKILL) and hung (SIGSTOP) on the way, over both links.

Ten worker kills, three hangs and two listener kills in ten minutes (in proportion when shorter). The server's own
supervisor starts again what ended and what gives no sign of life; the bench only breaks. Every result that the hub
hands over counts: lost = an utterance covered by less than half, doubled = two results that overlap by half or more;
and the cuts must be those of a listener that was never killed.
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
from meeting_server.processes import Part, Supervisor
from tests.transcription.ends import Feed
from tests.voices import MODELS
from transcription.hearing import Hearing
from transcription.link import Arrived, Hub, Voiced
from transcription.link.redis import RedisHub
from transcription.link.websocket import WebSocketHub
from transcription.opus import encode
from transcription.wire import RATE, Packet

_TOKEN = "a-token-for-the-benchmark"
_LEASE = 20.0
_SURVEY_S = 10.0
_ROOM, _TRACK = "room", "t-1"
_PORTION = 25  # packets a frame: half a second


class Report(Protocol):
    def say(self, line: str) -> None: ...
    def note(self, **figures: float | str) -> None: ...


def faults(report: Report, parts: list[Clip], seconds: float) -> None:
    lost = doubled = moved = 0
    tried: list[str] = []
    for link in ("websocket", "redis"):
        if link == "redis" and shutil.which("redis-server") is None:
            report.say("faults over redis: not run, redis-server is not installed")
            continue
        tried.append(link)
        found = asyncio.run(_Trial(link, parts, seconds).run())
        report.say(
            f"faults over {link}: {found['utterances']} utterances, {found['kills']} worker kills,"
            f" {found['hangs']} hangs, {found['listener_kills']} listener kills:"
            f" {found['lost']} lost, {found['doubled']} doubled, {found['moved']} cut otherwise"
        )
        lost, doubled, moved = lost + found["lost"], doubled + found["doubled"], moved + found["moved"]
    report.note(lost=lost, doubled=doubled, cut_otherwise=moved, links=" ".join(tried))


class _Trial:
    """One run over one link."""

    def __init__(self, link: str, parts: list[Clip], seconds: float) -> None:
        self._link = link
        self._packets = encode(stream(parts, seconds, seed=5)[0])
        self._expected = _cuts(self._packets)
        self._accepted: list[tuple[int, int]] = []
        self._pids: dict[str, int] = {}
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
            supervisor = Supervisor([self._part(name) for name in ("listen", "work-1", "work-2")], self._started)
            watch = asyncio.ensure_future(supervisor.run())
            tasks = [asyncio.ensure_future(one) for one in (self._take_in(hub), self._news(hub), self._survey(hub))]
            try:
                await self._play_and_break()
                await self._all_in()
            finally:
                for pid in self._pids.values():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)
                supervisor.stop()
                await watch
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

    def _part(self, name: str) -> Part:
        arguments = ("listen",) if name == "listen" else ("work", "--workers", "1")
        command = (sys.executable, "-m", "transcription", *arguments)
        return Part(name, command, self._environment, heartbeat="SPEECH_HEARTBEAT")

    def _started(self, name: str, pid: int) -> None:
        self._pids[name] = pid

    async def _take_in(self, hub: Hub) -> None:
        async for result in hub.results():
            self._accepted.append((result.start, result.end))
            await hub.accept(result.id)

    async def _news(self, hub: Hub) -> None:
        """As the server does: survey when a listener comes, order again what it heard and nobody wrote down."""
        async for news in hub.news():
            match news:
                case Arrived(role="listener"):
                    await self._compare(hub)
                case Voiced(spans=spans):
                    for start, end in spans:
                        if _covered((start, end), self._accepted) < 0.5:
                            await hub.resume(_ROOM, _TRACK, start, self._feed.journal, end)

    async def _survey(self, hub: Hub) -> None:
        while True:
            await asyncio.sleep(_SURVEY_S)
            await self._compare(hub)

    async def _compare(self, hub: Hub) -> None:
        cursor = max((end for _, end in self._accepted), default=0)
        await hub.survey(_ROOM, self._feed.journal, {_TRACK: cursor})

    async def _play_and_break(self) -> None:
        """Twice as fast as it was spoken, with the breakdowns spread evenly."""
        await self._feed.connected(120)
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
        with contextlib.suppress(ProcessLookupError):  # it is being started again just now
            os.kill(self._pids[name], signal.SIGSTOP if what == "hang" else signal.SIGKILL)

    async def _all_in(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60 + self._packets[-1].position / RATE):
                while self._lost():  # noqa: ASYNC110
                    await asyncio.sleep(0.2)

    def _verdict(self) -> dict[str, Any]:
        ordered = sorted(self._accepted)
        doubled = sum(
            _covered(one, ordered[n + 1 :]) >= 0.5 or _covered(one, ordered[:n]) >= 0.5 for n, one in enumerate(ordered)
        )
        return {
            "utterances": len(self._expected),
            "kills": self._plan.count("worker"),
            "hangs": self._plan.count("hang"),
            "listener_kills": self._plan.count("listen"),
            "lost": len(self._lost()),
            "doubled": doubled,
            "moved": len(set(self._expected) - set(self._accepted)),
        }

    def _lost(self) -> list[tuple[int, int]]:
        return [span for span in self._expected if _covered(span, self._accepted) < 0.5]


def _covered(span: tuple[int, int], by: list[tuple[int, int]]) -> float:
    """Share of a span that others cover (they may overlap one another only when something is doubled)."""
    common = sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in by)
    return common / max(1, span[1] - span[0])


def _cuts(packets: list[Packet]) -> list[tuple[int, int]]:
    hearing = Hearing(_TRACK, _ROOM)
    jobs = hearing.push(packets) + hearing.starve()
    return [(j.start, j.end) for j in jobs if not j.speculative]
