"""Older minutes, written before this service: brought in as "nhập", found with the others, no figure of supervision.

They have no log. A meeting's head and summary stand for them, so that search and its rights hold for them as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from meeting_server.store import attached, beside, log
from meeting_server.store.archive_tables import AttachedFile, ContentAccess
from meeting_server.store.attached import FileLine, Held
from meeting_server.store.beside import Beside
from meeting_server.store.people import new_id
from meeting_server.store.tables import MeetingSummary, MeetingText

IMPORTED = "imported"
MAX_TEXT, MAX_LINES, MAX_OLD = 400_000, 4_000, 500


@dataclass(frozen=True, slots=True)
class Old:
    """``period``: "2019-03"; ``text``: what can be searched, as typed or as it stands in the files."""

    title: str
    kind: str
    starts_at: int
    period: str
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class OldLine:
    id: str
    title: str
    kind: str
    starts_at: int
    number: str
    files: tuple[FileLine, ...] = ()
    lines: tuple[str, ...] = ()


def bring_in(session: Session, cell: str, what: Old, files: Iterable[tuple[str, bytes]], at: int) -> str:
    """The id. ``files``: (name, bytes). Raises attached.NotAttachable."""
    key = new_id("o")
    log.create(session, key, cell, at)
    head = MeetingSummary(
        meeting=key, cell=cell, kind=what.kind, period=what.period, title=what.title, state=IMPORTED,
        starts_at=what.starts_at, number=what.number,
    )  # fmt: skip
    words = [line.strip() for line in what.text[:MAX_TEXT].split("\n") if line.strip()][:MAX_LINES]
    lines = (("title", what.title), *(("block", line) for line in words))
    beside.write(session, Beside(head, lines, frozenset(), ()))
    for name, data in files:
        attached.attach(session, key, cell, name, data, at)
    return key


def take_back(session: Session, cell: str, key: str) -> str | None:
    """What was brought in by mistake is gone, files and words too: its title, None when it is not there. Its key goes
    afterwards (``Store.forget``)."""
    head = session.get(MeetingSummary, key)
    if head is None or head.cell != cell or head.state != IMPORTED:
        return None
    title = head.title
    session.expunge(head)
    looks = update(ContentAccess).where(col(ContentAccess.meeting) == key)
    session.connection().execute(looks.values(meeting=""))  # who opened it stays told
    session.connection().execute(delete(AttachedFile).where(col(AttachedFile.owner) == key))
    log.remove(session, [key])
    return title


def of_cell(session: Session, cell: str) -> list[OldLine]:
    """The newest first, without their text; at most MAX_OLD."""
    wanted = select(MeetingSummary).where(MeetingSummary.cell == cell, MeetingSummary.state == IMPORTED)
    heads = list(session.exec(wanted.order_by(col(MeetingSummary.starts_at).desc()).limit(MAX_OLD)))
    files = attached.lines_of(session, [head.meeting for head in heads])
    return [_line(head, files.get(head.meeting, [])) for head in heads]


def one(session: Session, cell: str, key: str) -> OldLine | None:
    head = session.get(MeetingSummary, key)
    if head is None or head.cell != cell or head.state != IMPORTED:
        return None
    texts = select(MeetingText.text).where(MeetingText.meeting == key, MeetingText.section == "block")
    lines = tuple(session.exec(texts.order_by(col(MeetingText.id))))
    return _line(head, attached.lines_of(session, [key]).get(key, []), lines)


def _line(head: MeetingSummary, files: list[FileLine], lines: tuple[str, ...] = ()) -> OldLine:
    return OldLine(head.meeting, head.title, head.kind, head.starts_at, head.number, tuple(files), lines)


def file(session: Session, cell: str, key: str, name: str) -> Held | None:
    row = attached.one(session, key, name)
    return row if row is not None and row.cell == cell else None
