"""The media node: rooms, the control link's server side, and the beat of time. One per process."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import itertools
from collections import deque
from functools import partial
from typing import Any

import structlog

from meeting_server.media.control import checked_name, frame, read_frame
from meeting_server.media.errors import MediaRefused
from meeting_server.media.feed import Feed
from meeting_server.media.peer import new_certificate
from meeting_server.media.picture.limits import PLACES, Place
from meeting_server.media.picture.pacer import Pacer
from meeting_server.media.recorder import DiskState, Recorder, RoomJournal
from meeting_server.media.room import TURNS, Room
from meeting_server.media.settings import NodeSettings
from transcription.recording import MICROPHONES
from transcription.wire import Packet, WireError, unpack_packets

log = structlog.get_logger(__name__)

TICK_S = 0.1
LAGS = 600
MAX_BEHIND = 4 * 1024 * 1024
MAX_AT_ONCE = 256
CLAIM_S = 60.0  # a room the connected server did not ask for is closed after this
DEAD_MAN_S = 60.0  # without a server nobody can stop a recording: capture shuts
CERTIFICATE_DAYS = 8


class Node:
    """``await start()``; ``await stop()`` flushes the journals."""

    def __init__(self, settings: NodeSettings) -> None:
        self._settings = settings
        self._rooms: dict[str, Room] = {}
        self._opening = asyncio.Lock()
        self._feed = Feed(settings.feed_socket, self._live_tracks)
        self._recorder = Recorder(settings.recordings, self._disk, settings.disk_reserve)
        self._certificate = new_certificate()
        self._server: asyncio.Server | None = None
        self._link: asyncio.StreamWriter | None = None
        self._link_lost = asyncio.get_running_loop().time()
        self._unclaimed: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._beat: asyncio.Task[None] | None = None
        self._lags: deque[float] = deque(maxlen=LAGS)
        self._pacer = Pacer()

    async def start(self) -> None:
        self._settings.run.mkdir(parents=True, exist_ok=True)
        self._settings.recordings.mkdir(parents=True, exist_ok=True)
        await self._feed.start()
        self._settings.control_socket.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._settings.control_socket)
        self._settings.control_socket.chmod(0o600)
        self._beat = asyncio.create_task(self._run(), name="beat")
        log.info("media_node_ready")

    async def stop(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beat
        if self._server is not None:
            self._server.close()
        if self._link is not None:
            self._link.close()
        for task in list(self._tasks):
            task.cancel()
        for name in list(self._rooms):
            await self._close(name)
        await self._feed.stop()
        await self._recorder.stop()
        log.info("media_node_stopped")

    # -- the control link --------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One server at a time: the newest connection counts."""
        former, self._link = self._link, writer
        if former is not None:
            former.close()
        log.info("server_connected")
        try:
            while True:
                head, payload = await read_frame(reader)
                await self._take(head, payload, writer)
        except (OSError, EOFError):
            pass
        except WireError as error:
            log.warning("control_link_refused", error=str(error))
        finally:
            if self._link is writer:
                self._link = None
                self._link_lost = asyncio.get_running_loop().time()
            writer.close()
            log.info("server_disconnected")

    async def _take(self, head: dict[str, Any], payload: bytes, writer: asyncio.StreamWriter) -> None:
        """Requests are begun in their order; those that wait for something do not hold up the next."""
        while len(self._tasks) >= MAX_AT_ONCE:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._answer(head, payload, writer), name=f"request {head.get('type')}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.sleep(0)

    async def _answer(self, head: dict[str, Any], payload: bytes, writer: asyncio.StreamWriter) -> None:
        number = head.get("id", 0)
        try:
            answer = {"type": "done", "id": number, **await self._do(head, payload)}
        except MediaRefused as refused:
            answer = {"type": "failed", "id": number, "code": refused.code, "message": str(refused)}
        except (KeyError, TypeError, ValueError, WireError):
            answer = {"type": "failed", "id": number, "code": "bad_request", "message": "a field is missing or wrong"}
        except OSError as error:
            message = error.strerror or "the system refused"
            answer = {"type": "failed", "id": number, "code": "internal", "message": message}
        except Exception:
            log.exception("request_failed", request=str(head.get("type"))[:32])
            answer = {"type": "failed", "id": number, "code": "internal", "message": "the node has an error in itself"}
        self._send(answer, writer)

    def _send(self, head: dict[str, Any], writer: asyncio.StreamWriter | None) -> None:
        if writer is None or writer.is_closing():
            return
        if writer.transport.get_write_buffer_size() > MAX_BEHIND:
            log.error("control_link_cut_off", why="the server does not read")
            writer.transport.abort()
            return
        writer.write(frame(head))

    def _tell(self, event: dict[str, Any]) -> None:
        self._send(event, self._link)

    def _disk(self, state: DiskState) -> None:
        self._tell({"type": "disk", "state": state})

    # -- requests ----------------------------------------------------------------------------------------------------

    async def _do(self, head: dict[str, Any], payload: bytes) -> dict[str, Any]:
        match head["type"]:
            case "rooms":
                return await self._bring(head)
            case "open":
                await self._open(_name(head))
            case "close":
                await self._close(_name(head))
            case "gate":
                room = await self._open(_name(head))
                await room.gate(capture=_flag(head, "capture"), remote_sound=_flag(head, "remote_sound"))
            case "join":
                return await self._join(head)
            case "pictures":
                self._room(head).pictures.allow({place: _session(head, place) for place in PLACES})
            case "show":
                return await self._show(head)
            case "look":
                room, session = self._room(head), _name(head, "session")
                return {"sdp": await room.pictures.look(session, str(head["sdp"]), self._fresh_certificate())}
            case "leave":
                await self._room(head).leave(_name(head, "session"))
            case "floor":
                self._room(head).floor(str(head["session"]))
            case "mute":
                self._room(head).mute(_name(head, "session"), _flag(head, "muted"))
            case "purge":
                await self._purge(_name(head), int(head["since"]), int(head["until"]))
            case "span":
                return await self._span(head, unpack_packets(payload))
            case "stats":
                return {"sessions": self._room(head).stats(), **self._lag()}
            case _:
                raise MediaRefused("bad_request", "an unknown type of request")
        return {}

    async def _join(self, head: dict[str, Any]) -> dict[str, Any]:
        seat = head["seat"]
        if seat not in ("hall", "microphone", "remote"):
            raise MediaRefused("bad_request", "a seat is hall, microphone or remote")
        sdp = await self._room(head).join(
            _name(head, "session"), seat, str(head["sdp"]), self._fresh_certificate(),
            speak=_flag(head, "speak"), hear=_flag(head, "hear"), weak=bool(head.get("weak", False)),
        )  # fmt: skip
        return {"sdp": sdp}

    async def _show(self, head: dict[str, Any]) -> dict[str, Any]:
        session, place = _name(head, "session"), _place(head)
        pictures = self._room(head).pictures
        return {"sdp": await pictures.show(session, place, str(head["sdp"]), self._fresh_certificate())}

    async def _span(self, head: dict[str, Any], packets: tuple[Packet, ...]) -> dict[str, Any]:
        others = tuple(checked_name(track, "tracks") for track in head["tracks"])
        return await self._room(head).span(_name(head, "session"), others, int(head["at"]), packets)

    async def _bring(self, head: dict[str, Any]) -> dict[str, Any]:
        """Make what the server wants; what it did not name is closed unless it is asked for soon."""
        wanted = {_name(told): told for told in head["rooms"]}
        for name, told in wanted.items():
            room = await self._open(name)
            await room.gate(capture=_flag(told, "capture"), remote_sound=_flag(told, "remote_sound"))
        until = asyncio.get_running_loop().time() + CLAIM_S
        self._unclaimed = {name: until for name in self._rooms if name not in wanted}
        if self._recorder.state == "full":
            self._disk("full")
        return {"rooms": [{"room": name, "tracks": room.tracks()} for name, room in self._rooms.items()]}

    async def _open(self, name: str) -> Room:
        self._unclaimed.pop(name, None)
        room = self._rooms.get(name)
        if room is not None:  # at once: shutting a gate waits for no other room's disk
            return room
        async with self._opening:
            room = self._rooms.get(name)
            if room is None:
                if len(self._rooms) >= self._settings.max_rooms:
                    raise MediaRefused("full", "the node has no room left")
                journal = await self._recorder.open(name)
                beside = partial(self._recorder.open, name, MICROPHONES)
                room = Room(name, self._settings, journal, self._feed, self._tell, beside, self._pacer)
                self._rooms[name] = room
                log.info("room_opened", room=name)
            return room

    async def _close(self, name: str) -> None:
        room = self._rooms.pop(name, None)
        self._unclaimed.pop(name, None)
        if room is not None:
            await room.close()
            await self._recorder.close(name)
            log.info("room_closed", room=name)

    async def _purge(self, name: str, since: int, until: int) -> None:
        """Of a room that is closed, its journal may be there still."""
        room = self._rooms.get(name)
        if room is not None:
            await room.purge(since, until)
            return
        journal = RoomJournal(self._settings.recordings / name)
        if await asyncio.to_thread(journal.path.exists):
            await asyncio.to_thread(journal.open)
            spans = await asyncio.to_thread(journal.purge, since, until)
            self._feed.purged(name, since, until, spans)
        beside = RoomJournal(self._settings.recordings / name, MICROPHONES)
        if await asyncio.to_thread(beside.path.exists):
            await asyncio.to_thread(beside.open)
            await asyncio.to_thread(beside.purge, since, until)

    def _room(self, head: dict[str, Any]) -> Room:
        room = self._rooms.get(_name(head))
        if room is None:
            raise MediaRefused("no_room", "the room is not open")
        return room

    def _fresh_certificate(self) -> Any:
        """One certificate for all, renewed before it expires (peers check its fingerprint only)."""
        left = self._certificate.expires - datetime.datetime.now(tz=datetime.UTC)
        if left < datetime.timedelta(days=CERTIFICATE_DAYS):
            self._certificate = new_certificate()
        return self._certificate

    def _live_tracks(self) -> list[dict[str, Any]]:
        return list(itertools.chain.from_iterable(room.capture.heads() for room in self._rooms.values()))

    # -- time --------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due, count = loop.time(), 0
        while True:
            due = max(due + TICK_S, loop.time())
            await asyncio.sleep(due - loop.time())
            late = (loop.time() - due) * 1000
            self._lags.append(late)
            self._pacer.beat(late, int(loop.time() * 1000))
            count += 1
            for number, room in enumerate(list(self._rooms.values())):
                try:
                    room.tick()
                    room.report((count + number) % TURNS)
                except Exception:
                    log.exception("tick_failed", room=room.name)
            if count % TURNS == 0:
                await self._watch(loop.time())

    def _lag(self) -> dict[str, float]:
        """How late the loop was of late: the half and the hundredth worst of the last minute."""
        lags = sorted(self._lags) or [0.0]
        return {"lag_p50_ms": round(lags[len(lags) // 2], 2), "lag_p99_ms": round(lags[len(lags) * 99 // 100], 2)}

    async def _watch(self, now: float) -> None:
        for name in [name for name, until in self._unclaimed.items() if now > until]:
            log.warning("room_unclaimed", room=name)
            await self._close(name)
        if self._link is None and now - self._link_lost > DEAD_MAN_S:
            for room in self._rooms.values():
                if room.capture.is_open:
                    log.warning("capture_shut", room=room.name, why="no server for a minute")
                    await room.gate(capture=False, remote_sound=room.remote_sound)


def _name(head: dict[str, Any], field: str = "room") -> str:
    return checked_name(head[field], field)


def _flag(head: dict[str, Any], field: str) -> bool:
    value = head[field]
    if not isinstance(value, bool):
        raise MediaRefused("bad_request", f"{field} is true or false")
    return value


def _session(head: dict[str, Any], field: str) -> str:
    """A session, or "" for nobody."""
    return _name(head, field) if head[field] else ""


def _place(head: dict[str, Any]) -> Place:
    for place in PLACES:
        if head["place"] == place:
            return place
    raise MediaRefused("bad_request", "a place is hall or shared")
