"""What is kept beside the log in the append's transaction: summary, searchable words, people, tasks. All derived.

Bodies of short-lived kinds are erased some weeks after sealing; what was counted and found from them while they were
there (approved blocks, who spoke, the cell's own score) stays as it was written then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from meeting_server.store import judged
from meeting_server.store.archive_tables import IssuedResolution, MeetingPerson, MeetingTask, RecordText, TaskReport
from meeting_server.store.tables import FIGURES, MeetingSummary, MeetingText, StoredFile
from meeting_server.store.words import indexed
from transcription.text.fold import fold

Lines = tuple[tuple[str, str], ...]
DONE = frozenset({"approved", "sealed"})


@dataclass(frozen=True, slots=True)
class Task:
    """``who`` by name; ``due`` as said, ``due_on`` where it is a date."""

    task: str
    item: str
    what: str
    who: tuple[str, ...]
    due: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything derived from one log. ``lines``: (section, text); ``people``: (member, role)."""

    summary: MeetingSummary
    lines: Lines
    people: frozenset[tuple[str, str]]
    tasks: tuple[Task, ...]


def write(session: Session, beside: Beside) -> None:
    """Make the stored rows of a meeting equal to these; what is equal already is not touched."""
    meeting = beside.summary.meeting
    beside = _with_what_was_erased(session, beside)
    _write_tasks(session, beside)
    _write_summary(session, _counted(session, beside.summary))
    beside = replace(beside, lines=beside.lines + _numbers(session, beside.summary))
    _write_lines(session, meeting, beside.lines)
    _write_people(session, meeting, beside.people)
    _write_words(session, beside)


def stored_lines(session: Session, meeting: str) -> Lines:
    rows = session.exec(select(MeetingText).where(MeetingText.meeting == meeting).order_by(col(MeetingText.id)))
    return tuple((row.section, row.text) for row in rows)


def stored_people(session: Session, meeting: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        (row.person, row.role) for row in session.exec(select(MeetingPerson).where(MeetingPerson.meeting == meeting))
    )


def forget_speech(session: Session, meeting: str) -> None:
    """What was said in a meeting is no longer found (its entries were erased)."""
    connection = session.connection()
    spoken = delete(RecordText).where(col(RecordText.meeting) == meeting, col(RecordText.tier) == "speech")
    if connection.execute(spoken).rowcount:
        lines = delete(MeetingText).where(col(MeetingText.meeting) == meeting, col(MeetingText.section) == "speech")
        connection.execute(lines)
        _squeeze(session)


def recount(session: Session, meeting: str) -> None:
    """After a task was reported on or a document given out: the summary's two counts that are not of the log."""
    row = session.get(MeetingSummary, meeting)
    if row is not None:
        before = figures(row)
        session.add(_counted(session, row))
        session.flush()
        if figures(row) != before:
            judged.keep(session, judged.touched(row))


def _write_summary(session: Session, summary: MeetingSummary) -> None:
    """And the year of its cell, when it counts in it."""
    old = session.get(MeetingSummary, summary.meeting)
    before, counted = old and figures(old), judged.touched(old, summary)
    session.merge(summary)
    session.flush()
    if before != figures(summary):
        judged.keep(session, counted)


def figures(summary: MeetingSummary) -> tuple[object, ...]:
    """All that supervision counts of a meeting."""
    return tuple(getattr(summary, name) for name in FIGURES)


def renumber(session: Session, meeting: str) -> None:
    """After a resolution was issued: it is found by its number."""
    head = session.get(MeetingSummary, meeting)
    if head is not None:
        others = tuple(line for line in stored_lines(session, meeting) if line[0] != "number")
        lines = others + _numbers(session, head)
        _write_lines(session, meeting, lines)
        _write_words(session, Beside(head, lines, frozenset(), ()))


def _numbers(session: Session, head: MeetingSummary) -> Lines:
    """As they are printed and asked for. Minutes are not named "biên bản": whoever seeks a hamlet ("bản") would find
    them all."""
    issued = session.get(IssuedResolution, head.meeting)
    given = (("Số", head.number, "BB"), ("Nghị quyết số", issued.number if issued else "", "NQ"))
    return tuple(
        ("number", f"{paper} {number}{f'-{series}/CB' if number.isdigit() else ''}")
        for paper, number, series in given
        if number
    )


def _squeeze(session: Session) -> None:
    """SQLite's full text index keeps deleted words until its parts are merged."""
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("INSERT INTO record_search(record_search) VALUES ('optimize')")


def _with_what_was_erased(session: Session, beside: Beside) -> Beside:
    """Once approved nobody speaks any more, nor while a sealed record is open for a correction: a count that went
    down, or blocks that are gone, were erased."""
    summary, old = beside.summary, session.get(MeetingSummary, beside.summary.meeting)
    done = summary.state in DONE or bool(summary.sha256)  # sealed once
    if old is None or not done or not (old.state in DONE or old.sha256):
        return beside
    summary.spoke = max(summary.spoke, old.spoke)
    heard = frozenset(part for part in stored_people(session, summary.meeting) if part[1] == "spoke")
    kept = beside.lines
    if not any(section == "block" for section, _ in kept):
        summary.self_points = old.self_points
        kept += tuple(line for line in stored_lines(session, summary.meeting) if line[0] == "block")
    return replace(beside, lines=kept, people=beside.people | heard)


def _counted(session: Session, summary: MeetingSummary) -> MeetingSummary:
    newest = select(func.max(TaskReport.id)).where(TaskReport.meeting == summary.meeting).group_by(col(TaskReport.task))
    ended = select(func.count()).where(col(TaskReport.id).in_(newest), col(TaskReport.state).in_(("done", "dropped")))
    given = select(func.min(StoredFile.created_at)).where(
        StoredFile.meeting == summary.meeting, StoredFile.kind == "document"
    )
    summary.tasks_done = min(summary.tasks, session.exec(ended).one())
    summary.documents_at = session.exec(given).one()
    return summary


def _write_lines(session: Session, meeting: str, lines: Lines) -> None:
    if stored_lines(session, meeting) == lines:
        return
    session.connection().execute(delete(MeetingText).where(col(MeetingText.meeting) == meeting))
    rows = [{"meeting": meeting, "section": x, "text": text, "folded": fold(text)} for x, text in lines]
    if rows:
        session.connection().execute(insert(MeetingText), rows)


def _write_people(session: Session, meeting: str, people: frozenset[tuple[str, str]]) -> None:
    if stored_people(session, meeting) == people:
        return
    session.connection().execute(delete(MeetingPerson).where(col(MeetingPerson.meeting) == meeting))
    rows = [{"meeting": meeting, "person": person, "role": role} for person, role in sorted(people)]
    if rows:
        session.connection().execute(insert(MeetingPerson), rows)


def _write_tasks(session: Session, beside: Beside) -> None:
    head = beside.summary
    given = head.closed_at or head.opened_at or head.starts_at
    rows = [
        {
            "meeting": head.meeting, "task": task.task, "cell": head.cell, "item": task.item, "what": task.what,
            "who": "\n".join(task.who), "due": task.due[:200], "due_on": task.due_on, "given_at": given,
        }
        for task in beside.tasks
    ]  # fmt: skip
    session.connection().execute(delete(MeetingTask).where(col(MeetingTask.meeting) == head.meeting))
    if rows:
        session.connection().execute(insert(MeetingTask), rows)


def _write_words(session: Session, beside: Beside) -> None:
    said = [text for section, text in beside.lines if section == "speech"]
    kept = [text for section, text in beside.lines if section != "speech"]
    for tier, texts in (("record", kept), ("speech", said)):
        _write_tier(session, beside.summary, tier, texts)


def _write_tier(session: Session, head: MeetingSummary, tier: str, texts: Iterable[str]) -> None:
    row = session.exec(select(RecordText).where(RecordText.meeting == head.meeting, RecordText.tier == tier)).first()
    words = indexed(texts)
    if not words:
        if row is not None:
            session.delete(row)
    elif row is None:
        row = RecordText(
            meeting=head.meeting, tier=tier, cell=head.cell, kind=head.kind, starts_at=head.starts_at, words=words
        )
        session.add(row)
    elif (row.words, row.cell, row.kind, row.starts_at) != (words, head.cell, head.kind, head.starts_at):
        row.words, row.cell, row.kind, row.starts_at = words, head.cell, head.kind, head.starts_at
        session.add(row)
    session.flush()
