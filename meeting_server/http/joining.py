"""Coming by a link: a personal one names its person; the wall's leads to choosing one's name and to the lobby; a
microphone's makes the phone one of the hall's, and ``name`` says where it lies."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request, Response

from meeting_server.http import access
from meeting_server.http.access import Ticket
from meeting_server.http.caller import LINK_COOKIE, MICROPHONE_COOKIE, Caller, address_of, allowed, set_cookie
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Optional, Token
from meeting_server.http.house import House, house
from meeting_server.room.state import LEADERS, Room
from minutes.record.events import RosterLine

log = structlog.get_logger(__name__)
router = APIRouter()


class Join(Body):
    token: Token
    member: Id | None = None
    name: Optional = ""


@router.get("/api/join/{token}")
async def invitation(request: Request, token: str, caller: Annotated[Caller, allowed("join")]) -> dict[str, Any]:
    at = house(request)
    ticket, room = await _found(at, request, token)
    scheduled = room.meeting.scheduled
    assert scheduled is not None
    wall, microphone = ticket.kind == "wall", ticket.kind == "microphone"
    you = None if wall or not ticket.member else {"member": ticket.member, "name": room.name_of(ticket.member)}
    return {
        "meeting": ticket.meeting, "title": scheduled.title, "cell_name": scheduled.cell_name,
        "place": scheduled.place, "starts_at": scheduled.starts_at, "wall": wall, "you": you,
        "microphone": microphone, "practice": scheduled.kind == "practice",
        "names": [{"member": line.member, "name": line.name} for line in _names(room)] if wall else [],
    }  # fmt: skip


@router.post("/api/join")
async def join(
    request: Request, response: Response, body: Join, caller: Annotated[Caller, allowed("join")]
) -> dict[str, Any]:  # fmt: skip
    at = house(request)
    ticket, room = await _found(at, request, body.token)
    member, name = _person(ticket, room, body)
    token = await at.store.write(lambda session: access.enter(session, ticket, member, name, at.now()))
    cookie = MICROPHONE_COOKIE if ticket.kind == "microphone" else LINK_COOKIE
    set_cookie(response, request, cookie, token, access.LINK_SESSION_LIFE // 1000)
    log.info("joined_by_link", meeting=ticket.meeting, link=ticket.link, kind=ticket.kind)
    return {"meeting": ticket.meeting, "name": name}


def _person(ticket: Ticket, room: Room, body: Join) -> tuple[str, str]:
    if ticket.kind == "microphone":
        return "", body.name
    if ticket.kind != "wall":
        return ticket.member, room.name_of(ticket.member)
    if body.member is not None:
        if body.member not in {line.member for line in _names(room)}:
            raise Fault(403, "personal_link_needed", "Đồng chí này vào họp bằng tài khoản hoặc liên kết riêng.")
        return body.member, room.name_of(body.member)
    if not body.name:
        raise Fault(422, "name_needed", "Đồng chí chọn tên mình hoặc ghi họ tên.")
    return "", body.name


def _names(room: Room) -> list[RosterLine]:
    """Those who may come by the wall: whoever leads or writes needs a link or an account of their own."""
    desk = {room.meeting.chair, room.meeting.secretary}
    return [line for line in room.meeting.roster if line.member not in desk and line.position.lower() not in LEADERS]


async def _found(at: House, request: Request, token: str) -> tuple[Ticket, Room]:
    at.limits.count("join", address_of(request))
    ticket = await at.store.read(lambda session: access.link_of(session, token, at.now()))
    if ticket is None:
        log.info("link_refused")
        raise Fault(
            410, "link_ended", "Liên kết này đã hết hạn hoặc đã được thu hồi. Đồng chí hỏi thư ký để nhận liên kết mới."
        )
    return ticket, await at.meetings.state(ticket.meeting)
