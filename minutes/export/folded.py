"""The projections of one log that a document is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from minutes.record import agenda, attendance, document, meeting, tasks, votes
from minutes.record.events import Entry


@dataclass(frozen=True, slots=True)
class Folded:
    """Everything that minutes print."""

    meeting: meeting.Meeting
    document: document.Document
    ledger: attendance.Ledger
    votes: votes.Votes
    agenda: agenda.Agenda
    tasks: tasks.Tasks


def folded(entries: Iterable[Entry]) -> Folded:
    log = list(entries)
    return Folded(
        meeting.fold(log), document.fold(log), attendance.fold(log), votes.fold(log), agenda.fold(log), tasks.fold(log)
    )
