"""Documents given out for a meeting: rows of ``stored_file`` of kind "document"; the files lie beside the database."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from meeting_server.store import beside
from meeting_server.store.tables import StoredFile

KIND = "document"


def rows(session: Session, meeting: str) -> list[StoredFile]:
    """In the order they were given out."""
    wanted = select(StoredFile).where(StoredFile.meeting == meeting, StoredFile.kind == KIND)
    return list(session.exec(wanted.order_by(col(StoredFile.created_at), col(StoredFile.id))))


def count(session: Session, meeting: str) -> int:
    wanted = select(func.count()).where(StoredFile.meeting == meeting, StoredFile.kind == KIND)
    return int(session.exec(wanted).one())


def keep(session: Session, row: StoredFile) -> None:
    """The summary tells from then on when the first document was given out."""
    session.add(row)
    session.flush()
    beside.recount(session, row.meeting)


def take_back(session: Session, meeting: str, paper: str) -> StoredFile | None:
    """The row that is gone now; None when there was none."""
    row = session.get(StoredFile, paper)
    if row is None or row.meeting != meeting or row.kind != KIND:
        return None
    session.delete(row)
    session.flush()
    beside.recount(session, meeting)
    return row
