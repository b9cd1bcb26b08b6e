"""Before a meeting: what the last one left, the invitation to copy or print, and what is still to be done."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.house import house
from meeting_server.room.kinds import day_of, kinds_on
from meeting_server.room.planning import notice_text
from meeting_server.store import inbox

router = APIRouter()


@router.get("/api/cells/{cell}/plan")
async def plan(
    request: Request,
    cell: str,
    caller: Annotated[Caller, allowed("schedule")],
    starts_at: Annotated[int, Query(ge=0, le=1 << 52)],
    kind: Literal["regular", "thematic", "admission", "annual", "extraordinary", "practice"] = "regular",
) -> dict[str, Any]:
    """Soạn từ tháng trước: title, agenda, answers from above, last time's tasks, drafts of conclusions; and what is
    held on paper only."""
    at = house(request)
    made = await at.meetings.propose(cell, kind, starts_at)
    answers = () if kind == "practice" else await at.store.read(lambda session: inbox.agenda_items(session, cell))
    on_paper = [one for one in kinds_on(day_of(starts_at)).values() if not one.online]
    return {
        "title": made.title, "agenda": [asdict(item) for item in (*made.agenda, *answers)],
        "tasks": [{"what": task.what, "who": list(task.who), "due": task.due} for task in made.tasks],
        "conclusions": [{"item": item, "text": text} for item, text in made.conclusions],
        "on_paper": [{"kind": one.key, "name": one.name, "why": one.sentence, "form": one.form} for one in on_paper],
    }  # fmt: skip


@router.get("/api/meetings/{meeting}/before")
async def before(request: Request, meeting: str, caller: Annotated[Caller, allowed("links")]) -> dict[str, Any]:
    """``notice``: the text proposed; ``sent``: those sent already. A check's ``done`` is null where nobody knows;
    ``planned``: it stands in the calendar and was not held yet."""
    meetings = house(request).meetings
    room = await meetings.state(meeting)
    assert room.meeting.scheduled is not None
    return {
        "notice": notice_text(room.meeting.scheduled), "sent": list(room.meeting.notices),
        "checks": [asdict(check) for check in await meetings.checklist(meeting)],
    }  # fmt: skip
