"""What the routes work with: built once in app.py, found on ``request.app.state.house``."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Request

from meeting_server.authority import Authority
from meeting_server.http.guard import Origins
from meeting_server.http.limits import Limits
from meeting_server.http.secrets import Passwords
from meeting_server.meetings import Meetings
from meeting_server.settings import Settings
from meeting_server.store.database import Store
from transcription.wire import Packet

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def _now() -> int:
    return time.time_ns() // 1_000_000


async def _nothing(*_: str) -> None:
    return None


async def _kept_nowhere(*_: object) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class House:
    """``address``: what people type, without a slash at the end. ``parts()``: how the other processes are, in words;
    ``figures()``: the numbers of /metrics.

    ``send_away(meeting, member, ticket)`` ends the live sockets of a link that was revoked.
    ``carries(meeting, session, key)``: whether the live presence is of the caller with this key.
    ``keep_copy(meeting, session, tracks of the same microphone, at, packets)`` records a safety copy; how many packets.
    """

    settings: Settings
    store: Store
    meetings: Meetings
    passwords: Passwords
    limits: Limits
    origins: Origins
    address: str
    authority: Authority | None = None
    parts: Callable[[], dict[str, str]] = dict
    figures: Callable[[], dict[str, int]] = dict
    send_away: Callable[[str, str], Awaitable[None]] = _nothing
    now: Callable[[], int] = field(default=_now)
    carries: Callable[[str, str, str], bool] = lambda *_: False
    keep_copy: Callable[[str, str, tuple[str, ...], int, tuple[Packet, ...]], Awaitable[int]] = _kept_nowhere

    def today(self) -> date:
        """The day in Viet Nam."""
        return datetime.fromtimestamp(self.now() / 1000, VIETNAM).date()


def house(request: Request) -> House:
    found: House = request.app.state.house
    return found
