"""A cell's tasks across meetings, the history of a topic, its lists as files, and who looked at its contents."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from meeting_server.http.access import DAY
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Optional
from meeting_server.http.house import house
from meeting_server.store import access, consents, reminders, sheets, tasks
from meeting_server.store.archive_tables import MeetingTask
from meeting_server.store.candidates import Reader
from meeting_server.store.sheets import Form, Sheet
from meeting_server.store.tasks import Moment, NoSuchTask, TaskStanding

router = APIRouter()

Lists = Literal["meetings", "attendance", "tasks", "decisions", "all"]
LISTS = ("meetings", "attendance", "tasks", "decisions")
AT_ONCE = asyncio.Semaphore(2)
MOMENT = Query(ge=0, le=1 << 52)


class Report(Body):
    meeting: Id
    task: Id
    state: Literal["open", "done", "dropped"]
    note: Optional = ""


def _told(one: TaskStanding) -> dict[str, Any]:
    due = one.due_on.isoformat() if isinstance(one.due_on, date) else None
    return asdict(one) | {"who": list(one.who), "due_on": due, "overdue": one.overdue}


@router.get("/api/cells/{cell}/tasks")
async def of_cell(
    request: Request,
    cell: str,
    caller: Annotated[Caller, allowed("tasks")],
    which: Literal["open", "due", "overdue", "ended", "all", "carried"] = "open",
    person: Annotated[str, Query(max_length=80)] = "",
) -> dict[str, Any]:
    """``carried``: what the next meeting opens with."""
    at = house(request)
    today = at.today()

    def look(session: Session) -> list[TaskStanding]:
        if which == "carried":
            return tasks.carried_over(session, cell, today)
        return tasks.standing(session, [cell], today, which=which, person=person)

    return {"tasks": [_told(one) for one in await at.store.read(look)]}


@router.post("/api/cells/{cell}/tasks")
async def report(
    request: Request, cell: str, body: Report, caller: Annotated[Caller, allowed("report_task")]
) -> dict[str, Any]:
    """How a task of this cell stands now."""
    at = house(request)

    def work(session: Session) -> None:
        given = session.get(MeetingTask, (body.meeting, body.task))
        if given is None or given.cell != cell:
            raise NoSuchTask(body.task)
        tasks.report(
            session, body.meeting, body.task, body.state, at=at.now(), reporter=caller.member, note=body.note
        )  # fmt: skip

    try:
        await at.store.write(work)
    except NoSuchTask:
        raise Fault(404, "no_task", "Chi bộ không có nhiệm vụ này.") from None
    return {"state": body.state}


@router.get("/api/cells/{cell}/history")
async def history(
    request: Request,
    cell: str,
    caller: Annotated[Caller, allowed("tasks")],
    topic: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """Every line about a topic, the oldest meeting first."""
    reader = Reader(frozenset({cell}))
    found = await house(request).store.read(lambda session: tasks.history(session, topic, reader, cell=cell))
    return {"moments": [_line(moment) for moment in found]}


def _line(moment: Moment) -> dict[str, Any]:
    return {
        "meeting": moment.meeting, "title": moment.title, "starts_at": moment.starts_at, "where": moment.where,
        "state": moment.state,
        "text": moment.text, "marks": [list(mark) for mark in moment.marks],
    }  # fmt: skip


@router.get("/api/cells/{cell}/lists.{form}")
async def lists(
    request: Request,
    cell: str,
    form: Form,
    caller: Annotated[Caller, allowed("lists")],
    name: Lists = "all",
    since: Annotated[int, MOMENT] = 0,
    until: Annotated[int, MOMENT] = 0,
) -> Response:
    """Lists of a period as a file; CSV holds one, XLSX one or all."""
    at = house(request)
    end = until or at.now() + DAY

    def look(session: Session) -> list[Sheet]:
        wanted = LISTS if name == "all" else (name,)
        return [_list(session, one, cell, (since, end), at.today()) for one in wanted]

    found = await at.store.read(look)
    async with AT_ONCE:
        data = await asyncio.to_thread(sheets.written, found, form)
    return attached(data, form, f"danh-sach-{name}.{form}")


def _list(session: Session, name: str, cell: str, period: tuple[int, int], today: date) -> Sheet:
    match name:
        case "meetings":
            return sheets.meetings(session, [cell], *period)
        case "attendance":
            return sheets.attendance(session, [cell], *period)
        case "tasks":
            return sheets.tasks_of(session, [cell], today)
        case "decisions":
            return sheets.decisions(session, [cell], *period)
    raise AssertionError(f"{name} is no list")


def attached(data: bytes, form: Form, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=sheets.MEDIA[form], headers=headers)


@router.get("/api/cells/{cell}/reminders")
async def what_to_remember(
    request: Request, cell: str, caller: Annotated[Caller, allowed("reminders")]
) -> dict[str, Any]:
    """Before the month ends: what the level above would ask about."""
    at = house(request)
    found = await at.store.read(lambda session: reminders.of_cell(session, cell, at.today(), at.now()))
    return {"reminders": [asdict(one) for one in found]}


@router.get("/api/cells/{cell}/consents")
async def who_was_told(request: Request, cell: str, caller: Annotated[Caller, allowed("consents")]) -> dict[str, Any]:
    """Who confirmed, before coming in, that they know of recording."""
    found = await house(request).store.read(lambda session: consents.of_cell(session, cell))
    return {"consents": [asdict(one) for one in found]}


@router.get("/api/cells/{cell}/looks")
async def looks(
    request: Request, cell: str, caller: Annotated[Caller, allowed("looks")], since: Annotated[int, MOMENT] = 0
) -> dict[str, Any]:
    """Who looked at this cell's contents, the newest first."""
    found = await house(request).store.read(lambda session: access.looks_at(session, cell, since=since))
    return {"looks": [asdict(look) for look in found]}
