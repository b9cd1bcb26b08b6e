"""Documents given out for a meeting, as its rules see them, out of what the store keeps of them."""

from __future__ import annotations

from sqlmodel import Session

from meeting_server.room.state import Paper
from meeting_server.store import papers
from meeting_server.store.tables import StoredFile

FORMS = {"pdf": "pdf", "png": "image", "jpg": "image", "webp": "image", "docx": "docx"}


def listed(session: Session, meeting: str) -> tuple[Paper, ...]:
    return tuple(paper_of(row) for row in papers.rows(session, meeting))


def paper_of(row: StoredFile) -> Paper:
    title, _, ending = row.name.rpartition(".")
    return Paper(row.id, title, FORMS[ending], row.size, row.created_at)
