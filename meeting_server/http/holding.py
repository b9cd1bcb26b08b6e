"""What is kept back from erasure, what is to be erased, what was: the administrator's. No contents."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request
from sqlmodel import Session, col, select

from meeting_server.erasure import CannotHold, Gone, Sweeper, set_hold
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Optional
from meeting_server.http.house import house
from meeting_server.store.archive_tables import Submission
from meeting_server.store.tables import AccessLog, LegalHold, MeetingSummary, Unit

log = structlog.get_logger(__name__)
router = APIRouter()

SHOWN = 100


class Hold(Body):
    meeting: Id
    reason: Optional = ""
    lift: bool = False


@router.get("/api/holds")
async def holds(request: Request, caller: Annotated[Caller, allowed("holds")]) -> dict[str, Any]:
    """``held``; ``due``: erased at the next sweep; ``erased``: the newest from the access log; ``sealed``: what can
    be held, the newest."""
    at = house(request)
    sweeper: Sweeper = request.app.state.sweeper
    due = await sweeper.sweep(look=True)

    def look(session: Session) -> dict[str, Any]:
        held = list(session.exec(select(LegalHold).order_by(col(LegalHold.since))))
        past = session.exec(
            select(AccessLog)
            .where(col(AccessLog.action).in_(("erase", "hold", "lift_hold")))
            .order_by(col(AccessLog.id).desc())
            .limit(SHOWN)
        )
        newest = session.exec(
            select(MeetingSummary.meeting)
            .where(MeetingSummary.sha256 != "", MeetingSummary.kind != "practice")
            .order_by(col(MeetingSummary.starts_at).desc())
            .limit(SHOWN)
        )
        return {
            "held": [_named(session, row.meeting) | {"since": row.since, "reason": row.reason} for row in held],
            "due": [_due(session, one) for one in due[:SHOWN]],
            "erased": [_past(session, row) for row in past],
            "sealed": [_named(session, meeting) for meeting in newest],
        }

    return await at.store.read(look)


def _named(session: Session, meeting: str) -> dict[str, Any]:
    """A meeting, or what was sent up."""
    head, sent = session.get(MeetingSummary, meeting), session.get(Submission, meeting)
    known = head or sent
    cell = session.get(Unit, known.cell) if known else None
    return {
        "meeting": meeting, "title": known.title if known else "",
        "starts_at": head.starts_at if head else sent.sent_at if sent else None,
        "cell_name": cell.name if cell else "",
    }  # fmt: skip


def _due(session: Session, one: Gone) -> dict[str, Any]:
    return _named(session, one.meeting) | {"bodies": one.bodies, "sound": one.sound, "files": one.files}


def _past(session: Session, row: AccessLog) -> dict[str, Any]:
    meeting, *facts = row.target.split(" ")
    told = dict(fact.split("=", 1) for fact in facts if "=" in fact)
    return _named(session, meeting) | {
        "at": row.at, "action": row.action, "bodies": int(told.get("bodies", 0)), "sound": told.get("sound") == "1",
        "files": int(told.get("files", 0)),
    }  # fmt: skip


@router.post("/api/holds")
async def change(request: Request, body: Hold, caller: Annotated[Caller, allowed("holds")]) -> dict[str, Any]:
    """Keep a meeting back from erasure, with a reason; or let it go."""
    at = house(request)
    try:
        await at.store.write(
            lambda session: set_hold(session, body.meeting, at.now(), reason=body.reason, lift=body.lift)
        )
    except CannotHold:
        reason = "Cuộc họp này không đang được giữ." if body.lift else "Chọn cuộc họp và ghi lý do giữ lại."
        raise Fault(422, "cannot_hold", reason) from None
    log.info("hold_changed", meeting=body.meeting, lift=body.lift)
    return {"held": not body.lift}
