"""The load on one server, as a process of its own (its own core): ``python -m benchmarks.media_load SPEC``.

SPEC is JSON: target (node | audiobridge | videoroom), where (the node's run directory | Janus' WebSocket), address
(ours), people, room (people in one room), traffic (dtx | open), seconds, pid (of the server), capture.
Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Protocol

import uvloop

from benchmarks.media_janus import BridgeTarget, Line, VideoTarget
from benchmarks.media_peer import LOUD, QUIET, LightPeer, delay_ms, stamped
from benchmarks.media_voice import packets
from meeting_server.media.control import read_frame
from meeting_server.media.engine import ControlLink

PHASES = 10  # of 2 ms: not everybody sends in the same moment
JOINS_AT_ONCE = 4


class Target(Protocol):
    slots: int
    stamps: bool

    async def join(self, number: int, offer: str) -> str: ...

    async def listen(self, number: int, line: Line) -> LightPeer | None:
        """A second connection that listens, where one does not do both; asked once everybody is there."""
        ...

    async def lag(self) -> dict[str, float]: ...


class NodeTarget:
    slots, stamps = 3, True

    def __init__(self, link: ControlLink, room: int, capture: bool) -> None:
        self._link, self._room, self._capture = link, room, capture
        self._open: dict[str, asyncio.Task[None]] = {}

    async def _make(self, name: str) -> None:
        await self._link.open(name)
        await self._link.gate(name, capture=self._capture, remote_sound=True)

    async def join(self, number: int, offer: str) -> str:
        name = f"r{number // self._room}"
        if name not in self._open:
            self._open[name] = asyncio.create_task(self._make(name))
        await self._open[name]
        return await self._link.join(name, f"s{number}", "remote", offer, speak=True, hear=True)

    async def listen(self, number: int, line: Line) -> LightPeer | None:
        return None

    async def lag(self) -> dict[str, float]:
        answer = await self._link._ask({"type": "stats", "room": "r0"})
        return {key: answer[key] for key in ("lag_p50_ms", "lag_p99_ms") if key in answer}


class Load:
    """Everybody speaks as the traffic says: one voice a room; the others silent (dtx: a packet each 400 ms)."""

    def __init__(self, spec: dict[str, Any], target: Target) -> None:
        self._spec, self._target = spec, target
        self._peers: list[LightPeer] = []
        self._ears: list[LightPeer] = []  # connections that only listen
        self._voice = packets()
        self._delays: list[float] = []
        self._running = True

    async def join(self) -> tuple[float, float]:
        """Everybody joins; (seconds of wall clock, seconds of the server's CPU)."""
        people, limit = self._spec["people"], asyncio.Semaphore(JOINS_AT_ONCE)
        begun, used = time.monotonic(), cpu(self._spec["pid"])

        async def one(number: int) -> LightPeer:
            async with limit, asyncio.timeout(60):
                peer = self._line()
                await peer.accept(await self._target.join(number, await peer.offer(self._target.slots)))
                return peer

        async def ear(number: int) -> LightPeer | None:
            async with limit, asyncio.timeout(60):
                return await self._target.listen(number, self._line)

        self._peers = await asyncio.gather(*(one(number) for number in range(people)))
        self._ears = [found for found in await asyncio.gather(*map(ear, range(people))) if found is not None]
        return time.monotonic() - begun, cpu(self._spec["pid"]) - used

    def _line(self) -> LightPeer:
        return LightPeer(self._spec["address"], 50, self._took)

    @property
    def _received(self) -> int:
        return sum(peer.received for peer in (*self._peers, *self._ears))

    def _took(self, packet: bytes) -> None:
        delay = delay_ms(packet)
        if delay is not None:
            self._delays.append(delay)

    async def speak(self) -> None:
        """The pace: phases of 2 ms, a packet of everybody each 20 ms."""
        loop, count, begun = asyncio.get_running_loop(), 0, asyncio.get_running_loop().time()
        open_mics = self._spec["traffic"] == "open"
        while self._running:
            wait = begun + count * 0.02 / PHASES - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            frame, phase = divmod(count, PHASES)
            for number in range(phase, len(self._peers), PHASES):
                self._one(number, frame, open_mics)
            count += 1

    def _one(self, number: int, frame: int, open_mics: bool) -> None:
        peer, loud = self._peers[number], number % self._spec["room"] == 0
        if loud or open_mics:
            payload = self._voice[(frame + number * 37) % len(self._voice)]
            peer.speak(stamped(payload) if self._target.stamps else payload, LOUD if loud else QUIET)
        elif (frame + number) % 20 == 0:
            peer.speak(b"\xf8\xff\xfe", QUIET, 19_200)
        if (frame + number) % 250 == 0:
            peer.report()
            if number < len(self._ears):
                self._ears[number].report()

    async def measure(self) -> dict[str, Any]:
        speaking = asyncio.create_task(self.speak())
        await asyncio.sleep(3)
        self._delays.clear()
        pid, begun, used, own = self._spec["pid"], time.monotonic(), cpu(self._spec["pid"]), time.process_time()
        sent, received = sum(p.sent for p in self._peers), self._received
        waited = waiting(pid)
        await asyncio.sleep(self._spec["seconds"])
        waited = waiting(pid) - waited
        took, used, own = time.monotonic() - begun, cpu(pid) - used, time.process_time() - own
        sent = sum(p.sent for p in self._peers) - sent
        received = self._received - received
        lag = await self._target.lag()
        self._running = False
        await speaking
        return {
            "cpu": round(used / took * 100, 1), "waited": round(waited / took * 100, 1),
            "in_pps": round(sent / took), "out_pps": round(received / took),
            "generator_cpu": round(own / took * 100, 1), "rss_mb": round(memory(pid), 1),
            **{f"delay_p{share}_ms": _share(self._delays, share) for share in (50, 95, 99)}, **lag,
        }  # fmt: skip


def _share(values: list[float], share: int) -> float | None:
    return round(sorted(values)[min(len(values) * share // 100, len(values) - 1)], 2) if values else None


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def waiting(pid: int) -> float:
    """Seconds that the process's threads waited for a core."""
    total = 0
    for told in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(told.read_text().split()[1])
    return total / 1e9


def memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


async def _read_feed(run: Path) -> None:
    """The listener's side, as far as the node is concerned."""
    reader, _ = await asyncio.open_unix_connection(run / "feed.sock")
    while True:
        await read_frame(reader)


async def main(spec: dict[str, Any]) -> None:
    target: Target
    keep: list[asyncio.Task[None]] = []
    if spec["target"] == "node":
        link = ControlLink(Path(spec["where"]))
        await link.start()
        if spec["capture"]:
            keep.append(asyncio.create_task(_read_feed(Path(spec["where"]))))
        target = NodeTarget(link, spec["room"], spec["capture"])
    else:
        target = {"audiobridge": BridgeTarget, "videoroom": VideoTarget}[spec["target"]](spec["where"], spec["room"])
    before = memory(spec["pid"])
    load = Load(spec, target)
    wall, used = await load.join()
    result = await load.measure()
    people = spec["people"]
    result |= {
        "joins_per_s": round(people / wall, 1), "join_cpu_ms": round(used / people * 1000, 1),
        "kb_per_person": round((result["rss_mb"] - before) * 1024 / people),
    }  # fmt: skip
    print(json.dumps(result), flush=True)
    os._exit(0)


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1])))
