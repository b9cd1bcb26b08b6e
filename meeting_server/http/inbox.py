""" "Nộp cấp trên": what a cell sends up with its files, and the clerk's inbox above it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlmodel import Session

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Name
from meeting_server.http.house import house
from meeting_server.http.naming import disposition
from meeting_server.http.tasks import AT_ONCE
from meeting_server.http.tasks import attached as attached_list
from meeting_server.store import access, attached, inbox, sheets
from meeting_server.store.attached import MAX_FILE, FileLine, Held, NotAttachable
from meeting_server.store.inbox import Kind, Line, NoSuchSubmission, NotSendable, OutOfOrder, Sent, Show
from meeting_server.store.sheets import Form

router = APIRouter()

Words = Annotated[str, StringConstraints(max_length=inbox.MAX_TEXT, strip_whitespace=True)]


class Sending(Body):
    kind: Kind
    title: Name
    text: Words = ""
    meeting: Id | None = None
    source: Annotated[str, StringConstraints(max_length=120)] = ""
    due_on: date | None = None


class Answer(Body):
    text: Annotated[str, StringConstraints(min_length=1, max_length=inbox.MAX_ANSWER, strip_whitespace=True)]


def _told(line: Line, files: list[FileLine] | None = None) -> dict[str, Any]:
    return asdict(line) | {"files": [asdict(file) for file in files or ()]} | {
        "due_on": line.due_on.isoformat() if line.due_on else None, "kind_name": inbox.KINDS[line.kind],
        "overdue": line.overdue,
    }  # fmt: skip


@router.get("/api/cells/{cell}/sent")
async def sent(request: Request, cell: str, caller: Annotated[Caller, allowed("sent")]) -> dict[str, Any]:
    at = house(request)

    def look(session: Session) -> list[dict[str, Any]]:
        lines = inbox.sent_by(session, cell, at.today())
        files = attached.lines_of(session, [line.id for line in lines])
        return [_told(line, files.get(line.id)) for line in lines]

    return {"sent": await at.store.read(look)}


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


@router.post("/api/cells/{cell}/sent/{submission}/files")
async def attach(
    request: Request, cell: str, submission: str, file: UploadFile, caller: Annotated[Caller, allowed("send_up")]
) -> dict[str, Any]:
    """PDF, DOCX, JPG or PNG of at most 20 MiB, until it is answered."""
    at, data = house(request), await file.read(MAX_FILE + 1)

    def work(session: Session) -> str:
        line = inbox.one(session, submission, at.today())
        if line.cell != cell:
            raise NoSuchSubmission(submission)
        if line.answered_at is not None:
            raise OutOfOrder(submission)
        return attached.attach(session, submission, cell, file.filename or "", data, at.now())

    try:
        return {"id": await at.store.write(work)}
    except NoSuchSubmission:
        raise Fault(404, "no_submission", "Không có nội dung này.") from None
    except OutOfOrder:
        raise Fault(409, "answered", "Nội dung này đã được trả lời.") from None
    except NotAttachable as error:
        raise Fault(422, f"file_{error.code}", str(error)) from None


@router.get("/api/cells/{cell}/sent/{submission}/files/{file}")
async def own_file(
    request: Request, cell: str, submission: str, file: str, caller: Annotated[Caller, allowed("sent")]
) -> Response:
    row = await house(request).store.read(lambda session: attached.one(session, submission, file))
    if row is None or row.cell != cell:
        raise Fault(404)
    return given_out(row)


def given_out(row: Held) -> Response:
    headers = {"Content-Disposition": disposition(row.name), "Cache-Control": "no-store"}
    return Response(row.data, media_type=row.media, headers=headers)


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


@router.get("/api/inbox.{form}")
async def list_of_what_came(request: Request, form: Form, caller: Annotated[Caller, allowed("inbox")]) -> Response:
    """Everything that was sent up as a list: titles, dates, answers; not the letters themselves."""
    at = house(request)
    lines = await at.store.read(lambda session: inbox.inbox(session, _unit(caller), at.today()))
    async with AT_ONCE:
        data = await asyncio.to_thread(sheets.written, [sheets.submissions(lines)], form)
    return attached_list(data, form, f"hop-den.{form}")


@router.get("/api/inbox/{submission}")
async def opened(request: Request, submission: str, caller: Annotated[Caller, allowed("inbox")]) -> dict[str, Any]:
    """Opening one receives it; the cell sees who looked."""
    at = house(request)

    def work(session: Session) -> dict[str, Any]:
        _own(session, caller, submission)
        inbox.receive(session, submission, receiver=_who(caller), at=at.now())
        line = inbox.one(session, submission, at.today())
        look = access.Looking(at.now(), _who(caller), "submission", line.cell, line.meeting or "", line.title)
        access.write(session, look)
        return _told(line, attached.lines_of(session, [submission]).get(submission))

    return await at.store.write(work)


@router.get("/api/inbox/{submission}/files/{file}")
async def came_file(
    request: Request, submission: str, file: str, caller: Annotated[Caller, allowed("inbox")]
) -> Response:
    """Each file opened is shown to the cell."""
    at = house(request)

    def work(session: Session) -> Held:
        _own(session, caller, submission)
        row = attached.one(session, submission, file)
        if row is None:
            raise Fault(404)
        access.write(session, access.Looking(at.now(), _who(caller), "submission", row.cell, detail=row.name))
        return row

    return given_out(await at.store.write(work))


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
