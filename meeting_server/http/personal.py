"""What the meetings' logs hold about the person who asks: their own data, nobody else's."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request
from sqlalchemy import or_
from sqlmodel import Session, col, select

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.house import house
from meeting_server.store import log as entries
from meeting_server.store.archive_tables import MeetingPerson
from meeting_server.store.tables import Account, MeetingSummary, Membership
from minutes.record.personal import about

log = structlog.get_logger(__name__)
router = APIRouter()

MAX_MEETINGS = 24


class Gathering:
    """Reading whole logs: one person at a time."""

    gate = asyncio.Semaphore(1)


@router.get("/api/me/data")
async def data(
    request: Request, caller: Annotated[Caller, allowed("my_data")], before: int = 1 << 52
) -> dict[str, Any]:
    """Newest first, ``MAX_MEETINGS`` at a time; ``next``: the ``before`` of the next page, or null."""
    account = caller.account
    assert account is not None
    person = account.person or ""
    own = {"name": account.name, "person": person, "created_at": account.created_at}
    if not person:
        return {"account": own, "meetings": [], "next": None}
    at = house(request)
    async with Gathering.gate:
        heads = await at.store.read(lambda session: _meetings(session, account, before))
        found = [
            await at.store.read(lambda session, head=head: _told(session, head, person))  # type: ignore[misc]  # bound
            for head in heads[:MAX_MEETINGS]
        ]
    log.info("own_data_taken", account=account.id)
    more = heads[MAX_MEETINGS - 1].starts_at if len(heads) > MAX_MEETINGS else None
    return {"account": own, "meetings": found, "next": more}


def _meetings(session: Session, account: Account, before: int) -> list[MeetingSummary]:
    """Meetings in which they had a part, and all of the cells that they are or were in: rosters name them."""
    named = select(MeetingPerson.meeting).where(MeetingPerson.person == account.person)
    cells = select(Membership.cell).where(Membership.person == account.person)
    theirs = or_(col(MeetingSummary.meeting).in_(named), col(MeetingSummary.cell).in_(cells))
    wanted = select(MeetingSummary).where(theirs, MeetingSummary.starts_at < before)
    newest = wanted.order_by(col(MeetingSummary.starts_at).desc(), col(MeetingSummary.meeting))
    return list(session.exec(newest.limit(MAX_MEETINGS + 1)))


def _told(session: Session, head: MeetingSummary, person: str) -> dict[str, Any]:
    facts = [
        {"seq": one.seq, "at": one.at, "kind": one.kind, "part": one.part, "data": one.data}
        for one in about(entries.load(session, head.meeting), person)
    ]
    return {"meeting": head.meeting, "title": head.title, "starts_at": head.starts_at, "facts": facts}
