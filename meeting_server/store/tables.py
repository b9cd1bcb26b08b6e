"""The tables. Times are ms since the epoch, days are dates; secrets are kept hashed; texts are NFC.

Rows about meetings hang on ``meeting.id``; everything about the course of a meeting is in ``meeting_entry`` and
nothing else is true: ``meeting_summary`` and ``meeting_text`` are folded from it and can be made again.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


class Unit(SQLModel, table=True):
    """Province, commune or cell. ``term``: the committee's term, within which record numbers run. ``since``: the day
    from which a cell's meetings are expected here; None: of whatever year is looked at."""

    __tablename__ = "unit"
    id: str = Field(primary_key=True, max_length=40)
    parent: str | None = Field(default=None, foreign_key="unit.id", index=True, max_length=40)
    kind: str = Field(max_length=10)  # province | commune | cell
    name: str = Field(max_length=200)
    place: str = Field(default="", max_length=200)
    term: str = Field(default="", max_length=20)
    demonstration: bool = False
    since: date | None = None


class Person(SQLModel, table=True):
    """Somebody who is or was a member somewhere. ``aliases``: names heard for them, one a line."""

    __tablename__ = "person"
    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=200)
    aliases: str = Field(default="", sa_type=Text)
    channel: str = Field(default="hall", max_length=10)  # where they usually are: hall | remote


class Membership(SQLModel, table=True):
    """One dated fact: from ``since`` until before ``until`` (None = still).

    ``fact``: official | probationary | temporary_in | temporary_out | exempt | suspended | transferred | died.
    """

    __tablename__ = "membership"
    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.id", index=True, max_length=40)
    cell: str = Field(foreign_key="unit.id", index=True, max_length=40)
    fact: str = Field(max_length=20)
    since: date
    until: date | None = None
    note: str = Field(default="", max_length=500)


class Office(SQLModel, table=True):
    """``office``: leader | deputy | committee | other; ``title`` as it is said ("bí thư", "trưởng thôn")."""

    __tablename__ = "office"
    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.id", index=True, max_length=40)
    cell: str = Field(foreign_key="unit.id", index=True, max_length=40)
    office: str = Field(max_length=20)
    title: str = Field(max_length=100)
    since: date
    until: date | None = None


class Account(SQLModel, table=True):
    """``unit``: an upper-level viewer sees this unit and all below; "" = none. ``password`` is an argon2 hash."""

    __tablename__ = "account"
    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(unique=True, max_length=100)
    person: str | None = Field(default=None, foreign_key="person.id", index=True, max_length=40)
    password: str = Field(default="", max_length=300)
    administrator: bool = False
    unit: str = Field(default="", max_length=40)
    disabled: bool = False
    created_at: int = Field(sa_type=BigInteger)


class LoginSession(SQLModel, table=True):
    """The cookie holds the token, this its SHA-256."""

    __tablename__ = "login_session"
    token: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account: str = Field(foreign_key="account.id", index=True, max_length=40)
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)


class OneTimeCode(SQLModel, table=True):
    """A printed code that regains an account, once."""

    __tablename__ = "one_time_code"
    code: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account: str = Field(foreign_key="account.id", index=True, max_length=40)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)


class Meeting(SQLModel, table=True):
    """The head of a log: its last seq and digest are moved by the append that they belong to."""

    __tablename__ = "meeting"
    id: str = Field(primary_key=True, max_length=40)
    cell: str = Field(index=True, max_length=40)
    created_at: int = Field(sa_type=BigInteger)
    seq: int = 0
    digest: bytes = Field(default=bytes(32), sa_type=LargeBinary)


class MeetingEntry(SQLModel, table=True):
    """One line of the log. ``body`` and ``salt`` are NULL once erased."""

    __tablename__ = "meeting_entry"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    seq: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    actor: str = Field(max_length=120)
    authority: str = Field(max_length=20)
    kind: str = Field(max_length=40)
    version: int
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    body_hash: bytes = Field(sa_type=LargeBinary)
    leaf: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)


class MeetingSummary(SQLModel, table=True):
    """What lists and supervision show; folded, written in the append's transaction.

    ``spoke``: how many members were heard; ``self_points``: the cell's own score, 0–100. ``tasks_done`` and
    ``documents_at`` (the first document given out) are counted from ``task_report`` and ``stored_file``.
    """

    __tablename__ = "meeting_summary"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    cell: str = Field(index=True, max_length=40)
    kind: str = Field(max_length=20)
    period: str = Field(max_length=10, index=True)
    title: str = Field(max_length=500)
    state: str = Field(max_length=20)
    starts_at: int = Field(sa_type=BigInteger)
    opened_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    chair: str = Field(default="", max_length=40)
    secretary: str = Field(default="", max_length=40)
    total: int = 0
    eligible: int = 0
    present: int = 0
    remote: int = 0
    excused: int = 0
    absent: int = 0
    number: str = Field(default="", max_length=40)
    sha256: str = Field(default="", max_length=64)
    seq: int = 0
    official: int = 0
    spoke: int = 0
    items: int = 0
    concluded: int = 0
    motions: int = 0
    tasks: int = 0
    tasks_done: int = 0
    petitions: int = 0
    submitted_at: int | None = Field(default=None, sa_type=BigInteger)
    approved_at: int | None = Field(default=None, sa_type=BigInteger)
    sealed_at: int | None = Field(default=None, sa_type=BigInteger)
    documents_at: int | None = Field(default=None, sa_type=BigInteger)
    self_points: int | None = None


class MeetingText(SQLModel, table=True):
    """Searchable lines of a meeting: ``text`` as written, ``folded`` without case and diacritics (đ too)."""

    __tablename__ = "meeting_text"
    id: int | None = Field(default=None, primary_key=True)
    meeting: str = Field(foreign_key="meeting.id", index=True, max_length=40)
    section: str = Field(max_length=20)  # title | item | conclusion | motion | task | petition | block | speech
    text: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)


class TrackSilence(SQLModel, table=True):
    """A span of a track whose recognition gave no text: done, and nothing to say about it in the log."""

    __tablename__ = "track_silence"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    track: str = Field(primary_key=True, max_length=120)
    start: int = Field(primary_key=True, sa_type=BigInteger)
    end: int = Field(sa_type=BigInteger)


class JoinLink(SQLModel, table=True):
    """``kind``: member | wall | hall | guest | helper | microphone. ``token`` is the SHA-256 of a 192-bit secret."""

    __tablename__ = "join_link"
    id: str = Field(primary_key=True, max_length=40)
    token: bytes = Field(unique=True, sa_type=LargeBinary)
    meeting: str = Field(foreign_key="meeting.id", index=True, max_length=40)
    kind: str = Field(max_length=10)
    member: str = Field(default="", max_length=40)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)


class LinkSession(SQLModel, table=True):
    """The cookie that a join link was changed for: good for one meeting."""

    __tablename__ = "link_session"
    token: bytes = Field(primary_key=True, sa_type=LargeBinary)
    link: str = Field(foreign_key="join_link.id", index=True, max_length=40)
    meeting: str = Field(foreign_key="meeting.id", index=True, max_length=40)
    member: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=200)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)


class Autosave(SQLModel, table=True):
    """Words being typed into a block, before they are saved (key strokes are not in the log)."""

    __tablename__ = "autosave"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    block: str = Field(primary_key=True, max_length=120)
    author: str = Field(primary_key=True, max_length=120)
    base_version: int
    text: str = Field(sa_type=Text)
    at: int = Field(sa_type=BigInteger)


class StoredFile(SQLModel, table=True):
    """A file of a meeting: ``kind`` record | document | scan | pdf | docx."""

    __tablename__ = "stored_file"
    id: str = Field(primary_key=True, max_length=40)
    meeting: str = Field(foreign_key="meeting.id", index=True, max_length=40)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    size: int = Field(sa_type=BigInteger)
    path: str = Field(max_length=500)
    created_at: int = Field(sa_type=BigInteger)


class Sealing(SQLModel, table=True):
    """A sealing asked for and how far it is: ``state`` waiting | done | failed."""

    __tablename__ = "sealing"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    version: int = Field(primary_key=True)
    state: str = Field(max_length=10)
    asked_at: int = Field(sa_type=BigInteger)
    done_at: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str = Field(default="", max_length=64)
    fault: str = Field(default="", max_length=500)


class RecordNumber(SQLModel, table=True):
    """The last number taken in a cell's series; numbers run through the committee's term."""

    __tablename__ = "record_number"
    cell: str = Field(primary_key=True, max_length=40)
    term: str = Field(primary_key=True, max_length=20)
    series: str = Field(primary_key=True, max_length=20)
    last: int = 0


class AccessLog(SQLModel, table=True):
    """Who looked at or changed what outside of meetings; never contents."""

    __tablename__ = "access_log"
    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger)
    account: str = Field(max_length=120)
    action: str = Field(max_length=60)
    target: str = Field(default="", max_length=200)


class LegalHold(SQLModel, table=True):
    """Nothing of this meeting is erased by rule while the row stands. Set and lifted in ``access_log`` too."""

    __tablename__ = "legal_hold"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    since: int = Field(sa_type=BigInteger)
    reason: str = Field(default="", max_length=500)


class RoomSetting(SQLModel, table=True):
    """What the chair set in a live room (store.room_settings), until it is closed."""

    __tablename__ = "room_setting"
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", max_length=40)
    body: str = Field(sa_type=Text)


Index("ix_summary_cell_period", MeetingSummary.cell, MeetingSummary.period)
FIGURES = (
    "period", "cell", "kind", "closed_at", "opened_at", "approved_at", "starts_at", "documents_at", "eligible",
    "present", "spoke", "items", "concluded", "self_points", "tasks", "tasks_done",
)  # fmt: skip
"""What supervision counts."""
