""" "Nộp cấp trên": what a cell sends up, the clerk's inbox above it, evenings and whom to phone."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlmodel import Session

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Name
from meeting_server.http.house import House, house
from meeting_server.http.tasks import AT_ONCE, attached
from meeting_server.store import access, evenings, inbox, sheets, supervision
from meeting_server.store.inbox import Kind, Line, NoSuchSubmission, NotSendable, OutOfOrder, Sent, Show
from meeting_server.store.people import cells_below
from meeting_server.store.sheets import Form
from meeting_server.store.supervision_cell import cell_as_json, cell_year

router = APIRouter()

Words = Annotated[str, StringConstraints(max_length=inbox.MAX_TEXT, strip_whitespace=True)]
YEAR_MS = 366 * 86_400_000
MOMENT = Query(ge=0, le=1 << 52)


class Sending(Body):
    kind: Kind
    title: Name
    text: Words = ""
    meeting: Id | None = None
    source: Annotated[str, StringConstraints(max_length=120)] = ""
    due_on: date | None = None


class Answer(Body):
    text: Annotated[str, StringConstraints(min_length=1, max_length=inbox.MAX_ANSWER, strip_whitespace=True)]


def _told(line: Line) -> dict[str, Any]:
    return asdict(line) | {
        "due_on": line.due_on.isoformat() if line.due_on else None, "kind_name": inbox.KINDS[line.kind],
        "overdue": line.overdue,
    }  # fmt: skip


@router.get("/api/cells/{cell}/sent")
async def sent(request: Request, cell: str, caller: Annotated[Caller, allowed("sent")]) -> dict[str, Any]:
    at = house(request)
    lines = await at.store.read(lambda session: inbox.sent_by(session, cell, at.today()))
    return {"sent": [_told(line) for line in lines]}


@router.post("/api/cells/{cell}/sent")
async def send(
    request: Request, cell: str, body: Sending, caller: Annotated[Caller, allowed("send_up")]
) -> dict[str, Any]:
    """To the unit right above. The same petition or resolution of a meeting is sent once."""
    at = house(request)
    what = Sent(body.kind, body.title, body.text, body.meeting, source=body.source, due_on=body.due_on)
    try:
        key = await at.store.write(
            lambda session: inbox.send(session, cell, what, sender=_who(caller), at=at.now(), today=at.today())
        )
    except NotSendable:
        raise Fault(422, "not_sendable", "Nội dung này không gửi lên được.") from None
    return {"id": key}


def _who(caller: Caller) -> str:
    return caller.account.id if caller.account else caller.member


def _unit(caller: Caller) -> str:
    assert caller.account is not None
    return caller.account.unit


@router.get("/api/inbox")
async def came(
    request: Request, caller: Annotated[Caller, allowed("inbox")], show: Show = "all", kind: Kind | Literal[""] = ""
) -> dict[str, Any]:
    at, unit = house(request), _unit(caller)

    def look(session: Session) -> tuple[list[Line], dict[str, int]]:
        today = at.today()
        return inbox.inbox(session, unit, today, show=show, kind=kind), inbox.counts(session, unit, today)

    lines, counted = await at.store.read(look)
    return {"came": [_told(line) | {"text": ""} for line in lines], "counts": counted}


@router.get("/api/inbox/{submission}")
async def opened(request: Request, submission: str, caller: Annotated[Caller, allowed("inbox")]) -> dict[str, Any]:
    """Opening one receives it; the cell sees who looked."""
    at = house(request)

    def work(session: Session) -> Line:
        _own(session, caller, submission)
        inbox.receive(session, submission, receiver=_who(caller), at=at.now())
        line = inbox.one(session, submission, at.today())
        look = access.Looking(at.now(), _who(caller), "submission", line.cell, line.meeting or "", line.title)
        access.write(session, look)
        return line

    return _told(await at.store.write(work))


@router.post("/api/inbox/{submission}/answer")
async def answer(
    request: Request, submission: str, body: Answer, caller: Annotated[Caller, allowed("inbox")]
) -> dict[str, Any]:
    """Once; the answer stands in the cell's next agenda."""
    at = house(request)

    def work(session: Session) -> Line:
        _own(session, caller, submission)
        inbox.answer(session, submission, body.text, answerer=_who(caller), at=at.now())
        return inbox.one(session, submission, at.today())

    try:
        return _told(await at.store.write(work))
    except OutOfOrder:
        raise Fault(409, "answered", "Nội dung này đã được trả lời.") from None
    except NotSendable:
        raise Fault(422) from None


def _own(session: Session, caller: Caller, submission: str) -> None:
    try:
        known = inbox.may_handle(session, _unit(caller), submission)
    except NoSuchSubmission:
        known = False
    if not known:
        raise Fault(404, "no_submission", "Không có nội dung này.")


# -- evenings, calls, one cell, report ---------------------------------------------------------------------------------


@router.get("/api/supervision/evenings")
async def calendar(
    request: Request,
    caller: Annotated[Caller, allowed("supervision")],
    since: Annotated[int, MOMENT],
    until: Annotated[int, MOMENT],
) -> dict[str, Any]:
    """All cells' meetings of at most a year, with who follows each."""
    if not since <= until <= since + YEAR_MS:
        raise Fault(422)
    found = await house(request).store.read(lambda session: evenings.evenings(session, _unit(caller), since, until))
    return {"evenings": [asdict(one) for one in found]}


@router.get("/api/supervision/calls")
async def calls(request: Request, caller: Annotated[Caller, allowed("supervision")]) -> dict[str, Any]:
    """Whom to phone today, and why."""
    at = house(request)
    found = await at.store.read(lambda session: evenings.calls(session, _unit(caller), at.today(), at.now()))
    return {"calls": [asdict(one) for one in found]}


@router.get("/api/supervision/report.{form}")
async def report(
    request: Request,
    form: Form,
    caller: Annotated[Caller, allowed("supervision")],
    year: Annotated[int, Query(ge=0, le=9998)] = 0,
) -> Response:
    at = house(request)
    wanted = year or at.today().year
    grid = await at.store.read(lambda session: supervision.year(session, _unit(caller), wanted, at.now()))
    async with AT_ONCE:
        data = await asyncio.to_thread(sheets.written, [sheets.supervised(grid)], form)
    return attached(data, form, f"giam-sat-{wanted}.{form}")


@router.get("/api/supervision/cells/{below}")
async def one_cell(
    request: Request,
    below: str,
    caller: Annotated[Caller, allowed("supervision")],
    year: Annotated[int, Query(ge=0, le=9998)] = 0,
) -> dict[str, Any]:
    """One cell's year with all its figures; no contents."""
    at: House = house(request)

    def look(session: Session) -> dict[str, Any] | None:
        if all(cell.id != below for cell in cells_below(session, _unit(caller))):
            return None
        return cell_as_json(cell_year(session, below, year or at.today().year, at.now()))

    found = await at.store.read(look)
    if found is None:
        raise Fault(404)
    return found
