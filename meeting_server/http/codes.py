"""Printed one-time codes for people of the cells below who lost their access: the clerk's, without an administrator."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from sqlmodel import Session, col, select

from meeting_server.http import access
from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import House, house
from meeting_server.store import access as looks
from meeting_server.store import people
from meeting_server.store.tables import Account, Membership, Person, Unit
from transcription.text.fold import fold

log = structlog.get_logger(__name__)
router = APIRouter()

MAX_ROWS = 200


@router.get("/api/supervision/accounts")
async def accounts(
    request: Request,
    caller: Annotated[Caller, allowed("codes_below")],
    name: Annotated[str, Query(max_length=100)] = "",
) -> dict[str, Any]:
    """Members' accounts of the cells below, by cell and name; at most MAX_ROWS. ``name``: of the person or account."""
    at = house(request)

    def look(session: Session) -> list[dict[str, Any]]:
        wanted = fold(name)
        rows = [row for row in _below(session, at, caller) if wanted in fold(f"{row[1].name} {row[0].name}")]
        return [
            {"id": account.id, "name": account.name, "person": person.name, "cell": cell.id, "cell_name": cell.name}
            for account, person, cell in rows[:MAX_ROWS]
        ]

    return {"accounts": await at.store.read(look)}


@router.post("/api/supervision/accounts/{account}/code")
async def code(request: Request, account: str, caller: Annotated[Caller, allowed("codes_below")]) -> dict[str, Any]:
    """The cell sees that its member's access was made anew, and by whom."""
    at = house(request)
    assert caller.account is not None
    who = caller.account.id

    def issue(session: Session) -> tuple[str, int]:
        found = next((row for row in _below(session, at, caller) if row[0].id == account), None)
        if found is None:
            raise Fault(404)
        _, person, cell = found
        looks.write(session, looks.Looking(at.now(), who, "code", cell.id, detail=person.name))
        return access.issue_code(session, account, at.now())

    made, expires = await at.store.write(issue)
    log.info("code_issued_above", account=account, by=who)
    return {"code": made, "expires_at": expires}


def _below(session: Session, at: House, caller: Caller) -> list[tuple[Account, Person, Unit]]:
    """Never an administrator's or another viewer's: whoever prints a code can use it."""
    assert caller.account is not None
    today = at.today()
    cells = {cell.id: cell for cell in people.cells_below(session, caller.account.unit)}
    rows = session.exec(
        select(Account, Person, Membership)
        .join(Person, col(Person.id) == col(Account.person))
        .join(Membership, col(Membership.person) == col(Person.id))
        .where(
            col(Membership.cell).in_(list(cells)), Membership.since <= today,
            col(Membership.until).is_(None) | (col(Membership.until) > today),
            col(Account.administrator).is_(False), Account.unit == "", col(Account.disabled).is_(False),
        )
    )  # fmt: skip
    found = {account.id: (account, person, cells[held.cell]) for account, person, held in rows}
    order = {cell: at for at, cell in enumerate(cells)}
    return sorted(found.values(), key=lambda row: (order[row[2].id], people.by_given_name(row[1].name)))
