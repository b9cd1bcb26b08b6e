"""The year's grid for the upper level: which cells met in which month, and why to look at one. No contents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.house import house
from meeting_server.store import supervision as grid

router = APIRouter()


@router.get("/api/supervision")
async def supervision(
    request: Request,
    caller: Annotated[Caller, allowed("supervision")],
    year: Annotated[int, Query(ge=0, le=9998)] = 0,
    parent: Annotated[str, Query(max_length=80)] = "",
    name: Annotated[str, Query(max_length=100)] = "",
    problem: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """``parent``, ``name`` and ``problem`` narrow the cells."""
    at, account = house(request), caller.account
    assert account is not None
    wanted, only = year or at.today().year, grid.Filter(parent, name, problem)
    data = await at.store.read(
        lambda session: grid.as_json(grid.year(session, account.unit, wanted, at.now(), only=only))
    )
    return Response(data, media_type="application/json")
