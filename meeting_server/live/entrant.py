"""Who stands at the door of a meeting, as the door-keeper (app.py, from the cookie) says it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket

from meeting_server.live.signalling import Hello
from meeting_server.room.commands import Actor, Role, Seat
from meeting_server.room.state import HALL_NAME


@dataclass(frozen=True, slots=True)
class Entrant:
    """``key``: the same person with the same right always has the same. ``admitted`` False: by the lobby.

    ``may_be_hall``: may set up the hall's device. ``only_hall``: may be nothing else. ``microphone``: a phone in the
    hall that is one of its microphones, and nothing else. ``link``: the join link's id.
    """

    key: str
    name: str
    member: str = ""
    account: str = ""
    link: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    admitted: bool = True
    guest: bool = False
    may_be_hall: bool = False
    only_hall: bool = False
    microphone: bool = False

    def session(self, hello: Hello) -> str:
        """The id of this person's presence in this tab; the same after a cut line."""
        device = "hall" if hello.device in ("hall", "display") else "own"
        told = "\n".join((self.key, hello.tab, device, hello.device))
        return f"s-{hashlib.sha256(told.encode()).hexdigest()[:20]}"

    def actor(self, hello: Hello, usual_seat: Seat) -> Actor:
        """The hall's device is a place: whoever set it up, it acts for nobody."""
        session = self.session(hello)
        if hello.device in ("hall", "display"):
            return Actor("", self.account, frozenset({"hall_device"}), "device", session)
        if self.microphone:
            return Actor("", "", frozenset({"microphone"}), "device", session)
        seat: Seat = hello.seat or usual_seat
        return Actor(self.member, self.account, self.roles, seat, session)

    def shown_name(self, hello: Hello, place: str) -> str:
        return (place or HALL_NAME) if hello.device in ("hall", "display") else self.name


DoorKeeper = Callable[[WebSocket, str], Awaitable[Entrant | None]]
"""The entrant of a socket for a meeting; None = signed out. Raises room.refusal.Refused (403, 404)."""
