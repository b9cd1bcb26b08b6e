"""Who was told, before a meeting, that it may be recorded: when, on what device, by which text. From the logs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from meeting_server.store import log
from meeting_server.store.tables import MeetingEntry, MeetingSummary, Person
from minutes.record.events import HALL, Joined

MAX_LINES = 500


@dataclass(frozen=True, slots=True)
class Consent:
    meeting: str
    title: str
    at: int
    name: str
    device: str
    informed: bool
    notice: str


def of_cell(session: Session, cell: str) -> list[Consent]:
    """The newest first; at most MAX_LINES. The hall's device is nobody and not among them."""
    rows = session.exec(
        select(MeetingEntry, MeetingSummary.title)
        .join(MeetingSummary, col(MeetingSummary.meeting) == col(MeetingEntry.meeting))
        .where(MeetingSummary.cell == cell, MeetingEntry.kind == "Joined", col(MeetingEntry.body).is_not(None))
        .order_by(col(MeetingEntry.at).desc(), col(MeetingEntry.seq).desc())
        .limit(MAX_LINES)
    )
    found = [(row, title, log.entry_of(session, row).event) for row, title in rows]
    here = [(row, title, event) for row, title, event in found if isinstance(event, Joined) and event.member != HALL]
    names = dict(
        session.exec(select(Person.id, Person.name).where(col(Person.id).in_({one.member for _, _, one in here}))).all()
    )
    return [
        Consent(
            row.meeting, title, row.at, event.name or names.get(event.member, event.member), event.device,
            event.informed, event.notice,
        )
        for row, title, event in here
    ]  # fmt: skip
