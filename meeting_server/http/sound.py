"""A recording as the desk plays it: the player's file, the sound of a line, index and peaks.

Positions are 48 kHz samples of the track; sample 0 of its file is position 0, and holes are as long as they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house
from meeting_server.http.ranges import served
from meeting_server.media import sound as recorded
from transcription.recording import JOURNAL, BadJournal
from transcription.wire import RATE

router = APIRouter()
Value = TypeVar("Value")

MAX_SPAN = 120 * RATE
LARGEST = 1 << 52
AT_ONCE = asyncio.Semaphore(2)


@router.get("/api/meetings/{meeting}/sound/{track}.ogg")
async def whole(request: Request, meeting: str, track: str, caller: Annotated[Caller, allowed("sound")]) -> Response:
    """The whole track; ranges are served."""
    journal = await _recorded(house(request), meeting, track)
    file = await _made(recorded.ogg_file, journal, track)
    return served(request.headers.get("range", ""), file.size, file.read, "audio/ogg")


@router.get("/api/meetings/{meeting}/sound/{track}/span")
async def span(
    request: Request,
    meeting: str,
    track: str,
    caller: Annotated[Caller, allowed("sound")],
    start: Annotated[int, Query(ge=0, le=LARGEST)],
    end: Annotated[int, Query(ge=0, le=LARGEST)],
) -> Response:
    """WAV of at most two minutes; ranges are served."""
    if end <= start:
        raise Fault(416)
    journal = await _recorded(house(request), meeting, track)
    data = await _made(recorded.span_wav, journal, track, start, min(end, start + MAX_SPAN))
    return served(request.headers.get("range", ""), len(data), lambda at, size: data[at : at + size], "audio/wav")


@router.get("/api/meetings/{meeting}/sound/{track}/index")
async def index(
    request: Request,
    meeting: str,
    track: str,
    caller: Annotated[Caller, allowed("sound")],
    sample: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
    byte: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
    at: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
) -> dict[str, int]:
    """Sample ↔ byte of the Ogg file (where its page begins) ↔ time of day in ms, by one of the three."""
    if [sample, byte, at].count(None) != 2:
        raise Fault(422)
    journal = await _recorded(house(request), meeting, track)
    found = await _made(recorded.index, journal, track)
    if byte is not None:
        sample = found.sample_at_byte(byte)
    elif at is not None:
        sample = max(found.sample_at(at), 0)
    assert sample is not None
    told = {"sample": sample, "byte": found.byte_at(sample), "at": found.heard_at(sample)}
    return {**told, "samples": found.pages.length, "bytes": found.pages.size}


@router.get("/api/meetings/{meeting}/peaks/{track}")
async def peaks(
    request: Request, meeting: str, track: str, caller: Annotated[Caller, allowed("sound")]
) -> dict[str, Any]:  # fmt: skip
    journal = await _recorded(house(request), meeting, track)
    loud = await _made(recorded.peaks, journal, track)
    per_second = RATE // recorded.PEAK_SAMPLES
    return {
        "seconds": len(loud) / per_second, "per_second": per_second,
        "peaks": [peak * 1000 // recorded.LOUDEST for peak in loud],
    }  # fmt: skip


async def _recorded(at: House, meeting: str, track: str) -> Path:
    """The meeting's journal, when it was to be recorded and the track is its own."""
    room = await at.meetings.state(meeting)
    decided = room.meeting.recording
    if track not in room.tracks or decided is None or not decided.record:
        raise Fault(404, "no_sound", "Cuộc họp không có bản ghi âm này.")
    return at.settings.recordings / meeting / JOURNAL


async def _made(make: Callable[..., Value], *given: Any) -> Value:
    async with AT_ONCE:
        try:
            return await asyncio.to_thread(make, *given)
        except (recorded.NoSound, FileNotFoundError, BadJournal) as error:
            raise Fault(404, "no_sound", "Đoạn này không có tiếng trong bản ghi (không ghi hoặc đã xóa).") from error
        except OSError as error:
            text = "Chưa mở được bản ghi âm (máy chủ hết chỗ lưu hoặc đĩa hỏng). Bản ghi gốc vẫn còn."
            raise Fault(503, "sound_failed", text) from error
