"""Documents of a meeting (PDF, DOCX, pictures): given out before it, shown in the room.

What a file is, its first bytes say; a name says nothing. Files are served with the type found then, never run:
a PDF and a picture are shown, a Word document is handed out, and its words are shown.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import zipfile
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request, Response, UploadFile
from sqlmodel import Session

from meeting_server import paper_text, paperwork
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.documents import DOCX
from meeting_server.http.faults import Fault
from meeting_server.http.fields import plain
from meeting_server.http.guard import MIB
from meeting_server.http.house import House, house
from meeting_server.http.naming import disposition
from meeting_server.room.views import paper as told
from meeting_server.store import papers
from meeting_server.store.kept_files import kept, opened
from meeting_server.store.people import new_id
from meeting_server.store.tables import StoredFile
from meeting_server.whole_file import write_whole
from transcription.keyring import Keyring

log = structlog.get_logger(__name__)
router = APIRouter()

MAX_PAPER, MAX_PAPERS = 25 * MIB, 30
GIVEN_OUT_IN = frozenset({"scheduled", "open"})
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "docx": DOCX}
AT_ONCE = asyncio.Semaphore(1)
READ: dict[str, dict[str, Any]] = {}  # by digest; each at most some hundred kilobytes
MOST_READ = 16
SHOWN = frozenset({"pdf", "png", "jpg", "webp"})


@router.get("/api/meetings/{meeting}/papers")
async def listed(request: Request, meeting: str, caller: Annotated[Caller, allowed("papers")]) -> dict[str, Any]:
    at = house(request)
    found = await at.store.read(lambda session: paperwork.listed(session, meeting))
    return {"papers": [told(one) for one in found]}


@router.post("/api/meetings/{meeting}/papers")
async def give_out(
    request: Request, meeting: str, file: UploadFile, caller: Annotated[Caller, allowed("give_papers")]
) -> dict[str, Any]:
    at = house(request)
    await _open_for_papers(at, meeting)
    data = await file.read(MAX_PAPER + 1)
    if len(data) > MAX_PAPER:
        raise Fault(413)
    ending = await asyncio.to_thread(ending_of, data)
    if ending is None:
        raise Fault(422, "paper_kind", "Chỉ nhận tài liệu PDF, Word (DOCX) hoặc ảnh PNG, JPG, WEBP.")
    key, digest = new_id("p"), hashlib.sha256(data).hexdigest()
    path = Path(meeting) / f"{key}.{ending}"
    keys = Keyring(at.settings.keys)
    row = StoredFile(
        id=key, meeting=meeting, kind=papers.KIND, name=name_of(file.filename or "", ending), sha256=digest,
        size=len(data), path=str(path), created_at=at.now(),
    )  # fmt: skip
    await asyncio.to_thread(lambda: write_whole(at.settings.papers / path, kept(keys, meeting, key, data)))

    def keep(session: Session) -> None:
        if papers.count(session, meeting) >= MAX_PAPERS:
            raise Fault(409, "too_many_papers", f"Cuộc họp đã có {MAX_PAPERS} tài liệu.")
        papers.keep(session, row)

    shown = paperwork.paper_of(row)
    try:
        await at.store.write(keep)
    except Fault:
        await asyncio.to_thread((at.settings.papers / path).unlink, True)
        raise
    await at.meetings.papers_changed(meeting)
    log.info("paper_given_out", meeting=meeting, form=shown.form, bytes=shown.size)
    return told(shown)


@router.get("/api/meetings/{meeting}/papers/{paper}")
async def one(
    request: Request, meeting: str, paper: str, caller: Annotated[Caller, allowed("papers")]
) -> Response:  # fmt: skip
    at = house(request)
    found = {row.id: row for row in await at.store.read(lambda session: papers.rows(session, meeting))}.get(paper)
    if found is None:
        raise Fault(404)
    ending = found.name.rpartition(".")[2]
    how = "inline" if ending in SHOWN else "attachment"
    data = await asyncio.to_thread((at.settings.papers / found.path).read_bytes)
    headers = {"Content-Disposition": disposition(found.name, how)}
    return Response(
        opened(Keyring(at.settings.keys), meeting, found.id, data), media_type=TYPES[ending], headers=headers
    )  # fmt: skip


@router.get("/api/meetings/{meeting}/papers/{paper}/words")
async def words(
    request: Request, meeting: str, paper: str, caller: Annotated[Caller, allowed("papers")]
) -> dict[str, Any]:  # fmt: skip
    """A Word document to read in the room: {parts, more}. Read once for a roomful of phones."""
    at = house(request)
    found = {row.id: row for row in await at.store.read(lambda session: papers.rows(session, meeting))}.get(paper)
    if found is None or not found.name.endswith(".docx"):
        raise Fault(404)
    async with AT_ONCE:
        if found.sha256 not in READ:
            data = await asyncio.to_thread((at.settings.papers / found.path).read_bytes)
            clear = opened(Keyring(at.settings.keys), meeting, found.id, data)
            try:
                told = await paper_text.read(clear)
            except paper_text.Unreadable as error:
                log.info("paper_not_read", meeting=meeting, why=str(error))
                sentence = "Không hiện được tệp Word này ở đây. Đề nghị tải về để xem."
                raise Fault(422, "paper_unreadable", sentence) from error
            while len(READ) >= MOST_READ:
                READ.pop(next(iter(READ)))
            READ[found.sha256] = told
        return READ[found.sha256]


@router.delete("/api/meetings/{meeting}/papers/{paper}")
async def take_back(
    request: Request, meeting: str, paper: str, caller: Annotated[Caller, allowed("give_papers")]
) -> Response:  # fmt: skip
    at = house(request)
    await _open_for_papers(at, meeting)
    gone = await at.store.write(lambda session: papers.take_back(session, meeting, paper))
    if gone is None:
        raise Fault(404)
    READ.pop(gone.sha256, None)
    await asyncio.to_thread((at.settings.papers / gone.path).unlink, True)
    await at.meetings.papers_changed(meeting)
    log.info("paper_taken_back", meeting=meeting)
    return Response(status_code=204)


async def _open_for_papers(at: House, meeting: str) -> None:
    room = await at.meetings.state(meeting)
    if room.meeting.state not in GIVEN_OUT_IN:
        raise Fault(409, "meeting_over", "Cuộc họp đã kết thúc nên không thêm, bớt tài liệu được nữa.")


def ending_of(data: bytes) -> str | None:
    """What the bytes are: "pdf", "png", "jpg", "webp", "docx"; None for anything else."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "docx" if data.startswith(b"PK\x03\x04") and _is_docx(data) else None


def _is_docx(data: bytes) -> bool:
    """A Word document, without macros. Nothing is unpacked."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names


def name_of(given: str, ending: str) -> str:
    """The title people see and the ending that is true: no path, no control characters, at most 150 characters."""
    stem = re.split(r"[/\\]", plain(given))[-1]
    stem = re.sub(r"\.(pdf|docx?|png|jpe?g|webp)$", "", stem, flags=re.IGNORECASE).strip(" .")[:150]
    return f"{stem or 'Tài liệu'}.{ending}"
