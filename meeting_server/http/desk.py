"""What the secretary's desk reads: pages of the transcript, the sound of a line, the player's file and peaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from meeting_server.http import recorded
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house
from meeting_server.room.views import caption

router = APIRouter()
Value = TypeVar("Value")

PAGE = 200
AT_ONCE = asyncio.Semaphore(2)


@router.get("/api/meetings/{meeting}/transcript")
async def transcript(
    request: Request,
    meeting: str,
    caller: Annotated[Caller, allowed("transcript")],
    after: Annotated[str, Query(max_length=120)] = "",
) -> dict[str, Any]:
    """``after``: the id of the last line seen; ``next``: the ``after`` of the next page, null at the end."""
    room = await house(request).meetings.state(meeting)
    said = list(room.transcript.utterances)
    start = next((place + 1 for place, line in enumerate(said) if line.id == after), 0)
    page = said[start : start + PAGE]
    more = start + PAGE < len(said)
    return {"lines": [caption(room, line) for line in page], "next": page[-1].id if more else None}


@router.get("/api/meetings/{meeting}/sound/{track}.ogg")
async def sound(request: Request, meeting: str, track: str, caller: Annotated[Caller, allowed("sound")]) -> Response:
    """The whole track; ranges are served by the file's answer."""
    folder = await _recorded(house(request), meeting, track)
    path = await _made(recorded.ogg_file, folder, track)
    return FileResponse(path, media_type="audio/ogg", headers={"Cache-Control": "no-store"})


@router.get("/api/meetings/{meeting}/sound/{track}/span")
async def span(
    request: Request,
    meeting: str,
    track: str,
    caller: Annotated[Caller, allowed("sound")],
    start: Annotated[int, Query(ge=0, le=1 << 52)],
    end: Annotated[int, Query(ge=0, le=1 << 52)],
) -> Response:
    """At most two minutes."""
    if end <= start:
        raise Fault(416)
    folder = await _recorded(house(request), meeting, track)
    data = await _made(recorded.span_wav, folder, track, start, end)
    return Response(data, media_type="audio/wav")


@router.get("/api/meetings/{meeting}/peaks/{track}")
async def peaks(
    request: Request, meeting: str, track: str, caller: Annotated[Caller, allowed("sound")]
) -> dict[str, Any]:  # fmt: skip
    folder = await _recorded(house(request), meeting, track)
    return await _made(recorded.peaks, folder, track)


async def _recorded(at: House, meeting: str, track: str) -> Path:
    """The meeting's recording, when it was to be recorded and the track is its own."""
    room = await at.meetings.state(meeting)
    decided = room.meeting.recording
    if track not in room.tracks or decided is None or not decided.record:
        raise Fault(404, "no_sound", "Cuộc họp không có bản ghi âm này.")
    return at.settings.recordings / meeting


async def _made(make: Callable[..., Value], *given: Any) -> Value:
    async with AT_ONCE:
        try:
            return await asyncio.to_thread(make, *given)
        except recorded.NoSound as error:
            raise Fault(404, "no_sound", "Đoạn này không có tiếng trong bản ghi (không ghi hoặc đã xóa).") from error
