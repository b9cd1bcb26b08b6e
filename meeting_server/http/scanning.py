"""Minutes signed by hand: the slip that is printed with them, and the scan that comes back."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import Response

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.documents import Printing, as_file, sealed_of
from meeting_server.http.faults import Fault
from meeting_server.http.guard import MIB
from meeting_server.http.house import house
from meeting_server.http.naming import file_name
from meeting_server.sealer import Sealer
from minutes.export.slip import Slip, slip_pdf
from minutes.record.events import Sealed
from minutes.sealing.archive import NotAPackage
from minutes.sealing.package import NotSealable
from minutes.sealing.scan import FILES_LIMIT, BadScan, Wrong, read_scan
from minutes.sealing.verdict import STATES

log = structlog.get_logger(__name__)
router = APIRouter()

MAX_SCAN = 30 * MIB
REFUSED_VI = {
    "size": "Tệp quét quá lớn hoặc quá nhiều trang.",
    "kind": "Không đọc được tệp quét. Đề nghị dùng PDF, JPG hoặc PNG.",
    "coding": "Ảnh trong tệp PDF nén theo kiểu máy chủ không đọc được (đen trắng kiểu fax, JBIG2, JPEG 2000). "
    "Đề nghị quét lại thành ảnh JPG hoặc PDF ảnh màu.",
    "version": "Bản quét thuộc biên bản khác hoặc phiên bản khác, nên không nhận. Xem lại phiếu kèm biên bản.",
    "slip": "Không thấy mã trên phiếu kèm biên bản. Chụp lại phiếu cho rõ và gửi cùng các trang.",
    "pages": "Bản quét thiếu trang so với biên bản đã niêm phong. Đề nghị quét đủ các trang.",
}
SHEETS_VI: dict[Wrong, str] = {
    "foreign": "Trang quét thứ {sheet} không thuộc biên bản này.",
    "version": "Trang quét thứ {sheet} là của phiên bản khác của biên bản này.",
    "unmarked": "Trang quét thứ {sheet}: không thấy mã ở góc dưới bên trái. Quét lại cho rõ; trang trắng thì bỏ ra.",
    "order": "Trang quét thứ {sheet} là trang {page} của biên bản: sai thứ tự.",
    "twice": "Trang {page} được quét hai lần (lần sau là trang quét thứ {sheet}).",
    "missing": "Thiếu trang {page}.",
}
SAID = 5


def refused_vi(error: BadScan) -> str:
    """Why a scan was not taken: where its pages carry codes, the first few that are wrong, each by its number."""
    if not error.faults:
        return REFUSED_VI.get(error.code, REFUSED_VI["kind"])
    said = [SHEETS_VI[one.wrong].format(sheet=one.sheet, page=one.page) for one in error.faults[:SAID]]
    more = len(error.faults) - SAID
    return " ".join([*said, *([f"Còn {more} chỗ nữa."] if more > 0 else [])])


@router.get("/api/meetings/{meeting}/slip.pdf")
async def slip(request: Request, meeting: str, caller: Annotated[Caller, allowed("slip")]) -> Response:
    """The page with the code that names version and root of the newest sealed record."""
    room = await house(request).meetings.state(meeting)
    seal, plan = sealed_of(room), room.meeting.scheduled
    if seal is None or plan is None:
        raise Fault(409, "not_sealed", "Hồ sơ chưa được niêm phong nên chưa có phiếu kèm.")
    named = Slip(meeting, seal.version, seal.root)
    number = f"Số {room.meeting.number}" if room.meeting.number else ""
    async with Printing.gate:
        made = await asyncio.to_thread(
            lambda: slip_pdf(named, number=number, subject=plan.title, cell=plan.cell_name)
        )  # fmt: skip
    return as_file(made, "application/pdf", file_name(room, "Phiếu kèm biên bản", ".pdf", seal.version))


@router.post("/api/meetings/{meeting}/scan")
async def scan(
    request: Request, meeting: str, files: list[UploadFile], caller: Annotated[Caller, allowed("scan")]
) -> dict[str, Any]:
    """The files of a scan in page order, the slip among them where the pages carry no codes; together at most 30 MiB.
    Sealed beside the record."""
    sealer: Sealer = request.app.state.sealer
    if len(files) > FILES_LIMIT:
        raise Fault(413)
    data = [await file.read(MAX_SCAN + 1) for file in files]
    if sum(map(len, data)) > MAX_SCAN:
        raise Fault(413)
    if sealed_of(await house(request).meetings.state(meeting)) is None:
        raise Fault(409, "not_sealed", "Hồ sơ chưa được niêm phong nên chưa nhận bản quét.")
    try:
        async with Printing.gate:
            read = await asyncio.to_thread(read_scan, data)
        sealed = await sealer.attach(meeting, read, caller.member or (caller.account.id if caller.account else ""))
    except BadScan as error:
        log.info("scan_refused", meeting=meeting, code=error.code)
        raise Fault(422, f"scan_{error.code}", refused_vi(error)) from error
    except (NotSealable, NotAPackage, OSError) as error:
        log.error("scan_not_sealed", meeting=meeting, error=type(error).__name__)
        raise Fault(500, "scan_not_sealed", "Chưa niêm phong được bản quét; hồ sơ cũ vẫn còn nguyên.") from error
    return told(sealed, read.pages)


def told(seal: Sealed, pages: int) -> dict[str, Any]:
    return {
        "state": seal.state, "says": STATES[seal.state], "version": seal.version, "sha256": seal.sha256,
        "pages": pages,
    }  # fmt: skip
