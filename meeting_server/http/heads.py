"""Heads on their way up: taken from the servers below, shown to the level above, printed on the month's sheet."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from meeting_server.heads import size_of
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.documents import Printing, as_file
from meeting_server.http.faults import Fault
from meeting_server.http.house import house
from meeting_server.received import SAID_VI, Installation, NotTaken, Received
from meeting_server.sealer import Sealer
from minutes.export.heads_sheet import Sheet, month_bounds, sheet_pdf
from minutes.sealing.heads import BadHeads, Contradicts, Missing
from minutes.sealing.tree import Head, head_text, read_bulletin

log = structlog.get_logger(__name__)
router = APIRouter()


@router.post("/api/heads")
async def take(request: Request, caller: Annotated[Caller, allowed("hand_heads")]) -> dict[str, Any]:
    """A bulletin's bytes from a server below, which proves by ``HOPCHIBO_HEADS_ACCEPT`` that it may."""
    received: Received = request.app.state.received
    data = await request.body()
    try:
        size, new = await asyncio.to_thread(received.take, data, house(request).now())
    except Missing as error:
        have = await asyncio.to_thread(received.have, data)
        raise Fault(409, "heads_missing", "Thiếu các mốc ở giữa; gửi lại từ mốc còn thiếu.", have=have) from error
    except Contradicts as error:
        log.warning("heads_contradict")
        raise Fault(409, "heads_contradict", "Mốc này nói khác các mốc đã nhận trước, nên không nhận.") from error
    except (NotTaken, BadHeads) as error:
        log.info("heads_not_taken")
        raise Fault(422, "heads_bad", "Không phải mốc của một hệ thống, hoặc chữ ký không khớp.") from error
    return {"size": size, "new": new}


@router.get("/api/supervision/heads")
async def held(request: Request, caller: Annotated[Caller, allowed("supervision")]) -> dict[str, Any]:
    """What the servers below handed up, and what was refused, in words."""
    received: Received = request.app.state.received
    return {"installations": [_told(one) for one in await asyncio.to_thread(received.installations)]}


def _told(one: Installation) -> dict[str, Any]:
    return {
        "key": one.key, "name": one.name, "size": one.size, "at": one.at, "received_at": one.received_at,
        "refused": [{"at": refusal.at, "size": refusal.size, "says": SAID_VI} for refusal in one.refused],
    }  # fmt: skip


@router.get("/api/heads/sheet.pdf")
async def sheet(
    request: Request,
    caller: Annotated[Caller, allowed("heads_sheet")],
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")],
) -> Response:
    """The month's sheet: the newest head until its end, to be signed and handed to the level above on paper."""
    sealer: Sealer = request.app.state.sealer
    made = await asyncio.to_thread(_sheet, sealer, month)
    if made is None:
        raise Fault(409, "no_heads", "Đến hết tháng này chưa có hồ sơ nào được niêm phong.")
    async with Printing.gate:
        data = await asyncio.to_thread(sheet_pdf, made)
    return as_file(data, "application/pdf", f"phieu-moc-{month}.pdf")


def _sheet(sealer: Sealer, month: str) -> Sheet | None:
    since, until = month_bounds(month)
    last, first = _heads(sealer, since, until)
    if last is None:
        return None
    leaves = sealer.tree.leaves()
    fresh = leaves[first.size if first else 0 : last.size]
    return Sheet(
        sealer.name, month, len({leaf.meeting for leaf in fresh}),
        len({leaf.meeting for leaf in leaves[: last.size]}),
        last.size, last.root, last.at, last.key_id, head_text(last),
    )  # fmt: skip


def _heads(sealer: Sealer, since: int, until: int) -> tuple[Head | None, Head | None]:
    """The newest head of our key before ``until``, and the newest before ``since``."""
    last = None
    for file in sorted(sealer.tree.heads.glob(f"head-{sealer.key_id}-*.json"), key=size_of, reverse=True):
        head = read_bulletin(file.read_bytes()).head
        if last is None and head.at < until:
            last = head
        if head.at < since:
            return last, head
    return last, None
