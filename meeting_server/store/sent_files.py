"""Files that were sent up, past their time: the letters and answers stay, what was attached to them goes.

The level above keeps what it has dealt with among its own papers; here it was only handed over. The term is
``sent_files_days`` of the retention table of the day it was sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from meeting_server.store.archive_tables import AttachedFile, Submission
from meeting_server.store.tables import LegalHold
from minutes.export.moments import day_of
from minutes.record.retention import DAY_MS, table_on


def over(session: Session, now: int) -> dict[str, int]:
    """Submission → how many of its files are past their time at ``now`` (ms); none of a meeting under a legal hold.

    The time runs from the answer, or from the receipt where none is expected; from the newest file if that is later.
    """
    held = select(LegalHold.meeting)
    rows = session.exec(
        select(Submission, func.count(), func.max(AttachedFile.created_at))
        .join(AttachedFile, col(AttachedFile.owner) == col(Submission.id))
        .where(col(Submission.received_at).is_not(None))
        .where(col(Submission.meeting).is_(None) | col(Submission.meeting).not_in(held))
        .group_by(col(Submission.id))
        .order_by(col(Submission.id))
    )
    return {row.id: count for row, count, newest in rows if _end(row, newest) <= now}


def _end(row: Submission, newest: int) -> float:
    done = row.answered_at if row.answered_at is not None or row.due_on is not None else row.received_at
    if done is None:
        return float("inf")
    return max(done, newest) + table_on(day_of(row.sent_at)).sent_files_days * DAY_MS


def erase(session: Session, submission: str, now: int) -> int:
    """How many files went; 0 when none may: a hold may have come in between."""
    count = over(session, now).get(submission, 0)
    row = session.get(Submission, submission)
    if not count or row is None:
        return 0
    session.connection().execute(delete(AttachedFile).where(col(AttachedFile.owner) == submission))
    row.files_erased_at = now
    session.add(row)
    return count


def without_files(session: Session) -> Sequence[str]:
    """Submissions whose files went and that have none since: no key of theirs is needed."""
    having = select(AttachedFile.owner)
    gone = select(Submission.id).where(col(Submission.files_erased_at).is_not(None))
    return session.exec(gone.where(col(Submission.id).not_in(having))).all()
