"""The record signed digitally by secretary, then chair: by a key file used once, or by a PDF signed elsewhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import Response
from pydantic import StringConstraints

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.documents import Printing, as_file, sealed_of
from meeting_server.http.faults import Fault
from meeting_server.http.guard import KIB, MIB
from meeting_server.http.house import house
from meeting_server.room.state import Room
from meeting_server.sealer import Sealer
from minutes.record.events import Sealed
from minutes.sealing import archive
from minutes.sealing.archive import NotAPackage
from minutes.sealing.package import NotSealable
from minutes.sealing.personal import BadSignature, Role, prepared, signature
from minutes.sealing.sign import SigningFailed, pkcs12_signer
from minutes.sealing.verdict import ORIGINALS, state_words

log = structlog.get_logger(__name__)
router = APIRouter()

MAX_KEY, MAX_PDF = 64 * KIB, 20 * MIB
REFUSED_VI = {
    "order": "Thư ký ký trước, chủ trì ký sau. Thư ký chưa ký nên chủ trì chưa ký được.",
    "already": "Đồng chí đã ký hồ sơ này rồi.",
    "hand": "Hồ sơ này đã ký tay và đối chiếu, nên không ký số nữa.",
    "password": "Không mở được tệp chứng thư số: sai mật khẩu, hoặc không phải tệp .p12 có khóa ký.",
    "name": "Chứng thư số mang tên người khác. Mỗi đồng chí ký bằng chứng thư của chính mình.",
    "ended": "Chứng thư số đã hết hạn hoặc chưa có hiệu lực. Đề nghị dùng chứng thư còn hạn.",
    "changed": "Tệp gửi lên không phải bản PDF đã tải về để ký. Tải lại bản để ký, ký rồi gửi lên.",
    "field": "Không thấy chữ ký mới trong đúng ô ký của đồng chí. Tải lại bản để ký rồi ký vào ô ghi sẵn.",
    "unsound": "Chữ ký không hợp lệ, hoặc tệp còn bị thêm nội dung khác. Tải lại bản để ký rồi ký lại.",
    "closed": "Chữ ký này khóa tệp nên người sau không ký được. Khi ký, đừng chọn “khóa tài liệu”.",
    "failed": "Chưa ký được: chứng thư số không dùng được, hoặc dịch vụ dấu thời gian chưa trả lời. Thử lại sau.",
}  # fmt: skip


def role_of(room: Room, member: str) -> Role | None:
    """Whom the record expects this member to sign as: who held the appointment at the close."""
    if not member:
        return None
    if member == room.meeting.secretary:
        return "secretary"
    return "chair" if member == room.meeting.chair else None


def to_sign(seal: Sealed) -> Role | None:
    """Whose digital signature the record waits for."""
    if seal.state == "hand_signed":
        return None
    return next((role for role in ("secretary", "chair") if role not in seal.signers), None)


@router.get("/api/meetings/{meeting}/signing")
async def signing(request: Request, meeting: str, caller: Annotated[Caller, allowed("record")]) -> dict[str, Any]:
    """How far the newest record is signed, in words; ``mine``: what the caller may still sign as, and whether now."""
    at = house(request)
    room = await at.meetings.state(meeting)
    seal = sealed_of(room)
    if seal is None or room.meeting.state != "sealed":
        return {"state": "", "says": "", "original": "", "mine": "", "turn": False, "signers": []}
    data = await asyncio.to_thread((at.settings.records / seal.file).read_bytes)
    original = json.loads(archive.unpack(data)["manifest.json"]).get("original", "")
    mine = role_of(room, caller.member)
    open_to_me = mine is not None and to_sign(seal) is not None and mine not in seal.signers
    return {
        "state": seal.state, "says": state_words(seal.state, seal.signers), "original": ORIGINALS.get(original, ""),
        "mine": mine if open_to_me else "", "turn": open_to_me and to_sign(seal) == mine,
        "signers": [
            {"role": role, "name": room.name_of(room.meeting.secretary if role == "secretary" else room.meeting.chair)}
            for role in seal.signers
        ],
    }  # fmt: skip


@router.get("/api/meetings/{meeting}/to-sign.pdf")
async def pdf_to_sign(request: Request, meeting: str, caller: Annotated[Caller, allowed("sign")]) -> Response:
    """The record's PDF with the caller's empty field, to be signed by software and token of their own."""
    sealer: Sealer = request.app.state.sealer
    role = await _expected(request, meeting, caller)
    with _words(meeting):
        data = await sealer.newest(meeting)
        return as_file(await asyncio.to_thread(prepared, data, role), "application/pdf", "bien-ban-de-ky.pdf")


@router.post("/api/meetings/{meeting}/sign")
async def sign(
    request: Request, meeting: str, file: UploadFile, caller: Annotated[Caller, allowed("sign")],
    password: Annotated[str, Form(), StringConstraints(max_length=400)] = "",
) -> dict[str, Any]:  # fmt: skip
    """``file``: PKCS#12, at most 64 KiB; it and its password are used in memory for this one signature."""
    sealer: Sealer = request.app.state.sealer
    _counted(request, caller)
    role = await _expected(request, meeting, caller)
    key = await file.read(MAX_KEY + 1)
    if len(key) > MAX_KEY:
        raise Fault(413)

    def pdf_of(record: bytes) -> bytes:
        try:
            signer = pkcs12_signer(key, password)
        except SigningFailed as error:
            raise BadSignature("password", "the key file cannot be opened") from error
        return signature(record, role, signer, sealer.stamping)

    return await _signed(sealer, meeting, role, pdf_of, caller)


@router.post("/api/meetings/{meeting}/signed")
async def signed_elsewhere(
    request: Request, meeting: str, file: UploadFile, caller: Annotated[Caller, allowed("sign")]
) -> dict[str, Any]:
    """``file``: the PDF that was given out, signed in its field; at most 20 MiB."""
    sealer: Sealer = request.app.state.sealer
    _counted(request, caller)
    role = await _expected(request, meeting, caller)
    pdf = await file.read(MAX_PDF + 1)
    if len(pdf) > MAX_PDF:
        raise Fault(413)
    return await _signed(sealer, meeting, role, lambda _: pdf, caller)


def _counted(request: Request, caller: Caller) -> None:
    house(request).limits.count("sign", caller.member or "?")


async def _expected(request: Request, meeting: str, caller: Caller) -> Role:
    room = await house(request).meetings.state(meeting)
    if sealed_of(room) is None or room.meeting.state != "sealed":
        raise Fault(409, "not_sealed", "Hồ sơ chưa được niêm phong nên chưa ký số được.")
    role = role_of(room, caller.member)
    if role is None:
        raise Fault(403, "not_signatory", "Chỉ thư ký và chủ trì lúc cuộc họp bế mạc mới ký hồ sơ này.")
    return role


async def _signed(
    sealer: Sealer, meeting: str, role: Role, pdf_of: Callable[[bytes], bytes], caller: Caller
) -> dict[str, Any]:
    with _words(meeting):
        async with Printing.gate:
            seal = await sealer.sign(meeting, role, pdf_of, caller.member)
    log.info("record_signed", meeting=meeting, role=role)
    return {"state": seal.state, "says": state_words(seal.state, seal.signers), "sha256": seal.sha256,
            "version": seal.version}  # fmt: skip


@contextmanager
def _words(meeting: str) -> Iterator[None]:
    """What went wrong, told to the person who signs."""
    try:
        yield
    except BadSignature as error:
        log.info("signature_refused", meeting=meeting, code=error.code)
        status = 409 if error.code in ("order", "already", "hand") else 422
        raise Fault(status, f"sign_{error.code}", REFUSED_VI[error.code]) from error
    except SigningFailed as error:
        log.error("signature_failed", meeting=meeting, error=type(error.__cause__).__name__)
        raise Fault(422, "sign_failed", REFUSED_VI["failed"]) from error
    except (NotSealable, NotAPackage, OSError) as error:
        log.error("signature_not_sealed", meeting=meeting, error=type(error).__name__)
        raise Fault(500, "sign_not_sealed", "Chưa niêm phong được chữ ký; hồ sơ cũ vẫn còn nguyên.") from error
