"""Who calls: the account of the cookie, the link of one meeting, and what both are towards cell and meeting."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.requests import HTTPConnection

from meeting_server.http import access
from meeting_server.http.access import Ticket
from meeting_server.http.faults import Fault
from meeting_server.http.house import House
from meeting_server.http.rights import Standing, may
from meeting_server.store import access as looks
from meeting_server.store import inbox, people
from meeting_server.store.tables import Account, Meeting, MeetingSummary

COOKIE, LINK_COOKIE, MICROPHONE_COOKIE = "hcb", "hcb_link", "hcb_mic"
OWN = frozenset({"member", "helper"})  # kinds of links that name their person
LOOKS = {
    "documents": "document",
    "resolution": "document",
    "record": "record",
    "transcript": "transcript",
    "sound": "sound",
}
CELL_LOOKS = {"lists": "export", "tasks": "list"}


@dataclass(frozen=True, slots=True)
class Caller:
    """``standings``: towards the cell or meeting that the request names."""

    account: Account | None = None
    ticket: Ticket | None = None
    standings: frozenset[Standing] = frozenset({"anyone"})

    @property
    def member(self) -> str:
        """The person, "" for nobody known."""
        return _person(self.account, self.ticket)

    @property
    def key(self) -> str:
        """The same person with the same right always has the same."""
        if self.ticket is not None:
            own = self.ticket.kind in OWN
            return f"{self.ticket.kind}:{self.ticket.member}" if own else f"cookie:{self.ticket.token.hex()}"
        if self.account is None:
            return ""
        return f"member:{self.account.person}" if self.account.person else f"account:{self.account.id}"


async def identify(connection: HTTPConnection, house: House, *, cell: str = "", meeting: str = "") -> Caller:
    """Raises Fault 404 when the meeting or cell does not exist for anybody."""
    login = connection.cookies.get(COOKIE, "")
    link = connection.cookies.get(LINK_COOKIE, "")
    local, below = _is_loopback(connection), _is_below(connection, house.settings.heads_accept)
    now, today = house.now(), house.today()

    def look(session: Session) -> tuple[Caller, bool]:
        known = access.signed_in(session, login, now) if login else None
        ticket = access.entered(session, link, now) if link else None
        if ticket is not None and (ticket.meeting != meeting or ticket.kind == "microphone"):
            ticket = None
        account = known[0] if known else None
        standings = _standings(session, account, ticket, cell, meeting, today)
        if local:
            standings |= {"loopback"}
        if below:
            standings |= {"lower_server"}
        return Caller(account, ticket, standings), bool(known and known[1])

    caller, stale = await house.store.read(look)
    if stale:
        idle = house.settings.session_hours * access.HOUR
        await house.store.write(lambda session: access.touch(session, login, now, idle))
    return caller


def _standings(
    session: Session, account: Account | None, ticket: Ticket | None, cell: str, meeting: str, today: date
) -> frozenset[Standing]:
    found: set[Standing] = {"anyone"}
    summary = session.get(MeetingSummary, meeting) if meeting else None
    if meeting:
        head = session.get(Meeting, meeting)
        cell = head.cell if head else ""
    if account is not None:
        found |= _of_account(session, account, cell, today)
        if meeting and account.unit:
            found |= inbox.sent_to(session, account.unit, meeting)
    if ticket is not None:
        found = {"anyone", *(_of_ticket(ticket))}
    person = _person(account, ticket)
    if summary is not None and person:
        found |= {"chair"} if person == summary.chair else set()
        found |= {"secretary"} if person == summary.secretary else set()
    return frozenset(found)


def _person(account: Account | None, ticket: Ticket | None) -> str:
    """A link's cookie comes first: it was used last and for this meeting. A name chosen at the wall proves nothing."""
    if ticket is not None:
        return ticket.member if ticket.kind in OWN else ""
    return (account.person or "") if account else ""


def _of_ticket(ticket: Ticket) -> set[Standing]:
    if not ticket.member or ticket.kind not in OWN:
        return {"guest"}
    return {"participant", "helper"} if ticket.kind == "helper" else {"participant"}


def _of_account(session: Session, account: Account, cell: str, today: date) -> set[Standing]:
    found: set[Standing] = {"account"}
    if account.administrator:
        found.add("administrator")
    if account.unit and (not cell or _within(session, cell, account.unit)):
        found.add("upper_viewer")
    if account.person:
        offices = people.offices_of(session, account.person, today)
        held = {offices[cell]} if cell in offices else set() if cell else set(offices.values())
        cells = people.cells_of(session, account.person, today)
        found |= {name for name in ("leader", "deputy", "committee") if name in held}
        if cell in cells or (not cell and cells):
            found |= {"member", "participant"}
    return found


def _within(session: Session, cell: str, unit: str) -> bool:
    return cell == unit or any(above.id == unit for above in people.parents(session, cell))


async def looked(house: House, caller: Caller, look: looks.Looking) -> None:
    """Each access to a cell's content is written down where the cell sees it; ``account`` is filled in."""
    look = replace(look, account=caller.account.id if caller.account else caller.member or "link")
    if not await house.store.read(lambda session: looks.seen(session, look)):
        await house.store.write(lambda session: looks.write(session, look))


class Allowed:
    """The dependency that every route has: identifies the caller and looks the action up. 401 or 403 otherwise."""

    def __init__(self, action: str) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Caller:
        house: House = request.app.state.house
        cell, meeting = (str(request.path_params.get(name, "")) for name in ("cell", "meeting"))
        caller = await identify(request, house, cell=cell, meeting=meeting)
        if not may(caller.standings, self.action):
            raise Fault(403 if caller.account or caller.ticket else 401)
        if meeting and self.action in LOOKS:
            await looked(house, caller, looks.Looking(house.now(), "", LOOKS[self.action], meeting=meeting))
        if cell and self.action in CELL_LOOKS:
            detail = request.url.path.rsplit("/", 1)[-1]
            await looked(house, caller, looks.Looking(house.now(), "", CELL_LOOKS[self.action], cell, detail=detail))
        return caller


def allowed(action: str) -> object:
    """Annotation of a route's caller: ``caller: Annotated[Caller, allowed("links")]``."""
    return Depends(Allowed(action))


AnyCaller = Annotated[Caller, Depends(Allowed("me"))]


def set_cookie(response: Response, request: Request, name: str, token: str, seconds: int) -> None:
    """HttpOnly and SameSite=Strict; Secure wherever people come by HTTPS."""
    house: House = request.app.state.house
    secure = request.url.scheme == "https" or house.address.startswith("https:")
    response.set_cookie(name, token, max_age=seconds, path="/", httponly=True, samesite="strict", secure=secure)


def address_of(connection: HTTPConnection) -> str:
    """The caller's network address; uvicorn has put a trusted proxy's word there."""
    return connection.client.host if connection.client else ""


def _is_below(connection: HTTPConnection, token: str) -> bool:
    """A server below with the token that was given to it."""
    said = connection.headers.get("authorization", "").encode()
    return bool(token) and secrets.compare_digest(said, f"Bearer {token}".encode())


def _is_loopback(connection: HTTPConnection) -> bool:
    """From this machine itself, not through a proxy on it."""
    if any(name in connection.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip")):
        return False
    try:
        return ipaddress.ip_address(address_of(connection)).is_loopback
    except ValueError:
        return False
