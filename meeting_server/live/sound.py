"""The meeting's wishes for the media node: gates, floor, mute. ``meetings.CapturePort`` over ``media.engine``.

What is wanted of each room is kept here, so that a room comes into being with the gates that its meeting wants:
people hear each other before the opening, nothing is captured until the meeting says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import structlog

from meeting_server.media.engine import MediaEngine, Seat
from meeting_server.media.errors import MediaError
from transcription.link import Hub

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Room:
    """``made``: the node has it. ``capture`` stays False unless the meeting opened it."""

    capture: bool = False
    remote_sound: bool = True
    made: bool = False
    ended: bool = False
    sessions: set[str] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RoomSound:
    """See the module. ``hub`` None: no recognition is running.

    ``preparing``: the server has just started and the node is not asked yet; wishes are laid down and not waited for,
    so that the node hears all of them at once and closes no room that a restarted server still wants.
    """

    def __init__(self, engine: MediaEngine, hub: Hub | None) -> None:
        self._engine, self._hub = engine, hub
        self._rooms: dict[str, _Room] = {}
        self._wishes: set[asyncio.Task[None]] = set()
        self.preparing = False

    # -- CapturePort -----------------------------------------------------------------------------------------------

    async def shut(self, meeting: str, mode: Literal["pause", "secret", "closed"]) -> None:
        room = self._room(meeting)
        room.capture, room.remote_sound, room.ended = False, mode != "secret", mode == "closed"
        await self._gate(meeting, room)
        if self._hub is not None:
            await self._hub.forget(meeting, ())

    async def open(self, meeting: str, *, record: bool, transcribe: bool) -> None:
        """Words without a recording pass through the journal too; who ends the meeting removes it (speech_in)."""
        room = self._room(meeting)
        room.capture, room.remote_sound, room.ended = record or transcribe, True, False
        await self._gate(meeting, room)

    async def _gate(self, meeting: str, room: _Room) -> None:
        if self.preparing:
            wish = asyncio.create_task(self._engine.gate(meeting, capture=room.capture, remote_sound=room.remote_sound))
            self._wishes.add(wish)
            wish.add_done_callback(self._wished)
            room.made = True
            return
        async with room.lock:
            await self._engine.gate(meeting, capture=room.capture, remote_sound=room.remote_sound)
            room.made = True

    def _wished(self, wish: asyncio.Task[None]) -> None:
        self._wishes.discard(wish)
        if not wish.cancelled() and (error := wish.exception()) is not None:
            log.warning("wish_not_answered", error=type(error).__name__)

    async def purge(self, meeting: str, since: int, until: int) -> None:
        await self._engine.purge(meeting, since, until)

    async def floor(self, meeting: str, session: str) -> None:
        if self._room(meeting).made and not self.preparing:
            await self._engine.floor(meeting, session)

    async def mute(self, meeting: str, session: str, muted: bool) -> None:
        if session in self._room(meeting).sessions:
            await self._engine.mute(meeting, session, muted)

    async def drop(self, meeting: str, session: str) -> None:
        room = self._room(meeting)
        if session in room.sessions:
            room.sessions.discard(session)
            await self._engine.leave(meeting, session)

    # -- for the live sockets ----------------------------------------------------------------------------------------

    async def call(
        self, meeting: str, session: str, seat: Seat, sdp: str, *, speak: bool, hear: bool, weak: bool
    ) -> str:  # fmt: skip
        """The answer to a browser's offer. Raises media.errors.BadOffer, NodeDown, MediaRefused."""
        await self._make(meeting)
        answer = await self._engine.join(meeting, session, seat, sdp, speak=speak, hear=hear, weak=weak)
        self._room(meeting).sessions.add(session)
        return answer

    async def hang_up(self, meeting: str, session: str) -> None:
        """The session is gone for good. The last one of an ended meeting closes the room."""
        room = self._room(meeting)
        try:
            await self.drop(meeting, session)
            if not room.sessions and room.made and not room.capture:
                room.made = False
                await self._engine.close(meeting)
        except MediaError as error:
            log.warning("hang_up_failed", meeting=meeting, session=session, error=type(error).__name__)

    def resume(self, meeting: str, sessions: Iterable[str]) -> None:
        """After a restart of the server: these sessions may still be connected to the node."""
        self._room(meeting).sessions.update(sessions)

    def node_restarted(self, lives: Iterable[str]) -> None:
        """The node is there; rooms that it does not have are made again when they are needed."""
        there = set(lives)
        for name, room in self._rooms.items():
            room.made = room.made and name in there

    async def _make(self, meeting: str) -> None:
        room = self._room(meeting)
        if room.made:
            return
        async with room.lock:
            if not room.made:
                await self._engine.open(meeting)
                await self._engine.gate(meeting, capture=room.capture, remote_sound=room.remote_sound)
                room.made = True

    def _room(self, meeting: str) -> _Room:
        return self._rooms.setdefault(meeting, _Room())
