"""Checking a record that anybody brings: the whole verdict, judged by this installation's authority and its log."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request, UploadFile

from meeting_server.http.caller import Caller, address_of, allowed
from meeting_server.http.documents import Printing
from meeting_server.http.faults import Fault
from meeting_server.http.guard import MIB
from meeting_server.http.house import house
from meeting_server.judge import Judge
from minutes.sealing.signatures import PdfSignature
from minutes.sealing.verdict import Fault as Wrong
from minutes.sealing.verdict import Verdict, role_of, words_of
from minutes.sealing.verify import NotReadable, verify_bytes

router = APIRouter()

MAX_RECORD = 100 * MIB
MAX_FAULTS = 200
PARTS_VI = {
    "record.pdf": "Biên bản (PDF)", "minutes.json": "Biên bản dạng dữ liệu", "attendance.json": "Điểm danh",
    "votes.json": "Biểu quyết", "log.jsonl": "Nhật ký cuộc họp", "certificates.pem": "Chứng thư",
    "manifest.json": "Bản kê", "manifest.sig": "Chữ ký bản kê", "receipt.json": "Biên nhận",
}  # fmt: skip
FRAME_VI = "Khung tệp"


@router.post("/api/verify")
async def check(request: Request, file: UploadFile, caller: Annotated[Caller, allowed("verify")]) -> dict[str, Any]:
    """Anybody may check a record; nothing of it is kept."""
    house(request).limits.count("verify", address_of(request))
    judge: Judge = request.app.state.judge
    data = await file.read(MAX_RECORD + 1)
    if len(data) > MAX_RECORD:
        raise Fault(413)
    async with Printing.gate:
        try:
            verdict = await asyncio.to_thread(lambda: verify_bytes(data, judge.against()))
        except NotReadable as error:
            return told(Verdict((Wrong("none", "", str(error)),), kind="none"))
    return told(verdict)


def told(verdict: Verdict) -> dict[str, Any]:
    """All of the verdict, and beside it what people read: parts by name, roles, the state in words."""
    facts = verdict.facts
    return verdict.as_dict() | {
        "faults": [asdict(fault) for fault in verdict.faults[:MAX_FAULTS]],
        "parts": _parts(verdict) if verdict.kind == "record" else [],
        "signatures": [_signature(one) for one in verdict.signatures],
        "title": str(facts.get("title", "")), "number": str(facts.get("number", "")),
        "cell_name": str(facts.get("cell_name", "")), "version": facts.get("version"),
        "reason": str(facts.get("reason", "")), "state": words_of(facts),
        "sealed_by": str(facts.get("installation", "")), "sealed_at": facts.get("sealed_at"),
        "approved_at": facts.get("approved_at"), "key_id": str(facts.get("key_id", "")),
        "authority": str(facts.get("authority", "")), "entries": facts.get("entries"),
        "root": str(facts.get("root", "")),
    }  # fmt: skip


def _parts(verdict: Verdict) -> list[dict[str, Any]]:
    """Each part with everything that is wrong in it and where."""
    wrong: dict[str, list[dict[str, str]]] = {}
    for fault in verdict.faults[:MAX_FAULTS]:
        wrong.setdefault(fault.part, []).append({"sentence": fault.sentence, "place": fault.place})
    names = [*PARTS_VI, *(part for part in wrong if part and part not in PARTS_VI)]
    rows = [{"name": PARTS_VI.get(name, name[:100]), "file": name[:100], "ok": name not in wrong,
             "says": wrong.get(name, [])} for name in names]  # fmt: skip
    return rows + ([{"name": FRAME_VI, "file": "", "ok": False, "says": wrong[""]}] if "" in wrong else [])


def _signature(one: PdfSignature) -> dict[str, Any]:
    return {
        "role": role_of(one.field), "signer": one.signer, "at": one.at, "stamped": one.stamped, "sound": one.sound,
        "trusted": one.trusted, "ended": one.ended,
    }  # fmt: skip
