"""The header of a meeting and the course of its life: who, where, when, recorded or not, approved, sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from minutes.record.events import (
    Approved,
    ChairAppointed,
    Closed,
    Entry,
    Erased,
    Noticed,
    OffRecord,
    OnRecord,
    Opened,
    Passed,
    ReadBack,
    RecordingDecided,
    Reopened,
    Returned,
    RosterLine,
    ScanAttached,
    Scheduled,
    Sealed,
    SecretaryAppointed,
    Submitted,
)
from minutes.record.folding import folded

State = Literal["scheduled", "open", "closed", "submitted", "approved", "sealed"]
RecordingState = Literal["on", "paused", "secret", "off", "undecided"]


@dataclass(frozen=True, slots=True)
class OffRecordSpan:
    """``until`` is None while it lasts."""

    since: int
    until: int | None
    mode: Literal["pause", "secret"]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done once, with who did it, by what right, when and in which entry."""

    event: ReadBack | Passed | Submitted | Approved | Returned | Reopened | Sealed | ScanAttached
    actor: str
    authority: str
    at: int
    seq: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """``chair`` and ``secretary`` are the last appointed before the close: they sign.

    ``opened_at``/``closed_at``: when the room was opened and closed, which rules for sound and connections;
    ``opened_told``/``closed_told``: when the meeting was, as told afterwards from the paper form (0 = not told);
    ``…_typed``: entered from it.
    """

    id: str = ""
    scheduled: Scheduled | None = None
    roster: tuple[RosterLine, ...] = ()
    state: State = "scheduled"
    notices: tuple[str, ...] = ()
    recording: RecordingDecided | None = None
    opened_at: int | None = None
    closed_at: int | None = None
    opened_told: int = 0
    closed_told: int = 0
    opened_typed: bool = False
    closed_typed: bool = False
    chair: str = ""
    secretary: str = ""
    off_record: tuple[OffRecordSpan, ...] = ()
    erased: tuple[Erased, ...] = ()
    read_back: Act | None = None
    passed: Act | None = None
    submitted: Act | None = None
    returned: Act | None = None
    approvals: tuple[Act, ...] = ()
    seals: tuple[Act, ...] = ()
    scans: tuple[Act, ...] = ()
    reopenings: tuple[Act, ...] = ()
    entries: int = 0

    @property
    def began_at(self) -> int | None:
        """When the meeting began, which minutes tell."""
        return self.opened_told or self.opened_at

    @property
    def ended_at(self) -> int | None:
        """When the meeting ended, which minutes tell."""
        return self.closed_told or self.closed_at

    @property
    def number(self) -> str:
        """The record's number once approved, else the planned one."""
        given = [act.event.number for act in self.approvals if isinstance(act.event, Approved) and act.event.number]
        return given[-1] if given else (self.scheduled.number if self.scheduled else "")

    @property
    def approved(self) -> Act | None:
        return self.approvals[-1] if self.approvals else None

    @property
    def sealed(self) -> Act | None:
        return self.seals[-1] if self.seals else None

    @property
    def reopened(self) -> Reopened | None:
        """The correction that was begun last; it is under way or sealed."""
        event = self.reopenings[-1].event if self.reopenings else None
        return event if isinstance(event, Reopened) else None

    @property
    def recording_state(self) -> RecordingState:
        if self.recording is None:
            return "undecided"
        if self.off_record and self.off_record[-1].until is None:
            return "paused" if self.off_record[-1].mode == "pause" else "secret"
        on = self.state == "open" and (self.recording.record or self.recording.transcribe)
        return "on" if on else "off"

    def name_of(self, member: str) -> str:
        """A member's name; the id itself for somebody who is not on the roster."""
        return next((line.name for line in self.roster if line.member == member), member)

    def line(self, member: str) -> RosterLine | None:
        return next((line for line in self.roster if line.member == member), None)


EMPTY = Meeting()


def fold(entries: Iterable[Entry], onto: Meeting = EMPTY) -> Meeting:
    return folded(step, onto, entries)


def step(meeting: Meeting, entry: Entry) -> Meeting:
    counted = replace(meeting, id=entry.meeting, entries=entry.seq)
    return _after_close(_conduct(_plan(counted, entry), entry), entry)


def _plan(meeting: Meeting, entry: Entry) -> Meeting:
    match entry.event:
        case Scheduled() as scheduled:
            return replace(meeting, scheduled=scheduled, roster=scheduled.roster or meeting.roster)
        case Noticed(text=text):
            return replace(meeting, notices=(*meeting.notices, text))
        case RecordingDecided() as decided:
            return replace(meeting, recording=decided)
        case ChairAppointed(member=member) if meeting.closed_at is None:
            return replace(meeting, chair=member)
        case SecretaryAppointed(member=member) if meeting.closed_at is None:
            return replace(meeting, secretary=member)
    return meeting


def _conduct(meeting: Meeting, entry: Entry) -> Meeting:
    match entry.event:
        case Opened() as opened if meeting.opened_at is None:
            return replace(
                meeting, state="open", opened_at=entry.at, opened_told=opened.happened_at, opened_typed=opened.typed,
                roster=opened.roster or meeting.roster,
            )  # fmt: skip
        case Opened(happened_at=told) if told:
            return replace(meeting, opened_told=told, opened_typed=True)
        case Closed(happened_at=told) if told and meeting.closed_at is not None:
            return replace(meeting, closed_told=told, closed_typed=True)
        case OffRecord(mode=mode, topic=topic):
            return replace(_back_on(meeting, entry.at), off_record=(
                *_back_on(meeting, entry.at).off_record, OffRecordSpan(entry.at, None, mode, topic)))  # fmt: skip
        case OnRecord():
            return _back_on(meeting, entry.at)
        case Erased() as erased:
            return replace(meeting, erased=(*meeting.erased, erased))
        case Closed(typed=typed, happened_at=told) if meeting.closed_at is None:
            over = replace(_back_on(meeting, entry.at), state="closed", closed_at=entry.at)
            return replace(over, closed_told=told, closed_typed=typed)
    return meeting


def _back_on(meeting: Meeting, at: int) -> Meeting:
    spans = tuple(replace(span, until=at) if span.until is None else span for span in meeting.off_record)
    return replace(meeting, off_record=spans)


def _after_close(meeting: Meeting, entry: Entry) -> Meeting:
    match entry.event:
        case ReadBack() as event:
            return replace(meeting, read_back=_act(event, entry))
        case Passed() as event:
            return replace(meeting, passed=_act(event, entry))
        case Submitted() as event:
            return replace(meeting, submitted=_act(event, entry), state="submitted")
        case Returned() as event:
            return replace(meeting, returned=_act(event, entry), state="closed")
        case Approved() as event:
            return replace(meeting, approvals=(*meeting.approvals, _act(event, entry)), state="approved")
        case Reopened() as event:
            return replace(meeting, reopenings=(*meeting.reopenings, _act(event, entry)), state="closed")
        case Sealed() as event:
            return replace(meeting, seals=(*meeting.seals, _act(event, entry)), state="sealed")
        case ScanAttached() as event:
            return replace(meeting, scans=(*meeting.scans, _act(event, entry)))
    return meeting


def _act(
    event: ReadBack | Passed | Submitted | Approved | Returned | Reopened | Sealed | ScanAttached, entry: Entry
) -> Act:  # fmt: skip
    return Act(event, entry.actor, entry.authority, entry.at, entry.seq)
