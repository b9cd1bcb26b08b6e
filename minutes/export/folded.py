"""The projections of one log that a document is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from minutes.record import agenda, attendance, document, meeting, particulars, tasks, votes
from minutes.record.events import Entry


@dataclass(frozen=True, slots=True)
class Folded:
    """Everything that minutes print. ``out``: who was out of the room for a motion, by motion."""

    meeting: meeting.Meeting
    document: document.Document
    ledger: attendance.Ledger
    votes: votes.Votes
    agenda: agenda.Agenda
    tasks: tasks.Tasks
    beside: particulars.Particulars
    out: Mapping[str, tuple[str, ...]]


def folded(entries: Iterable[Entry]) -> Folded:
    log = list(entries)
    polls = votes.fold(log)
    return Folded(
        meeting.fold(log), document.fold(log), attendance.fold(log), polls, agenda.fold(log), tasks.fold(log),
        particulars.fold(log), particulars.out_of_room(log, polls),
    )  # fmt: skip
