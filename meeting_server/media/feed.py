"""The feed to the listener (docs/protocol.md §2): what the capture gate lets through, over a Unix stream socket.

A reader that is too slow is cut off and resumes from the journal; the media node never waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog

from meeting_server.media.control import frame
from meeting_server.media.recorder import Span
from transcription.wire import Packet, pack_packets

log = structlog.get_logger(__name__)

MAX_BEHIND = 4 * 1024 * 1024
MAX_READERS = 4

Head = dict[str, Any]


class Feed:
    """``current``: the ``open`` heads of tracks that live now, for a reader that has just come."""

    def __init__(self, path: Path, current: Callable[[], Iterable[Head]]) -> None:
        self._path, self._current = path, current
        self._readers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._readers):
            writer.close()
        if self._server is not None:
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._readers) >= MAX_READERS:
            writer.close()
            return
        for head in self._current():
            writer.write(frame({**head, "known": True}))
        self._readers.add(writer)
        log.info("feed_reader_came", readers=len(self._readers))
        try:
            with contextlib.suppress(OSError):
                while await reader.read(1024):
                    pass  # a reader says nothing; its end is what is waited for
        finally:
            self._readers.discard(writer)
            writer.close()
            log.info("feed_reader_left", readers=len(self._readers))

    def opened(self, room: str, track: str, at: int) -> None:
        self._send({"type": "open", "room": room, "track": track, "at": at})

    def packets(self, room: str, track: str, sounds: tuple[Packet, ...]) -> None:
        self._send({"type": "packets", "room": room, "track": track}, pack_packets(sounds))

    def closed(self, room: str, track: str) -> None:
        self._send({"type": "close", "room": room, "track": track})

    def shut(self, room: str) -> None:
        self._send({"type": "shut", "room": room})

    def purged(self, room: str, since: int, until: int, spans: list[Span]) -> None:
        told = [{"track": span.track, "start": span.start, "end": span.end} for span in spans]
        self._send({"type": "purge", "room": room, "since_at": since, "until_at": until, "spans": told})

    def _send(self, head: Head, payload: bytes = b"") -> None:
        if not self._readers:
            return
        data = frame(head, payload)
        for writer in list(self._readers):
            if writer.transport.get_write_buffer_size() > MAX_BEHIND:
                log.warning("feed_reader_cut_off", why="too far behind")
                self._readers.discard(writer)
                writer.transport.abort()
            else:
                writer.write(data)
