"""What is stored beside the log for lists, supervision and search: folded from the room, never anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from meeting_server.room.state import Room
from minutes.record.attendance import sums
from minutes.record.events import Sealed
from minutes.record.meeting import Act

POINTS = re.compile(r"\b(\d{1,3})(?:/100|\s*điểm)")

QUIET = frozenset({"Spoke", "Corrected", "SpeakerAssigned", "Retranscribed", "HandRaised", "FloorGiven",
                   "FloorReturned", "TrackOpened", "VoteCast", "BlockSaved", "BlockInserted", "BlockDeleted",
                   "BlockMoved", "Drafted"})  # fmt: skip
"""Kinds that change neither summary nor searchable lines (blocks are searchable once approved)."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list of meetings; the fields of ``store.tables.MeetingSummary``."""

    meeting: str
    cell: str
    kind: str
    period: str
    title: str
    state: str
    starts_at: int
    opened_at: int | None
    closed_at: int | None
    chair: str
    secretary: str
    total: int
    eligible: int
    present: int
    remote: int
    excused: int
    absent: int
    number: str
    sha256: str
    seq: int
    official: int
    spoke: int
    items: int
    concluded: int
    motions: int
    tasks: int
    petitions: int
    submitted_at: int | None
    approved_at: int | None
    sealed_at: int | None
    self_points: int | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as lists across meetings show it; ``who`` by name, ``due_on`` where ``due`` is a date."""

    task: str
    item: str
    what: str
    who: tuple[str, ...]
    due: str
    due_on: date | None


def summary_of(room: Room) -> Summary:
    scheduled = room.meeting.scheduled
    if scheduled is None:
        raise AssertionError("the first entry of every log is Scheduled")
    counted, sealed, head = sums(room.ledger), room.meeting.sealed, room.meeting
    real = scheduled.kind != "practice"
    return Summary(
        room.id, scheduled.cell, scheduled.kind, scheduled.period, scheduled.title, head.state,
        scheduled.starts_at, head.began_at, head.ended_at, head.chair, head.secretary,
        counted.total, counted.eligible, counted.present, counted.remote, counted.excused, counted.absent,
        head.number if real else "", sealed.event.sha256 if sealed and isinstance(sealed.event, Sealed) else "",
        room.seq, counted.official, len(speakers(room)), len(room.agenda.items),
        sum(item.state == "concluded" for item in room.agenda.items), len(room.votes.motions), len(room.tasks.tasks),
        len(room.tasks.petitions), _moment(head.submitted), _moment(head.approvals[0] if head.approvals else None),
        _moment(head.seals[0] if head.seals else None), self_points(room),
    )  # fmt: skip


def _moment(act: Act | None) -> int | None:
    return act.at if act else None


def speakers(room: Room) -> frozenset[str]:
    """Members who were heard: by transcript, by the floor, or with an opinion in the minutes."""
    heard = {said.speaker for said in room.transcript.utterances}
    heard |= {turn.member for turn in room.floor.turns}
    heard |= {block.speaker for block in room.document.blocks if block.kind in ("opinion", "report")}
    return frozenset(line.member for line in room.meeting.roster if line.member in heard)


def self_points(room: Room) -> int | None:
    """The cell's own score as its minutes say it: "92 điểm", "95/100"."""
    for block in room.document.blocks:
        found = POINTS.search(block.text) if block.kind == "quality" else None
        if found and int(found[1]) <= 100:
            return int(found[1])
    return None


def lines_of(room: Room) -> tuple[tuple[str, str], ...]:
    """(section, text) of what can be found. What was merely said is a section of its own ("speech"), there once the
    minutes were submitted and found only by those who may read the transcript; blocks are there once approved."""
    if room.meeting.scheduled is None or room.meeting.scheduled.kind == "practice":
        return ()
    open_items = [item for item in room.agenda.items if not item.secret]
    lines = [("title", room.meeting.scheduled.title)]
    lines += [("item", item.title) for item in open_items]
    lines += [("conclusion", item.conclusion) for item in open_items]
    lines += [("motion", motion.put.text) for motion in room.votes.motions]
    lines += [
        ("task", " – ".join(part for part in (task.what, *task.who, task.due) if part)) for task in tasks_of(room)
    ]
    lines += [("petition", petition.text) for petition in room.tasks.petitions]
    if room.phase in ("approved", "sealed"):
        lines += [("block", block.text) for block in room.document.blocks]
    if room.phase in ("submitted", "approved", "sealed"):
        lines += [("speech", said.text) for said in room.transcript.utterances]
    return tuple((section, text) for section, text in lines if text)


def people_of(room: Room) -> frozenset[tuple[str, str]]:
    """(member, role): chair | secretary | present | spoke | task. Nobody of a practice."""
    if room.meeting.scheduled is None or room.meeting.scheduled.kind == "practice":
        return frozenset()
    parts = {(room.meeting.chair, "chair"), (room.meeting.secretary, "secretary")}
    parts |= {(line.member.member, "present") for line in room.ledger.lines if line.state == "present"}
    parts |= {(member, "spoke") for member in speakers(room)}
    parts |= {(member, "task") for task in room.tasks.tasks for member in task.who if room.meeting.line(member)}
    return frozenset((member, role) for member, role in parts if member)


def tasks_of(room: Room) -> tuple[TaskLine, ...]:
    if room.meeting.scheduled is None or room.meeting.scheduled.kind == "practice":
        return ()
    titles = {item.id: item.title for item in room.agenda.items if not item.secret}
    return tuple(
        TaskLine(
            task.task, titles.get(task.item, ""), task.what, tuple(room.name_of(one) for one in task.who), task.due,
            _day(task.due),
        )
        for task in room.tasks.tasks
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
