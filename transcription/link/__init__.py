"""The link between listener, recogniser workers and server: who may say what, whatever carries it.

Three ends meet at a hub:

* a **Producer** (listener, beside a media node) offers jobs and obeys orders;
* a **Taker** (worker) takes one job at a time and gives its result;
* the **Hub** lives in the server's event loop. It hands out jobs (finals first, fair across rooms), gives a job of a
  dead or hung worker to another, and yields every final result **once and in the order of its track** until it is
  accepted. It stores nothing: what it forgets, the producer offers again, or the recording is surveyed.

How the server uses it (``transcription.link.websocket.WebSocketHub`` or ``transcription.link.redis.RedisHub``)::

    hub = WebSocketHub("127.0.0.1", 0, token)
    await hub.start()                       # hub.url goes to the listener and worker processes
    async for result in hub.results():      # finals only; one consumer
        ... append Spoke and the track's cursor ...   # or find that it is already there
        await hub.accept(result.id)         # after the commit; also for a result that was refused as known
    async for result in hub.interims():     # never stored; old ones are dropped when nobody reads
    async for news in hub.news():           # Arrived, Progress, Voiced
        if isinstance(news, Arrived) and news.role == "listener":
            await hub.survey(room, journal, cursors)   # for each meeting that may still owe speech; then hub.hints

Positions are 48 kHz samples of the track (transcription.wire). Errors: LinkError and below.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from transcription.wire import Job, Result

Role = Literal["listener", "worker"]


class LinkError(Exception):
    """The link cannot do what was asked."""


class LinkClosed(LinkError):
    """The other end is gone; connect again."""


class LinkRefused(LinkError):
    """The other end does not want us: wrong token, wrong version, unknown role."""


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) of a track, in samples."""

    track: str
    start: int
    end: int


# --- what the server hears besides results


@dataclass(frozen=True, slots=True)
class Arrived:
    """A listener or worker connected. After a listener's arrival send it survey (or resume) and hints again."""

    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class Departed:
    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Speech of a room that was voiced and is not accepted yet; 0 = all is written down."""

    room: str
    owed_ms: int


@dataclass(frozen=True, slots=True)
class Voiced:
    """Answer to a survey: the utterances of a track from ``since`` on, all that were found in the recording."""

    room: str
    track: str
    spans: tuple[tuple[int, int], ...]
    since: int = 0


News = Arrived | Departed | Progress | Voiced


@dataclass(frozen=True, slots=True)
class Workforce:
    """What the hub has now. ``waiting`` = final jobs without a result."""

    listeners: int
    workers: int
    waiting: int


# --- what the listener is told


@dataclass(frozen=True, slots=True)
class Connected:
    """The link is there (again): offer everything that is not accepted, in order."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The result of this job is committed: forget the job."""

    id: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a track from its cursor, reading what was missed from the journal.

    With ``until``: hear only [cursor, until) again, beside what is being heard: nothing is written down there.
    """

    room: str
    track: str
    cursor: int
    journal: Path
    until: int = 0


@dataclass(frozen=True, slots=True)
class Hints:
    """Words that this room is likely to say, for its next jobs."""

    room: str
    hot_words: tuple[str, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Sounds that were erased: no job and no text may come of them any more."""

    room: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Reconcile what is owed: cut every track of the journal from its cursor (absent = 0) on, and tell the cuts.

    ``whole``: tell those of the whole recording (else of some minutes before the cursor too).
    """

    room: str
    journal: Path
    cursors: Mapping[str, int]
    whole: bool = False


Order = Connected | Accepted | Resume | Hints | Forget | Survey


class Producer(Protocol):
    """The listener's end. Connects again by itself and says so by a Connected order."""

    async def offer(self, job: Job) -> None:
        """Send a job; forgotten while there is no connection. Waits while the hub has too many."""

    async def progress(self, room: str, owed_ms: int) -> None: ...

    async def voiced(self, voiced: Voiced) -> None: ...

    async def close(self) -> None: ...

    def orders(self) -> AsyncIterator[Order]:
        """What the server wants, in order, across reconnections; one consumer."""


class Taker(Protocol):
    """A worker's end."""

    async def take(self) -> Job:
        """Ask for one job and wait for it. Raises LinkClosed."""

    async def give(self, result: Result) -> None:
        """Raises LinkClosed; the job then goes to another worker."""

    async def close(self) -> None: ...


class Hub(Protocol):
    """The server's end; every method runs in the server's event loop."""

    @property
    def url(self) -> str:
        """Where listener and workers connect; known after start()."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def results(self) -> AsyncIterator[Result]:
        """Final results, each once, in order within a track; ends at stop()."""

    def interims(self) -> AsyncIterator[Result]: ...

    def news(self) -> AsyncIterator[News]: ...

    async def accept(self, id: str) -> None:
        """The result is committed (or was known already)."""

    async def resume(self, room: str, track: str, cursor: int, journal: Path, until: int = 0) -> None: ...

    async def survey(self, room: str, journal: Path, cursors: Mapping[str, int], *, whole: bool = False) -> None: ...

    async def hints(self, room: str, hot_words: Sequence[str], prompt: str) -> None: ...

    async def forget(self, room: str, spans: Sequence[Span]) -> None:
        """Jobs and results that touch these spans are cancelled here, at the listeners and at the workers."""

    async def tell_listener(self, head: Mapping[str, Any]) -> None:
        """Any other frame of docs/protocol.md §3 for every listener."""

    def workforce(self) -> Workforce: ...
