"""The meeting log on disk: append with the expected seq, read back, erase bodies. All within the caller's session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, select

from meeting_server.store import bodies
from meeting_server.store.beside import forget_speech
from meeting_server.store.tables import (
    Autosave,
    LegalHold,
    Meeting,
    MeetingEntry,
    MeetingSummary,
    RecordNumber,
    TrackSilence,
    Unit,
)
from minutes.record.chain import read_entry
from minutes.record.events import Entry


class Overtaken(Exception):
    """Somebody else appended first; the caller's picture of the meeting is old and nothing was written."""

    status = 409


class NoSuchMeeting(Exception):
    status = 404


def create(session: Session, meeting: str, cell: str, at: int) -> None:
    """The head of an empty log."""
    session.add(Meeting(id=meeting, cell=cell, created_at=at))
    session.flush()


def append(session: Session, entries: Sequence[Entry], previous: bytes) -> None:
    """Append entries of one meeting that follow on ``previous`` (its digest so far). Raises Overtaken."""
    first, last = entries[0], entries[-1]
    moved = session.connection().execute(
        update(Meeting)
        .where(col(Meeting.id) == first.meeting, col(Meeting.seq) == first.seq - 1, col(Meeting.digest) == previous)
        .values(seq=last.seq, digest=last.digest)
    )
    if moved.rowcount != 1:
        raise Overtaken(f"{first.meeting}: entry {first.seq} does not follow the log")
    session.add_all(_row(session, entry) for entry in entries)
    session.flush()


def _row(session: Session, entry: Entry) -> MeetingEntry:
    body, salt = bodies.kept(session, entry)
    return MeetingEntry(
        meeting=entry.meeting, seq=entry.seq, at=entry.at, actor=entry.actor, authority=entry.authority,
        kind=entry.kind, version=entry.version, body=body, salt=salt, body_hash=entry.body_hash,
        leaf=entry.leaf, digest=entry.digest,
    )  # fmt: skip


def entry_of(session: Session, row: MeetingEntry) -> Entry:
    """The entry that a row keeps; without body and salt once they, or their key, were erased."""
    body, salt = bodies.opened(session, row)
    return read_entry(
        row.meeting, row.seq, row.at, row.actor, row.authority, row.kind, row.version, body, salt,
        row.body_hash, row.leaf, row.digest,
    )  # fmt: skip


def load(session: Session, meeting: str, after: int = 0) -> list[Entry]:
    """The entries after seq ``after`` in order. Raises NoSuchMeeting, codec.NewerThanThisSoftware."""
    if session.get(Meeting, meeting) is None:
        raise NoSuchMeeting(meeting)
    rows = session.exec(
        select(MeetingEntry)
        .where(MeetingEntry.meeting == meeting, MeetingEntry.seq > after)
        .order_by(col(MeetingEntry.seq))
    )
    return [entry_of(session, row) for row in rows]


def erase(session: Session, meeting: str, seqs: Iterable[int]) -> None:
    """Body and salt of these entries go, in the database and in every autosave; speech is no longer found."""
    session.connection().execute(
        update(MeetingEntry)
        .where(col(MeetingEntry.meeting) == meeting, col(MeetingEntry.seq).in_(list(seqs)))
        .values(body=None, salt=None)
    )
    session.connection().execute(delete(Autosave).where(col(Autosave.meeting) == meeting))
    forget_speech(session, meeting)


def silences(session: Session, meeting: str) -> list[tuple[str, int, int]]:
    """(track, start, end) of accepted spans without text."""
    rows = session.exec(select(TrackSilence).where(TrackSilence.meeting == meeting))
    return [(row.track, row.start, row.end) for row in rows]


def silence(session: Session, meeting: str, track: str, start: int, end: int) -> None:
    session.merge(TrackSilence(meeting=meeting, track=track, start=start, end=end))
    session.flush()


def next_number(session: Session, cell: str, series: str = "BB") -> str:
    """The next record number of a cell in its committee's term: "01", "02" … Taken with the transaction."""
    unit = session.get(Unit, cell)
    key = (cell, unit.term if unit else "", series)
    row = session.get(RecordNumber, key) or RecordNumber(cell=key[0], term=key[1], series=series)
    row.last += 1
    session.add(row)
    session.flush()
    return f"{row.last:02d}"


def meetings_of(session: Session, cell: str) -> list[MeetingSummary]:
    """Newest first; older minutes that were brought in have no log and are not among them."""
    return list(
        session.exec(
            select(MeetingSummary)
            .where(MeetingSummary.cell == cell, MeetingSummary.state != "imported")
            .order_by(col(MeetingSummary.starts_at).desc(), col(MeetingSummary.meeting))
        )
    )


def summary(session: Session, meeting: str) -> MeetingSummary | None:
    return session.get(MeetingSummary, meeting)


def forget_practice(session: Session, now: int, kept: int) -> list[str]:
    """Erase practice meetings that ended (or should have been held) more than ``kept`` ms ago. Their ids."""
    held = select(LegalHold.meeting)
    old = session.exec(
        select(MeetingSummary.meeting).where(
            MeetingSummary.kind == "practice", MeetingSummary.starts_at < now - kept,
            col(MeetingSummary.meeting).not_in(held),
        )
    )  # fmt: skip
    gone = list(old)
    remove(session, gone)
    return gone


def remove(session: Session, gone: Collection[str]) -> None:
    """Meetings that were never held here leave no row: practice, older minutes taken back. Nothing sealed."""
    hanging = [table for table in SQLModel.metadata.sorted_tables if "meeting" in table.c and table.name != "meeting"]
    for table in reversed(hanging):
        session.connection().execute(delete(table).where(table.c.meeting.in_(gone)))
    session.connection().execute(delete(Meeting).where(col(Meeting.id).in_(gone)))


def correcting(state: str, sha256: str) -> bool:
    """A sealed record is open for a correction; what was sealed last counts until the new version is sealed."""
    return bool(sha256) and state != "sealed"


def unfinished(session: Session) -> list[str]:
    """Meetings that are open: taken up again at start."""
    return list(session.exec(select(MeetingSummary.meeting).where(MeetingSummary.state == "open")))
