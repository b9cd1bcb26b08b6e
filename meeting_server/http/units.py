"""The tree of units, founded and named anew by the administrator; each change is written down with who made it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Request
from pydantic import BeforeValidator, StringConstraints
from sqlmodel import Session

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Name, Optional, plain
from meeting_server.http.house import house
from meeting_server.store import units
from meeting_server.store.units import CannotFound

log = structlog.get_logger(__name__)
router = APIRouter()

Term = Annotated[
    str,
    BeforeValidator(lambda value: plain(value) if isinstance(value, str) else value),
    StringConstraints(pattern=r"^(\d{4} ?[-–] ?\d{4})?$"),
]


class Named(Body):
    name: Name
    place: Optional = ""
    term: Term = ""


class NewUnit(Named):
    kind: Literal["province", "commune", "cell"]
    parent: Id | None = None


@router.get("/api/units")
async def tree(request: Request, caller: Annotated[Caller, allowed("units")]) -> dict[str, Any]:
    at = house(request)

    def look(session: Session) -> dict[str, Any]:
        shown = [
            {
                "id": unit.id, "name": unit.name, "level": unit.kind, "parent": unit.parent, "place": unit.place,
                "term": unit.term, "depth": depth,
            }
            for unit, depth in units.tree(session)
        ]  # fmt: skip
        return {"units": shown, "changes": [asdict(one) for one in units.changes(session)]}

    return await at.store.read(look)


@router.post("/api/units")
async def found(request: Request, body: NewUnit, caller: Annotated[Caller, allowed("units")]) -> dict[str, Any]:
    at = house(request)

    def work(session: Session) -> str:
        unit = units.found(
            session, body.kind, body.name, at.today(), parent=body.parent or "", place=body.place, term=body.term
        )
        units.note(session, at.now(), _who(caller), units.ADDED, unit.name)
        return unit.id

    try:
        made = await at.store.write(work)
    except CannotFound as why:
        raise Fault(409, "cannot_found", str(why)) from None
    log.info("unit_founded", unit=made)
    return {"id": made}


@router.patch("/api/units/{unit}")
async def rename(
    request: Request, unit: str, body: Named, caller: Annotated[Caller, allowed("units")]
) -> dict[str, Any]:
    """Name, place and term as they are to be from now on; papers made before keep the former name."""
    at = house(request)

    def work(session: Session) -> None:
        row, former = units.rename(session, unit, body.name, place=body.place, term=body.term)
        detail = f"{former} → {row.name}" if former != row.name else row.name
        units.note(session, at.now(), _who(caller), units.RENAMED, detail)

    try:
        await at.store.write(work)
    except KeyError:
        raise Fault(404) from None
    except CannotFound as why:
        raise Fault(409, "cannot_found", str(why)) from None
    log.info("unit_renamed", unit=unit)
    return {"id": unit}


def _who(caller: Caller) -> str:
    return caller.account.id if caller.account is not None else ""
