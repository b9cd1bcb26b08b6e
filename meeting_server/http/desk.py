"""What the desk reads: transcript, and what changed in the minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.house import house
from meeting_server.room.captions import desk_line
from meeting_server.room.wording import mended, places, words_of
from minutes.record.difference import Change, at_version, changes, last_draft, pieces
from minutes.record.document import STILL_TO_COME, fold
from minutes.record.events import Entry, Passed
from transcription.text import nfc

router = APIRouter()

PAGE = 200
SHOWN = 60
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


@router.get("/api/meetings/{meeting}/places")
async def standing_in(
    request: Request,
    meeting: str,
    caller: Annotated[Caller, allowed("transcript")],
    wrong: Annotated[str, Query(min_length=2, max_length=200)],
    right: Annotated[str, Query(min_length=1, max_length=200)],
) -> dict[str, Any]:
    """Where else words stand that were just put right in one place: the first of them, and how many in all."""
    room = await house(request).meetings.state(meeting)
    wrong, right = nfc(wrong).strip(), nfc(right).strip()
    found = await asyncio.to_thread(places, room, wrong, right)
    shown = [("line", said.text, room.name_of(said.speaker)) for said in found.lines]
    shown += [("recorded", words_of(one), "") for one in found.given]
    shown += [("follows", one.block.text, "") for one in found.follow]
    shown += [("asked", one.block.text, "") for one in found.asked]
    return {
        "count": found.count, "known": list(found.known),
        "places": [
            {"what": what, "name": name, "pieces": [list(piece) for piece in pieces(text, mended(text, wrong, right))]}
            for what, text, name in shown[:SHOWN]
        ],
    }  # fmt: skip


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
