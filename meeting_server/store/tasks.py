"""Tasks across meetings: what is due and overdue, what the next meeting opens with; the history of a topic.

A task is given in a meeting's log and stands in ``meeting_task``; how it stands between meetings is reported here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from sqlalchemy import func
from sqlmodel import Session, col, select

from meeting_server.store import beside
from meeting_server.store.archive_tables import MeetingTask, TaskReport
from meeting_server.store.candidates import Query, Reader, candidates
from meeting_server.store.search import SECTIONS
from meeting_server.store.tables import MeetingSummary, MeetingText, Person, Unit
from meeting_server.store.words import Mark, Marked, marked, sought

State = Literal["open", "done", "dropped"]
Which = Literal["open", "due", "overdue", "ended", "all"]
MAX_TASKS, MAX_MOMENTS = 2_000, 500


class NoSuchTask(Exception):
    status = 404


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """A task and how it stands today. ``late_days``: days past its date while open, else 0."""

    meeting: str
    task: str
    cell: str
    cell_name: str
    title: str
    item: str
    what: str
    who: tuple[str, ...]
    due: str
    due_on: date | None
    given_at: int
    state: State
    reported_at: int | None
    note: str
    late_days: int

    @property
    def overdue(self) -> bool:
        return self.late_days > 0


def standing(
    session: Session, cells: Collection[str], today: date, *, which: Which = "open", person: str = "", days: int = 14
) -> list[TaskStanding]:
    """Tasks of these cells, the most urgent first, those without a date last; at most MAX_TASKS.

    ``due``: open with a date within ``days`` from today; ``person``: only those given to this member by name.
    """
    newest = select(func.max(TaskReport.id)).group_by(col(TaskReport.meeting), col(TaskReport.task))
    reports = select(TaskReport).where(col(TaskReport.id).in_(newest)).subquery()
    state = func.coalesce(reports.c.state, "open")
    wanted = (
        select(MeetingTask, MeetingSummary.title, Unit.name, state, reports.c.at, func.coalesce(reports.c.note, ""))  # type: ignore[call-overload]  # six columns and an outer join
        .join(MeetingSummary, col(MeetingSummary.meeting) == col(MeetingTask.meeting))
        .outerjoin(Unit, col(Unit.id) == col(MeetingTask.cell))
        .outerjoin(reports, (reports.c.meeting == MeetingTask.meeting) & (reports.c.task == MeetingTask.task))
        .where(col(MeetingTask.cell).in_(cells))
    )
    if which in ("open", "due", "overdue"):
        wanted = wanted.where(state == "open")
    if which == "ended":
        wanted = wanted.where(state != "open")
    if which == "overdue":
        wanted = wanted.where(col(MeetingTask.due_on) < today)
    if which == "due":
        wanted = wanted.where(col(MeetingTask.due_on).between(today, date.fromordinal(today.toordinal() + days)))
    order = (col(MeetingTask.due_on).is_(None), col(MeetingTask.due_on), col(MeetingTask.given_at))
    rows = session.exec(wanted.order_by(*order).limit(MAX_TASKS))
    name = _name(session, person)
    return [task for task in _standings(rows, today) if not person or name in task.who]


def _name(session: Session, person: str) -> str:
    found = session.get(Person, person) if person else None
    return found.name if found else person


def _standings(
    rows: Iterable[tuple[MeetingTask, str, str | None, str, int | None, str]], today: date
) -> Iterable[TaskStanding]:
    for task, title, cell_name, state, at, note in rows:
        late = (today - task.due_on).days if task.due_on and state == "open" else 0
        yield TaskStanding(
            task.meeting, task.task, task.cell, cell_name or "", title, task.item, task.what,
            tuple(one for one in task.who.split("\n") if one), task.due, task.due_on, task.given_at,
            cast(State, state), at, note, max(0, late),
        )  # fmt: skip


def carried_over(session: Session, cell: str, today: date) -> list[TaskStanding]:
    """What the next meeting opens with: every task of the last held meeting however it stands, and whatever older
    is still open; the oldest date first."""
    last = session.exec(
        select(MeetingSummary.meeting)
        .where(
            MeetingSummary.cell == cell, col(MeetingSummary.closed_at).is_not(None), MeetingSummary.kind != "practice"
        )
        .order_by(col(MeetingSummary.closed_at).desc())
    ).first()
    every = standing(session, [cell], today, which="all")
    return [task for task in every if task.meeting == last or task.state == "open"]


def report(
    session: Session, meeting: str, task: str, state: State, *, at: int, reporter: str = "", note: str = ""
) -> None:
    """Say how a task stands; the newest word counts, earlier ones are kept. Raises NoSuchTask."""
    if session.get(MeetingTask, (meeting, task)) is None:
        raise NoSuchTask(f"{meeting}: {task}")
    session.add(TaskReport(meeting=meeting, task=task, at=at, state=state, note=note[:2_000], reporter=reporter))
    session.flush()
    beside.recount(session, meeting)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a topic's history; ``marks``: code point spans of ``text``."""

    meeting: str
    title: str
    cell: str
    starts_at: int
    state: str
    section: str
    text: str
    marks: tuple[Mark, ...]

    @property
    def where(self) -> str:
        return SECTIONS[self.section]


def history(session: Session, topic: str, reader: Reader, *, cell: str = "") -> list[Moment]:
    """Every line about a topic that one may read (not what was merely said), the oldest meeting first; at most
    MAX_MOMENTS, then the newest are kept."""
    words = sought(topic)
    if not words.folded:
        return []
    allowed = Reader(reader.cells, reader.meetings, everything=reader.everything)
    found = {one.meeting for one in candidates(session, Query(topic, cell=cell), allowed)}
    rows = session.exec(
        select(MeetingText.section, MeetingText.text, MeetingSummary)
        .where(
            col(MeetingText.meeting).in_(found), MeetingText.meeting == MeetingSummary.meeting,
            MeetingText.section != "speech", *(col(MeetingText.folded).contains(word) for word in words.folded),
        )
        .order_by(col(MeetingSummary.starts_at).desc(), col(MeetingText.id).desc())
        .limit(MAX_MOMENTS)
    )  # fmt: skip
    moments = [_moment(section, head, marked(line, words)) for section, line, head in rows]
    return [moment for moment in reversed(moments) if moment.marks]


def _moment(section: str, head: MeetingSummary, shown: Marked) -> Moment:
    return Moment(head.meeting, head.title, head.cell, head.starts_at, head.state, section, shown.text, shown.marks)
