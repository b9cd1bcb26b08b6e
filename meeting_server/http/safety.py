"""Safety copies: what the hall's device or the holder of the floor kept while their line was cut comes in afterwards.

Each piece is some seconds of sound, a whole file of the browser's recorder. It comes from the device that took it: the
hall's from who may set up the hall, any other from who carries the session, so a borrowed phone's is its speaker's.
Only what the log says was on record is handed on, of a remote member only while they had the floor; the media node asks
its own gate again.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import house
from meeting_server.http.rights import may
from meeting_server.media.container import Form, NoAudio, packets_of
from meeting_server.media.times import Times
from meeting_server.room.state import Live, Room
from minutes.record.events import HALL
from transcription.wire import Packet

router = APIRouter()

FORMS: dict[str, Form] = {"audio/webm": "webm", "audio/mp4": "mp4"}
LARGEST = 1 << 52
EDGE_MS = 300  # a browser's clock is that uncertain: so much next to a time off record stays out
FLOOR_MS = 1_000  # the first and last words reach past the floor
SAMPLES_A_MS = 48
AT_ONCE = asyncio.Semaphore(1)


@router.post("/api/meetings/{meeting}/safety")
async def piece(
    request: Request,
    meeting: str,
    caller: Annotated[Caller, allowed("safety")],
    session: Annotated[str, Query(max_length=64)],
    at: Annotated[int, Query(ge=0, le=LARGEST)],
) -> dict[str, int]:
    """One file whose sound began at ``at`` (ms, the server's time)."""
    here = house(request)
    form = FORMS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    if form is None:
        raise Fault(415)
    room, live = await here.meetings.state(meeting), await here.meetings.present(meeting)
    member = _microphone(room, live, session, caller, here.carries(meeting, session, caller.key))
    here.limits.count("safety", f"{meeting} {session}")
    times = on_record(room, member, here.now())
    data = await request.body()
    try:
        async with AT_ONCE:
            packets = await asyncio.to_thread(packets_of, data, form)
    except NoAudio as error:
        raise Fault(422, "no_sound", "Đoạn dự phòng này không có tiếng hoặc đã hỏng.") from error
    kept = within(packets, at, times)
    if not kept:
        raise Fault(409, "off_record", "Đoạn này nằm ngoài thời gian được ghi, nên không được nhận.")
    tracks = tuple(name for name, track in room.tracks.items() if track.member == member)
    return {"kept": await here.keep_copy(meeting, session, tracks, at, kept)}


def _microphone(room: Room, live: Live, session: str, caller: Caller, carries: bool) -> str:
    """Whose the session's sound is: a member's, a guest's, or the hall's. ``carries``: the session is the caller's own,
    though it stand for somebody else (a borrowed phone). Raises Fault 403, 409."""
    decided = room.meeting.recording
    over = room.phase in ("scheduled", "approved", "sealed") or room.meeting.reopened is not None
    if over or decided is None or not (decided.record or decided.transcribe):
        raise Fault(409, "not_recorded", "Cuộc họp không ghi vào lúc này.")
    joined, present = room.sessions.get(session), live.sessions.get(session)
    member = joined.member if joined else present.member if present else ""
    if present is not None and present.device == "hall":
        member = HALL
    own = may(caller.standings, "hall") if member == HALL else carries or member == caller.member
    if not member or not own:
        raise Fault(403, "not_yours", "Đoạn dự phòng chỉ được gửi từ chính thiết bị đã thu nó.")
    return member


def on_record(room: Room, member: str, now: int) -> Times:
    """When this microphone's sound may be kept, by the log."""
    times, meeting = Times(), room.meeting
    if meeting.opened_at is None:
        return times
    opened, closed = meeting.opened_at, now if meeting.closed_at is None else meeting.closed_at
    if member == HALL:
        times.add(opened, closed)
    for turn in room.floor.turns:
        if member != HALL and turn.member == member:
            times.add(turn.since - FLOOR_MS, turn.until + FLOOR_MS)
    speaker = room.floor.speaker
    if member != HALL and speaker is not None and speaker.member == member:
        times.add(speaker.since - FLOOR_MS, now)
    times.remove(0, opened)
    times.remove(closed, LARGEST)
    for span in meeting.off_record:
        times.remove(span.since - EDGE_MS, LARGEST if span.until is None else span.until + EDGE_MS)
    for erased in meeting.erased:
        times.remove(erased.since - EDGE_MS, erased.until + EDGE_MS)
    return times


def within(packets: list[Packet], at: int, times: Times) -> tuple[Packet, ...]:
    """The packets that begin within these times."""
    return tuple(packet for packet in packets if times.has(at + packet.position // SAMPLES_A_MS))
