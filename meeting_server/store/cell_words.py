"""Names that a cell's secretary had to mend in earlier meetings: the next meeting's recognition is told them."""

from __future__ import annotations

from sqlmodel import Session, col, select

from meeting_server.store import log
from meeting_server.store.tables import Meeting, MeetingEntry, MeetingSummary
from minutes.record.events import BlockSaved, Corrected, Drafted
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
            col(MeetingEntry.meeting).in_(last),
            col(MeetingEntry.kind).in_(("Corrected", "BlockSaved")),
            col(MeetingEntry.body).is_not(None),
        )
        .order_by(col(MeetingEntry.at).desc())
        .limit(200)
    )
    drafted: dict[str, str] = {}
    names: dict[str, None] = {}
    for row in rows:
        match log.entry_of(session, row).event:
            case Corrected(text=text):
                names |= dict.fromkeys(proper_names(text))
            case BlockSaved(text=text):
                written = drafted.setdefault(row.meeting, _drafted(session, row.meeting))
                names |= dict.fromkeys(name for name in proper_names(text) if name not in written)
    return tuple(names)[:MOST]


def _drafted(session: Session, meeting: str) -> str:
    """All that the machine wrote in its last draft: a name that stands there it knows already."""
    row = session.exec(
        select(MeetingEntry)
        .where(MeetingEntry.meeting == meeting, MeetingEntry.kind == "Drafted", col(MeetingEntry.body).is_not(None))
        .order_by(col(MeetingEntry.seq).desc())
    ).first()
    event = log.entry_of(session, row).event if row is not None else None
    return "\n".join(block.text for block in event.blocks) if isinstance(event, Drafted) else ""
