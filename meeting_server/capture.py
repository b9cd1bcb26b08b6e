"""What a meeting asks of the media engine, and in which order around an append.

Shutting comes before the entry and opening after it, so that the log never says "not recorded" of a time that was.
A shut that fails refuses the command; the gate then stays as the engine left it, which is shut.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from meeting_server.room.state import Live, Present, Room
from minutes.record.events import (
    HALL,
    Closed,
    Erased,
    Event,
    FloorGiven,
    FloorReturned,
    Joined,
    Left,
    OffRecord,
    OnRecord,
    Opened,
    RecordingDecided,
)

Mode = Literal["pause", "secret", "closed"]
NOBODY = Present("", "", "", "none")


class CapturePort(Protocol):
    """Every call returns only once it is done and raises on failure. Calls are idempotent."""

    async def shut(self, meeting: str, mode: Mode) -> None:
        """No packet is captured after this returns; rings, pending journal lines and unfinished jobs are purged.
        ``secret`` cuts the sound of remote members too."""
        ...

    async def open(self, meeting: str, *, record: bool, transcribe: bool) -> None:
        """Remote sound is on; sound is captured when either flag is set."""
        ...

    async def purge(self, meeting: str, since: int, until: int) -> None:
        """What was captured between these times (ms since the epoch) is gone from journal, feed and jobs."""
        ...

    async def floor(self, meeting: str, session: str) -> None:
        """The session that has the floor ("" = nobody)."""
        ...

    async def mute(self, meeting: str, session: str, muted: bool) -> None:
        """Holds for what the session connects later too."""
        ...

    async def pictures(self, meeting: str, hall: str, shared: str) -> None:
        """The sessions whose picture may stand in each place ("" = nobody's); any other ends."""
        ...

    async def drop(self, meeting: str, session: str) -> None:
        """The session was removed or replaced: its connections end."""
        ...


class NoCapture:
    """No media at all: meetings held with typed speech only."""

    async def shut(self, meeting: str, mode: Mode) -> None: ...
    async def open(self, meeting: str, *, record: bool, transcribe: bool) -> None: ...
    async def purge(self, meeting: str, since: int, until: int) -> None: ...
    async def floor(self, meeting: str, session: str) -> None: ...
    async def mute(self, meeting: str, session: str, muted: bool) -> None: ...
    async def pictures(self, meeting: str, hall: str, shared: str) -> None: ...
    async def drop(self, meeting: str, session: str) -> None: ...


async def before(port: CapturePort, room: Room, events: Iterable[Event]) -> None:
    """What must be shut before these events may be written. Raises what the engine raises."""
    for event in events:
        match event:
            case OffRecord(mode=mode):
                await port.shut(room.id, mode)
            case Closed():
                await port.shut(room.id, "closed")
            case Erased(since=since, until=until):
                await port.purge(room.id, since, until)
            case RecordingDecided() as decided if room.phase == "open" and _less(room.meeting.recording, decided):
                await port.shut(room.id, "pause")


def _less(old: RecordingDecided | None, new: RecordingDecided) -> bool:
    return old is not None and ((old.record and not new.record) or (old.transcribe and not new.transcribe))


async def after(port: CapturePort, room: Room, events: Iterable[Event]) -> None:
    """What may be opened, or must be told, once they are written; ``room`` is the room after them."""
    for event in events:
        match event:
            case Opened() | OnRecord() | RecordingDecided():
                await restore(port, room)
            case Left(session=session, reason="removed" | "replaced") if session:
                await port.drop(room.id, session)
            case FloorGiven() | FloorReturned():
                await port.floor(room.id, speaking_session(room))
            case Joined(member=member) if _has_floor(room, member):
                await port.floor(room.id, speaking_session(room))  # they came again by another connection


async def mutes(port: CapturePort, room: Room, live: Live) -> None:
    """Whose microphone is shut: whom the chair muted, and who is not invited."""
    for session in {**room.sessions, **live.sessions}:
        await port.mute(room.id, session, shut(room, live, session))


def shut(room: Room, live: Live, session: str) -> bool:
    """A phone among the hall's microphones is shut whenever the hall's own microphone is."""
    present = live.sessions.get(session, NOBODY)
    if present.device == "microphone":
        halls = [one for one in live.sessions.values() if one.device == "hall"]
        return bool(halls) and not any(one.mic and not one.muted for one in halls)
    joined = room.sessions.get(session)
    person = present.member or (joined.member if joined else "") or session
    return present.muted or person in live.muted or uninvited(room, live, session)


def uninvited(room: Room, live: Live, session: str) -> bool:
    """Chỉ người được mời: of the remote microphones only the floor's, the chair's and the secretary's stay open."""
    joined = room.sessions.get(session)
    if not live.invited_only or joined is None or joined.channel != "remote":
        return False
    return joined.member not in (room.meeting.chair, room.meeting.secretary) and session != speaking_session(room)


async def restore(port: CapturePort, room: Room) -> None:
    """Bring the engine to what the log says: also after either of them restarted."""
    decided = room.meeting.recording
    match room.phase:
        case "open" if decided is not None:
            await port.open(room.id, record=decided.record, transcribe=decided.transcribe)
        case "paused":
            await port.shut(room.id, "pause")
        case "secret":
            await port.shut(room.id, "secret")
        case "scheduled":
            pass  # the gate of a new room is shut
        case _:
            await port.shut(room.id, "closed")


def speaking_session(room: Room) -> str:
    """The connection that carries the voice of who has the floor; the hall's device for the hall."""
    return next((key for key, joined in room.sessions.items() if _has_floor(room, joined.member)), "")


def _has_floor(room: Room, member: str) -> bool:
    speaker = room.floor.speaker
    return speaker is not None and member == (speaker.member if speaker.channel == "remote" else HALL)
