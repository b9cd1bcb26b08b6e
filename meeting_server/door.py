"""The door of the live socket: cookie → who it is towards the meeting → the entrant that ``live`` knows."""

from __future__ import annotations

import hashlib

from sqlmodel import Session
from starlette.websockets import WebSocket

from meeting_server.http.access import entered
from meeting_server.http.caller import MICROPHONE_COOKIE, OWN, Caller, address_of, identify, looked
from meeting_server.http.house import House
from meeting_server.http.rights import may
from meeting_server.live.entrant import DoorKeeper, Entrant
from meeting_server.room.commands import Role
from meeting_server.room.refusal import NotAllowed, Unknown
from meeting_server.store.access import Looking
from meeting_server.store.tables import Meeting, Person


def keeper(house: House) -> DoorKeeper:
    async def open_door(socket: WebSocket, meeting: str) -> Entrant | None:
        if socket.query_params.get("as") == "microphone":
            return await _microphone(house, socket, meeting)
        caller = await identify(socket, house, meeting=meeting)
        if caller.account is None and caller.ticket is None:
            return None
        name, exists = await house.store.read(lambda session: _known(session, caller, meeting))
        if not exists:
            raise Unknown("unknown_meeting", "Không có cuộc họp này.")
        if not may(caller.standings, "enter"):
            raise NotAllowed("not_invited", "Đồng chí không có tên trong cuộc họp này.", "thư ký gửi liên kết vào họp")
        if caller.account is not None and may(caller.standings, "transcript"):
            await looked(house, caller, Looking(house.now(), "", "desk", meeting=meeting))
        return _by_link(caller, name) if caller.ticket else _by_account(caller, name)

    return open_door


async def _microphone(house: House, socket: WebSocket, meeting: str) -> Entrant | None:
    """A phone in the hall comes by a cookie of its own, which opens nothing else; who is signed in on it stays so."""
    token = socket.cookies.get(MICROPHONE_COOKIE, "")
    ticket = await house.store.read(lambda session: entered(session, token, house.now())) if token else None
    if ticket is None or ticket.meeting != meeting or ticket.kind != "microphone":
        return None
    key = f"microphone:{hashlib.sha256(ticket.token).hexdigest()[:20]}"
    return Entrant(key, ticket.name, link=ticket.link, microphone=True)


def _known(session: Session, caller: Caller, meeting: str) -> tuple[str, bool]:
    member = caller.ticket.member if caller.ticket else caller.member
    person = session.get(Person, member) if member else None
    name = caller.ticket.name if caller.ticket and caller.ticket.name else ""
    return name or (person.name if person else ""), session.get(Meeting, meeting) is not None


def _by_link(caller: Caller, name: str) -> Entrant:
    ticket = caller.ticket
    assert ticket is not None
    own, helps = ticket.kind in OWN, ticket.kind == "helper"
    roles: frozenset[Role] = frozenset({"helper"}) if helps else frozenset()
    return Entrant(
        caller.key, name, ticket.member, link=ticket.link, roles=roles, admitted=own, guest=not ticket.member,
        may_be_hall=own and may(caller.standings, "hall"),
    )  # fmt: skip


def _by_account(caller: Caller, name: str) -> Entrant:
    account = caller.account
    assert account is not None
    return Entrant(
        caller.key, name or account.name, account.person or "", account.id, may_be_hall=may(caller.standings, "hall")
    )  # fmt: skip


__all__ = ["address_of", "keeper"]
