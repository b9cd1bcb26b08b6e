"""What the cell issues on paper out of the record: its resolution under its own number, the pages of its minutes book
("In cho sổ biên bản"), and the sheet that closes the year's book ("đóng quyển")."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.documents import DOCX, WITH_CONTENTS, Printing, as_file, sealed_of
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house
from meeting_server.http.naming import file_name
from meeting_server.http.rights import may
from meeting_server.room.state import Room
from meeting_server.store import book, people
from meeting_server.store.tables import Unit
from minutes.export.book import BookBroken, Bound, closing_sheet, for_book
from minutes.export.conduct import conduct_of
from minutes.export.docx import docx_bytes
from minutes.export.folded import folded
from minutes.export.forms import BLANK, form_pdf
from minutes.export.paper import Paper, paper_of
from minutes.export.pdf import pdf_bytes
from minutes.export.resolution import resolution
from minutes.record.events import Approved, Block
from minutes.sealing import archive
from minutes.sealing.contents import read_paper
from minutes.sealing.scan import page_count

log = structlog.get_logger(__name__)
router = APIRouter()

Year = Annotated[int, Path(ge=2000, le=2200)]


# -- the resolution ----------------------------------------------------------------------------------------------------


@router.get("/api/meetings/{meeting}/resolution")
async def issued(request: Request, meeting: str, caller: Annotated[Caller, allowed("resolution")]) -> dict[str, Any]:
    """``number``: under which it was issued, "" before. ``may``: "read" the print, "issue" it, "book" the minutes."""
    at = house(request)
    room = await at.meetings.state(meeting)
    row = await at.store.read(lambda session: book.resolution(session, meeting))
    pages = await at.store.read(lambda session: book.pages(session, meeting, _version(room)))
    ready = room.meeting.state in WITH_CONTENTS and not _practice(room)
    return {
        "number": row.number if row else "",
        "book": {"year": pages.year, "first": pages.first, "last": pages.last} if pages else None,
        "may": [
            *(["read"] if row is not None or may(caller.standings, "draft_documents") else []),
            *(["issue", "book"] if ready and may(caller.standings, "issue") else []),
        ],
    }


@router.post("/api/meetings/{meeting}/resolution")
async def issue(request: Request, meeting: str, caller: Annotated[Caller, allowed("issue")]) -> dict[str, Any]:
    """Takes the next number of the cell's resolutions, once; from then on the print is no draft."""
    at = house(request)
    room = await at.meetings.state(meeting)
    cell = _approved(room)
    who = caller.member or (caller.account.id if caller.account else "")
    row = await at.store.write(lambda session: book.issue_resolution(session, meeting, cell, who, at.now()))
    log.info("resolution_issued", meeting=meeting)
    return {"number": row.number}


@router.get("/api/meetings/{meeting}/resolution.docx")
async def resolution_docx(
    request: Request, meeting: str, caller: Annotated[Caller, allowed("resolution")]
) -> Response:  # fmt: skip
    made, name = await _resolution(house(request), meeting, caller, docx_bytes)
    return as_file(made, DOCX, f"{name}.docx")


@router.get("/api/meetings/{meeting}/resolution.pdf")
async def resolution_pdf(request: Request, meeting: str, caller: Annotated[Caller, allowed("resolution")]) -> Response:
    """A draft for the desk until it is issued; every member's after that."""
    made, name = await _resolution(house(request), meeting, caller, pdf_bytes)
    return as_file(made, "application/pdf", f"{name}.pdf")


async def _resolution(
    at: House, meeting: str, caller: Caller, make: Callable[[Paper], bytes]
) -> tuple[bytes, str]:  # fmt: skip
    """The print, and what the file is called without its ending."""
    row = await at.store.read(lambda session: book.resolution(session, meeting))
    if row is None and not may(caller.standings, "draft_documents"):
        raise Fault(403, "not_issued", "Nghị quyết chưa được ban hành; lúc này chỉ chủ trì và thư ký xem được dự thảo.")
    room, entries = await at.meetings.state(meeting), await at.meetings.entries(meeting)
    sealed, number = sealed_of(room), row.number if row else ""

    def made() -> bytes:
        blocks = _sealed_blocks(archive.unpack((at.settings.records / sealed.file).read_bytes())) if sealed else ()
        return make(resolution(folded(entries), blocks, number=number, draft=row is None))

    async with Printing.gate:
        return await asyncio.to_thread(made), file_name(room, "Nghị quyết", "", number=number)


def _sealed_blocks(parts: dict[str, bytes]) -> tuple[Block, ...]:
    """The sealed minutes: the log no longer holds their words once its short-lived bodies are erased."""
    blocks = json.loads(parts["minutes.json"])["blocks"]
    return tuple(Block(one["id"], one["kind"], one["text"], one["item"]) for one in blocks if one["kind"] != "vote")


# -- the minutes book --------------------------------------------------------------------------------------------------


@router.post("/api/meetings/{meeting}/book")
async def take_pages(request: Request, meeting: str, caller: Annotated[Caller, allowed("issue")]) -> dict[str, Any]:
    """In cho sổ biên bản: takes the next pages of the year's book for this version of the minutes, once."""
    at = house(request)
    room = await at.meetings.state(meeting)
    _approved(room)
    pages = page_count(await _book_print(at, room, 1))
    row = await at.store.write(lambda session: book.take_pages(session, meeting, _version(room), pages, at.now()))
    log.info("book_pages_taken", meeting=meeting, first=row.first, last=row.last)
    return {"year": row.year, "first": row.first, "last": row.last}


@router.get("/api/meetings/{meeting}/minutes-book.pdf")
async def book_pdf(request: Request, meeting: str, caller: Annotated[Caller, allowed("documents")]) -> Response:
    """The minutes as pages of the book, with a place for initials on each."""
    at = house(request)
    room = await at.meetings.state(meeting)
    row = await at.store.read(lambda session: book.pages(session, meeting, _version(room)))
    if row is None:
        raise Fault(409, "not_in_book", "Biên bản này chưa lấy số trang trong sổ biên bản.")
    name = f"so-bien-ban-{row.year}-trang-{row.first}-{row.last}.pdf"
    return as_file(await _book_print(at, room, row.first), "application/pdf", name)


async def _book_print(at: House, room: Room, first: int) -> bytes:
    sealed, entries = sealed_of(room), await at.meetings.entries(room.id)

    def made() -> bytes:
        if sealed is None:
            return pdf_bytes(for_book(paper_of(entries), first))
        parts = archive.unpack((at.settings.records / sealed.file).read_bytes())
        return pdf_bytes(for_book(read_paper(parts["minutes.json"]), first))

    async with Printing.gate:
        return await asyncio.to_thread(made)


@router.get("/api/cells/{cell}/book/{year}")
async def contents(
    request: Request, cell: str, year: Year, caller: Annotated[Caller, allowed("book")]
) -> dict[str, Any]:  # fmt: skip
    """What stands in the year's book, in the order of its pages."""
    bound = await house(request).store.read(lambda session: book.bound(session, cell, year))
    return {
        "year": year, "pages": bound[-1].last if bound else 0,
        "bound": [
            {"subject": one.subject, "number": one.number, "day": one.day.isoformat(), "first": one.first,
             "last": one.last}
            for one in bound
        ],
    }  # fmt: skip


@router.get("/api/cells/{cell}/book/{year}/closing.pdf")
async def closing(request: Request, cell: str, year: Year, caller: Annotated[Caller, allowed("book")]) -> Response:
    """Tờ đóng quyển: contents, number of pages, signatures."""
    at, today = house(request), house(request).today()

    def look(session: Session) -> tuple[Unit | None, str, list[Bound], str]:
        unit, above = session.get(Unit, cell), people.parents(session, cell)
        leader = next((m.name for m in people.roster(session, cell, today) if _leads(m.position)), "")
        return unit, above[0].name if above else "", book.bound(session, cell, year), leader

    unit, parent, bound, leader = await at.store.read(look)
    if unit is None:
        raise Fault(404)
    if not bound:
        raise Fault(409, "book_empty", f"Sổ biên bản năm {year} chưa có trang nào.")
    try:
        sheet = closing_sheet(
            bound, year=year, parent=parent, cell=unit.name, closed=today, secretary="", leader=leader
        )  # fmt: skip
    except BookBroken as error:
        log.error("book_broken", cell=cell, year=year)
        raise Fault(500, "book_broken", "Số trang trong sổ không liền nhau; đề nghị báo người quản trị.") from error
    async with Printing.gate:
        made = await asyncio.to_thread(pdf_bytes, sheet)
    return as_file(made, "application/pdf", f"dong-quyen-so-bien-ban-{year}.pdf")


def _leads(position: str) -> bool:
    return "bí thư" in [part.strip().lower() for part in position.split(",")]


# -- forms to be filled in by hand -------------------------------------------------------------------------------------


@router.get("/api/meetings/{meeting}/conduct.pdf")
async def conduct(request: Request, meeting: str, caller: Annotated[Caller, allowed("conduct")]) -> Response:
    """The whole conduct of this meeting on paper, for a power cut."""
    entries = await house(request).meetings.entries(meeting)
    async with Printing.gate:
        made = await asyncio.to_thread(lambda: form_pdf(conduct_of(folded(entries))))
    return as_file(made, "application/pdf", "phieu-dieu-hanh.pdf")


@router.get("/api/cells/{cell}/forms/{form}")
async def blank(request: Request, cell: str, form: str, caller: Annotated[Caller, allowed("forms")]) -> Response:
    """Blank minutes of what is held on paper only, under the cell's name; ``form`` as kinds.toml names it."""
    found = BLANK.get(form)
    if found is None:
        raise Fault(404)

    def look(session: Session) -> tuple[Unit | None, str]:
        above = people.parents(session, cell)
        return session.get(Unit, cell), above[0].name if above else ""

    unit, parent = await house(request).store.read(look)
    named = replace(found, superior=parent or found.superior, cell=unit.name if unit else found.cell)
    async with Printing.gate:
        made = await asyncio.to_thread(form_pdf, named)
    return as_file(made, "application/pdf", f"{form}.pdf")


# -- shared ------------------------------------------------------------------------------------------------------------


def _approved(room: Room) -> str:
    """The cell. Raises Fault for what is not approved, or is only a practice."""
    plan = room.meeting.scheduled
    if _practice(room) or plan is None:
        raise Fault(409, "practice", "Cuộc họp thử không có số, không vào sổ biên bản.")
    if room.meeting.state not in WITH_CONTENTS:
        raise Fault(409, "not_approved", "Biên bản chưa được duyệt.")
    return plan.cell


def _practice(room: Room) -> bool:
    plan = room.meeting.scheduled
    return plan is not None and plan.kind == "practice"


def _version(room: Room) -> int:
    act = room.meeting.approved
    return act.event.version if act is not None and isinstance(act.event, Approved) else 0
