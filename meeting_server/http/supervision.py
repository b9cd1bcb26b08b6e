"""The year's grid for the upper level: which cells met in which month. No contents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session, col, select

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.house import house
from meeting_server.store import people
from meeting_server.store.tables import MeetingSummary, Unit

router = APIRouter()

REGULAR = frozenset({"regular", "annual"})


@router.get("/api/supervision")
async def supervision(
    request: Request,
    caller: Annotated[Caller, allowed("supervision")],
    year: Annotated[int, Query(ge=0, le=9999)] = 0,
) -> dict[str, Any]:
    """A month is due once it has passed; one regular meeting a month is the rule."""
    at, account = house(request), caller.account
    assert account is not None
    today = at.today()
    wanted = year or today.year
    past = 12 if wanted < today.year else today.month - 1 if wanted == today.year else 0

    def look(session: Session) -> list[dict[str, Any]]:
        cells = people.cells_below(session, account.unit)
        held = _held(session, [cell.id for cell in cells], wanted)
        return [_row(session, cell, held, past) for cell in cells]

    rows = await at.store.read(look)
    regular = sum(1 for row in rows for month in row["months"] if month["due"] and month["regular"])
    return {"year": wanted, "cells": rows, "regular": regular, "due": past * len(rows)}


def _held(session: Session, cells: list[str], year: int) -> dict[tuple[str, int], list[str]]:
    """(cell, month) → kinds of the meetings that were opened."""
    query = select(MeetingSummary).where(
        col(MeetingSummary.cell).in_(cells),
        col(MeetingSummary.period).startswith(f"{year:04d}-"),
        col(MeetingSummary.opened_at).is_not(None),
    )
    held: dict[tuple[str, int], list[str]] = {}
    for row in session.exec(query):
        held.setdefault((row.cell, int(row.period[5:7])), []).append(row.kind)
    return held


def _row(session: Session, cell: Unit, held: dict[tuple[str, int], list[str]], past: int) -> dict[str, Any]:
    months = []
    for month in range(1, 13):
        kinds = held.get((cell.id, month), [])
        regular = sum(kind in REGULAR for kind in kinds)
        months.append({"month": month, "regular": regular, "thematic": kinds.count("thematic"), "due": month <= past})
    missing = [str(month["month"]) for month in months if month["due"] and not month["regular"]]
    above = people.parents(session, cell.id)
    return {
        "id": cell.id, "name": cell.name, "parent_name": above[0].name if above else "", "months": months,
        "reason": f"Chưa có sinh hoạt thường kỳ tháng {', '.join(missing)}" if missing else "",
    }  # fmt: skip
