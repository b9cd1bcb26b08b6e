"""Older minutes brought into the archive: the form's other end, the list, one of them with its files."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, TypeVar

import structlog
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from pydantic import StringConstraints

from meeting_server.http.caller import Caller, allowed, looked
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Name, Optional, plain
from meeting_server.http.house import VIETNAM, house
from meeting_server.http.inbox import given_out
from meeting_server.old_text import text_of
from meeting_server.store import old_minutes
from meeting_server.store.access import Looking
from meeting_server.store.attached import MAX_FILE, MAX_FILES, MIB, NotAttachable
from meeting_server.store.old_minutes import MAX_TEXT, Old

log = structlog.get_logger(__name__)
router = APIRouter()
Found = TypeVar("Found")

Kind = Literal["regular", "thematic", "admission", "annual", "extraordinary"]
MAX_TOGETHER, EARLIEST = 40 * MIB, date(1930, 1, 1)


def old_of(title: str, kind: str, day: date, number: str = "", text: str = "") -> Old:
    at = datetime.combine(day, time(19, 0), VIETNAM)
    return Old(title, kind, int(at.timestamp() * 1000), f"{day:%Y-%m}", number, text)


@router.post("/api/cells/{cell}/old")
async def bring_in(
    request: Request,
    cell: str,
    caller: Annotated[Caller, allowed("bring_in")],
    title: Annotated[Name, Form()],
    day: Annotated[date, Form()],
    kind: Annotated[Kind, Form()] = "regular",
    number: Annotated[Optional, Form()] = "",
    text: Annotated[str, Form(), StringConstraints(max_length=MAX_TEXT)] = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> dict[str, Any]:
    """``text`` as typed, else what stands in the files; together at most 40 MiB. ``words``: whether any was found."""
    at, given = house(request), files or []
    if not EARLIEST <= day <= at.today():
        raise Fault(422, "bad_day", "Ngày họp phải từ năm 1930 đến hôm nay.")
    if len(given) > MAX_FILES:
        raise Fault(413)
    held = [(file.filename or "", await file.read(MAX_FILE + 1)) for file in given]
    if sum(len(data) for _, data in held) > MAX_TOGETHER:
        raise Fault(413)
    words = text if text.strip() else "\n".join([await asyncio.to_thread(text_of, data) for _, data in held])
    if not held and not words.strip():
        raise Fault(422, "nothing", "Đồng chí chọn tệp hoặc gõ nội dung biên bản.")
    told = old_of(title, kind, day, number[:40], "\n".join(map(plain, words.split("\n"))))
    try:
        key = await at.store.write(lambda session: old_minutes.bring_in(session, cell, told, held, at.now()))
    except NotAttachable as error:
        raise Fault(422, f"file_{error.code}", str(error)) from None
    log.info("old_minutes_brought_in", cell=cell, files=len(held))
    return {"id": key, "words": bool(words.strip())}


@router.get("/api/cells/{cell}/old")
async def of_cell(request: Request, cell: str, caller: Annotated[Caller, allowed("old_minutes")]) -> dict[str, Any]:
    found = await house(request).store.read(lambda session: old_minutes.of_cell(session, cell))
    return {"old": [asdict(one) for one in found]}


@router.get("/api/cells/{cell}/old/{old}")
async def one(
    request: Request, cell: str, old: str, caller: Annotated[Caller, allowed("old_minutes")]
) -> dict[str, Any]:
    found = _there(await house(request).store.read(lambda session: old_minutes.one(session, cell, old)))
    await _seen(request, caller, "old", cell, found.title, old)
    return asdict(found)


def _there(found: Found | None) -> Found:
    if found is None:
        raise Fault(404)
    return found


async def _seen(request: Request, caller: Caller, action: str, cell: str, title: str, old: str = "") -> None:
    at = house(request)
    await looked(at, caller, Looking(at.now(), "", action, cell, old, title))


@router.post("/api/cells/{cell}/old/{old}/take-back")
async def take_back(
    request: Request, cell: str, old: str, caller: Annotated[Caller, allowed("bring_in")]
) -> dict[str, Any]:
    """Brought in by mistake: gone from the archive. Who did it stands among the cell's looks."""
    title = _there(await house(request).store.write(lambda session: old_minutes.take_back(session, cell, old)))
    await asyncio.to_thread(house(request).store.forget, old)
    await _seen(request, caller, "take_back", cell, title)
    log.info("old_minutes_taken_back", cell=cell)
    return {}


@router.get("/api/cells/{cell}/old/{old}/files/{file}")
async def old_file(
    request: Request, cell: str, old: str, file: str, caller: Annotated[Caller, allowed("old_minutes")]
) -> Response:
    row = _there(await house(request).store.read(lambda session: old_minutes.file(session, cell, old, file)))
    await _seen(request, caller, "old", cell, row.name, old)
    return given_out(row)
