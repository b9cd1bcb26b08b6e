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
from meeting_server.http.naming import file_name
from meeting_server.room.state import Room
from meeting_server.sealer import Sealer
from meeting_server.unsigned import REFUSED_VI
from minutes.record.events import Sealed
from minutes.sealing import archive
from minutes.sealing.archive import NotAPackage
from minutes.sealing.contents import read_paper
from minutes.sealing.package import NotSealable
from minutes.sealing.personal import BadSignature, Role, prepared, signature
from minutes.sealing.sign import SigningFailed, pkcs12_signer
from minutes.sealing.verdict import ORIGINALS, state_words

log = structlog.get_logger(__name__)
router = APIRouter()

MAX_KEY, MAX_PDF = 64 * KIB, 20 * MIB


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
        return {"state": "", "says": "", "original": "", "codes": "", "mine": "", "turn": False, "signers": []}
    data = await asyncio.to_thread((at.settings.records / seal.file).read_bytes)
    parts = archive.unpack(data)
    original = json.loads(parts["manifest.json"]).get("original", "")
    mine = role_of(room, caller.member)
    open_to_me = mine is not None and to_sign(seal) is not None and mine not in seal.signers
    return {
        "state": seal.state, "says": state_words(seal.state, seal.signers), "original": ORIGINALS.get(original, ""),
        "codes": "pages" if read_paper(parts["minutes.json"]).code else "slip",
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
        name = file_name(await house(request).meetings.state(meeting), "Biên bản để ký", ".pdf")
        return as_file(await asyncio.to_thread(prepared, data, role), "application/pdf", name)


@router.post("/api/meetings/{meeting}/sign")
async def sign(
    request: Request, meeting: str, file: UploadFile, caller: Annotated[Caller, allowed("sign")],
    password: Annotated[str, Form(), StringConstraints(max_length=400)] = "",
) -> dict[str, Any]:  # fmt: skip
    """``file``: PKCS#12, at most 64 KiB; it and its password are used in memory for this one signature."""
    sealer: Sealer = request.app.state.sealer

    def signed(key: bytes, record: bytes, role: Role) -> bytes:
        try:
            signer = pkcs12_signer(key, password)
        except SigningFailed as error:
            raise BadSignature("password", "the key file cannot be opened") from error
        return signature(record, role, signer, sealer.stamping)

    return await _signed(request, meeting, caller, file, MAX_KEY, signed)


@router.post("/api/meetings/{meeting}/signed")
async def signed_elsewhere(
    request: Request, meeting: str, file: UploadFile, caller: Annotated[Caller, allowed("sign")]
) -> dict[str, Any]:
    """``file``: the PDF that was given out, signed in its field; at most 20 MiB."""
    return await _signed(request, meeting, caller, file, MAX_PDF, lambda pdf, _, __: pdf)


async def _signed(
    request: Request, meeting: str, caller: Caller, file: UploadFile, limit: int,
    pdf_of: Callable[[bytes, bytes, Role], bytes],
) -> dict[str, Any]:  # fmt: skip
    """``pdf_of``: the signed PDF out of what was sent, the record and the role."""
    house(request).limits.count("sign", caller.member or "?")
    role = await _expected(request, meeting, caller)
    sent = await file.read(limit + 1)
    if len(sent) > limit:
        raise Fault(413)
    sealer: Sealer = request.app.state.sealer
    with _words(meeting):
        async with Printing.gate:
            seal = await sealer.sign(meeting, role, lambda record: pdf_of(sent, record, role), caller.member)
    log.info("record_signed", meeting=meeting, role=role)
    return {"state": seal.state, "says": state_words(seal.state, seal.signers), "sha256": seal.sha256,
            "version": seal.version}  # fmt: skip


async def _expected(request: Request, meeting: str, caller: Caller) -> Role:
    room = await house(request).meetings.state(meeting)
    if sealed_of(room) is None or room.meeting.state != "sealed":
        raise Fault(409, "not_sealed", "Hồ sơ chưa được niêm phong nên chưa ký số được.")
    role = role_of(room, caller.member)
    if role is None:
        raise Fault(403, "not_signatory", "Chỉ thư ký và chủ trì lúc cuộc họp bế mạc mới ký hồ sơ này.")
    return role


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
