"""Sound files heard as if they were spoken now: Opus at its own pace through feed, listener, link and workers."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from transcription.link.websocket import WebSocketHub, WebSocketProducer, WebSocketTaker
from transcription.listener import Listener
from transcription.opus import Sound, encode
from transcription.wire import RATE, Packet, Result, pack, pack_packets
from transcription.worker import Reader, work

_FRAME = RATE // 50


@dataclass(frozen=True, slots=True)
class Event:
    """Text as it came; times in seconds of the stream, ``emitted_at`` in seconds since the stream began."""

    track: str
    kind: Literal["partial", "stable", "final"]
    start: float
    end: float
    text: str
    spoken: str
    emitted_at: float


class Station:
    """The media node's side of the feed, for files."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: asyncio.StreamWriter | None = None
        self._joined = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Station:
        self._server = await asyncio.start_unix_server(self._meet, str(self._path))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writer:
            self._writer.close()
        if self._server:
            self._server.close()

    async def _meet(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._joined.set()

    async def say(self, head: dict[str, Any], payload: bytes = b"") -> None:
        await self._joined.wait()
        assert self._writer is not None
        frame = pack(head, payload)
        self._writer.write(struct.pack(">I", len(frame)) + frame)
        await self._writer.drain()

    async def play(self, tracks: Mapping[str, list[Packet]], began: float, *, realtime: bool) -> None:
        """Send every packet when its sound is over; close the tracks at the end."""
        for track in tracks:
            await self.say({"type": "open", "room": track, "track": track, "at": 0})
        queue = sorted((p.position, track, p) for track, packets in tracks.items() for p in packets)
        for position, track, packet in queue:
            ahead = (position + _FRAME) / RATE - (time.monotonic() - began)
            if realtime and ahead > 0:
                await asyncio.sleep(ahead)
            await self.say({"type": "packets", "room": track, "track": track}, pack_packets((packet,)))
        for track in tracks:
            await self.say({"type": "close", "room": track, "track": track})


async def listen_to(
    sounds: Mapping[str, Sound],
    reader: Reader,
    *,
    workers: int = 1,
    realtime: bool = True,
    interims: bool = True,
    hot_words: tuple[str, ...] = (),
) -> AsyncIterator[Event]:
    """Every track's text as it would be shown; ends when all that was said has its final text."""
    token, tracks = secrets.token_urlsafe(24), {name: encode(sound) for name, sound in sounds.items()}
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    hub = WebSocketHub("127.0.0.1", 0, token)
    await hub.start()
    with tempfile.TemporaryDirectory() as folder:
        async with Station(Path(folder) / "feed.sock") as station, contextlib.AsyncExitStack() as stack:
            producer = WebSocketProducer(hub.url, token)
            listener = Listener(Path(folder) / "feed.sock", producer, interims=interims, outbox=4096)
            run = _Running(hub, events, hot_words)
            for task in (
                listener.run(),
                work(reader, lambda name: WebSocketTaker.connect(hub.url, token, name), workers),
                run.finals(),
                run.interims(),
                run.play(station, tracks, listener, realtime=realtime),
            ):
                stack.push_async_callback(_cancel, asyncio.ensure_future(task))
            while (event := await events.get()) is not None:
                yield event
    await hub.stop()


async def _cancel(task: asyncio.Future[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class _Running:
    """The server's part: takes results in, tells them as events."""

    def __init__(self, hub: WebSocketHub, events: asyncio.Queue[Event | None], hot_words: tuple[str, ...]) -> None:
        self._hub, self._events, self._hot_words = hub, events, hot_words
        self._began = time.monotonic()

    async def play(
        self, station: Station, tracks: Mapping[str, list[Packet]], listener: Listener, *, realtime: bool
    ) -> None:
        while not (self._hub.workforce().workers and self._hub.workforce().listeners):  # noqa: ASYNC110 - once
            await asyncio.sleep(0.02)
        for room in tracks if self._hot_words else ():
            await self._hub.hints(room, self._hot_words, "")
        self._began = time.monotonic()
        await station.play(tracks, self._began, realtime=realtime)
        while not listener.done(len(tracks)):  # noqa: ASYNC110 - states of two parts that no event joins
            await asyncio.sleep(0.05)
        await self._events.put(None)

    async def finals(self) -> None:
        async for result in self._hub.results():
            await self._put(result, "final", result.text, result.spoken)
            await self._hub.accept(result.id)

    async def interims(self) -> None:
        stable: dict[str, str] = {}
        async for result in self._hub.interims():
            if not result.text:  # nothing to show yet
                continue
            await self._put(result, "partial", result.text, result.spoken)
            settled = result.text[: result.stable]
            if settled and stable.get(result.track) != result.id + settled:
                stable[result.track] = result.id + settled
                await self._put(result, "stable", settled, settled)

    async def _put(self, result: Result, kind: Literal["partial", "stable", "final"], text: str, spoken: str) -> None:
        now = time.monotonic() - self._began
        event = Event(result.track, kind, result.start / RATE, result.end / RATE, text, spoken, round(now, 3))
        await self._events.put(event)
