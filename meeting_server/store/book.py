"""What the cell issues on paper: pages taken in the year's minutes book, numbers of its resolutions. Taken once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlmodel import Session, col, func, select

from meeting_server.store import beside
from meeting_server.store.archive_tables import BookPage, IssuedResolution
from meeting_server.store.log import next_number
from meeting_server.store.tables import MeetingSummary
from minutes.export.book import Bound

VIETNAM = timezone(timedelta(hours=7))
SERIES = "NQ"


def pages(session: Session, meeting: str, version: int) -> BookPage | None:
    return session.get(BookPage, (meeting, version))


def take_pages(session: Session, meeting: str, version: int, count: int, now: int) -> BookPage:
    """The pages of this version in the book of its year, on from the cell's last page. Taken once, then the same."""
    known = session.get(BookPage, (meeting, version))
    if known is not None:
        return known
    summary = session.get(MeetingSummary, meeting)
    assert summary is not None, "a meeting has a summary from its first entry"
    year = _day(summary).year
    last = session.exec(
        select(func.max(BookPage.last)).where(BookPage.cell == summary.cell, BookPage.year == year)
    ).one()
    first = (last or 0) + 1
    row = BookPage(
        meeting=meeting,
        version=version,
        cell=summary.cell,
        year=year,
        first=first,
        last=first + count - 1,
        taken_at=now,
    )
    session.add(row)
    session.flush()
    return row


def bound(session: Session, cell: str, year: int) -> list[Bound]:
    """What stands in a year's book, in the order of its pages."""
    rows = session.exec(
        select(BookPage, MeetingSummary)
        .where(BookPage.meeting == MeetingSummary.meeting, BookPage.cell == cell, BookPage.year == year)
        .order_by(col(BookPage.first))
    ).all()
    seen: dict[str, int] = {}
    found = []
    for row, summary in rows:
        again = seen[row.meeting] = seen.get(row.meeting, 0) + 1
        subject = summary.title if again == 1 else f"{summary.title} – bản sửa lần {again - 1}"
        found.append(Bound(subject, summary.number, _day(summary).date(), row.first, row.last))
    return found


def _day(summary: MeetingSummary) -> datetime:
    return datetime.fromtimestamp((summary.opened_at or summary.starts_at) / 1000, VIETNAM)


def resolution(session: Session, meeting: str) -> IssuedResolution | None:
    return session.get(IssuedResolution, meeting)


def issue_resolution(session: Session, meeting: str, cell: str, issuer: str, now: int) -> IssuedResolution:
    """The number of a meeting's resolution: the next of the cell's own series, taken once."""
    known = session.get(IssuedResolution, meeting)
    if known is None:
        known = IssuedResolution(
            meeting=meeting, number=next_number(session, cell, SERIES), issued_at=now, issuer=issuer
        )
        session.add(known)
        session.flush()
        beside.renumber(session, meeting)
    return known
