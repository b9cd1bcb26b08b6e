"""A period's sealed records in one zip: streamed as it is packed, so that a year of scans needs no memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlmodel import Session, col, select

from meeting_server.http.access import DAY
from meeting_server.http.caller import Caller, allowed, looked
from meeting_server.http.documents import sealed_of
from meeting_server.http.faults import Fault
from meeting_server.http.house import VIETNAM, house
from meeting_server.store.access import Looking
from meeting_server.store.tables import MeetingSummary
from transcription.text.fold import fold

log = structlog.get_logger(__name__)
router = APIRouter()

MOMENT = Query(ge=0, le=1 << 52)
MAX_RECORDS, PIECE = 200, 1 << 18


@router.get("/api/cells/{cell}/records.zip")
async def records(
    request: Request,
    cell: str,
    caller: Annotated[Caller, allowed("records")],
    since: Annotated[int, MOMENT] = 0,
    until: Annotated[int, MOMENT] = 0,
) -> StreamingResponse:
    """Meetings that start in [since, until) ms."""
    at = house(request)
    end = until or at.now() + DAY

    def look(session: Session) -> list[MeetingSummary]:
        wanted = select(MeetingSummary).where(
            MeetingSummary.cell == cell, MeetingSummary.sha256 != "", MeetingSummary.kind != "practice",
            MeetingSummary.starts_at >= since, MeetingSummary.starts_at < end,
        )  # fmt: skip
        return list(session.exec(wanted.order_by(col(MeetingSummary.starts_at)).limit(MAX_RECORDS + 1)))

    heads = await at.store.read(look)
    if len(heads) > MAX_RECORDS:
        raise Fault(422, "too_many", f"Mỗi lần tải tối đa {MAX_RECORDS} hồ sơ. Đồng chí chọn khoảng ngày ngắn hơn.")
    files = []
    for head in heads:
        seal = sealed_of(await at.meetings.state(head.meeting))
        if seal is not None and (path := at.settings.records / seal.file).is_file():
            files.append((_name(head), path))
    if not files:
        raise Fault(404, "no_records", "Trong khoảng ngày này chưa có hồ sơ nào được niêm phong.")
    await looked(at, caller, Looking(at.now(), "", "export", cell, detail=f"records.zip: {len(files)}"))
    log.info("records_taken", cell=cell, records=len(files))
    headers = {"Content-Disposition": 'attachment; filename="ho-so.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(packed(files), media_type="application/zip", headers=headers)


def _name(head: MeetingSummary) -> str:
    day = datetime.fromtimestamp(head.starts_at / 1000, VIETNAM)
    words = "-".join("".join(one if one.isalnum() else " " for one in fold(head.title)).split())[:60]
    return f"{day:%Y-%m-%d}-{words}-{head.meeting[-6:]}.zip"


class _Pipe(io.RawIOBase):
    """What the zip writes until it is taken; it cannot go back, so zipfile puts lengths behind each file."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # zipfile writes bytes
        self._held += view
        return view.nbytes

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def packed(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """The bytes of a zip of these files (as they are: records are packed already)."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, path in files:
            with path.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as onto:
                while piece := source.read(PIECE):
                    onto.write(piece)
                    yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()
