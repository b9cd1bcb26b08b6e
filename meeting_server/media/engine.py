"""What the server asks of a media node and hears from it, and the control link that carries it (docs/protocol.md §1).

``MediaEngine`` is the port that ``live`` and ``app`` see; ``ControlLink`` is it over a Unix stream socket.
The link remembers what must exist (rooms and their gates) and says so after every connection, so a restarted
node is brought back to the wanted state: capture shut unless the server wants it open.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import structlog

from meeting_server.media.control import checked_name, read_frame, write_frame
from meeting_server.media.errors import BadOffer, MediaError, MediaRefused, NodeDown
from transcription.wire import Packet, WireError, pack_packets

log = structlog.get_logger(__name__)

Seat = Literal["hall", "microphone", "remote"]
Place = Literal["hall", "shared"]
MAX_SDP = 64 * 1024
MAX_EVENTS = 4096  # waiting for the server; past it the oldest are dropped, with an error in the log
ANSWER_LIMIT_S = 10.0
RETRY_S = 0.2


@dataclass(frozen=True, slots=True)
class Gate:
    """A room's gates as ``open`` makes them: nothing is recorded or fed; people hear each other.

    ``remote_sound`` False: no sound is forwarded between any two of the room (secret contents).
    """

    capture: bool = False
    remote_sound: bool = True


@dataclass(frozen=True, slots=True)
class LiveTrack:
    """A track that lives: see TrackStarted."""

    track: str
    session: str
    rtp0: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class SessionStats:
    """``loss`` per mille (worse of both ways), ``level`` in -dBov (0 loud, 127 silent), bytes since joining."""

    session: str
    loss: int
    rtt_ms: int
    level: int
    bytes_in: int
    bytes_out: int


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a safety copy: ``kept`` packets of it are recorded now, in ``track`` ("" = it has none)."""

    track: str
    rtp0: int
    at: int
    kept: int


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """First packet of a peer connection's audio. Journal positions of ``track`` count from RTP time ``rtp0``."""

    room: str
    session: str
    track: str
    rtp0: int
    at: int


@dataclass(frozen=True, slots=True)
class Voiced:
    """The 2 s window of voice opened or shut."""

    room: str
    session: str
    voiced: bool
    at: int


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing heard of the peer for 3 s (``no_rtp``; only after something was heard), or it closed."""

    room: str
    session: str
    why: Literal["no_rtp", "closed"]
    at: int


@dataclass(frozen=True, slots=True)
class Back:
    """Heard of again; ``weak``: how its line is judged now."""

    room: str
    session: str
    at: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Weak:
    """The line became weak or good again; while it is weak every 5 s, with ``loss`` (per mille, worse of both ways) and
    the round trip."""

    room: str
    session: str
    weak: bool
    loss: int = 0
    rtt_ms: int = 0


@dataclass(frozen=True, slots=True)
class Echo:
    """The device gives back what others say (media.echo), or does so no more."""

    room: str
    session: str
    echo: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands in a place ("hall", "shared") comes now, or comes no more."""

    room: str
    session: str
    place: str
    on: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Who looks on is sent no picture for now, for the line is weak, or those of ``places`` not; or all again."""

    room: str
    session: str
    held: bool
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Microphones:
    """Of a hall with several: which is heard now ("" = none yet), and how clear each hears a voice (0 to 8)."""

    room: str
    heard: str
    levels: dict[str, int]


@dataclass(frozen=True, slots=True)
class Disk:
    state: Literal["full", "ok"]


@dataclass(frozen=True, slots=True)
class NodeUp:
    """Connected and brought to the wanted state.

    ``tracks``: room → its live tracks. After a restart of the node every room is there and empty; browsers notice
    by themselves and offer anew.
    """

    tracks: dict[str, tuple[LiveTrack, ...]]


@dataclass(frozen=True, slots=True)
class NodeLost:
    """The link broke. Browsers' sound may go on; the next NodeUp tells."""


MediaEvent = (
    TrackStarted | Voiced | Gone | Back | Weak | Echo | Picture | Held | Microphones | Disk | NodeUp | NodeLost
)  # fmt: skip


class MediaEngine(Protocol):
    """A media node as the server sees it. Every call may raise NodeDown or MediaRefused."""

    async def open(self, room: str) -> None:
        """Make the room (idempotent): capture shut, remote sound on; an existing one stays as it is."""

    async def close(self, room: str) -> None:
        """End every peer connection of the room; its journal is flushed when this returns."""

    async def join(
        self, room: str, session: str, seat: Seat, sdp: str, *, speak: bool, hear: bool, weak: bool = False
    ) -> str:
        """Answer a browser's offer (SDP ≤ 64 KiB). The same session again takes over its former connection. A seat
        ``microphone`` is a phone in the hall that only sends.

        Raises BadOffer.
        """
        ...

    async def pictures(self, room: str, *, hall: str, shared: str) -> None:
        """Whose picture may stand in each place ("" = nobody's); any other ends. Remote sound off ends all."""

    async def show(self, room: str, session: str, place: Place, sdp: str) -> str:
        """Answer the offer of who shows (SDP ≤ 64 KiB). Raises BadOffer."""
        ...

    async def look(self, room: str, session: str, sdp: str) -> str:
        """Answer the offer of who looks on: a video line for what is shared, a second for the hall. Raises BadOffer."""
        ...

    async def leave(self, room: str, session: str) -> None:
        """End the session's peer connections; unknown ones are no error."""

    async def gate(self, room: str, *, capture: bool, remote_sound: bool) -> None:
        """Open or shut. Returns only when shut gates are shut and everything pending is purged.

        On NodeDown the wish is kept and becomes the state of the node before anything else when it is back.
        """

    async def floor(self, room: str, session: str) -> None:
        """Who has the floor ("" = nobody): first among the slots, never gated."""

    async def mute(self, room: str, session: str, muted: bool) -> None:
        """Muted: neither forwarded nor recorded."""

    async def purge(self, room: str, since: int, until: int) -> None:
        """Take the sound of [since, until) ms out of the journal and out of the listener."""

    async def span(
        self, room: str, session: str, tracks: tuple[str, ...], at: int, packets: tuple[Packet, ...]
    ) -> Copied:
        """Record what a browser kept through a cut, sample 0 said at ``at`` (ms): of times when the gate was open, less
        what ``tracks`` (the same microphone's) recorded. On the disk when it returns."""
        ...

    async def stats(self, room: str) -> tuple[SessionStats, ...]: ...

    def events(self) -> AsyncIterator[MediaEvent]:
        """Everything the node says, in order. One consumer."""
        ...


class ControlLink:
    """MediaEngine over ``<run>/media.sock``. ``await start()``; ``await stop()`` ends it."""

    def __init__(self, run: Path) -> None:
        self._path = run / "media.sock"
        self._wanted: dict[str, Gate] = {}
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[MediaEvent] = asyncio.Queue(MAX_EVENTS)
        self._writer: asyncio.StreamWriter | None = None
        self._up = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin connecting; returns at once. ``NodeUp`` tells when the node is there."""
        self._task = asyncio.create_task(self._run(), name="media control link")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def events(self) -> AsyncIterator[MediaEvent]:
        while True:
            yield await self._events.get()

    # -- requests ----------------------------------------------------------------------------------------------------

    async def open(self, room: str) -> None:
        self._wanted.setdefault(checked_name(room, "room"), Gate())
        await self._ask({"type": "open", "room": room})

    async def close(self, room: str) -> None:
        self._wanted.pop(room, None)
        await self._ask({"type": "close", "room": room})

    async def join(
        self, room: str, session: str, seat: Seat, sdp: str, *, speak: bool, hear: bool, weak: bool = False
    ) -> str:
        request = {"type": "join", "room": room, "session": session, "seat": seat, "sdp": sdp}
        return await self._offered({**request, "speak": speak, "hear": hear, "weak": weak})

    async def pictures(self, room: str, *, hall: str, shared: str) -> None:
        await self._ask({"type": "pictures", "room": room, "hall": hall, "shared": shared})

    async def show(self, room: str, session: str, place: Place, sdp: str) -> str:
        return await self._offered({"type": "show", "room": room, "session": session, "place": place, "sdp": sdp})

    async def look(self, room: str, session: str, sdp: str) -> str:
        return await self._offered({"type": "look", "room": room, "session": session, "sdp": sdp})

    async def _offered(self, request: dict[str, Any]) -> str:
        if len(request["sdp"].encode()) > MAX_SDP:
            raise BadOffer("the SDP is larger than 64 KiB")
        return str((await self._ask(request))["sdp"])

    async def leave(self, room: str, session: str) -> None:
        await self._ask({"type": "leave", "room": room, "session": session})

    async def gate(self, room: str, *, capture: bool, remote_sound: bool) -> None:
        self._wanted[checked_name(room, "room")] = Gate(capture, remote_sound)
        await self._ask({"type": "gate", "room": room, "capture": capture, "remote_sound": remote_sound})

    async def floor(self, room: str, session: str) -> None:
        await self._ask({"type": "floor", "room": room, "session": session})

    async def mute(self, room: str, session: str, muted: bool) -> None:
        await self._ask({"type": "mute", "room": room, "session": session, "muted": muted})

    async def purge(self, room: str, since: int, until: int) -> None:
        await self._ask({"type": "purge", "room": room, "since": since, "until": until})

    async def span(
        self, room: str, session: str, tracks: tuple[str, ...], at: int, packets: tuple[Packet, ...]
    ) -> Copied:
        request = {"type": "span", "room": room, "session": session, "tracks": list(tracks), "at": at}
        told = await self._ask(request, pack_packets(packets))
        return Copied(str(told["track"]), int(told["rtp0"]), int(told["at"]), int(told["kept"]))

    async def stats(self, room: str) -> tuple[SessionStats, ...]:
        answer = await self._ask({"type": "stats", "room": room})
        fields = ("loss", "rtt_ms", "level", "bytes_in", "bytes_out")
        return tuple(
            SessionStats(str(s["session"]), *(int(s[name]) for name in fields)) for s in answer.get("sessions", ())
        )

    async def _ask(self, request: dict[str, Any], payload: bytes = b"") -> dict[str, Any]:
        """Send a request and wait for its answer, for the connection too, at most ANSWER_LIMIT_S altogether."""
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                await self._up.wait()
                return await self._exchange(request, payload)
        except (TimeoutError, OSError) as error:
            raise NodeDown(f"the media node did not answer {request['type']}") from error

    async def _exchange(self, request: dict[str, Any], payload: bytes = b"") -> dict[str, Any]:
        writer = self._writer
        if writer is None:
            raise ConnectionResetError("the control link is down")
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await write_frame(writer, {**request, "id": number}, payload)
            head: dict[str, Any] = await answer
        finally:
            self._waiting.pop(number, None)
        if head["type"] == "failed":
            code, message = str(head.get("code")), str(head.get("message"))
            raise BadOffer(message) if code == "bad_offer" else MediaRefused(code, message)
        return head

    # -- the connection ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            try:
                await self._session()
            except (OSError, EOFError):
                pass  # the node is not there, or has gone: try again
            except (WireError, MediaError) as error:
                log.error("media_link_refused", error=str(error))
            await asyncio.sleep(RETRY_S)

    async def _session(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._path)
        self._writer = writer
        reading = asyncio.create_task(self._read(reader), name="media control reader")
        try:
            await self._bring_to_wanted()
            self._up.set()
            await reading
        finally:
            if self._up.is_set():
                self._tell(NodeLost())
            self._up.clear()
            self._writer = None
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, EOFError, WireError):
                await reading
            self._fail_waiting()
            writer.close()
            log.info("media_link_down")

    async def _bring_to_wanted(self) -> None:
        rooms = [
            {"room": room, "capture": gate.capture, "remote_sound": gate.remote_sound}
            for room, gate in self._wanted.items()
        ]
        async with asyncio.timeout(ANSWER_LIMIT_S):
            answer = await self._exchange({"type": "rooms", "v": 1, "rooms": rooms})
        log.info("media_link_up", rooms=len(rooms))
        lives = {str(r["room"]): tuple(_live_track(t) for t in r["tracks"]) for r in answer.get("rooms", ())}
        self._tell(NodeUp(lives))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            head, _ = await read_frame(reader)
            if head.get("type") in ("done", "failed"):
                answer = self._waiting.get(int(head.get("id", 0)))
                if answer is not None and not answer.done():
                    answer.set_result(head)
            elif (event := event_of(head)) is not None:
                self._tell(event)

    def _tell(self, event: MediaEvent) -> None:
        if self._events.full():
            self._events.get_nowait()
            log.error("media_event_dropped", why="nobody reads the events")
        self._events.put_nowait(event)

    def _fail_waiting(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the control link broke"))


def _live_track(told: dict[str, Any]) -> LiveTrack:
    return LiveTrack(str(told["track"]), str(told["session"]), int(told.get("rtp0", 0)), int(told.get("at", 0)))


def event_of(head: dict[str, Any]) -> MediaEvent | None:
    """The typed event of a frame; None for one this server does not know. Raises WireError on a bad field."""
    try:
        return _event_of(head)
    except (KeyError, TypeError, ValueError) as error:
        raise WireError(f"a bad event: {error}") from error


def _event_of(head: dict[str, Any]) -> MediaEvent | None:
    kind = head.get("type")
    if kind == "disk":
        return Disk("full" if head["state"] == "full" else "ok")
    if kind == "microphones":
        levels = {str(session): int(level) for session, level in dict(head["levels"]).items()}
        return Microphones(str(head["room"]), str(head["heard"]), levels)
    if kind not in ("track", "voiced", "gone", "back", "weak", "echo", "picture", "held"):
        return None
    room, session = str(head["room"]), str(head["session"])
    match kind:
        case "track":
            return TrackStarted(room, session, str(head["track"]), int(head["rtp0"]), int(head["at"]))
        case "voiced":
            return Voiced(room, session, bool(head["voiced"]), int(head["at"]))
        case "gone":
            return Gone(room, session, "closed" if head["why"] == "closed" else "no_rtp", int(head["at"]))
        case "back":
            return Back(room, session, int(head["at"]), bool(head.get("weak", False)))
        case "echo":
            return Echo(room, session, bool(head["echo"]))
        case "picture":
            return Picture(room, session, str(head["place"]), bool(head["on"]))
        case "held":
            return Held(room, session, bool(head["held"]), tuple(map(str, head.get("places", ()))))
        case _:
            return Weak(room, session, bool(head["weak"]), int(head.get("loss", 0)), int(head.get("rtt_ms", 0)))
