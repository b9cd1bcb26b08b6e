"""Finding what was decided: words with or without diacritics, in what the caller may read (``store.search``)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session, col, or_, select

from meeting_server.http.caller import Caller, allowed, looked
from meeting_server.http.house import VIETNAM, House, house
from meeting_server.store import inbox, people, search
from meeting_server.store.access import Looking
from meeting_server.store.candidates import Query as Wanted
from meeting_server.store.candidates import Reader
from meeting_server.store.search import MAX_PAGE, Found
from meeting_server.store.tables import Account, MeetingSummary

router = APIRouter()

APPROVED = ("approved", "sealed")


@router.get("/api/archive")
async def archive(
    request: Request,
    caller: Annotated[Caller, allowed("archive")],
    q: Annotated[str, Query(max_length=200)] = "",
    cell: Annotated[str, Query(max_length=80)] = "",
    year: Annotated[int, Query(ge=0, le=9998)] = 0,
    kind: Annotated[str, Query(max_length=20)] = "",
    person: Annotated[str, Query(max_length=80)] = "",
    section: Annotated[str, Query(max_length=20)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> dict[str, Any]:
    """``cell``, ``year``, ``kind``, ``person`` and ``section`` narrow what is shown. A search by words stands among the
    looks of each cell of which something was found; the words do not."""
    at, account = house(request), caller.account
    assert account is not None
    since, until = (_new_year(year), _new_year(year + 1)) if year else (None, None)
    query = Wanted(q, cell, kind, person, section, since, until, offset, MAX_PAGE)
    found = await at.store.read(
        lambda session: search.search(session, query, _reader(session, at, account), year_of=_year)
    )
    if q.strip():
        for one in sorted({result.cell for result in found.results}):
            await looked(at, caller, Looking(at.now(), "", "search", one))
    return _told(found)


def _reader(session: Session, at: House, account: Account) -> Reader:
    """Records of one's own cells and minutes sent up to one's unit; what was said only at the desk where one sat."""
    sent = inbox.readable(session, account.unit) if account.unit else frozenset()
    if not account.person:
        return Reader(meetings=sent)
    cells = people.cells_of(session, account.person, at.today())
    desk = select(MeetingSummary.meeting).where(
        or_(MeetingSummary.chair == account.person, MeetingSummary.secretary == account.person)
    )
    sat = frozenset(session.exec(desk.where(col(MeetingSummary.cell).in_(cells))))
    return Reader(frozenset(cells), sent, sat)


def _year(at: int) -> int:
    return datetime.fromtimestamp(at / 1000, VIETNAM).year


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=VIETNAM).timestamp() * 1000)


def _told(found: Found) -> dict[str, Any]:
    results = [
        {
            "meeting": one.meeting, "cell_name": one.cell_name, "title": one.title, "kind": one.kind,
            "starts_at": one.starts_at, "state": one.state, "number": one.number, "where": one.where,
            "cell": one.cell, "section": one.section, "correcting": one.correcting,
            "text": one.text, "marks": [list(mark) for mark in one.marks],
        }
        for one in found.results
    ]  # fmt: skip
    return {
        "total": found.total, "more": found.more, "results": results,
        "facets": {
            "cells": [{"id": key, "name": name, "count": count} for key, name, count in found.cells],
            "years": [{"year": year, "count": count} for year, count in found.years],
            "people": [{"id": key, "name": name, "count": count} for key, name, count in found.people],
            "kinds": [{"kind": kind, "count": count} for kind, count in found.kinds],
        },
    }  # fmt: skip
