"""THE write path of meetings: load → decide → append → apply → tell subscribers. There is no second door.

Every public coroutine raises ``room.refusal.Refused`` (typed, Vietnamese) and then nothing has changed.
One instance a process; one lock a live meeting; the log is the truth and a restart replays it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from meeting_server.room.commands import Actor, Command
from minutes.record.events import Event, Scheduled


@dataclass(frozen=True, slots=True)
class Accepted:
    """``seqs``: the entries appended (none for commands that change only what is live)."""

    seqs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks on: what each view shows depends on it. ``actor`` as given to ``do``."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Heard:
    """One recognised utterance, as the listener's Result says it; ``text`` "" moves only the cursor."""

    track: str
    start: int
    end: int
    text: str
    spoken: str = ""
    confidence: int = 1000
    model: str = ""
    words: tuple[tuple[int, int, str, int], ...] = ()
    inaudible: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by a guest link: ``name`` as given."""

    name: str
    title: str = ""
    upper: bool = False


class CapturePort(Protocol):
    """What the media engine does for a meeting. Every call returns only once it is done; it raises on failure."""

    async def shut(self, meeting: str, mode: Literal["pause", "secret", "closed"]) -> None:
        """No packet is captured after this returns; rings, pending journal lines and unfinished jobs are purged."""
        ...

    async def open(self, meeting: str, *, record: bool, transcribe: bool) -> None: ...

    async def purge(self, meeting: str, since: int, until: int) -> None:
        """The recording between these times (ms since the epoch) is gone from journal, feed and jobs."""
        ...

    async def floor(self, meeting: str, session: str) -> None:
        """The session that has the floor ("" = nobody)."""
        ...

    async def mute(self, meeting: str, session: str, muted: bool) -> None: ...

    async def drop(self, meeting: str, session: str) -> None:
        """The session was removed or replaced: its connections end."""
        ...


Message = (
    tuple[Literal["snapshot"], int, dict[str, Any]]
    | tuple[Literal["replace", "append"], int, str, Any]
    | tuple[Literal["interim"], dict[str, Any]]
    | tuple[Literal["notice"], dict[str, Any]]
    | tuple[Literal["removed"], dict[str, Any]]
)


class Subscription(AsyncIterator[Message]):
    """What one viewer is sent. Bounded: replacements coalesce per view, captions beyond 200 become a replacement,
    interims and notices beyond 64 drop the oldest. Ends after ``close()`` or when the session is removed.
    """

    async def __anext__(self) -> Message:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Meetings:
    """See the module. Built in app.py: ``Meetings(store, clock, capture)``."""

    async def schedule(self, scheduled: Scheduled, actor: Actor) -> str:
        """A new meeting's id. Its first entry is ``scheduled``."""
        raise NotImplementedError

    async def do(self, meeting: str, actor: Actor, command: Command) -> Accepted:
        raise NotImplementedError

    async def join(
        self, meeting: str, session: str, actor: Actor, *, name: str, device: Literal["phone", "computer", "hall"],
        informed: bool, private: bool, admitted: bool, guest: Guest | None = None,
    ) -> bool:  # fmt: skip
        """Whether the session is in the room (False: it waits in the lobby). An earlier session of the same
        person is replaced (its subscriptions get ("removed", …) with ``replaced``)."""
        raise NotImplementedError

    async def leave(self, meeting: str, session: str, reason: Literal["left", "lost", "closed"] = "left") -> None:
        raise NotImplementedError

    async def track_opened(self, meeting: str, track: str, session: str, rtp0: int, at: int) -> None:
        """The first packet of a session's audio. Idempotent per track."""
        raise NotImplementedError

    async def hear(self, meeting: str, heard: Heard) -> bool:
        """Whether this call committed it. False: already accepted before (or its span was erased or is off record);
        either way the listener may forget it. Raises Refused only when it must be sent again later."""
        raise NotImplementedError

    async def cursors(self, meeting: str) -> Mapping[str, int]:
        """Per track the sample up to which everything was accepted."""
        raise NotImplementedError

    def live(self, meeting: str, session: str, **changes: Any) -> None:
        """What is never logged: ``mic``, ``voiced``, ``weak``, ``muted`` (bool) of a session."""
        raise NotImplementedError

    def interim(self, meeting: str, track: str, text: str, stable: int) -> None:
        """Words still being recognised; dropped while off record."""
        raise NotImplementedError

    def owed(self, meeting: str, owed_ms: int) -> None:
        """Speech recorded and not yet accepted, in ms."""
        raise NotImplementedError

    def health(self, *, disk: Literal["ok", "full"] | None = None, speech: str | None = None) -> None:
        """``speech``: "ok" | "down" | "behind"; shown in the view ``meeting`` of every meeting."""
        raise NotImplementedError

    async def append_system(self, meeting: str, event: Event) -> int:
        """Sealed, ScanAttached, Retranscribed by our own parts. The seq."""
        raise NotImplementedError

    async def subscribe(self, meeting: str, viewer: Viewer, versions: Mapping[str, int] | None = None) -> Subscription:
        raise NotImplementedError

    async def state(self, meeting: str) -> Any:
        """``room.meeting.Room``: the folded meeting (immutable)."""
        raise NotImplementedError

    async def shut_down(self) -> None:
        """Finishes what is being appended and ends all subscriptions."""
        raise NotImplementedError
