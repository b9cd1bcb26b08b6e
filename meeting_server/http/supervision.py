"""What the level above sees of its cells: the year's grid, one cell, evenings, whom to phone, reports. No contents."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlmodel import Session

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.documents import Printing, as_file
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Optional
from meeting_server.http.house import House, house
from meeting_server.http.tasks import AT_ONCE, attached
from meeting_server.store import contacts as reach
from meeting_server.store import evenings, sheets, supervision_report
from meeting_server.store import supervision as grid
from meeting_server.store.people import cells_below
from meeting_server.store.sheets import Form
from meeting_server.store.supervision_answer import as_json
from meeting_server.store.supervision_cell import cell_as_json, cell_year
from meeting_server.store.tables import Unit
from minutes.export.report import report_pdf

router = APIRouter()

YEAR_MS = 366 * 86_400_000
MOMENT = Query(ge=0, le=1 << 52)
Year = Annotated[int, Query(ge=0, le=9998)]
Key = Annotated[str, Query(max_length=80)]
Words = Annotated[str, Query(max_length=100)]
Problem = Annotated[str, Query(max_length=20)]


class Contact(Body):
    """What is left out stays as it is. A name alone follows from today on."""

    follower: Optional | None = None
    follower_phone: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9 +().-]*$")] | None = None
    phone: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9 +().-]*$")] | None = None


def _unit(caller: Caller) -> str:
    assert caller.account is not None
    return caller.account.unit


@router.get("/api/supervision")
async def supervision(
    request: Request,
    caller: Annotated[Caller, allowed("supervision")],
    year: Year = 0,
    parent: Key = "",
    name: Words = "",
    problem: Problem = "",
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """``parent``, ``name`` and ``problem`` narrow the cells; ``offset`` turns to the next page of them."""
    at = house(request)
    wanted, only = year or at.today().year, grid.Filter(parent, name, problem)
    data = await at.store.read(
        lambda session: as_json(grid.year(session, _unit(caller), wanted, at.now(), only=only), offset)
    )
    return Response(data, media_type="application/json")


@router.get("/api/supervision/evenings")
async def calendar(
    request: Request,
    caller: Annotated[Caller, allowed("supervision")],
    since: Annotated[int, MOMENT],
    until: Annotated[int, MOMENT],
) -> dict[str, Any]:
    """All cells' meetings of at most a year, with who follows each."""
    if not since <= until <= since + YEAR_MS:
        raise Fault(422)
    found = await house(request).store.read(lambda session: evenings.evenings(session, _unit(caller), since, until))
    return {"evenings": [asdict(one) for one in found]}


@router.get("/api/supervision/calls")
async def calls(request: Request, caller: Annotated[Caller, allowed("supervision")]) -> dict[str, Any]:
    """Whom to phone today, and why."""
    at = house(request)
    found = await at.store.read(lambda session: evenings.calls(session, _unit(caller), at.today(), at.now()))
    return {"calls": [asdict(one) for one in found]}


@router.get("/api/supervision/contacts")
async def contacts(
    request: Request, caller: Annotated[Caller, allowed("contacts")], parent: Key = "", name: Words = ""
) -> dict[str, Any]:
    """Cells with leader, phone and who follows them: at most ``contacts.MAX_CONTACTS``."""
    at = house(request)
    found = await at.store.read(
        lambda session: reach.contacts(session, _unit(caller), at.today(), parent=parent, name=name)
    )
    return {"contacts": [asdict(one) for one in found]}


@router.post("/api/supervision/contacts/{cell}")
async def set_contact(
    request: Request, cell: str, body: Contact, caller: Annotated[Caller, allowed("contacts")]
) -> dict[str, Any]:
    """Who follows the cell from today on ("" = nobody), and phones."""
    at = house(request)
    plan = reach.Change(body.follower, body.follower_phone, body.phone)

    def work(session: Session) -> reach.Contacts:
        return reach.change(session, cell, plan, at.today())

    try:
        return asdict(await at.store.write(work))
    except reach.NoLeader:
        raise Fault(
            409, "no_leader", "Chi bộ chưa có bí thư trong danh sách nên chưa ghi được số điện thoại."
        ) from None


@router.get("/api/supervision/report.{form}")
async def report(
    request: Request,
    form: Form | Literal["pdf"],
    caller: Annotated[Caller, allowed("supervision")],
    year: Year = 0,
    parent: Key = "",
    name: Words = "",
    problem: Problem = "",
) -> Response:
    """The cells that the filters leave, all of them."""
    at = house(request)
    wanted, only = year or at.today().year, grid.Filter(parent, name, problem)

    def look(session: Session) -> tuple[grid.Year, str]:
        unit = session.get(Unit, parent or _unit(caller))
        made = grid.year(session, _unit(caller), wanted, at.now(), only=only)
        return made, unit.name if unit else ""

    found, unit = await at.store.read(look)
    if form == "pdf":
        printed = supervision_report.report_of(found, unit, at.today())
        async with Printing.gate:
            return as_file(await asyncio.to_thread(report_pdf, printed), "application/pdf", f"giam-sat-{wanted}.pdf")
    async with AT_ONCE:
        data = await asyncio.to_thread(
            sheets.written, [sheets.supervised(found), sheets.trends(found), sheets.reasons(found)], form
        )
    return attached(data, form, f"giam-sat-{wanted}.{form}")


@router.get("/api/supervision/cells/{below}")
async def one_cell(
    request: Request, below: str, caller: Annotated[Caller, allowed("supervision")], year: Year = 0
) -> dict[str, Any]:
    """One cell's year with all its figures; no contents."""
    at: House = house(request)

    def look(session: Session) -> dict[str, Any] | None:
        cell = next((cell for cell in cells_below(session, _unit(caller)) if cell.id == below), None)
        if cell is None:
            return None
        told = cell_as_json(cell_year(session, below, year or at.today().year, at.now()))
        return told | {"name": cell.name, "year": year or at.today().year}

    found = await at.store.read(look)
    if found is None:
        raise Fault(404)
    return found
