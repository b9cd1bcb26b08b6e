"""The organisation, a cell's members as of today, and rosters from files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request, UploadFile
from sqlmodel import Session, select

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import house
from meeting_server.http.rights import may
from meeting_server.store import people, roster_import
from meeting_server.store.enrolment import enrol
from meeting_server.store.tables import Unit

log = structlog.get_logger(__name__)
router = APIRouter()


@router.get("/api/cells")
async def cells(request: Request, caller: Annotated[Caller, allowed("cells")]) -> dict[str, Any]:
    """Own cells with the units above them; an administrator sees all, an upper-level viewer all below."""
    at, account = house(request), caller.account
    assert account is not None

    def look(session: Session) -> list[dict[str, Any]]:
        own = set(people.cells_of(session, account.person, at.today())) if account.person else set()
        units = list(session.exec(select(Unit)))
        if not account.administrator:
            seen = own | {cell.id for cell in (people.cells_below(session, account.unit) if account.unit else ())}
            seen |= {above.id for cell in list(seen) for above in people.parents(session, cell)}
            units = [unit for unit in units if unit.id in seen]
        return [
            {"id": unit.id, "name": unit.name, "parent": unit.parent, "level": unit.kind, "mine": unit.id in own}
            for unit in sorted(units, key=lambda unit: people.vietnamese_order(unit.name))
        ]

    return {"cells": await at.store.read(look)}


@router.get("/api/cells/{cell}")
async def one_cell(request: Request, cell: str, caller: Annotated[Caller, allowed("cell")]) -> dict[str, Any]:
    at = house(request)

    def look(session: Session) -> dict[str, Any]:
        unit = session.get(Unit, cell)
        if unit is None:
            raise Fault(404)
        above = people.parents(session, cell)
        members = [
            {
                "member": line.member, "name": line.name, "status": line.status, "position": line.position,
                "exempt": line.exempt, "suspended": line.suspended, "away": line.away, "channel": line.channel,
            }
            for line in people.roster(session, cell, at.today())
        ]  # fmt: skip
        contents = caller.standings - {"upper_viewer"}
        return {
            "id": unit.id, "name": unit.name, "place": unit.place, "parent_name": above[0].name if above else "",
            "members": members if may(contents, "cell") else [],
            "may": [action for action in ("schedule", "roster", "book") if may(caller.standings, action)],
        }  # fmt: skip

    return await at.store.read(look)


@router.post("/api/cells/{cell}/roster")
async def import_roster(
    request: Request, cell: str, file: UploadFile, caller: Annotated[Caller, allowed("roster")]
) -> dict[str, Any]:
    """With one fault nothing is changed, and every fault is named by row and column. A commune takes many cells."""
    at, today = house(request), house(request).today()
    data = await file.read(roster_import.MAX_BYTES + 1)
    roster = await asyncio.to_thread(roster_import.read, data, file.filename or "", today)
    if roster.faults:
        log.info("roster_refused", faults=len(roster.faults))
        return _told(0, roster, roster.faults)

    def store(session: Session) -> int:
        unit = session.get(Unit, cell)
        if unit is None:
            raise Fault(404)
        into = {"cell": cell} if unit.kind == "cell" else {"commune": cell}
        enrolled, faults = enrol(session, roster.lines, today, **into)
        if faults:
            raise _Faulty(faults)
        return enrolled.added + enrolled.changed + enrolled.unchanged

    try:
        imported = await at.store.write(store)
    except _Faulty as faulty:
        log.info("roster_refused", faults=len(faulty.faults))
        return _told(0, roster, faulty.faults)
    log.info("roster_imported", members=imported)
    return _told(imported, roster)


class _Faulty(Exception):
    """Rolls the transaction back."""

    def __init__(self, faults: list[roster_import.Fault]) -> None:
        super().__init__("faults in the roster")
        self.faults = faults


def _told(
    imported: int, roster: roster_import.Roster, faults: Sequence[roster_import.Fault] = ()
) -> dict[str, Any]:  # fmt: skip
    named = [{"row": fault.row, "column": fault.column, "message": fault.message} for fault in faults]
    return {"imported": imported, "faults": named, "unused": list(roster.unused)}
