"""A media node in this process, the server's control link to it, and clients on the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aioice.ice
import pytest
from aiortc import RTCIceServer

from meeting_server.media.engine import ControlLink, MediaEvent
from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings
from tests.meeting_server.media.clients import Client, Voice, until


class Rig:
    """``events`` is everything the node said so far."""

    def __init__(self, node: Node, link: ControlLink, settings: NodeSettings) -> None:
        self.node, self.link, self.settings = node, link, settings
        self.events: list[MediaEvent] = []
        self.clients: list[Client] = []
        self._task = asyncio.create_task(self._read())
        self.stood_still_ms = 0.0  # the longest that the loop was late
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            due = time.monotonic() + 0.01
            await asyncio.sleep(0.01)
            self.stood_still_ms = max(self.stood_still_ms, (time.monotonic() - due) * 1000)

    async def _read(self) -> None:
        async for event in self.link.events():
            self.events.append(event)

    def said(self, kind: type[MediaEvent], **fields: object) -> list[MediaEvent]:
        return [
            event
            for event in self.events
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def hears(self, kind: type[MediaEvent], within: float = 10, **fields: object) -> MediaEvent:
        await until(lambda: bool(self.said(kind, **fields)), within)
        return self.said(kind, **fields)[0]

    def client(
        self, session: str, voice: Voice | None = None, slots: int = 3, relay: RTCIceServer | None = None
    ) -> Client:
        client = Client(session, voice, slots, relay)
        self.clients.append(client)
        return client

    async def close(self) -> None:
        for client in self.clients:
            await client.close()
        for task in (self._task, self._watching):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.link.stop()
        await self.node.stop()


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiortc's clients offer the loopback address too, so the tests need no network."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])


@pytest.fixture
def hosts() -> tuple[str, ...]:
    """The node's addresses."""
    return ("127.0.0.1",)


@pytest.fixture
async def rig(tmp_path: Path, loopback: None, hosts: tuple[str, ...]) -> AsyncIterator[Rig]:
    settings = NodeSettings(tmp_path / "run", tmp_path / "recordings", hosts, disk_reserve=0)
    node = Node(settings)
    await node.start()
    link = ControlLink(settings.run)
    await link.start()
    made = Rig(node, link, settings)
    yield made
    await made.close()
