""" "Nộp cấp trên": what a cell chooses to send up, what becomes of it there, and the answer's way back.

Sent → received → answered; the answer stands in the cell's next agenda until a meeting has taken it up. Nothing is
sent by itself, and the level above reads only what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from sqlmodel import Session, col, select

from meeting_server.store.archive_tables import Submission
from meeting_server.store.people import cells_below, new_id, parents
from meeting_server.store.tables import MeetingSummary, StoredFile, Unit
from minutes.record.events import AgendaItem

Kind = Literal["resolution", "admission", "petition", "minutes", "other"]
State = Literal["sent", "received", "answered", "returned"]
Show = Literal["all", "open", "overdue", "answered"]
KINDS: dict[Kind, str] = {
    "resolution": "Nghị quyết", "admission": "Hồ sơ kết nạp, chuyển chính thức", "petition": "Kiến nghị",
    "minutes": "Biên bản", "other": "Khác",
}  # fmt: skip
DAYS: dict[Kind, int | None] = {"resolution": None, "admission": 30, "petition": 15, "minutes": None, "other": None}
"""Within how many days an answer is expected when the sender names no date; None = none is."""
MAX_TEXT, MAX_ANSWER, MAX_ROWS = 20_000, 10_000, 500


class NotSendable(Exception):
    """The cell has nobody above it, the kind is unknown, or the meeting or file is not the cell's."""

    status = 422


class NoSuchSubmission(Exception):
    status = 404


class OutOfOrder(Exception):
    """Answered already, or not yet received."""

    status = 409


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes up. ``file``: a StoredFile's id; ``source``: the petition's or motion's id in the meeting."""

    kind: Kind
    title: str
    text: str = ""
    meeting: str | None = None
    file: str = ""
    source: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an inbox or of a cell's own list. ``late_days``: past the date for the answer, else 0."""

    id: str
    cell: str
    cell_name: str
    unit: str
    kind: Kind
    title: str
    text: str
    meeting: str | None
    file: str
    sent_at: int
    due_on: date | None
    received_at: int | None
    answered_at: int | None
    answer: str
    agenda_meeting: str
    state: State
    late_days: int
    files_erased_at: int | None

    @property
    def overdue(self) -> bool:
        return self.late_days > 0


def send(session: Session, cell: str, what: Sent, *, sender: str, at: int, today: date) -> str:
    """The submission's id. It goes to the unit right above the cell. The same source is sent once: its first id."""
    above = parents(session, cell)
    if not above or what.kind not in KINDS or not what.title.strip():
        raise NotSendable(cell)
    head = session.get(MeetingSummary, what.meeting) if what.meeting else None
    stored = session.get(StoredFile, what.file) if what.file else None
    if (what.meeting and (head is None or head.cell != cell)) or (what.file and not _of(stored, what.meeting)):
        raise NotSendable(cell)
    if what.source and (before := _sent_before(session, cell, what)) is not None:
        return before
    days = DAYS[what.kind]
    row = Submission(
        id=new_id("s"), cell=cell, unit=above[0].id, kind=what.kind, title=what.title.strip()[:500],
        text=what.text[:MAX_TEXT], meeting=what.meeting, file=what.file, source=what.source, sent_at=at, sender=sender,
        due_on=what.due_on or (today + timedelta(days=days) if days else None),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _of(stored: StoredFile | None, meeting: str | None) -> bool:
    return stored is not None and stored.meeting == meeting


def _sent_before(session: Session, cell: str, what: Sent) -> str | None:
    same = select(Submission.id).where(
        Submission.cell == cell, Submission.meeting == what.meeting, Submission.source == what.source,
        Submission.kind == what.kind,
    )  # fmt: skip
    return session.exec(same).first()


def receive(session: Session, submission: str, *, receiver: str, at: int) -> None:
    """Idempotent: the first receipt counts."""
    row = _row(session, submission)
    if row.received_at is None:
        row.received_at, row.receiver = at, receiver
        session.add(row)


def answer(session: Session, submission: str, text: str, *, answerer: str, at: int) -> None:
    """Answer once; answering receives too. Raises OutOfOrder, NotSendable for an empty answer."""
    row = _row(session, submission)
    if row.answered_at is not None:
        raise OutOfOrder(submission)
    if not text.strip():
        raise NotSendable(submission)
    receive(session, submission, receiver=answerer, at=at)
    row.answered_at, row.answerer, row.answer = at, answerer, text.strip()[:MAX_ANSWER]
    session.add(row)


def _row(session: Session, submission: str) -> Submission:
    row = session.get(Submission, submission)
    if row is None:
        raise NoSuchSubmission(submission)
    return row


def inbox(
    session: Session, unit: str, today: date, *, show: Show = "all", kind: str = "", cell: str = ""
) -> list[Line]:
    """What came to a unit: unanswered by their date first, then the newest; at most MAX_ROWS."""
    wanted = select(Submission, Unit.name).where(Submission.unit == unit, Submission.cell == Unit.id)
    wanted = wanted.where(Submission.kind == kind) if kind else wanted
    wanted = wanted.where(Submission.cell == cell) if cell else wanted
    if show in ("open", "overdue"):
        wanted = wanted.where(col(Submission.answered_at).is_(None))
    if show == "overdue":
        wanted = wanted.where(col(Submission.due_on) < today)
    if show == "answered":
        wanted = wanted.where(col(Submission.answered_at).is_not(None))
    order = (
        col(Submission.answered_at).is_not(None), col(Submission.due_on).is_(None), col(Submission.due_on),
        col(Submission.sent_at).desc(),
    )  # fmt: skip
    return _lines(session.exec(wanted.order_by(*order).limit(MAX_ROWS)), today)


def sent_by(session: Session, cell: str, today: date) -> list[Line]:
    """The cell's own list, the newest first."""
    wanted = select(Submission, Unit.name).where(Submission.cell == cell, Unit.id == Submission.cell)
    return _lines(session.exec(wanted.order_by(col(Submission.sent_at).desc()).limit(MAX_ROWS)), today)


def one(session: Session, submission: str, today: date) -> Line:
    row = _row(session, submission)
    cell = session.get(Unit, row.cell)
    return _line(row, cell.name if cell else "", today)


def _lines(rows: Iterable[tuple[Submission, str]], today: date) -> list[Line]:
    return [_line(row, name, today) for row, name in rows]


def _line(row: Submission, name: str, today: date) -> Line:
    late = (today - row.due_on).days if row.due_on and row.answered_at is None else 0
    return Line(
        row.id, row.cell, name, row.unit, cast(Kind, row.kind), row.title, row.text, row.meeting, row.file,
        row.sent_at, row.due_on, row.received_at, row.answered_at, row.answer, row.agenda_meeting, _state(row),
        max(0, late), row.files_erased_at,
    )  # fmt: skip


def _state(row: Submission) -> State:
    if row.answered_at is None:
        return "sent" if row.received_at is None else "received"
    return "returned" if row.agenda_meeting else "answered"


def counts(session: Session, unit: str, today: date) -> dict[str, int]:
    """How many came, wait to be received, wait for an answer, are overdue, are answered."""
    lines = inbox(session, unit, today)
    return {
        "came": len(lines), "new": sum(line.state == "sent" for line in lines),
        "open": sum(line.answered_at is None for line in lines), "overdue": sum(line.overdue for line in lines),
        "answered": sum(line.answered_at is not None for line in lines),
    }  # fmt: skip


# -- the way back ------------------------------------------------------------------------------------------------------


def answers_waiting(session: Session, cell: str) -> list[Submission]:
    """Answered and not yet in any meeting's agenda, the oldest answer first."""
    wanted = select(Submission).where(
        Submission.cell == cell, col(Submission.answered_at).is_not(None), Submission.agenda_meeting == ""
    )
    return list(session.exec(wanted.order_by(col(Submission.answered_at)).limit(60)))


def agenda_items(session: Session, cell: str) -> tuple[AgendaItem, ...]:
    """Answers as items of the cell's next agenda; the id says which submission it is of."""
    return tuple(
        AgendaItem(item_of(row.id), f"Thông báo trả lời của cấp trên: {row.title}"[:500])
        for row in answers_waiting(session, cell)
    )


def returned(session: Session, meeting: str, cell: str, items: Iterable[str]) -> None:
    """Answers whose items (by their ids) stand in the agenda of ``meeting`` are back."""
    there = set(items)
    for row in answers_waiting(session, cell):
        if item_of(row.id) in there:
            row.agenda_meeting = meeting
            session.add(row)


def item_of(submission: str) -> str:
    """The id of an answer's agenda item."""
    return f"answer-{submission}"


def readable(session: Session, unit: str) -> frozenset[str]:
    """Meetings whose minutes were sent up to a unit: it may read and search these. Whoever sends a resolution or a
    petition of a meeting sends that, not its minutes."""
    sent = select(Submission.meeting).where(
        Submission.unit == unit, col(Submission.meeting).is_not(None), Submission.kind == "minutes"
    )
    return frozenset(meeting for meeting in session.exec(sent) if meeting)


def sent_to(session: Session, unit: str, meeting: str) -> frozenset[Literal["sent_to", "resolution_sent_to"]]:
    """What of a meeting was sent up to a unit."""
    kinds = set(session.exec(select(Submission.kind).where(Submission.unit == unit, Submission.meeting == meeting)))
    found: set[Literal["sent_to", "resolution_sent_to"]] = set()
    found |= {"sent_to"} if "minutes" in kinds else set()
    found |= {"resolution_sent_to"} if "resolution" in kinds else set()
    return frozenset(found)


def may_handle(session: Session, unit: str, submission: str) -> bool:
    """Whether it was sent to this unit, by a cell below it."""
    row = session.get(Submission, submission)
    return row is not None and row.unit == unit and any(cell.id == row.cell for cell in cells_below(session, unit))
