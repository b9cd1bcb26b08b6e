"""Names that a cell's secretary had to mend in earlier meetings: the next meeting's recognition is told them."""

from __future__ import annotations

from sqlmodel import Session, col, select

from meeting_server.store import log
from meeting_server.store.tables import Meeting, MeetingEntry, MeetingSummary
from minutes.record.events import Corrected
from transcription.text import proper_names

MEETINGS, MOST = 3, 30


def corrected_names(session: Session, meeting: str) -> tuple[str, ...]:
    """Of the three meetings of its cell before this one; practice does not count, nor what was erased."""
    here = session.get(Meeting, meeting)
    if here is None:
        return ()
    own = session.get(MeetingSummary, meeting)
    query = select(MeetingSummary.meeting).where(
        MeetingSummary.cell == here.cell, MeetingSummary.kind != "practice", MeetingSummary.meeting != meeting
    )
    if own is not None:
        query = query.where(MeetingSummary.starts_at < own.starts_at)
    last = session.exec(query.order_by(col(MeetingSummary.starts_at).desc()).limit(MEETINGS)).all()
    rows = session.exec(
        select(MeetingEntry)
        .where(
            col(MeetingEntry.meeting).in_(last), MeetingEntry.kind == "Corrected", col(MeetingEntry.body).is_not(None)
        )
        .order_by(col(MeetingEntry.at).desc())
        .limit(200)
    )
    names: dict[str, None] = {}
    for row in rows:
        entry = log.entry_of(session, row)
        if isinstance(entry.event, Corrected):
            names |= dict.fromkeys(proper_names(entry.event.text))
    return tuple(names)[:MOST]
