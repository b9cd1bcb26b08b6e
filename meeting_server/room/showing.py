"""Who may show a picture: the hall's camera, the speaker's own, a screen. Live only: nothing of it is logged or kept.

Two places: the hall's, and one that is shared (the speaker's camera or a screen). ``kinds_of`` is the one rule; it is
asked again whenever floor, appointments, phase or connections change, and what it allows no more ends.
"""

from __future__ import annotations

from collections.abc import Mapping

from meeting_server.room import commands as c
from meeting_server.room.context import Context, Decisions
from meeting_server.room.state import Live, Place, Present, Room, Showing, ShowKind
from minutes.record.events import HALL, Event

PLACE_OF: Mapping[ShowKind, Place] = {"hall": "hall", "camera": "shared", "screen": "shared"}
_PHASES = ("scheduled", "open", "paused")
_TABLE = frozenset({"chair", "secretary", "deputy", "helper"})
_WHO: Mapping[ShowKind, str] = {
    "hall": "máy của hội trường bật",
    "camera": "chủ trì hoặc người đang có lượt phát biểu",
    "screen": "chủ trì, thư ký, người đang có lượt phát biểu hoặc máy của hội trường",
}


def kinds_of(room: Room, live: Live, session: str) -> tuple[ShowKind, ...]:
    """What a connection may show now. While secret contents are discussed, and after the close, nothing."""
    present = live.sessions.get(session)
    if present is None or not present.admitted or room.phase not in _PHASES:
        return ()
    if present.device == "hall":
        return ("hall", "screen")
    if present.seat == "remote" and (_speaks(room, present) or _chairs(room, present)):
        return ("camera", "screen")
    return ("screen",) if _leads(room, present) or _speaks(room, present) else ()


def _chairs(room: Room, present: Present) -> bool:
    return bool(present.member) and present.member == room.meeting.chair


def _leads(room: Room, present: Present) -> bool:
    return bool(present.member) and present.member in (room.meeting.chair, room.meeting.secretary)


def _speaks(room: Room, present: Present) -> bool:
    speaker = room.floor.speaker
    return speaker is not None and bool(present.member) and speaker.member == present.member != HALL


def rightful(room: Room, live: Live) -> Mapping[Place, Showing]:
    """The pictures that may go on."""
    kept = {
        place: one for place, one in live.pictures.items() if one.kind in kinds_of(room, live, one.session)
    }  # fmt: skip
    return live.pictures if len(kept) == len(live.pictures) else kept


def awaited(room: Room, pictures: Mapping[Place, Showing]) -> dict[Place, Showing]:
    """Of what was shown before a restart, what may go on when who showed it is back: nobody's who has left."""
    if room.phase not in _PHASES:
        return {}
    return {place: one for place, one in pictures.items() if one.session in room.sessions}


def show_picture(at: Context, command: c.ShowPicture) -> tuple[Event, ...]:
    if command.kind not in kinds_of(at.room, at.live, at.actor.session):
        raise at.conflict("not_yours_to_show", "Lúc này đồng chí chưa chiếu được hình này.", _WHO[command.kind])
    other = at.live.pictures.get(PLACE_OF[command.kind])
    if other is not None and other.session != at.actor.session and not at.roles & {"chair", "secretary"}:
        name = name_of(at.room, at.live, other)
        raise at.conflict(
            "place_taken", f"{name} đang chiếu. Chờ dừng chiếu rồi làm lại.", "chủ trì dừng được hình đang chiếu"
        )
    return ()


def stop_picture(at: Context, command: c.StopPicture) -> tuple[Event, ...]:
    one = at.live.pictures.get(command.place)
    if one is not None and one.session != at.actor.session and not at.roles & _TABLE:
        raise at.conflict("not_own", "Hình này không phải do đồng chí chiếu.", "chủ trì, thư ký hoặc chính người chiếu")
    return ()


def name_of(room: Room, live: Live, one: Showing) -> str:
    """Whose picture it is, for people."""
    present = live.sessions.get(one.session)
    if present is None:
        return ""
    return present.name if present.guest or not present.member else room.name_of(present.member) or present.name


DECISIONS: Decisions = {c.ShowPicture: show_picture, c.StopPicture: stop_picture}
