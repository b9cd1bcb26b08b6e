"""Neighbours for tests of listener and link: a media node's feed and journal, a scripted recogniser."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

from transcription.recording import MAGIC, TrackEnd, TrackStart, line_bytes, segment_bytes
from transcription.recording import Sound as Recorded
from transcription.wire import Job, Packet, Result, pack, pack_packets


class Feed:
    """The media node's side of the feed; like the node, it writes the journal too."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feed.sock"
        self.journal = folder / "journal"
        self.journal.write_bytes(MAGIC)
        self._writers: set[asyncio.StreamWriter] = set()
        self._meetings: set[asyncio.Task[None]] = set()
        self._numbers: dict[str, int] = {}
        self._arrived = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._meet, str(self.path))

    async def stop(self) -> None:
        assert self._server
        self.cut()
        self._server.close()
        await self._server.wait_closed()
        await asyncio.gather(*self._meetings)

    def cut(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()
        self._arrived.clear()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._meetings.add(task)
        self._writers.add(writer)
        self._arrived.set()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self._writers.discard(writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self._meetings.discard(task)

    async def connected(self, limit: float = 10) -> None:
        await asyncio.wait_for(self._arrived.wait(), limit)

    async def _send(self, head: dict[str, Any], payload: bytes = b"") -> None:
        frame = pack(head, payload)
        for writer in list(self._writers):
            writer.write(struct.pack(">I", len(frame)) + frame)
            with contextlib.suppress(ConnectionError):
                await writer.drain()

    async def open(self, room: str, track: str) -> None:
        self._numbers[track] = len(self._numbers)
        self._record(line_bytes(TrackStart(self._numbers[track], track, 0, 0)))
        await self._send({"type": "open", "room": room, "track": track, "at": 0})

    async def known(self, room: str, track: str) -> None:
        """What a listener is told of an open track when it comes."""
        await self._send({"type": "open", "room": room, "track": track, "at": 0, "known": True})

    async def packets(self, room: str, track: str, packets: Iterable[Packet]) -> None:
        packets = tuple(packets)
        for start in range(0, len(packets), 50):
            some = packets[start : start + 50]
            self._record(b"".join(line_bytes(Recorded(self._numbers[track], p)) for p in some))
            await self._send({"type": "packets", "room": room, "track": track}, pack_packets(some))

    async def close(self, room: str, track: str) -> None:
        self._record(line_bytes(TrackEnd(self._numbers[track], 0)))
        await self._send({"type": "close", "room": room, "track": track})

    async def shut(self, room: str) -> None:
        await self._send({"type": "shut", "room": room})

    def _record(self, body: bytes) -> None:
        with self.journal.open("ab") as file:
            file.write(segment_bytes(body))


class Scripted:
    """Reads every job as its own span; may be held, and may fail."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.together: list[int] = []
        self.go = threading.Event()
        self.go.set()

    def recognise_many(self, jobs: Sequence[Job]) -> list[Result]:
        self.together.append(len(jobs))
        return [self.recognise(job) for job in jobs]

    def recognise(self, job: Job) -> Result:
        assert self.go.wait(20)
        self.read.append(job.id)
        text = f"{job.start}-{job.end}"
        return Result(job.id, job.track, job.start, job.end, text, text, 900, "scripted", job.final)


async def first(items: AsyncIterator[Any], count: int, limit: float = 20) -> list[Any]:
    """The next ``count`` items within ``limit`` seconds."""
    found = []
    async with asyncio.timeout(limit):
        async for item in items:
            found.append(item)
            if len(found) == count:
                break
    return found


@contextlib.asynccontextmanager
async def running(*coroutines: Any) -> AsyncIterator[list[asyncio.Task[Any]]]:
    tasks = [asyncio.ensure_future(c) for c in coroutines]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
