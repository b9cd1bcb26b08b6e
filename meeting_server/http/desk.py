"""What the desk reads: transcript, the sound of a line, the player's file and peaks, what changed in the minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from meeting_server.http import recorded
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house
from meeting_server.room.captions import desk_line
from minutes.record.difference import Change, at_version, changes, last_draft
from minutes.record.document import STILL_TO_COME, fold
from minutes.record.events import Entry, Passed

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
    start = next((place + 1 for place, line in enumerate(said) if after and after in (line.id, *line.also)), 0)
    page = said[start : start + PAGE]
    more = start + PAGE < len(said)
    return {"lines": [desk_line(room, line) for line in page], "next": page[-1].id if more else None}


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


@router.get("/api/meetings/{meeting}/differences")
async def differences(
    request: Request, meeting: str, caller: Annotated[Caller, allowed("draft_documents")]
) -> dict[str, Any]:
    """The minutes as they stand against the version passed in the meeting and against the machine's last draft."""
    entries = await house(request).meetings.entries(meeting)
    async with AT_ONCE:
        return await asyncio.to_thread(differing, entries)


def differing(entries: Sequence[Entry]) -> dict[str, Any]:
    """``since_passed`` is null when no version was passed; what was still to come when it was read is left out."""
    now = fold(entries)
    passed = [entry.event.document for entry in entries if isinstance(entry.event, Passed)]
    since = changes(at_version(entries, passed[-1]), now) if passed else ()
    return {
        "since_passed": [_told(one) for one in since if not _to_come(one)] if passed else None,
        "since_draft": [_told(one) for one in changes(last_draft(entries), now)],
    }


def _to_come(change: Change) -> bool:
    block = change.after or change.before
    return block is not None and block.kind in STILL_TO_COME


def _told(change: Change) -> dict[str, Any]:
    """``pieces``: [same | out | in, words]; a block that came or went is one piece."""
    pieces = [list(piece) for piece in change.pieces]
    if change.what == "added" and change.after:
        pieces = [["in", change.after.text]]
    elif change.what == "deleted" and change.before:
        pieces = [["out", change.before.text]]
    elif change.what == "moved" and change.after:
        pieces = [["same", change.after.text]]
    return {"block": change.block, "what": change.what, "pieces": pieces}


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
