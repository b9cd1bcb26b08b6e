"""The meeting's wishes for the media node: gates, floor, mute. ``meetings.CapturePort`` over ``media.engine``.

What is wanted of each room is kept here, so that a room comes into being with the gates that its meeting wants:
people hear each other before the opening, nothing is captured until the meeting says so. Shutting is certain before
it returns; opening is a wish that the link keeps while the node is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import structlog

from meeting_server.media.engine import Copied, MediaEngine, Place, Seat
from meeting_server.media.errors import MediaError, MediaRefused, NodeDown
from transcription.link import Hub
from transcription.wire import Packet

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Room:
    """``made``: the node has it. ``capture`` stays False unless the meeting opened it. ``shut``: surely nothing is
    captured. ``sessions``: who is, or may be, connected to the node. ``muted`` is what is wished, of those too who are
    not connected yet; ``told`` what the node was told. ``lines``: a session's calls and its end, one after another.
    """

    capture: bool = False
    remote_sound: bool = True
    made: bool = False
    shut: bool = True
    floor: str = ""
    pictures: tuple[str, str] = ("", "")
    sessions: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    told: dict[str, bool] = field(default_factory=dict)
    lines: dict[str, asyncio.Lock] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def line(self, session: str) -> asyncio.Lock:
        return self.lines.setdefault(session, asyncio.Lock())

    def forget(self, session: str) -> None:
        self.sessions.discard(session)
        self.muted.discard(session)
        self.told.pop(session, None)


class RoomSound:
    """See the module. ``hub`` None: no recognition is running. ``up``: the node is connected (NodeEvents says it).

    ``preparing``: the server has just started and the node is not asked yet; wishes are laid down and not waited for,
    so that the node hears all of them at once and closes no room that a restarted server still wants.
    """

    def __init__(self, engine: MediaEngine, hub: Hub | None) -> None:
        self._engine, self._hub = engine, hub
        self._rooms: dict[str, _Room] = {}
        self._wishes: set[asyncio.Task[None]] = set()
        self.preparing = self.up = False

    # -- CapturePort -----------------------------------------------------------------------------------------------

    async def shut(self, meeting: str, mode: Literal["pause", "secret", "closed"]) -> None:
        """Certain, or it raises. Only what surely is shut already is not waited for while the node is away."""
        room = self._room(meeting)
        room.capture, room.remote_sound = False, mode != "secret"
        certain = room.shut and (mode != "secret" or not (room.made or room.sessions))
        if self.preparing or (certain and not self.up):
            self._wish(meeting, room)
        else:
            await self._gate(meeting, room)
        room.shut = True
        if self._hub is not None:
            await self._hub.forget(meeting, ())
        if mode == "closed" and not room.sessions and room.made and self.up:
            await self._close(meeting, room)

    async def open(self, meeting: str, *, record: bool, transcribe: bool) -> None:
        """Words without a recording pass through the journal too; who ends the meeting removes it (speech_in).

        Raises NodeDown when something is to be captured and the node is away: it begins when the node is back.
        """
        room = self._room(meeting)
        room.capture, room.remote_sound = record or transcribe, True
        room.shut = not room.capture
        if self.up:
            await self._gate(meeting, room)
            return
        self._wish(meeting, room)
        if room.capture and not self.preparing:
            raise NodeDown("nothing is captured until the media node is back")

    async def purge(self, meeting: str, since: int, until: int) -> None:
        await self._engine.purge(meeting, since, until)

    async def floor(self, meeting: str, session: str) -> None:
        room = self._room(meeting)
        room.floor = session
        if room.made and self.up:
            await self._engine.floor(meeting, session)

    async def pictures(self, meeting: str, hall: str, shared: str) -> None:
        room = self._room(meeting)
        room.pictures = hall, shared
        if room.made and self.up:
            await self._engine.pictures(meeting, hall=hall, shared=shared)

    async def mute(self, meeting: str, session: str, muted: bool) -> None:
        """Of who has no sound yet the wish is kept until they call. Raises NodeDown when it cannot be done now."""
        room = self._room(meeting)
        changed = session in room.sessions and room.told.get(session) != muted
        if changed and (muted or session in room.muted or self.up):
            await self._tell_muted(meeting, room, session, muted)
        (room.muted.add if muted else room.muted.discard)(session)

    async def _tell_muted(self, meeting: str, room: _Room, session: str, muted: bool) -> None:
        self._must_be_up()
        await self._engine.mute(meeting, session, muted)
        room.told[session] = muted

    async def drop(self, meeting: str, session: str) -> None:
        room = self._room(meeting)
        async with room.line(session):  # a call that is under way is waited for, and ended
            known = session in room.sessions
            room.forget(session)
            room.lines.pop(session, None)
            if known:
                await self._engine.leave(meeting, session)

    # -- for the live sockets ----------------------------------------------------------------------------------------

    async def call(
        self, meeting: str, session: str, seat: Seat, sdp: str, *, speak: bool, hear: bool, weak: bool
    ) -> str:  # fmt: skip
        """The answer to a browser's offer. Raises media.errors.BadOffer, NodeDown, MediaRefused."""
        self._must_be_up()
        await self._make(meeting)
        room = self._room(meeting)
        async with room.line(session):
            before = session in room.sessions
            room.sessions.add(session)  # first: whatever becomes of this call, hanging up reaches it
            try:
                if room.told.get(session, False) != (session in room.muted):
                    await self._tell_muted(meeting, room, session, session in room.muted)
                room.told.setdefault(session, False)
                return await self._engine.join(meeting, session, seat, sdp, speak=speak, hear=hear, weak=weak)
            except MediaRefused:
                if not before:
                    room.sessions.discard(session)
                raise

    async def show(self, meeting: str, session: str, place: Place, sdp: str) -> str:
        """The answer to the offer of who shows a picture. Raises BadOffer, NodeDown, MediaRefused."""
        return await self._picture(meeting, session, lambda: self._engine.show(meeting, session, place, sdp))

    async def look(self, meeting: str, session: str, sdp: str) -> str:
        """The answer to the offer of who looks on. Raises BadOffer, NodeDown, MediaRefused."""
        return await self._picture(meeting, session, lambda: self._engine.look(meeting, session, sdp))

    async def _picture(self, meeting: str, session: str, ask: Callable[[], Awaitable[str]]) -> str:
        self._must_be_up()
        await self._make(meeting)
        room = self._room(meeting)
        async with room.line(session):
            room.sessions.add(session)  # first: whatever becomes of this call, hanging up reaches it
            return await ask()

    async def span(
        self, meeting: str, session: str, tracks: tuple[str, ...], at: int, packets: tuple[Packet, ...]
    ) -> Copied:
        """Record what a browser kept through a cut. Raises NodeDown, MediaRefused."""
        self._must_be_up()
        await self._make(meeting)
        return await self._engine.span(meeting, session, tracks, at, packets)

    async def hang_up(self, meeting: str, session: str) -> None:
        """The session is gone for good. The last one closes the room, unless the meeting is being captured."""
        room = self._room(meeting)
        try:
            await self.drop(meeting, session)
            if not room.sessions and room.made and not room.capture:
                await self._close(meeting, room)
        except MediaError as error:
            log.warning("hang_up_failed", meeting=meeting, session=session, error=type(error).__name__)

    def sessions(self, meeting: str) -> frozenset[str]:
        """Who is, or may still be, connected to the node."""
        return frozenset(self._room(meeting).sessions)

    def resume(self, meeting: str, sessions: Iterable[str]) -> None:
        """After a restart of the server: these sessions may still be connected to the node."""
        room = self._room(meeting)
        room.sessions.update(sessions)
        room.shut = False

    def node_came(self, lives: Iterable[str]) -> None:
        """The node is there; rooms that it does not have are made again when they are needed. It may have been started
        anew: who has the floor and who is muted must be told again (``Meetings.sound_again``)."""
        self.up, there = True, set(lives)
        for name, room in self._rooms.items():
            room.made = name in there
            room.told.clear()

    def node_went(self) -> None:
        self.up = False

    def forget_wishes(self) -> None:
        """At the end of the process."""
        for wish in self._wishes:
            wish.cancel()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _must_be_up(self) -> None:
        if not self.up:
            raise NodeDown("the media node is not connected")

    async def _close(self, meeting: str, room: _Room) -> None:
        """Nobody is there and nothing is captured: the journal is flushed and the room ends."""
        room.made = False
        await self._engine.close(meeting)

    async def _make(self, meeting: str) -> None:
        room = self._room(meeting)
        if room.made:
            return
        async with room.lock:
            if not room.made:
                await self._engine.open(meeting)
                await self._bring(meeting, room)

    async def _gate(self, meeting: str, room: _Room) -> None:
        async with room.lock:
            await self._bring(meeting, room)

    async def _bring(self, meeting: str, room: _Room) -> None:
        await self._engine.gate(meeting, capture=room.capture, remote_sound=room.remote_sound)
        if not room.made and room.floor:
            await self._engine.floor(meeting, room.floor)
        if not room.made and any(room.pictures):
            await self._engine.pictures(meeting, hall=room.pictures[0], shared=room.pictures[1])
        room.made = True

    def _wish(self, meeting: str, room: _Room) -> None:
        """The link keeps what was asked of it and says it to the node before anything else."""
        asking = self._engine.gate(meeting, capture=room.capture, remote_sound=room.remote_sound)
        wish = asyncio.create_task(asking, name="wish")
        self._wishes.add(wish)
        wish.add_done_callback(self._wished)

    def _wished(self, wish: asyncio.Task[None]) -> None:
        self._wishes.discard(wish)
        if not wish.cancelled() and (error := wish.exception()) is not None:
            log.info("wish_not_answered", error=type(error).__name__)

    def _room(self, meeting: str) -> _Room:
        return self._rooms.setdefault(meeting, _Room())
