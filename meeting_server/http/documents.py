"""Minutes as DOCX and PDF, and the sealed record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from sqlmodel import col, select

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house
from meeting_server.http.naming import disposition, file_name
from meeting_server.http.rights import may
from meeting_server.room.state import Room
from meeting_server.sealer import fault_vi
from meeting_server.store.tables import Sealing
from minutes.export.docx import docx_bytes
from minutes.export.layouts import layout_named
from minutes.export.paper import Paper, paper_of
from minutes.export.pdf import pdf_bytes
from minutes.record.events import Approved, Sealed
from minutes.sealing import archive
from minutes.sealing.contents import read_paper
from minutes.sealing.verdict import state_words

log = structlog.get_logger(__name__)
router = APIRouter()

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WITH_CONTENTS = frozenset({"approved", "sealed"})


class Printing:
    """Typesetting and checking, two at a time on threads."""

    gate = asyncio.Semaphore(2)


@router.get("/api/meetings/{meeting}/minutes")
async def minutes(request: Request, meeting: str, caller: Annotated[Caller, allowed("documents")]) -> dict[str, Any]:
    """The minutes for reading on a screen, in the very words of their print."""
    at = house(request)
    room = await _readable(at, meeting, caller)
    sealed = sealed_of(room)
    if sealed is not None:  # what was sealed last is what counts, also when a correction is being made of it
        page = await asyncio.to_thread(_sealed_paper, at.settings.records / sealed.file)
    else:
        entries = await at.meetings.entries(meeting)
        page = await asyncio.to_thread(paper_of, entries)
    return {"approved": sealed is not None or room.meeting.state in WITH_CONTENTS, "page": _page(page)}


def _sealed_paper(path: Path) -> Paper:
    """The minutes as they stand in a sealed record."""
    return read_paper(archive.unpack(path.read_bytes())["minutes.json"])


def _page(paper: Paper) -> dict[str, Any]:
    """A paper for a screen: its head, its lines, and who signs."""
    return {
        "superior": paper.superior, "cell": paper.cell, "number": paper.number, "place_date": paper.place_date,
        "party": layout_named(paper.layout).head["party"], "name": paper.name, "subject": paper.subject,
        "lines": [asdict(line) for line in paper.lines],
        "signatures": [{"labels": list(one.labels), "name": one.name} for one in (paper.left, paper.right)],
    }  # fmt: skip


@router.get("/api/meetings/{meeting}/minutes.docx")
async def docx(request: Request, meeting: str, caller: Annotated[Caller, allowed("documents")]) -> Response:
    at = house(request)
    room = await _readable(at, meeting, caller)
    sealed, name = _official(room, caller), file_name(room, "Biên bản", ".docx")
    if sealed is not None:  # the log no longer holds the words once the short-lived bodies are erased
        package = await asyncio.to_thread((at.settings.records / sealed.file).read_bytes)
        printed = await asyncio.to_thread(lambda: docx_bytes(read_paper(archive.unpack(package)["minutes.json"])))
        return as_file(printed, DOCX, name)
    return as_file(await _printed(at, meeting, docx_bytes), DOCX, name)


@router.get("/api/meetings/{meeting}/minutes.pdf")
async def pdf(request: Request, meeting: str, caller: Annotated[Caller, allowed("documents")]) -> Response:
    """The signed one out of the sealed record; before, a print that says DỰ THẢO until approved."""
    at = house(request)
    room = await _readable(at, meeting, caller)
    sealed, name = _official(room, caller), file_name(room, "Biên bản", ".pdf")
    if sealed is not None:
        package = await asyncio.to_thread((at.settings.records / sealed.file).read_bytes)
        return as_file(archive.unpack(package)["record.pdf"], "application/pdf", name)
    return as_file(await _printed(at, meeting, pdf_bytes), "application/pdf", name)


@router.get("/api/meetings/{meeting}/record")
async def record(
    request: Request,
    meeting: str,
    caller: Annotated[Caller, allowed("record")],
    version: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The newest sealed record, or the newest of one version."""
    at = house(request)
    room = await at.meetings.state(meeting)
    seals = [one for one in _seals(room) if version in (0, one.version)]
    if not seals:
        raise Fault(404, "not_sealed", "Hồ sơ chưa được niêm phong, hoặc không có phiên bản này.")
    sealed = seals[-1]
    path = at.settings.records / sealed.file
    if not path.exists():
        log.error("record_missing", meeting=meeting)
        raise Fault(500, "record_missing", "Không thấy tệp hồ sơ trên máy chủ. Khôi phục từ bản sao lưu.")
    log.info("record_taken", meeting=meeting)
    name = file_name(room, "Hồ sơ", ".hcb.zip", sealed.version)
    return FileResponse(path, media_type="application/zip", headers={"Content-Disposition": disposition(name)})


@router.get("/api/meetings/{meeting}/versions")
async def versions(request: Request, meeting: str, caller: Annotated[Caller, allowed("record")]) -> dict[str, Any]:
    """Every sealed version, oldest first, with the reason of its correction."""
    room = await house(request).meetings.state(meeting)
    approvals = {
        act.event.version: (act.event.reason, act.at)
        for act in room.meeting.approvals if isinstance(act.event, Approved)
    }  # fmt: skip
    newest = {
        act.event.version: (act.event, act.at) for act in room.meeting.seals if isinstance(act.event, Sealed)
    }  # fmt: skip
    rows = []
    for version, (seal, at) in sorted(newest.items()):
        reason, approved_at = approvals.get(version, ("", None))
        rows.append({
            "version": version, "reason": reason, "state": seal.state, "says": state_words(seal.state, seal.signers),
            "approved_at": approved_at, "sealed_at": at, "sha256": seal.sha256,
        })  # fmt: skip
    last = select(Sealing).where(Sealing.meeting == meeting).order_by(col(Sealing.version).desc())
    row = await house(request).store.read(lambda session: session.exec(last).first())
    failed = row is not None and row.state == "failed" and room.meeting.state == "approved"
    return {"versions": rows, "fault": fault_vi(row.fault) if failed and row else ""}


def _seals(room: Room) -> list[Sealed]:
    return [act.event for act in room.meeting.seals if isinstance(act.event, Sealed)]


def _official(room: Room, caller: Caller) -> Sealed | None:
    """What counts: the seal, unless the desk is at work on a correction and wishes to see that."""
    if room.meeting.state != "sealed" and may(caller.standings, "draft_documents"):
        return None
    return sealed_of(room)


async def _readable(at: House, meeting: str, caller: Caller) -> Room:
    """Drafts are the desk's; the approved minutes are every member's."""
    room = await at.meetings.state(meeting)
    if (
        sealed_of(room) is None
        and room.meeting.state not in WITH_CONTENTS
        and not may(caller.standings, "draft_documents")
    ):
        raise Fault(403, "not_approved", "Biên bản chưa được duyệt; lúc này chỉ chủ trì và thư ký xem được dự thảo.")
    return room


def sealed_of(room: Room) -> Sealed | None:
    act = room.meeting.sealed
    return act.event if act is not None and isinstance(act.event, Sealed) else None


async def _printed(at: House, meeting: str, make: Callable[[Paper], bytes]) -> bytes:
    entries = await at.meetings.entries(meeting)
    async with Printing.gate:
        return await asyncio.to_thread(lambda: make(paper_of(entries)))


def as_file(data: bytes, media_type: str, name: str) -> Response:
    return Response(data, media_type=media_type, headers={"Content-Disposition": disposition(name)})
