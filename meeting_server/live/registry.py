"""The live sockets of this process: how many an address has, which socket carries a session, what was answered.

A session outlives its socket by a grace (setting ``short_gap_s``), in which the same tab may come back, also after a
reload: one attendance interval and the same sound. Then it is left. Answers to commands are
kept with it, so that a command sent again after a cut is answered and not carried out twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from meeting_server.live.sound import RoomSound
from meeting_server.meetings import Meetings
from meeting_server.room.refusal import Refused

log = structlog.get_logger(__name__)

ANSWERS_KEPT = 256


class Carrier(Protocol):
    """A socket that carries a session."""

    async def replaced(self) -> None:
        """The same tab came back on another socket, or a copy of it opened."""

    async def revoked(self) -> None:
        """Its link was revoked."""


@dataclass(slots=True)
class Session:
    """``grace``: the timer that leaves for it when it does not come back. ``owner``: the key of the entrant."""

    meeting: str
    id: str
    link: str
    owner: str = ""
    carrier: Carrier | None = None
    grace: asyncio.Task[None] | None = None
    answers: OrderedDict[int | str, asyncio.Task[dict[str, Any]]] = field(default_factory=OrderedDict)

    async def once(self, id: int | str, work: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> dict[str, Any]:
        """The answer to a command, worked out once however often it is asked."""
        if id not in self.answers:
            while len(self.answers) >= ANSWERS_KEPT:
                self.answers.popitem(last=False)
            self.answers[id] = asyncio.create_task(work())
        return await asyncio.shield(self.answers[id])


class Registry:
    """One a process."""

    def __init__(self, meetings: Meetings, sound: RoomSound, per_address: int, grace: float) -> None:
        self._meetings, self._sound = meetings, sound
        self._per_address, self._grace = per_address, grace
        self._addresses: Counter[str] = Counter()
        self._sessions: dict[tuple[str, str], Session] = {}

    def arrive(self, address: str) -> bool:
        """Whether one more socket of this address is let in; then ``depart`` must follow."""
        if self._addresses[address] >= self._per_address:
            log.warning("too_many_sockets", open=self._addresses[address])
            return False
        self._addresses[address] += 1
        return True

    def depart(self, address: str) -> None:
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]

    @property
    def open_sockets(self) -> int:
        return self._addresses.total()

    def carries(self, meeting: str, id: str, owner: str) -> bool:
        """Whether this presence is of who has this key, whomever it stands for in the meeting."""
        session = self._sessions.get((meeting, id))
        return session is not None and bool(owner) and session.owner == owner

    async def take(self, meeting: str, id: str, link: str, owner: str, carrier: Carrier) -> Session:
        """The session, now carried by this socket; the former one's page is told that it was replaced: it is a page
        that lost its line and does not listen any more, or a copy of the tab, of which the newer counts."""
        session = self._sessions.setdefault((meeting, id), Session(meeting, id, link, owner))
        if session.grace is not None:
            session.grace.cancel()
            session.grace = None
        former, session.carrier = session.carrier, carrier
        if former is not None:
            await former.replaced()
        return session

    async def release(self, session: Session, carrier: Carrier, *, left: bool, ended: bool) -> None:
        """The socket is gone. ``left``: said goodbye. ``ended``: the room put it out already."""
        if session.carrier is not carrier:
            return
        session.carrier = None
        if left or ended:
            await self._leave(session, "left", told=ended)
        else:
            session.grace = asyncio.create_task(self._after_grace(session))

    async def _after_grace(self, session: Session) -> None:
        await asyncio.sleep(self._grace)
        session.grace = None
        await self._leave(session, "lost", told=False)

    async def _leave(self, session: Session, reason: Any, *, told: bool) -> None:
        self._sessions.pop((session.meeting, session.id), None)
        try:
            if not told:
                await self._meetings.leave(session.meeting, session.id, reason)
        except Refused as refusal:
            log.warning("leave_not_written", meeting=session.meeting, session=session.id, code=refusal.code)
        await self._sound.hang_up(session.meeting, session.id)

    async def send_away(self, meeting: str, link: str) -> None:
        """A link was revoked: whoever came by it leaves now."""
        for session in [s for s in self._sessions.values() if s.meeting == meeting and s.link == link]:
            if session.carrier is not None:
                await session.carrier.revoked()

    async def close(self) -> None:
        for session in self._sessions.values():
            if session.grace is not None:
                session.grace.cancel()
