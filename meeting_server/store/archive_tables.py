"""Tables of the archive: what is found, who was there, tasks across meetings, what is sent up, who follows whom.

``record_text``, ``meeting_person``, ``meeting_task`` and ``judged_year`` are folded from the log in the append's
transaction and can be made again; the others are facts of their own. Times are ms since the epoch, days are dates.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel, col


class RecordText(SQLModel, table=True):
    """All searchable words of a meeting in one tier, folded, then as written in lower case.

    ``tier``: "record" (title, items, motions, conclusions, tasks, approved minutes) or "speech" (what was said).
    ``cell``, ``kind``, ``starts_at`` are repeated here so that right and filters are decided before anything else.
    """

    __tablename__ = "record_text"
    id: int | None = Field(default=None, primary_key=True)
    meeting: str = Field(foreign_key="meeting.id", index=True, max_length=40)
    tier: str = Field(max_length=10)
    cell: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    starts_at: int = Field(sa_type=BigInteger, index=True)
    words: str = Field(sa_type=Text)


class MeetingPerson(SQLModel, table=True):
    """Somebody's part in a meeting. ``role``: chair | secretary | present | spoke | task."""

    __tablename__ = "meeting_person"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    person: str = Field(primary_key=True, max_length=40)
    role: str = Field(primary_key=True, max_length=10)


class MeetingTask(SQLModel, table=True):
    """A task as a meeting gave it. ``due`` as said; ``due_on`` where it is a date. ``who``: names, one a line."""

    __tablename__ = "meeting_task"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    task: str = Field(primary_key=True, max_length=120)
    cell: str = Field(max_length=40)
    item: str = Field(default="", max_length=500)
    what: str = Field(sa_type=Text)
    who: str = Field(default="", sa_type=Text)
    due: str = Field(default="", max_length=200)
    due_on: date | None = None
    given_at: int = Field(sa_type=BigInteger)


class TaskReport(SQLModel, table=True):
    """How a task stands, said between meetings; the newest counts. ``state``: open | done | dropped."""

    __tablename__ = "task_report"
    id: int | None = Field(default=None, primary_key=True)
    meeting: str = Field(foreign_key="meeting.id", max_length=40)
    task: str = Field(max_length=120)
    at: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=10)
    note: str = Field(default="", max_length=2_000)
    reporter: str = Field(default="", max_length=120)


class Submission(SQLModel, table=True):
    """Something a cell sent up. ``kind``: resolution | admission | petition | minutes | other.

    ``file`` is a StoredFile's id. ``agenda_meeting``: the meeting in whose agenda the answer came back.
    ``files_erased_at``: when the files attached to it went by their term.
    """

    __tablename__ = "submission"
    id: str = Field(primary_key=True, max_length=40)
    cell: str = Field(foreign_key="unit.id", index=True, max_length=40)
    unit: str = Field(foreign_key="unit.id", index=True, max_length=40)
    kind: str = Field(max_length=20)
    title: str = Field(max_length=500)
    text: str = Field(default="", sa_type=Text)
    meeting: str | None = Field(default=None, foreign_key="meeting.id", index=True, max_length=40)
    file: str = Field(default="", max_length=40)
    source: str = Field(default="", max_length=120)
    sent_at: int = Field(sa_type=BigInteger)
    sender: str = Field(max_length=120)
    due_on: date | None = None
    received_at: int | None = Field(default=None, sa_type=BigInteger)
    receiver: str = Field(default="", max_length=120)
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    answerer: str = Field(default="", max_length=120)
    answer: str = Field(default="", sa_type=Text)
    agenda_meeting: str = Field(default="", max_length=40)
    files_erased_at: int | None = Field(default=None, sa_type=BigInteger)


class Follower(SQLModel, table=True):
    """Who of the level above follows a cell, from ``since`` until before ``until``."""

    __tablename__ = "follower"
    id: int | None = Field(default=None, primary_key=True)
    cell: str = Field(foreign_key="unit.id", index=True, max_length=40)
    person: str = Field(foreign_key="person.id", index=True, max_length=40)
    since: date
    until: date | None = None


class Contact(SQLModel, table=True):
    """How somebody is reached; for the sheet of whom to phone."""

    __tablename__ = "contact"
    person: str = Field(primary_key=True, foreign_key="person.id", max_length=40)
    phone: str = Field(default="", max_length=40)


class ContentAccess(SQLModel, table=True):
    """One look at a cell's content: who, when, what was opened. The cell sees its own lines; never contents."""

    __tablename__ = "content_access"
    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger)
    cell: str = Field(max_length=40)
    meeting: str = Field(default="", max_length=40)
    account: str = Field(max_length=120)
    action: str = Field(max_length=60)
    detail: str = Field(default="", max_length=200)


class JudgedYear(SQLModel, table=True):
    """A cell's year as supervision shows it (``store.judged``). ``rules``: what it was judged by; ``months``: twelve
    packed ``judged.MONTH``."""

    __tablename__ = "judged_year"
    cell: str = Field(primary_key=True, max_length=40)
    year: int = Field(primary_key=True, index=True)
    rules: str = Field(max_length=16)
    tasks: int
    tasks_done: int
    months: bytes = Field(sa_type=LargeBinary)


class BookPage(SQLModel, table=True):
    """The pages that one version of a meeting's minutes takes in the year's minutes book; taken once, never moved."""

    __tablename__ = "book_page"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    version: int = Field(primary_key=True)
    cell: str = Field(max_length=40)
    year: int
    first: int
    last: int
    taken_at: int = Field(sa_type=BigInteger)


class IssuedResolution(SQLModel, table=True):
    """The number under which a meeting's resolution was issued, in the cell's own series of resolutions."""

    __tablename__ = "issued_resolution"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    number: str = Field(max_length=40)
    issued_at: int = Field(sa_type=BigInteger)
    issuer: str = Field(default="", max_length=120)


Index("ix_book_page_cell_year", col(BookPage.cell), col(BookPage.year))


class AttachedFile(SQLModel, table=True):
    """A file of a submission or of older minutes (``owner``: its id)."""

    __tablename__ = "attached_file"
    id: str = Field(primary_key=True, max_length=40)
    owner: str = Field(index=True, max_length=40)
    cell: str = Field(index=True, max_length=40)
    name: str = Field(max_length=200)
    media: str = Field(max_length=100)
    size: int = Field(sa_type=BigInteger)
    sha256: str = Field(max_length=64)
    data: bytes = Field(sa_type=LargeBinary)
    created_at: int = Field(sa_type=BigInteger)


Index("ix_record_text_cell_starts", col(RecordText.cell), col(RecordText.starts_at))
Index(
    "ix_record_text_head",
    *(col(getattr(RecordText, name)) for name in ("id", "starts_at", "cell", "tier", "kind", "meeting")),
)
Index("ix_meeting_person_person", col(MeetingPerson.person), col(MeetingPerson.meeting))
Index("ix_meeting_task_cell_due", col(MeetingTask.cell), col(MeetingTask.due_on))
Index("ix_task_report_task", col(TaskReport.meeting), col(TaskReport.task))
Index("ix_content_access_cell_at", col(ContentAccess.cell), col(ContentAccess.at))
