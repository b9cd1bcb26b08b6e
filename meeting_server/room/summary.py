"""What is stored beside the log for lists, supervision and search: folded from the room, never anything else."""

from __future__ import annotations

from dataclasses import dataclass

from meeting_server.room.state import Room
from minutes.record.attendance import sums
from minutes.record.events import Sealed

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


def summary_of(room: Room) -> Summary:
    scheduled = room.meeting.scheduled
    if scheduled is None:
        raise AssertionError("the first entry of every log is Scheduled")
    counted, sealed = sums(room.ledger), room.meeting.sealed
    return Summary(
        room.id, scheduled.cell, scheduled.kind, scheduled.period, scheduled.title, room.meeting.state,
        scheduled.starts_at, room.meeting.opened_at, room.meeting.closed_at, room.meeting.chair,
        room.meeting.secretary, counted.total, counted.eligible, counted.present, counted.remote, counted.excused,
        counted.absent, room.meeting.number if scheduled.kind != "practice" else "",
        sealed.event.sha256 if sealed and isinstance(sealed.event, Sealed) else "", room.seq,
    )  # fmt: skip


def lines_of(room: Room) -> tuple[tuple[str, str], ...]:
    """(section, text) of what can be found: nothing that was merely said, and blocks only once approved."""
    if room.meeting.scheduled is None or room.meeting.scheduled.kind == "practice":
        return ()
    lines = [("title", room.meeting.scheduled.title)]
    lines += [("item", item.title) for item in room.agenda.items if not item.secret]
    lines += [("conclusion", item.conclusion) for item in room.agenda.items]
    lines += [("motion", motion.put.text) for motion in room.votes.motions]
    lines += [("task", " – ".join((task.what, *task.who, task.due))) for task in room.tasks.tasks]
    lines += [("petition", petition.text) for petition in room.tasks.petitions]
    if room.phase in ("approved", "sealed"):
        lines += [("block", block.text) for block in room.document.blocks]
    return tuple((section, text) for section, text in lines if text)
